//! Refuses to serve a database that was put back by hand, and keeps the watermark by which that
//! can be told (SYNC.md §1, "Restore safety").

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::storage::watermark::{ENDING, Watermark};
use crate::storage::{self, Storage, backup, copy::beside};

/// How far the watermark may lag behind, in time.
const EVERY: Duration = Duration::from_secs(60);

pub(super) struct Guard {
    database: PathBuf,
    seen: Option<Watermark>,
}

impl Guard {
    /// To be made before the database is opened, which would make it where it is missing.
    pub(super) fn of(database: PathBuf) -> anyhow::Result<Self> {
        let file = beside(&database, ENDING);
        let seen = Watermark::read(&database)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        if seen.is_some() && !database.exists() {
            bail!(
                "the database {} is missing; run `sightline restore FILE` with a backup, or \
                 remove {} to begin with an empty one",
                database.display(),
                file.display()
            );
        }
        Ok(Self { database, seen })
    }

    /// Whether this is the database that was served last, no older copy of it.
    pub(super) async fn check(&self, storage: &Storage) -> anyhow::Result<()> {
        let now = now(storage).await?;
        if self.seen.is_some_and(|seen| !seen.allows(now)) {
            bail!(
                "{} is an older copy than was served here, and devices would not send again what \
                 it lacks; move it elsewhere and run `sightline restore FILE` with it",
                self.database.display()
            );
        }
        self.note(storage).await
    }

    /// Writes down how far the database has come. What is read was committed and synced before.
    pub(super) async fn note(&self, storage: &Storage) -> anyhow::Result<()> {
        let now = now(storage).await?;
        let database = self.database.clone();
        tokio::task::spawn_blocking(move || now.write(&database))
            .await?
            .with_context(|| format!("cannot write {}", beside(&self.database, ENDING).display()))
    }

    /// Does so from time to time, for ever.
    pub(super) async fn keep(&self, storage: &Storage) -> Infallible {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.note(storage).await {
                tracing::warn!(error = format!("{error:#}"), "the watermark lags behind");
            }
        }
    }
}

async fn now(storage: &Storage) -> anyhow::Result<Watermark> {
    let read = |db: &rusqlite::Connection| {
        Ok(Watermark { epoch: storage::epoch(db)?, highest_seq: backup::highest_seq(db)? })
    };
    Ok(storage.read(read).await?)
}
