//! The sync engine: a deterministic state machine. Events in, effects and a deadline out.
//!
//! No I/O, no async, no clock, no randomness: the driver in `device` brings them as arguments.
//! The rules are those of SYNC.md §1; each file holds one of them.

mod answer;
mod backoff;
mod batch;
mod clock;
mod effect;
mod engine;
mod event;
mod pass;
mod receipts;
mod refusal;
mod status;

pub use effect::{Confirmed, Effect, Parked};
pub use engine::{Engine, LOCK_STOLEN_AFTER_MS, PUSH_MS_MAX};
pub use event::{Event, OutboxOp, PushOutcome, Turn};
pub use status::{Reason, State, Status};
