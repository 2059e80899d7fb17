//! What briefings, questions and test groups have in common: they are written, changed, published,
//! taken back, closed and reopened.

use protocol::console::decisions::Audience;
use protocol::console::field::ReopenRequest;
use protocol::console::people::UserId;
use protocol::mail::{self, Content};
use protocol::{Code, Words};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{audience, check};
use crate::storage::objection::{NotMade, Objection};
use crate::storage::{StorageError, audit, id_bytes, mail as letters, unreadable};

/// What somebody writes for the field.
pub trait Item: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// As a list shows it.
    type Shown: Serialize + Send + 'static;
    /// With what came back.
    type Detail: Serialize + Send + 'static;

    /// Its name in table and audit.
    const KIND: &'static str;
    /// What of its JSON a list leaves out: a path.
    const LONG: &'static str;

    /// What is wrong with it, if anything. `before` is what reps have already.
    ///
    /// # Errors
    /// What is, or why the database failed.
    fn check(&self, db: &Connection, before: Option<&Self>, now_ms: i64) -> Result<(), NotMade>;

    /// What is missing before it can be published.
    ///
    /// # Errors
    /// What is.
    fn check_whole(&self) -> Result<(), Objection> {
        Ok(())
    }

    /// Its first line.
    fn title(&self) -> &Words;

    /// Who is told.
    fn audience(&self) -> &Audience;

    /// Until when.
    fn expires_at_ms(&self) -> Option<i64>;

    /// What it says once it is reopened so.
    ///
    /// # Errors
    /// What is in the way, or why the database failed.
    fn reopened(
        self,
        db: &Connection,
        id: &[u8; 16],
        request: &ReopenRequest,
    ) -> Result<Self, NotMade>;

    /// What reps get.
    fn letter(stored: &Stored<Self>) -> Content;

    /// What a list shows of these.
    ///
    /// # Errors
    /// Why the database failed.
    fn shown(
        db: &Connection,
        all: Vec<Stored<Self>>,
        now_ms: i64,
    ) -> Result<Vec<Self::Shown>, StorageError>;

    /// One with what came back.
    ///
    /// # Errors
    /// Why the database failed.
    fn detail(
        db: &Connection,
        stored: Stored<Self>,
        now_ms: i64,
    ) -> Result<Self::Detail, StorageError>;

    /// It has just been published.
    ///
    /// # Errors
    /// Why the database failed.
    fn published(db: &Connection, id: &[u8; 16], now_ms: i64) -> Result<(), StorageError> {
        let _ = (db, id, now_ms);
        Ok(())
    }
}

/// One of them, as the table has it.
pub struct Stored<T> {
    pub(super) id: [u8; 16],
    pub(super) version: i64,
    pub(super) text: T,
    /// Who wrote it last: an e-mail address.
    pub(super) by: String,
    pub(super) changed_at_ms: i64,
    /// When it was published: a briefing last, others first.
    pub(super) published_at_ms: Option<i64>,
    pub(super) published_version: Option<i64>,
    pub(super) revision: u32,
    closed_at_ms: Option<i64>,
}

const COLUMNS: &str = "item_id, field_item.version, user.email, changed_at_ms, published_at_ms,
    published_version, revision, closed_at_ms";

impl<T: Item> Stored<T> {
    /// From [`COLUMNS`] and the text behind them.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text: String = row.get(8)?;
        Ok(Self {
            id: id_bytes(row, 0)?,
            version: row.get(1)?,
            by: row.get(2)?,
            changed_at_ms: row.get(3)?,
            published_at_ms: row.get(4)?,
            published_version: row.get(5)?,
            revision: row.get(6)?,
            closed_at_ms: row.get(7)?,
            text: serde_json::from_str(&text).map_err(unreadable)?,
        })
    }

    /// Since when it takes no more replies, be it that nobody has closed it yet.
    pub(super) fn closed_at_ms(&self, now_ms: i64) -> Option<i64> {
        let expired = self.text.expires_at_ms().filter(|at_ms| *at_ms <= now_ms);
        self.closed_at_ms.or(expired.filter(|_| self.published_at_ms.is_some()))
    }

    fn expect(&self, expected: Option<i64>) -> Result<(), Objection> {
        if expected.is_some_and(|version| version != self.version) {
            return Err(Objection::changed(self.version));
        }
        Ok(())
    }

    fn expect_open(&self, now_ms: i64) -> Result<(), Objection> {
        match self.closed_at_ms(now_ms) {
            None => Ok(()),
            Some(at_ms) => Err(Objection::new(Code::Closed, format!("since {at_ms}"))),
        }
    }
}

/// All of a kind, newest first, without what is long.
///
/// # Errors
/// Why they could not be read.
pub fn list<T: Item>(db: &Connection, now_ms: i64) -> Result<Vec<T::Shown>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, json_remove(text, '{}') FROM field_item JOIN user USING (user_id)
         WHERE kind = '{}' ORDER BY changed_at_ms DESC, item_id DESC",
        T::LONG,
        T::KIND
    ))?;
    let rows = query.query_map([], Stored::read)?;
    T::shown(db, rows.collect::<Result<_, _>>()?, now_ms)
}

/// One of a kind with its version; none where there is none of this id.
///
/// # Errors
/// Why it could not be read.
pub fn one<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    now_ms: i64,
) -> Result<Option<(i64, T::Shown)>, StorageError> {
    let Some(stored) = find::<T>(db, id)? else { return Ok(None) };
    let version = stored.version;
    Ok(T::shown(db, vec![stored], now_ms)?.pop().map(|shown| (version, shown)))
}

/// The same with what came back; the view shows all notes.
///
/// # Errors
/// Why it could not be read.
pub fn detail<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    now_ms: i64,
) -> Result<Option<(i64, T::Detail)>, StorageError> {
    let Some(stored) = find::<T>(db, id)? else { return Ok(None) };
    let version = stored.version;
    Ok(Some((version, T::detail(db, stored, now_ms)?)))
}

fn find<T: Item>(db: &Connection, id: &[u8; 16]) -> Result<Option<Stored<T>>, StorageError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, text FROM field_item JOIN user USING (user_id)
         WHERE kind = '{}' AND item_id = ?1",
        T::KIND
    ))?;
    Ok(query.query_row([id], Stored::read).optional()?)
}

fn existing<T: Item>(db: &Connection, id: &[u8; 16]) -> Result<Stored<T>, NotMade> {
    let none = || Objection::new(Code::NotFound, T::KIND);
    Ok(find(db, id)?.ok_or_else(none)?)
}

/// Keeps a new draft.
///
/// # Errors
/// What is wrong with it, or why the database failed.
pub fn make<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    text: &T,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    text.check(db, None, now_ms)?;
    db.prepare_cached(
        "INSERT INTO field_item (item_id, kind, text, user_id, changed_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id, T::KIND, json(text)?, by.0, now_ms])?;
    told::<T>(db, "made", text, id, by, now_ms)
}

/// Puts another text in the place of that of the expected version (none: whichever it is). Reps
/// have it when it is published again.
///
/// # Errors
/// What is wrong with it, or why the database failed.
pub fn change<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    expected: Option<i64>,
    text: &T,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let stored = existing::<T>(db, id)?;
    stored.expect(expected)?;
    stored.expect_open(now_ms)?;
    text.check(db, stored.published_version.map(|_| &stored.text), now_ms)?;
    db.prepare_cached(
        "UPDATE field_item SET text = ?2, version = version + 1, user_id = ?3, changed_at_ms = ?4
         WHERE item_id = ?1",
    )?
    .execute(params![id, json(text)?, by.0, now_ms])?;
    told::<T>(db, "changed", text, id, by, now_ms)
}

/// Sends it to its audience, as it stands. What they have already is not sent again; who is not
/// meant any more is told that it was taken back.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn publish<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    expected: Option<i64>,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let stored = existing::<T>(db, id)?;
    stored.expect(expected)?;
    stored.expect_open(now_ms)?;
    if stored.published_version == Some(stored.version) {
        return Ok(());
    }
    stored.text.check(db, None, now_ms)?;
    stored.text.check_whole()?;
    if audience::reps(db, stored.text.audience())?.is_empty()
        && *stored.text.audience() != Audience::Everyone
    {
        return Err(Objection::field("audience: nobody").into());
    }
    db.prepare_cached(
        "UPDATE field_item SET published_version = version, revision = revision + 1,
            published_at_ms = CASE kind WHEN 'briefing' THEN ?2
                ELSE coalesce(published_at_ms, ?2) END
         WHERE item_id = ?1",
    )?
    .execute(params![id, now_ms])?;
    let stored = existing::<T>(db, id)?;
    send(db, &stored)?;
    T::published(db, id, now_ms)?;
    told::<T>(db, "published", &stored.text, id, by, now_ms)
}

/// Takes back what was published by mistake: it goes from the devices of its readers, and is a draft
/// again. What they replied stays. Published anew, it is a newer one, which they read anew.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn take_back<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    expected: Option<i64>,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let stored = existing::<T>(db, id)?;
    stored.expect(expected)?;
    if stored.published_at_ms.is_none() {
        return Ok(());
    }
    db.prepare_cached(
        "UPDATE field_item SET published_at_ms = NULL, published_version = NULL,
            closed_at_ms = NULL
         WHERE item_id = ?1",
    )?
    .execute([id])?;
    let key = T::letter(&stored).key();
    for told in letters::readers(db, &key)? {
        letters::take_back(db, told, &key)?;
    }
    told::<T>(db, "taken_back", &stored.text, id, by, now_ms)
}

fn send<T: Item>(db: &Connection, stored: &Stored<T>) -> Result<(), StorageError> {
    let letter = T::letter(stored);
    let readers = audience::recipients(stored.text.audience());
    // First, so that whoever stays a reader in another way hears the newer word last.
    for told in letters::readers(db, &letter.key())? {
        if !readers.contains(&told) {
            letters::take_back(db, told, &letter.key())?;
        }
    }
    readers.into_iter().try_for_each(|reader| letters::post(db, reader, &letter))
}

/// Asks for no more replies.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn close<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    expected: Option<i64>,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let stored = existing::<T>(db, id)?;
    stored.expect(expected)?;
    if stored.closed_at_ms.is_some() {
        return Ok(());
    }
    end(db, id, &T::letter(&stored).key(), stored.closed_at_ms(now_ms).unwrap_or(now_ms))?;
    told::<T>(db, "closed", &stored.text, id, by, now_ms)
}

/// Asks for replies again, until when and up to how many the request says. What somebody wrote and
/// did not publish yet waits on.
///
/// # Errors
/// What is in the way, or why the database failed.
pub fn reopen<T: Item>(
    db: &Connection,
    id: &[u8; 16],
    expected: Option<i64>,
    request: &ReopenRequest,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let stored = existing::<T>(db, id)?;
    stored.expect(expected)?;
    if stored.closed_at_ms(now_ms).is_none() {
        return Err(Objection::field(format!("{}: not closed", T::KIND)).into());
    }
    let key = T::letter(&stored).key();
    let text = stored.text.reopened(db, id, request)?;
    check::to_come("expires_at_ms", request.expires_at_ms, now_ms)?;
    db.prepare_cached(
        "UPDATE field_item SET text = ?2, version = version + 1, user_id = ?3, changed_at_ms = ?4,
            closed_at_ms = NULL, published_version =
                CASE published_version WHEN version THEN version + 1 ELSE published_version END
         WHERE item_id = ?1",
    )?
    .execute(params![id, json(&text)?, by.0, now_ms])?;
    tell_again(db, &key, |letter| match letter {
        Content::Question(mail::Question { is_closed, expires_at_ms, .. })
        | Content::TestGroup(mail::TestGroup { is_closed, expires_at_ms, .. }) => {
            (*is_closed, *expires_at_ms) = (false, request.expires_at_ms);
        }
        _ => {}
    })?;
    told::<T>(db, "reopened", &text, id, by, now_ms)
}

/// Closes it, and tells those who have it.
pub(super) fn end(
    db: &Connection,
    id: &[u8; 16],
    key: &str,
    closed_at_ms: i64,
) -> Result<(), StorageError> {
    db.prepare_cached("UPDATE field_item SET closed_at_ms = ?2 WHERE item_id = ?1")?
        .execute(params![id, closed_at_ms])?;
    tell_again(db, key, |letter| match letter {
        Content::Question(mail::Question { is_closed, .. })
        | Content::TestGroup(mail::TestGroup { is_closed, .. }) => *is_closed = true,
        _ => {}
    })
}

/// Tells those who have it what they have, changed so: it may be an older text than the one that
/// somebody is writing.
fn tell_again(
    db: &Connection,
    key: &str,
    change: impl Fn(&mut Content),
) -> Result<(), StorageError> {
    for (reader, mut letter) in letters::told_under(db, key)? {
        change(&mut letter);
        letters::post(db, reader, &letter)?;
    }
    Ok(())
}

fn told<T: Item>(
    db: &Connection,
    done: &str,
    text: &T,
    id: &[u8; 16],
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let what = format!("{}_{done}", T::KIND);
    Ok(audit::record(db, by, &what, Some(text.title().pick(false)), Some(id), now_ms)?)
}

fn json(text: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(text).map_err(|error| StorageError::Database(error.to_string()))
}
