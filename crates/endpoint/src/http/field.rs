//! `/api/v1/briefings`, `/questions`, `/test-groups`: to the field, and what came back.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use protocol::console::Session;
use protocol::console::field::{BriefingText, QuestionText, ReopenRequest, TestGroupText};
use protocol::{BriefingId, Code};
use rusqlite::Connection;

use super::session::SignedIn;
use super::{Endpoint, Refusal, conditional, desk};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::field::{self, Item};
use crate::storage::objection::{NotMade, all_or_nothing};

/// Most bytes of a request: texts in two languages and how JSON writes them. What is beyond a
/// briefing's own limit is told field by field.
const BYTES_MAX: usize = 12 * 1024 * 1024;

pub(super) fn routes() -> Router<Endpoint> {
    Router::new()
        .route("/briefings", get(list::<BriefingText>).post(make::<BriefingText>))
        .route("/briefings/{id}", get(detail::<BriefingText>).put(change::<BriefingText>))
        .route("/briefings/{id}/publish", post(publish::<BriefingText>))
        .route("/briefings/{id}/take-back", post(take_back::<BriefingText>))
        .route("/questions", get(list::<QuestionText>).post(make::<QuestionText>))
        .route("/questions/{id}", get(detail::<QuestionText>).put(change::<QuestionText>))
        .route("/questions/{id}/publish", post(publish::<QuestionText>))
        .route("/questions/{id}/take-back", post(take_back::<QuestionText>))
        .route("/questions/{id}/close", post(close::<QuestionText>))
        .route("/questions/{id}/reopen", post(reopen::<QuestionText>))
        .route("/test-groups", get(list::<TestGroupText>).post(make::<TestGroupText>))
        .route("/test-groups/{id}", get(detail::<TestGroupText>).put(change::<TestGroupText>))
        .route("/test-groups/{id}/publish", post(publish::<TestGroupText>))
        .route("/test-groups/{id}/take-back", post(take_back::<TestGroupText>))
        .route("/test-groups/{id}/close", post(close::<TestGroupText>))
        .route("/test-groups/{id}/reopen", post(reopen::<TestGroupText>))
}

async fn list<T: Item>(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<T::Shown>>, Refusal> {
    Ok(Json(endpoint.storage.read(|db| field::list::<T>(db, now_ms())).await?))
}

async fn detail<T: Item>(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    endpoint.storage.show_all().await?;
    let detail = endpoint.storage.read(move |db| field::detail::<T>(db, &id, now_ms())).await?;
    let (version, detail) = detail.ok_or(Code::NotFound)?;
    Ok((conditional::etag(version), Json(detail)).into_response())
}

async fn make<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let text: T = desk::read(&headers, body, BYTES_MAX).await?;
    let id = *chance::briefing_id()?.as_bytes();
    write::<T>(&endpoint, id, move |db| field::make(db, &id, &text, session.user_id, now_ms()))
        .await
}

async fn change<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    let expected = conditional::required(&headers)?;
    let text: T = desk::read(&headers, body, BYTES_MAX).await?;
    write::<T>(&endpoint, id, move |db| {
        field::change(db, &id, expected, &text, session.user_id, now_ms())
    })
    .await
}

async fn publish<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    let expected = conditional::given(&headers)?;
    let Session { user_id, email, .. } = session;
    let answer = write::<T>(&endpoint, id, move |db| {
        field::publish::<T>(db, &id, expected, user_id, now_ms())
    })
    .await?;
    tracing::info!(by = email, kind = T::KIND, "to the field");
    Ok(answer)
}

async fn take_back<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    let expected = conditional::given(&headers)?;
    let Session { user_id, email, .. } = session;
    let answer = write::<T>(&endpoint, id, move |db| {
        field::take_back::<T>(db, &id, expected, user_id, now_ms())
    })
    .await?;
    tracing::info!(by = email, kind = T::KIND, "back from the field");
    Ok(answer)
}

async fn reopen<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    let expected = conditional::given(&headers)?;
    let request: ReopenRequest = desk::read(&headers, body, BYTES_MAX).await?;
    write::<T>(&endpoint, id, move |db| {
        field::reopen::<T>(db, &id, expected, &request, session.user_id, now_ms())
    })
    .await
}

async fn close<T: Item>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = item_id(&id)?;
    let expected = conditional::given(&headers)?;
    write::<T>(&endpoint, id, move |db| {
        field::close::<T>(db, &id, expected, session.user_id, now_ms())
    })
    .await
}

/// Ids of all three are made and written alike.
fn item_id(text: &str) -> Result<[u8; 16], Code> {
    let id: BriefingId = text.parse().map_err(|_| Code::NotFound)?;
    Ok(*id.as_bytes())
}

/// Writes, and answers with what there is then.
async fn write<T: Item>(
    endpoint: &Endpoint,
    id: [u8; 16],
    change: impl FnOnce(&Connection) -> Result<(), NotMade> + Send + 'static,
) -> Result<Response, Refusal> {
    let done = endpoint.storage.write(move |db| {
        all_or_nothing(db, |db| {
            change(db)?;
            Ok(field::one::<T>(db, &id, now_ms())?)
        })
    });
    let (version, shown) = desk::made(done.await)?.ok_or(Code::NotFound)?;
    Ok((StatusCode::OK, conditional::etag(version), Json(shown)).into_response())
}
