//! The backlog as raw requests, made beforehand: the same notes, the same bytes but for their ids.

use anyhow::Result;
use axum::body::Bytes;
use browser_bench::{note, sentences};
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX, SCHEMA};
use protocol::push::PushHeader;
use protocol::{Action, BatchId, ClientTime, DeviceId, NoteId, OpBody, OpId};

use crate::chance;

/// As few requests as the endpoint takes this many notes in.
pub(crate) fn of(device_id: DeviceId, notes: usize) -> Result<Vec<Bytes>> {
    let ops = ops(notes)?;
    let mut batches = Vec::new();
    let mut rest = ops.as_slice();
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(fitting(rest));
        let header = PushHeader::new(device_id, None, BatchId::new(1, chance::bytes()?));
        batches.push(header.encode(batch.iter().map(String::as_str))?.into());
        rest = later;
    }
    Ok(batches)
}

/// How many of these fit into one request.
fn fitting(ops: &[String]) -> usize {
    /// For the header, and a comma behind each operation.
    const ROOM_BYTES: usize = 1_024 + BATCH_OPS_MAX;
    let mut bytes = ROOM_BYTES;
    let fits = |op: &&String| {
        bytes += op.len();
        bytes <= BATCH_BYTES_MAX
    };
    ops.iter().take(BATCH_OPS_MAX).take_while(fits).count().max(1)
}

/// The same notes as documents of a peer, an array of JSON.
pub(crate) fn documents(notes: usize) -> Result<Bytes> {
    let sentences = sentences();
    let now_ms = u64::try_from(endpoint::clock::now_ms())?;
    let documents = (0..notes).map(|number| {
        let id = NoteId::new(now_ms + number as u64, chance::bytes()?);
        let mut document = serde_json::to_value(note(&sentences, number))?;
        if let Some(fields) = document.as_object_mut() {
            fields.insert("_id".to_owned(), id.to_string().into());
        }
        anyhow::Ok(document)
    });
    Ok(serde_json::to_vec(&documents.collect::<Result<Vec<_>>>()?)?.into())
}

fn ops(notes: usize) -> Result<Vec<String>> {
    let sentences = sentences();
    let now_ms = endpoint::clock::now_ms();
    (0..notes)
        .map(|number| {
            let saved_ms = u64::try_from(now_ms)? + number as u64;
            let body = OpBody {
                schema: SCHEMA,
                note_id: NoteId::new(saved_ms, chance::bytes()?),
                parents: Vec::new(),
                saved_at: ClientTime { unix_ms: i64::try_from(saved_ms)?, utc_offset_minutes: 0 },
                action: Action::Create(note(&sentences, number)),
            };
            Ok(body.seal(OpId::new(saved_ms, chance::bytes()?))?.json)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::push::PushRequest;

    #[test]
    fn the_endpoint_takes_each_batch_and_none_could_be_larger() {
        let batches = of(DeviceId::new(1, [0; 10]), 2 * BATCH_OPS_MAX + 1).unwrap();
        let counts: Vec<usize> = batches
            .iter()
            .map(|batch| {
                assert!(batch.len() <= BATCH_BYTES_MAX);
                serde_json::from_slice::<PushRequest<'_>>(batch).unwrap().ops.len()
            })
            .collect();
        assert_eq!(counts, [BATCH_OPS_MAX, BATCH_OPS_MAX, 1]);
    }
}
