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
mod epoch;
mod event;
mod failure;
mod pass;
mod phase;
mod pull;
mod receipts;
mod refusal;
mod round;
mod status;
mod sweep;
mod token;
mod upload;
mod watchdog;

pub use effect::{Effect, Parked, UploadEnd, Witness};
pub use engine::{Engine, LOCK_STOLEN_AFTER_MS, REQUEST_MS_MAX, request_ms_max};
pub use event::{Event, Memory, OutboxOp, Outcome, PageHead, Turn};
pub use status::{Reason, State, Status};
pub use sweep::PURGE_AFTER_MS;
