//! Quarantine: what arrived from a known device and breaks a rule, raw, for marketing to look at
//! (SYNC.md §1, "Poison").

use protocol::console::{QuarantineEntry, QuarantinePage, Rep};
use protocol::planted::{self, Bug};
use protocol::{Code, DeviceId, OpId, RepId, Sha256};
use rusqlite::{Connection, params};

use super::{StorageError, id_bytes};

/// Most entries of one page.
const PAGE: u32 = 200;
/// A page ends with the entry that reaches this many bytes: 200 of the largest would be 100 MB.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

pub(super) fn put(
    connection: &Connection,
    device_id: DeviceId,
    code: Code,
    op_id: Option<OpId>,
    raw: &str,
    now_ms: i64,
) -> Result<(), StorageError> {
    if planted::is(Bug::PoisonDropped) {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO quarantine (device_id, raw_sha256, code, raw, received_at_ms, op_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (device_id, raw_sha256) DO NOTHING",
        )?
        .execute(params![
            device_id.as_bytes(),
            Sha256::of(raw.as_bytes()).as_bytes(),
            code.as_str(),
            raw,
            now_ms,
            op_id.as_ref().map(OpId::as_bytes)
        ])?;
    Ok(())
}

/// Whether this rep's devices left an operation of this id here for what is wrong with it. A
/// deposit does not count: nothing is wrong with that but its device, and a sibling that holds it
/// too brings it into the log, where it is read.
pub(crate) fn holds(
    connection: &Connection,
    rep_id: RepId,
    op_id: OpId,
) -> Result<bool, StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT 1 FROM quarantine JOIN device USING (device_id)
         WHERE op_id = ?1 AND rep_id = ?2 AND code <> ?3 LIMIT 1",
    )?;
    let deposited = Code::Deposited.as_str();
    Ok(query.exists(params![op_id.as_bytes(), rep_id.as_bytes(), deposited])?)
}

/// The newest entries.
///
/// # Errors
/// Why they could not be read.
pub fn newest(connection: &Connection) -> Result<QuarantinePage, StorageError> {
    let mut query = connection.prepare_cached(
        "SELECT id, rep.rep_id, rep.name, quarantine.device_id, code, received_at_ms, raw
         FROM quarantine JOIN device USING (device_id) JOIN rep USING (rep_id)
         ORDER BY id DESC LIMIT ?1",
    )?;
    let rows = query.query_map([PAGE], |row| {
        let code: String = row.get(4)?;
        Ok(QuarantineEntry {
            id: row.get(0)?,
            rep: Rep { rep_id: RepId::from_bytes(id_bytes(row, 1)?), name: row.get(2)? },
            device_id: DeviceId::from_bytes(id_bytes(row, 3)?),
            code: Code::ALL
                .iter()
                .copied()
                .find(|one| one.as_str() == code)
                .unwrap_or(Code::Unknown),
            received_at_ms: row.get(5)?,
            raw: row.get(6)?,
        })
    })?;
    let mut entries = Vec::new();
    let mut bytes = 0;
    for entry in rows {
        let entry: QuarantineEntry = entry?;
        bytes += entry.raw.len();
        entries.push(entry);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    let total: i64 =
        connection.query_row("SELECT count(*) FROM quarantine", [], |row| row.get(0))?;
    Ok(QuarantinePage { entries, total: u64::try_from(total).unwrap_or_default() })
}
