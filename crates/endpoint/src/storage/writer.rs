//! The one writer: a thread that owns the writing connection and lets the writes of many requests
//! share one commit. An fsync takes a millisecond or two, whether it carries one note or a
//! thousand.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use super::StorageError;

/// Most writes that wait; more are told to come again.
const WAITING_MAX: usize = 1_024;
/// Most writes of one commit.
const GROUP_MAX: usize = 256;
/// A group closes after this long, so that a few huge batches do not keep everyone else waiting.
const GROUP_TIME_MAX: Duration = Duration::from_millis(50);
/// Nobody has asked for this long: time for chores.
const IDLE_AFTER: Duration = Duration::from_millis(100);

/// Under load, chores that can wait a little get their turn so often.
const CHORES_EVERY: Duration = Duration::from_secs(1);

/// Tells a request how its write ended, once the group's commit has.
type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;
/// One request's write: how it went, and whom to tell.
type Job =
    Box<dyn FnOnce(Result<&Connection, StorageError>) -> (Result<(), StorageError>, Answer) + Send>;

/// Work on the database that nobody waits for, in commits of its own. What fails is logged and
/// tried again later.
pub(super) struct Chores {
    /// What cannot wait, behind each commit; it is told whether a second has passed since the last
    /// time that one had.
    pub(super) under_load: fn(&Connection, bool) -> Result<(), StorageError>,
    /// A piece of what can, when nobody else wants to write; it tells whether there is more.
    pub(super) when_idle: fn(&Connection) -> Result<bool, StorageError>,
}

pub(super) struct Writer {
    jobs: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// How many there were since the start.
    commits: watch::Receiver<u64>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        chores: &'static Chores,
    ) -> Result<Self, StorageError> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        let (counter, commits) = watch::channel(0);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(connection, &waiting, &counter, chores))
            .map_err(|error| StorageError::Database(error.to_string()))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)), commits })
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = connection.and_then(work);
            let outcome = result.as_ref().map(|_| ()).map_err(Clone::clone);
            let answer: Answer = Box::new(move |committed| {
                // Nobody listens any more when the client has gone; the write stands.
                let _ = tell.send(result.and_then(|output| committed.map(|()| output)));
            });
            (outcome, answer)
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or(StorageError::Closed)?.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Disconnected(_) => StorageError::Closed,
        })?;
        let abandoned = || StorageError::Database("a write ended in a panic".to_owned());
        told.await.unwrap_or_else(|_| Err(abandoned()))
    }

    /// Counts commits since the start, and wakes whoever waits for the next one. Ends with the
    /// writer.
    pub(super) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
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

fn run(
    mut connection: Connection,
    waiting: &Receiver<Job>,
    commits: &watch::Sender<u64>,
    chores: &Chores,
) {
    // A life that ended early may have left some.
    let mut chores_after = Some(IDLE_AFTER);
    let mut last_due = Instant::now();
    loop {
        let first = match chores_after {
            Some(pause) => waiting.recv_timeout(pause),
            None => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match first {
            Ok(first) => {
                chores_after = Some(IDLE_AFTER);
                serve_group(&mut connection, first, waiting, commits);
                let is_due = last_due.elapsed() >= CHORES_EVERY;
                if is_due {
                    last_due = Instant::now();
                }
                do_chore(&mut connection, |db| (chores.under_load)(db, is_due));
            }
            Err(RecvTimeoutError::Timeout) => {
                let has_more = do_chore(&mut connection, chores.when_idle).unwrap_or_default();
                chores_after = has_more.then_some(Duration::ZERO);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Leaves one file behind for whoever copies it.
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the last checkpoint failed; the next start does it");
    }
}

/// Writes what waits, and tells everyone whose it is.
fn serve_group(
    connection: &mut Connection,
    first: Job,
    waiting: &Receiver<Job>,
    commits: &watch::Sender<u64>,
) {
    let mut answers = Vec::new();
    let committed = commit_group(connection, first, waiting, &mut answers);
    match &committed {
        Ok(()) => commits.send_modify(|commits| *commits += 1),
        Err(error) => tracing::error!(%error, writes = answers.len(), "a commit failed"),
    }
    for answer in answers {
        answer(committed.clone());
    }
}

/// What the chore tells, none where it failed.
fn do_chore<T>(
    connection: &mut Connection,
    chore: impl FnOnce(&Connection) -> Result<T, StorageError>,
) -> Option<T> {
    let done = || -> Result<T, StorageError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let told = chore(&transaction)?;
        transaction.commit()?;
        Ok(told)
    };
    done().inspect_err(|error| tracing::warn!(%error, "a chore failed; it is tried again")).ok()
}

/// Every job in a savepoint of its own, all of them in one transaction: one that fails takes
/// nothing of the others with it. Whatever happens, each job taken leaves its answer.
fn commit_group(
    connection: &mut Connection,
    first: Job,
    waiting: &Receiver<Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), StorageError> {
    let mut transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
    {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = StorageError::from(error);
            answers.push(first(Err(error.clone())).1);
            return Err(error);
        }
    };
    let began = Instant::now();
    let mut next = Some(first);
    while let Some(job) = next {
        run_one(&mut transaction, job, answers)?;
        let is_full = answers.len() >= GROUP_MAX || began.elapsed() >= GROUP_TIME_MAX;
        next = if is_full { None } else { waiting.try_recv().ok() };
    }
    Ok(transaction.commit()?)
}

/// Fails only where the whole group has to.
fn run_one(
    transaction: &mut Transaction<'_>,
    job: Job,
    answers: &mut Vec<Answer>,
) -> Result<(), StorageError> {
    let savepoint = match transaction.savepoint() {
        Ok(savepoint) => savepoint,
        Err(error) => {
            let error = StorageError::from(error);
            answers.push(job(Err(error.clone())).1);
            return Err(error);
        }
    };
    // A panic is a bug in one request; it must not take the writer from all others.
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(Ok(&savepoint))));
    let Ok((outcome, answer)) = done else { return Ok(()) };
    answers.push(answer);
    if savepoint.is_autocommit() {
        // A full disk or an I/O error rolls the whole transaction back by itself
        // (sqlite.org/lang_transaction.html §3.2): nothing of this group is stored.
        let lost = || StorageError::Database("the transaction was rolled back".to_owned());
        return Err(outcome.err().unwrap_or_else(lost));
    }
    // A savepoint that is dropped rolls back.
    if outcome.is_ok() { Ok(savepoint.commit()?) } else { Ok(()) }
}
