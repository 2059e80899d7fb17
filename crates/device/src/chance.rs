//! Randomness from the browser (`crypto.getRandomValues`).

use crate::storage_error::StorageError;

/// Random bytes: for ids and secrets, which must never repeat.
///
/// # Errors
/// Where the browser has no source of randomness; then nothing may be saved.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], StorageError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StorageError::Unavailable(error.to_string()))?;
    Ok(bytes)
}

/// A random number, for jitter alone: without a source of randomness it is zero.
pub(crate) fn number() -> u64 {
    bytes().map(u64::from_le_bytes).unwrap_or_default()
}
