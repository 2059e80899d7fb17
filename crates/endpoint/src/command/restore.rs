//! `sightline restore`: a copy takes the place of the database and begins a new life there.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use rusqlite::Connection;

use super::backup::moment;
use super::{Place, say};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::backup::{self, Legacy};
use crate::storage::copy::{self, beside};
use crate::storage::hold::Hold;
use crate::storage::watermark::Watermark;
use crate::storage::{self, StorageError};

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The copy, as `sightline backup` made it. It is left as it is.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// What came of it, to be told.
struct Restored {
    watermark: Watermark,
    is_signed: bool,
    is_legacy_read: bool,
    revoked: Vec<String>,
    /// The number of the row that stands for the time before.
    guard: Option<i64>,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let database = self.place.database()?;
        let file = std::path::absolute(&self.file)?;
        let hold =
            Hold::take(&database).with_context(|| format!("cannot lock {}", database.display()))?;
        let Some(_hold) = hold else {
            bail!("the endpoint runs on {}; stop it first", database.display());
        };
        let is_itself = std::fs::canonicalize(&file).ok() == std::fs::canonicalize(&database).ok();
        if database.exists() && is_itself {
            bail!("{} is the database itself; move it elsewhere, then restore it", file.display());
        }
        let fresh = beside(&database, ".restoring");
        // What a restore left that was broken off.
        remove_if_there(&fresh)?;
        let now_ms = now_ms();
        let aside = database.exists().then(|| beside(&database, &format!(".before-{now_ms}")));
        let done = prepare(&database, &file, &fresh, aside.as_deref(), now_ms);
        let restored = done.inspect_err(|_| _ = std::fs::remove_file(&fresh))?;
        put_in_place(&database, &fresh, aside.as_deref(), restored.watermark)?;
        tell(&file, aside.as_deref(), now_ms, &restored)
    }
}

/// Makes the new database ready to be served, beside the one that is.
fn prepare(
    database: &Path,
    file: &Path,
    fresh: &Path,
    aside: Option<&Path>,
    now_ms: i64,
) -> anyhow::Result<Restored> {
    let cannot = || format!("cannot restore {}", file.display());
    let source = copy::open(file).with_context(cannot)?;
    copy::verify(&source).with_context(cannot)?;
    let before = aside.and_then(|_| open_before(database));
    let (copy_id, name) = (backup::copy_id(&source)?, file.to_string_lossy());
    if let Some(before) = &before
        && backup::is_forgotten(before, copy_id.as_ref(), &name).unwrap_or(false)
    {
        bail!(
            "{name} was forgotten: devices may have dropped notes that it lacks; restore a newer \
             copy, or this one into an empty --data-dir if there is no other"
        );
    }
    copy::write(&source, fresh).with_context(cannot)?;
    drop(source);
    let mut db = Connection::open(fresh)?;
    storage::prepare(&mut db)?;
    let legacy = before.and_then(|before| Legacy::read(&db, &before).ok());
    let stands_for_before = aside.map_or_else(
        || format!("whatever was served before the restore of {}", moment(now_ms)),
        |aside| aside.to_string_lossy().into_owned(),
    );
    let begun = begin(&mut db, &name, legacy.as_ref(), &stands_for_before, now_ms)?;
    // One file, without a journal beside it, is what is moved into place.
    db.pragma_update(None, "journal_mode", "DELETE")?;
    db.close().map_err(|(_, error)| error)?;
    copy::sync(fresh)?;
    Ok(Restored { is_signed: copy_id.is_some(), is_legacy_read: legacy.is_some(), ..begun })
}

/// All that changes in the copy, or nothing.
fn begin(
    db: &mut Connection,
    file: &str,
    legacy: Option<&Legacy>,
    before: &str,
    now_ms: i64,
) -> Result<Restored, StorageError> {
    let epoch = chance::epoch()?;
    let transaction = db.transaction()?;
    backup::begin_new_epoch(&transaction, file, epoch, now_ms)?;
    let revoked = backup::carry_over(&transaction, legacy, before, now_ms)?;
    let highest_seq = backup::highest_seq(&transaction)?;
    let guard = backup::list(&transaction)?.last().map(|last| last.id);
    transaction.commit()?;
    let watermark = Watermark { epoch, highest_seq };
    Ok(Restored { watermark, is_signed: false, is_legacy_read: false, revoked, guard })
}

/// The database that is there, if it can be read: a broken one is why people restore.
fn open_before(database: &Path) -> Option<Connection> {
    // First without a right to write: SQLite deletes the journal of what it takes for nothing, and
    // somebody may yet save notes out of it.
    storage::epoch(&copy::open(database).ok()?).ok()?;
    let mut before = Connection::open(database).ok()?;
    storage::prepare(&mut before).ok()?;
    // Leaves one file, so that one file is what is moved aside.
    before.pragma_update(None, "wal_checkpoint", "TRUNCATE").ok()?;
    Some(before)
}

/// Every moment of this leaves either a database that may be served, or none and a watermark, and
/// then `serve` refuses. Nothing is deleted.
fn put_in_place(
    database: &Path,
    fresh: &Path,
    aside: Option<&Path>,
    watermark: Watermark,
) -> anyhow::Result<()> {
    let cannot = || format!("cannot change the files beside {}", database.display());
    // SQLite would read the journal of the old database into the new one.
    for ending in ["", "-wal", "-shm", "-journal"] {
        let Some(aside) = aside else { break };
        let (from, to) = (beside(database, ending), beside(aside, ending));
        if from.exists() {
            std::fs::rename(&from, &to).with_context(cannot)?;
        }
    }
    watermark.write(database).with_context(cannot)?;
    std::fs::rename(fresh, database).with_context(cannot)?;
    copy::sync_folder(database).with_context(cannot)
}

fn remove_if_there(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

fn tell(file: &Path, aside: Option<&Path>, now_ms: i64, restored: &Restored) -> anyhow::Result<()> {
    let Restored { watermark, is_signed, is_legacy_read, revoked, guard } = restored;
    let mut lines =
        vec![format!("Restored {}: operations 1 to {}.", file.display(), watermark.highest_seq.0)];
    if let Some(aside) = aside {
        lines.push(format!("The database before it is now {}.", aside.display()));
    }
    if !is_signed {
        lines.push(
            "It was not made by `sightline backup`: devices may have dropped notes that it lacks."
                .to_owned(),
        );
    }
    lines.push("Start the endpoint: devices send again by themselves what it lacks.".to_owned());
    lines.push(
        "Open invitations and sign-in links have ended, and everyone is signed out: make new \
         links by `sightline invite` and `sightline user add`."
            .to_owned(),
    );
    lines.push(match (is_legacy_read, revoked.as_slice()) {
        (false, _) => "Revoke again the devices that were revoked since the backup: the database \
                       before it could not be read."
            .to_owned(),
        (true, []) => "No device was revoked since the backup.".to_owned(),
        (true, revoked) => {
            format!("Revoked since the backup, and again now: {}.", revoked.join(", "))
        }
    });
    if let Some(id) = guard {
        lines.push(format!(
            "Once no copy from before {} will ever be restored, say so by `sightline backup \
             --forget {id}`: until then devices keep more than they need to.",
            moment(now_ms)
        ));
    }
    say(&lines.join("\n"))
}
