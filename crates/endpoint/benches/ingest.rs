//! How fast notes go in, as ratios to raw SQLite in the same run (DESIGN.md §7): until the last of
//! them is answered for, and until the inbox shows and finds them all, which follows in bites.
#![allow(clippy::unwrap_used, reason = "a bench ends where it fails")]

mod wire;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use bench_rows::{Row, percentile};
use endpoint::chance;
use endpoint::clock::now_ms;
use endpoint::storage::{Storage, devices, search, tokens};
use protocol::enrol::EnrolRequest;
use protocol::note::{Details, Kind};
use protocol::op::{Action, SealedOp};
use protocol::push::PushHeader;
use protocol::{BatchId, ClientTime, DeviceId, Note, NoteId, OpBody, OpId, PublicKey, Signature};
use rusqlite::{Connection, params};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use wire::{read_answer, request, send};

const ROUNDS: usize = 11;
/// What customers said, so that words repeat as often as they do.
const WORDS: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

const BATCH: usize = 100;
const BATCHES: usize = 120;
const BATCH_CONNECTIONS: usize = 8;
const SINGLES: usize = 4_000;
const SINGLE_CONNECTIONS: usize = 64;
const RAW_SINGLES: usize = 400;

/// Notes a second.
#[derive(Clone, Copy)]
struct Rate {
    /// Until each was committed, and its sender told so.
    confirmed: f64,
    /// Until the inbox showed and found them all.
    found: f64,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Rows of the log alone, a hundred a transaction.
    RawBatches,
    /// Rows of log, inbox and search, a hundred a transaction.
    RawSameRows,
    /// A hundred notes a request, eight connections.
    EndpointBatches,
    /// Rows of the log alone, one a transaction.
    RawSingles,
    /// One note a request, 64 connections.
    EndpointSingles,
}

impl Measure {
    const ALL: [Self; 5] = [
        Self::RawBatches,
        Self::RawSameRows,
        Self::EndpointBatches,
        Self::RawSingles,
        Self::EndpointSingles,
    ];

    fn rate(self, chance: &mut Chance) -> Rate {
        // Another disk by BENCH_DIR; one whose fsync costs nothing shows the work alone.
        let place = std::env::var("BENCH_DIR");
        let place = place.unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
        let folder = TempDir::new_in(place).unwrap();
        match self {
            Self::RawBatches => raw(&folder, chance, BATCHES, BATCH, false),
            Self::RawSameRows => raw(&folder, chance, BATCHES, BATCH, true),
            Self::RawSingles => raw(&folder, chance, RAW_SINGLES, 1, false),
            Self::EndpointBatches => served(&folder, chance, BATCHES, BATCH, BATCH_CONNECTIONS),
            Self::EndpointSingles => served(&folder, chance, SINGLES, 1, SINGLE_CONNECTIONS),
        }
    }
}

fn main() -> ExitCode {
    let mut chance = Chance(u64::from_le_bytes(chance::bytes().unwrap()) | 1);
    let mut results: Vec<(Measure, Vec<Rate>)> =
        Measure::ALL.iter().map(|measure| (*measure, Vec::new())).collect();
    for _ in 0..ROUNDS {
        for index in chance.shuffled(results.len()) {
            let (measure, rates) = &mut results[index];
            rates.push(measure.rate(&mut chance));
        }
    }
    let median = |wanted: Measure, of: fn(&Rate) -> f64| {
        let rates = &results.iter().find(|(it, _)| *it == wanted).unwrap().1;
        percentile(&rates.iter().map(of).collect::<Vec<_>>(), 0.5).unwrap()
    };
    let ratio = |name: &str, what, than, of: fn(&Rate) -> f64| {
        let (what, than) = (median(what, of), median(than, of));
        let basis = format!("{what:.0} to {than:.0} notes a second");
        Row::new(name, what / than, "×").on(basis)
    };
    let rows = [
        ratio(
            "endpoint, 100 notes a request, confirmed, to raw SQLite's log rows",
            Measure::EndpointBatches,
            Measure::RawBatches,
            |rate| rate.confirmed,
        )
        .at_least(0.85),
        ratio(
            "the same until inbox and search have them, to raw rows of all three",
            Measure::EndpointBatches,
            Measure::RawSameRows,
            |rate| rate.found,
        ),
        ratio(
            "endpoint, one note a request, confirmed, to one fsync each",
            Measure::EndpointSingles,
            Measure::RawSingles,
            |rate| rate.confirmed,
        )
        .at_least(4.0),
    ];
    bench_rows::report(&rows).unwrap()
}

/// xorshift64: enough to shuffle and to make ids.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for index in (1..count).rev() {
            let other = usize::try_from(self.next() % (index as u64 + 1)).unwrap();
            order.swap(index, other);
        }
        order
    }

    fn id_bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }

    /// Ids of consecutive milliseconds, as many devices make them.
    fn ops(&mut self, count: usize) -> Vec<(OpBody, SealedOp)> {
        let words: Vec<&str> =
            WORDS.lines().filter_map(|line| line.split('\t').next_back()).collect();
        (0..count)
            .map(|index| {
                let unix_ms = 1_700_000_000_000 + index as u64;
                let pick = usize::try_from(self.next()).unwrap_or(index) % words.len();
                let kind = Kind::ALL[index % 4];
                let body = OpBody {
                    schema: 1,
                    note_id: NoteId::new(unix_ms, self.id_bytes()),
                    parents: Vec::new(),
                    saved_at: ClientTime { unix_ms: 1_700_000_000_000, utc_offset_minutes: 60 },
                    action: Action::Create(Note {
                        text: words[pick].to_owned(),
                        customer: Some("Boulangerie Lefèvre".to_owned()),
                        product: None,
                        visit_id: None,
                        place: None,
                        hypotheses: Vec::new(),
                        details: Details::empty(kind),
                    }),
                };
                let sealed = body.seal(OpId::new(unix_ms, self.id_bytes())).unwrap();
                (body, sealed)
            })
            .collect()
    }
}

/// What one would write by hand: the log row, and on request the rows of inbox and search.
fn raw(
    folder: &TempDir,
    chance: &mut Chance,
    transactions: usize,
    each: usize,
    is_same: bool,
) -> Rate {
    let file = folder.path().join("raw.sqlite");
    // The endpoint's own schema, so that both fill the same tables and indexes.
    drop(Storage::open(&file).unwrap());
    let mut db = Connection::open(&file).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.pragma_update(None, "synchronous", "FULL").unwrap();
    db.execute_batch(
        "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (x'00', 'r', 0);
         INSERT INTO device (device_id, rep_id, name, key_hash, enrolled_at_ms)
         VALUES (x'00', x'00', 'd', x'00', 0);",
    )
    .unwrap();
    let rows: Vec<_> = chance
        .ops(transactions * each)
        .into_iter()
        .map(|(body, sealed)| (serde_json::to_string(&body).unwrap(), body, sealed))
        .collect();
    let began = Instant::now();
    for chunk in rows.chunks(each) {
        let transaction = db.transaction().unwrap();
        for (json, body, sealed) in chunk {
            insert_raw(&transaction, json, body, sealed, is_same);
        }
        transaction.commit().unwrap();
    }
    let rate = rows.len() as f64 / began.elapsed().as_secs_f64();
    Rate { confirmed: rate, found: rate }
}

fn insert_raw(db: &Connection, json: &str, body: &OpBody, sealed: &SealedOp, is_same: bool) {
    db.prepare_cached(
        "INSERT INTO op (op_id, note_id, device_id, sha256, body, received_at_ms)
         VALUES (?1, ?2, x'00', ?3, ?4, 1)",
    )
    .unwrap()
    .execute(params![
        sealed.op_id.as_bytes(),
        body.note_id.as_bytes(),
        sealed.sha256.as_bytes(),
        json
    ])
    .unwrap();
    let Action::Create(note) = &body.action else { return };
    if is_same {
        db.prepare_cached(
            "INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, body,
                saved_at_ms, utc_offset_minutes, received_at_ms)
             VALUES (last_insert_rowid(), ?1, x'00', x'00', ?2, ?3, ?4, ?5, 1, 1, 1)",
        )
        .unwrap()
        .execute(params![
            body.note_id.as_bytes(),
            note.kind().as_str(),
            note.text,
            note.customer,
            json
        ])
        .unwrap();
        db.prepare_cached(
            "INSERT INTO note_search (rowid, text, customer, marks)
             VALUES (last_insert_rowid(), ?1, ?2, 'kind 0123456789ABCDEF')",
        )
        .unwrap()
        .execute(params![note.text, note.customer])
        .unwrap();
    }
}

/// The endpoint with all that it does, over loopback HTTP.
fn served(
    folder: &TempDir,
    chance: &mut Chance,
    requests: usize,
    each: usize,
    connections: usize,
) -> Rate {
    let server = Runtime::new().unwrap();
    let storage = Arc::new(Storage::open(&folder.path().join("served.sqlite")).unwrap());
    let (device_id, token) = server.block_on(enrol(&storage));
    let listener = server.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let router = endpoint::http::router(Arc::clone(&storage), "http://127.0.0.1");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    server.spawn(async move { axum::serve(listener, service).await });
    let ops = chance.ops(requests * each);
    let wires: Vec<Vec<u8>> = ops
        .chunks(each)
        .map(|ops| push(device_id, &token, ops.iter().map(|(_, op)| &*op.json), chance))
        .collect();
    let client = Builder::new_current_thread().enable_all().build().unwrap();
    let confirmed_s = client.block_on(send_all(address, wires, connections));
    let began = Instant::now();
    server.block_on(storage.write(search::catch_up)).unwrap();
    let found_s = confirmed_s + began.elapsed().as_secs_f64();
    let stored = server.block_on(storage.read(endpoint::storage::notes::count)).unwrap();
    assert_eq!(stored, ops.len() as u64, "each note once");
    drop(server);
    let notes = ops.len() as f64;
    Rate { confirmed: notes / confirmed_s, found: notes / found_s }
}

/// A device and its token, without the proofs: they are no part of an intake.
async fn enrol(storage: &Storage) -> (DeviceId, String) {
    let enrolled = storage.write(move |db| {
        let request = EnrolRequest {
            invitation: devices::invite(db, "Ana", 0)?,
            public_key: PublicKey::from_bytes([4; 65]),
            signature: Signature::from_bytes([0; 64]),
            device_name: "x".to_owned(),
        };
        let device_id = chance::device_id()?;
        devices::enrol(db, &request, device_id, 1)?.unwrap();
        Ok((device_id, tokens::issue(db, device_id, chance::bytes()?, now_ms())?))
    });
    enrolled.await.unwrap()
}

/// A whole request.
fn push<'a>(
    device_id: DeviceId,
    token: &str,
    ops: impl IntoIterator<Item = &'a str>,
    chance: &mut Chance,
) -> Vec<u8> {
    let header = PushHeader::new(device_id, None, BatchId::new(1, chance.id_bytes()));
    request(token, &header.encode(ops).unwrap())
}

/// Seconds from the first byte of the first request to the last of the last answer.
async fn send_all(address: SocketAddr, wires: Vec<Vec<u8>>, connections: usize) -> f64 {
    let wires = Arc::new(wires);
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        streams.push(stream);
    }
    let began = Instant::now();
    let sending: Vec<_> = streams
        .into_iter()
        .map(|mut stream| {
            let (wires, next) = (Arc::clone(&wires), Arc::clone(&next));
            tokio::spawn(async move {
                let mut answer = Vec::new();
                let take = || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                while let Some(wire) = wires.get(take()) {
                    send(&mut stream, wire).await;
                    read_answer(&mut stream, &mut answer).await;
                }
            })
        })
        .collect();
    for sent in sending {
        sent.await.unwrap();
    }
    began.elapsed().as_secs_f64()
}
