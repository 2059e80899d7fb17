//! The outbox: read, pushed, settled (SYNC.md §1, "Push").

use protocol::OpId;
use protocol::limits::MEDIA_TYPE;
use protocol::push::{self, PushAnswer, PushHeader};
use sync::{Event, OutboxOp, Turn};

use super::Driver;
use crate::json;
use crate::store::identity::Identity;
use crate::store::outbox;
use crate::transport::{Body, Failure};

const PATH: &str = "/api/v1/push";
/// Reads whose texts are kept for the push to come, as the engine asks for.
const READS_KEPT: usize = 2;

/// The latest reads, newest last.
#[derive(Default)]
pub(crate) struct Reads(Vec<Read>);

/// A read: whose the operations were then, and their texts, ascending by id.
struct Read {
    sender: Option<Identity>,
    ops: Vec<(OpId, String)>,
}

impl Reads {
    fn keep(&mut self, sender: Option<Identity>, ops: Vec<(OpId, String)>) {
        if self.0.len() == READS_KEPT {
            self.0.remove(0);
        }
        self.0.push(Read { sender, ops });
    }

    fn text(&self, op_id: OpId) -> Option<&str> {
        self.0.iter().rev().find_map(|read| read.text(op_id))
    }

    /// Whose an operation is. Not asked anew for the request: what is settled behind it would have
    /// to be written first.
    fn sender(&self, op_id: OpId) -> Option<Identity> {
        self.0.iter().rev().find(|read| read.text(op_id).is_some())?.sender.clone()
    }
}

impl Read {
    fn text(&self, op_id: OpId) -> Option<&str> {
        let at = self.ops.binary_search_by(|(known, _)| known.cmp(&op_id)).ok()?;
        Some(&self.ops.get(at)?.1)
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
        self.reads.borrow_mut().keep(batch.sender, batch.ops);
        Event::BatchRead { turn, ops, more: batch.more }
    }

    pub(super) async fn push(
        &self,
        header: PushHeader,
        op_ids: &[OpId],
    ) -> Result<PushAnswer, Failure> {
        let sender = op_ids.first().and_then(|op_id| self.reads.borrow().sender(*op_id));
        let identity = match sender {
            Some(sender) => sender,
            None => self.identity().await?,
        };
        let token = self.token_of(&identity)?;
        let head = json::write(&header).map_err(|_| Failure::Unreachable)?;
        let body = {
            let reads = self.reads.borrow();
            push::with_ops(head, op_ids.iter().filter_map(|op_id| reads.text(*op_id)))
        };
        let body = Body::Text(MEDIA_TYPE, body);
        let answer: PushAnswer =
            self.post(PATH, Some(&token), body).await?.sealed(&identity.receipt_key)?;
        if answer.batch_id == header.batch_id { Ok(answer) } else { Err(Failure::NotOurs) }
    }
}
