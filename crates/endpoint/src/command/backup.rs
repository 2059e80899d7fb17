//! `sightline backup`: a copy of everything in one file, and the list of the copies that exist.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::{Place, say};
use crate::chance;
use crate::clock::now_ms;
use crate::storage::backup::{self, Backup as Known};
use crate::storage::copy;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write; it must not exist yet.
    #[arg(required_unless_present_any = ["list", "forget"])]
    file: Option<PathBuf>,
    /// Lists the copies that could be restored: devices drop only notes that are in all of them.
    #[arg(long, conflicts_with_all = ["file", "forget"])]
    list: bool,
    /// Takes note that a copy, by number or by file, will never be restored.
    #[arg(long, value_name = "ID|FILE", conflicts_with = "file")]
    forget: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.place.existing_database()?;
        match (&self.file, &self.forget) {
            (Some(file), _) => make(&self.place, file),
            (None, Some(which)) => forget(&self.place, which),
            (None, None) => list(&self.place),
        }
    }
}

fn make(place: &Place, file: &Path) -> anyhow::Result<()> {
    let file = std::path::absolute(file)?;
    claim(&file)?;
    fill(place, &file).inspect_err(|_| {
        // Half a copy is worse than none.
        let _ = std::fs::remove_file(&file);
    })
}

/// Nobody's file is overwritten, not even by two backups at once.
fn claim(file: &Path) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).with_context(|| {
        format!("cannot make {}; give a new file in a folder that exists", file.display())
    })?;
    Ok(())
}

/// The copy is known to the database before it is signed: a copy that could be restored and that
/// nobody counts would let devices drop notes that it lacks.
fn fill(place: &Place, file: &Path) -> anyhow::Result<()> {
    let at = || format!("the copy {} failed", file.display());
    let taken_at_ms = now_ms();
    copy::write(&place.open()?.open_reader()?, file).with_context(at)?;
    let written = copy::open(file).with_context(at)?;
    copy::verify(&written).with_context(at)?;
    let highest_seq = backup::highest_seq(&written)?;
    drop(written);
    copy::sync(file).with_context(at)?;
    let copy_id = chance::bytes()?;
    let name = file.to_string_lossy().into_owned();
    let id =
        place.write(move |db| backup::register(db, &copy_id, &name, highest_seq, taken_at_ms))?;
    backup::sign(&rusqlite::Connection::open(file)?, &copy_id)?;
    copy::sync(file).with_context(at)?;
    say(&format!("Backup {id}: {} holds operations 1 to {}.", file.display(), highest_seq.0))
}

fn list(place: &Place) -> anyhow::Result<()> {
    let storage = place.open()?;
    let known = backup::list(&storage.open_reader()?)?;
    if known.is_empty() {
        return say("No backup is known: devices keep all notes.");
    }
    for Known { id, file, taken_at_ms, highest_seq, restored_at_ms, forgotten_at_ms, .. } in known {
        let mut line = format!("{id}  {}  1 to {}  {file}", moment(taken_at_ms), highest_seq.0);
        if let Some(at_ms) = restored_at_ms {
            line.push_str(&format!("  from before the restore of {}", moment(at_ms)));
        }
        if let Some(at_ms) = forgotten_at_ms {
            line.push_str(&format!("  forgotten {}", moment(at_ms)));
        }
        say(&line)?;
    }
    Ok(())
}

fn forget(place: &Place, which: &str) -> anyhow::Result<()> {
    let file = std::path::absolute(which)?.to_string_lossy().into_owned();
    let is_meant = |backup: &Known| which.parse() == Ok(backup.id) || backup.file == file;
    let storage = place.open()?;
    let mut known = backup::list(&storage.open_reader()?)?;
    drop(storage);
    known.retain(|backup| is_meant(backup) && backup.forgotten_at_ms.is_none());
    if known.is_empty() {
        bail!("no backup {which} is known; `sightline backup --list` tells their numbers");
    }
    for Known { id, file, restored_at_ms, .. } in known {
        place.write(move |db| backup::forget(db, id, now_ms()))?;
        let others = restored_at_ms.map_or_else(String::new, |at_ms| {
            format!(", nor any other copy from before the restore of {}", moment(at_ms))
        });
        say(&format!(
            "Backup {id} is forgotten. Never restore {file} after this{others}: devices may drop \
             notes that it lacks."
        ))?;
    }
    Ok(())
}

/// RFC 3339 in UTC, to the second.
pub(super) fn moment(unix_ms: i64) -> String {
    jiff::Timestamp::from_second(unix_ms.div_euclid(1_000))
        .map_or_else(|_| unix_ms.to_string(), |moment| moment.to_string())
}
