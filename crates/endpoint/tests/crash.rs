//! Killed in the middle of pushes, again and again: what was confirmed is there, and after a
//! resend everything is there exactly once (SYNC.md §2, invariants 1, 2 and 6).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;
mod process;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use fixture::{Device, enrolment, gap, header_of};
use process::{Serving, push, run, said};
use protocol::console::InboxNote;
use protocol::enrol::EnrolAnswer;
use protocol::op::SealedOp;
use protocol::push::PushAnswer;
use tempfile::TempDir;

const KILLS: u32 = 12;
const DEVICES: usize = 4;
const OPS_OF_A_BATCH: usize = 20;

fn enrol(data: &TempDir, serving: &Serving, rep: &str) -> Device {
    let link = said(&run(data.path(), &["invite", "--rep", rep]));
    let request = enrolment(link.trim_end().split('#').nth(1).unwrap().to_owned());
    let body = serde_json::to_string(&request).unwrap();
    let answer = ureq::post(format!("http://{}/api/v1/enrol", serving.address))
        .header("content-type", "application/json")
        .send(&body)
        .unwrap()
        .body_mut()
        .read_to_vec()
        .unwrap();
    let answer: EnrolAnswer = serde_json::from_slice(&answer).unwrap();
    Device { id: answer.device_id, secret: request.device_secret }
}

fn exported(data: &TempDir) -> Vec<String> {
    let ndjson = said(&run(data.path(), &["export", "--format", "ndjson"]));
    let note = |line| serde_json::from_str::<InboxNote>(line).unwrap().note.text;
    ndjson.lines().map(note).collect()
}

/// Sends batch after batch until the endpoint is gone. What it tried, and the texts confirmed.
fn push_until_killed(
    serving: &Serving,
    device: &Device,
    name: &str,
) -> (Vec<(String, SealedOp)>, BTreeSet<String>) {
    let (mut tried, mut confirmed) = (Vec::new(), BTreeSet::new());
    for batch in 0.. {
        let ops: Vec<_> = (0..OPS_OF_A_BATCH)
            .map(|index| format!("{name} {batch} {index} é"))
            .map(|text| (text.clone(), gap(&text)))
            .collect();
        let body = header_of(device).encode(ops.iter().map(|(_, op)| &*op.json)).unwrap();
        tried.extend(ops.iter().cloned());
        let Some((status, answer)) = push(serving.address, &device.secret, &body) else { break };
        if status != 200 {
            break;
        }
        let answer: PushAnswer = serde_json::from_slice(&answer).unwrap();
        let is_confirmed = |(_, op): &&(String, SealedOp)| {
            answer.receipts.iter().any(|it| it.op_id == op.op_id && it.verdict.is_confirmed())
        };
        confirmed.extend(ops.iter().filter(is_confirmed).map(|(text, _)| text.clone()));
    }
    (tried, confirmed)
}

#[test]
fn a_kill_in_the_middle_of_pushes_loses_and_doubles_nothing() {
    let data = TempDir::new().unwrap();
    let mut serving = Serving::start(data.path());
    let devices: Vec<_> =
        (0..DEVICES).map(|index| enrol(&data, &serving, &format!("rep {index}"))).collect();
    let mut written = BTreeSet::new();
    let mut was_cut = 0;
    for kill in 0..KILLS {
        let tried = Mutex::new(Vec::new());
        let confirmed = Mutex::new(BTreeSet::new());
        std::thread::scope(|scope| {
            for (index, device) in devices.iter().enumerate() {
                let (serving, tried, confirmed) = (&serving, &tried, &confirmed);
                scope.spawn(move || {
                    let name = format!("{kill}.{index}");
                    let (ops, sure) = push_until_killed(serving, device, &name);
                    tried.lock().unwrap().push((index, ops));
                    confirmed.lock().unwrap().extend(sure);
                });
            }
            // Another moment of the pushes each time.
            std::thread::sleep(Duration::from_millis(40 + u64::from(kill) * 23));
            serving.kill_now();
        });
        drop(serving);
        let confirmed = confirmed.into_inner().unwrap();
        let there: BTreeSet<_> = exported(&data).into_iter().collect();
        let lost: Vec<_> = confirmed.difference(&there).collect();
        assert!(lost.is_empty(), "confirmed and lost: {lost:?}");
        serving = Serving::start(data.path());
        for (index, ops) in tried.into_inner().unwrap() {
            was_cut += ops.iter().filter(|(text, _)| !confirmed.contains(text)).count();
            for batch in ops.chunks(500) {
                let json = batch.iter().map(|(_, op)| &*op.json);
                let body = header_of(&devices[index]).encode(json).unwrap();
                let answer = push(serving.address, &devices[index].secret, &body).unwrap();
                let answer: PushAnswer = serde_json::from_slice(&answer.1).unwrap();
                assert_eq!(answer.receipts.len(), batch.len());
                assert!(answer.receipts.iter().all(|it| it.code.is_none()));
            }
            written.extend(ops.into_iter().map(|(text, _)| text));
        }
    }
    let notes = exported(&data);
    assert_eq!(notes.len(), written.len(), "each once");
    assert_eq!(notes.into_iter().collect::<BTreeSet<_>>(), written);
    assert!(was_cut >= OPS_OF_A_BATCH, "no push was ever cut: the test shows nothing");
    println!("{} notes, {was_cut} of them in pushes that were cut", written.len());
    let db = rusqlite::Connection::open(data.path().join("sightline.sqlite")).unwrap();
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    db.execute("INSERT INTO note_search (note_search) VALUES ('integrity-check')", []).unwrap();
}

#[test]
fn an_answer_that_is_cut_after_the_commit_is_asked_for_again() {
    let data = TempDir::new().unwrap();
    let serving = Serving::start(data.path());
    let device = enrol(&data, &serving, "Ana");
    // At each of these moments the client goes; some are before, some after the commit.
    for wait_ms in [0, 1, 2, 5, 10, 50] {
        let body = header_of(&device).encode([&*gap("cut").json]).unwrap();
        let mut stream = TcpStream::connect(serving.address).unwrap();
        let head = format!(
            "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: {}\r\ncontent-length: {}\r\n\r\n",
            device.secret,
            protocol::limits::MEDIA_TYPE,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(wait_ms));
        drop(stream);
        let (status, answer) = push(serving.address, &device.secret, &body).unwrap();
        assert_eq!(status, 200);
        let answer: PushAnswer = serde_json::from_slice(&answer).unwrap();
        assert!(answer.receipts[0].verdict.is_confirmed());
    }
    assert_eq!(exported(&data).len(), 6);
}

#[test]
fn a_push_that_never_comes_whole_stores_nothing() {
    let data = TempDir::new().unwrap();
    let serving = Serving::start(data.path());
    let device = enrol(&data, &serving, "Ana");
    let body = header_of(&device).encode([&*gap("broken off").json]).unwrap();
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        let mut stream = TcpStream::connect(serving.address).unwrap();
        let head = format!(
            "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: {}\r\ncontent-length: {}\r\n\r\n",
            device.secret,
            protocol::limits::MEDIA_TYPE,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body.as_bytes()[..cut]).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(exported(&data), [""; 0]);
}
