//! Randomness from the operating system, for ids and secrets.

use protocol::{
    BriefingId, DecisionId, DeedId, DeviceId, Epoch, ReferenceId, RemarkId, RepId, TopicId,
};

use crate::clock::now_ms;
use crate::storage::StorageError;

/// Random bytes.
///
/// # Errors
/// Where the operating system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], StorageError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StorageError::Database(error.to_string()))?;
    Ok(bytes)
}

/// A secret of 160 random bits as hexadecimal digits: more than the 128 that SECURITY.md asks for.
///
/// # Errors
/// Where the operating system has no randomness to give.
pub fn secret() -> Result<String, StorageError> {
    Ok(bytes::<20>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

macro_rules! fresh {
    ($name:ident, $id:ident) => {
        /// A fresh id of this moment.
        ///
        /// # Errors
        /// Where the operating system has no randomness to give.
        pub fn $name() -> Result<$id, StorageError> {
            Ok($id::new(u64::try_from(now_ms()).unwrap_or_default(), bytes()?))
        }
    };
}

fresh!(device_id, DeviceId);
fresh!(rep_id, RepId);
fresh!(epoch, Epoch);
fresh!(deed_id, DeedId);
fresh!(topic_id, TopicId);
fresh!(decision_id, DecisionId);
fresh!(remark_id, RemarkId);
fresh!(briefing_id, BriefingId);
fresh!(reference_id, ReferenceId);
