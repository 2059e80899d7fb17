//! The outbox: read, pushed, settled (SYNC.md §1, "Push").

use protocol::OpId;
use protocol::limits::MEDIA_TYPE;
use protocol::push::{self, PushAnswer, PushHeader};
use sync::{Event, OutboxOp, Turn};

use super::Driver;
use crate::json;
use crate::store::outbox;
use crate::transport::{Body, Failure};

const PATH: &str = "/api/v1/push";
/// Reads whose texts are kept for the push to come, as the engine asks for.
const READS_KEPT: usize = 2;

/// The texts of the latest reads, newest last; those of one read ascending by id.
#[derive(Default)]
pub(crate) struct Texts(Vec<Vec<(OpId, String)>>);

impl Texts {
    fn keep(&mut self, read: Vec<(OpId, String)>) {
        if self.0.len() == READS_KEPT {
            self.0.remove(0);
        }
        self.0.push(read);
    }

    fn get(&self, op_id: OpId) -> Option<&str> {
        let of = |texts: &'_ Vec<(OpId, String)>| {
            texts.binary_search_by_key(&op_id, |(op_id, _)| *op_id).ok()
        };
        self.0.iter().rev().find_map(|texts| Some(&*texts.get(of(texts)?)?.1))
    }
}

impl Driver {
    pub(super) async fn read_batch(
        &self,
        turn: Turn,
        after: Option<OpId>,
        ops_max: usize,
        bytes_max: usize,
    ) -> Event {
        let Ok(batch) = outbox::read_batch(&self.connection, after, ops_max, bytes_max).await
        else {
            return Event::Unreadable { turn };
        };
        let outbox_op =
            |(op_id, text): &(OpId, String)| OutboxOp { op_id: *op_id, bytes: text.len() };
        let ops = batch.ops.iter().map(outbox_op).collect();
        self.texts.borrow_mut().keep(batch.ops);
        Event::BatchRead { turn, ops, more: batch.more }
    }

    pub(super) async fn push(
        &self,
        header: PushHeader,
        op_ids: &[OpId],
    ) -> Result<PushAnswer, Failure> {
        let (identity, token) = self.credentials().await?;
        let head = json::write(&header).map_err(|_| Failure::Unreachable)?;
        let body = {
            let texts = self.texts.borrow();
            push::with_ops(head, op_ids.iter().filter_map(|op_id| texts.get(*op_id)))
        };
        let body = Body::Text(MEDIA_TYPE, body);
        let answer: PushAnswer =
            self.post(PATH, Some(&token), body).await?.sealed(&identity.receipt_key)?;
        if answer.batch_id == header.batch_id { Ok(answer) } else { Err(Failure::NotOurs) }
    }
}
