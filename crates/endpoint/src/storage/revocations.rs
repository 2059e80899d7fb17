//! Revocations outlive a restore: a device that was shut out after the copy was made stays out.

use protocol::{DeviceId, RepId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::{StorageError, devices, id_bytes};

/// A revoked device with all that its database knows of it.
pub(super) struct Revoked {
    device_id: DeviceId,
    device_name: String,
    revoked_at_ms: i64,
    rep_id: RepId,
    rep_name: String,
    rep_created_at_ms: i64,
    /// Its row: names of columns, and values.
    row: Vec<(String, Value)>,
}

/// All revoked devices.
pub(super) fn all(db: &Connection) -> Result<Vec<Revoked>, StorageError> {
    let mut statement = db.prepare(
        "SELECT device.device_id, device.name, device.revoked_at_ms, rep.rep_id, rep.name,
            rep.created_at_ms
         FROM device JOIN rep ON rep.rep_id = device.rep_id
         WHERE device.revoked_at_ms IS NOT NULL ORDER BY device.device_id",
    )?;
    let rows = statement.query_map([], |row| {
        let device_id = DeviceId::from_bytes(id_bytes(row, 0)?);
        Ok(Revoked {
            device_id,
            device_name: row.get(1)?,
            revoked_at_ms: row.get(2)?,
            rep_id: RepId::from_bytes(id_bytes(row, 3)?),
            rep_name: row.get(4)?,
            rep_created_at_ms: row.get(5)?,
            row: row_of(db, device_id)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn row_of(db: &Connection, device_id: DeviceId) -> rusqlite::Result<Vec<(String, Value)>> {
    let mut statement = db.prepare_cached("SELECT * FROM device WHERE device_id = ?1")?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    statement.query_row([device_id.as_bytes().as_slice()], |row| {
        let cell = |(index, name): (usize, String)| Ok((name, row.get(index)?));
        names.into_iter().enumerate().map(cell).collect()
    })
}

/// Revokes these devices here as well. Tells those that were not revoked here, by name.
pub(super) fn repeat(db: &Connection, revoked: &[Revoked]) -> Result<Vec<String>, StorageError> {
    let mut names = Vec::new();
    for device in revoked {
        let known: Option<bool> = db
            .query_row(
                "SELECT revoked_at_ms IS NOT NULL FROM device WHERE device_id = ?1",
                [device.device_id.as_bytes().as_slice()],
                |row| row.get(0),
            )
            .optional()?;
        match known {
            Some(true) => continue,
            Some(false) => {
                _ = db.execute(
                    "UPDATE device SET revoked_at_ms = ?2 WHERE device_id = ?1",
                    params![device.device_id.as_bytes(), device.revoked_at_ms],
                )?
            }
            // Unknown is not harmless: it could prove that it was a device once, and be let in.
            None => insert(db, device)?,
        }
        names.push(format!("{} of {}", device.device_name, device.rep_name));
    }
    Ok(names)
}

fn insert(db: &Connection, device: &Revoked) -> Result<(), StorageError> {
    devices::remember_rep(db, device.rep_id, &device.rep_name, device.rep_created_at_ms)?;
    let names: Vec<&str> = device.row.iter().map(|(name, _)| &**name).collect();
    let places = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO device ({}) VALUES ({places})", names.join(", "));
    db.execute(&sql, params_from_iter(device.row.iter().map(|(_, value)| value)))?;
    Ok(())
}
