//! `/api/v1/decisions`: what marketing rectifies, and which notes led to it.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::console::decisions::{Decision, DecisionText};
use protocol::{Code, DecisionId};

use super::conditional::{tagged, version};
use super::deeds::{change, created, json};
use super::session::SignedIn;
use super::{Endpoint, Refusal};
use crate::chance;
use crate::storage::decisions;

/// Ten thousand characters in two languages, escaped, and a thousand ids.
const BYTES_MAX: usize = 512 * 1024;

pub(super) async fn list(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<Decision>>, Refusal> {
    Ok(Json(endpoint.storage.read(decisions::list).await?))
}

pub(super) async fn detail(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(decision_id): Path<String>,
) -> Result<Response, Refusal> {
    let decision_id: DecisionId = decision_id.parse().map_err(|_| Code::NotFound)?;
    let detail = endpoint.storage.read(move |db| decisions::detail(db, decision_id)).await?;
    let detail = detail.ok_or(Code::NotFound)?;
    Ok(tagged(detail.decision.version, detail))
}

pub(super) async fn make(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let text: DecisionText = json(&headers, body, BYTES_MAX).await?;
    let decision_id = chance::decision_id()?;
    let make = move |db: &_, by: &_| decisions::make(db, by, decision_id, &text);
    let made = change(&endpoint, &session, make).await?;
    Ok(created(format!("/api/v1/decisions/{decision_id}"), tagged(made.version, made)))
}

pub(super) async fn put(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(decision_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let decision_id: DecisionId = decision_id.parse().map_err(|_| Code::NotFound)?;
    let text: DecisionText = json(&headers, body, BYTES_MAX).await?;
    let version = version(&headers)?;
    let put = move |db: &_, by: &_| decisions::change(db, by, decision_id, version, &text);
    let changed = change(&endpoint, &session, put).await?;
    Ok(tagged(changed.version, changed))
}

pub(super) async fn publish(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(decision_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let decision_id: DecisionId = decision_id.parse().map_err(|_| Code::NotFound)?;
    let version = version(&headers)?;
    let publish = move |db: &_, by: &_| decisions::publish(db, by, decision_id, version);
    let published = change(&endpoint, &session, publish).await?;
    Ok(tagged(published.version, published))
}
