//! What the quiet sync line shows. Counts of unsent notes are the store's to tell.

/// Where the engine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// What it is doing.
    pub state: State,
    /// When the endpoint last confirmed something and the store kept it; in the driver's
    /// milliseconds.
    pub last_success_ms: Option<u64>,
    /// Whether the browser believes that there is a network. A hint (SYNC.md fault 14).
    pub online_hint: bool,
    /// How far this device's clock is ahead of the endpoint's, in milliseconds, by the latest
    /// answer. Never used for order or expiry; a rep is warned above ten minutes (SYNC.md
    /// fault 15).
    pub clock_ahead_ms: Option<i64>,
    /// Whether an admin shut this device out: what it holds is being handed over.
    pub is_revoked: bool,
    /// How often the watchdog acted.
    pub recoveries: u32,
}

impl Status {
    /// Before there is an engine that could say.
    pub const BEFORE_ANYTHING: Self = Self {
        state: State::Looking,
        last_success_ms: None,
        online_hint: true,
        clock_ahead_ms: None,
        is_revoked: false,
        recoveries: 0,
    };
}

/// What the engine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No device identity yet: nothing is sent.
    NotEnrolled,
    /// All that this tab knows of is sent.
    Idle,
    /// Looking into the outbox, asking for a token or for news; nothing to show.
    Looking,
    /// A batch is in flight, or its receipts are being written.
    Sending,
    /// Until a time, or until something happens that makes an earlier attempt worth it.
    Waiting {
        /// When the next attempt is made at the latest, in the driver's milliseconds.
        until_ms: u64,
        /// Why not now.
        reason: Reason,
    },
}

/// Why the engine waits. None of them loses anything; all of them are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No answer from the network.
    Network,
    /// Something that is not our endpoint answered: a captive portal or a proxy.
    NotOurs,
    /// The endpoint is busy or not available.
    Busy,
    /// The endpoint fails or refuses the request as a whole.
    EndpointFailing,
    /// The endpoint's disk is full.
    EndpointFull,
    /// The endpoint was restored; everything is offered again.
    EpochChanged,
    /// The endpoint answered, but some operations are still without a receipt.
    Unconfirmed,
    /// It refused several operations in a row; the next one waits a little.
    Refusing,
    /// This device's storage failed; what is saved is not lost, but cannot be read or marked now.
    DeviceStorage,
    /// Another tab is at it.
    OtherTab,
    /// The endpoint does not know this device's token: enrol again. Also tried every 15 minutes.
    NeedsEnrolment,
    /// An admin shut this device out. Its notes stay here until the deposit lane has taken them.
    Revoked,
    /// The token belongs to another device.
    WrongDevice,
    /// This app is too old for the endpoint; a newer one will send what is kept.
    UpdateNeeded,
}
