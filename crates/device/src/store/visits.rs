//! Visits: the meetings of this rep, on this device. What marketing gets of a visit is its id in
//! each note that was written during it.

use protocol::{ClientTime, NoteId, VisitId};
use serde::{Deserialize, Serialize};

use super::notes::{self, StoredNote, newest_first_key};
use super::{ID_MS_MAX, MAIL, NOTES, OUTBOX, VISITS, parse, put_row, text};
use crate::connection::Connection;
use crate::indexed_db::{self, Store, everything};
use crate::json;
use crate::storage_error::StorageError;

/// So far a device's clock may have been off while a note of a visit was written.
const CLOCK_SLACK_MS: u64 = 24 * 60 * 60_000;

/// One meeting with a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Which.
    pub visit_id: VisitId,
    /// Whom it is paid to, in the rep's words.
    pub customer: String,
    /// Since when, by this device's clock.
    pub started_at: ClientTime,
    /// Until when; none while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<ClientTime>,
}

/// The newest comes first, as in the list of notes.
fn key(visit_id: VisitId) -> String {
    newest_first_key(NoteId::from_bytes(*visit_id.as_bytes()))
}

/// Begins a visit. One that was still running ends where this one begins.
pub(crate) async fn start(connection: &Connection, visit: &Visit) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[VISITS])?;
            let visits = transaction.store(VISITS)?;
            if let Some(running) = newest(&visits).await?
                && running.finished_at.is_none()
                && running.visit_id != visit.visit_id
            {
                let finished_at = Some(visit.started_at);
                put_row(&visits, &key(running.visit_id), &Visit { finished_at, ..running })?;
            }
            put_row(&visits, &key(visit.visit_id), visit)?;
            transaction.commit().await
        })
        .await
}

async fn newest(visits: &Store) -> Result<Option<Visit>, StorageError> {
    parse(visits.values(&everything(), 1)?.texts().await?.pop())
}

/// Ends a visit, unless it has ended already.
pub(crate) async fn finish(
    connection: &Connection,
    visit_id: VisitId,
    finished_at: ClientTime,
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&[VISITS])?;
            let visits = transaction.store(VISITS)?;
            let visit: Option<Visit> = parse(text(&visits, &key(visit_id)).await?)?;
            if let Some(visit) = visit.filter(|visit| visit.finished_at.is_none()) {
                let finished_at = Some(finished_at);
                put_row(&visits, &key(visit_id), &Visit { finished_at, ..visit })?;
            }
            transaction.commit().await
        })
        .await
}

/// Up to `limit` visits, newest first, those after `after` in the list if it is given.
pub(crate) async fn page(
    connection: &Connection,
    after: Option<VisitId>,
    limit: u32,
) -> Result<Vec<Visit>, StorageError> {
    let from = after.map_or_else(String::new, key);
    connection
        .run(async |database| {
            let transaction = database.read(&[VISITS])?;
            let rows = transaction.store(VISITS)?.values(&indexed_db::after(&from)?, limit)?;
            Ok(rows.texts().await?.iter().map(|row| json::read(row)).collect::<Result<_, _>>()?)
        })
        .await
}

/// One visit, none if this device does not have it.
pub(crate) async fn one(
    connection: &Connection,
    visit_id: VisitId,
) -> Result<Option<Visit>, StorageError> {
    let key = key(visit_id);
    connection
        .run(async |database| {
            let transaction = database.read(&[VISITS])?;
            parse(text(&transaction.store(VISITS)?, &key).await?)
        })
        .await
}

/// The notes of a visit, newest first. Only those that were written about then are looked through.
pub(crate) async fn notes_of(
    connection: &Connection,
    visit: &Visit,
) -> Result<Vec<StoredNote>, StorageError> {
    let at = |time: ClientTime| u64::try_from(time.unix_ms).unwrap_or(0);
    let from_ms = at(visit.started_at).saturating_sub(CLOCK_SLACK_MS);
    let until_ms = visit.finished_at.map_or(ID_MS_MAX, |finished_at| {
        at(finished_at).saturating_add(CLOCK_SLACK_MS).min(ID_MS_MAX)
    });
    let first = newest_first_key(NoteId::new(until_ms, [0xff; 10]));
    let last = newest_first_key(NoteId::new(from_ms, [0; 10]));
    connection
        .run(async |database| {
            let transaction = database.read(&[NOTES, OUTBOX, MAIL])?;
            let range = indexed_db::between(&first, &last, false)?;
            let rows = transaction.store(NOTES)?.values(&range, indexed_db::ALL)?.texts().await?;
            let mut found: Vec<StoredNote> =
                rows.iter().map(|row| json::read(row)).collect::<Result<_, _>>()?;
            found.retain(|stored| stored.note.visit_id == Some(visit.visit_id));
            notes::tell_the_rest(&transaction, &mut found).await?;
            Ok(found)
        })
        .await
}
