//! `/api/v1/topics`: notes that say the same, gathered.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::console::topics::{Similar, Suggestion, Topic, TopicChange, TopicRequest};
use protocol::{Code, NoteId, TopicId};

use super::conditional::{tagged, version};
use super::deeds::{change, created, json};
use super::session::SignedIn;
use super::{Endpoint, Refusal};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::{search, similar, topics};

/// A title and a thousand ids.
const BYTES_MAX: usize = 128 * 1024;

pub(super) async fn list(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<Topic>>, Refusal> {
    Ok(Json(endpoint.storage.read(topics::list).await?))
}

pub(super) async fn detail(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(topic_id): Path<String>,
) -> Result<Response, Refusal> {
    let topic_id: TopicId = topic_id.parse().map_err(|_| Code::NotFound)?;
    let detail = endpoint.storage.read(move |db| topics::detail(db, topic_id)).await?;
    let detail = detail.ok_or(Code::NotFound)?;
    Ok(tagged(detail.topic.version, detail))
}

pub(super) async fn make(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let request: TopicRequest = json(&headers, body, BYTES_MAX).await?;
    let topic_id = chance::topic_id()?;
    let made =
        change(&endpoint, &session, move |db, by| topics::make(db, by, topic_id, &request)).await?;
    Ok(created(format!("/api/v1/topics/{topic_id}"), tagged(made.version, made)))
}

pub(super) async fn patch(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(topic_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let topic_id: TopicId = topic_id.parse().map_err(|_| Code::NotFound)?;
    let request: TopicChange = json(&headers, body, BYTES_MAX).await?;
    let version = version(&headers)?;
    let companion = chance::deed_id()?;
    let changed = change(&endpoint, &session, move |db, by| {
        topics::change(db, by, companion, topic_id, version, &request)
    })
    .await?;
    Ok(tagged(changed.version, changed))
}

pub(super) async fn similar(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(note_id): Path<String>,
) -> Result<Json<Vec<Similar>>, Refusal> {
    let note_id: NoteId = note_id.parse().map_err(|_| Code::NotFound)?;
    endpoint.storage.write(search::catch_up).await?;
    let similar = endpoint.storage.read(move |db| similar::to_note(db, note_id)).await?;
    similar.map(Json).ok_or_else(|| Code::NotFound.into())
}

pub(super) async fn suggestions(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<Suggestion>>, Refusal> {
    endpoint.storage.show_all().await?;
    Ok(Json(endpoint.storage.read(|db| similar::suggestions(db, now_ms())).await?))
}
