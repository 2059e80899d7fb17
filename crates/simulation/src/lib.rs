//! Sightline simulated: the shipped engine on several devices, the endpoint's real code over a
//! real SQLite, one seed, virtual time, and every fault of SYNC.md §3 that has an effect there.
//!
//! `world` is where it all happens; `device`, `driver` and `transport` are a browser's side,
//! `server` and `marketing` the endpoint's, `network` lies between, `people` and `plan` bring life,
//! `invariants` and `rest` judge.

mod agenda;
mod broken;
mod campaign;
mod chance;
mod device;
mod driver;
mod faults;
mod invariants;
mod marketing;
mod network;
mod people;
mod plan;
#[cfg(feature = "planted-bugs")]
mod planted;
mod rest;
mod run;
mod scenario;
mod server;
mod shrink;
mod tally;
mod trace;
mod transport;
mod world;
mod writing;

pub use broken::Broken;
pub use campaign::{Campaign, campaign};
pub use faults::{Fault, FaultSet};
#[cfg(feature = "planted-bugs")]
pub use planted::{Catch, Hunt, hunt};
pub use run::{Ended, run, run_printed};
pub use scenario::Scenario;
pub use shrink::shrink;
pub use tally::Tally;
