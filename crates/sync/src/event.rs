//! What the driver tells the engine.
//!
//! Later parts of the contract join here as events of their own: what `have` answers and pages of
//! changes (SYNC.md §1, "Restore safety" and "Pull"), and the progress of uploads ("Attachments").

use protocol::push::PushAnswer;
use protocol::{BatchId, Code, DeviceId, Epoch, OpId};

/// Names one question of the engine to the store, so that an answer that comes after the engine
/// gave up waiting is recognised and ignored. The driver hands it back untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Turn(pub(crate) u64);

/// An unsent operation, as the store found it. Its text stays with the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxOp {
    /// Which.
    pub op_id: OpId,
    /// Length of the text that travels, in bytes before compression.
    pub bytes: usize,
}

/// How a push ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// A 200 of our media type that reads as an answer. The engine checks the batch_id that it
    /// echoes; its MAC will be checked by the driver, before it gets here.
    Answered(PushAnswer),
    /// An HTTP answer of any other status.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of the problem, only if the answer was `application/problem+json`.
        code: Option<Code>,
        /// Retry-After, if there was one that could be read, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// A success that is not ours: other media type, unreadable, or redirected (SYNC.md fault 13).
    NotOurs,
    /// No answer: no network, or the connection broke.
    NetworkFailed,
    /// No answer within [`crate::PUSH_MS_MAX`].
    TimedOut,
}

/// What happened outside the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// This device has an identity: just enrolled, or found in the store at start. Until then the
    /// engine stays quiet. Ends every wait for a new enrolment, and whatever was in flight under
    /// an older identity: a late 401 to that one means nothing any more.
    Enrolled {
        /// Issued by the endpoint.
        device_id: DeviceId,
        /// The epoch that the endpoint last showed, if the store has one.
        epoch: Option<Epoch>,
    },
    /// A note was saved in this tab: its operation is in the outbox.
    Saved,
    /// Another tab or the worker saved or settled something. The driver broadcasts it after every
    /// save and every settlement, so that a tab which is refused the lock knows that its holder
    /// is alive.
    Woken,
    /// The browser believes that there is a network. A hint (SYNC.md fault 14).
    Online,
    /// The browser believes that there is none. A hint, that never stops an attempt.
    Offline,
    /// The page can be seen again.
    Visible,
    /// The page came back, perhaps from the back/forward cache (`pageshow`).
    PageShown,
    /// [`crate::Engine::deadline_ms`] has passed. Too early does no harm.
    Timeout,

    /// The lock between tabs is ours. Without Web Locks the driver grants at once: correctness
    /// never rests on it.
    LockGranted,
    /// Another tab has it.
    LockDenied,
    /// Another tab took it from us.
    LockLost,

    /// The oldest unsent operations, as asked for.
    BatchRead {
        /// Of the [`crate::Effect::ReadBatch`].
        turn: Turn,
        /// Ascending by op_id.
        ops: Vec<OutboxOp>,
        /// Whether the outbox holds any beyond the last of these.
        more: bool,
    },
    /// The outbox could not be read. Never to be told as an empty one (SYNC.md §2, 16).
    OutboxUnreadable {
        /// Of the [`crate::Effect::ReadBatch`].
        turn: Turn,
    },

    /// A push ended.
    PushEnded {
        /// Of the request that ended, not of what came back.
        batch_id: BatchId,
        /// How.
        outcome: PushOutcome,
    },

    /// The settlement is committed and fsynced.
    Settled {
        /// Of the [`crate::Effect::Settle`].
        turn: Turn,
    },
    /// The settlement could not be written; all of it is undone.
    SettleFailed {
        /// Of the [`crate::Effect::Settle`].
        turn: Turn,
    },
}
