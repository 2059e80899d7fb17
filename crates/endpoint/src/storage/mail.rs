//! What reps are told: the last word under each key (`protocol::mail`).

use protocol::mail::{Content, Letter};
use protocol::planted::{self, Bug};
use protocol::{RepId, Seq};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::value::RawValue;

use super::StorageError;

/// Tells a rep, or (none) everyone, what is so from now on. What they were told already is not told
/// again.
///
/// # Errors
/// Why nothing was written.
pub fn post(db: &Connection, to: Option<RepId>, content: &Content) -> Result<(), StorageError> {
    let text = serde_json::to_string(content).map_err(unwritable)?;
    put(db, to, &content.key(), Some(&text))
}

/// Takes back what a rep, or (none) everyone, was told under a key. Nothing happens where they were
/// told nothing.
///
/// # Errors
/// Why nothing was written.
pub fn take_back(db: &Connection, to: Option<RepId>, key: &str) -> Result<(), StorageError> {
    match told(db, to, key)? {
        Some(Some(_)) => put(db, to, key, None),
        Some(None) | None => Ok(()),
    }
}

fn put(
    db: &Connection,
    to: Option<RepId>,
    key: &str,
    content: Option<&str>,
) -> Result<(), StorageError> {
    if told(db, to, key)?.is_some_and(|before| before.as_deref() == content) {
        return Ok(());
    }
    let rep_id = to.as_ref().map(RepId::as_bytes);
    if planted::is(Bug::LetterInPlace)
        && db
            .prepare_cached(
                "UPDATE mail SET content = ?3
                 WHERE key = ?1 AND ifnull(rep_id, x'') = ifnull(?2, x'')",
            )?
            .execute(params![key, rep_id, content])?
            > 0
    {
        return Ok(());
    }
    db.prepare_cached("DELETE FROM mail WHERE key = ?1 AND ifnull(rep_id, x'') = ifnull(?2, x'')")?
        .execute(params![key, rep_id])?;
    if content.is_none() && planted::is(Bug::LetterVanishes) {
        return Ok(());
    }
    db.prepare_cached("INSERT INTO mail (rep_id, key, content) VALUES (?1, ?2, ?3)")?
        .execute(params![rep_id, key, content])?;
    Ok(())
}

/// What they were told under a key: nothing ever, that it was taken back, or this.
fn told(
    db: &Connection,
    to: Option<RepId>,
    key: &str,
) -> Result<Option<Option<String>>, StorageError> {
    Ok(db
        .prepare_cached(
            "SELECT content FROM mail WHERE key = ?1 AND ifnull(rep_id, x'') = ifnull(?2, x'')",
        )?
        .query_row(params![key, to.as_ref().map(RepId::as_bytes)], |row| row.get(0))
        .optional()?)
}

/// Whoever was told something under a key that was not taken back: reps, and (none) everyone.
///
/// # Errors
/// Why it could not be read.
pub fn readers(db: &Connection, key: &str) -> Result<Vec<Option<RepId>>, StorageError> {
    let mut query =
        db.prepare_cached("SELECT rep_id FROM mail WHERE key = ?1 AND content IS NOT NULL")?;
    let rows = query.query_map([key], |row| Ok(row.get::<_, Option<_>>(0)?.map(RepId::from_bytes)));
    Ok(rows?.collect::<Result<_, _>>()?)
}

/// What whoever has it was told under a key: reps, and (none) everyone.
///
/// # Errors
/// Why it could not be read.
pub(crate) fn told_under(
    db: &Connection,
    key: &str,
) -> Result<Vec<(Option<RepId>, Content)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT rep_id, content FROM mail WHERE key = ?1 AND content IS NOT NULL",
    )?;
    let rows = query.query_map([key], |row| {
        let content: String = row.get(1)?;
        let content = serde_json::from_str(&content).map_err(super::unreadable)?;
        Ok((row.get::<_, Option<_>>(0)?.map(RepId::from_bytes), content))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A letter of the pull.
pub(crate) struct Posted {
    pub(crate) seq: Seq,
    /// The JSON text of a [`Letter`].
    pub(crate) letter: String,
}

/// The newest letter's seq, to anyone.
pub(crate) fn highest_seq(db: &Connection) -> Result<Seq, StorageError> {
    let query = "SELECT coalesce(max(seq), 0) FROM mail";
    Ok(Seq(db.prepare_cached(query)?.query_row([], |row| row.get(0))?))
}

/// Up to `limit` letters for this rep with `after < seq <= until`, in their order.
pub(crate) fn of_rep(
    db: &Connection,
    rep_id: RepId,
    after: Seq,
    until: Seq,
    limit: usize,
) -> Result<Vec<Posted>, StorageError> {
    // Each half walks the index in order; together they are sorted, which a page is small enough for.
    let mut query = db.prepare_cached(
        "SELECT seq, key, content FROM
            (SELECT * FROM (SELECT seq, key, content FROM mail
                WHERE rep_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4)
             UNION ALL
             SELECT * FROM (SELECT seq, key, content FROM mail
                WHERE rep_id IS NULL AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4))
         ORDER BY seq LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map(params![rep_id.as_bytes(), after.0, until.0, limit], |row| {
        Ok((Seq(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
    })?;
    rows.map(|row| {
        let (seq, key, content) = row?;
        let content = content.map(RawValue::from_string).transpose().map_err(unwritable)?;
        let letter = Letter { key, content: content.as_deref() };
        Ok(Posted { seq, letter: serde_json::to_string(&letter).map_err(unwritable)? })
    })
    .collect()
}

fn unwritable(error: serde_json::Error) -> StorageError {
    StorageError::Database(error.to_string())
}
