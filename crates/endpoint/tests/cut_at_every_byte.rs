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

use fixture::{Device, House, gap, header_of};
use protocol::limits::MEDIA_TYPE;
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
