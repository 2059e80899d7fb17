//! What a device asks of the endpoint: push, have and pull (SYNC.md §1), as plain functions over a
//! connection. HTTP stands around them in `http`, a simulator in their place: neither knows a
//! rule, and these know no network, no clock and no chance.

mod cursor;
mod have;
mod pull;
mod push;

use protocol::Code;
use protocol::limits::{PROTOCOL, PROTOCOL_OLDEST};
use protocol::planted::{self, Bug};

pub use crate::storage::tokens::{Caller, authenticate};
pub use have::have;
pub use pull::pull;
pub use push::{Intake, push};

/// Whether this envelope is one that this endpoint understands (SYNC.md §1, "Errors").
///
/// # Errors
/// [`Code::UnsupportedProtocol`] where it is not.
pub fn check_protocol(protocol: u16) -> Result<(), Code> {
    if (PROTOCOL_OLDEST..=PROTOCOL).contains(&protocol) {
        Ok(())
    } else {
        Err(Code::UnsupportedProtocol)
    }
}

/// What a revoked device asks for is refused, whatever it is.
fn check_not_revoked(caller: &Caller) -> Result<(), Code> {
    if caller.is_revoked && !planted::is(Bug::RevokedReads) {
        Err(Code::DeviceRevoked)
    } else {
        Ok(())
    }
}
