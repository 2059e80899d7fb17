//! What this rep replied to marketing: beside each such operation, what it says.

use protocol::op::SealedOp;
use protocol::{Action, ClientTime, NoteId, OpBody, OpId, Reply};
use serde::{Deserialize, Serialize};

use super::history;
use super::notes::NoteState;
use super::outbox::OutboxRow;
use super::{NOTES, OPS, OUTBOX, REPLIES, WORDLESS, id, put, put_row, save};
use crate::connection::Connection;
use crate::indexed_db::{ALL, Transaction, everything};
use crate::json;
use crate::storage_error::StorageError;

/// A reply, by the id of its operation.
#[derive(Serialize, Deserialize)]
struct ReplyRow {
    note_id: NoteId,
    saved_at: ClientTime,
    reply: Reply,
}

/// Something that this rep replied, on this device or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The operation.
    pub op_id: OpId,
    /// The note in whose thread it stands; else an id of its own.
    pub note_id: NoteId,
    /// When, by the clock of the device that it was given on.
    pub saved_at: ClientTime,
    /// What it says.
    pub reply: Reply,
    /// Whether marketing has it.
    pub is_sent: bool,
}

/// Writes a reply: operation, outbox row, its place in the history, all or nothing; then reads the
/// operation back.
pub(crate) async fn save(
    connection: &Connection,
    op: &SealedOp,
    body: &OpBody,
) -> Result<(), StorageError> {
    let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
    let key = op.op_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.write(&[OPS, OUTBOX, NOTES, WORDLESS, REPLIES])?;
            put(&transaction.store(OPS)?, &key, &op.json)?;
            put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
            history::add(&transaction, op.op_id, body, NoteState::Saved).await?;
            keep(&transaction, op.op_id, body)?;
            save::commit(transaction, database, vec![(key.clone(), &*op.json)]).await
        })
        .await
}

/// Keeps what an operation replies, if it does. The transaction has [`REPLIES`].
pub(super) fn keep(
    transaction: &Transaction,
    op_id: OpId,
    body: &OpBody,
) -> Result<(), StorageError> {
    let Action::Reply(reply) = &body.action else { return Ok(()) };
    let OpBody { note_id, saved_at, .. } = *body;
    let row = ReplyRow { note_id, saved_at, reply: reply.clone() };
    put_row(&transaction.store(REPLIES)?, &op_id.to_string(), &row)
}

/// All replies, the newest first.
pub(crate) async fn all(connection: &Connection) -> Result<Vec<Given>, StorageError> {
    connection
        .run(async |database| {
            let transaction = database.read(&[REPLIES, OUTBOX])?;
            let rows = transaction.store(REPLIES)?.rows(&everything(), ALL).await?;
            let waiting = transaction.store(OUTBOX)?.keys(&everything(), ALL)?.texts().await?;
            let mut given = Vec::with_capacity(rows.len());
            for (key, row) in rows.iter().rev() {
                let ReplyRow { note_id, saved_at, reply } = json::read(row)?;
                let is_sent = waiting.binary_search(key).is_err();
                given.push(Given { op_id: id(key)?, note_id, saved_at, reply, is_sent });
            }
            Ok(given)
        })
        .await
}
