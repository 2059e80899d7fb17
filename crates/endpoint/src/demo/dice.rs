//! Chance that a seed decides, so that a demo can be made again (SplitMix64: Steele, Lea and Flood,
//! 2014). Never for a secret.

pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below this; 0 of nothing.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// From 0 to below this.
    pub(super) fn below_i64(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end).unwrap_or_default().max(1);
        i64::try_from(self.next() % end).unwrap_or_default()
    }

    /// True so many times of a hundred.
    pub(super) fn percent(&mut self, hundredths: usize) -> bool {
        self.below(100) < hundredths
    }

    /// Any of them; none of none.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// A place in a list of so many of which the first are likelier than the last.
    pub(super) fn skewed(&mut self, end: usize) -> usize {
        self.below(end).min(self.below(end))
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for some in bytes.chunks_mut(8) {
            some.copy_from_slice(&self.next().to_be_bytes()[..some.len()]);
        }
        bytes
    }
}
