//! What a week brought, and who has read so.

use jiff::Span;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use protocol::console::people::UserId;
use protocol::console::topics::TopicRef;
use protocol::console::work::{Digest, WorkState};
use protocol::{Kind, TopicId, Words};
use rusqlite::{Connection, params};

use super::{StorageError, id_bytes, views};

/// Topics of a digest.
const TOPICS_MAX: usize = 10;

/// The Monday of the week of a moment, in UTC.
#[must_use]
pub fn monday_of(now_ms: i64) -> Option<Date> {
    let day = jiff::Timestamp::from_millisecond(now_ms).ok()?.to_zoned(TimeZone::UTC).date();
    if day.weekday() == Weekday::Monday {
        Some(day)
    } else {
        day.nth_weekday(-1, Weekday::Monday).ok()
    }
}

/// When the day of a week of UTC begins.
fn start_ms(day: Date) -> Option<i64> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// The Monday of last week, where somebody has not opened its digest yet. None where nothing had come
/// before this week: there is nothing to look back on.
pub(super) fn due(
    db: &Connection,
    user: UserId,
    now_ms: i64,
) -> Result<Option<Date>, StorageError> {
    let Some(this) = monday_of(now_ms) else { return Ok(None) };
    let (Some(start_ms), Ok(last)) = (start_ms(this), this.checked_sub(Span::new().days(7))) else {
        return Ok(None);
    };
    let is_due: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM note WHERE received_at_ms < ?1)
                AND NOT EXISTS (SELECT 1 FROM digest_opened WHERE user_id = ?2 AND week >= ?3)",
        )?
        .query_row(params![start_ms, user.0, last.to_string()], |row| row.get(0))?;
    Ok(is_due.then_some(last))
}

/// Somebody has opened the digest of this week. That of a week which goes on tells too little to be
/// remembered.
///
/// # Errors
/// Why nothing was written.
pub fn open(db: &Connection, user: UserId, monday: Date, now_ms: i64) -> Result<(), StorageError> {
    if monday_of(now_ms).is_some_and(|this| monday < this) {
        db.prepare_cached(
            "INSERT INTO digest_opened (user_id, week) VALUES (?1, ?2)
             ON CONFLICT (user_id) DO UPDATE SET week = max(week, excluded.week)",
        )?
        .execute(params![user.0, monday.to_string()])?;
    }
    Ok(())
}

/// What the week that begins on this Monday brought, in UTC. None where there is no such week.
///
/// # Errors
/// Why it could not be read.
pub fn digest(db: &Connection, monday: Date, now_ms: i64) -> Result<Option<Digest>, StorageError> {
    let next = monday.checked_add(Span::new().days(7)).ok();
    let (Some(from_ms), Some(to_ms)) = (start_ms(monday), next.and_then(start_ms)) else {
        return Ok(None);
    };
    Ok(Some(Digest {
        week: monday.to_string(),
        received: received(db, from_ms, to_ms)?,
        done: done(db, from_ms, to_ms)?,
        unread: views::in_state(db, WorkState::New, now_ms)?,
        topics: grown(db, from_ms, to_ms)?,
        decisions: decided(db, from_ms, to_ms)?,
    }))
}

fn received(db: &Connection, from_ms: i64, to_ms: i64) -> Result<Vec<(Kind, u64)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT kind, count(*) FROM note
         WHERE received_at_ms >= ?1 AND received_at_ms < ?2 AND withdrawn_at_ms IS NULL
         GROUP BY kind",
    )?;
    let rows =
        query.query_map([from_ms, to_ms], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let found = rows.collect::<Result<Vec<(String, u64)>, _>>()?;
    let of = |kind: Kind| found.iter().find(|(name, _)| name == kind.as_str());
    Ok(Kind::ALL.map(|kind| (kind, of(kind).map_or(0, |it| it.1))).to_vec())
}

fn done(db: &Connection, from_ms: i64, to_ms: i64) -> Result<Vec<(WorkState, u64)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE read_at_ms >= ?1 AND read_at_ms < ?2),
            count(*) FILTER (WHERE classified_at_ms >= ?1 AND classified_at_ms < ?2),
            count(*) FILTER (WHERE closed_at_ms >= ?1 AND closed_at_ms < ?2 AND state = 'decided'),
            count(*) FILTER (WHERE closed_at_ms >= ?1 AND closed_at_ms < ?2 AND state = 'declined')
         FROM work",
    )?;
    Ok(query.query_row([from_ms, to_ms], |row| {
        Ok(vec![
            (WorkState::Read, row.get(0)?),
            (WorkState::Classified, row.get(1)?),
            (WorkState::Decided, row.get(2)?),
            (WorkState::Declined, row.get(3)?),
        ])
    })?)
}

fn grown(db: &Connection, from_ms: i64, to_ms: i64) -> Result<Vec<(TopicRef, u64)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT topic.topic_id, topic.title, count(*) AS notes
         FROM work INDEXED BY work_by_topic JOIN topic USING (topic_id)
         WHERE work.topic_id IS NOT NULL AND classified_at_ms >= ?1 AND classified_at_ms < ?2
         GROUP BY topic.topic_id ORDER BY notes DESC, topic.title LIMIT ?3",
    )?;
    let most = i64::try_from(TOPICS_MAX).unwrap_or(i64::MAX);
    let rows = query.query_map([from_ms, to_ms, most], |row| {
        let topic_id = TopicId::from_bytes(id_bytes(row, 0)?);
        Ok((TopicRef { topic_id, title: row.get(1)? }, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn decided(db: &Connection, from_ms: i64, to_ms: i64) -> Result<Vec<Words>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT text ->> '$.title.en', text ->> '$.title.fr' FROM decision
         WHERE published_at_ms >= ?1 AND published_at_ms < ?2 ORDER BY published_at_ms",
    )?;
    let rows = query.query_map([from_ms, to_ms], |row| {
        let text = |column| {
            Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(column)?.unwrap_or_default())
        };
        Ok(Words { en: text(0)?, fr: text(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
