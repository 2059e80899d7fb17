//! What a device asks of the endpoint, as plain synchronous functions over a connection: who asks,
//! push, have and pull. Time and chance are arguments, so that a simulator drives the very code
//! that ships.
//!
//! Each answers with what is to be sealed and sent, or with the code of the refusal; only a failed
//! database is an error. Each has to run inside a transaction: what writes, so that it is stored as
//! a whole and what it answers is told once that is committed and synced; what reads, so that all
//! it tells is of one moment.

pub mod have;
pub mod pull;
pub mod push;
pub mod token;
mod word;

use protocol::limits::{PROTOCOL, PROTOCOL_OLDEST};
use protocol::{Code, DeviceId, RepId, Sha256};
use rusqlite::Connection;

use crate::storage::ops::Sender;
use crate::storage::{StorageError, tokens};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The device whose token it is.
    pub device_id: DeviceId,
    /// The rep whose device it is.
    pub rep_id: RepId,
    /// Whether it was shut out: then it may only deposit.
    pub is_revoked: bool,
}

impl Caller {
    /// As the storage knows it.
    #[must_use]
    pub const fn sender(self) -> Sender {
        Sender { device_id: self.device_id, rep_id: self.rep_id }
    }

    /// What it reads and where it writes is refused to a revoked device.
    ///
    /// # Errors
    /// [`Code::DeviceRevoked`].
    pub const fn not_revoked(self) -> Result<(), Code> {
        if self.is_revoked { Err(Code::DeviceRevoked) } else { Ok(()) }
    }

    fn is_device(self, device_id: DeviceId) -> Result<(), Code> {
        if self.device_id == device_id { Ok(()) } else { Err(Code::WrongDevice) }
    }
}

/// The device whose token has this hash.
///
/// # Errors
/// Why the database failed. The inner error is [`Code::TokenUnknown`], also for an expired one.
pub fn authenticate(
    db: &Connection,
    token_hash: Sha256,
    now_ms: i64,
) -> Result<Result<Caller, Code>, StorageError> {
    let owner = tokens::owner(db, token_hash, now_ms)?;
    Ok(owner.ok_or(Code::TokenUnknown).map(|tokens::Owner { sender, is_revoked }| Caller {
        device_id: sender.device_id,
        rep_id: sender.rep_id,
        is_revoked,
    }))
}

/// Phones come back from a drawer after a year: the two versions before are understood, too.
fn understood(protocol: u16) -> Result<(), Code> {
    if (PROTOCOL_OLDEST..=PROTOCOL).contains(&protocol) {
        Ok(())
    } else {
        Err(Code::UnsupportedProtocol)
    }
}
