//! The database: one SQLite file in WAL mode, synced to the disk before anyone is answered.
//!
//! Writes of many requests share one commit ([`writer`]); reads run beside them. The functions in
//! here are plain and synchronous over a connection, so that a simulator can drive the same code.

pub mod analysis;
pub mod attachments;
pub mod audit;
pub mod backup;
pub mod copy;
pub mod decisions;
pub mod deeds;
pub mod demo;
pub mod devices;
pub mod digest;
pub mod facts;
pub mod field;
mod functions;
mod history;
pub mod hold;
pub mod keys;
pub mod mail;
pub mod names;
pub mod news;
pub mod notes;
pub mod objection;
pub mod ops;
pub mod people;
pub mod quarantine;
mod readers;
pub mod reference;
mod regions;
pub mod remarks;
mod replies;
mod revocations;
pub(crate) mod schema;
pub mod search;
mod selection;
pub mod settings;
pub mod similar;
pub mod tokens;
pub mod topics;
pub mod transcripts;
pub mod users;
pub mod view;
pub mod views;
pub mod watermark;
pub mod work;
mod writer;

use std::path::{Path, PathBuf};

use protocol::Epoch;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::watch;

use crate::clock;
use readers::Readers;
use writer::{Chores, Writer};

/// Why the database did not do it. Nothing was stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// Too much waits to be written; ask again soon.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The endpoint is shutting down.
    #[error("the database is closed")]
    Closed,
    /// Anything else, with what the database said.
    #[error("the database failed: {0}")]
    Database(String),
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            // WAL's shared memory could not grow: that is how a full disk shows first.
            Some(ErrorCode::SystemIoFailure)
                if error
                    .sqlite_error()
                    .is_some_and(|it| it.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) =>
            {
                Self::Full
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error.to_string()),
        }
    }
}

/// The open database.
pub struct Storage {
    writer: Writer,
    readers: Readers,
    path: PathBuf,
    epoch: Epoch,
    is_new: bool,
}

impl Storage {
    /// Opens the database file, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        let mut connection = Connection::open(path)?;
        let is_new = prepare(&mut connection)?;
        let epoch = schema::epoch(&connection)?;
        let readers = Readers::new(path);
        let writer = Writer::start(connection, &CHORES)?;
        Ok(Self { writer, readers, path: path.to_owned(), epoch, is_new })
    }

    /// This life of the database.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Whether this start made the database.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Does `work` in a transaction, all or nothing; returns once it is synced to the disk.
    ///
    /// # Errors
    /// Why nothing was written.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Does `work` on a connection that only reads, beside the writer.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        self.readers.read(work).await
    }

    /// Lets the inbox's view show every note that was confirmed to anyone: before it is read.
    ///
    /// # Errors
    /// Why it could not be written.
    pub async fn show_all(&self) -> Result<(), StorageError> {
        if self.read(view::is_behind).await? {
            self.write(view::catch_up).await?;
        }
        Ok(())
    }

    /// A connection of its own for a read that lasts as long as its reader takes: an export.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn open_reader(&self) -> Result<Connection, StorageError> {
        readers::open(&self.path)
    }

    /// Commits since the start.
    #[must_use]
    pub fn commits(&self) -> u64 {
        *self.writer.commits().borrow()
    }

    /// Wakes after each commit, once it is on the disk.
    #[must_use]
    pub fn watch_commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    /// Writes what still waits and closes the file. Later writes fail with
    /// [`StorageError::Closed`].
    pub fn close(&self) {
        self.writer.close();
    }
}

/// What the writer does besides what it is asked for.
const CHORES: Chores = Chores { under_load, when_idle };

fn under_load(connection: &Connection, is_due: bool) -> Result<(), StorageError> {
    if is_due {
        view::take_a_bite(connection)?;
    }
    view::keep_up(connection)
}

fn when_idle(connection: &Connection) -> Result<bool, StorageError> {
    if view::take_a_bite(connection)? {
        return Ok(true);
    }
    notes::empty_bin(connection, clock::now_ms())?;
    attachments::expire(connection, clock::now_ms())?;
    field::expire(connection, clock::now_ms())?;
    Ok(false)
}

/// WAL with FULL: every commit is fsynced. NORMAL loses acknowledged notes at a power cut
/// (SYNC.md, "What durable costs").
fn configure(connection: &Connection) -> Result<(), StorageError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    keep_plans(connection)?;
    functions::add(connection)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// A statement keeps the plan that it was prepared with. Otherwise SQLite plans it anew whenever a
/// parameter changes that an index compares with, which here is each time and changes nothing:
/// a token's deletions of what expired took longer to plan than to do.
fn keep_plans(connection: &Connection) -> Result<(), StorageError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Sets up a connection and brings its database up to date, for those who drive the functions of
/// this module themselves: a simulator, over a database in memory. Tells whether it was new.
///
/// # Errors
/// Why it cannot be used.
pub fn prepare(connection: &mut Connection) -> Result<bool, StorageError> {
    configure(connection)?;
    schema::migrate(connection)
}

/// This life of a database, as it says itself.
///
/// # Errors
/// Why it could not be read.
pub fn epoch(connection: &Connection) -> Result<Epoch, StorageError> {
    schema::epoch(connection)
}

/// Tells where, never what: this ends in the log, and the log holds no note's text.
fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    let place = format!("a stored note cannot be read at column {}", error.column());
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, place.into())
}

/// An id of sixteen bytes out of a column.
fn id_bytes(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<[u8; 16]> {
    row.get(column)
}
