//! Which copies of this database exist, what devices may drop because of them, and what a restored
//! copy has to become before it is served (SYNC.md §1, "Restore safety").
//!
//! Plain functions over a connection: the commands and a simulator use the same ones.

use protocol::planted::{self, Bug};
use protocol::{Epoch, OpId, Seq};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::revocations::{self, Revoked};
use super::{StorageError, id_bytes};

/// Names a copy, wherever its file is moved to.
pub type CopyId = [u8; 16];

/// A file from which the database could be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its number in this database.
    pub id: i64,
    /// As it is written into the copy itself; none for what nobody copied by our command.
    pub copy_id: Option<CopyId>,
    /// Where it was written to.
    pub file: String,
    /// When: milliseconds since 1970, UTC. For a restored copy whose origin is not known, when it
    /// was restored.
    pub taken_at_ms: i64,
    /// Up to this one, the operations of this database are those of the file: see [`safe_seq`].
    pub highest_seq: Seq,
    /// When this database began anew from a copy, if the file is from before that: milliseconds
    /// since 1970, UTC.
    pub restored_at_ms: Option<i64>,
    /// When it was said that it will never be restored: milliseconds since 1970, UTC.
    pub forgotten_at_ms: Option<i64>,
}

const COLUMNS: &str =
    "id, copy_id, file, taken_at_ms, highest_seq, restored_at_ms, forgotten_at_ms";

/// The highest seq of the log: of a copy, what it holds; zero where there is none.
///
/// # Errors
/// Why it could not be read.
pub fn highest_seq(db: &Connection) -> Result<Seq, StorageError> {
    let query = "SELECT coalesce(max(seq), 0) FROM op";
    Ok(Seq(db.prepare_cached(query)?.query_row([], |row| row.get(0))?))
}

/// Up to where devices may drop what they hold: every operation up to this seq is inside every
/// file that could still be restored. None where there is no such file: nothing may be dropped.
///
/// Within one epoch a file holds the log up to the highest seq that was in it when it was made,
/// so the least of these is safe. A restore makes it harder. Say that copy A was made at seq 10,
/// copy B at 20, and A is restored: a new epoch begins, whose seqs 11, 12 … are **other**
/// operations than those of B. But B still lies on some disk. If devices dropped the new 11
/// because some later copy holds it, and B were restored then, 11 would be lost. So what counts of
/// a file is not its last seq but **up to where its log and ours agree**, which for B is 10 from
/// now on; and that is what `highest_seq` of a row means:
///
/// - A copy made in this epoch agrees up to its own highest seq.
/// - At a restore the rows are carried over from the database that was served before
///   ([`carry_over`]), each lowered to where that database and the restored copy agree. Both logs
///   are compared, since after several restores no number alone tells.
/// - The database that was served before is moved aside and could be restored as well: it gets a
///   row. This row also stands for all that is not known: where the database before cannot be
///   read, or is lost with its disk, copies of it may exist that no row tells of, so the row is
///   zero and nothing is dropped until a person says by `sightline backup --forget` that nothing
///   from before the restore will ever be restored.
///
/// Too low costs room on phones, too high costs notes: every doubt makes it lower. Within an epoch
/// it falls only below what has been safe if somebody restores a forgotten file or one copied by
/// hand; the first is refused as long as the database remembers ([`is_forgotten`]).
///
/// # Errors
/// Why it could not be read.
pub fn safe_seq(db: &Connection) -> Result<Option<Seq>, StorageError> {
    let query = if planted::is(Bug::SafeByNewest) {
        "SELECT max(highest_seq) FROM backup WHERE forgotten_at_ms IS NULL"
    } else {
        "SELECT min(highest_seq) FROM backup WHERE forgotten_at_ms IS NULL"
    };
    let lowest: Option<i64> = db.prepare_cached(query)?.query_row([], |row| row.get(0))?;
    Ok(lowest.map(Seq))
}

/// Remembers a copy of this database, and tells its number. `highest_seq` is the copy's own: the
/// database has gone on meanwhile.
///
/// # Errors
/// Why nothing was written.
pub fn register(
    db: &Connection,
    copy_id: &CopyId,
    file: &str,
    highest_seq: Seq,
    taken_at_ms: i64,
) -> Result<i64, StorageError> {
    db.execute(
        "INSERT INTO backup (copy_id, file, taken_at_ms, highest_seq) VALUES (?1, ?2, ?3, ?4)",
        params![copy_id, file, taken_at_ms, highest_seq.0],
    )?;
    Ok(db.last_insert_rowid())
}

/// Writes its name into a copy. Only then is it a finished backup.
///
/// # Errors
/// Why nothing was written.
pub fn sign(copy: &Connection, copy_id: &CopyId) -> Result<(), StorageError> {
    copy.execute("INSERT OR REPLACE INTO meta VALUES ('copy_id', ?1)", [copy_id.as_slice()])?;
    Ok(())
}

/// The name of this copy; none for a database that is served, or that was copied by hand.
///
/// # Errors
/// Why it could not be read.
pub fn copy_id(db: &Connection) -> Result<Option<CopyId>, StorageError> {
    let query = "SELECT value FROM meta WHERE name = 'copy_id'";
    Ok(db.query_row(query, [], |row| row.get(0)).optional()?)
}

/// All that are known, oldest first.
///
/// # Errors
/// Why they could not be read.
pub fn list(db: &Connection) -> Result<Vec<Backup>, StorageError> {
    let mut statement = db.prepare(&format!("SELECT {COLUMNS} FROM backup ORDER BY id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes note that this file will never be restored: devices may drop what is in all others.
/// False where there is none of this number, or it is forgotten already.
///
/// # Errors
/// Why nothing was written.
pub fn forget(db: &Connection, id: i64, now_ms: i64) -> Result<bool, StorageError> {
    let changed = db.execute(
        "UPDATE backup SET forgotten_at_ms = ?2 WHERE id = ?1 AND forgotten_at_ms IS NULL",
        [id, now_ms],
    )?;
    Ok(changed == 1)
}

/// Whether this database was told that the copy will never be restored. `file` counts for a copy
/// that bears no name.
///
/// # Errors
/// Why it could not be read.
pub fn is_forgotten(
    db: &Connection,
    copy_id: Option<&CopyId>,
    file: &str,
) -> Result<bool, StorageError> {
    let is_it = |backup: &Backup| match copy_id {
        Some(id) => backup.copy_id.as_ref() == Some(id),
        None => backup.copy_id.is_none() && backup.file == file,
    };
    Ok(list(db)?.iter().any(|backup| is_it(backup) && backup.forgotten_at_ms.is_some()))
}

/// Makes a copy a database of its own: what a restore does inside it before it is served.
///
/// It gets a new epoch, so that devices offer again what it lacks. It forgets who was signed in,
/// and lets open invitations and sign-in links expire: they may have been used since the copy was
/// made, and each is good once (SYNC.md §2, 11). Its key stays, so that the devices it once took
/// in can prove it. `file` is where the copy lies: it could be restored again.
///
/// # Errors
/// Why nothing may be served; undo the transaction.
pub fn begin_new_epoch(
    db: &Connection,
    file: &str,
    epoch: Epoch,
    now_ms: i64,
) -> Result<(), StorageError> {
    db.execute(
        "INSERT INTO backup (copy_id, file, taken_at_ms, highest_seq, restored_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?3)",
        params![copy_id(db)?, file, now_ms, highest_seq(db)?.0],
    )?;
    db.execute("DELETE FROM meta WHERE name = 'copy_id'", [])?;
    if !planted::is(Bug::NoEpoch) {
        let sql = "UPDATE meta SET value = ?1 WHERE name = 'epoch'";
        db.execute(sql, [epoch.as_bytes().as_slice()])?;
    }
    for table in ["session", "token", "used_challenge"] {
        if db.table_exists(None, table)? {
            db.execute(&format!("DELETE FROM {table}"), [])?;
        }
    }
    for (table, is_open) in
        [("invitation", "device_id IS NULL"), ("sign_in_link", "used_at_ms IS NULL")]
    {
        db.execute(
            &format!("UPDATE {table} SET expires_at_ms = min(expires_at_ms, ?1) WHERE {is_open}"),
            [now_ms],
        )?;
    }
    Ok(())
}

/// What the database that was served before a restore knows and the restored copy does not.
pub struct Legacy {
    agreed_seq: Seq,
    backups: Vec<Backup>,
    revoked: Vec<Revoked>,
}

impl Legacy {
    /// Reads it; nothing is written.
    ///
    /// # Errors
    /// Why it cannot be read: then it is of no use.
    pub fn read(copy: &Connection, before: &Connection) -> Result<Self, StorageError> {
        Ok(Self {
            agreed_seq: agreed_seq(copy, before)?,
            backups: list(before)?,
            revoked: revocations::all(before)?,
        })
    }
}

/// Up to where both logs are the same.
fn agreed_seq(one: &Connection, other: &Connection) -> Result<Seq, StorageError> {
    let query = "SELECT seq, op_id FROM op ORDER BY seq";
    let (mut one, mut other) = (one.prepare(query)?, other.prepare(query)?);
    let entry = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, OpId::from_bytes(id_bytes(row, 1)?)));
    let (mut one, mut other) = (one.query_map([], entry)?, other.query_map([], entry)?);
    let mut agreed = 0;
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (Some(here), Some(there)) if here == there => agreed = here.0,
            (None, None) | (Some(_), _) | (_, Some(_)) => return Ok(Seq(agreed)),
        }
    }
}

/// Takes over from the database that was served before a restore what must not be lost with it:
/// its revocations, and which of its copies exist (see [`safe_seq`]). `aside` says where it lies
/// now, or that it is gone; `legacy` is none where it could not be read. Tells the devices that
/// are revoked by it, by name.
///
/// # Errors
/// Why nothing may be served; undo the transaction.
pub fn carry_over(
    db: &Connection,
    legacy: Option<&Legacy>,
    aside: &str,
    now_ms: i64,
) -> Result<Vec<String>, StorageError> {
    let agreed_seq = legacy.map_or(Seq(0), |legacy| legacy.agreed_seq);
    for backup in legacy.iter().flat_map(|legacy| &legacy.backups) {
        adopt(db, backup, agreed_seq, now_ms)?;
    }
    db.execute(
        "INSERT INTO backup (file, taken_at_ms, highest_seq, restored_at_ms)
         VALUES (?1, ?2, ?3, ?2)",
        params![aside, now_ms, agreed_seq.0],
    )?;
    let revoked = legacy.map_or(&[][..], |legacy| &legacy.revoked);
    revocations::repeat(db, revoked)
}

/// A file of the database before, as this one has to count it.
fn adopt(
    db: &Connection,
    backup: &Backup,
    agreed_seq: Seq,
    now_ms: i64,
) -> Result<(), StorageError> {
    let Backup { copy_id, file, taken_at_ms, highest_seq, forgotten_at_ms, .. } = backup;
    let agreed_seq = if planted::is(Bug::SafeAcrossRestores) { *highest_seq } else { agreed_seq };
    // What the copy itself knows, it knows better, but for what was forgotten later.
    let known = db.execute(
        "UPDATE backup SET forgotten_at_ms = coalesce(forgotten_at_ms, ?3)
         WHERE copy_id = ?1 OR (?1 IS NULL AND copy_id IS NULL AND file = ?2)",
        params![copy_id, file, forgotten_at_ms],
    )?;
    if known == 0 {
        db.execute(
            "INSERT INTO backup (copy_id, file, taken_at_ms, highest_seq, restored_at_ms,
                forgotten_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                copy_id,
                file,
                taken_at_ms,
                highest_seq.min(&agreed_seq).0,
                now_ms,
                forgotten_at_ms
            ],
        )?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Backup> {
    Ok(Backup {
        id: row.get(0)?,
        copy_id: row.get(1)?,
        file: row.get(2)?,
        taken_at_ms: row.get(3)?,
        highest_seq: Seq(row.get(4)?),
        restored_at_ms: row.get(5)?,
        forgotten_at_ms: row.get(6)?,
    })
}
