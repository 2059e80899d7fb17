//! Analysis: what the notes say together, counted over the facts in memory.

mod acceptance;
mod names;
mod needs;
mod prices;
mod response;
mod time;

use std::collections::{BTreeSet, HashMap, HashSet};

use protocol::console::analysis::{Analysis, AnalysisQuery, HypothesisCount};
use protocol::mail::Referent;
use protocol::note::{Hypothesis, Part};
use rusqlite::Connection;

use super::StorageError;
use super::facts::{Fact, Facts, Said, bits};
use super::reference::{Known, fold};
use super::regions::Regions;
use names::{Group, Groups};
use time::Calendar;

/// What the sections look at: the facts that the query asks for, and what their names mean.
struct Sample<'a> {
    facts: &'a Facts,
    chosen: Vec<&'a Fact>,
    customers: Groups<'a>,
    products: Groups<'a>,
    competitors: Groups<'a>,
    regions: Regions,
}

impl Sample<'_> {
    fn customer(&self, fact: &Fact) -> Option<Group> {
        self.customers.of(fact.customer)
    }

    fn product(&self, fact: &Fact) -> Option<Group> {
        self.products.of(fact.product)
    }

    fn region(&self, fact: &Fact) -> Option<&str> {
        self.regions.of(self.customers.entry(fact.customer), fact.rep_id)
    }

    fn segment(&self, fact: &Fact) -> Option<&str> {
        self.customers.entry(fact.customer).and_then(|it| it.segment.as_deref())
    }
}

/// Answers a query from facts that have caught up.
///
/// # Errors
/// Why reference data, reps or topics could not be read.
pub fn analyse(
    db: &Connection,
    facts: &Facts,
    query: &AnalysisQuery,
) -> Result<Analysis, StorageError> {
    let known = Known::load(db)?;
    let mut sample = Sample {
        facts,
        chosen: Vec::new(),
        customers: Groups::of_names(facts.names(Referent::Customer), &known, Referent::Customer),
        products: Groups::of_names(facts.names(Referent::Product), &known, Referent::Product),
        competitors: Groups::of_names(
            facts.names(Referent::Competitor),
            &known,
            Referent::Competitor,
        ),
        regions: Regions::load(db)?,
    };
    let choices = occurring(&sample);
    sample.chosen = choose(&sample, query, &known, &choices);
    let mut calendar = Calendar::by(query.by);
    Ok(Analysis {
        notes: as_u64(sample.chosen.len()),
        prices: prices::series(&sample, &mut calendar),
        acceptance: acceptance::by_product(&sample, &mut calendar),
        needs: needs::ranked(db, &sample)?,
        gaps: gaps(&sample),
        hypotheses: hypotheses(&sample),
        response: response::times(&sample),
        products: choices.products,
        regions: each_once(choices.regions),
        segments: each_once(choices.segments),
    })
}

/// What filters can choose from.
struct Choices {
    products: Vec<String>,
    regions: BTreeSet<String>,
    segments: BTreeSet<String>,
}

/// Products, regions and segments of all notes, whatever is asked for: a filter shows its choices.
/// Notes are many and customers are few, so each customer and rep is looked at once.
fn occurring(sample: &Sample<'_>) -> Choices {
    let (mut products, mut customers) = (sample.products.none_seen(), sample.customers.none_seen());
    let mut reps = HashSet::new();
    for fact in &sample.facts.notes {
        products.see(sample.product(fact));
        let customer = sample.customer(fact);
        customers.see(customer);
        let entry = customer.and_then(|group| sample.customers.entry_of(group));
        if entry.is_none_or(|entry| entry.region.is_none()) {
            reps.insert(fact.rep_id);
        }
    }
    let (mut regions, mut segments) = (BTreeSet::new(), BTreeSet::new());
    for entry in customers.seen().filter_map(|group| sample.customers.entry_of(group)) {
        regions.extend(entry.region.clone());
        segments.extend(entry.segment.clone());
    }
    regions.extend(
        reps.iter().filter_map(|rep_id| sample.regions.of(None, *rep_id)).map(str::to_owned),
    );
    let mut products: Vec<String> =
        products.seen().map(|group| sample.products.label(group)).collect();
    products.sort_by_cached_key(|name| fold(name));
    Choices { products, regions, segments }
}

fn choose<'a>(
    sample: &Sample<'a>,
    query: &AnalysisQuery,
    known: &Known,
    choices: &Choices,
) -> Vec<&'a Fact> {
    let product = query.product.as_deref().map(|name| sample.products.find(name, known));
    let region = query.region.as_deref().map(|asked| alike(&choices.regions, asked));
    let segment = query.segment.as_deref().map(|asked| alike(&choices.segments, asked));
    let is_in = |there: Option<&str>, asked: &HashSet<&str>| {
        there.is_some_and(|there| asked.contains(there))
    };
    let facts = sample.facts.notes.iter().filter(|fact| {
        query.from_ms.is_none_or(|from_ms| fact.received_at_ms >= from_ms)
            && query.to_ms.is_none_or(|to_ms| fact.received_at_ms < to_ms)
            && query.rep.is_none_or(|rep_id| fact.rep_id == rep_id)
            && product.is_none_or(|asked| asked.is_some() && sample.product(fact) == asked)
            && region.as_ref().is_none_or(|asked| is_in(sample.region(fact), asked))
            && segment.as_ref().is_none_or(|asked| is_in(sample.segment(fact), asked))
    });
    facts.collect()
}

/// Of these names those that are the same as this one, however it is written.
fn alike<'a>(names: &'a BTreeSet<String>, asked: &str) -> HashSet<&'a str> {
    let asked = fold(asked);
    names.iter().filter(|name| fold(name) == asked).map(String::as_str).collect()
}

/// Names that are the same however they are written, once.
fn each_once(names: BTreeSet<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|name| seen.insert(fold(name))).collect()
}

fn gaps(sample: &Sample<'_>) -> Vec<(Option<Part>, u64)> {
    let mut counts: HashMap<Option<Part>, u64> = HashMap::new();
    for fact in &sample.chosen {
        if let Said::Gap(part) = fact.said {
            *counts.entry(part).or_default() += 1;
        }
    }
    let mut gaps: Vec<_> = counts.into_iter().collect();
    gaps.sort_by_key(|(part, count)| (part.is_none(), std::cmp::Reverse(*count), *part));
    gaps
}

fn hypotheses(sample: &Sample<'_>) -> Vec<HypothesisCount> {
    let count = |hypothesis: &Hypothesis| {
        let bit = bits(&[*hypothesis]);
        let (mut named, mut confirmed, mut rejected, mut added) = (0, 0, 0, 0);
        for fact in &sample.chosen {
            let is_named = fact.named & bit != 0;
            named += u64::from(is_named);
            match (is_named, fact.seen.map(|seen| seen & bit != 0)) {
                (true, Some(true)) => confirmed += 1,
                (true, Some(false)) => rejected += 1,
                (false, Some(true)) => added += 1,
                (false, Some(false)) | (_, None) => {}
            }
        }
        HypothesisCount { hypothesis: *hypothesis, named, confirmed, rejected, added }
    };
    Hypothesis::ALL.iter().map(count).collect()
}

/// The value at this share of them, by the nearest rank: of an even number the median is the lower
/// of the two in the middle. None of none.
fn at_share<T: Ord + Copy>(values: &mut [T], hundredths: usize) -> Option<T> {
    let rank = (values.len() * hundredths).div_ceil(100);
    let at = rank.max(1) - 1;
    (at < values.len()).then(|| *values.select_nth_unstable(at).1)
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_one_of_the_values_and_of_two_the_lower() {
        assert_eq!(at_share::<i32>(&mut [], 50), None);
        assert_eq!(at_share(&mut [7], 50), Some(7));
        assert_eq!(at_share(&mut [9, 1], 50), Some(1));
        assert_eq!(at_share(&mut [3, 1, 2], 50), Some(2));
        assert_eq!(at_share(&mut [4, 3, 1, 2], 50), Some(2));
        assert_eq!(at_share(&mut (1..=10).collect::<Vec<_>>(), 90), Some(9));
        assert_eq!(at_share(&mut (1..=11).collect::<Vec<_>>(), 90), Some(10));
        assert_eq!(at_share(&mut [1], 90), Some(1));
    }
}
