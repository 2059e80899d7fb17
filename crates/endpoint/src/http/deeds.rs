//! `/api/v1/deeds`, `/views`, `/digest`, and what is done to a single note: marketing's daily work.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, Weekday};
use protocol::console::Session;
use protocol::console::work::{
    DeedAnswer, DeedPage, DeedRequest, Digest, RemarkRequest, SavedView, TranscriptRequest, Views,
};
use protocol::{AttachmentId, Code, DeedId, NoteId};
use rusqlite::Connection;

use super::session::SignedIn;
use super::{Endpoint, Refusal, body, inbox};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::deeds::{self, By};
use crate::storage::objection::{NotMade, all_or_nothing};
use crate::storage::{digest, remarks, transcripts, views};

/// A thousand ids and a reason in two languages.
const BYTES_MAX: usize = 128 * 1024;

/// Changes something in somebody's name, all or nothing.
pub(super) async fn change<T, F>(
    endpoint: &Endpoint,
    session: &Session,
    change: F,
) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnOnce(&Connection, &By) -> Result<T, NotMade> + Send + 'static,
{
    let by = By { deed_id: chance::deed_id()?, user_id: session.user_id, now_ms: now_ms() };
    Ok(endpoint.storage.write(move |db| all_or_nothing(db, |db| change(db, &by))).await??)
}

/// A request's JSON.
pub(super) async fn json<T: serde::de::DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<T, Refusal> {
    body::json(&body::text(headers, body, "application/json", bytes_max).await?)
}

pub(super) async fn apply(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<DeedAnswer>, Refusal> {
    let request: DeedRequest = json(&headers, body, BYTES_MAX).await?;
    let answer = change(&endpoint, &session, move |db, by| deeds::apply(db, by, &request)).await?;
    Ok(Json(answer))
}

pub(super) async fn undo(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(deed_id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let deed_id: DeedId = deed_id.parse().map_err(|_| Code::NotFound)?;
    change(&endpoint, &session, move |db, by| deeds::undo(db, by, deed_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn audit(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<DeedPage>, Refusal> {
    let before_ms = one(query, "before_ms")?;
    let before_ms = before_ms.map(|text| text.parse().map_err(|_| bad("before_ms"))).transpose()?;
    Ok(Json(endpoint.storage.read(move |db| deeds::page(db, before_ms)).await?))
}

/// The value of a query parameter; an empty one is none.
fn one(query: Option<String>, name: &str) -> Result<Option<String>, Refusal> {
    let pairs = inbox::pairs(query.as_deref().unwrap_or_default())?;
    let found = pairs.into_iter().find(|(found, value)| found == name && !value.is_empty());
    Ok(found.map(|(_, value)| value))
}

fn bad(name: &str) -> Refusal {
    Refusal::new(Code::BadQuery, name)
}

pub(super) async fn remark(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(note_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let note_id: NoteId = note_id.parse().map_err(|_| Code::NotFound)?;
    let request: RemarkRequest = json(&headers, body, BYTES_MAX).await?;
    let remark_id = chance::remark_id()?;
    change(&endpoint, &session, move |db, by| remarks::add(db, by, remark_id, note_id, &request))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn transcript(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(attachment_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let attachment_id: AttachmentId = attachment_id.parse().map_err(|_| Code::NotFound)?;
    let request: TranscriptRequest = json(&headers, body, BYTES_MAX).await?;
    change(&endpoint, &session, move |db, by| transcripts::put(db, by, attachment_id, &request))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn views(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
) -> Result<Json<Views>, Refusal> {
    endpoint.storage.show_all().await?;
    let views = move |db: &Connection| views::views(db, session.user_id, now_ms());
    Ok(Json(endpoint.storage.read(views).await?))
}

pub(super) async fn save_view(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let view: SavedView = json(&headers, body, BYTES_MAX).await?;
    change(&endpoint, &session, move |db, by| views::save(db, by.user_id, &view)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn forget_view(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    let user = session.user_id;
    let found = endpoint.storage.write(move |db| views::forget(db, user, &name)).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Code::NotFound.into()) }
}

pub(super) async fn digest(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Digest>, Refusal> {
    let monday = match one(query, "week")? {
        Some(week) => monday(&week),
        None => digest::monday_of(now_ms()),
    };
    let monday = monday.ok_or_else(|| bad("week"))?;
    endpoint.storage.show_all().await?;
    let digest = endpoint.storage.read(move |db| digest::digest(db, monday, now_ms())).await?;
    digest.map(Json).ok_or_else(|| bad("week"))
}

pub(super) async fn digest_opened(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(week): Path<String>,
) -> Result<StatusCode, Refusal> {
    let monday = monday(&week).ok_or(Code::NotFound)?;
    let user = session.user_id;
    endpoint.storage.write(move |db| digest::open(db, user, monday, now_ms())).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn monday(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.weekday() == Weekday::Monday)
}

/// Made: with its address.
pub(super) fn created(address: String, answer: Response) -> Response {
    let location = [(axum::http::header::LOCATION, address)];
    (StatusCode::CREATED, location, answer).into_response()
}
