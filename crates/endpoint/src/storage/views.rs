//! How much waits at marketing's and since when, and the views that somebody keeps.

use protocol::Kind;
use protocol::console::people::UserId;
use protocol::console::work::{SavedView, Views, Waiting, WorkState};
use protocol::limits::{DETAIL_CHARS_MAX, NAME_CHARS_MAX};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Params, params};

use super::objection::{NotMade, Objection};
use super::{StorageError, deeds, digest, regions, topics};

/// Most views that one person keeps.
const SAVED_MAX: i64 = 100;

/// Not withdrawn, and not snoozed at `?1`.
const IN_SIGHT: &str = "note.withdrawn_at_ms IS NULL
    AND (work.snoozed_until_ms IS NULL OR work.snoozed_until_ms <= ?1)";

/// What one person finds waiting.
///
/// # Errors
/// Why it could not be read.
pub fn views(db: &Connection, user: UserId, now_ms: i64) -> Result<Views, StorageError> {
    let mut states = Vec::new();
    for state in WorkState::ALL {
        states.push((*state, in_state(db, *state, now_ms)?));
    }
    let mine = "work INDEXED BY work_by_assignee CROSS JOIN note ON note.seq = work.seq
        WHERE work.assignee = ?2 AND work.state NOT IN ('decided', 'declined')";
    let starred = "work INDEXED BY work_starred CROSS JOIN note ON note.seq = work.seq
        WHERE work.is_starred";
    let snoozed = "work INDEXED BY work_snoozed CROSS JOIN note ON note.seq = work.seq
        WHERE work.snoozed_until_ms > ?1 AND note.withdrawn_at_ms IS NULL";
    Ok(Views {
        states,
        new_kinds: new_kinds(db, now_ms)?,
        mine: waiting(db, &format!("{mine} AND {IN_SIGHT}"), params![now_ms, user.0])?,
        starred: waiting(db, &format!("{starred} AND {IN_SIGHT}"), [now_ms])?,
        snoozed: waiting(db, snoozed, [now_ms])?,
        saved: saved(db, user)?,
        tags: tags(db)?,
        users: users(db)?,
        regions: regions::all(db)?,
        digest_due: digest::due(db, user, now_ms)?.map(|monday| monday.to_string()),
        alerts: topics::alerts(db)?,
    })
}

fn waiting(
    db: &Connection,
    from_where: &str,
    params: impl Params,
) -> Result<Waiting, StorageError> {
    let sql = format!("SELECT count(*), min(note.received_at_ms) FROM {from_where}");
    Ok(db
        .prepare_cached(&sql)?
        .query_row(params, |row| Ok(Waiting { count: row.get(0)?, oldest_ms: row.get(1)? }))?)
}

/// Counted along the index of states, without those that are out of sight, which are few: a look at
/// each note would take a second among a million.
pub(super) fn in_state(
    db: &Connection,
    state: WorkState,
    now_ms: i64,
) -> Result<Waiting, StorageError> {
    let count = |sql: &str, params: &[&dyn ToSql]| -> Result<u64, StorageError> {
        Ok(db.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
    };
    let name = state.as_str();
    let all = count("SELECT count(*) FROM work WHERE state = ?1", &[&name])?;
    let withdrawn = count(
        "SELECT count(*) FROM note INDEXED BY note_withdrawn
         CROSS JOIN work ON work.seq = note.seq
         WHERE note.withdrawn_at_ms IS NOT NULL AND work.state = ?1",
        &[&name],
    )?;
    let snoozed = count(
        "SELECT count(*) FROM work INDEXED BY work_snoozed
         CROSS JOIN note ON note.seq = work.seq
         WHERE work.snoozed_until_ms > ?2 AND work.state = ?1 AND note.withdrawn_at_ms IS NULL",
        &[&name, &now_ms],
    )?;
    let oldest_ms = db
        .prepare_cached(&format!(
            "SELECT note.received_at_ms FROM work INDEXED BY work_by_state
             CROSS JOIN note ON note.seq = work.seq
             WHERE work.state = ?2 AND {IN_SIGHT} ORDER BY work.seq LIMIT 1"
        ))?
        .query_map(params![now_ms, name], |row| row.get(0))?
        .next()
        .transpose()?;
    Ok(Waiting { count: all.saturating_sub(withdrawn + snoozed), oldest_ms })
}

fn new_kinds(db: &Connection, now_ms: i64) -> Result<Vec<(Kind, Waiting)>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT note.kind, count(*), min(note.received_at_ms)
         FROM work INDEXED BY work_by_state CROSS JOIN note ON note.seq = work.seq
         WHERE work.state = 'new' AND {IN_SIGHT} GROUP BY note.kind"
    ))?;
    let rows = query.query_map([now_ms], |row| {
        let kind: String = row.get(0)?;
        Ok((kind, Waiting { count: row.get(1)?, oldest_ms: row.get(2)? }))
    })?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    let of = |kind: Kind| found.iter().find(|(name, _)| name == kind.as_str());
    Ok(Kind::ALL.map(|kind| (kind, of(kind).map(|it| it.1).unwrap_or_default())).to_vec())
}

fn saved(db: &Connection, user: UserId) -> Result<Vec<SavedView>, StorageError> {
    let mut query =
        db.prepare_cached("SELECT name, query FROM saved_view WHERE user_id = ?1 ORDER BY name")?;
    let rows =
        query.query_map([user.0], |row| Ok(SavedView { name: row.get(0)?, query: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Each tag once, by jumps along the index.
fn tags(db: &Connection) -> Result<Vec<String>, StorageError> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE used (tag) AS (
            SELECT min(tag) FROM tag
            UNION ALL
            SELECT (SELECT min(tag) FROM tag WHERE tag > used.tag) FROM used
            WHERE used.tag IS NOT NULL)
         SELECT tag FROM used WHERE tag IS NOT NULL",
    )?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn users(db: &Connection) -> Result<Vec<(UserId, String)>, StorageError> {
    let mut query = db.prepare_cached("SELECT user_id, email FROM user ORDER BY email")?;
    let rows = query.query_map([], |row| Ok((UserId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a view, in the place of an earlier one of the same name.
///
/// # Errors
/// Why it is not kept.
pub fn save(db: &Connection, user: UserId, view: &SavedView) -> Result<(), NotMade> {
    deeds::text("name", &view.name, NAME_CHARS_MAX)?;
    if view.query.chars().nth(DETAIL_CHARS_MAX).is_some() {
        return Err(Objection::field("query: too long").into());
    }
    db.prepare_cached(
        "INSERT INTO saved_view (user_id, name, query) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query",
    )?
    .execute(params![user.0, view.name.trim(), view.query])?;
    let kept: i64 = db
        .prepare_cached("SELECT count(*) FROM saved_view WHERE user_id = ?1")?
        .query_row([user.0], |row| row.get(0))?;
    if kept > SAVED_MAX {
        return Err(Objection::field(format!("at most {SAVED_MAX} views")).into());
    }
    Ok(())
}

/// Lets go of a view; tells whether there was one of this name.
///
/// # Errors
/// Why nothing was written.
pub fn forget(db: &Connection, user: UserId, name: &str) -> Result<bool, StorageError> {
    let forgotten = db
        .prepare_cached("DELETE FROM saved_view WHERE user_id = ?1 AND name = ?2")?
        .execute(params![user.0, name])?;
    Ok(forgotten > 0)
}
