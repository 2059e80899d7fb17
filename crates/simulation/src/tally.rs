//! What one seed, or many of them, came to.

/// Counts, and the hash of the trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Operations of which "Saved" was said.
    pub saves: u64,
    /// Requests that left a device.
    pub requests: u64,
    /// Faults that struck.
    pub faults: u64,
    /// Steps.
    pub happenings: u64,
    /// Restores of the endpoint.
    pub restores: u64,
    /// Operations that devices purged.
    pub purged: u64,
    /// Longest time from the end of trouble to rest, in virtual milliseconds.
    pub healed_in_ms_max: u64,
    /// Most requests of one device within ten seconds of which nothing came.
    pub burst_max: u64,
    /// Of the trace; of many, all of them together.
    pub trace_hash: u64,
}

impl Tally {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.saves += other.saves;
        self.requests += other.requests;
        self.faults += other.faults;
        self.happenings += other.happenings;
        self.restores += other.restores;
        self.purged += other.purged;
        self.healed_in_ms_max = self.healed_in_ms_max.max(other.healed_in_ms_max);
        self.burst_max = self.burst_max.max(other.burst_max);
        self.trace_hash = self.trace_hash.wrapping_add(other.trace_hash);
    }
}
