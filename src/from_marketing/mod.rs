//! What comes from marketing: decisions, questions, briefings, test groups, words on notes. All of it
//! is on the device, so all of it is read and answered offline.

mod briefing;
mod came_back;
mod claim;
mod decision;
mod digest;
mod draft;
mod group;
mod inbox;
mod letters;
mod links;
mod markdown;
mod prose;
mod question;
mod questionnaire;
mod tab;

pub(crate) use briefing::BriefingPage;
pub(crate) use came_back::CameBack;
pub(crate) use decision::{DecisionSheet, led, led_to};
pub(crate) use draft::Kept;
pub(crate) use group::GroupPage;
pub(crate) use inbox::Inbox;
pub(crate) use letters::{
    Letter, answer_to, briefings, decisions, groups, is_over_at, mark_seen, now_ms, questions,
};
pub(crate) use links::{briefing_link, encoded, group_link};
pub(crate) use question::{Answered, QuestionItem};
pub(crate) use tab::InboxTab;
