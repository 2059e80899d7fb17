//! How long the inbox takes among a million notes, of which marketing has worked on most: list,
//! filter, search (DESIGN.md §7), and what stands around it.
#![allow(clippy::unwrap_used, reason = "a bench ends where it fails")]

use std::process::ExitCode;
use std::time::Instant;

use bench_rows::{Row, percentile};
use endpoint::storage::ops::{self, Arrival, Sender};
use endpoint::storage::{Storage, digest, notes, search, similar, topics, views};
use protocol::console::people::UserId;
use protocol::console::work::WorkState;
use protocol::console::{InboxQuery, Rep, Verdict};
use protocol::note::{Details, Hypothesis, Kind};
use protocol::op::{Action, OpBody};
use protocol::{ClientTime, DeviceId, Note, NoteId, OpId, RepId, Seq, TopicId};
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
    work(&db);
    drop(db);
    let db =
        Connection::open_with_flags(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let reps = notes::reps(&db).unwrap();
    let pages = queries(&reps).into_iter().chain(work_queries(&reps)).map(|(name, query)| {
        row(name, || notes::page(&db, &query).unwrap().notes.len()).at_most(P95_MS_MAX)
    });
    let newest = notes::page(&db, &InboxQuery::default()).unwrap().notes[0].note_id;
    let now_ms = i64::try_from(NOTES).unwrap() * NOTE_EVERY_MS;
    let monday = digest::monday_of(now_ms).unwrap();
    let around = [
        row("views", || views::views(&db, UserId(1), now_ms).unwrap().saved.len()),
        row("similar notes", || similar::to_note(&db, newest).unwrap().unwrap().len()),
        row("suggestions", || similar::suggestions(&db, now_ms).unwrap().len()),
        row("topics", || topics::list(&db).unwrap().len()),
        row("digest", || digest::digest(&db, monday, now_ms).unwrap().unwrap().topics.len()),
    ];
    let rows: Vec<Row> = pages.chain(around).collect();
    bench_rows::report(&rows).unwrap()
}

/// Asks several times; the answer is how many were found.
fn row(name: &str, ask: impl Fn() -> usize) -> Row {
    let mut times_ms = Vec::new();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        found = ask();
        times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let median_ms = percentile(&times_ms, 0.5).unwrap();
    Row::new(format!("inbox, {name}"), percentile(&times_ms, 0.95).unwrap(), "ms")
        .on(format!("95th percentile, median {median_ms:.1} ms, {found} found"))
}

/// Marketing has read most notes, gathered a third of them in a hundred topics, decided on some.
fn work(db: &Connection) {
    db.execute_batch(
        "INSERT INTO user (user_id, email, role) VALUES (1, 'm@example.org', 'marketer');
        WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 99)
            INSERT INTO topic (topic_id, title, made_at_ms)
            SELECT unhex(printf('%032x', n)), 'topic ' || n, 0 FROM number;
        UPDATE work SET
            state = CASE WHEN seq > 990000 THEN 'new' WHEN seq % 200 = 1 THEN 'declined'
                WHEN seq % 1000 = 7 THEN 'decided' WHEN seq % 3 = 0 THEN 'classified'
                ELSE 'read' END,
            topic_id = CASE WHEN seq <= 990000 AND seq % 3 = 0
                THEN unhex(printf('%032x', seq % 100)) END,
            assignee = CASE WHEN seq % 50 = 0 THEN 1 END,
            is_starred = seq % 5000 = 0,
            snoozed_until_ms = CASE WHEN seq % 10000 = 3 THEN 9223372036854775807 END,
            read_at_ms = CASE WHEN seq <= 990000 THEN seq * 30000 END,
            classified_at_ms = CASE WHEN seq <= 990000 AND seq % 3 = 0 THEN seq * 30000 END;
        INSERT INTO tag SELECT 'common', seq FROM work WHERE seq % 20 = 0;
        INSERT INTO tag SELECT 'rare', seq FROM work WHERE seq % 100000 = 11;
        UPDATE note SET product = 'PRODUCT 4' WHERE seq % 40 = 5;
        UPDATE note SET customer = 'gone' WHERE seq <= 40000;",
    )
    .unwrap();
    regions(db);
}

/// Two thirds of the customers have one of ten regions, a rep in ten one of their own, one customer
/// the oldest notes, and one region few.
fn regions(db: &Connection) {
    db.execute_batch(
        "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 2999)
            INSERT INTO reference (reference_id, kind, name, region, segment)
            SELECT unhex(printf('%032x', n)), 'customer', 'customer ' || n,
                CASE WHEN n = 1500 THEN 'few' WHEN n % 3 THEN 'region ' || (n % 10) END,
                'segment ' || (n % 4)
            FROM number;
        INSERT INTO reference VALUES (unhex(printf('%032x', 3000)), 'customer', 'gone', 'oldest', NULL, NULL);
        INSERT INTO reference_name (kind, folded, reference_id, name, is_alias)
            SELECT kind, name, reference_id, name, 0 FROM reference;
        UPDATE rep SET region = 'of reps' WHERE name LIKE '%7';",
    )
    .unwrap();
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
                "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, 0)",
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
        product: Some(format!("product {}", number % 20)),
        visit_id: None,
        place: None,
        hypotheses: match number % 8 {
            _ if number % 100_000 == 9 => vec![Hypothesis::Perception],
            0 => vec![Hypothesis::Clientele],
            3 => vec![Hypothesis::Clientele, Hypothesis::Cycle],
            _ => Vec::new(),
        },
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

/// What marketing filters by.
fn work_queries(reps: &[Rep]) -> Vec<(&'static str, InboxQuery)> {
    let all = InboxQuery::default;
    let in_state = |state| InboxQuery { state: Some(state), ..all() };
    let words = |words: &str| Some(words.to_owned());
    let rep = |number: usize| Some(reps[number].rep_id);
    let topic = Some(TopicId::from_bytes([0; 16]));
    vec![
        ("new", in_state(WorkState::New)),
        ("read", in_state(WorkState::Read)),
        ("declined", in_state(WorkState::Declined)),
        (
            "decided, of a kind",
            InboxQuery { kind: Some(Kind::Gap), ..in_state(WorkState::Decided) },
        ),
        ("read, of a rep", InboxQuery { rep: rep(100), ..in_state(WorkState::Read) }),
        (
            "new, of a rep who wrote the oldest",
            InboxQuery { rep: rep(1), ..in_state(WorkState::New) },
        ),
        (
            "read, of a rep and a kind, none",
            InboxQuery { rep: rep(0), kind: Some(Kind::Gap), ..in_state(WorkState::Read) },
        ),
        ("new, a common word", InboxQuery { q: words("the"), ..in_state(WorkState::New) }),
        ("decided, a common word", InboxQuery { q: words("the"), ..in_state(WorkState::Decided) }),
        ("read, a rare word", InboxQuery { q: words("zanzibar"), ..in_state(WorkState::Read) }),
        ("assigned", InboxQuery { assignee: Some(UserId(1)), ..all() }),
        (
            "assigned and declined, none",
            InboxQuery { assignee: Some(UserId(1)), ..in_state(WorkState::Declined) },
        ),
        ("starred", InboxQuery { starred: true, ..all() }),
        ("starred, a common word", InboxQuery { starred: true, q: words("the"), ..all() }),
        ("snoozed", InboxQuery { snoozed: true, ..all() }),
        ("a common tag", InboxQuery { tag: words("common"), ..all() }),
        ("a rare tag", InboxQuery { tag: words("rare"), ..all() }),
        ("a rare tag, a common word", InboxQuery { tag: words("rare"), q: words("the"), ..all() }),
        ("a topic", InboxQuery { topic, ..all() }),
        ("a topic, of a rep", InboxQuery { topic, rep: rep(100), ..all() }),
        ("a product of two spellings", InboxQuery { product: words("product 4"), ..all() }),
        ("a product, new", InboxQuery { product: words("product 5"), ..in_state(WorkState::New) }),
        ("a customer", InboxQuery { customer: words("CUSTOMER 7"), ..all() }),
        (
            "a customer and a product, none",
            InboxQuery { customer: words("customer 7"), product: words("product 1"), ..all() },
        ),
        ("a region", InboxQuery { region: words("Region 4"), ..all() }),
        ("a region of reps", InboxQuery { region: words("of reps"), ..all() }),
        ("a region of the oldest", InboxQuery { region: words("oldest"), ..all() }),
        ("a region of few", InboxQuery { region: words("few"), ..all() }),
        ("a region, new", InboxQuery { region: words("region 4"), ..in_state(WorkState::New) }),
        (
            "a region and a product",
            InboxQuery { region: words("region 4"), product: words("product 14"), ..all() },
        ),
        (
            "a region and a product, none",
            InboxQuery { region: words("region 4"), product: words("product 5"), ..all() },
        ),
        (
            "a region, a common word",
            InboxQuery { region: words("region 4"), q: words("the"), ..all() },
        ),
        (
            "a region of few, a common word",
            InboxQuery { region: words("few"), q: words("the"), ..all() },
        ),
        ("a segment", InboxQuery { segment: words("segment 3"), ..all() }),
        ("a hypothesis", InboxQuery { hypothesis: Some(Hypothesis::Clientele), ..all() }),
        ("a rare hypothesis", InboxQuery { hypothesis: Some(Hypothesis::Perception), ..all() }),
        (
            "a hypothesis, confirmed, none",
            InboxQuery {
                hypothesis: Some(Hypothesis::Clientele),
                verdict: Some(Verdict::Confirmed),
                ..all()
            },
        ),
        (
            "a hypothesis of a region",
            InboxQuery {
                hypothesis: Some(Hypothesis::Clientele),
                region: words("region 4"),
                ..all()
            },
        ),
    ]
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
