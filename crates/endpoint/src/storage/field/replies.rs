//! What came back: replies to one briefing, question or test group.

use protocol::{OpId, RepId, Reply};
use rusqlite::Connection;

use crate::storage::{StorageError, id_bytes, unreadable};

/// A reply, with who gave it.
pub(super) struct Received {
    pub(super) op_id: OpId,
    pub(super) rep_id: RepId,
    /// The rep's name.
    pub(super) rep: String,
    pub(super) received_at_ms: i64,
    pub(super) reply: Reply,
    pub(super) is_late: bool,
}

/// All replies to it, newest first.
pub(super) fn to(db: &Connection, target: &[u8; 16]) -> Result<Vec<Received>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT op.op_id, reply.rep_id, rep.name, reply.received_at_ms, reply.body, reply.is_late
         FROM reply JOIN op ON op.seq = reply.seq JOIN rep ON rep.rep_id = reply.rep_id
         WHERE reply.target = ?1 ORDER BY reply.seq DESC",
    )?;
    let rows = query.query_map([target], |row| {
        let body: String = row.get(4)?;
        Ok(Received {
            op_id: OpId::from_bytes(id_bytes(row, 0)?),
            rep_id: RepId::from_bytes(id_bytes(row, 1)?),
            rep: row.get(2)?,
            received_at_ms: row.get(3)?,
            reply: serde_json::from_str(&body).map_err(unreadable)?,
            is_late: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
