//! Answers that are not the endpoint's own, or no longer.

use super::fault::{Spoil, Stranger};
use super::message::Message;

const PAGE: &str = "<!doctype html><title>Welcome</title><h1>Welcome to our hotel</h1>";

/// What a stranger answers.
pub(super) fn stranger(who: Stranger) -> Message {
    let status = match who {
        Stranger::Portal => "200 OK",
        Stranger::Redirect => "302 Found\r\nlocation: http://portal.invalid/login",
        Stranger::ProxyLogin => {
            "407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"proxy\""
        }
        Stranger::NetworkLogin => "511 Network Authentication Required",
        Stranger::BadGateway => "502 Bad Gateway",
    };
    let length = PAGE.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n");
    Message::from_parts(&head, PAGE.as_bytes())
}

/// What becomes of an answer.
pub(super) fn spoiled(answer: &Message, how: Spoil) -> Message {
    match how {
        Spoil::BrokenGzip => answer.with_header("content-encoding", "gzip"),
        Spoil::ForeignDate => answer.with_header("date", "Tue, 19 Jan 2038 03:14:07 GMT"),
        Spoil::MediaType => answer.with_header("content-type", "text/html"),
        Spoil::FlippedBit => {
            let mut body = answer.body().to_vec();
            let middle = body.len() / 2;
            if let Some(byte) = body.get_mut(middle) {
                *byte ^= 1;
            }
            answer.with_body(&body)
        }
    }
}
