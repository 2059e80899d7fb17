//! `/api/v1/notes`, `/reps`, `/quarantine`: what marketing reads.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use protocol::console::people::UserId;
use protocol::console::{InboxPage, InboxQuery, NoteDetail, QuarantinePage, Rep};
use protocol::{Code, NoteId, Seq};
use serde::de::DeserializeOwned;

use super::session::SignedIn;
use super::{Endpoint, Refusal};
use crate::storage::{notes, quarantine, search};

pub(super) async fn page(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<InboxPage>, Refusal> {
    let query = read_query(query.as_deref().unwrap_or_default())?;
    ready_to_read(&endpoint, &query).await?;
    Ok(Json(endpoint.storage.read(move |db| notes::page(db, &query)).await?))
}

/// Whoever reads sees, and whoever searches finds, every note that was confirmed to anyone.
pub(super) async fn ready_to_read(endpoint: &Endpoint, query: &InboxQuery) -> Result<(), Refusal> {
    if query.q.is_some() {
        Ok(endpoint.storage.write(search::catch_up).await?)
    } else {
        Ok(endpoint.storage.show_all().await?)
    }
}

pub(super) async fn detail(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    Path(note_id): Path<String>,
) -> Result<Json<NoteDetail>, Refusal> {
    let note_id: NoteId = note_id.parse().map_err(|_| Code::NotFound)?;
    endpoint.storage.show_all().await?;
    let detail = endpoint.storage.read(move |db| notes::detail(db, note_id)).await?;
    detail.map(Json).ok_or_else(|| Code::NotFound.into())
}

pub(super) async fn reps(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<Vec<Rep>>, Refusal> {
    Ok(Json(endpoint.storage.read(notes::reps).await?))
}

pub(super) async fn quarantine(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
) -> Result<Json<QuarantinePage>, Refusal> {
    Ok(Json(endpoint.storage.read(quarantine::newest).await?))
}

/// The filters of a query string. Names that are none of theirs are left to whoever uses them.
///
/// # Errors
/// [`Code::BadQuery`], naming the parameter whose value cannot be.
pub(super) fn read_query(query: &str) -> Result<InboxQuery, Refusal> {
    let mut read = InboxQuery::default();
    for (name, value) in pairs(query)? {
        let bad = || Refusal::new(Code::BadQuery, name.clone());
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "kind" => read.kind = Some(value.parse().map_err(|_| bad())?),
            "rep" => read.rep = Some(value.parse().map_err(|_| bad())?),
            "from_ms" => read.from_ms = Some(value.parse().map_err(|_| bad())?),
            "to_ms" => read.to_ms = Some(value.parse().map_err(|_| bad())?),
            "before" => read.before = Some(Seq(value.parse().map_err(|_| bad())?)),
            "limit" => read.limit = Some(value.parse().map_err(|_| bad())?),
            "q" => read.q = Some(value),
            "state" => read.state = Some(one_of(&value).ok_or_else(bad)?),
            "assignee" => read.assignee = Some(UserId(value.parse().map_err(|_| bad())?)),
            "tag" => read.tag = Some(value),
            "open" => read.open = value.parse().map_err(|_| bad())?,
            "starred" => read.starred = value.parse().map_err(|_| bad())?,
            "snoozed" => read.snoozed = value.parse().map_err(|_| bad())?,
            "topic" => read.topic = Some(value.parse().map_err(|_| bad())?),
            "product" => read.product = Some(value),
            "customer" => read.customer = Some(value),
            "competitor" => read.competitor = Some(value),
            "region" => read.region = Some(value),
            "segment" => read.segment = Some(value),
            "hypothesis" => read.hypothesis = Some(one_of(&value).ok_or_else(bad)?),
            "verdict" => read.verdict = Some(one_of(&value).ok_or_else(bad)?),
            "says" => read.says = Some(value.parse().map_err(|_| bad())?),
            "without" => read.without = Some(one_of(&value).ok_or_else(bad)?),
            "withdrawn" => read.withdrawn = value.parse().map_err(|_| bad())?,
            _ => {}
        }
    }
    Ok(read)
}

/// What a closed list calls by this name.
fn one_of<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(name)).ok()
}

/// Names and values of a query string, decoded.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let address = format!("/?{query}")
        .parse()
        .map_err(|_| Refusal::new(Code::BadQuery, "the query string"))?;
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&address)
        .map(|pairs| pairs.0)
        .map_err(|error| Refusal::new(Code::BadQuery, error.to_string()))
}
