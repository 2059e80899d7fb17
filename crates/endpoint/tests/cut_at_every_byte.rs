//! The link breaks after each single byte, of the request and of the answer; then the same is sent
//! again. Whatever was cut, it counts exactly once (SYNC.md fault 19).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use fixture::{Device, House, batch_id, gap, header_of};
use protocol::OpId;
use protocol::have::{HaveAnswer, HaveRequest};
use protocol::limits::{MEDIA_TYPE, PROTOCOL};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::push::{PushAnswer, Verdict};
use rustix::net::sockopt::set_socket_linger;

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// In order, by FIN: the sender went away.
    Closed,
    /// At once, by RST: what was under way is thrown away.
    Reset,
}

/// Sends so much of a request, reads so much of the answer, and breaks the connection.
fn cut(address: SocketAddr, request: &[u8], answer_bytes: usize, end: End) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    (&stream).take(answer_bytes as u64).read_to_end(&mut answer).unwrap();
    if let End::Reset = end {
        set_socket_linger(&stream, Some(std::time::Duration::ZERO)).unwrap();
    }
    answer
}

/// Sends a request and reads the answer to its end.
fn whole(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    cut(address, request, usize::MAX, End::Closed)
}

/// A request as it travels.
fn post(device: &Device, path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: sightline\r\nconnection: close\r\n\
         authorization: Bearer {}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {}\r\n\r\n{body}",
        device.token,
        body.len()
    )
    .into_bytes()
}

/// The canonical push: one note.
fn push(device: &Device, text: &str) -> Vec<u8> {
    post(device, "/api/v1/push", &header_of(device).encode([&*gap(text).json]).unwrap())
}

/// What became of that note.
fn verdict(answer: &[u8]) -> Verdict {
    let text = std::str::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{text}");
    let answer: PushAnswer = serde_json::from_str(body).unwrap();
    assert_eq!(answer.receipts.len(), 1, "{text}");
    answer.receipts[0].verdict
}

/// Every text of these is there once, and nothing else.
fn assert_exactly_once(house: &House, texts: usize) {
    let there = house.count("SELECT count(*) FROM note");
    let distinct = house.count("SELECT count(DISTINCT text) FROM note");
    assert_eq!((there, distinct), (texts as i64, texts as i64));
    assert_eq!(house.count("SELECT count(*) FROM op"), there);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn a_push_cut_after_any_byte_of_the_request_counts_once_when_sent_again() {
    let house = House::open();
    let device = house.enrol("Ana");
    let mut texts = 0;
    for end in [End::Closed, End::Reset] {
        let bytes = push(&device, &format!("{end:?} at 0000")).len();
        for at in 0..=bytes {
            let request = push(&device, &format!("{end:?} at {at:04}"));
            assert_eq!(request.len(), bytes);
            cut(house.address, &request[..at], 0, end);
            let verdict = verdict(&whole(house.address, &request));
            if at < bytes {
                assert_eq!(verdict, Verdict::Stored, "{at} of {bytes} bytes stored a note");
            } else {
                // Whole, and nobody waited: whether it was still taken in is the endpoint's affair.
                assert!(verdict.is_confirmed());
            }
            texts += 1;
        }
    }
    assert_exactly_once(&house, texts);
    println!("{texts} requests cut");
}

#[test]
fn a_push_cut_after_any_byte_of_the_answer_counts_once_when_sent_again() {
    let house = House::open();
    let device = house.enrol("Ana");
    let mut texts = 0;
    for end in [End::Closed, End::Reset] {
        for at in 1.. {
            let request = push(&device, &format!("{end:?} at {at}"));
            let answer = cut(house.address, &request, at, end);
            let again = verdict(&whole(house.address, &request));
            assert_eq!(again, Verdict::Duplicate, "a receipt began before its commit, at {at}");
            texts += 1;
            if answer.len() < at {
                break;
            }
        }
    }
    assert_exactly_once(&house, texts);
    assert!(texts > 2 * 300, "answers are longer than that");
    println!("{texts} answers cut");
}

/// The endpoint's word to this device, if it is whole: nothing else is ever acted upon.
fn word<T: serde::de::DeserializeOwned>(device: &Device, answer: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(answer).ok()?;
    protocol::seal::open(&device.receipt_key, text.split_once("\r\n\r\n")?.1).ok()
}

/// Cuts after each byte of a request, then after each byte of its answer, in both ways. Tells
/// after each what came of the answer, and how often it cut.
fn at_every_byte(
    address: SocketAddr,
    mut request: impl FnMut() -> Vec<u8>,
    mut then: impl FnMut(&[u8]),
) -> usize {
    let mut cuts = 0;
    for end in [End::Closed, End::Reset] {
        for at in 0.. {
            let request = request();
            if at > request.len() {
                break;
            }
            then(&cut(address, &request[..at], 0, end));
            cuts += 1;
        }
        for at in 0.. {
            let answer = cut(address, &request(), at, end);
            then(&answer);
            cuts += 1;
            if answer.len() < at {
                break;
            }
        }
    }
    cuts
}

/// A device that follows its rep's changes.
struct Follower {
    device: Device,
    cursor: Option<String>,
    applied: Vec<OpId>,
}

impl Follower {
    fn request(&self) -> Vec<u8> {
        let cursor = self.cursor.iter().map(|cursor| format!("&cursor={cursor}"));
        format!(
            "GET /api/v1/pull?request_id={}{} HTTP/1.1\r\nhost: sightline\r\n\
             connection: close\r\nauthorization: Bearer {}\r\n\r\n",
            batch_id(),
            cursor.collect::<String>(),
            self.device.token
        )
        .into_bytes()
    }

    /// Applies a page and its cursor, or nothing.
    fn read(&mut self, answer: &[u8]) {
        let Some(page) = word::<PullAnswer<RawChange>>(&self.device, answer) else { return };
        assert_eq!(page.cursor_seen, self.cursor);
        for raw in &page.changes {
            let What::Op(op) = Change::read(raw).unwrap().what else { panic!("{raw}") };
            self.applied.push(serde_json::from_str::<protocol::Op<'_>>(op.get()).unwrap().op_id);
        }
        self.cursor = Some(page.next_cursor);
    }
}

#[test]
fn a_pull_cut_after_any_byte_brings_each_change_once_when_asked_again() {
    let house = House::open();
    let writer = house.enrol("Ana");
    let follower = Follower { device: house.enrol("Ana"), cursor: None, applied: Vec::new() };
    let (follower, pushed) = (std::cell::RefCell::new(follower), std::cell::RefCell::new(vec![]));
    let change_something = || {
        let op = gap("changed");
        house.push(&writer, [&*op.json]);
        pushed.borrow_mut().push(op.op_id);
        follower.borrow().request()
    };
    let cuts = at_every_byte(house.address, change_something, |answer| {
        let mut follower = follower.borrow_mut();
        follower.read(answer);
        let again = whole(house.address, &follower.request());
        follower.read(&again);
        assert_eq!(follower.applied.last(), pushed.borrow().last());
    });
    assert_eq!(follower.into_inner().applied, pushed.into_inner());
    assert!(cuts > 2 * (300 + 600), "longer than that: {cuts}");
    println!("{cuts} pulls cut");
}

#[test]
fn a_question_cut_after_any_byte_is_answered_whole_when_asked_again() {
    let house = House::open();
    let device = house.enrol("Ana");
    let (held, unknown) = (gap("held"), gap("never sent"));
    house.push(&device, [&*held.json]);
    let question = || {
        let request = HaveRequest {
            protocol: PROTOCOL,
            device_id: device.id,
            request_id: batch_id(),
            op_ids: vec![held.op_id, unknown.op_id],
        };
        post(&device, "/api/v1/have", &serde_json::to_string(&request).unwrap())
    };
    let assert_right = |answer: &HaveAnswer| {
        assert_eq!(answer.held.iter().map(|it| it.op_id).collect::<Vec<_>>(), [held.op_id]);
    };
    let cuts = at_every_byte(house.address, question, |answer| {
        if let Some(answer) = word(&device, answer) {
            assert_right(&answer);
        }
        assert_right(&word(&device, &whole(house.address, &question())).unwrap());
    });
    assert!(cuts > 2 * (400 + 300), "longer than that: {cuts}");
    println!("{cuts} questions cut");
}
