//! The one writer: a thread that owns the writing connection and lets the writes of many requests
//! share one commit. An fsync takes a millisecond or two, whether it carries one note or a
//! thousand.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::StorageError;

/// Most writes that wait; more are told to come again.
const WAITING_MAX: usize = 1_024;
/// Most writes of one commit.
const GROUP_MAX: usize = 256;

/// Tells a request how its write ended, once the group's commit has.
type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;
/// One request's write: whether to keep what it wrote, and whom to tell.
type Job = Box<dyn FnOnce(&Connection) -> (bool, Answer) + Send>;

pub(super) struct Writer {
    jobs: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StorageError> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(connection, &waiting))
            .map_err(|error| StorageError::Database(error.to_string()))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = work(connection);
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |committed| {
                // Nobody listens any more when the client has gone; the write stands.
                let _ = tell.send(result.and_then(|output| committed.map(|()| output)));
            });
            (keep, answer)
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or(StorageError::Closed)?.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Disconnected(_) => StorageError::Closed,
        })?;
        told.await.unwrap_or(Err(StorageError::Closed))
    }

    /// Writes what still waits, then ends the thread.
    pub(super) fn close(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer ended in a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(mut connection: Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let group = std::iter::once(first).chain(waiting.try_iter().take(GROUP_MAX - 1));
        let mut answers = Vec::new();
        let committed = commit_group(&mut connection, group, &mut answers);
        if let Err(error) = &committed {
            tracing::error!(%error, writes = answers.len(), "a commit failed");
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
    // Leaves one file behind for whoever copies it.
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the last checkpoint failed; the next start does it");
    }
}

/// Every job in a savepoint of its own, all of them in one transaction: one that fails takes
/// nothing of the others with it.
fn commit_group(
    connection: &mut Connection,
    group: impl Iterator<Item = Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), StorageError> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut transaction = match begun {
        Ok(transaction) => transaction,
        Err(error) => {
            // Nothing ran: every job is dropped, which tells its request that it is closed off.
            drop(group);
            return Err(error.into());
        }
    };
    for job in group {
        // Dropping a savepoint rolls it back.
        let savepoint = transaction.savepoint()?;
        // A panic is a bug in one request; it must not take the writer from all others.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&savepoint)));
        let Ok((keep, answer)) = done else { continue };
        answers.push(answer);
        if keep {
            savepoint.commit()?;
        }
    }
    transaction.commit()?;
    Ok(())
}
