//! Stands in for `endpoint::exchange` until it lands.

use endpoint::storage::StorageError;
use endpoint::storage::ops::{self, Arrival, Sender};
use protocol::have::{HaveAnswer, HaveRequest, Held};
use protocol::limits::PROTOCOL;
use protocol::op::Op;
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::push::{Lane, PushAnswer, PushRequest, Receipt};
use protocol::{BatchId, Code, DeviceId, Epoch, OpId, RepId, Seq, Sha256};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::value::RawValue;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) device_id: DeviceId,
    pub(crate) rep_id: RepId,
    pub(crate) is_revoked: bool,
}

pub(crate) fn epoch(db: &Connection) -> Result<Epoch, StorageError> {
    let q = "SELECT value FROM meta WHERE name = 'epoch'";
    Ok(Epoch::from_bytes(db.prepare_cached(q)?.query_row([], |r| r.get(0))?))
}

pub(crate) fn authenticate(
    db: &Connection,
    hash: Sha256,
    now_ms: i64,
) -> Result<Result<Caller, Code>, StorageError> {
    let found = db.prepare_cached("SELECT t.device_id, d.rep_id, d.revoked_at_ms IS NOT NULL FROM tok t JOIN device d USING (device_id) WHERE h = ?1 AND e > ?2")?
        .query_row(params![hash.as_bytes(), now_ms], |r| Ok(Caller { device_id: DeviceId::from_bytes(r.get(0)?), rep_id: RepId::from_bytes(r.get(1)?), is_revoked: r.get(2)? })).optional()?;
    Ok(found.ok_or(Code::TokenUnknown))
}

pub(crate) fn push(
    db: &Connection,
    caller: Caller,
    head: &PushRequest<'_>,
    arrivals: &[Arrival],
    now_ms: i64,
) -> Result<Result<PushAnswer, Code>, StorageError> {
    if caller.is_revoked && head.lane == Lane::Normal {
        return Ok(Err(Code::DeviceRevoked));
    }
    let sender = Sender { device_id: caller.device_id, rep_id: caller.rep_id };
    let receipts = arrivals
        .iter()
        .filter_map(|a| ops::store(db, sender, a, now_ms).transpose())
        .collect::<Result<Vec<Receipt>, _>>()?;
    Ok(Ok(PushAnswer {
        protocol: PROTOCOL,
        batch_id: head.batch_id,
        epoch: epoch(db)?,
        safe_seq: endpoint::storage::backup::safe_seq(db)?,
        server_time_ms: now_ms,
        lane: Lane::Normal,
        receipts,
    }))
}

pub(crate) fn have(
    db: &Connection,
    caller: Caller,
    request: &HaveRequest,
    now_ms: i64,
) -> Result<Result<HaveAnswer, Code>, StorageError> {
    if caller.is_revoked {
        return Ok(Err(Code::DeviceRevoked));
    }
    let mut held = Vec::new();
    for op_id in &request.op_ids {
        let seq: Option<i64> = db
            .prepare_cached("SELECT seq FROM op WHERE op_id = ?1")?
            .query_row([op_id.as_bytes().as_slice()], |r| r.get(0))
            .optional()?;
        if let Some(seq) = seq {
            held.push(Held { op_id: *op_id, seq: Some(Seq(seq)) });
        }
    }
    Ok(Ok(HaveAnswer {
        protocol: PROTOCOL,
        request_id: request.request_id,
        epoch: epoch(db)?,
        safe_seq: endpoint::storage::backup::safe_seq(db)?,
        server_time_ms: now_ms,
        held,
    }))
}

pub(crate) fn pull(
    db: &Connection,
    caller: Caller,
    cursor: Option<&str>,
    limit: u16,
    request_id: BatchId,
    now_ms: i64,
) -> Result<Result<PullAnswer<RawChange>, Code>, StorageError> {
    if caller.is_revoked {
        return Ok(Err(Code::DeviceRevoked));
    }
    let now_epoch = epoch(db)?;
    let after: i64 = match cursor.map(|c| c.split_once(':')) {
        None => 0,
        Some(Some((e, seq))) if e == now_epoch.to_string() => seq.parse().unwrap_or(0),
        Some(Some(_)) => return Ok(Err(Code::CursorGone)),
        Some(None) => return Ok(Err(Code::CursorInvalid)),
    };
    let mut q = db.prepare_cached("SELECT seq, op_id, sha256, body FROM op JOIN device USING (device_id) WHERE seq > ?1 AND rep_id = ?2 ORDER BY seq LIMIT ?3")?;
    let rows = q.query_map(params![after, caller.rep_id.as_bytes(), limit + 1], |r| {
        Ok((
            r.get::<_, i64>(0)?,
            OpId::from_bytes(r.get(1)?),
            Sha256::from_bytes(r.get(2)?),
            r.get::<_, String>(3)?,
        ))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    let has_more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let mut changes = Vec::new();
    let mut next = after;
    let err = |e: serde_json::Error| StorageError::Database(e.to_string());
    for (seq, op_id, sha256, body) in rows {
        let body = RawValue::from_string(body).map_err(err)?;
        let op =
            serde_json::value::to_raw_value(&Op { op_id, sha256, body: &body }).map_err(err)?;
        changes.push(
            serde_json::value::to_raw_value(&Change { seq: Seq(seq), what: What::Op(&op) })
                .map_err(err)?,
        );
        next = seq;
    }
    Ok(Ok(PullAnswer {
        protocol: PROTOCOL,
        request_id,
        cursor_seen: cursor.map(str::to_owned),
        epoch: epoch(db)?,
        safe_seq: endpoint::storage::backup::safe_seq(db)?,
        server_time_ms: now_ms,
        changes,
        next_cursor: format!("{now_epoch}:{next}"),
        has_more,
    }))
}
