//! Analysis: what the notes say together. Counts and sums are whole numbers; what is drawn from
//! them says how many notes it rests on.

use serde::{Deserialize, Serialize};

use crate::id::{RepId, TopicId};
use crate::note::{Hypothesis, Part, Relation, Urgency};
use crate::price::{Amount, Currency};

/// The least number of notes of which a mean or an interval is shown; below it only counts are.
pub const N_MIN: u64 = 5;

/// `GET /api/v1/analysis`: which notes. Withdrawn ones never count.
/// `GET /api/v1/analysis/export` takes the same, `format` (csv, xlsx, ndjson) and, but for xlsx,
/// which holds them all, `table` (prices, regions, comparisons, acceptance, needs, gaps, hypotheses,
/// response).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisQuery {
    /// Received at or after: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_ms: Option<i64>,
    /// Received before: milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_ms: Option<i64>,
    /// On this product, by its name or any name that means it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// This rep's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<RepId>,
    /// From this region: the customer's, else the rep's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// On customers of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// What one point in time is: weeks, or quarters for the long view.
    #[serde(default)]
    pub by: Span,
}

/// What one point in time is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Weeks from Monday on.
    #[default]
    Week,
    /// Calendar quarters.
    Quarter,
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// How many notes it rests on.
    pub notes: u64,
    /// Competitors' prices against ours.
    pub prices: Vec<PriceSeries>,
    /// Acceptance by product, those with the most notes first.
    pub acceptance: Vec<ProductAcceptance>,
    /// Needs, by independent customers and urgency.
    pub needs: Vec<Need>,
    /// Gaps by part; none for those whose rep did not say.
    pub gaps: Vec<(Option<Part>, u64)>,
    /// Notes by hypothesis: how many reps' notes name it, how many marketing confirmed, and how
    /// many it corrected away.
    pub hypotheses: Vec<HypothesisCount>,
    /// How long marketing takes.
    pub response: Response,
    /// What filters can name: products, regions, segments that occur.
    pub products: Vec<String>,
    /// See [`Analysis::products`].
    pub regions: Vec<String>,
    /// See [`Analysis::products`].
    pub segments: Vec<String>,
}

/// The first day of a week or quarter, as in ISO 8601: "2026-05-18".
pub type Start = String;

/// A competitor's prices for what competes with a product, in one currency and for one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceSeries {
    /// Whose.
    pub competitor: String,
    /// Against which product of ours; none where notes name none.
    pub product: Option<String>,
    /// In which currency.
    pub currency: Currency,
    /// For what; none for a piece.
    pub unit: Option<String>,
    /// Over time, oldest first; what lies between has no sighting.
    pub points: Vec<PricePoint>,
    /// The same by region over the whole time: the lowest, the median and the highest of each.
    pub regions: Vec<RegionBand>,
    /// How often reps without figures say cheaper, same, dearer; with the series of this pair that
    /// has the most sightings. Where none has figures, a series without points holds them.
    pub comparisons: [u64; 3],
}

/// Prices seen in one week or quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePoint {
    /// Its first day.
    pub start: Start,
    /// How many sightings.
    pub n: u64,
    /// Theirs: the lowest.
    pub low: Amount,
    /// The median; of an even number, the lower of the two in the middle.
    pub median: Amount,
    /// The highest.
    pub high: Amount,
    /// Ours, as seen beside theirs: the median; none where nobody said, and no list price is known.
    pub ours: Option<Amount>,
}

/// Prices seen in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionBand {
    /// Which.
    pub region: String,
    /// How many sightings.
    pub n: u64,
    /// The lowest.
    pub low: Amount,
    /// The median, as of [`PricePoint::median`].
    pub median: Amount,
    /// The highest.
    pub high: Amount,
}

/// How a product is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAcceptance {
    /// Which.
    pub product: String,
    /// Over the whole time.
    pub whole: Levels,
    /// The same of customers, of prospects, and of those whose rep did not say.
    pub relations: Vec<(Option<Relation>, Levels)>,
    /// Over time, oldest first.
    pub points: Vec<(Start, Levels)>,
}

/// How many notes say each step 1 to 5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels(pub [u64; 5]);

impl Levels {
    /// How many notes.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean step, 1 to 5; none where there are fewer than [`N_MIN`] notes.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        let sum: u64 = (1..).zip(self.0).map(|(step, count)| step * count).sum();
        (n >= N_MIN).then(|| as_f64(sum) / as_f64(n))
    }

    /// The share of those who like or adopt it (steps 4 and 5), with its Wilson score interval at
    /// 95 % (E. B. Wilson, 1927): low, share, high. None where there are fewer than [`N_MIN`].
    #[must_use]
    pub fn favourable(&self) -> Option<(f64, f64, f64)> {
        let n = self.n();
        if n < N_MIN {
            return None;
        }
        let (low, high) = wilson(self.0[3] + self.0[4], n);
        Some((low, as_f64(self.0[3] + self.0[4]) / as_f64(n), high))
    }
}

/// The Wilson score interval at 95 % of `k` in `n`; `n` is not 0.
#[must_use]
pub fn wilson(k: u64, n: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (k, n) = (as_f64(k), as_f64(n));
    let share = k / n;
    let z2n = Z * Z / n;
    let middle = share + z2n / 2.0;
    let spread = Z * (share * (1.0 - share) / n + z2n / (4.0 * n)).sqrt();
    (((middle - spread) / (1.0 + z2n)).max(0.0), ((middle + spread) / (1.0 + z2n)).min(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of notes are far below 2^52")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}

/// A need, gathered in a topic, or of a single note without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Its topic; none where the notes have none: they are counted together.
    pub topic: Option<TopicId>,
    /// Its title; empty where there is no topic.
    pub title: String,
    /// How many notes.
    pub notes: u64,
    /// How many independent customers.
    pub customers: u64,
    /// How many notes of each urgency.
    pub urgencies: Vec<(Option<Urgency>, u64)>,
}

/// How often a hypothesis was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HypothesisCount {
    /// Which.
    pub hypothesis: Hypothesis,
    /// By reps.
    pub named: u64,
    /// Named by the rep, and marketing agreed.
    pub confirmed: u64,
    /// Named by the rep, and marketing saw it otherwise.
    pub rejected: u64,
    /// Named by marketing alone.
    pub added: u64,
}

/// How long marketing takes, in milliseconds from receiving a note: the median and the 90th
/// percentile, with how many notes they rest on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Until it is read.
    pub read: Option<Spread>,
    /// Until it is classified.
    pub classified: Option<Spread>,
    /// Until it is decided or declined.
    pub closed: Option<Spread>,
    /// How many notes are neither decided nor declined.
    pub open: u64,
}

/// A median and a 90th percentile, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many.
    pub n: u64,
    /// The median.
    pub median_ms: i64,
    /// The 90th percentile.
    pub p90_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_notes_give_counts_and_nothing_more() {
        assert_eq!(Levels([1, 0, 0, 0, 3]).mean(), None);
        assert_eq!(Levels([1, 0, 0, 0, 4]).mean(), Some(4.2));
        assert_eq!(Levels([0; 5]).favourable(), None);
    }

    #[test]
    fn the_interval_is_wilsons() {
        // 4 of 5, by the formula as published.
        let (low, share, high) = Levels([1, 0, 0, 0, 4]).favourable().unwrap();
        assert!((low - 0.375_5).abs() < 1e-3 && (high - 0.963_8).abs() < 1e-3, "{low} {high}");
        assert!((share - 0.8).abs() < 1e-9);
        let (low, high) = wilson(0, 20);
        assert!(low.abs() < 1e-9 && (high - 0.161_1).abs() < 1e-3, "{high}");
    }
}
