//! Names as reps write them, and which of them mean the same.

use std::collections::{HashMap, HashSet};

use protocol::mail::Referent;
use rusqlite::{Connection, OptionalExtension, params};

use super::StorageError;
use crate::similarity::fold::fold;

/// All spellings in notes that mean what this name means: the same but for case, accents and
/// spaces, or names of the same customer, product or competitor. The name itself where no note has
/// any of them.
///
/// # Errors
/// Why they could not be read.
pub fn names_of(db: &Connection, of: Referent, name: &str) -> Result<Vec<String>, StorageError> {
    let folded = fold(name);
    let mut wanted: HashSet<String> = HashSet::new();
    let reference: Option<[u8; 16]> = db
        .prepare_cached("SELECT reference_id FROM reference_name WHERE kind = ?1 AND folded = ?2")?
        .query_row(params![of.as_str(), folded], |row| row.get(0))
        .optional()?;
    if let Some(reference) = reference {
        let mut query =
            db.prepare_cached("SELECT name FROM reference_name WHERE reference_id = ?1")?;
        for name in query.query_map([reference], |row| row.get::<_, String>(0))? {
            wanted.insert(fold(&name?));
        }
    }
    wanted.insert(folded);
    let mut names = spellings(db, of)?;
    names.retain(|name| wanted.contains(&fold(name)));
    if names.is_empty() {
        names.push(name.to_owned());
    }
    Ok(names)
}

/// The column of a note that names it.
pub(super) const fn column(of: Referent) -> &'static str {
    match of {
        Referent::Customer => "customer",
        Referent::Product => "product",
        Referent::Competitor => "competitor",
    }
}

/// Each spelling once, by jumps along the index: as many steps as there are names, not notes.
pub(super) fn spellings(db: &Connection, of: Referent) -> Result<Vec<String>, StorageError> {
    let column = column(of);
    let next = format!("SELECT {column} FROM note INDEXED BY note_by_{column} WHERE {column}");
    let mut query = db.prepare_cached(&format!(
        "WITH RECURSIVE spelling (name) AS (
            SELECT * FROM ({next} IS NOT NULL ORDER BY {column} LIMIT 1)
            UNION ALL
            SELECT ({next} > spelling.name ORDER BY {column} LIMIT 1)
            FROM spelling WHERE spelling.name IS NOT NULL)
         SELECT name FROM spelling WHERE name IS NOT NULL"
    ))?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What names mean, to count each customer, product or competitor once.
pub(super) struct Meanings {
    references: HashMap<String, [u8; 16]>,
}

impl Meanings {
    /// Of the reference data as it is now.
    pub(super) fn of(db: &Connection, of: Referent) -> Result<Self, StorageError> {
        let mut query =
            db.prepare_cached("SELECT name, reference_id FROM reference_name WHERE kind = ?1")?;
        let rows = query.query_map([of.as_str()], |row| {
            let name: String = row.get(0)?;
            Ok((fold(&name), row.get(1)?))
        })?;
        Ok(Self { references: rows.collect::<Result<_, _>>()? })
    }

    /// Equal for names that mean the same; none for a blank one.
    pub(super) fn of_name(&self, name: &str) -> Option<Meaning> {
        let folded = fold(name);
        if folded.is_empty() {
            return None;
        }
        let reference = self.references.get(&folded);
        Some(reference.map_or(Meaning::Name(folded), |id| Meaning::Reference(*id)))
    }
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    /// This customer, product or competitor.
    Reference([u8; 16]),
    /// Nothing known: the name, folded.
    Name(String),
}
