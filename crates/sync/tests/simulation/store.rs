//! A model of the device's store: operations, the outbox, and what is parked. Shared by all tabs;
//! survives their death.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Code, OpId};
use sync::{Confirmed, OutboxOp, Parked};

/// What is special about an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    Plain,
    /// Breaks a rule: the endpoint puts it in quarantine.
    Quarantined,
    /// The endpoint refuses it by a receipt.
    Rejected,
    /// The endpoint cannot read a batch that has it.
    Unreadable,
    /// The endpoint answers 500 to a batch that has it, until it is mended.
    Crashing,
    /// A firewall answers 403 to a batch that has it, until it is mended.
    Filtered,
    /// The endpoint forgets its receipt, until it is mended.
    Forgotten,
}

impl Nature {
    /// Whether nothing is wrong with the operation itself.
    pub(crate) const fn is_mendable(self) -> bool {
        matches!(self, Self::Crashing | Self::Filtered | Self::Forgotten)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) bytes: usize,
    pub(crate) nature: Nature,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) saved: BTreeMap<OpId, Row>,
    pub(crate) outbox: BTreeSet<OpId>,
    pub(crate) confirmed: BTreeSet<OpId>,
    pub(crate) parked: BTreeMap<OpId, Code>,
}

impl Store {
    pub(crate) fn save(&mut self, op_id: OpId, row: Row) {
        self.saved.insert(op_id, row);
        self.outbox.insert(op_id);
    }

    pub(crate) fn read(
        &self,
        after: Option<OpId>,
        ops_max: usize,
        bytes_max: usize,
    ) -> (Vec<OutboxOp>, bool) {
        let from = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let mut rest = self.outbox.range((from, std::ops::Bound::Unbounded)).peekable();
        let (mut ops, mut sum) = (Vec::new(), 0);
        while let Some(op_id) = rest.peek() {
            let bytes = self.saved[*op_id].bytes;
            if ops.len() == ops_max || (!ops.is_empty() && sum + bytes > bytes_max) {
                break;
            }
            sum += bytes;
            ops.push(OutboxOp { op_id: **op_id, bytes });
            rest.next();
        }
        let more = rest.peek().is_some();
        (ops, more)
    }

    pub(crate) fn settle(&mut self, confirmed: &[Confirmed], parked: &[Parked]) {
        for Confirmed { receipt, .. } in confirmed {
            self.outbox.remove(&receipt.op_id);
            self.parked.remove(&receipt.op_id);
            self.confirmed.insert(receipt.op_id);
        }
        for Parked { op_id, code } in parked {
            if self.outbox.remove(op_id) {
                self.parked.insert(*op_id, *code);
            }
        }
    }
}
