//! To the field: briefings, questions and test groups, and what came back.
//!
//! Each has the same five addresses: `GET` and `POST /api/v1/briefings` (`questions`,
//! `test-groups`), and `GET` and `PUT` (with `If-Match`) `…/{id}`, and `POST …/{id}/publish`. What is
//! published reaches reps; a later change reaches them when it is published again. Each change
//! answers with what a list shows, the text included. `publish` and `close` heed `If-Match` where it
//! is sent.

use serde::{Deserialize, Serialize};

use super::decisions::Audience;
use crate::id::{BriefingId, ClaimId, OpId, QuestionId, TestGroupId};
use crate::mail::{Claim, Item, Phase, Subject};
use crate::reply::ItemAnswer;
use crate::words::Words;

/// What somebody writes of a briefing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BriefingText {
    /// What it is about.
    pub subject: Subject,
    /// The phase of a product's launch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// In a line; not blank.
    pub title: Words,
    /// In CommonMark, with pictures as `data:` addresses; at most
    /// [`crate::limits::BRIEFING_BYTES_MAX`] in each language.
    #[serde(default)]
    pub text: Words,
    /// What it claims; a new one's id is made by the console.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Whether reps are asked to say that they have read it.
    pub is_acknowledgement_wanted: bool,
    /// Who is told.
    pub audience: Audience,
}

/// A briefing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Briefing {
    /// Which.
    pub briefing_id: BriefingId,
    /// Its `ETag`.
    pub version: i64,
    /// What it says now; in a list, without the text.
    pub text: BriefingText,
    /// Who wrote it last: an e-mail address.
    pub by: String,
    /// When it was changed last: milliseconds since 1970, UTC.
    pub changed_at_ms: i64,
    /// When it was published last: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at_ms: Option<i64>,
    /// Counts its publications.
    pub revision: u32,
    /// Whether there are changes that reps do not have.
    pub has_unpublished: bool,
    /// How many reps it is meant for.
    pub reps: u64,
    /// How many of them say that they have read this revision.
    pub acknowledged: u64,
}

/// `GET /api/v1/briefings/{briefing_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BriefingDetail {
    /// The briefing, its text included.
    pub briefing: Briefing,
    /// Every rep that it is meant for, by name.
    pub readers: Vec<Reader>,
    /// What reps say of each claim.
    pub votes: Vec<ClaimVotes>,
}

/// A rep that a briefing is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Who.
    pub name: String,
    /// Which revision they said they have read, and when that was received (milliseconds since
    /// 1970, UTC).
    pub acknowledged: Option<(u32, i64)>,
}

/// What reps say of a claim; of each the last word counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimVotes {
    /// Which claim.
    pub claim_id: ClaimId,
    /// How many say that it is still true.
    pub holds: u64,
    /// How many say that it is not.
    pub holds_not: u64,
    /// What those said who gave a reason, newest first: the rep, whether it holds, and why.
    pub reasons: Vec<(String, bool, String)>,
}

/// What somebody writes of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionText {
    /// What is asked; not blank.
    pub text: Words,
    /// Answers to choose from; empty for an answer in words.
    #[serde(default)]
    pub choices: Vec<Words>,
    /// The product that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Who is asked.
    pub audience: Audience,
    /// After how many reps' answers it closes by itself; none for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
    /// Until when: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
}

/// `POST /api/v1/questions/{question_id}/reopen` and the same of test groups: a closed one takes
/// replies again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenRequest {
    /// Until when from now on: milliseconds since 1970, UTC; none for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// After how many reps' answers a question closes by itself from now on, those that there are
    /// included; none for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
}

/// A question. It is closed by `POST /api/v1/questions/{question_id}/close`, by its quota, or by
/// time, and reopened by [`ReopenRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which.
    pub question_id: QuestionId,
    /// Its `ETag`.
    pub version: i64,
    /// What it says.
    pub text: QuestionText,
    /// Who wrote it: an e-mail address.
    pub by: String,
    /// When it was asked: milliseconds since 1970, UTC; none for a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at_ms: Option<i64>,
    /// Since when no more are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<i64>,
    /// How many reps are asked.
    pub reps: u64,
    /// How many have answered in time.
    pub answered: u64,
}

/// `GET /api/v1/questions/{question_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionDetail {
    /// The question.
    pub question: Question,
    /// How many reps chose each answer; of each rep the last word counts.
    pub chosen: Vec<u64>,
    /// Every answer, newest first.
    pub answers: Vec<FieldAnswer>,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldAnswer {
    /// The rep's operation.
    pub op_id: OpId,
    /// The rep's name.
    pub rep: String,
    /// When it was received: milliseconds since 1970, UTC.
    pub received_at_ms: i64,
    /// The place of the chosen answer.
    pub choice: Option<u16>,
    /// Their words.
    pub text: Option<String>,
    /// The customer that it is about.
    pub customer: Option<String>,
    /// Whether it came after the question was closed: it was written offline, and still counts as
    /// heard, not as one of the quota.
    pub is_late: bool,
}

/// What somebody writes of a test group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestGroupText {
    /// In a line; not blank.
    pub title: Words,
    /// What is tested, and how to ask.
    #[serde(default)]
    pub text: Words,
    /// The product that is tested; none for the sales and marketing process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The customers who take part, by name.
    pub customers: Vec<String>,
    /// The reps who take part.
    pub audience: Audience,
    /// The people of marketing who take part: e-mail addresses.
    #[serde(default)]
    pub marketers: Vec<String>,
    /// What is asked.
    pub items: Vec<Item>,
    /// Until when: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
}

/// A test group. It is closed by `POST /api/v1/test-groups/{test_group_id}/close`, or by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestGroup {
    /// Which.
    pub test_group_id: TestGroupId,
    /// Its `ETag`.
    pub version: i64,
    /// What it says.
    pub text: TestGroupText,
    /// Who wrote it: an e-mail address.
    pub by: String,
    /// When it began: milliseconds since 1970, UTC; none for a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at_ms: Option<i64>,
    /// Since when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<i64>,
    /// How many of its customers have answered.
    pub answered: u64,
}

/// `GET /api/v1/test-groups/{test_group_id}`: the members' answers, side by side with everyone
/// else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestGroupDetail {
    /// The test group.
    pub test_group: TestGroup,
    /// Each customer's last answers, newest first.
    pub answers: Vec<GroupAnswer>,
    /// Counts of each item, in order.
    pub results: Vec<ItemResult>,
    /// The acceptance of the tested product in notes on other customers, since the test group
    /// began: how many of each step 1 to 5. None where no product is tested.
    pub rest: Option<[u64; 5]>,
    /// The same of the customers who take part.
    pub members: Option<[u64; 5]>,
}

/// A customer's answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAnswer {
    /// Who.
    pub customer: String,
    /// Whether the customer is a member.
    pub is_member: bool,
    /// The rep who asked.
    pub rep: String,
    /// When it was received: milliseconds since 1970, UTC.
    pub received_at_ms: i64,
    /// One for each item.
    pub answers: Vec<ItemAnswer>,
}

/// How often each answer of an item was given: the five steps, yes and no, or the choices; empty
/// for words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemResult {
    /// By members.
    pub members: Vec<u64>,
    /// By others.
    pub rest: Vec<u64>,
}
