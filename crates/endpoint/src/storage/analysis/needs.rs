//! Needs, gathered by topic.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use protocol::TopicId;
use protocol::console::analysis::Need;
use protocol::note::Urgency;
use rusqlite::{Connection, OptionalExtension};

use super::names::Group;
use super::{Sample, as_u64};
use crate::storage::StorageError;
use crate::storage::facts::Said;

#[derive(Default)]
struct Gathered {
    notes: u64,
    customers: HashSet<Group>,
    urgencies: HashMap<Option<Urgency>, u64>,
}

/// Needs of the most independent customers first; of as many, the more urgent ones. Those without a
/// topic are one, and the last.
pub(super) fn ranked(db: &Connection, sample: &Sample<'_>) -> Result<Vec<Need>, StorageError> {
    let mut topics: HashMap<Option<TopicId>, Gathered> = HashMap::new();
    for fact in &sample.chosen {
        let Said::Need(urgency) = fact.said else { continue };
        let gathered = topics.entry(fact.topic).or_default();
        gathered.notes += 1;
        gathered.customers.extend(sample.customer(fact));
        *gathered.urgencies.entry(urgency).or_default() += 1;
    }
    let mut query = db.prepare_cached("SELECT title FROM topic WHERE topic_id = ?1")?;
    let mut needs = Vec::new();
    for (topic, gathered) in topics {
        let title: Option<String> = match topic {
            Some(id) => query.query_row([id.as_bytes()], |row| row.get(0)).optional()?,
            None => None,
        };
        let order = [Some(Urgency::Now), Some(Urgency::Soon), Some(Urgency::Someday), None];
        let count = |urgency| Some((urgency, *gathered.urgencies.get(&urgency)?));
        needs.push(Need {
            topic,
            title: title.unwrap_or_default(),
            notes: gathered.notes,
            customers: as_u64(gathered.customers.len()),
            urgencies: order.into_iter().filter_map(count).collect(),
        });
    }
    let urgent = |need: &Need, urgency: Urgency| {
        let found = need.urgencies.iter().find(|(it, _)| *it == Some(urgency));
        found.map_or(0, |(_, count)| *count)
    };
    needs.sort_by_cached_key(|need| {
        (
            need.topic.is_none(),
            Reverse((
                need.customers,
                urgent(need, Urgency::Now),
                urgent(need, Urgency::Soon),
                need.notes,
            )),
            need.title.clone(),
        )
    });
    Ok(needs)
}
