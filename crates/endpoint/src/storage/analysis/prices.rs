//! Competitors' prices against ours.

use std::collections::{BTreeMap, HashMap};

use protocol::console::analysis::{PricePoint, PriceSeries, RegionBand};
use protocol::note::Comparison;
use protocol::price::Amount;
use protocol::{Currency, Price};

use super::names::Group;
use super::time::{self, Calendar, Day};
use super::{Sample, as_u64, at_share};
use crate::storage::facts::{Money, Said};
use crate::storage::reference::fold;

/// Whose, against what.
type Pair = (Group, Option<Group>);

/// Sightings in one currency and for one unit.
#[derive(Default)]
struct Gathered<'a> {
    sightings: u64,
    points: BTreeMap<Day, Seen>,
    regions: BTreeMap<&'a str, Vec<Amount>>,
}

#[derive(Default)]
struct Seen {
    theirs: Vec<Amount>,
    ours: Vec<Amount>,
}

/// What figures can be compared: a currency, and a unit however it is written.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Measure {
    currency: Currency,
    unit: Option<String>,
}

/// Prices by competitor and product, those with the most sightings first. A sighting that names no
/// competitor is in none.
pub(super) fn series(sample: &Sample<'_>, calendar: &mut Calendar) -> Vec<PriceSeries> {
    let mut priced: HashMap<(Pair, Measure), Gathered<'_>> = HashMap::new();
    let mut compared: HashMap<Pair, [u64; 3]> = HashMap::new();
    for fact in &sample.chosen {
        let Said::Sighting(sighting) = &fact.said else { continue };
        let Some(competitor) = sample.competitors.of(sighting.competitor) else { continue };
        let pair = (competitor, sample.product(fact));
        let Some(price) = sighting.price else {
            if let Some(comparison) = sighting.comparison {
                compared.entry(pair).or_default()[place_of(comparison)] += 1;
            }
            continue;
        };
        let measure = measure(sample, price);
        let ours = sighting.ours.filter(|ours| self::measure(sample, *ours) == measure);
        let gathered = priced.entry((pair, measure)).or_default();
        gathered.sightings += 1;
        let seen = gathered.points.entry(calendar.start(fact.received_at_ms)).or_default();
        seen.theirs.push(price.amount);
        seen.ours.extend(ours.map(|ours| ours.amount));
        if let Some(region) = sample.region(fact) {
            gathered.regions.entry(region).or_default().push(price.amount);
        }
    }
    let mut series: Vec<(u64, PriceSeries)> = priced
        .into_iter()
        .map(|((pair, measure), gathered)| finish(sample, pair, measure, gathered))
        .collect();
    sort(&mut series);
    // A comparison has no currency: it stands with the figures that there are most of.
    for (_, one) in &mut series {
        let pair = compared.keys().copied().find(|(competitor, product)| {
            sample.competitors.label(*competitor) == one.competitor
                && product.map(|product| sample.products.label(product)) == one.product
        });
        if let Some(counts) = pair.and_then(|pair| compared.remove(&pair)) {
            one.comparisons = counts;
        }
    }
    series.extend(compared.into_iter().map(|(pair, counts)| {
        let list = list_price(sample, pair.1);
        let measure = Measure {
            currency: list.as_ref().map_or(Currency::EUR, |price| price.currency),
            unit: None,
        };
        let (_, one) = finish(sample, pair, measure, Gathered::default());
        (0, PriceSeries { comparisons: counts, ..one })
    }));
    sort(&mut series);
    series.into_iter().map(|(_, one)| one).collect()
}

fn sort(series: &mut [(u64, PriceSeries)]) {
    series.sort_by(|(a_count, a), (b_count, b)| {
        let name = |it: &PriceSeries| {
            (fold(&it.competitor), it.product.clone(), it.currency.to_string(), it.unit.clone())
        };
        b_count.cmp(a_count).then_with(|| name(a).cmp(&name(b)))
    });
}

const fn place_of(comparison: Comparison) -> usize {
    comparison as usize
}

fn measure(sample: &Sample<'_>, money: Money) -> Measure {
    let unit = money.unit.and_then(|unit| sample.facts.units.get(unit));
    Measure { currency: money.currency, unit: unit.map(|unit| unit.folded.clone()) }
}

fn list_price(sample: &Sample<'_>, product: Option<Group>) -> Option<Price> {
    sample.products.entry_of(product?)?.price.clone()
}

fn finish(
    sample: &Sample<'_>,
    (competitor, product): Pair,
    measure: Measure,
    gathered: Gathered<'_>,
) -> (u64, PriceSeries) {
    let list = list_price(sample, product).filter(|price| {
        price.currency == measure.currency && price.unit.as_deref().map(fold) == measure.unit
    });
    let list = list.map(|price| price.amount);
    let point = |(start, mut seen): (Day, Seen)| {
        let ours = at_share(&mut seen.ours, 50).or(list);
        let band = Band::of(seen.theirs)?;
        let (n, low, median, high) = (band.n, band.low, band.median, band.high);
        Some(PricePoint { start: time::text(start), n, low, median, high, ours })
    };
    let region = |(region, amounts): (&str, Vec<Amount>)| {
        let Band { n, low, median, high } = Band::of(amounts)?;
        Some(RegionBand { region: region.to_owned(), n, low, median, high })
    };
    let mut regions: BTreeMap<String, (&str, Vec<Amount>)> = BTreeMap::new();
    for (region, amounts) in gathered.regions {
        let (_, all) = regions.entry(fold(region)).or_insert((region, Vec::new()));
        all.extend(amounts);
    }
    let one = PriceSeries {
        competitor: sample.competitors.label(competitor),
        product: product.map(|product| sample.products.label(product)),
        currency: measure.currency,
        unit: measure.unit,
        points: gathered.points.into_iter().filter_map(point).collect(),
        regions: regions.into_values().filter_map(region).collect(),
        comparisons: [0; 3],
    };
    (gathered.sightings, one)
}

struct Band {
    n: u64,
    low: Amount,
    median: Amount,
    high: Amount,
}

impl Band {
    /// None of no amounts.
    fn of(mut amounts: Vec<Amount>) -> Option<Self> {
        let (low, high) = (*amounts.iter().min()?, *amounts.iter().max()?);
        let median = at_share(&mut amounts, 50)?;
        Some(Self { n: as_u64(amounts.len()), low, median, high })
    }
}
