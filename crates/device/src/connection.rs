//! The connection to IndexedDB: opened within a time limit, closed when a newer tab asks, opened
//! again when it died (SYNC.md faults 2, 6 and 10).

use core::cell::RefCell;
use core::future::Future;
use std::rc::Rc;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};

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
    pub(crate) async fn run<T>(
        &self,
        work: impl AsyncFn(&Database) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.run_within(WORK_MS_MAX, work).await
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
        let mut attempt = 1;
        loop {
            let outcome = async {
                let database = self.database().await?;
                within(limit_ms, work(&database))
                    .await
                    .unwrap_or_else(|| Err(StorageError::Lost("no answer".to_owned())))
            }
            .await;
            match outcome {
                Err(error) if error.wants_reopening() => {
                    self.drop_handle();
                    if attempt >= ATTEMPTS_MAX {
                        return Err(error);
                    }
                    attempt += 1;
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
            Database::open(store::DATABASE)
                .with_version(store::VERSION)
                .with_on_upgrade_needed(|event, database| {
                    store::upgrade(event.old_version(), database)
                })
                .await
        };
        let database = within(OPEN_MS_MAX, open).await.ok_or(StorageError::Blocked)??;
        self.close_when_asked(&database)?;
        *self.handle.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    /// On `versionchange` a newer tab waits for us; on `close` the browser took the handle away.
    fn close_when_asked(&self, database: &Database) -> Result<(), StorageError> {
        let mut changes = database.version_changes()?;
        let handle = Rc::downgrade(&self.handle);
        wasm_bindgen_futures::spawn_local(async move {
            changes.recv().await;
            changes.db().clone().close();
            if let Some(handle) = handle.upgrade() {
                handle.borrow_mut().take();
            }
        });
        Ok(())
    }
}

/// A transaction that is on the disk once it commits: the browsers' default is not
/// (SYNC.md fault 1).
pub(crate) fn strict<'a>(
    database: &'a Database,
    stores: &[&str],
) -> Result<Transaction<'a>, StorageError> {
    let options = TransactionOptions::new().with_durability(TransactionDurability::Strict);
    Ok(database
        .transaction(stores)
        .with_mode(TransactionMode::Readwrite)
        .with_options(options)
        .build()?)
}

/// The output of `work`, none when it takes longer.
async fn within<T>(limit_ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(Box::pin(work), TimeoutFuture::new(limit_ms)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
