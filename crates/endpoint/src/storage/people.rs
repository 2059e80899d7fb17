//! People, as the console shows them: reps with their devices, and marketing's own users.

use std::collections::HashMap;

use protocol::RepId;
use protocol::console::people::{People, RepEntry, UserEntry, UserId};
use protocol::console::{DeviceEntry, Rep, Role};
use rusqlite::{Connection, OptionalExtension, params};

use super::objection::{NotMade, Objection};
use super::{StorageError, audit, devices, id_bytes, users};

/// Everybody.
///
/// # Errors
/// Why they could not be read.
pub fn all(db: &Connection, now_ms: i64) -> Result<People, StorageError> {
    let mut by_rep: HashMap<RepId, Vec<DeviceEntry>> = HashMap::new();
    // Oldest first: shown the other way round.
    for device in devices::list(db)?.into_iter().rev() {
        by_rep.entry(device.rep.rep_id).or_default().push(device);
    }
    let mut query = db.prepare_cached(
        "SELECT rep_id, name, region, removed_at_ms,
            (SELECT count(*) FROM note WHERE note.rep_id = rep.rep_id),
            (SELECT received_at_ms FROM note WHERE note.rep_id = rep.rep_id
             ORDER BY seq DESC LIMIT 1)
         FROM rep ORDER BY name, rep_id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(RepEntry {
            rep: Rep { rep_id: RepId::from_bytes(id_bytes(row, 0)?), name: row.get(1)? },
            region: row.get(2)?,
            removed_at_ms: row.get(3)?,
            notes: row.get(4)?,
            last_note_ms: row.get(5)?,
            devices: Vec::new(),
            open_invitations: Vec::new(),
        })
    })?;
    let mut reps: Vec<RepEntry> = rows.collect::<Result<_, _>>()?;
    let mut invitations = db.prepare_cached(
        "SELECT expires_at_ms FROM invitation
         WHERE rep_id = ?1 AND device_id IS NULL AND expires_at_ms > ?2 ORDER BY expires_at_ms",
    )?;
    for entry in &mut reps {
        let rep_id = entry.rep.rep_id;
        entry.devices = by_rep.remove(&rep_id).unwrap_or_default();
        let rows = invitations.query_map(params![rep_id.as_bytes(), now_ms], |row| row.get(0))?;
        entry.open_invitations = rows.collect::<Result<_, _>>()?;
    }
    let mut query = db.prepare_cached("SELECT user_id, email, role FROM user ORDER BY email")?;
    let rows = query.query_map([], |row| {
        let role: String = row.get(2)?;
        let role = if role == Role::Admin.as_str() { Role::Admin } else { Role::Marketer };
        Ok(UserEntry { user_id: UserId(row.get(0)?), email: row.get(1)?, role })
    })?;
    Ok(People { reps, users: rows.collect::<Result<_, _>>()? })
}

/// Invites a rep, known or new; one who was removed belongs again. Returns the secret of the link.
///
/// # Errors
/// Why nothing was written.
pub fn invite(
    db: &Connection,
    name: &str,
    region: Option<&str>,
    by: UserId,
    now_ms: i64,
) -> Result<String, StorageError> {
    let code = devices::invite(db, name, now_ms)?;
    let rep_id: [u8; 16] =
        db.query_row("SELECT rep_id FROM rep WHERE name = ?1", [name], |row| row.get(0))?;
    if region.is_some() {
        set_region(db, &rep_id, region)?;
    }
    audit::record(db, by, "rep_invited", Some(name), Some(&rep_id), now_ms)?;
    Ok(code)
}

/// Makes a user or changes the role of one. Returns the secret of a sign-in link.
///
/// # Errors
/// Where nobody would be left to let others in, or the database failed.
pub fn set_user(
    db: &Connection,
    email: &str,
    role: Role,
    by: UserId,
    now_ms: i64,
) -> Result<String, NotMade> {
    let other_admins: i64 = db.query_row(
        "SELECT count(*) FROM user WHERE role = 'admin' AND email <> ?1",
        [email],
        |row| row.get(0),
    )?;
    if role != Role::Admin && other_admins == 0 {
        return Err(Objection::field("role: the last admin stays one").into());
    }
    let code = users::add(db, email, role, now_ms)?;
    let about = format!("{email}: {}", role.as_str());
    audit::record(db, by, "user_set", Some(&about), None, now_ms)?;
    Ok(code)
}

/// Sets where a rep sells; none for nowhere in particular.
///
/// # Errors
/// Where there is no such rep, or the database failed.
pub fn move_rep(
    db: &Connection,
    rep_id: RepId,
    region: Option<&str>,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let name = name_of(db, rep_id)?;
    set_region(db, rep_id.as_bytes(), region)?;
    let about = format!("{name}: {}", region.unwrap_or("-"));
    Ok(audit::record(db, by, "rep_moved", Some(&about), Some(rep_id.as_bytes()), now_ms)?)
}

fn set_region(
    db: &Connection,
    rep_id: &[u8; 16],
    region: Option<&str>,
) -> Result<(), StorageError> {
    db.execute("UPDATE rep SET region = ?2 WHERE rep_id = ?1", params![rep_id, region])?;
    Ok(())
}

/// Removes a rep: every device is shut out at once, and no invitation lets another in. What they had
/// not sent comes into quarantine; what they wrote stays.
///
/// # Errors
/// Where there is no such rep, or the database failed.
pub fn remove_rep(db: &Connection, rep_id: RepId, by: UserId, now_ms: i64) -> Result<(), NotMade> {
    let name = name_of(db, rep_id)?;
    let removed = db.execute(
        "UPDATE rep SET removed_at_ms = ?2 WHERE rep_id = ?1 AND removed_at_ms IS NULL",
        params![rep_id.as_bytes(), now_ms],
    )?;
    db.execute(
        "UPDATE device SET revoked_at_ms = ?2 WHERE rep_id = ?1 AND revoked_at_ms IS NULL",
        params![rep_id.as_bytes(), now_ms],
    )?;
    db.execute(
        "UPDATE invitation SET expires_at_ms = min(expires_at_ms, ?2)
         WHERE rep_id = ?1 AND device_id IS NULL",
        params![rep_id.as_bytes(), now_ms],
    )?;
    if removed == 1 {
        audit::record(db, by, "rep_removed", Some(&name), Some(rep_id.as_bytes()), now_ms)?;
    }
    Ok(())
}

/// Lets a removed rep belong again. Their devices stay shut out: they enrol anew.
///
/// # Errors
/// Where there is no such rep, or the database failed.
pub fn take_rep_back(
    db: &Connection,
    rep_id: RepId,
    by: UserId,
    now_ms: i64,
) -> Result<(), NotMade> {
    let name = name_of(db, rep_id)?;
    let taken = db.execute(
        "UPDATE rep SET removed_at_ms = NULL WHERE rep_id = ?1 AND removed_at_ms IS NOT NULL",
        [rep_id.as_bytes()],
    )?;
    if taken == 1 {
        audit::record(db, by, "rep_taken_back", Some(&name), Some(rep_id.as_bytes()), now_ms)?;
    }
    Ok(())
}

fn name_of(db: &Connection, rep_id: RepId) -> Result<String, NotMade> {
    let name: Option<String> = db
        .query_row("SELECT name FROM rep WHERE rep_id = ?1", [rep_id.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(name.ok_or_else(|| Objection::unknown("rep", rep_id))?)
}
