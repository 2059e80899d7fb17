//! From values to places, and the round values that an axis names.

/// A straight line from values to places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) values: (f64, f64),
    pub(super) places: (f64, f64),
}

impl Scale {
    /// Where this value lies. A scale of a single value has its middle there.
    pub(super) fn at(self, value: f64) -> f64 {
        let ((low, high), (start, end)) = (self.values, self.places);
        if high <= low {
            return f64::midpoint(start, end);
        }
        start + (value - low) / (high - low) * (end - start)
    }
}

/// Round values that enclose everything from `low` to `high`, in steps of 1, 2 or 5 times a power
/// of ten: as many as come near to `wanted` steps, both ends included.
pub(crate) fn ticks(low: f64, high: f64, wanted: u8) -> Vec<f64> {
    if !low.is_finite() || !high.is_finite() || high < low {
        return Vec::new();
    }
    let reach = if high > low { high - low } else { high.abs().max(1.0) };
    let step = round_step(reach / f64::from(wanted.max(1)));
    let (first, last) =
        ((low / step).floor(), (high / step).ceil().max((low / step).floor() + 1.0));
    let count = (last - first).clamp(1.0, 50.0) as u32;
    (0..=count).map(|index| (first + f64::from(index)) * step).collect()
}

/// The next count from which a bar of full length reads well: 1, 2 or 5 times a power of ten.
pub(crate) fn round_up(most: f64) -> f64 {
    if most > 0.0 { round_step(most) } else { 1.0 }
}

fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    // A little slack: 0.3 / 3 is not quite 0.1.
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_where_they_belong() {
        let scale = Scale { values: (10.0, 20.0), places: (100.0, 0.0) };
        assert_eq!(scale.at(10.0), 100.0);
        assert_eq!(scale.at(15.0), 50.0);
        assert_eq!(scale.at(20.0), 0.0);
        let single = Scale { values: (3.0, 3.0), places: (0.0, 8.0) };
        assert_eq!(single.at(3.0), 4.0);
    }

    #[test]
    fn ticks_are_round_and_enclose_everything() {
        assert_eq!(ticks(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8, 1.0]);
        assert_eq!(ticks(9.3, 12.6, 4), [9.0, 10.0, 11.0, 12.0, 13.0]);
        assert_eq!(ticks(98.0, 512.0, 5), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0]);
        for (low, high) in [(0.013, 0.019), (1.0, 1_000_000.0), (7.0, 7.0), (0.0, 0.0)] {
            let ticks = ticks(low, high, 4);
            assert!(ticks.first().is_some_and(|first| *first <= low), "{low} {high} {ticks:?}");
            assert!(ticks.last().is_some_and(|last| *last >= high), "{low} {high} {ticks:?}");
            assert!((2..=8).contains(&ticks.len()), "{ticks:?}");
        }
    }

    #[test]
    fn what_is_no_range_has_no_ticks() {
        assert_eq!(ticks(f64::NAN, 1.0, 4), [] as [f64; 0]);
        assert_eq!(ticks(2.0, 1.0, 4), [] as [f64; 0]);
        assert_eq!(ticks(0.0, f64::INFINITY, 4), [] as [f64; 0]);
    }

    #[test]
    fn a_full_bar_stands_for_a_round_count() {
        assert_eq!(
            [0.0, 1.0, 3.0, 7.0, 12.0, 50.0].map(round_up),
            [1.0, 1.0, 5.0, 10.0, 20.0, 50.0]
        );
    }
}
