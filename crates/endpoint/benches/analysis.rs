//! How long analysis takes over a hundred thousand notes once it is warm, and how long it takes to
//! get there (issue 5, "It must show").
#![allow(clippy::unwrap_used, reason = "a bench ends where it fails")]

use std::process::ExitCode;
use std::time::Instant;

use bench_rows::{Row, percentile};
use endpoint::clock::now_ms;
use endpoint::demo;
use endpoint::storage::Storage;
use endpoint::storage::analysis::analyse;
use endpoint::storage::facts::Facts;
use protocol::console::analysis::{AnalysisQuery, Span};
use rusqlite::Connection;

const NOTES: u32 = 100_000;
const ROUNDS: usize = 41;
const P95_MS_MAX: f64 = 100.0;

fn main() -> ExitCode {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("demo.sqlite");
    drop(Storage::open(&file).unwrap());
    let mut db = Connection::open(&file).unwrap();
    db.set_prepared_statement_cache_capacity(64);
    let began = Instant::now();
    let transaction = db.transaction().unwrap();
    demo::fill(&transaction, demo::Wanted { notes: NOTES, seed: 1 }, now_ms()).unwrap();
    transaction.commit().unwrap();
    let filled_s = began.elapsed().as_secs_f64();
    let mut facts = Facts::default();
    let began = Instant::now();
    facts.catch_up(&db).unwrap();
    let cold_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let mut rows = vec![
        Row::new("demo of 100,000 notes", filled_s, "s").at_most(60.0),
        Row::new("analysis, first time after a start", cold_ms, "ms").on("reads every note once"),
    ];
    for (name, query) in queries() {
        let mut times_ms = Vec::new();
        let mut notes = 0;
        for round in 0..ROUNDS {
            // Somebody works on notes meanwhile: what changed is read again each time.
            db.execute(
                "UPDATE work SET read_at_ms = ?1 WHERE seq IN
                    (SELECT seq FROM work WHERE seq > ?2 LIMIT 20)",
                [now_ms(), i64::try_from(round).unwrap() * 100],
            )
            .unwrap();
            let began = Instant::now();
            facts.catch_up(&db).unwrap();
            notes = analyse(&db, &facts, &query).unwrap().notes;
            times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        let median_ms = percentile(&times_ms, 0.5).unwrap();
        rows.push(
            Row::new(format!("analysis, {name}"), percentile(&times_ms, 0.95).unwrap(), "ms")
                .at_most(P95_MS_MAX)
                .on(format!("95th percentile, median {median_ms:.1} ms, {notes} notes")),
        );
    }
    bench_rows::report(&rows).unwrap()
}

fn queries() -> Vec<(&'static str, AnalysisQuery)> {
    let all = AnalysisQuery::default;
    let weeks_ago = |weeks: i64| Some(now_ms() - weeks * 7 * 24 * 3_600_000);
    vec![
        ("everything by week", all()),
        ("everything by quarter", AnalysisQuery { by: Span::Quarter, ..all() }),
        ("the last four weeks", AnalysisQuery { from_ms: weeks_ago(4), ..all() }),
        ("a region", AnalysisQuery { region: Some("Nord".to_owned()), ..all() }),
        ("a product", AnalysisQuery { product: Some(demo::PRODUCT.to_owned()), ..all() }),
    ]
}
