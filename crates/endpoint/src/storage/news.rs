//! How far everything has come, to tell who watches that there is something to read.

use protocol::Seq;
use rusqlite::Connection;

use super::StorageError;

/// How far the log and the audit are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// The log's newest operation: it grows with what reps send.
    pub log: Seq,
    /// The audit's newest line: it grows with what marketing does.
    pub audit: i64,
}

/// How far everything is now.
///
/// # Errors
/// Why it could not be read.
pub fn news(db: &Connection) -> Result<News, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT (SELECT coalesce(max(seq), 0) FROM op), (SELECT coalesce(max(number), 0) FROM deed)",
    )?;
    Ok(query.query_row([], |row| Ok(News { log: Seq(row.get(0)?), audit: row.get(1)? }))?)
}
