//! Mail: what marketing tells a rep. It arrives by pull, is read offline, and is never in the way
//! of a capture.
//!
//! A letter stands under a key, and a later one under the same key takes its place; so what a
//! device has is always the last word, however often it reads, and reading from the beginning
//! gives the same.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::choice::choice;
use crate::id::{
    BriefingId, ClaimId, DecisionId, NoteId, QuestionId, ReferenceId, RemarkId, TestGroupId,
};
use crate::price::Price;
use crate::words::Words;

/// A letter as it travels. Its content stays raw, so that kinds unknown to this version survive.
#[derive(Debug, Deserialize, Serialize)]
pub struct Letter<'a> {
    /// See [`Content::key`].
    pub key: String,
    /// The JSON text of a [`Content`]; none where marketing took it back.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub content: Option<&'a RawValue>,
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// What became of one of the rep's notes.
    Progress(Progress),
    /// Marketing wrote in the thread of one of the rep's notes.
    Remark(Remark),
    /// Marketing decided something.
    Decision(Decision),
    /// Marketing asks the field.
    Question(Question),
    /// What to know about a product or a competitor.
    Briefing(Briefing),
    /// A questionnaire for customers of a test group.
    TestGroup(TestGroup),
    /// A customer, product or competitor to choose from.
    Reference(Reference),
}

impl Content {
    /// What it stands under: its kind and its id.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Progress(it) => format!("progress/{}", it.note_id),
            Self::Remark(it) => format!("remark/{}", it.remark_id),
            Self::Decision(it) => format!("decision/{}", it.decision_id),
            Self::Question(it) => format!("question/{}", it.question_id),
            Self::Briefing(it) => format!("briefing/{}", it.briefing_id),
            Self::TestGroup(it) => format!("test_group/{}", it.test_group_id),
            Self::Reference(it) => format!("reference/{}", it.reference_id),
        }
    }
}

/// How far a note has come at marketing's. Times are milliseconds since 1970, UTC, by the
/// endpoint's clock; none where it has not come so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Whose.
    pub note_id: NoteId,
    /// Since when it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at_ms: Option<i64>,
    /// Since when it is classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classified_at_ms: Option<i64>,
    /// The topic that it belongs to, in marketing's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Since when it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at_ms: Option<i64>,
    /// The decisions that cite it, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionId>,
    /// Why nothing comes of it, where marketing declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<Declined>,
}

/// Marketing declined, and says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// When: milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Why, never empty.
    pub reason: Words,
}

/// A remark of marketing's in the thread of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Which.
    pub remark_id: RemarkId,
    /// In whose thread.
    pub note_id: NoteId,
    /// Who wrote it: an e-mail address.
    pub by: String,
    /// When: milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// Its words.
    pub text: String,
}

choice! {
    /// What a decision rectifies (DESIGN.md §1).
    Rectified {
        /// Who we address.
        TargetMarket = "target_market",
        /// What we say.
        Message = "message",
        /// What we sell.
        ProductComposition = "product_composition",
    }
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Which.
    pub decision_id: DecisionId,
    /// What it rectifies.
    pub rectified: Rectified,
    /// In a line.
    pub title: Words,
    /// What changes.
    pub text: Words,
    /// From which day on: a calendar date as in ISO 8601, "2026-06-01".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_day: Option<String>,
    /// The product that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// When it was published: milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// A question to the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which.
    pub question_id: QuestionId,
    /// What is asked.
    pub text: Words,
    /// Answers to choose from; empty where the answer is in the rep's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Words>,
    /// The product that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// When it was asked: milliseconds since 1970, UTC.
    pub asked_at_ms: i64,
    /// Until when: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// Enough have answered, or marketing ended it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_closed: bool,
}

choice! {
    /// The phases of a launch (DESIGN.md §1).
    Phase {
        /// Before anybody knows.
        Prepare = "prepare",
        /// Sales learns.
        Teach = "teach",
        /// It is sold.
        Launch = "launch",
        /// What came of it.
        FollowUp = "follow_up",
        /// What we do otherwise next time.
        Learn = "learn",
    }
}

/// What a briefing is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A product of ours.
    Product(String),
    /// A competitor: then the briefing is a battlecard.
    Competitor(String),
}

impl Subject {
    /// The name of the product or competitor.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Product(name) | Self::Competitor(name) => name,
        }
    }
}

/// A briefing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Briefing {
    /// Which.
    pub briefing_id: BriefingId,
    /// Counts its publications; an acknowledgement is of one of them.
    pub revision: u32,
    /// What it is about.
    pub subject: Subject,
    /// The phase of a product's launch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// In a line.
    pub title: Words,
    /// Its text, in CommonMark. Pictures are in it as `data:` addresses, so that it is whole offline.
    pub text: Words,
    /// What it claims, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Whether reps are asked to say that they have read it.
    pub is_acknowledgement_wanted: bool,
    /// When this revision was published: milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// A claim of a briefing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Which, through all revisions.
    pub claim_id: ClaimId,
    /// What is claimed.
    pub text: Words,
    /// Where it is known from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// When it was last known to be true: a calendar date as in ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_day: Option<String>,
}

/// A questionnaire for customers of a test group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestGroup {
    /// Which.
    pub test_group_id: TestGroupId,
    /// In a line.
    pub title: Words,
    /// What is tested, and how to ask.
    #[serde(default)]
    pub text: Words,
    /// The product that is tested; none for the sales and marketing process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The customers who take part, by name.
    pub customers: Vec<String>,
    /// What they are asked, in order; an answer names its place.
    pub items: Vec<Item>,
    /// Until when: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// Marketing ended it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_closed: bool,
}

/// An item of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is asked.
    pub text: Words,
    /// How it is answered.
    pub form: Form,
}

/// How an item is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One of the five steps of acceptance.
    Acceptance,
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice(Vec<Words>),
    /// The customer's own words.
    Text,
}

choice! {
    /// What reference data is of.
    Referent {
        /// Who buys, or might.
        Customer = "customer",
        /// What we sell.
        Product = "product",
        /// Who sells something similar.
        Competitor = "competitor",
    }
}

/// A customer, product or competitor to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Which.
    pub reference_id: ReferenceId,
    /// What it is.
    pub of: Referent,
    /// Its name.
    pub name: String,
    /// A customer's region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// A customer's segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// A product's list price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_reads_back_and_an_unknown_kind_is_no_failure() {
        let content = Content::Progress(Progress {
            note_id: NoteId::new(5, [1; 10]),
            read_at_ms: Some(7),
            classified_at_ms: None,
            topic: None,
            decided_at_ms: None,
            decisions: Vec::new(),
            declined: None,
        });
        let text = serde_json::to_string(&content).unwrap();
        let raw: Box<RawValue> = serde_json::from_str(&text).unwrap();
        let letter = Letter { key: content.key(), content: Some(&raw) };
        let json = serde_json::to_string(&letter).unwrap();
        let read: Letter<'_> = serde_json::from_str(&json).unwrap();
        assert_eq!(read.key, content.key());
        let read: Content = serde_json::from_str(read.content.unwrap().get()).unwrap();
        assert_eq!(read, content);

        let newer: Letter<'_> =
            serde_json::from_str(r#"{"key":"hologram/1","content":{"hologram":{}}}"#).unwrap();
        assert!(serde_json::from_str::<Content>(newer.content.unwrap().get()).is_err());
    }
}
