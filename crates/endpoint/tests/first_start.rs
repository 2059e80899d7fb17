//! The command line: links that work, one line for an error, an end in order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;
mod process;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use fixture::{Device, gap, header_of};
use process::{Serving, assert_refused, push, run, said, sightline};
use protocol::console::InboxNote;
use protocol::enrol::EnrolAnswer;
use tempfile::TempDir;

fn post(serving: &Serving, path: &str, json: &impl serde::Serialize) -> Vec<u8> {
    let body = serde_json::to_string(json).unwrap();
    let mut answer = ureq::post(format!("http://{}{path}", serving.address))
        .header("content-type", "application/json")
        .send(&body)
        .unwrap();
    answer.body_mut().read_to_vec().unwrap()
}

fn enrol(serving: &Serving, code: &str) -> (Device, EnrolAnswer) {
    fixture::enrol(serving.address, code.to_owned())
}

/// What stands behind the `#` of the only word that begins like this.
#[track_caller]
fn code<'a>(text: &'a str, link: &str) -> &'a str {
    let mut found = text.split_whitespace().filter_map(|word| word.strip_prefix(link));
    let code = found.next().unwrap_or_else(|| panic!("no {link} in {text}"));
    assert_eq!(found.next(), None, "one link: {text}");
    code
}

#[test]
fn the_first_start_prints_one_link_for_either_side_and_they_work() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("deep/data");
    let serving = Serving::start(&data);
    // Read while it runs would block; the links come before anything is served.
    assert_eq!(
        ureq::get(format!("http://{}/healthz", serving.address)).call().unwrap().status(),
        200
    );
    let address = serving.address;
    let said = serving.stop();
    let serving = Serving::start(&data);
    let invitation = code(&said, &format!("http://{address}/enrol#")).to_owned();
    let sign_in = code(&said, &format!("http://{address}/console/sign-in#")).to_owned();
    assert_eq!(enrol(&serving, &invitation).1.rep_name, "First rep");
    let session = post(&serving, "/api/v1/session", &serde_json::json!({ "code": sign_in }));
    assert_eq!(session, br#"{"user_id":1,"email":"admin@localhost","role":"admin"}"#);
    let mode = std::fs::metadata(&data).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "customers' words are nobody else's business");
    assert_eq!(serving.stop(), "", "a second start prints no links");
}

#[test]
fn an_invitation_is_the_link_alone_also_while_the_endpoint_runs() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let link = said(&run(folder.path(), &["invite", "--rep", "Zoë Müller"]));
    assert_eq!(link.lines().count(), 1);
    let code = link.trim_end().strip_prefix(&format!("http://{}/enrol#", serving.address));
    let (device, answer) = enrol(&serving, code.expect("the address that is served"));
    assert_eq!(answer.rep_name, "Zoë Müller");
    let body = header_of(&device).encode([&*gap("from Zoë").json]).unwrap();
    assert_eq!(push(serving.address, &device.token, &body).unwrap().0, 200);

    let public = ["invite", "--rep", "Ana", "--public-url", "https://notes.example.org/"];
    let link = said(&run(folder.path(), &public));
    assert!(link.starts_with("https://notes.example.org/enrol#"), "{link}");
}

#[test]
fn a_user_gets_a_sign_in_link_and_another_one_when_asked_again() {
    let folder = TempDir::new().unwrap();
    let add = ["user", "add", "--email", "marie@example.org", "--role", "marketer"];
    let first = said(&run(folder.path(), &add));
    let second = said(&run(folder.path(), &add));
    assert_ne!(first, second);
    for link in [first, second] {
        assert!(link.starts_with("http://127.0.0.1:8080/console/sign-in#"), "{link}");
        assert_eq!(link.lines().count(), 1);
    }
}

#[test]
fn devices_are_listed_and_one_is_shut_out_while_the_endpoint_runs() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let invite = |rep: &str| said(&run(folder.path(), &["invite", "--rep", rep]));
    let code = |link: &str| link.trim_end().split('#').nth(1).unwrap().to_owned();
    let (ana, _) = enrol(&serving, &code(&invite("Ana\u{1b}[2J")));
    let (ben, _) = enrol(&serving, &code(&invite("Ben")));
    let list = || said(&run(folder.path(), &["device", "list"]));
    let listed = list();
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    assert!(lines[0].starts_with("DEVICE") && lines[0].ends_with("REVOKED"), "{listed}");
    assert!(lines[1].starts_with(&ana.id.to_string()) && lines[1].contains("Ana"), "{listed}");
    assert!(lines[1].ends_with('-') && lines[1].contains("Pixel"), "{listed}");
    assert!(!listed.contains('\u{1b}'), "a name moves no terminal");
    said(&run(folder.path(), &["device", "revoke", &ana.id.to_string()]));
    assert!(list().lines().nth(1).unwrap().ends_with('Z'), "{}", list());
    let push = |device: &Device| {
        let body = header_of(device).encode([&*gap("x").json]).unwrap();
        push(serving.address, &device.token, &body).unwrap().0
    };
    assert_eq!((push(&ana), push(&ben)), (401, 200));
    let nobody = run(folder.path(), &["device", "revoke", "018bcfe5-6803-7404-8404-040404040404"]);
    assert_refused(&nobody, "device list");
    let nowhere = TempDir::new().unwrap();
    assert_refused(&run(nowhere.path(), &["device", "list"]), "--data-dir");
}

#[test]
fn exports_write_to_standard_output() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let link = said(&run(folder.path(), &["invite", "--rep", "Ana"]));
    let (device, _) = enrol(&serving, link.trim_end().split('#').nth(1).unwrap());
    let text = "déjà vu 👩‍🚀\nsecond line";
    let body = header_of(&device).encode([&*gap(text).json]).unwrap();
    push(serving.address, &device.token, &body).unwrap();
    let ndjson = said(&run(folder.path(), &["export", "--format", "ndjson"]));
    let note: InboxNote = serde_json::from_str(ndjson.trim_end()).unwrap();
    assert_eq!(note.note.text, text);
    let csv = said(&run(folder.path(), &["export", "--format", "csv", "--search", "deja"]));
    assert!(csv.contains(text));
    let none = said(&run(folder.path(), &["export", "--format", "ndjson", "--kind", "need"]));
    assert_eq!(none, "");
    let none = said(&run(folder.path(), &["export", "--format", "ndjson", "--to-ms", "1"]));
    assert_eq!(none, "");
    drop(serving);
    assert_eq!(said(&run(folder.path(), &["export", "--format", "ndjson"])), ndjson);
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let export = ["export", "--format", "csv"];
    assert_refused(&run(data, &export), "--data-dir");
    let postgres = ["invite", "--rep", "Ana", "--database-url", "postgres://x@y/z"];
    assert_refused(&run(data, &postgres), "SQLite");
    let unclear = ["invite", "--rep", "Ana", "--database-url", "mysql:x"];
    assert_refused(&run(data, &unclear), "sqlite:FILE");
    assert_refused(&run(data, &["invite", "--rep", "  "]), "--rep");
    let nobody = ["user", "add", "--email", "marie", "--role", "admin"];
    assert_refused(&run(data, &nobody), "--email");
    std::fs::write(data.join("sightline.sqlite"), "this is no database, whatever its name says")
        .unwrap();
    assert_refused(&run(data, &["invite", "--rep", "Ana"]), "--data-dir");
    std::fs::write(data.join("file"), "").unwrap();
    assert_refused(&run(&data.join("file"), &["invite", "--rep", "Ana"]), "folder");
    let wrong_role = run(data, &["user", "add", "--email", "a@b", "--role", "king"]);
    assert!(!wrong_role.status.success());

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let fresh = data.join("fresh");
    assert_refused(&run(&fresh, &["serve", "--listen", &address]), "--listen");
}

#[test]
fn a_database_may_lie_elsewhere() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("else/where.sqlite");
    let url = format!("sqlite:{}", file.display());
    said(&run(folder.path(), &["invite", "--rep", "Ana", "--database-url", &url]));
    assert!(file.exists());
    assert!(!folder.path().join("sightline.sqlite").exists());
}

/// What hyper says once a handler wants the body (RFC 9110 §10.1.1).
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

#[test]
fn a_request_under_way_is_finished_before_the_end() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let link = said(&run(folder.path(), &["invite", "--rep", "Ana"]));
    let (device, _) = enrol(&serving, link.trim_end().split('#').nth(1).unwrap());
    let body = header_of(&device).encode([&*gap("half-way").json]).unwrap();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: {}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        device.token,
        protocol::limits::MEDIA_TYPE,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; CONTINUE.len()];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(go_on, CONTINUE);
    stream.write_all(first.as_bytes()).unwrap();
    let began = Instant::now();
    serving.terminate();
    while TcpStream::connect(serving.address).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(8), "it takes nobody new");
        std::thread::sleep(Duration::from_millis(20));
    }
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"stored\""), "{answer}");
    serving.stop_after_signal();
    // Less than the endpoint waits for what does not end.
    assert!(began.elapsed() < Duration::from_secs(10), "it waits for nobody else");
    let wal = folder.path().join("sightline.sqlite-wal");
    let left = std::fs::metadata(wal).map_or(0, |it| it.len());
    assert_eq!(left, 0, "one file is left behind, for whoever copies it");
    let ndjson = said(&run(folder.path(), &["export", "--format", "ndjson"]));
    assert!(ndjson.contains("half-way"));
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let mut idle = TcpStream::connect(serving.address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    let _silent = TcpStream::connect(serving.address).unwrap();
    let began = Instant::now();
    serving.stop();
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn help_is_no_error() {
    let output = sightline(std::path::Path::new("x"), &["invite", "--help"]).output().unwrap();
    assert!(said(&output).contains("--rep"));
}
