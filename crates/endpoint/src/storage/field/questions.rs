//! Questions to the field: asked of some, answered offline, closed by quota, time or hand.

use std::collections::HashSet;

use protocol::console::decisions::Audience;
use protocol::console::field::{
    FieldAnswer, Question, QuestionDetail, QuestionText, ReopenRequest,
};
use protocol::limits::DETAIL_CHARS_MAX;
use protocol::mail::Content;
use protocol::reply::Answer;
use protocol::{QuestionId, RepId, Reply, Words, mail};
use rusqlite::Connection;

use super::briefings::as_u64;
use super::items::{Item, Stored};
use super::replies::{self, Received};
use super::{audience, check};
use crate::storage::StorageError;
use crate::storage::objection::{NotMade, Objection};

/// What its letters stand under: see [`Content::key`].
pub(super) fn key(question_id: QuestionId) -> String {
    format!("question/{question_id}")
}

impl Item for QuestionText {
    type Shown = Question;
    type Detail = QuestionDetail;

    const KIND: &'static str = "question";
    const LONG: &'static str = "$.none";

    fn check(&self, db: &Connection, before: Option<&Self>, now_ms: i64) -> Result<(), NotMade> {
        check::words("text", &self.text, DETAIL_CHARS_MAX)?;
        check::choices("choices", &self.choices)?;
        if let Some(product) = &self.product {
            check::name("product", product)?;
        }
        if self.quota == Some(0) {
            return Err(Objection::field("quota: at least 1").into());
        }
        check::to_come("expires_at_ms", self.expires_at_ms, now_ms)?;
        // An answer names a place among the choices.
        if before.is_some_and(|before| before.choices.len() != self.choices.len()) {
            return Err(Objection::field("choices: as many as when it was asked").into());
        }
        audience::check(db, &self.audience)
    }

    fn title(&self) -> &Words {
        &self.text
    }

    fn audience(&self) -> &Audience {
        &self.audience
    }

    fn expires_at_ms(&self) -> Option<i64> {
        self.expires_at_ms
    }

    fn reopened(
        self,
        db: &Connection,
        id: &[u8; 16],
        request: &ReopenRequest,
    ) -> Result<Self, NotMade> {
        let ReopenRequest { expires_at_ms, quota } = *request;
        let answered = in_time(&replies::to(db, id)?).len();
        // It would close with the next answer, or had to be closed by now.
        if quota.is_some_and(|quota| usize::try_from(quota).is_ok_and(|quota| quota <= answered)) {
            return Err(Objection::field(format!("quota: {answered} have answered")).into());
        }
        Ok(Self { expires_at_ms, quota, ..self })
    }

    fn letter(stored: &Stored<Self>) -> Content {
        let Stored { id, text, published_at_ms, changed_at_ms, .. } = stored;
        Content::Question(mail::Question {
            question_id: QuestionId::from_bytes(*id),
            text: text.text.clone(),
            choices: text.choices.clone(),
            product: text.product.clone(),
            asked_at_ms: published_at_ms.unwrap_or(*changed_at_ms),
            expires_at_ms: text.expires_at_ms,
            is_closed: false,
        })
    }

    /// A quota that was made smaller may be reached already.
    fn published(db: &Connection, id: &[u8; 16], now_ms: i64) -> Result<(), StorageError> {
        super::answered(db, QuestionId::from_bytes(*id), now_ms)
    }

    fn shown(
        db: &Connection,
        all: Vec<Stored<Self>>,
        now_ms: i64,
    ) -> Result<Vec<Question>, StorageError> {
        all.into_iter().map(|stored| Ok(assess(db, stored, now_ms)?.0)).collect()
    }

    fn detail(
        db: &Connection,
        stored: Stored<Self>,
        now_ms: i64,
    ) -> Result<QuestionDetail, StorageError> {
        let (question, replies) = assess(db, stored, now_ms)?;
        let mut chosen = vec![0; question.text.choices.len()];
        let mut heard = HashSet::new();
        let mut answers = Vec::new();
        for received in replies {
            let Received { op_id, rep_id, rep, received_at_ms, reply, is_late } = received;
            let Reply::Answer(Answer { choice, text, customer, .. }) = reply else { continue };
            // Newest first: of each rep the first that is found counts.
            if heard.insert(rep_id)
                && let Some(count) = choice.and_then(|choice| chosen.get_mut(usize::from(choice)))
            {
                *count += 1;
            }
            let answer =
                FieldAnswer { op_id, rep, received_at_ms, choice, text, customer, is_late };
            answers.push(answer);
        }
        Ok(QuestionDetail { question, chosen, answers })
    }
}

fn assess(
    db: &Connection,
    stored: Stored<QuestionText>,
    now_ms: i64,
) -> Result<(Question, Vec<Received>), StorageError> {
    let replies = replies::to(db, &stored.id)?;
    let question = Question {
        question_id: QuestionId::from_bytes(stored.id),
        version: stored.version,
        published_at_ms: stored.published_at_ms,
        closed_at_ms: stored.closed_at_ms(now_ms),
        reps: as_u64(audience::reps(db, &stored.text.audience)?.len()),
        answered: as_u64(in_time(&replies).len()),
        by: stored.by,
        text: stored.text,
    };
    Ok((question, replies))
}

/// Who answered before it closed.
fn in_time(replies: &[Received]) -> HashSet<RepId> {
    replies.iter().filter(|received| !received.is_late).map(|it| it.rep_id).collect()
}
