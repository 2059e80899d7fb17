//! The kinds of trouble there are, and which of them one seed has.
//!
//! Each seed draws its own subset (swarm testing): a world with three kinds of trouble reaches
//! depths that a world with all forty never does, since there every run ends soon.

use std::fmt;
use std::str::FromStr;

use crate::chance::Chance;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// A kind of trouble (SYNC.md §3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $($(#[$doc])* $variant),+ }

        impl Fault {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

faults! {
    // The network, for each request.
    /// A request is lost.
    Lost = "lost";
    /// A request arrives twice, or its answer does.
    Doubled = "doubled";
    /// A request or its answer comes after everyone gave up.
    Late = "late";
    /// The answer is cut off.
    Cut = "cut";
    /// Neither answer nor error, not even the driver's own.
    Silence = "silence";
    /// A captive portal answers 200 with a page of its own (fault 13).
    Portal = "portal";
    /// A proxy answers: 302, 401, 407, 502 …
    Proxy = "proxy";
    /// A proxy has a limit on a request's size.
    ProxyLimit = "proxy-limit";
    /// The answer to an earlier request comes instead.
    Replayed = "replayed";
    /// A byte of the answer is changed on its way, or somebody makes one up.
    Forged = "forged";
    /// No network for a while.
    Offline = "offline";

    // The device.
    /// A transaction aborts: quota, an I/O error (fault 4).
    Abort = "abort";
    /// The database's handle is dead: everything fails until it is opened anew (fault 2).
    DeadHandle = "dead-handle";
    /// The database's handle hangs: the driver opens another after ten seconds.
    HangingHandle = "hanging-handle";
    /// One read fails (fault 10).
    ReadError = "read-error";
    /// One answer of the store never comes, or comes late.
    SlowStore = "slow-store";
    /// What was saved reads back as nothing.
    NullReadBack = "null-read-back";
    /// A tab or the worker is killed.
    Kill = "kill";
    /// Power is lost: only what is synced remains (fault 1).
    PowerLoss = "power-loss";
    /// A tab is frozen; its timers and messages wait (fault 11).
    Freeze = "freeze";
    /// There are no Web Locks, or they are disabled (fault 17).
    NoLocks = "no-locks";
    /// The lock is taken away, or its answer never comes.
    LockTrouble = "lock-trouble";
    /// Messages between tabs are lost.
    Unheard = "unheard";
    /// A person taps around; `onLine` lies (fault 14).
    Restless = "restless";
    /// The clock is off by up to two years, and jumps (fault 15).
    DeviceClock = "device-clock";

    // The endpoint.
    /// It fails before or after its commit.
    Crash = "crash";
    /// It is busy, full, or shutting down: 429, 503, 507.
    Busy = "busy";
    /// Receipts go missing, ask for another try, or are of strangers.
    OddReceipts = "odd-receipts";
    /// Its clock is off and jumps.
    ServerClock = "server-clock";
    /// Backups are made and forgotten.
    Backups = "backups";
    /// It is restored from one of its backups.
    Restore = "restore";
    /// Versions meet: 426, and 409.
    Versions = "versions";

    // Who may come in.
    /// Tokens expire early or are forgotten.
    Tokens = "tokens";
    /// An admin shuts a device out.
    Revoke = "revoke";
    /// A rep enrols the same browser again.
    Reenrol = "reenrol";

    // What is written.
    /// Operations that break a rule, or are from a newer app.
    Poison = "poison";
    /// Operations that no endpoint takes for their size or shape.
    Unsendable = "unsendable";
    /// Operations that crash the endpoint, or that a firewall dislikes, until somebody mends it.
    Mendable = "mendable";
    /// Notes are edited and withdrawn, on several devices.
    Edits = "edits";
    /// Photos.
    Attachments = "attachments";
    /// Marketing tells reps things and takes them back, and reps reply.
    Mail = "mail";
    /// Many notes at once.
    Bursts = "bursts";
    /// Days and weeks go by.
    Nights = "nights";
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().copied().find(|fault| fault.as_str() == text);
        known.ok_or_else(|| format!("there is no fault called {text}"))
    }
}

/// Some kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultSet(u64);

impl FaultSet {
    /// Every kind.
    pub const ALL: Self = Self((1 << Fault::ALL.len()) - 1);
    /// No trouble at all.
    pub const NONE: Self = Self(0);

    /// Whether this kind is among them.
    #[must_use]
    pub const fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u32) != 0
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, fault: Fault) -> Self {
        Self(self.0 | (1 << fault as u32))
    }

    /// These but one.
    #[must_use]
    pub const fn without(self, fault: Fault) -> Self {
        Self(self.0 & !(1 << fault as u32))
    }

    /// One by one.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.iter().copied().filter(move |fault| self.has(*fault))
    }

    /// Of each seed its own: each kind with a likelihood that is drawn first.
    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        let likely_permille = chance.pick(&[100, 250, 500, 500, 750]);
        let mut drawn = Self::NONE;
        for fault in Fault::ALL {
            if chance.permille(likely_permille) {
                drawn = drawn.with(*fault);
            }
        }
        drawn
    }
}
