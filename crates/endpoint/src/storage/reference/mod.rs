//! Reference data: customers, products and competitors, and every name that means one of them. Each
//! is a letter to everyone, so that reps can choose it offline.

mod import;
mod known;
mod stem;
mod unknown;

use std::collections::HashMap;

use protocol::console::people::UserId;
use protocol::console::reference::{ReferenceEntry, ReferencePage, ReferenceText};
use protocol::limits::NAME_CHARS_MAX;
use protocol::mail::{Content, Reference, Referent};
use protocol::{Code, ReferenceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::objection::{NotMade, Objection};
use super::{StorageError, audit, id_bytes, mail, unreadable};
pub use crate::similarity::fold::fold;
pub use import::{import, read_csv};
pub(crate) use known::{Entry, Known, Meaning};
pub use unknown::unknown;

/// Entries of a page.
const PAGE: usize = 200;

/// How many notes write each folded name.
pub type Mentions = HashMap<String, u64>;

const COLUMNS: &str = "reference.reference_id, reference.kind, reference.name, region, segment,
    price";

fn read(row: &Row<'_>) -> rusqlite::Result<(ReferenceId, ReferenceText)> {
    let kind: String = row.get(1)?;
    let of = Referent::ALL.iter().find(|of| of.as_str() == kind);
    let unknown = || rusqlite::Error::InvalidColumnName("kind".to_owned());
    let price: Option<String> = row.get(5)?;
    let text = ReferenceText {
        of: *of.ok_or_else(unknown)?,
        name: row.get(2)?,
        region: row.get(3)?,
        segment: row.get(4)?,
        price: price.map(|it| serde_json::from_str(&it)).transpose().map_err(unreadable)?,
    };
    Ok((ReferenceId::from_bytes(id_bytes(row, 0)?), text))
}

/// A page of entries by name: those with `words` in their name or an alias, behind the name `after`.
///
/// # Errors
/// Why they could not be read.
pub fn page(
    db: &Connection,
    mentions: &Mentions,
    of: Referent,
    words: &str,
    after: &str,
) -> Result<ReferencePage, StorageError> {
    // Names are what people type: in LIKE, % and _ would be more than themselves.
    let found = "reference.kind = ?1 AND (?2 = '' OR EXISTS (SELECT 1 FROM reference_name AS any
        WHERE any.reference_id = reference.reference_id AND instr(any.folded, ?2) > 0))";
    let words = fold(words);
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM reference WHERE {found}"))?
        .query_row(params![of.as_str(), words], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reference_name AS own
         JOIN reference ON reference.reference_id = own.reference_id
         WHERE own.kind = ?1 AND NOT own.is_alias AND own.folded > ?3 AND {found}
         ORDER BY own.folded LIMIT ?4"
    ))?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = query.query_map(params![of.as_str(), words, fold(after), limit], read)?;
    let mut found: Vec<(ReferenceId, ReferenceText)> = rows.collect::<Result<_, _>>()?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let entries = found.into_iter().map(|(id, text)| whole(db, mentions, id, text));
    Ok(ReferencePage { entries: entries.collect::<Result<_, _>>()?, total, has_more })
}

/// One entry; none where there is none of this id.
///
/// # Errors
/// Why it could not be read.
pub fn entry(
    db: &Connection,
    mentions: &Mentions,
    id: ReferenceId,
) -> Result<Option<ReferenceEntry>, StorageError> {
    let Some(text) = find(db, id)? else { return Ok(None) };
    whole(db, mentions, id, text).map(Some)
}

fn whole(
    db: &Connection,
    mentions: &Mentions,
    reference_id: ReferenceId,
    text: ReferenceText,
) -> Result<ReferenceEntry, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT name, folded, is_alias FROM reference_name WHERE reference_id = ?1
         ORDER BY folded",
    )?;
    let (mut aliases, mut notes) = (Vec::new(), 0);
    let mut rows = query.query([reference_id.as_bytes()])?;
    while let Some(row) = rows.next()? {
        notes +=
            mentions.get(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?).unwrap_or(&0);
        if row.get(2)? {
            aliases.push(row.get(0)?);
        }
    }
    Ok(ReferenceEntry { reference_id, text, aliases, notes })
}

fn find(db: &Connection, id: ReferenceId) -> Result<Option<ReferenceText>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM reference WHERE reference_id = ?1");
    let found = db.prepare_cached(&sql)?.query_row([id.as_bytes()], read).optional()?;
    Ok(found.map(|(_, text)| text))
}

/// What kind an entry is of; none where there is none of this id.
///
/// # Errors
/// Why it could not be read.
pub fn of(db: &Connection, id: ReferenceId) -> Result<Option<Referent>, StorageError> {
    Ok(find(db, id)?.map(|text| text.of))
}

fn existing(db: &Connection, id: ReferenceId) -> Result<ReferenceText, NotMade> {
    Ok(find(db, id)?.ok_or_else(|| Objection::unknown("reference", id))?)
}

/// What is written, without what its kind does not have.
fn tidy(text: &ReferenceText) -> Result<ReferenceText, Objection> {
    let ReferenceText { of, name, region, segment, price } = text;
    let short = |field: &str, text: &Option<String>| -> Result<Option<String>, Objection> {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(|text| tidy_name(field, text)).transpose()
    };
    let is_customer = *of == Referent::Customer;
    Ok(ReferenceText {
        of: *of,
        name: tidy_name("name", name)?,
        region: short("region", region)?.filter(|_| is_customer),
        segment: short("segment", segment)?.filter(|_| is_customer),
        price: price.clone().filter(|_| *of == Referent::Product),
    })
}

fn tidy_name(field: &str, name: &str) -> Result<String, Objection> {
    let name = name.trim();
    if fold(name).is_empty() {
        return Err(Objection::field(format!("{field}: blank")));
    }
    if name.chars().nth(NAME_CHARS_MAX).is_some() {
        return Err(Objection::field(format!("{field}: at most {NAME_CHARS_MAX} characters")));
    }
    Ok(name.to_owned())
}

/// Writes a new entry and tells everyone.
///
/// # Errors
/// What is wrong with it, or why the database failed.
pub fn make(
    db: &Connection,
    id: ReferenceId,
    text: &ReferenceText,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let text = tidy(text)?;
    put_new(db, id, &text)?;
    record(db, "reference_made", &text.name, id, by, now_ms)
}

fn put_new(db: &Connection, id: ReferenceId, text: &ReferenceText) -> Result<(), NotMade> {
    let price = price_json(text)?;
    db.prepare_cached(
        "INSERT INTO reference (reference_id, kind, name, region, segment, price)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id.as_bytes(),
        text.of.as_str(),
        text.name,
        text.region,
        text.segment,
        price
    ])?;
    claim(db, id, text.of, &text.name, false)?;
    Ok(tell(db, id, text)?)
}

/// Puts another text in the place of an entry's. The name that it had goes on meaning it.
///
/// # Errors
/// What is wrong with it, or why the database failed.
pub fn change(
    db: &Connection,
    id: ReferenceId,
    text: &ReferenceText,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let before = existing(db, id)?;
    let text = tidy(text)?;
    if text.of != before.of {
        return Err(Objection::field("of: it stays what it is").into());
    }
    if text != before {
        put_changed(db, id, &before, &text)?;
        record(db, "reference_changed", &text.name, id, by, now_ms)?;
    }
    Ok(())
}

fn put_changed(
    db: &Connection,
    id: ReferenceId,
    before: &ReferenceText,
    text: &ReferenceText,
) -> Result<(), NotMade> {
    let price = price_json(text)?;
    db.prepare_cached(
        "UPDATE reference SET name = ?2, region = ?3, segment = ?4, price = ?5
         WHERE reference_id = ?1",
    )?
    .execute(params![id.as_bytes(), text.name, text.region, text.segment, price])?;
    if text.name != before.name {
        db.prepare_cached("UPDATE reference_name SET is_alias = 1 WHERE reference_id = ?1")?
            .execute([id.as_bytes()])?;
        claim(db, id, text.of, &text.name, false)?;
    }
    Ok(tell(db, id, text)?)
}

/// Makes a name mean this entry.
fn claim(
    db: &Connection,
    id: ReferenceId,
    of: Referent,
    name: &str,
    is_alias: bool,
) -> Result<(), NotMade> {
    let folded = fold(name);
    let holder: Option<([u8; 16], String)> = db
        .prepare_cached(
            "SELECT reference_id, reference.name FROM reference_name JOIN reference
                USING (reference_id)
             WHERE reference_name.kind = ?1 AND folded = ?2",
        )?
        .query_row(params![of.as_str(), folded], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((_, holder)) = holder.filter(|(holder, _)| holder != id.as_bytes()) {
        let detail = format!("{name:?} means {holder:?}");
        return Err(Objection::new(Code::NameTaken, detail).into());
    }
    db.prepare_cached(
        "INSERT INTO reference_name (kind, folded, reference_id, name, is_alias)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, folded) DO UPDATE SET
            name = CASE WHEN excluded.is_alias AND NOT is_alias THEN name ELSE excluded.name END,
            is_alias = is_alias AND excluded.is_alias",
    )?
    .execute(params![of.as_str(), folded, id.as_bytes(), name, is_alias])?;
    Ok(())
}

/// Lets a name mean the entry as well.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn add_alias(
    db: &Connection,
    id: ReferenceId,
    name: &str,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let entry = existing(db, id)?;
    let name = tidy_name("name", name)?;
    claim(db, id, entry.of, &name, true)?;
    record(db, "reference_alias_added", &name, id, by, now_ms)
}

/// Takes an alias back. Its own name an entry keeps.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn take_alias(
    db: &Connection,
    id: ReferenceId,
    name: &str,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let entry = existing(db, id)?;
    let taken = db
        .prepare_cached(
            "DELETE FROM reference_name
             WHERE kind = ?1 AND folded = ?2 AND reference_id = ?3 AND is_alias",
        )?
        .execute(params![entry.of.as_str(), fold(name), id.as_bytes()])?;
    if taken == 0 {
        return Err(Objection::new(Code::NotFound, "no such alias").into());
    }
    record(db, "reference_alias_taken", name, id, by, now_ms)
}

/// Makes two entries one: whatever meant the other means this one. What this one does not say, the
/// other one does.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn merge(
    db: &Connection,
    id: ReferenceId,
    other_id: ReferenceId,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let (before, other) = (existing(db, id)?, existing(db, other_id)?);
    if id == other_id {
        return Err(Objection::field("other: the same").into());
    }
    if before.of != other.of {
        return Err(Objection::field(format!("other: a {}", other.of.as_str())).into());
    }
    db.prepare_cached(
        "UPDATE reference_name SET reference_id = ?1, is_alias = 1 WHERE reference_id = ?2",
    )?
    .execute(params![id.as_bytes(), other_id.as_bytes()])?;
    db.prepare_cached("DELETE FROM reference WHERE reference_id = ?1")?
        .execute([other_id.as_bytes()])?;
    mail::take_back(db, None, &letter(other_id, &other).key())?;
    let text = ReferenceText {
        region: before.region.clone().or(other.region),
        segment: before.segment.clone().or(other.segment),
        price: before.price.clone().or(other.price),
        ..before.clone()
    };
    put_changed(db, id, &before, &text)?;
    let about = format!("{} ← {}", text.name, other.name);
    record(db, "reference_merged", &about, id, by, now_ms)
}

/// Takes an entry out, with all its names: notes that write them mean nothing known any more.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn remove(db: &Connection, id: ReferenceId, by: UserId, now_ms: i64) -> Result<(), NotMade> {
    let text = existing(db, id)?;
    db.prepare_cached("DELETE FROM reference_name WHERE reference_id = ?1")?
        .execute([id.as_bytes()])?;
    db.prepare_cached("DELETE FROM reference WHERE reference_id = ?1")?.execute([id.as_bytes()])?;
    mail::take_back(db, None, &letter(id, &text).key())?;
    record(db, "reference_removed", &text.name, id, by, now_ms)
}

fn letter(reference_id: ReferenceId, text: &ReferenceText) -> Content {
    let ReferenceText { of, name, region, segment, price } = text.clone();
    Content::Reference(Reference { reference_id, of, name, region, segment, price })
}

fn tell(db: &Connection, id: ReferenceId, text: &ReferenceText) -> Result<(), StorageError> {
    mail::post(db, None, &letter(id, text))
}

fn price_json(text: &ReferenceText) -> Result<Option<String>, StorageError> {
    let json = text.price.as_ref().map(serde_json::to_string).transpose();
    json.map_err(|error| StorageError::Database(error.to_string()))
}

fn record(
    db: &Connection,
    what: &str,
    about: &str,
    id: ReferenceId,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    Ok(audit::record(db, by, what, Some(about), Some(id.as_bytes()), now_ms)?)
}
