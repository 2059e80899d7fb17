//! What marketing does with notes, topics and decisions: its addresses (`protocol::console`).

use gloo_net::http::Request;
use protocol::console::InboxNote;
use protocol::console::decisions::{Decision, DecisionDetail, DecisionText};
use protocol::console::topics::{
    Similar, Suggestion, Topic, TopicChange, TopicDetail, TopicRequest,
};
use protocol::console::work::{
    Change, DeedAnswer, DeedPage, DeedRequest, Digest, RemarkRequest, SavedView, TranscriptRequest,
    Views,
};
use protocol::{AttachmentId, Code, DecisionId, DeedId, NoteId, TopicId};

use super::write::{answered, bare, done, of_version};
use super::{ApiError, get};
use crate::query_string::{QueryString, encoded};

impl ApiError {
    /// Whether somebody else changed it first (RFC 9110 §13.1.1).
    pub(crate) fn is_changed_meanwhile(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == Code::ChangedMeanwhile)
    }
}

/// `GET /api/v1/views`
pub(crate) async fn views() -> Result<Views, ApiError> {
    get("/api/v1/views").await
}

/// `POST /api/v1/views`
pub(crate) async fn save_view(view: &SavedView) -> Result<(), ApiError> {
    done(Request::post("/api/v1/views"), view).await
}

/// `DELETE /api/v1/views/{name}`
pub(crate) async fn forget_view(name: &str) -> Result<(), ApiError> {
    let request = Request::delete(&format!("/api/v1/views/{}", encoded(name)));
    bare(request).await
}

/// `POST /api/v1/deeds`
pub(crate) async fn deed(note_ids: Vec<NoteId>, change: Change) -> Result<DeedAnswer, ApiError> {
    answered(Request::post("/api/v1/deeds"), &DeedRequest { note_ids, change }).await
}

/// `POST /api/v1/deeds/{deed_id}/undo`
pub(crate) async fn undo(deed_id: DeedId) -> Result<(), ApiError> {
    let request = Request::post(&format!("/api/v1/deeds/{deed_id}/undo"));
    bare(request).await
}

/// `GET /api/v1/deeds`
pub(crate) async fn deeds(before_ms: Option<i64>) -> Result<DeedPage, ApiError> {
    let query = QueryString::default().with("before_ms", before_ms).finish();
    get(&format!("/api/v1/deeds{query}")).await
}

/// `GET /api/v1/digest`
pub(crate) async fn digest(week: Option<&str>) -> Result<Digest, ApiError> {
    get(&format!("/api/v1/digest{}", QueryString::default().with("week", week).finish())).await
}

/// `PUT /api/v1/digest/{week}/opened`
pub(crate) async fn digest_opened(week: &str) -> Result<(), ApiError> {
    bare(Request::put(&format!("/api/v1/digest/{week}/opened"))).await
}

/// `POST /api/v1/notes/{note_id}/remarks`
pub(crate) async fn remark(note_id: NoteId, text: String) -> Result<(), ApiError> {
    let request = Request::post(&format!("/api/v1/notes/{note_id}/remarks"));
    done(request, &RemarkRequest { text }).await
}

/// `PUT /api/v1/attachments/{attachment_id}/transcript`
pub(crate) async fn transcript(id: AttachmentId, text: String) -> Result<(), ApiError> {
    let request = Request::put(&format!("/api/v1/attachments/{id}/transcript"));
    done(request, &TranscriptRequest { text }).await
}

/// `GET /api/v1/notes/{note_id}/similar`
pub(crate) async fn similar(note_id: NoteId) -> Result<Vec<Similar>, ApiError> {
    get(&format!("/api/v1/notes/{note_id}/similar")).await
}

/// The notes of these ids, in their order; those that are gone are left out.
pub(crate) async fn notes_of(ids: &[NoteId]) -> Result<Vec<InboxNote>, ApiError> {
    let mut notes = Vec::with_capacity(ids.len());
    for id in ids {
        match super::note(*id).await {
            Ok(detail) => notes.push(detail.note),
            Err(ApiError::Problem(problem)) if problem.code == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(notes)
}

/// `GET /api/v1/topics`
pub(crate) async fn topics() -> Result<Vec<Topic>, ApiError> {
    get("/api/v1/topics").await
}

/// `GET /api/v1/topics/suggestions`
pub(crate) async fn suggestions() -> Result<Vec<Suggestion>, ApiError> {
    get("/api/v1/topics/suggestions").await
}

/// `GET /api/v1/topics/{topic_id}`
pub(crate) async fn topic(topic_id: TopicId) -> Result<TopicDetail, ApiError> {
    get(&format!("/api/v1/topics/{topic_id}")).await
}

/// `POST /api/v1/topics`
pub(crate) async fn gather(title: String, note_ids: Vec<NoteId>) -> Result<Topic, ApiError> {
    answered(Request::post("/api/v1/topics"), &TopicRequest { title, note_ids }).await
}

/// `PATCH /api/v1/topics/{topic_id}`
pub(crate) async fn change_topic(topic: &Topic, change: &TopicChange) -> Result<Topic, ApiError> {
    let request = Request::patch(&format!("/api/v1/topics/{}", topic.topic_id));
    answered(of_version(request, topic.version), change).await
}

/// `GET /api/v1/decisions`
pub(crate) async fn decisions() -> Result<Vec<Decision>, ApiError> {
    get("/api/v1/decisions").await
}

/// `GET /api/v1/decisions/{decision_id}`
pub(crate) async fn decision(decision_id: DecisionId) -> Result<DecisionDetail, ApiError> {
    get(&format!("/api/v1/decisions/{decision_id}")).await
}

/// `POST /api/v1/decisions`
pub(crate) async fn new_decision(text: &DecisionText) -> Result<Decision, ApiError> {
    answered(Request::post("/api/v1/decisions"), text).await
}

/// `PUT /api/v1/decisions/{decision_id}`
pub(crate) async fn change_decision(
    decision_id: DecisionId,
    version: i64,
    text: &DecisionText,
) -> Result<Decision, ApiError> {
    let request = Request::put(&format!("/api/v1/decisions/{decision_id}"));
    answered(of_version(request, version), text).await
}

/// `POST /api/v1/decisions/{decision_id}/publish`
pub(crate) async fn publish_decision(id: DecisionId, version: i64) -> Result<(), ApiError> {
    let request = Request::post(&format!("/api/v1/decisions/{id}/publish"));
    bare(of_version(request, version)).await
}
