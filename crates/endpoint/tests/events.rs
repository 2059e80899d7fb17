//! Server-sent events: a console hears that there is something to read, and lets go when it must.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod desk;
mod fixture;
mod process;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use desk::Desk;
use fixture::{gap, post_json};
use process::{Serving, run, said};
use protocol::console::work::Change;

/// Longest wait for an event, on machines that have much else to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// A console that listens.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn open(address: SocketAddr, cookie: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(
            stream,
            "GET /api/v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {cookie}\r\n\
             sec-fetch-site: same-origin\r\n\r\n"
        )
        .unwrap();
        let mut listener = Self(BufReader::new(stream));
        let head: Vec<String> =
            std::iter::from_fn(|| listener.line()).take_while(|line| !line.is_empty()).collect();
        assert!(head[0].contains("200"), "{head:?}");
        assert!(head.iter().any(|line| line == "content-type: text/event-stream"), "{head:?}");
        assert!(head.iter().any(|line| line == "cache-control: no-store"), "{head:?}");
        listener
    }

    /// The next line; none at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let bytes = self.0.read_line(&mut line).unwrap();
        (bytes > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event's name and data; none where the stream ends.
    fn event(&mut self) -> Option<(String, String)> {
        let mut name = String::new();
        loop {
            let line = self.line()?;
            if let Some(found) = line.strip_prefix("event: ") {
                name = found.to_owned();
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, data.to_owned()));
            }
        }
    }
}

#[test]
fn a_console_hears_of_notes_and_of_deeds_and_of_nothing_else() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let mut listener = Listener::open(desk.house.address, &desk.cookie);
    let some = desk.gap(&ana, "some");
    assert_eq!(listener.event().unwrap(), ("arrived".to_owned(), "1".to_owned()));
    // Commits that are nobody's news: a sign-in, an invitation.
    desk.house.marketer();
    desk.house.invite("Ben");
    desk.apply(&[some], Change::Read);
    assert_eq!(listener.event().unwrap(), ("changed".to_owned(), "1".to_owned()));
    assert_eq!(desk.apply(&[some], Change::Read).changed, []);
    desk.gap(&ana, "more");
    assert_eq!(listener.event().unwrap(), ("arrived".to_owned(), "2".to_owned()));
}

#[test]
fn a_thousand_notes_are_few_events() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let mut listener = Listener::open(desk.house.address, &desk.cookie);
    let began = Instant::now();
    for _ in 0..100 {
        let ops: Vec<_> = (0..10).map(|_| gap("one of many")).collect();
        desk.house.push(&ana, ops.iter().map(|op| &*op.json));
    }
    let mut events = 0;
    while listener.event().unwrap().1 != "1000" {
        events += 1;
    }
    // At most two a second, but for the first.
    let most = began.elapsed().as_secs() * 2 + 2;
    assert!(events <= most, "{events} events in {:?}", began.elapsed());
}

#[test]
fn nobody_listens_without_a_session_or_after_it() {
    let desk = Desk::open();
    desk.house.get("/api/v1/events", &[]).assert_problem(401, "session_missing");
    let other_site = [("cookie", &*desk.cookie), ("sec-fetch-site", "cross-site")];
    desk.house.get("/api/v1/events", &other_site).assert_problem(403, "cross_site");
    let mut listener = Listener::open(desk.house.address, &desk.cookie);
    let headers = [("cookie", &*desk.cookie), ("sec-fetch-site", "same-origin")];
    assert_eq!(desk.house.send("DELETE", "/api/v1/session", &headers, None).status, 204);
    assert_eq!(listener.event(), None, "the sign-out ends it");
}

#[test]
fn an_open_stream_does_not_hold_up_the_end() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path();
    let serving = Serving::start(data);
    let link = said(&run(data, &["user", "add", "--email", "m@example.org", "--role", "marketer"]));
    let code = serde_json::json!({ "code": link.trim().rsplit('#').next().unwrap() });
    let answer = post_json(serving.address, "/api/v1/session", &code);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let mut listener = Listener::open(serving.address, &cookie);
    let began = Instant::now();
    serving.stop();
    assert!(began.elapsed() < Duration::from_secs(8), "it waited for the stream");
    assert_eq!(listener.event(), None);
}
