//! What the driver tells the engine.

use protocol::attachment::UploadWord;
use protocol::have::HaveAnswer;
use protocol::push::PushAnswer;
use protocol::{AttachmentId, BatchId, Code, DeviceId, Epoch, OpId, Seq};

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

/// What the store knows of the endpoint's past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The epoch that was last adopted, if any.
    pub epoch: Option<Epoch>,
    /// The ones before it: an answer that bears one of them is ignored (SYNC.md §1, "Restore
    /// safety").
    pub past_epochs: Vec<Epoch>,
    /// Whether the last sweep with `have` was not finished, or is a day ago by this device's
    /// clock, in either direction: too many sweeps do no harm.
    pub is_sweep_due: bool,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<A> {
    /// A 200 of our media type, sealed with this device's receipt key, that echoes this request.
    /// The driver checks all three.
    Answered(A),
    /// An HTTP answer of any other status.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of the problem, only if the answer was `application/problem+json`.
        code: Option<Code>,
        /// Retry-After, if there was one that could be read, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// A success that is not ours: other media type, no seal or a false one, another request's,
    /// unreadable, or redirected (SYNC.md fault 13).
    NotOurs,
    /// No answer: no network, or the connection broke.
    NetworkFailed,
    /// No answer within [`crate::REQUEST_MS_MAX`].
    TimedOut,
}

/// What the engine needs of a page of a pull; its changes stay with the driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageHead {
    /// This life of the endpoint's database.
    pub epoch: Epoch,
    /// See [`PushAnswer::safe_seq`].
    pub safe_seq: Option<Seq>,
    /// The endpoint's clock: milliseconds since 1970, UTC.
    pub server_time_ms: i64,
    /// Whether there is more behind this page.
    pub has_more: bool,
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
        /// From the store.
        memory: Memory,
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

    /// A token was asked for.
    TokenEnded {
        /// Of the request that ended.
        request_id: BatchId,
        /// How.
        outcome: Outcome<()>,
    },

    /// The oldest unsent operations, as asked for.
    BatchRead {
        /// Of the [`crate::Effect::ReadBatch`].
        turn: Turn,
        /// Ascending by op_id.
        ops: Vec<OutboxOp>,
        /// Whether the outbox holds any beyond the last of these.
        more: bool,
    },
    /// Confirmed operations, as asked for.
    ConfirmedRead {
        /// Of the [`crate::Effect::ReadConfirmed`].
        turn: Turn,
        /// Ascending.
        op_ids: Vec<OpId>,
        /// Whether there are any beyond the last of these.
        more: bool,
    },
    /// The next attachment to be uploaded, as asked for.
    UploadRead {
        /// Of the [`crate::Effect::ReadUpload`].
        turn: Turn,
        /// The oldest that is neither uploaded nor parked, after the one asked for.
        next: Option<AttachmentId>,
    },
    /// The store could not be read. Never to be told as an empty one (SYNC.md §2, 16).
    Unreadable {
        /// Of the question.
        turn: Turn,
    },

    /// A push ended.
    PushEnded {
        /// Of the request that ended, not of what came back.
        batch_id: BatchId,
        /// How.
        outcome: Outcome<PushAnswer>,
    },
    /// A question to `have` ended.
    HaveEnded {
        /// Of the request that ended.
        request_id: BatchId,
        /// How.
        outcome: Outcome<HaveAnswer>,
    },
    /// A pull ended.
    PullEnded {
        /// Of the request that ended.
        request_id: BatchId,
        /// How. A page that does not go on from the stored cursor is [`Outcome::NotOurs`].
        outcome: Outcome<PageHead>,
    },
    /// A step of an upload ended.
    UploadEnded {
        /// Of the request that ended.
        request_id: BatchId,
        /// How. An answer without the endpoint's sealed word is [`Outcome::NotOurs`].
        outcome: Outcome<UploadWord>,
    },

    /// What was to be written is committed and fsynced.
    Settled {
        /// Of the effect.
        turn: Turn,
    },
    /// It could not be written; all of it is undone.
    SettleFailed {
        /// Of the effect.
        turn: Turn,
    },
    /// Nothing was written: the store is in another epoch than the effect, since another tab
    /// adopted it.
    EpochMoved {
        /// Of the effect.
        turn: Turn,
        /// What the store knows now.
        memory: Memory,
    },
}
