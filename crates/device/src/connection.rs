//! The connection to IndexedDB: opened within a time limit, closed when a newer tab asks, opened
//! again when it died (SYNC.md faults 2, 6 and 10).

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::future::{Either, LocalBoxFuture, select};
use gloo_timers::future::TimeoutFuture;

use crate::indexed_db::Database;
use crate::storage_error::StorageError;
use crate::store;

/// Longest wait for the database to open; longer means that an old tab blocks it.
const OPEN_MS_MAX: u32 = 5_000;
/// Longest wait for one transaction of few bytes; longer means that the handle is dead.
pub(crate) const WORK_MS_MAX: u32 = 10_000;
/// Attempts at one piece of work, each on a fresh handle after the first.
const ATTEMPTS_MAX: u32 = 3;
/// Wait before the next attempt.
const PAUSE_MS: u32 = 150;

/// An attempt at a piece of work, whatever comes of it: so all work shares one copy of the code
/// around it.
type Attempt<'a> = LocalBoxFuture<'a, Result<(), StorageError>>;

/// The database's handle, shared by everything in this tab.
#[derive(Clone, Default)]
pub(crate) struct Connection {
    handle: Rc<RefCell<Option<Database>>>,
}

impl Connection {
    /// Does `work` on an open database, on a fresh handle again if the one at hand is dead.
    /// `work` may run more than once, so it must be idempotent.
    ///
    /// # Errors
    /// Why the storage failed, after the last attempt.
    pub(crate) fn run<T>(
        &self,
        work: impl AsyncFn(&Database) -> Result<T, StorageError>,
    ) -> impl Future<Output = Result<T, StorageError>> {
        self.run_within(WORK_MS_MAX, work)
    }

    /// The same for work that may take longer than most.
    ///
    /// # Errors
    /// As [`Connection::run`].
    pub(crate) async fn run_within<T>(
        &self,
        limit_ms: u32,
        work: impl AsyncFn(&Database) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let output = Cell::new(None);
        let (put, work) = (&output, &work);
        let attempt = |database: Database| -> Attempt<'_> {
            Box::pin(async move {
                put.set(Some(work(&database).await?));
                Ok(())
            })
        };
        self.repeat(limit_ms, &attempt).await?;
        output.take().ok_or_else(no_answer)
    }

    async fn repeat<'a>(
        &self,
        limit_ms: u32,
        attempt: &dyn Fn(Database) -> Attempt<'a>,
    ) -> Result<(), StorageError> {
        let mut number = 1;
        loop {
            let outcome = match self.database().await {
                Ok(database) => {
                    within(limit_ms, attempt(database)).await.unwrap_or_else(|| Err(no_answer()))
                }
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if error.wants_reopening() => {
                    self.drop_handle();
                    if number >= ATTEMPTS_MAX {
                        return Err(error);
                    }
                    number += 1;
                    TimeoutFuture::new(PAUSE_MS).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Lets go of the handle, so that the next work opens a fresh one.
    pub(crate) fn drop_handle(&self) {
        if let Some(database) = self.handle.borrow_mut().take() {
            database.close();
        }
    }

    async fn database(&self) -> Result<Database, StorageError> {
        if let Some(database) = self.handle.borrow().as_ref() {
            return Ok(database.clone());
        }
        let open = async {
            let opened = Database::open(store::DATABASE, store::VERSION, store::missing).await?;
            self.let_go_when_lost(&opened);
            *self.handle.borrow_mut() = Some(opened);
            Ok(())
        };
        within(OPEN_MS_MAX, Box::pin(open)).await.ok_or(StorageError::Blocked)??;
        self.handle.borrow().clone().ok_or_else(no_answer)
    }

    /// A newer tab waits for us, or the browser took the handle away.
    fn let_go_when_lost(&self, opened: &Database) {
        let (handle, database) = (Rc::downgrade(&self.handle), opened.clone());
        opened.on_lost(move || {
            database.close();
            if let Some(handle) = handle.upgrade() {
                // Another one may have taken its place meanwhile.
                handle.borrow_mut().take_if(|held| *held == database);
            }
        });
    }
}

fn no_answer() -> StorageError {
    StorageError::Lost("no answer".to_owned())
}

/// The outcome of `work`, none when it takes longer.
async fn within(limit_ms: u32, work: Attempt<'_>) -> Option<Result<(), StorageError>> {
    match select(work, TimeoutFuture::new(limit_ms)).await {
        Either::Left((outcome, _)) => Some(outcome),
        Either::Right(_) => None,
    }
}
