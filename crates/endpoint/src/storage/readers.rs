//! Connections that only read. WAL lets them run beside the writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::{StorageError, functions};

/// Most reads at once. Ten thousand devices that come back together wait for their turn instead
/// of opening ten thousand files.
const READS_MAX: usize = 8;

#[derive(Clone)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        let turns = Arc::new(Semaphore::new(READS_MAX));
        Self { path: path.to_owned(), idle: Arc::default(), turns }
    }

    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| StorageError::Closed)?;
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            // Dropped here and not with the request, whose client may have gone.
            let _turn = turn;
            let mut connection = readers.take()?;
            let result = in_a_snapshot(&mut connection, work);
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        reading.await.unwrap_or_else(|error| Err(StorageError::Database(error.to_string())))
    }

    fn take(&self) -> Result<Connection, StorageError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open(&self.path), Ok)
    }
}

/// Everything that one read sees is of one moment: a page of two devices' operations must not hold
/// a later one of the second and lack an earlier one of the first (SYNC.md §2, 8).
fn in_a_snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    work(&*connection.transaction()?)
}

/// Opens the database for reading alone.
pub(super) fn open(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    functions::add(&connection)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}
