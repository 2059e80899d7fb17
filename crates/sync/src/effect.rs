//! What the engine asks of the driver.

use protocol::have::Held;
use protocol::push::{PushHeader, Receipt};
use protocol::{AttachmentId, BatchId, Code, DeviceId, Epoch, OpId, Seq};

use crate::event::Turn;

/// An operation that stays on the device: visible, exportable, never deleted and never again sent
/// by itself (SYNC.md §1, "Poison").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// Which.
    pub op_id: OpId,
    /// Why.
    pub code: Code,
}

/// In which life of the endpoint's database something is confirmed, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    /// A seq means nothing in another epoch (SYNC.md §1, "Restore safety").
    pub epoch: Epoch,
    /// By the endpoint's clock, which alone decides how old a confirmation is.
    pub server_time_ms: i64,
}

/// How an upload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadEnd {
    /// All of it is at the endpoint and matches its hash.
    Complete {
        /// Where and when; not to be written where the store is in another epoch.
        witness: Witness,
        /// The highest seq of the endpoint's log at that moment: a backup with a higher one holds
        /// these bytes.
        log_seq: Option<Seq>,
    },
    /// The endpoint does not take it: it is held back with this code.
    Held(Code),
}

/// What the driver does next, in the order given. None of them blocks the engine: the answer
/// comes as an event, and if none comes the engine's own deadline passes.
///
/// Every effect that writes is one strict transaction, idempotent, and answered by
/// [`crate::Event::Settled`], [`crate::Event::SettleFailed`] or, for those that bear an epoch,
/// [`crate::Event::EpochMoved`] where the store's is another.
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
    /// Ask the endpoint for a challenge, sign it, and get a token for the requests to come:
    /// answer [`crate::Event::TokenEnded`].
    FetchToken {
        /// Names the request.
        request_id: BatchId,
    },

    /// Read unsent, unparked operations from the outbox, ascending by op_id: answer
    /// [`crate::Event::BatchRead`] or [`crate::Event::Unreadable`]. May come while a push is
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
    /// [`crate::REQUEST_MS_MAX`]: answer [`crate::Event::PushEnded`]. Operations that are gone
    /// from the outbox by now may be left out.
    Push {
        /// Stands before the operations; its batch_id names the request.
        header: PushHeader,
        /// As read; none where a revoked device asks for the endpoint's word alone.
        op_ids: Vec<OpId>,
    },
    /// Take the confirmed ones' rows out of the outbox, which makes them Sent, or Held where they
    /// are in quarantine; hold the parked ones back. An operation that is confirmed already stays
    /// so. Nothing of it where `depositor` is not this browser's identity any more:
    /// [`crate::Event::SettleFailed`].
    Settle {
        /// To be handed back.
        turn: Turn,
        /// Who deposited, where this answers a deposit. Enrolled anew, the browser pushes the same
        /// operations into the log, and none of them is in quarantine alone.
        depositor: Option<DeviceId>,
        /// Where and when `confirmed` holds; none where nothing is confirmed.
        witness: Option<Witness>,
        /// Held by the endpoint: stored, duplicate or quarantined. Ascending by op_id.
        confirmed: Vec<Receipt>,
        /// Held by the device.
        parked: Vec<Parked>,
    },

    /// The endpoint is in a new life: remember it, the one before as past, that a sweep is due,
    /// and that every upload is to be looked after again: a restored endpoint may have the note
    /// and not the photo. From then on nothing of another epoch is written. Where it is the present
    /// one already, nothing changes; where it is past already, or the store's is not `from` any
    /// more, [`crate::Event::EpochMoved`]: epochs have no order of their own, so one that is learned
    /// late must not take the place of a later one.
    AdoptEpoch {
        /// To be handed back.
        turn: Turn,
        /// The one that was present when the new one was heard of.
        from: Option<Epoch>,
        /// The new one.
        epoch: Epoch,
    },
    /// Read operations that neither wait nor are held, so are confirmed in whatever epoch, ascending
    /// by op_id: answer [`crate::Event::ConfirmedRead`] or [`crate::Event::Unreadable`].
    ReadConfirmed {
        /// To be handed back.
        turn: Turn,
        /// Only operations after this one.
        after: Option<OpId>,
        /// Most operations.
        ops_max: usize,
    },
    /// Ask `have` about these: answer [`crate::Event::HaveEnded`].
    AskHave {
        /// Names the request.
        request_id: BatchId,
        /// Never empty.
        op_ids: Vec<OpId>,
    },
    /// Remember of the held ones their seq, and that they are confirmed here and now, unless it is
    /// known since when in this epoch; put the missing ones back into the outbox, their notes Saved
    /// and no longer Sent.
    Reconcile {
        /// To be handed back.
        turn: Turn,
        /// Where and when `held` holds.
        witness: Witness,
        /// Held by the endpoint. Ascending by op_id.
        held: Vec<Held>,
        /// Not held by the endpoint, or not any more.
        missing: Vec<OpId>,
    },
    /// The sweep has come through: remember when, and purge. An operation is dropped only if a sweep
    /// found it confirmed in this epoch, its seq is at most `safe_seq`, and that finding is over
    /// [`crate::PURGE_AFTER_MS`] old by `witness.server_time_ms` (SYNC.md §1, "Purge rule"). The
    /// list's view of its note stays. Pieces of an attachment go with its operation, but only if its
    /// upload is complete in this epoch and its `log_seq` is below `safe_seq`.
    FinishSweep {
        /// To be handed back.
        turn: Turn,
        /// Here and now.
        witness: Witness,
        /// None: nothing is dropped.
        safe_seq: Option<Seq>,
    },

    /// Ask for the changes since the stored cursor: answer [`crate::Event::PullEnded`]. The page
    /// is kept for [`Effect::ApplyPage`].
    Pull {
        /// Names the request.
        request_id: BatchId,
    },
    /// Write the page and its cursor, if it still goes on from the stored one; else nothing, and
    /// [`crate::Event::Settled`] all the same. During a resync into the shadow, which takes the
    /// place of what it shadows with its last page.
    ApplyPage {
        /// To be handed back.
        turn: Turn,
        /// Of the pull whose page it is.
        request_id: BatchId,
        /// Of the page.
        epoch: Epoch,
    },
    /// The cursor is of an earlier time: forget it and begin a shadow. The outbox is not touched.
    BeginResync {
        /// To be handed back.
        turn: Turn,
    },

    /// Which attachment is to be uploaded next: answer [`crate::Event::UploadRead`] or
    /// [`crate::Event::Unreadable`].
    ReadUpload {
        /// To be handed back.
        turn: Turn,
        /// Only attachments after this one.
        after: Option<AttachmentId>,
    },
    /// Ask the endpoint how far it has come, or create it there, and send the next piece: answer
    /// [`crate::Event::UploadEnded`].
    Upload {
        /// Names the request.
        request_id: BatchId,
        /// Which.
        attachment_id: AttachmentId,
    },
    /// An upload has come to its end. Its pieces stay until the purge rule takes them.
    SettleUpload {
        /// To be handed back.
        turn: Turn,
        /// Which.
        attachment_id: AttachmentId,
        /// Which end.
        end: UploadEnd,
    },

    /// An admin shut this device out and the endpoint has confirmed all that it held: wipe
    /// everything, if outbox and held operations are empty, else nothing and
    /// [`crate::Event::SettleFailed`].
    Wipe {
        /// To be handed back.
        turn: Turn,
        /// Whose; where the store is another's by now, nothing of this happens.
        device_id: DeviceId,
        /// Where all was confirmed; where the store is in another epoch by now,
        /// [`crate::Event::EpochMoved`]: a restore may have taken it back.
        epoch: Option<Epoch>,
    },
    /// The watchdog: something is stuck while requests succeed. Let go of the database's handle,
    /// so that the next work opens a fresh one. Nothing to answer.
    Recover,
    /// [`crate::Engine::status`] says something new. Nothing to answer.
    StatusChanged,
}
