//! The trace of a world: a running hash, by which two runs of a seed are told alike (SYNC.md §2,
//! 18), and a line for each step for whoever wants to read it.

use std::io::Write as _;

use crate::agenda::START_MS;

/// FNV-1a over everything noted, and perhaps printed lines.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    is_printed: bool,
}

impl Trace {
    pub(crate) const fn new(is_printed: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, is_printed }
    }

    pub(crate) const fn hash(&self) -> u64 {
        self.hash
    }

    /// Takes a number into the hash.
    pub(crate) const fn fold(&mut self, number: u64) {
        self.hash = (self.hash ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }

    /// Prints a line, if lines are wanted: the words are not even made otherwise.
    pub(crate) fn line(&self, now_ms: u64, words: impl FnOnce() -> String) {
        if self.is_printed {
            let seconds = now_ms.saturating_sub(START_MS) / 1_000;
            let millis = now_ms.saturating_sub(START_MS) % 1_000;
            let mut out = std::io::stdout().lock();
            // Whoever closed the pipe has read enough.
            let _ = writeln!(out, "{seconds:>8}.{millis:03} {}", words());
        }
    }
}
