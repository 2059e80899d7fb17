//! Randomness of a run: for the order of measurements and for ids.

use anyhow::{Result, anyhow};

/// Random bytes of the operating system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

/// Brings these into a random order: a fixed one puts what one leaves behind into the next one's
/// figures.
pub(crate) fn shuffle<T>(items: &mut [T]) -> Result<()> {
    for index in (1..items.len()).rev() {
        let random = u64::from_le_bytes(bytes()?);
        let other = random.checked_rem(index as u64 + 1).unwrap_or_default();
        items.swap(index, usize::try_from(other)?);
    }
    Ok(())
}
