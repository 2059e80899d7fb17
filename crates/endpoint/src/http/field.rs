//! `/api/v1/briefings`, `/questions`, `/test-groups`: to the field, and what came back.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use protocol::console::Session;
use protocol::console::field::{
    Briefing, BriefingDetail, BriefingText, Question, QuestionDetail, QuestionText, ReopenRequest,
    TestGroup, TestGroupDetail, TestGroupText,
};
use protocol::{BriefingId, Code, QuestionId, TestGroupId};
use rusqlite::Connection;
use serde::Serialize;

use super::session::SignedIn;
use super::{Endpoint, Refusal, conditional, desk};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::StorageError;
use crate::storage::field::{self, Item};
use crate::storage::objection::all_or_nothing;

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

type Read<T> = Result<T, StorageError>;

/// What the handlers need to know of each.
trait Shelf: Item + Send + Sync + 'static {
    /// As a list shows it.
    type Shown: Serialize + Send + 'static;
    /// With what came back.
    type Detail: Serialize + Send + 'static;

    fn id(text: &str) -> Option<[u8; 16]>;
    fn fresh_id() -> Read<[u8; 16]>;
    fn list(db: &Connection) -> Read<Vec<Self::Shown>>;
    fn shown(db: &Connection, id: [u8; 16]) -> Read<Option<Self::Shown>>;
    fn detail(db: &Connection, id: [u8; 16]) -> Read<Option<Self::Detail>>;
    fn version(shown: &Self::Shown) -> i64;
    fn version_of(detail: &Self::Detail) -> i64;
}

impl Shelf for BriefingText {
    type Shown = Briefing;
    type Detail = BriefingDetail;

    fn id(text: &str) -> Option<[u8; 16]> {
        text.parse().ok().map(|id: BriefingId| *id.as_bytes())
    }

    fn fresh_id() -> Read<[u8; 16]> {
        Ok(*chance::briefing_id()?.as_bytes())
    }

    fn list(db: &Connection) -> Read<Vec<Briefing>> {
        field::briefings(db)
    }

    fn shown(db: &Connection, id: [u8; 16]) -> Read<Option<Briefing>> {
        field::briefing(db, BriefingId::from_bytes(id))
    }

    fn detail(db: &Connection, id: [u8; 16]) -> Read<Option<BriefingDetail>> {
        field::briefing_detail(db, BriefingId::from_bytes(id))
    }

    fn version(shown: &Briefing) -> i64 {
        shown.version
    }

    fn version_of(detail: &BriefingDetail) -> i64 {
        detail.briefing.version
    }
}

impl Shelf for QuestionText {
    type Shown = Question;
    type Detail = QuestionDetail;

    fn id(text: &str) -> Option<[u8; 16]> {
        text.parse().ok().map(|id: QuestionId| *id.as_bytes())
    }

    fn fresh_id() -> Read<[u8; 16]> {
        Ok(*chance::question_id()?.as_bytes())
    }

    fn list(db: &Connection) -> Read<Vec<Question>> {
        field::questions(db, now_ms())
    }

    fn shown(db: &Connection, id: [u8; 16]) -> Read<Option<Question>> {
        field::question(db, QuestionId::from_bytes(id), now_ms())
    }

    fn detail(db: &Connection, id: [u8; 16]) -> Read<Option<QuestionDetail>> {
        field::question_detail(db, QuestionId::from_bytes(id), now_ms())
    }

    fn version(shown: &Question) -> i64 {
        shown.version
    }

    fn version_of(detail: &QuestionDetail) -> i64 {
        detail.question.version
    }
}

impl Shelf for TestGroupText {
    type Shown = TestGroup;
    type Detail = TestGroupDetail;

    fn id(text: &str) -> Option<[u8; 16]> {
        text.parse().ok().map(|id: TestGroupId| *id.as_bytes())
    }

    fn fresh_id() -> Read<[u8; 16]> {
        Ok(*chance::test_group_id()?.as_bytes())
    }

    fn list(db: &Connection) -> Read<Vec<TestGroup>> {
        field::test_groups(db, now_ms())
    }

    fn shown(db: &Connection, id: [u8; 16]) -> Read<Option<TestGroup>> {
        field::test_group(db, TestGroupId::from_bytes(id), now_ms())
    }

    fn detail(db: &Connection, id: [u8; 16]) -> Read<Option<TestGroupDetail>> {
        field::test_group_detail(db, TestGroupId::from_bytes(id), now_ms())
    }

    fn version(shown: &TestGroup) -> i64 {
        shown.version
    }

    fn version_of(detail: &TestGroupDetail) -> i64 {
        detail.test_group.version
    }
}

async fn list<T: Shelf>(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<T::Shown>>, Refusal> {
    Ok(Json(endpoint.storage.read(T::list).await?))
}

async fn detail<T: Shelf>(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    endpoint.storage.show_all().await?;
    let detail = endpoint.storage.read(move |db| T::detail(db, id)).await?;
    let detail = detail.ok_or(Code::NotFound)?;
    Ok((conditional::etag(T::version_of(&detail)), Json(detail)).into_response())
}

async fn make<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let text: T = desk::read(&headers, body, BYTES_MAX).await?;
    let id = T::fresh_id()?;
    write::<T>(&endpoint, id, move |db| field::make(db, &id, &text, session.user_id, now_ms()))
        .await
}

async fn change<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    let expected = conditional::required(&headers)?;
    let text: T = desk::read(&headers, body, BYTES_MAX).await?;
    write::<T>(&endpoint, id, move |db| {
        field::change(db, &id, expected, &text, session.user_id, now_ms())
    })
    .await
}

async fn publish<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    let expected = conditional::given(&headers)?;
    let Session { user_id, email, .. } = session;
    let answer = write::<T>(&endpoint, id, move |db| {
        field::publish::<T>(db, &id, expected, user_id, now_ms())
    })
    .await?;
    tracing::info!(by = email, kind = T::KIND, "to the field");
    Ok(answer)
}

async fn take_back<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    let expected = conditional::given(&headers)?;
    let Session { user_id, email, .. } = session;
    let answer = write::<T>(&endpoint, id, move |db| {
        field::take_back::<T>(db, &id, expected, user_id, now_ms())
    })
    .await?;
    tracing::info!(by = email, kind = T::KIND, "back from the field");
    Ok(answer)
}

async fn reopen<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    let expected = conditional::given(&headers)?;
    let request: ReopenRequest = desk::read(&headers, body, BYTES_MAX).await?;
    write::<T>(&endpoint, id, move |db| {
        field::reopen::<T>(db, &id, expected, &request, session.user_id, now_ms())
    })
    .await
}

async fn close<T: Shelf>(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = T::id(&id).ok_or(Code::NotFound)?;
    let expected = conditional::given(&headers)?;
    write::<T>(&endpoint, id, move |db| {
        field::close::<T>(db, &id, expected, session.user_id, now_ms())
    })
    .await
}

/// Writes, and answers with what there is then.
async fn write<T: Shelf>(
    endpoint: &Endpoint,
    id: [u8; 16],
    change: impl FnOnce(&Connection) -> Result<(), crate::storage::objection::NotMade> + Send + 'static,
) -> Result<Response, Refusal> {
    let done = endpoint.storage.write(move |db| {
        all_or_nothing(db, |db| {
            change(db)?;
            Ok(T::shown(db, id)?)
        })
    });
    let shown = desk::made(done.await)?.ok_or(Code::NotFound)?;
    Ok((StatusCode::OK, conditional::etag(T::version(&shown)), Json(shown)).into_response())
}
