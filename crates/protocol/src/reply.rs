//! What a rep answers to marketing. A reply is an operation like any other: durable on the device
//! before it counts as given, sent exactly once, and never in the way of a capture.

use serde::{Deserialize, Serialize};

use crate::id::{BriefingId, ClaimId, QuestionId, TestGroupId, VisitId};
use crate::limits::{DETAIL_CHARS_MAX, ITEMS_MAX, NAME_CHARS_MAX};
use crate::note::AcceptanceLevel;
use crate::problem::Code;

/// A reply. Its operation is about the note in whose thread it stands; all others are about a
/// `note_id` of their own, under which there is no note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Words in the thread of a note.
    Remark {
        /// The rep's words.
        text: String,
    },
    /// An answer to a question to the field.
    Answer(Answer),
    /// "I have read this."
    Acknowledgement {
        /// Which briefing.
        briefing_id: BriefingId,
        /// Which of its revisions.
        revision: u32,
    },
    /// Whether a claim still holds.
    Vote(Vote),
    /// A customer's answers to the questionnaire of a test group.
    Questionnaire(Questionnaire),
}

/// An answer to a question to the field: a choice, words, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// To which question.
    pub question_id: QuestionId,
    /// The place of the chosen answer, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<u16>,
    /// The rep's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The customer that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
}

/// Whether a claim still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Of which briefing.
    pub briefing_id: BriefingId,
    /// Which claim.
    pub claim_id: ClaimId,
    /// Still true, or not true any more.
    pub is_true: bool,
    /// Why the rep thinks so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A customer's answers to the questionnaire of a test group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Of which test group.
    pub test_group_id: TestGroupId,
    /// Who answered.
    pub customer: String,
    /// The visit during which they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// One for each item, in its order.
    pub answers: Vec<ItemAnswer>,
}

/// The answer to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemAnswer {
    /// Left out.
    None,
    /// A step of acceptance.
    Acceptance(AcceptanceLevel),
    /// Yes or no.
    YesNo(bool),
    /// The place of the chosen one, from 0.
    Choice(u16),
    /// The customer's own words.
    Text(String),
}

impl Reply {
    /// The rule that it breaks, if any; the same on both ends.
    ///
    /// # Errors
    /// Which one.
    pub fn check(&self) -> Result<(), Code> {
        match self {
            Self::Remark { text } => required(text, DETAIL_CHARS_MAX),
            Self::Acknowledgement { .. } => Ok(()),
            Self::Answer(Answer { choice, text, customer, .. }) => {
                if choice.is_none() && text.as_deref().is_none_or(|text| text.trim().is_empty()) {
                    return Err(Code::TextEmpty);
                }
                at_most(text.as_deref(), DETAIL_CHARS_MAX)?;
                at_most(customer.as_deref(), NAME_CHARS_MAX)
            }
            Self::Vote(Vote { text, .. }) => at_most(text.as_deref(), DETAIL_CHARS_MAX),
            Self::Questionnaire(Questionnaire { customer, answers, .. }) => {
                required(customer, NAME_CHARS_MAX)?;
                if answers.len() > ITEMS_MAX {
                    return Err(Code::MalformedOp);
                }
                answers.iter().try_for_each(|answer| match answer {
                    ItemAnswer::Text(text) => at_most(Some(text), DETAIL_CHARS_MAX),
                    _ => Ok(()),
                })
            }
        }
    }
}

fn required(text: &str, chars_max: usize) -> Result<(), Code> {
    if text.trim().is_empty() { Err(Code::TextEmpty) } else { at_most(Some(text), chars_max) }
}

fn at_most(text: Option<&str>, chars_max: usize) -> Result<(), Code> {
    let is_too_long = text.is_some_and(|text| text.chars().count() > chars_max);
    if is_too_long { Err(Code::TextTooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_needs_a_choice_or_words() {
        let question_id = QuestionId::new(1, [1; 10]);
        let answer = |choice, text: Option<&str>| {
            let text = text.map(str::to_owned);
            Reply::Answer(Answer { question_id, choice, text, customer: None }).check()
        };
        assert_eq!(answer(Some(0), None), Ok(()));
        assert_eq!(answer(None, Some("non")), Ok(()));
        assert_eq!(answer(None, Some(" ")), Err(Code::TextEmpty));
        assert_eq!(answer(None, None), Err(Code::TextEmpty));
        let long = "é".repeat(DETAIL_CHARS_MAX + 1);
        assert_eq!(answer(Some(1), Some(&long)), Err(Code::TextTooLong));
    }
}
