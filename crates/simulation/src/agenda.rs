//! Virtual time: what is to happen, in order. Nothing else moves the clock.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// When every world begins, in milliseconds since 1970.
pub(crate) const START_MS: u64 = 1_700_000_000_000;
/// A minute, in milliseconds.
pub(crate) const MINUTE_MS: u64 = 60_000;
/// A day, in milliseconds.
pub(crate) const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// What is to happen, by time; what is planned for one moment happens in the order of planning.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    now_ms: u64,
    planned: u64,
    entries: BinaryHeap<Entry<T>>,
}

#[derive(Debug)]
struct Entry<T> {
    at_ms: u64,
    order: u64,
    what: T,
}

impl<T> Agenda<T> {
    pub(crate) fn new() -> Self {
        Self { now_ms: START_MS, planned: 0, entries: BinaryHeap::with_capacity(256) }
    }

    /// The world's own time.
    pub(crate) const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    pub(crate) fn plan(&mut self, in_ms: u64, what: T) {
        self.planned += 1;
        let at_ms = self.now_ms.saturating_add(in_ms);
        self.entries.push(Entry { at_ms, order: self.planned, what });
    }

    /// The next thing that happens; the clock then shows its time.
    pub(crate) fn next(&mut self) -> Option<T> {
        let entry = self.entries.pop()?;
        self.now_ms = entry.at_ms;
        Some(entry.what)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The heap gives its greatest first: so the soonest is the greatest.
impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_ms, other.order).cmp(&(self.at_ms, self.order))
    }
}
