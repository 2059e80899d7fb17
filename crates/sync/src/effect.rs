//! What the engine asks of the driver.
//!
//! Later parts of the contract join here as effects of their own: asking `have` when the epoch
//! changes and once a day, pulling, uploading attachments, and the deposit lane of a revoked
//! device (SYNC.md §1).

use protocol::push::{PushHeader, Receipt};
use protocol::{Code, Epoch, OpId};

use crate::event::Turn;

/// An operation that the endpoint holds durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Stored, duplicate or quarantined; with seq, and code if quarantined.
    pub receipt: Receipt,
    /// The life of the endpoint's database in which it is confirmed; the seq means nothing in
    /// another (SYNC.md §1, "Restore safety").
    pub epoch: Epoch,
}

/// An operation that stays on the device: visible, exportable, never deleted and never again sent
/// by itself (SYNC.md §1, "Poison").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// Which.
    pub op_id: OpId,
    /// Why.
    pub code: Code,
}

/// What the driver does next, in the order given. None of them blocks the engine: the answer
/// comes as an event, and if none comes the engine's own deadline passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask for the lock between tabs, without queueing: answer [`crate::Event::LockGranted`] or
    /// [`crate::Event::LockDenied`].
    AcquireLock {
        /// Take it from its holder, who gave no sign of life for [`crate::LOCK_STOLEN_AFTER_MS`].
        steal: bool,
    },
    /// Give the lock back, if held. Nothing to answer.
    ReleaseLock,
    /// Read unsent, unparked operations from the outbox, ascending by op_id: answer
    /// [`crate::Event::BatchRead`] or [`crate::Event::OutboxUnreadable`]. May come while a push is
    /// in flight: the next batch is read meanwhile. Texts may be kept for the push to come; at
    /// most those of the two latest reads are needed.
    ReadBatch {
        /// To be handed back.
        turn: Turn,
        /// Only operations after this one. Their order means nothing to the contract, so rows
        /// that sort before it wait for the next pass, never for ever.
        after: Option<OpId>,
        /// Most operations.
        ops_max: usize,
        /// Most bytes in sum, but always at least one operation if there is any.
        bytes_max: usize,
    },
    /// Encode these operations after the header, compress, post, give up after
    /// [`crate::PUSH_MS_MAX`]: answer [`crate::Event::PushEnded`]. Operations that are gone from
    /// the outbox by now may be left out.
    Push {
        /// Stands before the operations; its batch_id names the request.
        header: PushHeader,
        /// Never empty; as read.
        op_ids: Vec<OpId>,
    },
    /// In one strict transaction: take the confirmed ones' rows out of the outbox and mark the
    /// operations with epoch, seq and code; hold the parked ones back. Idempotent; an operation
    /// that is confirmed already stays confirmed. Then [`crate::Event::Settled`] or
    /// [`crate::Event::SettleFailed`].
    Settle {
        /// To be handed back.
        turn: Turn,
        /// Held by the endpoint.
        confirmed: Vec<Confirmed>,
        /// Held by the device.
        parked: Vec<Parked>,
    },
    /// [`crate::Engine::status`] says something new. Nothing to answer.
    StatusChanged,
}
