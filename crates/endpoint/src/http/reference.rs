//! `/api/v1/reference`: customers, products, competitors, and the names that mean them.

use std::sync::{Arc, PoisonError};

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use protocol::console::reference::{
    AliasRequest, ImportReport, MergeRequest, ReferenceEntry, ReferencePage, ReferenceText,
    UnknownName,
};
use protocol::limits::IMPORT_BYTES_MAX;
use protocol::mail::Referent;
use protocol::{Code, ReferenceId};
use rusqlite::Connection;

use super::inbox::pairs;
use super::session::SignedIn;
use super::{Endpoint, Refusal, body, desk};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::facts::Facts;
use crate::storage::objection::{NotMade, all_or_nothing};
use crate::storage::{StorageError, reference};

const BYTES_MAX: usize = 16 * 1024;

pub(super) fn routes() -> Router<Endpoint> {
    Router::new()
        .route("/reference", get(page).post(make))
        .route("/reference/unknown", get(unknown))
        .route("/reference/import", post(import))
        .route("/reference/{id}", put(change).delete(remove))
        .route("/reference/{id}/aliases", post(add_alias).delete(take_alias))
        .route("/reference/{id}/merge", post(merge))
}

impl Endpoint {
    /// Reads with the facts of all notes at hand.
    pub(super) async fn read_facts<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &Facts) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.storage.show_all().await?;
        let facts = Arc::clone(&self.facts);
        let read = move |db: &Connection| {
            // Whoever fell while holding it left whole facts: each is put in at once.
            let mut facts = facts.lock().unwrap_or_else(PoisonError::into_inner);
            facts.catch_up(db)?;
            read(db, &facts)
        };
        Ok(self.storage.read(read).await?)
    }
}

/// The parameters of a query string.
struct Asked(Vec<(String, String)>);

impl Asked {
    fn read(query: Option<String>) -> Result<Self, Refusal> {
        Ok(Self(pairs(query.as_deref().unwrap_or_default())?))
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn of(&self) -> Result<Referent, Refusal> {
        let of = Referent::ALL.iter().find(|of| of.as_str() == self.get("of"));
        let bad = || Refusal::new(Code::BadQuery, "of: customer, product or competitor");
        of.copied().ok_or_else(bad)
    }
}

async fn page(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<ReferencePage>, Refusal> {
    let asked = Asked::read(query)?;
    let of = asked.of()?;
    let page = endpoint.read_facts(move |db, facts| {
        reference::page(db, &facts.mentions(of), of, asked.get("q"), asked.get("after"))
    });
    Ok(Json(page.await?))
}

async fn unknown(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<UnknownName>>, Refusal> {
    let of = Asked::read(query)?.of()?;
    let unknown = endpoint.read_facts(move |db, facts| {
        reference::unknown(db, &facts.mentions(of), &facts.spellings(of), of)
    });
    Ok(Json(unknown.await?))
}

async fn make(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let text: ReferenceText = desk::read(&headers, body, BYTES_MAX).await?;
    let id = chance::reference_id()?;
    let by = session.user_id;
    write(&endpoint, id, move |db| reference::make(db, id, &text, by, now_ms())).await
}

async fn change(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let id = read_id(&id)?;
    let text: ReferenceText = desk::read(&headers, body, BYTES_MAX).await?;
    let by = session.user_id;
    write(&endpoint, id, move |db| reference::change(db, id, &text, by, now_ms())).await
}

async fn remove(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let id = read_id(&id)?;
    let by = session.user_id;
    let done = endpoint
        .storage
        .write(move |db| all_or_nothing(db, |db| reference::remove(db, id, by, now_ms())));
    desk::made(done.await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn add_alias(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let id = read_id(&id)?;
    let AliasRequest { name } = desk::read(&headers, body, BYTES_MAX).await?;
    let by = session.user_id;
    write(&endpoint, id, move |db| reference::add_alias(db, id, &name, by, now_ms())).await
}

async fn take_alias(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let id = read_id(&id)?;
    let asked = Asked::read(query)?;
    let by = session.user_id;
    write(&endpoint, id, move |db| reference::take_alias(db, id, asked.get("name"), by, now_ms()))
        .await
}

async fn merge(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let id = read_id(&id)?;
    let MergeRequest { other } = desk::read(&headers, body, BYTES_MAX).await?;
    let by = session.user_id;
    write(&endpoint, id, move |db| reference::merge(db, id, other, by, now_ms())).await
}

async fn import(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ImportReport>, Refusal> {
    let asked = Asked::read(query)?;
    let of = asked.of()?;
    let is_preview = match asked.get("preview") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Refusal::new(Code::BadQuery, "preview")),
    };
    let bytes = body::bytes(&headers, body, "text/csv", IMPORT_BYTES_MAX).await;
    let bytes = bytes.map_err(desk::as_too_large)?;
    let read = tokio::task::spawn_blocking(move || reference::read_csv(&bytes, of)).await;
    let table = read.map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    let by = session.user_id;
    let done = endpoint.storage.write(move |db| {
        all_or_nothing(db, |db| reference::import(db, of, table, is_preview, by, now_ms()))
    });
    Ok(Json(desk::made(done.await)?))
}

fn read_id(id: &str) -> Result<ReferenceId, Refusal> {
    id.parse().map_err(|_| Code::NotFound.into())
}

/// Writes, and answers with what there is then.
async fn write(
    endpoint: &Endpoint,
    id: ReferenceId,
    change: impl FnOnce(&Connection) -> Result<(), NotMade> + Send + 'static,
) -> Result<Json<ReferenceEntry>, Refusal> {
    let done = endpoint.storage.write(move |db| all_or_nothing(db, change));
    desk::made(done.await)?;
    let entry = endpoint.read_facts(move |db, facts| match reference::of(db, id)? {
        Some(of) => reference::entry(db, &facts.mentions(of), id),
        None => Ok(None),
    });
    entry.await?.map(Json).ok_or_else(|| Code::NotFound.into())
}
