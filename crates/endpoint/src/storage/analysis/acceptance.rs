//! How products are accepted.

use std::collections::{BTreeMap, HashMap};

use protocol::console::analysis::{Levels, ProductAcceptance};
use protocol::note::Relation;

use super::Sample;
use super::names::Group;
use super::time::{self, Calendar, Day};
use crate::storage::facts::Said;
use crate::storage::reference::fold;

#[derive(Default)]
struct Gathered {
    whole: Levels,
    relations: HashMap<Option<Relation>, Levels>,
    points: BTreeMap<Day, Levels>,
}

/// Acceptance by product, those with the most notes first. Notes that name no product or tell no
/// step are in none.
pub(super) fn by_product(sample: &Sample<'_>, calendar: &mut Calendar) -> Vec<ProductAcceptance> {
    let mut products: HashMap<Group, Gathered> = HashMap::new();
    for fact in &sample.chosen {
        let Said::Acceptance(Some(level), relation) = fact.said else { continue };
        let Some(product) = sample.product(fact) else { continue };
        let gathered = products.entry(product).or_default();
        let point = gathered.points.entry(calendar.start(fact.received_at_ms)).or_default();
        let relation = gathered.relations.entry(relation).or_default();
        for levels in [&mut gathered.whole, relation, point] {
            levels.0[usize::from(level.step() - 1)] += 1;
        }
    }
    let mut found: Vec<ProductAcceptance> = products
        .into_iter()
        .map(|(product, gathered)| {
            let sides = [Some(Relation::Customer), Some(Relation::Prospect), None];
            let side = |side: Option<Relation>| Some((side, *gathered.relations.get(&side)?));
            ProductAcceptance {
                product: sample.products.label(product),
                whole: gathered.whole,
                relations: sides.into_iter().filter_map(side).collect(),
                points: gathered
                    .points
                    .into_iter()
                    .map(|(start, levels)| (time::text(start), levels))
                    .collect(),
            }
        })
        .collect();
    found.sort_by_cached_key(|it| (std::cmp::Reverse(it.whole.n()), fold(&it.product)));
    found
}
