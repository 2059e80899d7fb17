//! Bad input: each kind gets its own stable error, and no note is lost by it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::io::{Read, Write};
use std::net::TcpStream;

use fixture::{Answer, Device, House, body_of, gap, header_of, note, op_id, wrap};
use flate2::Compression;
use flate2::write::GzEncoder;
use protocol::Code;
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX, PROTOCOL};
use protocol::note::Kind;
use protocol::op::Action;
use protocol::push::Verdict;
use serde_json::Value;

/// A house with one device, which proves at its end that good notes still go in, each once.
struct Siege {
    house: House,
    device: Device,
}

impl Siege {
    fn begin() -> Self {
        let house = House::open();
        let device = house.enrol("Ana");
        house.push(&device, [&*gap("before").json]);
        Self { house, device }
    }

    fn push(&self, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.house.push_raw(&self.device, headers, body)
    }

    #[track_caller]
    fn end(&self) {
        let op = gap("after");
        let answer = self.house.push(&self.device, [&*op.json]);
        assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
        assert_eq!(self.house.count("SELECT count(*) FROM note"), 2);
        assert_eq!(self.house.count("SELECT count(*) FROM op"), 2);
    }

    /// A whole push of one good operation.
    fn good(&self) -> String {
        header_of(&self.device).encode([&*gap("never stored").json]).unwrap()
    }

    #[track_caller]
    fn assert_quarantined(&self, op: &str, code: Code) {
        let answer = self.house.push(&self.device, [op]);
        assert_eq!(answer.receipts[0].verdict, Verdict::StoredQuarantined);
        assert_eq!(answer.receipts[0].code, Some(code));
        let kept = self.house.write(|db| {
            let sql = "SELECT raw FROM quarantine ORDER BY id DESC LIMIT 1";
            Ok(db.query_row(sql, [], |row| row.get::<_, String>(0))?)
        });
        assert_eq!(kept.unwrap(), op, "quarantine keeps what arrived, byte for byte");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

const GZIP: &[(&str, &str)] = &[("content-encoding", "gzip")];

#[test]
fn an_empty_note() {
    let siege = Siege::begin();
    siege.assert_quarantined(&gap("").json, Code::TextEmpty);
    siege.assert_quarantined(&gap(" \n\t\u{a0}").json, Code::TextEmpty);
    siege.end();
}

#[test]
fn a_hundred_kilobytes_of_text() {
    let siege = Siege::begin();
    siege.assert_quarantined(&gap(&"x".repeat(100 * 1024)).json, Code::TextTooLong);
    siege.end();
}

#[test]
fn prices_that_are_no_amount() {
    let siege = Siege::begin();
    let body =
        serde_json::to_string(&body_of(Action::Create(note(Kind::Competitor, "x")))).unwrap();
    for amount in ["\"12,50 €\"", "\"1e309\"", "1e309", "-1", "12.5", "\"NaN\"", "null"] {
        let price =
            format!(r#"{{"competitor":{{"price":{{"amount":{amount},"currency":"EUR"}}}}}}"#);
        let body = body.replace(r#"{"competitor":{}}"#, &price);
        siege.assert_quarantined(&wrap(op_id(), &body), Code::MalformedOp);
    }
    siege.end();
}

#[test]
fn an_unknown_kind_and_a_future_schema() {
    let siege = Siege::begin();
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Gap, "x")))).unwrap();
    let unknown = body.replace(r#""gap""#, r#""rumour""#);
    siege.assert_quarantined(&wrap(op_id(), &unknown), Code::UnknownKind);
    for schema in ["2", "65535", "65536", "18446744073709551615"] {
        let future = body.replace(r#""schema":1"#, &format!(r#""schema":{schema}"#));
        siege.assert_quarantined(&wrap(op_id(), &future), Code::FutureSchema);
    }
    siege.end();
}

#[test]
fn an_op_id_with_another_body() {
    let siege = Siege::begin();
    let first = gap("after");
    siege.house.push(&siege.device, [&*first.json]);
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Gap, "other")))).unwrap();
    siege.assert_quarantined(&wrap(first.op_id, &body), Code::IdReuse);
    let texts = siege.house.count("SELECT count(*) FROM note WHERE text IN ('before', 'after')");
    assert_eq!(texts, 2);
}

#[test]
fn invalid_utf8() {
    let siege = Siege::begin();
    let mut body = siege.good().into_bytes();
    let at = body.windows(5).position(|bytes| bytes == b"never").unwrap();
    body[at] = 0xff;
    let detail = siege.push(&[], &body).assert_problem(400, "invalid_utf8");
    assert_eq!(detail, format!("at byte {at}"));
    siege.push(GZIP, &gzip(&body)).assert_problem(400, "invalid_utf8");
    siege.end();
}

#[test]
fn gzip_that_breaks_off_is_corrupt_or_is_none() {
    let siege = Siege::begin();
    let whole = gzip(siege.good().as_bytes());
    for length in [0, 1, 9, 10, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        siege.push(GZIP, &whole[..length]).assert_problem(400, "broken_gzip");
    }
    let mut corrupt = whole.clone();
    let crc = corrupt.len() - 6;
    corrupt[crc] ^= 1;
    siege.push(GZIP, &corrupt).assert_problem(400, "broken_gzip");
    siege.push(GZIP, siege.good().as_bytes()).assert_problem(400, "broken_gzip");
    siege.push(GZIP, &[&*whole, b"and more"].concat()).assert_problem(400, "broken_gzip");
    siege.end();
}

#[test]
fn a_gzip_bomb() {
    let siege = Siege::begin();
    let bomb = gzip(&vec![b' '; 256 << 20]);
    assert!(bomb.len() < BATCH_BYTES_MAX, "{}", bomb.len());
    let before = resident_bytes();
    siege.push(GZIP, &bomb).assert_problem(413, "batch_too_large");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 64 << 20, "it was unpacked: {grown} bytes");
    siege
        .push(GZIP, &gzip(&vec![b' '; BATCH_BYTES_MAX + 1]))
        .assert_problem(413, "batch_too_large");
    siege.end();
}

/// Memory of this process, in which the endpoint runs.
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4_096
}

#[test]
fn twenty_mebibytes_declared_are_refused_before_they_are_sent() {
    let siege = Siege::begin();
    let mut stream = TcpStream::connect(siege.house.address).unwrap();
    let head = format!(
        "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/vnd.sightline.v1+json\r\ncontent-length: {}\r\n\r\n",
        siege.device.token,
        20 << 20
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 16];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer[..12], b"HTTP/1.1 413");
    drop(stream);
    siege.end();
}

#[test]
fn twenty_mebibytes_without_a_declared_length() {
    let siege = Siege::begin();
    let mut stream = TcpStream::connect(siege.house.address).unwrap();
    let head = format!(
        "POST /api/v1/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/vnd.sightline.v1+json\r\ntransfer-encoding: chunked\r\n\r\n",
        siege.device.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"100000\r\n", &*vec![b' '; 1 << 20], b"\r\n"].concat();
    // The endpoint stops reading after 2 of 20, so later writes may fail.
    let sent = (0..20).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    if !answer.is_empty() {
        assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(sent < 20 || !answer.is_empty(), "20 MiB were taken without a word");
    siege.end();
}

#[test]
fn a_batch_one_byte_too_large_and_one_that_just_fits() {
    let siege = Siege::begin();
    let mut body = siege.good().into_bytes();
    body.resize(BATCH_BYTES_MAX + 1, b' ');
    // Often: an answer that is lost to a reset connection is lost only now and then.
    for _ in 0..20 {
        siege.push(&[], &body).assert_problem(413, "batch_too_large");
        let wrong_type = siege.push(&[("content-type", "text/plain")], &body);
        wrong_type.assert_problem(415, "unsupported_media_type");
    }
    let mut body = header_of(&siege.device).encode([&*gap("after").json]).unwrap().into_bytes();
    body.resize(BATCH_BYTES_MAX, b' ');
    assert_eq!(siege.push(&[], &body).status, 200);
    assert_eq!(siege.push(GZIP, &gzip(&body)).status, 200);
    assert_eq!(siege.house.count("SELECT count(*) FROM note"), 2);
}

#[test]
fn too_many_operations() {
    let siege = Siege::begin();
    let ops = vec!["0"; BATCH_OPS_MAX + 1];
    let json = header_of(&siege.device).encode(ops.iter().copied()).unwrap();
    siege.push(&[], json.as_bytes()).assert_problem(413, "batch_too_large");
    let json = header_of(&siege.device).encode(ops[1..].iter().copied()).unwrap();
    assert_eq!(siege.push(&[], json.as_bytes()).status, 200);
    siege.end();
}

#[test]
fn what_is_no_push() {
    let siege = Siege::begin();
    let good = siege.good();
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let twice = good.replacen('{', r#"{"protocol":1,"#, 1);
    let huge = good.replacen(r#""protocol":1"#, &format!(r#""protocol":1{}"#, "0".repeat(400)), 1);
    let bodies =
        ["", "{", "null", "[]", "17", "\u{0}", &good[..good.len() - 1], &deep, &twice, &huge];
    for body in bodies {
        let shown = &body[..body.len().min(40)];
        let answer = siege.push(&[], body.as_bytes());
        assert_eq!(answer.status, 400, "{shown}");
        answer.assert_problem(400, "malformed_request");
    }
    siege.end();
}

#[test]
fn an_operation_ten_thousand_levels_deep_with_repeated_keys_or_lone_surrogates() {
    let siege = Siege::begin();
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    siege.assert_quarantined(&wrap(op_id(), &deep), Code::MalformedOp);
    let body = serde_json::to_string(&body_of(Action::Create(note(Kind::Gap, "x")))).unwrap();
    let nested = body.replacen('{', &format!(r#"{{"new":{deep},"#), 1);
    // A field of a newer app, however odd, is kept with the note that bears it.
    let answer = siege.house.push(&siege.device, [&*wrap(op_id(), &nested)]);
    assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
    let twice = body.replacen('{', r#"{"schema":1,"#, 1);
    siege.assert_quarantined(&wrap(op_id(), &twice), Code::MalformedOp);
    let surrogate = body.replace("\"x\"", r#""\ud800""#);
    siege.assert_quarantined(&wrap(op_id(), &surrogate), Code::MalformedOp);
    siege.house.push(&siege.device, [&*gap("after").json]);
    assert_eq!(siege.house.count("SELECT count(*) FROM note"), 3);
}

#[test]
fn control_characters_travel_unharmed() {
    let siege = Siege::begin();
    let text = "nul \u{0} bell \u{7} bidi \u{202e}tfel\u{202c} \u{feff}";
    let answer = siege.house.push(&siege.device, [&*gap(text).json]);
    assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
    let stored = siege.house.write(|db| {
        endpoint::storage::view::catch_up(db)?;
        let sql = "SELECT text FROM note ORDER BY seq DESC LIMIT 1";
        Ok(db.query_row(sql, [], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(stored.unwrap(), text);
}

#[test]
fn an_envelope_from_the_future() {
    let siege = Siege::begin();
    let future = format!(r#""protocol":{}"#, PROTOCOL + 1);
    let body = siege.good().replacen(&format!(r#""protocol":{PROTOCOL}"#), &future, 1);
    siege.push(&[], body.as_bytes()).assert_problem(426, "unsupported_protocol");
    siege.end();
}

#[test]
fn a_wrong_media_type_or_encoding() {
    let siege = Siege::begin();
    let body = siege.good();
    for media_type in ["application/json", "text/plain", "", "application/vnd.sightline.v2+json"] {
        let answer = siege.push(&[("content-type", media_type)], body.as_bytes());
        answer.assert_problem(415, "unsupported_media_type");
    }
    for encoding in ["br", "deflate", "gzip, gzip"] {
        let answer = siege.push(&[("content-encoding", encoding)], body.as_bytes());
        answer.assert_problem(415, "unsupported_encoding");
    }
    let body = header_of(&siege.device).encode([]).unwrap();
    let with_parameters = "Application/vnd.Sightline.v1+json; charset=utf-8";
    let answer = siege.push(&[("content-type", with_parameters)], body.as_bytes());
    assert_eq!(answer.status, 200);
    siege.end();
}

#[test]
fn a_token_of_another_device() {
    let siege = Siege::begin();
    let ben = siege.house.enrol("Ben");
    let crossed = Device { id: siege.device.id, ..ben };
    let answer = siege.house.push_raw(&crossed, &[], siege.good().as_bytes());
    answer.assert_problem(403, "wrong_device");
    siege.end();
}

#[test]
fn an_enrolment_that_is_none() {
    let siege = Siege::begin();
    for body in ["", "{}", "[1]", r#"{"invitation":1}"#, "\u{0}"] {
        let json = [("content-type", "application/json")];
        let answer = siege.house.send("POST", "/api/v1/enrol", &json, Some(body.as_bytes()));
        answer.assert_problem(400, "malformed_request");
    }
    let good = serde_json::to_value(fixture::enrolment(siege.house.invite("Ben"))).unwrap();
    let signed = |field: &str, value: &str| {
        let mut request = good.clone();
        request[field] = value.into();
        request
    };
    for wrong in ["", "abc", &"g".repeat(130), &"a".repeat(129), &"A".repeat(128)] {
        for field in ["public_key", "signature"] {
            let answer = siege.house.post_json("/api/v1/enrol", &signed(field, wrong));
            answer.assert_problem(400, "malformed_request");
        }
    }
    // Well-formed, and no key or no signature all the same.
    for (field, digits) in [("public_key", 130), ("signature", 128)] {
        for digit in ["0", "4", "f"] {
            let request = signed(field, &digit.repeat(digits));
            siege.house.post_json("/api/v1/enrol", &request).assert_problem(403, "proof_refused");
        }
    }
    let Value::Object(good) = good else { panic!("an enrolment is an object") };
    for missing in good.keys() {
        let mut request = good.clone();
        request.remove(missing);
        let answer = siege.house.post_json("/api/v1/enrol", &request);
        answer.assert_problem(400, "malformed_request");
    }
    let huge = serde_json::json!({ "invitation": "x".repeat(10_000) });
    siege.house.post_json("/api/v1/enrol", &huge).assert_problem(413, "batch_too_large");
    siege.end();
}

#[test]
fn queries_that_cannot_be() {
    let siege = Siege::begin();
    let cookie = siege.house.marketer();
    for (query, parameter) in [
        ("kind=rumour", "kind"),
        ("rep=17", "rep"),
        ("from_ms=yesterday", "from_ms"),
        ("to_ms=1e309", "to_ms"),
        ("before=x", "before"),
        ("limit=-1", "limit"),
        ("limit=99999", "limit"),
    ] {
        for address in ["/api/v1/notes?", "/api/v1/export?format=csv&"] {
            let answer = siege.house.get(&format!("{address}{query}"), &[("cookie", &cookie)]);
            assert_eq!(answer.assert_problem(400, "bad_query"), parameter, "{query}");
        }
    }
    for format in ["", "?format=", "?format=pdf", "?format=../../etc/passwd"] {
        let answer = siege.house.get(&format!("/api/v1/export{format}"), &[("cookie", &cookie)]);
        assert!(answer.assert_problem(400, "bad_query").contains("format"));
    }
    for id in ["x", "..%2f..", "0", "%00"] {
        let answer = siege.house.get(&format!("/api/v1/notes/{id}"), &[("cookie", &cookie)]);
        answer.assert_problem(404, "not_found");
    }
    siege.end();
}
