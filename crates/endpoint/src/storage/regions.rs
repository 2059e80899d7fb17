//! Where a note is from: its customer's region, else its rep's. The analysis counts by it and the
//! inbox filters by it, so a mark and the notes that it leads to are the same.

use std::collections::{BTreeMap, HashMap};

use protocol::RepId;
use protocol::console::InboxQuery;
use protocol::mail::Referent;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::names::spellings;
use super::reference::{Entry, Known, fold};
use super::{StorageError, id_bytes};

/// The regions of reps, for notes whose customer has none.
pub(super) struct Regions {
    of_rep: HashMap<RepId, String>,
}

impl Regions {
    pub(super) fn load(db: &Connection) -> Result<Self, StorageError> {
        let mut query =
            db.prepare_cached("SELECT rep_id, region FROM rep WHERE region IS NOT NULL")?;
        let rows =
            query.query_map([], |row| Ok((RepId::from_bytes(id_bytes(row, 0)?), row.get(1)?)))?;
        Ok(Self { of_rep: rows.collect::<Result<_, _>>()? })
    }

    /// The rule. `customer` is what the note's customer means, where that is known.
    pub(super) fn of<'a>(&'a self, customer: Option<&'a Entry>, rep_id: RepId) -> Option<&'a str> {
        let of_customer = customer.and_then(|entry| entry.region.as_deref());
        of_customer.or_else(|| self.of_rep.get(&rep_id).map(String::as_str))
    }
}

/// All regions of customers and reps, each once however it is written, in alphabetical order.
pub(super) fn all(db: &Connection) -> Result<Vec<String>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT region FROM reference WHERE region IS NOT NULL
         UNION SELECT region FROM rep WHERE region IS NOT NULL",
    )?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?;
    let mut regions = BTreeMap::new();
    for name in names {
        let name = name?;
        regions.entry(fold(&name)).or_insert(name);
    }
    Ok(regions.into_values().collect())
}

/// The same rule the other way around: which notes are from a region, or on customers of a segment,
/// by what stands in their rows.
pub(super) struct Within {
    /// Spellings of customers whose notes are in it, whoever wrote them: a JSON array.
    customers: String,
    /// Reps whose notes are in it unless a customer says otherwise: a JSON array, in hexadecimal.
    reps: String,
    /// Spellings of customers who say otherwise: a JSON array.
    elsewhere: String,
}

impl Within {
    /// Those that a query asks for.
    pub(super) fn asked(db: &Connection, query: &InboxQuery) -> Result<Vec<Self>, StorageError> {
        if query.region.is_none() && query.segment.is_none() {
            return Ok(Vec::new());
        }
        let customers = Customers::load(db)?;
        let region = query.region.as_deref().map(|it| customers.of_region(&Regions::load(db)?, it));
        let segment = query.segment.as_deref().map(|it| customers.of_segment(it));
        region.into_iter().chain(segment).collect()
    }

    /// A condition on a note's row, and what it compares with.
    pub(super) fn condition(&self) -> (&'static str, [Value; 3]) {
        let sql = "CASE WHEN note.customer IN (SELECT value FROM json_each(?)) THEN 1
            WHEN note.rep_id IN (SELECT unhex(value) FROM json_each(?)) THEN
                note.customer IS NULL
                OR note.customer NOT IN (SELECT value FROM json_each(?))
            ELSE 0 END";
        (sql, [&self.customers, &self.reps, &self.elsewhere].map(|it| Value::from(it.clone())))
    }

    /// The places of all that may be in it, newest first, where they are fewer than `enough`: those
    /// of its reps are not held against their customers yet.
    pub(super) fn places(
        &self,
        db: &Connection,
        enough: i64,
    ) -> Result<Option<Vec<i64>>, StorageError> {
        let mut query = db.prepare_cached(
            "SELECT seq FROM note INDEXED BY note_by_customer
             WHERE customer IN (SELECT value FROM json_each(?1)) AND customer IS NOT NULL
             UNION ALL
             SELECT seq FROM note INDEXED BY note_by_rep
             WHERE rep_id IN (SELECT unhex(value) FROM json_each(?2))
             LIMIT ?3",
        )?;
        let rows = query.query_map(params![self.customers, self.reps, enough], |row| row.get(0))?;
        let mut places: Vec<i64> = rows.collect::<Result<_, _>>()?;
        if i64::try_from(places.len()).unwrap_or(i64::MAX) >= enough {
            return Ok(None);
        }
        places.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
        places.dedup();
        Ok(Some(places))
    }

    /// The newest place before another of what may be in it: one step for each customer and rep.
    pub(super) fn newest(&self, db: &Connection, before: i64) -> Result<i64, StorageError> {
        let mut query = db.prepare_cached(
            "SELECT coalesce(max(newest), 0) FROM (
                SELECT (SELECT seq FROM note INDEXED BY note_by_customer
                    WHERE customer = value AND customer IS NOT NULL AND seq < ?3
                    ORDER BY seq DESC LIMIT 1) AS newest
                FROM json_each(?1)
                UNION ALL
                SELECT (SELECT seq FROM note INDEXED BY note_by_rep
                    WHERE rep_id = unhex(value) AND seq < ?3 ORDER BY seq DESC LIMIT 1)
                FROM json_each(?2))",
        )?;
        Ok(query.query_row(params![self.customers, self.reps, before], |row| row.get(0))?)
    }
}

/// What every spelling of a customer in notes means.
struct Customers {
    known: Known,
    spellings: Vec<String>,
}

impl Customers {
    fn load(db: &Connection) -> Result<Self, StorageError> {
        Ok(Self { known: Known::load(db)?, spellings: spellings(db, Referent::Customer)? })
    }

    /// The spellings of those whose entry is such.
    fn spelled(&self, is_such: impl Fn(&Entry) -> bool) -> Result<String, StorageError> {
        let entry = |spelling: &str| self.known.entry(Referent::Customer, &fold(spelling));
        json(self.spellings.iter().filter(|it| entry(it).is_some_and(&is_such)))
    }

    fn of_region(&self, regions: &Regions, region: &str) -> Result<Within, StorageError> {
        let asked = fold(region);
        let of = |entry: &Entry| entry.region.as_deref().map(fold);
        let reps = regions.of_rep.iter().filter(|(_, region)| fold(region) == asked);
        Ok(Within {
            customers: self.spelled(|entry| of(entry).is_some_and(|it| it == asked))?,
            reps: json(reps.map(|(rep_id, _)| hex(*rep_id)))?,
            elsewhere: self.spelled(|entry| of(entry).is_some_and(|it| it != asked))?,
        })
    }

    fn of_segment(&self, segment: &str) -> Result<Within, StorageError> {
        let asked = fold(segment);
        let of = |entry: &Entry| entry.segment.as_deref().map(fold);
        let customers = self.spelled(|entry| of(entry).is_some_and(|it| it == asked))?;
        Ok(Within { customers, reps: "[]".to_owned(), elsewhere: "[]".to_owned() })
    }
}

fn json(texts: impl Iterator<Item = impl serde::Serialize>) -> Result<String, StorageError> {
    let texts: Vec<_> = texts.collect();
    serde_json::to_string(&texts).map_err(|error| StorageError::Database(error.to_string()))
}

fn hex(rep_id: RepId) -> String {
    rep_id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rep of the North and one of nowhere, who write in turns; two notes each on a customer of the
    /// North, one of the South, one of nowhere, and none.
    fn filled() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        crate::storage::prepare(&mut db).unwrap();
        db.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO rep (rep_id, name, created_at_ms, region) VALUES
                (unhex(printf('%032x', 1)), 'Ana', 0, 'NORTH'),
                (unhex(printf('%032x', 0)), 'Ben', 0, NULL);
             INSERT INTO reference (reference_id, kind, name, region, segment) VALUES
                (unhex(printf('%032x', 1)), 'customer', 'Dupont', 'North', 'Hotels'),
                (unhex(printf('%032x', 2)), 'customer', 'Maier', 'South', 'Hotels');
             INSERT INTO reference_name VALUES
                ('customer', 'dupont', unhex(printf('%032x', 1)), 'Dupont', 0),
                ('customer', 'maier', unhex(printf('%032x', 2)), 'Maier', 0);
             INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, body,
                saved_at_ms, utc_offset_minutes, received_at_ms)
             SELECT value, randomblob(16), unhex(printf('%032x', value % 2)), x'00', 'gap', '',
                CASE value / 3 WHEN 0 THEN 'DUPONT' WHEN 1 THEN 'maier' WHEN 2 THEN 'Nobody' END,
                '{}', 0, 0, 0
             FROM json_each('[1, 2, 3, 4, 6, 7, 9, 10]');",
        )
        .unwrap();
        db
    }

    fn within(db: &Connection, region: Option<&str>, segment: Option<&str>) -> Within {
        let text = |it: Option<&str>| it.map(str::to_owned);
        let query =
            InboxQuery { region: text(region), segment: text(segment), ..InboxQuery::default() };
        Within::asked(db, &query).unwrap().pop().unwrap()
    }

    fn rows(db: &Connection, within: &Within) -> Vec<i64> {
        let (sql, values) = within.condition();
        let sql = format!("SELECT seq FROM note WHERE {sql} ORDER BY seq");
        let mut query = db.prepare(&sql).unwrap();
        let rows = query.query_map(rusqlite::params_from_iter(values), |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn a_note_is_from_its_customers_region_else_from_its_reps() {
        let db = filled();
        assert_eq!(rows(&db, &within(&db, Some("north"), None)), [1, 2, 7, 9]);
        assert_eq!(rows(&db, &within(&db, Some("SOUTH"), None)), [3, 4]);
        assert_eq!(rows(&db, &within(&db, Some("East"), None)), [] as [i64; 0]);
        assert_eq!(rows(&db, &within(&db, None, Some("hotels"))), [1, 2, 3, 4]);
    }

    #[test]
    fn a_walk_finds_all_of_them_and_begins_no_later_than_the_newest() {
        let db = filled();
        let north = within(&db, Some("North"), None);
        assert_eq!(north.places(&db, 100).unwrap().unwrap(), [9, 7, 3, 2, 1]);
        assert_eq!(north.places(&db, 6).unwrap(), None, "as many as somebody else leaves");
        let newest = |within: &Within, before| within.newest(&db, before).unwrap();
        assert_eq!([i64::MAX, 9, 3, 1].map(|before| newest(&north, before)), [9, 7, 2, 0]);
        assert_eq!(newest(&within(&db, Some("South"), None), i64::MAX), 4);
    }
}
