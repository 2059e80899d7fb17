//! What names mean.

use std::collections::HashMap;

use protocol::mail::Referent;
use protocol::{Price, ReferenceId};
use rusqlite::Connection;

use super::fold;
use crate::storage::{StorageError, id_bytes, unreadable};

/// What a name means: an entry of the reference data, or (folded) itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Meaning {
    /// This entry.
    Entry(ReferenceId),
    /// Nothing known.
    Itself(String),
}

/// An entry, as far as names need it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) reference_id: ReferenceId,
    pub(crate) name: String,
    pub(crate) region: Option<String>,
    pub(crate) segment: Option<String>,
    pub(crate) price: Option<Price>,
}

/// All reference data by name, in memory.
pub(crate) struct Known {
    entries: Vec<Entry>,
    /// Places of entries by their names and aliases, folded: one map for each [`Referent`].
    by_name: [HashMap<String, usize>; 3],
}

const fn place(of: Referent) -> usize {
    of as usize
}

impl Known {
    pub(crate) fn load(db: &Connection) -> Result<Self, StorageError> {
        let mut known = Self { entries: Vec::new(), by_name: Default::default() };
        let mut by_id = HashMap::new();
        let mut query =
            db.prepare_cached("SELECT reference_id, name, region, segment, price FROM reference")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let reference_id = ReferenceId::from_bytes(id_bytes(row, 0)?);
            by_id.insert(reference_id, known.entries.len());
            let price: Option<String> = row.get(4)?;
            known.entries.push(Entry {
                reference_id,
                name: row.get(1)?,
                region: row.get(2)?,
                segment: row.get(3)?,
                price: price.map(|it| serde_json::from_str(&it)).transpose().map_err(unreadable)?,
            });
        }
        let mut query =
            db.prepare_cached("SELECT kind, folded, reference_id FROM reference_name")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let entry = by_id.get(&ReferenceId::from_bytes(id_bytes(row, 2)?));
            let kind = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let of = Referent::ALL.iter().find(|of| of.as_str() == kind);
            if let (Some(of), Some(entry)) = (of, entry) {
                known.by_name[place(*of)].insert(row.get(1)?, *entry);
            }
        }
        Ok(known)
    }

    /// The entry of this folded name.
    pub(crate) fn entry(&self, of: Referent, folded: &str) -> Option<&Entry> {
        self.by_name[place(of)].get(folded).and_then(|at| self.entries.get(*at))
    }

    /// What a name means, as somebody wrote it.
    pub(crate) fn meaning(&self, of: Referent, name: &str) -> Meaning {
        let folded = fold(name);
        match self.entry(of, &folded) {
            Some(entry) => Meaning::Entry(entry.reference_id),
            None => Meaning::Itself(folded),
        }
    }

    /// All names of this kind, folded, with what they mean.
    pub(crate) fn names(&self, of: Referent) -> impl Iterator<Item = (&str, &Entry)> {
        let entry = |at: &usize| self.entries.get(*at);
        self.by_name[place(of)].iter().filter_map(move |(name, at)| Some((&**name, entry(at)?)))
    }
}
