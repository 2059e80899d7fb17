//! The real binary under steady load: so many notes a second, each in a request of its own, for
//! half a minute. How long each waits for its answer, and whether memory grows (DESIGN.md §7).
//! `STEADY_SECONDS` and `STEADY_NOTES_PER_S` ask for another load.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench ends where it fails")]

#[path = "../tests/fixture/mod.rs"]
mod fixture;
#[path = "../tests/process/mod.rs"]
mod process;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bench_rows::{Row, percentile};
use protocol::note::Kind;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep_until};

use fixture::Device;
use process::{Serving, run, said};
use wire::{read_answer, request, send};

const DEVICES: usize = 16;
const CONNECTIONS: usize = 64;
const P99_MS_MAX: f64 = 250.0;
/// Sent as fast as can be before the clock starts: whatever is opened on demand is open then.
const WARM_UP: usize = 4_000;
/// Caches are as full as they get by then: what grows later grows for ever.
const WARM_AFTER: Duration = Duration::from_secs(10);
const GROWTH_MAX: f64 = 1.10;
const WORDS: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

fn main() -> ExitCode {
    let seconds = asked("STEADY_SECONDS", 30);
    let notes_per_s = asked("STEADY_NOTES_PER_S", 2_000);
    let data = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let serving = Serving::start(data.path());
    let devices: Vec<Device> = (0..DEVICES)
        .map(|number| {
            let link = said(&run(data.path(), &["invite", "--rep", &format!("Rep {number}")]));
            let invitation = link.trim_end().split('#').nth(1).unwrap().to_owned();
            fixture::enrol(serving.address, invitation).0
        })
        .collect();
    let notes = WARM_UP + seconds * notes_per_s;
    let requests = requests(&devices, notes);
    let client = Builder::new_current_thread().enable_all().build().unwrap();
    let load = client.block_on(load(&serving, requests, notes_per_s));
    let stored = said(&run(data.path(), &["export", "--format", "ndjson"])).lines().count();
    assert_eq!(stored, notes, "each note once");

    let name = format!("endpoint, {notes_per_s} notes a second for {seconds} s");
    let basis = format!("one a request, {CONNECTIONS} connections, {DEVICES} devices");
    let of = |share| percentile(&load.waits_ms, share).unwrap();
    let rows = [
        Row::new(format!("{name}, 99th percentile"), of(0.99), "ms").at_most(P99_MS_MAX).on(basis),
        Row::new(format!("{name}, median"), of(0.5), "ms"),
        Row::new(format!("{name}, memory at its end"), load.end_kib / load.warm_kib, "×")
            .at_most(GROWTH_MAX)
            .on(format!("{:.1} MiB after 10 s", load.warm_kib / 1_024.0)),
    ];
    bench_rows::report(&rows).unwrap()
}

fn asked(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |number| number.parse().unwrap())
}

/// Whole requests, made beforehand: what the client does while it measures must be little.
fn requests(devices: &[Device], count: usize) -> Vec<Vec<u8>> {
    let words: Vec<&str> = WORDS.lines().filter_map(|line| line.split('\t').next_back()).collect();
    (0..count)
        .map(|number| {
            let device = &devices[number % DEVICES];
            let kind = Kind::ALL[number % Kind::ALL.len()];
            let op = fixture::create(fixture::note(kind, words[number % words.len()]));
            request(&device.token, &fixture::header_of(device).encode([&*op.json]).unwrap())
        })
        .collect()
}

struct Load {
    /// Each request's wait, from the moment at which it was due: one that had to wait for an
    /// earlier one on its connection waited too.
    waits_ms: Vec<f64>,
    warm_kib: f64,
    end_kib: f64,
}

async fn load(serving: &Serving, requests: Vec<Vec<u8>>, notes_per_s: usize) -> Load {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let mut streams = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(serving.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        streams.push(stream);
    }
    let warming = streams.into_iter().map(|mut stream| {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        tokio::spawn(async move {
            let mut answer = Vec::new();
            while let Some(request) = requests[..WARM_UP].get(next.fetch_add(1, Ordering::Relaxed))
            {
                send(&mut stream, request).await;
                read_answer(&mut stream, &mut answer).await;
            }
            stream
        })
    });
    let mut warm = Vec::new();
    for stream in warming.collect::<Vec<_>>() {
        warm.push(stream.await.unwrap());
    }
    next.store(WARM_UP, Ordering::Relaxed);
    let began = Instant::now();
    let sending: Vec<_> = warm
        .into_iter()
        .map(|mut stream| {
            let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
            tokio::spawn(async move {
                let (mut waits_ms, mut answer) = (Vec::new(), Vec::new());
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(number) else { return waits_ms };
                    let paced = number - WARM_UP;
                    let due = began + Duration::from_secs_f64(paced as f64 / notes_per_s as f64);
                    sleep_until(due).await;
                    send(&mut stream, request).await;
                    read_answer(&mut stream, &mut answer).await;
                    waits_ms.push(due.elapsed().as_secs_f64() * 1_000.0);
                }
            })
        })
        .collect();
    sleep_until(began + WARM_AFTER).await;
    let warm_kib = resident_kib(serving);
    let mut waits_ms = Vec::new();
    for sent in sending {
        waits_ms.extend(sent.await.unwrap());
    }
    Load { waits_ms, warm_kib, end_kib: resident_kib(serving) }
}

/// Memory that the process holds (proc(5), `VmRSS`).
fn resident_kib(serving: &Serving) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", serving.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
