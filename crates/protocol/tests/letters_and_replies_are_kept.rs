//! What marketing tells and what reps reply is understood for ever, as `wire_format_is_kept.rs` has
//! it of everything else: a phone from a drawer holds both.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::fs;
use std::path::PathBuf;

use protocol::mail::{
    Briefing, Claim, Content, Decision, Declined, Form, Item, Phase, Progress, Question, Rectified,
    Reference, Referent, Remark, Subject, TestGroup,
};
use protocol::note::AcceptanceLevel;
use protocol::reply::{Answer, ItemAnswer, Questionnaire, Reply, Vote};
use protocol::{
    BriefingId, ClaimId, Currency, DecisionId, NoteId, Price, QuestionId, ReferenceId, RemarkId,
    TestGroupId, VisitId, Words,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Each line of a fixture reads as its value, and is written byte for byte as it stands.
#[track_caller]
fn are_kept<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    name: &str,
    values: &[T],
) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let written: Vec<String> =
        values.iter().map(|value| serde_json::to_string(value).unwrap()).collect();
    assert_eq!(written, lines, "{name} is written differently");
    for (line, value) in lines.iter().zip(values) {
        assert_eq!(serde_json::from_str::<T>(line).unwrap(), *value, "{name} reads differently");
    }
}

const MS: u64 = 1_700_000_000_000;
const AT_MS: i64 = 1_700_000_000_000;

fn words(en: &str, fr: &str) -> Words {
    Words { en: en.to_owned(), fr: fr.to_owned() }
}

fn letters() -> Vec<Content> {
    let note_id = NoteId::new(MS, [1; 10]);
    let decision_id = DecisionId::new(MS, [2; 10]);
    let progress = Progress {
        note_id,
        read_at_ms: Some(AT_MS),
        classified_at_ms: Some(AT_MS + 1),
        topic: Some("Lids".to_owned()),
        decided_at_ms: Some(AT_MS + 2),
        decisions: vec![decision_id],
        declined: None,
    };
    let declined = Progress {
        note_id,
        read_at_ms: None,
        classified_at_ms: None,
        topic: None,
        decided_at_ms: None,
        decisions: Vec::new(),
        declined: Some(Declined { at_ms: AT_MS, reason: words("", "déjà dit") }),
    };
    let items = [Form::Acceptance, Form::YesNo, Form::Choice(vec![words("a", "b")]), Form::Text]
        .map(|form| Item { text: words("How?", ""), form });
    vec![
        Content::Progress(progress),
        Content::Progress(declined),
        Content::Remark(Remark {
            remark_id: RemarkId::new(MS, [3; 10]),
            note_id,
            by: "marc@example.org".to_owned(),
            at_ms: AT_MS,
            text: "Which size?".to_owned(),
        }),
        Content::Decision(Decision {
            decision_id,
            rectified: Rectified::ProductComposition,
            title: words("Thicker lids", "Des couvercles plus épais"),
            text: words("3 mm", ""),
            from_day: Some("2026-06-01".to_owned()),
            product: Some("Blue box".to_owned()),
            at_ms: AT_MS,
        }),
        Content::Question(Question {
            question_id: QuestionId::new(MS, [4; 10]),
            text: words("Frozen?", ""),
            choices: vec![words("Yes", "Oui"), words("No", "Non")],
            product: None,
            asked_at_ms: AT_MS,
            expires_at_ms: Some(AT_MS + 9),
            is_closed: true,
        }),
        Content::Briefing(Briefing {
            briefing_id: BriefingId::new(MS, [5; 10]),
            revision: 2,
            subject: Subject::Product("Blue box".to_owned()),
            phase: Some(Phase::FollowUp),
            title: words("Cold", ""),
            text: words("**-25**", ""),
            claims: vec![Claim {
                claim_id: ClaimId::new(MS, [6; 10]),
                text: words("Never breaks", ""),
                source: "Laboratory".to_owned(),
                checked_day: Some("2026-05-01".to_owned()),
            }],
            is_acknowledgement_wanted: true,
            at_ms: AT_MS,
        }),
        Content::TestGroup(TestGroup {
            test_group_id: TestGroupId::new(MS, [7; 10]),
            title: words("Lids", ""),
            text: Words::default(),
            product: None,
            customers: vec!["Weber GmbH".to_owned()],
            items: items.into(),
            expires_at_ms: None,
            is_closed: false,
        }),
        Content::Reference(Reference {
            reference_id: ReferenceId::new(MS, [8; 10]),
            of: Referent::Product,
            name: "Blue box".to_owned(),
            region: None,
            segment: None,
            price: Price::parse("12,50/kg", Currency::EUR).ok(),
        }),
    ]
}

fn replies() -> Vec<Reply> {
    let briefing_id = BriefingId::new(MS, [5; 10]);
    vec![
        Reply::Remark { text: "The large one".to_owned() },
        Reply::Answer(Answer {
            question_id: QuestionId::new(MS, [4; 10]),
            choice: Some(1),
            text: None,
            customer: Some("Dupont SA".to_owned()),
        }),
        Reply::Acknowledgement { briefing_id, revision: 2 },
        Reply::Vote(Vote {
            briefing_id,
            claim_id: ClaimId::new(MS, [6; 10]),
            is_true: false,
            text: Some("It broke".to_owned()),
        }),
        Reply::Questionnaire(Questionnaire {
            test_group_id: TestGroupId::new(MS, [7; 10]),
            customer: "Weber GmbH".to_owned(),
            visit_id: Some(VisitId::new(MS, [9; 10])),
            answers: vec![
                ItemAnswer::None,
                ItemAnswer::Acceptance(AcceptanceLevel::Adopts),
                ItemAnswer::YesNo(true),
                ItemAnswer::Choice(0),
                ItemAnswer::Text("Fine".to_owned()),
            ],
        }),
    ]
}

#[test]
fn letters_read_back_as_they_were_written() {
    are_kept("letters.ndjson", &letters());
}

#[test]
fn replies_read_back_as_they_were_written() {
    are_kept("replies.ndjson", &replies());
    assert!(replies().iter().all(|reply| reply.check().is_ok()));
}
