//! What the engine waits for. Everything has a deadline, but the first.

use protocol::{AttachmentId, BatchId, OpId};

use crate::batch::Batch;
use crate::event::Turn;
use crate::status::Reason;

/// Longest wait for the store. A hanging IndexedDB is a failing one (SYNC.md fault 2).
pub(crate) const STORE_MS_MAX: u64 = 30_000;

/// A rest before the next attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    pub(crate) began_ms: u64,
    pub(crate) until_ms: u64,
    pub(crate) reason: Reason,
    /// No trigger cuts it short: the endpoint asked for it, or only time or a person can help.
    pub(crate) firm: bool,
    /// A trigger did already.
    pub(crate) hastened: bool,
}

#[derive(Debug)]
pub(crate) enum Phase {
    Unenrolled,
    Idle { look_at_ms: u64 },
    Waiting(Wait),
    Locking { until_ms: u64 },
    Storing(Storing),
    Calling(Calling),
}

/// A question to the store that is open.
#[derive(Debug)]
pub(crate) struct Storing {
    pub(crate) turn: Turn,
    pub(crate) until_ms: u64,
    pub(crate) task: Task,
}

/// What the store does.
#[derive(Debug)]
pub(crate) enum Task {
    ReadBatch,
    /// `success`: the endpoint confirmed something.
    Settle {
        success: bool,
    },
    AdoptEpoch,
    ReadConfirmed,
    /// `last`: of this page of the sweep; `more`: behind it.
    Reconcile {
        last: Option<OpId>,
        more: bool,
        has_missing: bool,
    },
    FinishSweep,
    ApplyPage {
        has_more: bool,
    },
    BeginResync,
    ReadUpload,
    SettleUpload,
    Wipe,
}

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct Calling {
    pub(crate) request_id: BatchId,
    pub(crate) until_ms: u64,
    pub(crate) call: Call,
}

/// What is asked of the endpoint.
#[derive(Debug)]
pub(crate) enum Call {
    Token,
    Push(Batch),
    Have { op_ids: Vec<OpId>, more: bool },
    Pull,
    Upload(AttachmentId),
}

impl Phase {
    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        match self {
            Self::Unenrolled => None,
            Self::Idle { look_at_ms } => Some(*look_at_ms),
            Self::Waiting(wait) => Some(wait.until_ms),
            Self::Locking { until_ms } => Some(*until_ms),
            Self::Storing(storing) => Some(storing.until_ms),
            Self::Calling(calling) => Some(calling.until_ms),
        }
    }

    /// Whether the store is to answer this.
    pub(crate) fn awaits(&self, turn: Turn) -> bool {
        matches!(self, Self::Storing(storing) if storing.turn == turn)
    }
}
