//! Killed in the middle of pushes, again and again: what was confirmed is there, and after a
//! resend everything is there exactly once (SYNC.md §2, invariants 1, 2 and 6).
//!
//! `SIGHTLINE_CUTS` tells how often.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;
mod process;
mod siege;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use fixture::{gap, header_of};
use power_cut::cuts_or;
use process::{Serving, push};
use protocol::push::PushAnswer;
use siege::{Siege, enrol, exported};
use tempfile::TempDir;

#[test]
fn a_kill_in_the_middle_of_pushes_loses_and_doubles_nothing() {
    let mut siege = Siege::with_kills();
    for _ in 0..cuts_or(100) {
        siege.strike();
        assert_eq!(siege.tally.lost, 0, "{:?}", siege.tally);
        siege.resend();
    }
    siege.finish();
}

#[test]
fn an_answer_that_is_cut_after_the_commit_is_asked_for_again() {
    let data = TempDir::new().unwrap();
    let serving = Serving::start(data.path());
    let device = enrol(&data, serving.address, "Ana");
    // At each of these moments the client goes; some are before, some after the commit.
    for wait_ms in [0, 1, 2, 5, 10, 50] {
        let body = header_of(&device).encode([&*gap("cut").json]).unwrap();
        let mut stream = TcpStream::connect(serving.address).unwrap();
        let head = format!(
            "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: {}\r\ncontent-length: {}\r\n\r\n",
            device.token,
            protocol::limits::MEDIA_TYPE,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(wait_ms));
        drop(stream);
        let (status, answer) = push(serving.address, &device.token, &body).unwrap();
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
    let device = enrol(&data, serving.address, "Ana");
    let body = header_of(&device).encode([&*gap("broken off").json]).unwrap();
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        let mut stream = TcpStream::connect(serving.address).unwrap();
        let head = format!(
            "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: {}\r\ncontent-length: {}\r\n\r\n",
            device.token,
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
