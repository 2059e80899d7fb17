//! Names in notes that mean nothing known, and what they may mean.

use std::collections::{HashMap, HashSet};

use protocol::ReferenceId;
use protocol::console::reference::UnknownName;
use protocol::mail::Referent;
use rusqlite::Connection;

use super::stem::{core, trigrams};
use super::{Known, Mentions};
use crate::storage::StorageError;

/// Most names that are told.
const NAMES_MAX: usize = 200;
/// Most that one is suggested to mean.
const SUGGESTIONS_MAX: usize = 3;
/// The least share of trigrams in common (Jaccard), in hundredths: what pg_trgm takes as similar.
const SIMILAR_MIN: usize = 30;

/// Names of this kind that mean nothing known, those in the most notes first; `written` tells how
/// each folded name is written.
///
/// # Errors
/// Why the reference data could not be read.
pub fn unknown(
    db: &Connection,
    mentions: &Mentions,
    written: &HashMap<String, String>,
    of: Referent,
) -> Result<Vec<UnknownName>, StorageError> {
    let known = Known::load(db)?;
    let mut names: Vec<(&String, u64)> = mentions
        .iter()
        .filter(|(folded, notes)| **notes > 0 && known.entry(of, folded).is_none())
        .map(|(folded, notes)| (folded, *notes))
        .collect();
    names.sort_by(|(a, a_notes), (b, b_notes)| b_notes.cmp(a_notes).then_with(|| a.cmp(b)));
    names.truncate(NAMES_MAX);
    let similar = Similar::to(&known, of);
    let entry = |(folded, notes): (&String, u64)| UnknownName {
        name: written.get(folded).unwrap_or(folded).clone(),
        notes,
        suggestions: similar.suggest(folded),
    };
    Ok(names.into_iter().map(entry).collect())
}

/// Known names by their trigrams.
struct Similar {
    /// What each means, with how many trigrams it has.
    names: Vec<(ReferenceId, String, usize)>,
    by_trigram: HashMap<[char; 3], Vec<usize>>,
}

impl Similar {
    fn to(known: &Known, of: Referent) -> Self {
        let mut similar = Self { names: Vec::new(), by_trigram: HashMap::new() };
        for (folded, entry) in known.names(of) {
            let trigrams = trigrams(&core(folded));
            let at = similar.names.len();
            similar.names.push((entry.reference_id, entry.name.clone(), trigrams.len()));
            for trigram in trigrams {
                similar.by_trigram.entry(trigram).or_default().push(at);
            }
        }
        similar
    }

    fn suggest(&self, folded: &str) -> Vec<(ReferenceId, String)> {
        let trigrams = trigrams(&core(folded));
        let mut common: HashMap<usize, usize> = HashMap::new();
        for at in trigrams.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten() {
            *common.entry(*at).or_default() += 1;
        }
        let mut found: Vec<(usize, &(ReferenceId, String, usize))> = common
            .into_iter()
            .filter_map(|(at, common)| {
                let name = self.names.get(at)?;
                let all = trigrams.len() + name.2 - common;
                let score = 100 * common / all.max(1);
                (score >= SIMILAR_MIN).then_some((score, name))
            })
            .collect();
        found.sort_by(|(a, a_name), (b, b_name)| b.cmp(a).then_with(|| a_name.1.cmp(&b_name.1)));
        // An entry is similar by several of its names.
        let mut told = HashSet::new();
        let names = found.into_iter().filter(|(_, name)| told.insert(name.0));
        names.take(SUGGESTIONS_MAX).map(|(_, name)| (name.0, name.1.clone())).collect()
    }
}
