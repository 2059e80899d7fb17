//! What travelled once is understood for ever: one folder of fixtures for each version of the
//! protocol, written by that version and never changed again (SYNC.md §1, "Errors": the endpoint
//! accepts N-2, and a phone may come back from a drawer after 400 days).
//!
//! A version that cannot read or would write one of them differently breaks the wire format: raise
//! `limits::PROTOCOL`, add a folder, and keep the old one readable.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::fs;
use std::path::PathBuf;

use protocol::enrol::{Admission, EnrolAnswer, EnrolRequest};
use protocol::have::{HaveAnswer, HaveRequest, Held};
use protocol::note::{
    AcceptanceLevel, Comparison, Details, Hypothesis, Kind, Part, Relation, Urgency,
};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::push::{Lane, PushAnswer, PushHeader, PushRequest, Receipt, Verdict};
use protocol::token::{Proof, TokenAnswer, TokenRequest};
use protocol::{
    Action, Attachment, AttachmentId, BatchId, ClientTime, Code, Currency, DeviceId, Epoch, Mac,
    MacKey, Note, NoteId, Op, OpBody, OpId, Price, Problem, PublicKey, RepId, Seq, Sha256,
    Signature, seal,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: u16 = 1;

fn fixture(version: u16, name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let path = folder.join(format!("v{version}")).join(name);
    let text = fs::read_to_string(&path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display())).trim_end().to_owned()
}

/// Reads as this value, and is written byte for byte as it stands.
#[track_caller]
fn is_kept<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(name: &str, value: &T) {
    let written = serde_json::to_string(value).unwrap();
    let text = fixture(VERSION, name);
    assert_eq!(written, text, "{name} is written differently");
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{name} reads differently");
}

fn op_id() -> OpId {
    OpId::new(1_700_000_000_001, [2; 10])
}

fn body(action: Action) -> OpBody {
    OpBody {
        schema: 1,
        note_id: NoteId::new(1_700_000_000_000, [1; 10]),
        parents: vec![OpId::new(1_700_000_000_000, [9; 10])],
        saved_at: ClientTime { unix_ms: 1_700_000_000_000, utc_offset_minutes: -330 },
        action,
    }
}

fn note(kind: Kind) -> Note {
    let mut details = Details::empty(kind);
    match &mut details {
        Details::Competitor(it) => {
            it.competitor = Some("Lefèvre".to_owned());
            it.price = Price::parse("12,50", Currency::new("EUR").unwrap()).ok();
            it.comparison = Some(Comparison::Cheaper);
        }
        Details::Acceptance(it) => {
            it.level = Some(AcceptanceLevel::Likes);
            it.relation = Some(Relation::Prospect);
        }
        Details::Need(it) => it.urgency = Some(Urgency::Soon),
        Details::Gap(it) => it.part = Some(Part::Message),
    }
    Note {
        text: "déjà « vu » \u{1f469}\u{200d}\u{1f680}\n\"\\".to_owned(),
        customer: Some("Dupont SA".to_owned()),
        product: None,
        visit_id: None,
        place: None,
        hypotheses: vec![Hypothesis::Technique],
        details,
    }
}

#[test]
fn bodies_of_every_action_and_kind() {
    for kind in Kind::ALL {
        is_kept(&format!("body-create-{kind}.json"), &body(Action::Create(note(kind))));
    }
    is_kept("body-edit.json", &body(Action::Edit(note(Kind::Gap))));
    is_kept("body-withdraw.json", &body(Action::Withdraw));
    let attachment = Attachment {
        attachment_id: AttachmentId::new(1_700_000_000_002, [3; 10]),
        sha256: Sha256::of(b"photo"),
        bytes: 5,
        media_type: "image/jpeg".to_owned(),
        name: Some("étal.jpg".to_owned()),
    };
    is_kept("body-attach.json", &body(Action::Attach(attachment)));
}

#[test]
fn an_operation_keeps_its_hash() {
    let text = fixture(VERSION, "op.json");
    let op: Op<'_> = serde_json::from_str(&text).unwrap();
    assert_eq!(Sha256::of(op.body.get().as_bytes()), op.sha256);
    assert_eq!(body(Action::Create(note(Kind::Need))).seal(op_id()).unwrap().json, text);
}

fn header() -> PushHeader {
    PushHeader {
        protocol: VERSION,
        schema: 1,
        device_id: DeviceId::new(1_700_000_000_003, [4; 10]),
        epoch_seen: Some(epoch()),
        batch_id: batch_id(),
        lane: Lane::Normal,
    }
}

fn epoch() -> Epoch {
    Epoch::new(1_600_000_000_000, [5; 10])
}

fn batch_id() -> BatchId {
    BatchId::new(1_700_000_000_004, [6; 10])
}

#[test]
fn a_push_and_its_sealed_answer() {
    let text = fixture(VERSION, "push.json");
    assert_eq!(header().encode([fixture(VERSION, "op.json").as_str()]).unwrap(), text);
    let request: PushRequest<'_> = serde_json::from_str(&text).unwrap();
    assert_eq!((request.protocol, request.ops.len()), (VERSION, 1));
    let deposit = PushHeader { lane: Lane::Deposit, ..header() };
    assert_eq!(deposit.encode([]).unwrap(), fixture(VERSION, "push-deposit.json"));
    let receipt = |verdict, seq: Option<i64>, code| Receipt {
        op_id: op_id(),
        verdict,
        seq: seq.map(Seq),
        code,
    };
    let answer = PushAnswer {
        protocol: VERSION,
        batch_id: batch_id(),
        epoch: epoch(),
        safe_seq: Some(Seq(41)),
        server_time_ms: 1_700_000_000_005,
        lane: Lane::Normal,
        receipts: vec![
            receipt(Verdict::Stored, Some(42), None),
            receipt(Verdict::Duplicate, Some(42), None),
            receipt(Verdict::StoredQuarantined, None, Some(Code::UnknownKind)),
            receipt(Verdict::Rejected, None, Some(Code::BatchTooLarge)),
            receipt(Verdict::Retry, None, None),
        ],
    };
    let key = MacKey::from_bytes([7; 32]);
    let text = fixture(VERSION, "push-answer.json");
    assert_eq!(seal::seal(&key, &answer).unwrap(), text);
    assert_eq!(seal::open::<PushAnswer>(&key, &text), Ok(answer));
}

#[test]
fn enrolment_and_tokens() {
    let (device_id, rep_id) =
        (DeviceId::new(1_700_000_000_003, [4; 10]), RepId::new(1_600_000_000_001, [8; 10]));
    let (public_key, signature) = (PublicKey::from_bytes([4; 65]), Signature::from_bytes([9; 64]));
    let request = EnrolRequest {
        invitation: "0123456789abcdef".to_owned(),
        public_key,
        signature,
        device_name: "Pixel d'Hélène".to_owned(),
    };
    assert_eq!(serde_json::to_string(&request).unwrap(), fixture(VERSION, "enrol.json"));
    serde_json::from_str::<EnrolRequest>(&fixture(VERSION, "enrol.json")).unwrap();
    let answer = EnrolAnswer {
        device_id,
        rep_id,
        rep_name: "Hélène".to_owned(),
        epoch: epoch(),
        receipt_key: MacKey::from_bytes([7; 32]),
        admission: Mac::from_bytes([8; 32]),
    };
    is_kept("enrol-answer.json", &answer);
    is_kept("token-question.json", &TokenRequest { device_id, proof: None });
    let admission = Admission {
        rep_id,
        rep_name: "Hélène".to_owned(),
        public_key,
        mac: Mac::from_bytes([8; 32]),
    };
    let proof = Some(Proof { challenge: "c".to_owned(), signature, admission });
    is_kept("token-proof.json", &TokenRequest { device_id, proof });
    is_kept("token-challenge.json", &TokenAnswer::Challenge("c".to_owned()));
    is_kept("token.json", &TokenAnswer::Token("t".to_owned()));
}

#[test]
fn have_pull_and_problems() {
    let (protocol, request_id, device_id) = (VERSION, batch_id(), header().device_id);
    let op_ids = vec![op_id()];
    is_kept("have.json", &HaveRequest { protocol, device_id, request_id, op_ids });
    let (epoch, safe_seq, server_time_ms) = (epoch(), None, 1_700_000_000_005);
    let held = vec![
        Held { op_id: op_id(), seq: Some(Seq(42)) },
        Held { op_id: OpId::new(0, [0; 10]), seq: None },
    ];
    is_kept(
        "have-answer.json",
        &HaveAnswer { protocol, request_id, epoch, safe_seq, server_time_ms, held },
    );
    let text = fixture(VERSION, "pull-answer.json");
    let page: PullAnswer<RawChange> = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&page).unwrap(), text);
    let op = fixture(VERSION, "op.json");
    let change = Change::read(&page.changes[0]).unwrap();
    let What::Op(raw) = change.what else { panic!("not an operation") };
    assert_eq!((change.seq, raw.get()), (Seq(42), &*op));
    let problem = Problem::new(Code::StorageFull, Some("why".to_owned()));
    is_kept("problem.json", &problem);
}
