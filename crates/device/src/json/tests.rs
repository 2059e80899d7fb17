//! The reader reads what `serde_json` reads, and refuses what it refuses; the writer writes what it
//! writes.

use protocol::note::{Comparison, CompetitorSighting, Details, Hypothesis};
use protocol::{Action, ClientTime, Code, Currency, Note, NoteId, OpBody, OpId, Price};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Raw, RawText, Unreadable, read, write};
use crate::Draft;

/// Every way of writing a value that serde's types of ours use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    text: String,
    is_so: bool,
    small: u8,
    large: u64,
    negative: i64,
    #[serde(default)]
    perhaps: Option<Vec<Everything>>,
    choice: Choice,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Alone,
    With(String),
    Named { a: i32 },
}

fn everything() -> Everything {
    let leaf = Everything {
        text: "« déjà »\u{1}\u{7f}\u{2028}\u{1f469}\u{200d}\u{1f680}\n\"\\/".to_owned(),
        is_so: true,
        small: u8::MAX,
        large: u64::MAX,
        negative: i64::MIN,
        perhaps: None,
        choice: Choice::Alone,
    };
    let with = Everything { choice: Choice::With("x".to_owned()), is_so: false, ..leaf.clone() };
    let named = Everything { choice: Choice::Named { a: -7 }, ..leaf.clone() };
    Everything { perhaps: Some(vec![with, named]), ..leaf }
}

fn op_body() -> OpBody {
    let price = Price::parse("12,50 €/kg", Currency::EUR).unwrap();
    let sighting = CompetitorSighting {
        competitor: Some("Dupont".to_owned()),
        price: Some(price),
        comparison: Some(Comparison::Cheaper),
        ..CompetitorSighting::default()
    };
    let note = Note {
        text: "words".to_owned(),
        customer: None,
        product: None,
        visit_id: None,
        place: None,
        hypotheses: vec![Hypothesis::Clientele, Hypothesis::Cycle],
        details: Details::Competitor(sighting),
    };
    OpBody {
        schema: 1,
        note_id: NoteId::new(5, [1; 10]),
        parents: vec![OpId::new(5, [2; 10])],
        saved_at: ClientTime { unix_ms: -5, utc_offset_minutes: -60 },
        action: Action::Create(note),
    }
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: &T) {
    let compact = serde_json::to_string(value).unwrap();
    assert_eq!(write(value).as_ref(), Ok(&compact));
    let spaced = serde_json::to_string_pretty(value).unwrap();
    for text in [compact, spaced] {
        assert_eq!(read::<T>(&text).as_ref(), Ok(value), "{text}");
    }
}

#[test]
fn what_is_written_is_what_serde_json_writes_and_reads_back() {
    reads_back(&(0..=0x2ff).filter_map(char::from_u32).collect::<String>());
    reads_back(&Vec::<Vec<Option<u8>>>::from([vec![], vec![None, Some(0)]]));
    reads_back(&everything());
    reads_back(&op_body());
    let fields = vec![("customer".to_owned(), "Dupont".to_owned())];
    reads_back(&Draft { text: String::new(), fields });
}

#[test]
fn letters_and_replies_read_and_write_as_they_travel() {
    let letters = include_str!("../../../protocol/tests/fixtures/v1/letters.ndjson");
    for line in letters.lines() {
        reads_back(&serde_json::from_str::<protocol::mail::Content>(line).unwrap());
    }
    let replies = include_str!("../../../protocol/tests/fixtures/v1/replies.ndjson");
    for line in replies.lines() {
        reads_back(&serde_json::from_str::<protocol::Reply>(line).unwrap());
    }
}

/// Cut anywhere, or with any byte changed, doubled or left out, a text is what `serde_json` says that
/// it is: for its type, and for any JSON at all.
fn damaged_reads_as_it_always_did<T: DeserializeOwned + PartialEq + core::fmt::Debug>(whole: &str) {
    for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let (before, after) = whole.split_at(at);
        let rest = after.get(1..).unwrap_or_default();
        let mut damaged = vec![before.to_owned(), format!("{before}{rest}")];
        for other in "\0 \"\\{}[]:,0-.eutD".chars() {
            damaged.push(format!("{before}{other}{rest}"));
            damaged.push(format!("{before}{other}{after}"));
        }
        for text in damaged {
            assert_eq!(read(&text).ok(), serde_json::from_str::<T>(&text).ok(), "{text}");
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            assert_eq!(read::<Raw<'_>>(&text).is_ok(), is_json, "{text}");
        }
    }
}

#[test]
fn a_damaged_text_reads_as_it_always_did() {
    let leaf = everything().perhaps.unwrap().pop().unwrap();
    damaged_reads_as_it_always_did::<Everything>(&serde_json::to_string(&leaf).unwrap());
    let body = serde_json::to_string(&op_body()).unwrap();
    damaged_reads_as_it_always_did::<OpBody>(&body);
    damaged_reads_as_it_always_did::<Vec<u8>>(
        r#"[{},[],"\u00e9\ud83d\ude00\b\f\n\r\t\/",-0.5e+10,0,1E9,true,false,null,{"a":{"b":[]}}]"#,
    );
}

#[test]
fn a_raw_value_stays_as_it_stands() {
    #[derive(Deserialize)]
    struct Two<'a> {
        #[serde(borrow)]
        first: Raw<'a>,
        second: Vec<RawText>,
    }
    let text = r#"{ "second" : [ 1.50 , {"a" :"\u00e9]"} ], "first" :{"b": [ ] } , "new": "x" }"#;
    let Two { first, second } = read(text).unwrap();
    assert_eq!(first.0, r#"{"b": [ ] }"#);
    let second: Vec<_> = second.iter().map(|raw| &*raw.0).collect();
    assert_eq!(second, ["1.50", r#"{"a" :"\u00e9]"}"#]);
}

#[test]
fn a_text_that_is_nested_without_end_is_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth| open.repeat(depth) + "0" + &close.repeat(depth);
        assert!(read::<Raw<'_>>(&nested(127)).is_ok());
        assert_eq!(read::<Raw<'_>>(&nested(100_000)), Err(Unreadable));
    }
}

#[test]
fn a_name_of_a_newer_version_is_unknown_and_no_failure() {
    assert_eq!(read("\"of_next_year\""), Ok(Code::Unknown));
    assert_eq!(read::<Choice>("\"of_next_year\""), Err(Unreadable));
}
