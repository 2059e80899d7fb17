//! Bugs to be planted, so that the simulation can show that it finds them. Without the feature
//! `planted-bugs` none can be: [`is`] is the constant `false`, and nothing of them is compiled in.

macro_rules! bugs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// A bug that real systems had, or that this one nearly had.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Bug { $($(#[$doc])* $variant),+ }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// In a few words.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl core::str::FromStr for Bug {
            type Err = &'static str;

            /// Reads what [`Bug::as_str`] says.
            fn from_str(words: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.iter().copied().find(|bug| bug.as_str() == words);
                known.ok_or("there is no such bug")
            }
        }
    };
}

bugs! {
    // The sixteen of SYNC.md's prototype.
    /// The log takes an operation twice.
    NoUniqueKey = "no unique key";
    /// The endpoint answers, then commits.
    ReceiptBeforeCommit = "receipt before commit";
    /// A restored endpoint goes on under its old epoch.
    NoEpoch = "no epoch";
    /// Rows leave the outbox when they are sent.
    DequeueBeforeReceipt = "dequeue before receipt";
    /// Any 200 is a success.
    HtmlAccepted = "HTML 200 accepted";
    /// One operation that breaks a rule fails its whole batch.
    PoisonBlocks = "poison blocks";
    /// What breaks a rule is confirmed and stored nowhere.
    PoisonDropped = "poison dropped";
    /// "Saved" is said before it is synced.
    RelaxedSave = "relaxed save";
    /// What is confirmed is deleted on the device.
    PurgeOnReceipt = "purge on receipt";
    /// The endpoint looks whether an operation is there, and stores it later.
    CheckThenInsert = "check-then-insert";
    /// What a 401 answers is given up.
    DropOn401 = "drop on 401";
    /// Nothing is tried again unless something happens.
    NoRetryTimer = "no retry timer";
    /// An edit is sent under the id of what it edits.
    IdReusedOnEdit = "id reused on edit";
    /// Any answer confirms its whole batch.
    WholeBatchReceipt = "whole-batch receipt";
    /// Ids are counted by what is on the device.
    RevisionCounters = "revision counters";
    /// A 401 to an earlier request signs the device out.
    Stale401 = "stale 401";

    // What the endpoint says, and what of it counts.
    /// A seal is not checked.
    MacUnchecked = "MAC unchecked";
    /// "Send again" counts as stored.
    RetryCounts = "retry counts as stored";
    /// Receipts of the time before a restore are written down after it.
    OldReceiptsCount = "receipts of an older epoch count";
    /// After a restore nothing is offered again.
    SweepForgotten = "no sweep after a restore";
    /// An epoch that is learned late takes the place of a later one (seed 1757).
    LateEpochAdopted = "late epoch adopted";
    /// What `have` does not name is taken to be there.
    MissingIgnored = "missing operations ignored";
    /// `have` says yes to everything.
    HaveSaysAll = "have says yes to all";
    /// The endpoint does not compare content with its hash.
    HashUnchecked = "hash unchecked";
    /// An operation that comes again is put into quarantine.
    RepeatQuarantined = "a repeat goes to quarantine";

    // Refusals and failures.
    /// What a firewall dislikes is given up.
    ParkedByFirewall = "firewall parks";
    /// What crashes the endpoint is given up.
    ParkedByCrash = "500 parks";
    /// What an endpoint of another version refuses is given up.
    ParkedByVersion = "426 parks";
    /// What a full endpoint refuses is given up.
    ParkedByFullDisk = "507 parks";
    /// Failures are tried again at once.
    NoBackoff = "no backoff";
    /// Retry-After is not read.
    RetryAfterIgnored = "Retry-After ignored";
    /// What got no receipt is sent again at once.
    NoPauseUnconfirmed = "no pause for what is unconfirmed";
    /// A batch that fails again and again is never halved.
    NeverHalved = "never halved";
    /// An operation that fails alone is never stepped over.
    NeverSteppedOver = "never stepped over";
    /// A batch that is too large for a proxy is sent again as it is.
    TooLargeAgain = "413 sent again as it is";
    /// A storage error reads as an empty outbox.
    ErrorIsEmpty = "storage error read as empty";
    /// A refused token is used again.
    TokenNeverRenewed = "token never renewed";
    /// A lock whose holder is dead is waited for.
    LockNeverStolen = "lock never stolen";
    /// Waits are measured by a clock that goes back.
    ClockTrusted = "device clock trusted";
    /// A token that is refused begins the outbox anew (seed 65).
    TokenStartsOver = "a new token starts over";

    // Pull, edits.
    /// A later word under a key keeps the place of the earlier one.
    LetterInPlace = "a letter keeps its place";
    /// What is taken back is not told.
    LetterVanishes = "a letter vanishes";
    /// A cursor outlives its epoch.
    CursorOutlives = "cursor outlives its epoch";
    /// A cursor passes what a page had no room for.
    CursorSkips = "cursor skips";
    /// A page's cursor is kept though its changes were not written.
    CursorBeforeChanges = "cursor written before changes";
    /// A resync begins with an empty outbox.
    ResyncEmptiesOutbox = "resync empties the outbox";
    /// What has no words any more is not told to devices (seed 25945).
    EmptiedUnsaid = "emptied operations unsaid";
    /// Of siblings only the last is shown.
    LastWriterWins = "last writer wins";
    /// A withdrawal takes what it had not seen.
    WithdrawalEats = "withdrawal eats siblings";
    /// The inbox keeps showing what was edited.
    InboxStale = "inbox shows the first words only";

    // Backups and the purge rule.
    /// Whatever the newest backup holds may be dropped.
    SafeByNewest = "safe by the newest backup";
    /// Backups of a time before a restore count as if they were of this log.
    SafeAcrossRestores = "backups of another log count";
    /// What is old is dropped, wherever it is.
    PurgeUnsafe = "purge without safe_seq";
    /// What is safe is dropped, however young.
    PurgeYoung = "purge before thirty days";

    // Who may come in.
    /// A token is good for ever.
    TokenNeverExpires = "token never expires";
    /// A revoked device reads on.
    RevokedReads = "revoked device reads";
    /// What a revoked device deposits are notes.
    DepositAsNotes = "deposit stored as notes";
    /// A revoked device is wiped, whatever it still holds.
    WipedUnsent = "wiped with unsent notes";
    /// A tab that has not heard of a new enrolment wipes what is the new device's (seed 22710).
    WipesAnother = "wipes the device after it";
    /// A bare 401 is enough to wipe a device.
    WipedByBare401 = "wiped by anybody's 401";
    /// What a restore took back is not handed over before a revoked device is wiped (seed 19).
    WipedAfterRestore = "wiped with what a restore lost";
    /// What a revoked device deposited keeps another from bringing the note back (seed 5557).
    DepositHeld = "deposited counts as held";
    /// A device that once was in the deposit lane stays there.
    LaneSticks = "deposit lane for ever";
    /// A restored endpoint does not know its own word.
    AdmissionIgnored = "admission ignored";
    /// An invitation makes several devices.
    InvitationReusable = "invitation good twice";

    // Attachments.
    /// An upload is complete whatever its hash.
    UploadUnchecked = "attachment's hash unchecked";
    /// A photo whose message was lost waits until the next start (seed 1409).
    PhotoForgotten = "photo forgotten";
    /// An upload that does not match keeps the pieces that make it so.
    MismatchKept = "attachment's mismatch kept";
}

/// Whether this bug is planted in this thread.
#[cfg(not(feature = "planted-bugs"))]
#[inline(always)]
#[must_use]
pub const fn is(_: Bug) -> bool {
    false
}

#[cfg(feature = "planted-bugs")]
pub use garden::{is, plant};

#[cfg(feature = "planted-bugs")]
mod garden {
    use core::cell::Cell;

    use super::Bug;

    std::thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Plants a bug in this thread, in place of the one before.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }

    /// Whether this bug is planted in this thread.
    #[must_use]
    pub fn is(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }
}
