//! How large a batch may be: small after trouble, halved to isolate, growing again.

use protocol::OpId;
use protocol::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX};

use crate::event::OutboxOp;

/// Most operations of the first batch after trouble (SYNC.md §1, "Push").
const OPS_AFTER_TROUBLE: usize = 20;
/// How much larger the next batch may be after a success.
const GROWTH: usize = 4;
/// However much was too large for some proxy, this many bytes in sum are tried.
const CEILING_BYTES_MIN: usize = 64 * 1024;

/// Operations on their way. Never empty.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) ops: Vec<OutboxOp>,
    /// Whether the outbox holds any beyond the last of these.
    pub(crate) more: bool,
}

impl Batch {
    pub(crate) fn last(&self) -> Option<OpId> {
        self.ops.last().map(|op| op.op_id)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.ops.iter().map(|op| op.bytes).sum()
    }
}

/// Limits of the next batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizing {
    pub(crate) ops_max: usize,
    /// What `ops_max` grows to.
    largest: usize,
    pub(crate) bytes_max: usize,
    /// Below what was last refused as too large; rises slowly, or a proxy with a lower limit
    /// than ours would refuse every third batch.
    ceiling_bytes: usize,
}

impl Sizing {
    pub(crate) fn new(largest: usize) -> Self {
        let largest = largest.clamp(1, BATCH_OPS_MAX);
        let (bytes_max, ceiling_bytes) = (BATCH_BYTES_MAX, BATCH_BYTES_MAX);
        Self { ops_max: largest, largest, bytes_max, ceiling_bytes }
    }

    /// No trouble of late.
    pub(crate) fn is_full(self) -> bool {
        self == Self::new(self.largest)
    }

    /// Something went wrong that says nothing about the batch.
    pub(crate) fn shrink(&mut self) {
        self.ops_max = self.ops_max.min(OPS_AFTER_TROUBLE);
    }

    /// This batch was refused, perhaps for one of its operations.
    pub(crate) fn halve(&mut self, refused: &Batch, too_large: bool) {
        self.ops_max = (refused.ops.len() / 2).max(1);
        if too_large {
            self.ceiling_bytes = (refused.bytes() / 2).clamp(CEILING_BYTES_MIN, BATCH_BYTES_MAX);
            self.bytes_max = self.ceiling_bytes;
        }
    }

    /// After a success.
    pub(crate) fn grown(mut self) -> Self {
        let ceiling_bytes = self.ceiling_bytes + self.ceiling_bytes / 8;
        self.ceiling_bytes = ceiling_bytes.min(BATCH_BYTES_MAX);
        self.bytes_max = self.ceiling_bytes;
        self.ops_max = (self.ops_max * GROWTH).min(self.largest);
        self
    }

    /// As many of these as fit, at least one if there is any: a store that gives more than it was
    /// asked for cannot make a batch too large.
    pub(crate) fn fit(self, mut ops: Vec<OutboxOp>, mut more: bool) -> Option<Batch> {
        let mut bytes = 0;
        let fitting = ops
            .iter()
            .take(self.ops_max)
            .take_while(|op| {
                bytes += op.bytes;
                bytes <= self.bytes_max
            })
            .count()
            .max(1);
        more |= ops.len() > fitting;
        ops.truncate(fitting);
        (!ops.is_empty()).then_some(Batch { ops, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ops(sizes: &[usize]) -> Vec<OutboxOp> {
        (0..)
            .zip(sizes)
            .map(|(n, &bytes)| OutboxOp { op_id: OpId::new(n, [0; 10]), bytes })
            .collect()
    }

    #[test]
    fn halving_reaches_one_in_a_few_steps_and_growth_the_limit() {
        let mut sizing = Sizing::new(BATCH_OPS_MAX);
        let mut steps = 0;
        while sizing.ops_max > 1 {
            let refused = Batch { ops: ops(&vec![100; sizing.ops_max]), more: true };
            sizing.halve(&refused, false);
            steps += 1;
        }
        assert_eq!(steps, 10);
        for _ in 0..6 {
            sizing = sizing.grown();
        }
        assert_eq!(sizing, Sizing::new(BATCH_OPS_MAX));
    }

    #[test]
    fn a_limit_lower_than_ours_is_remembered_for_a_while() {
        let mut sizing = Sizing::new(BATCH_OPS_MAX);
        let refused = sizing.fit(ops(&[500_000; 9]), false).unwrap();
        assert_eq!((refused.ops.len(), refused.more), (4, true));
        sizing.halve(&refused, true);
        assert_eq!((sizing.ops_max, sizing.bytes_max), (2, 1_000_000));
        assert_eq!(sizing.grown().bytes_max, 1_125_000);
        assert_eq!((0..20).fold(sizing, |s, _| s.grown()), Sizing::new(BATCH_OPS_MAX));
    }

    #[test]
    fn one_operation_always_fits_and_none_is_no_batch() {
        let sizing = Sizing::new(BATCH_OPS_MAX);
        assert_eq!(sizing.fit(ops(&[BATCH_BYTES_MAX * 2, 1]), false).unwrap().ops.len(), 1);
        assert!(sizing.fit(Vec::new(), false).is_none());
        assert_eq!(sizing.fit(ops(&vec![1; 3_000]), false).unwrap().ops.len(), BATCH_OPS_MAX);
    }

    #[test]
    fn trouble_makes_small_never_larger() {
        let mut sizing = Sizing::new(BATCH_OPS_MAX);
        sizing.shrink();
        assert_eq!(sizing.ops_max, OPS_AFTER_TROUBLE);
        sizing.halve(&Batch { ops: ops(&[1, 1]), more: false }, false);
        sizing.shrink();
        assert_eq!(sizing.ops_max, 1);
    }
}
