//! SQLite in memory, at little cost: making the schema and preparing the statements takes longer
//! than most seeds, so a thread keeps its first connection, and undoes each seed on it.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use endpoint::storage;
use rusqlite::Connection;

use crate::broken::Checked;

/// Prepared statements that a connection keeps: all that the endpoint has.
const STATEMENTS: usize = 200;

thread_local! {
    static SPARE: RefCell<Option<Rc<Connection>>> = const { RefCell::new(None) };
}

/// An open database.
pub(super) struct Database {
    connection: Rc<Connection>,
    /// It is the thread's own, to be given back as it was.
    is_lent: bool,
}

/// A database as it is born, with small pages: a copy of it is soon made. Not read from a copy:
/// SQLite would not see what a seed has written when it copies such a one again.
fn birth() -> Checked<Connection> {
    let mut db = Connection::open_in_memory()?;
    db.pragma_update(None, "page_size", 1_024)?;
    storage::prepare(&mut db)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}

fn open(file: &[u8]) -> Checked<Connection> {
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", file, file.len(), false)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}

impl Database {
    /// A newborn one. What is written to it is undone at its end.
    pub(super) fn newborn() -> Checked<Self> {
        let spare = SPARE.with_borrow_mut(Option::take);
        let connection = match spare {
            Some(connection) => connection,
            None => Rc::new(birth()?),
        };
        connection.execute_batch("SAVEPOINT seed")?;
        Ok(Self { connection, is_lent: true })
    }

    /// One of this copy.
    pub(super) fn of(file: &[u8]) -> Checked<Self> {
        Ok(Self { connection: Rc::new(open(file)?), is_lent: false })
    }

    /// Begins what is undone unless it is kept, as the endpoint's writer does for each request.
    pub(super) fn begin(&self) -> Checked<Work<'_>> {
        self.prepare_cached("SAVEPOINT request")?.execute([])?;
        Ok(Work { db: self, is_kept: false })
    }
}

impl Deref for Database {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.is_lent && self.execute_batch("ROLLBACK TO seed; RELEASE seed").is_ok() {
            SPARE.with_borrow_mut(|spare| *spare = Some(Rc::clone(&self.connection)));
        }
    }
}

/// A request's writes.
pub(super) struct Work<'a> {
    db: &'a Database,
    is_kept: bool,
}

impl Work<'_> {
    /// They are committed.
    pub(super) fn commit(mut self) -> Checked {
        self.is_kept = true;
        self.db.prepare_cached("RELEASE request")?.execute([])?;
        Ok(())
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // A database that cannot undo fails the next request, and the seed with it.
            let _ = self.db.execute_batch("ROLLBACK TO request; RELEASE request");
        }
    }
}
