//! What marketing told, by kind, and what the rep replied to it.

use device::{Device, Given, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::QuestionId;
use protocol::mail::{Briefing, Content, Decision, Question, Remark, TestGroup};
use protocol::reply::{Answer, Reply};

use crate::session::Session;

/// Something that marketing tells, and whether the rep has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter<T> {
    pub(crate) it: T,
    pub(crate) is_seen: bool,
}

async fn of_kind<T>(
    device: &Device,
    kind: &str,
    take: fn(Content) -> Option<T>,
) -> Result<Vec<Letter<T>>, StorageError> {
    let letters = device.mail(kind).await?.into_iter();
    let letters = letters.filter_map(|received| {
        Some(Letter { is_seen: received.is_seen, it: take(received.content)? })
    });
    Ok(letters.collect())
}

/// What marketing decided, newest first.
pub(crate) async fn decisions(device: &Device) -> Result<Vec<Letter<Decision>>, StorageError> {
    let take = |content| match content {
        Content::Decision(it) => Some(it),
        _ => None,
    };
    of_kind(device, "decision", take).await
}

/// What marketing asks, newest first.
pub(crate) async fn questions(device: &Device) -> Result<Vec<Letter<Question>>, StorageError> {
    let take = |content| match content {
        Content::Question(it) => Some(it),
        _ => None,
    };
    of_kind(device, "question", take).await
}

/// What marketing teaches, newest first.
pub(crate) async fn briefings(device: &Device) -> Result<Vec<Letter<Briefing>>, StorageError> {
    let take = |content| match content {
        Content::Briefing(it) => Some(it),
        _ => None,
    };
    of_kind(device, "briefing", take).await
}

/// The questionnaires, newest first.
pub(crate) async fn groups(device: &Device) -> Result<Vec<Letter<TestGroup>>, StorageError> {
    let take = |content| match content {
        Content::TestGroup(it) => Some(it),
        _ => None,
    };
    of_kind(device, "test_group", take).await
}

/// What marketing wrote in threads, newest first.
pub(crate) async fn remarks(device: &Device) -> Result<Vec<Letter<Remark>>, StorageError> {
    let take = |content| match content {
        Content::Remark(it) => Some(it),
        _ => None,
    };
    of_kind(device, "remark", take).await
}

/// The rep's last answer to a question, of replies that are newest first.
pub(crate) fn answer_to(replies: &[Given], question_id: QuestionId) -> Option<&Given> {
    replies.iter().find(|given| {
        matches!(&given.reply, Reply::Answer(Answer { question_id: of, .. }) if *of == question_id)
    })
}

/// Whether something that was asked has had its time, by this device's clock.
pub(crate) fn is_over(expires_at_ms: Option<i64>) -> bool {
    is_over_at(now_ms(), expires_at_ms)
}

/// The same at a given time, in milliseconds since 1970.
pub(crate) fn is_over_at(now_ms: i64, expires_at_ms: Option<i64>) -> bool {
    expires_at_ms.is_some_and(|expires_at_ms| expires_at_ms <= now_ms)
}

/// What this device's clock says, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(device::now_ms()).unwrap_or(i64::MAX)
}

/// The rep has these before their eyes.
pub(crate) fn mark_seen(session: Session, keys: Vec<String>) {
    if keys.is_empty() || document().hidden() {
        return;
    }
    spawn_local(async move {
        let device = session.device();
        for key in keys {
            // Where it fails it stays new: nothing is lost.
            let _ = device.mark_seen(&key).await;
        }
    });
}
