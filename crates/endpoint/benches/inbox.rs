//! How long the inbox takes among a million notes: list, filter, search (DESIGN.md §7).
#![allow(clippy::unwrap_used, reason = "a bench ends where it fails")]

use std::process::ExitCode;
use std::time::Instant;

use bench_rows::{Row, percentile};
use endpoint::storage::ops::{self, Arrival, Sender};
use endpoint::storage::{Storage, notes, search};
use protocol::console::{InboxQuery, Rep};
use protocol::note::{Details, Kind};
use protocol::op::{Action, OpBody};
use protocol::{ClientTime, DeviceId, Note, NoteId, OpId, RepId, Seq};
use rusqlite::{Connection, params};

const NOTES: u64 = 1_000_000;
const REPS: u64 = 200;
const ROUNDS: usize = 21;
/// A note every half minute: a million are a year.
const NOTE_EVERY_MS: i64 = 30_000;
const P95_MS_MAX: f64 = 100.0;
const WORDS: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

fn main() -> ExitCode {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("million.sqlite");
    drop(Storage::open(&file).unwrap());
    let mut db = Connection::open(&file).unwrap();
    db.set_prepared_statement_cache_capacity(64);
    fill(&mut db);
    drop(db);
    let db =
        Connection::open_with_flags(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let rows: Vec<Row> = queries(&notes::reps(&db).unwrap())
        .into_iter()
        .map(|(name, query)| {
            let mut times_ms = Vec::new();
            let mut found = 0;
            for _ in 0..ROUNDS {
                let began = Instant::now();
                found = notes::page(&db, &query).unwrap().notes.len();
                times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
            let median_ms = percentile(&times_ms, 0.5).unwrap();
            Row::new(format!("inbox, {name}"), percentile(&times_ms, 0.95).unwrap(), "ms")
                .at_most(P95_MS_MAX)
                .on(format!("95th percentile, median {median_ms:.1} ms, {found} notes"))
        })
        .collect();
    bench_rows::report(&rows).unwrap()
}

fn id_bytes(number: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn fill(db: &mut Connection) {
    let senders: Vec<Sender> = (0..REPS)
        .map(|number| {
            let device_id = DeviceId::new(1, id_bytes(number));
            let rep_id = RepId::new(1, id_bytes(number));
            db.execute(
                "INSERT INTO rep VALUES (?1, ?2, 0)",
                params![rep_id.as_bytes(), format!("rep {number:03}")],
            )
            .unwrap();
            db.execute(
                "INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms)
                 VALUES (?1, ?2, 'd', ?1, 0)",
                params![device_id.as_bytes(), rep_id.as_bytes()],
            )
            .unwrap();
            Sender { device_id, rep_id }
        })
        .collect();
    let words: Vec<&str> = WORDS.lines().filter_map(|line| line.split('\t').next_back()).collect();
    let numbers: Vec<u64> = (0..NOTES).collect();
    for some in numbers.chunks(10_000) {
        let transaction = db.transaction().unwrap();
        for number in some {
            let place = usize::try_from(*number).unwrap();
            // Rep 0 writes no gaps; the first hundred thousand notes alone are rep 1's.
            let rep = if place < 100_000 {
                1
            } else {
                usize::try_from(number.wrapping_mul(7_919) % REPS).unwrap()
            };
            let kind = Kind::ALL[if rep == 0 { place % 3 } else { place % 4 }];
            let text = match number % 250_000 {
                17 => "zanzibar unlike all others".to_owned(),
                _ => {
                    format!("{} {}", words[place % words.len()], words[(place * 31) % words.len()])
                }
            };
            let json = op(*number, kind, text);
            let received_at_ms = i64::try_from(*number).unwrap() * NOTE_EVERY_MS;
            let receipt =
                ops::store(&transaction, senders[rep], &Arrival::read(&json), received_at_ms);
            assert!(receipt.unwrap().unwrap().seq.is_some());
        }
        search::catch_up(&transaction).unwrap();
        transaction.commit().unwrap();
    }
}

fn op(number: u64, kind: Kind, text: String) -> String {
    let note = Note {
        text,
        customer: Some(format!("customer {}", number % 3_000)),
        product: None,
        visit_id: None,
        place: None,
        hypotheses: Vec::new(),
        details: Details::empty(kind),
    };
    let body = OpBody {
        schema: 1,
        note_id: NoteId::new(number, id_bytes(number)),
        parents: Vec::new(),
        saved_at: ClientTime { unix_ms: 0, utc_offset_minutes: 0 },
        action: Action::Create(note),
    };
    body.seal(OpId::new(number, id_bytes(number))).unwrap().json
}

fn queries(reps: &[Rep]) -> Vec<(&'static str, InboxQuery)> {
    let all = InboxQuery::default;
    let words = |words: &str| InboxQuery { q: Some(words.to_owned()), ..all() };
    let rep = |number: usize| Some(reps[number].rep_id);
    let at = |number: i64| Some(number * NOTE_EVERY_MS);
    vec![
        ("newest", all()),
        ("newest 200", InboxQuery { limit: Some(200), ..all() }),
        ("from the middle on", InboxQuery { before: Some(Seq(500_000)), ..all() }),
        ("of a kind", InboxQuery { kind: Some(Kind::Gap), ..all() }),
        ("of a rep", InboxQuery { rep: rep(100), ..all() }),
        ("of a rep and a kind", InboxQuery { rep: rep(100), kind: Some(Kind::Need), ..all() }),
        ("of a rep and a kind, none", InboxQuery { rep: rep(0), kind: Some(Kind::Gap), ..all() }),
        (
            "of a rep who wrote the oldest, middle on",
            InboxQuery { rep: rep(1), before: Some(Seq(90_000)), ..all() },
        ),
        ("since almost ever", InboxQuery { from_ms: at(10), ..all() }),
        ("the oldest hour", InboxQuery { to_ms: at(120), ..all() }),
        ("an hour in the middle", InboxQuery { from_ms: at(500_000), to_ms: at(500_120), ..all() }),
        (
            "half a year, of a rep and a kind",
            InboxQuery {
                from_ms: at(1_000),
                to_ms: at(500_000),
                rep: rep(100),
                kind: Some(Kind::Need),
                ..all()
            },
        ),
        (
            "half a year, of a kind",
            InboxQuery { from_ms: at(1_000), to_ms: at(500_000), kind: Some(Kind::Need), ..all() },
        ),
        (
            "an hour, of a rep, none",
            InboxQuery {
                from_ms: at(500_000),
                to_ms: at(500_120),
                rep: rep(0),
                kind: Some(Kind::Gap),
                ..all()
            },
        ),
        ("after the end", InboxQuery { from_ms: at(2_000_000), ..all() }),
        ("a common word", words("the")),
        ("a rare word", words("zanzibar")),
        ("no such word", words("zzyzx")),
        ("two common words", words("the battery")),
        ("one letter", words("t")),
        ("two letters", words("th")),
        ("three letters", words("bat")),
        ("five letters", words("custo")),
        ("common and rare", words("the zanzibar")),
        ("a common word of a kind", InboxQuery { kind: Some(Kind::Need), ..words("the") }),
        ("a common word of a rep", InboxQuery { rep: rep(100), ..words("the") }),
        (
            "a common word of a rep and a kind, none",
            InboxQuery { rep: rep(0), kind: Some(Kind::Gap), ..words("the") },
        ),
        (
            "a common word in an old hour",
            InboxQuery { from_ms: at(1_000), to_ms: at(1_120), ..words("the") },
        ),
    ]
}
