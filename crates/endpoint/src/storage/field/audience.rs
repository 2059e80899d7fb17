//! Whom something is meant for.

use protocol::RepId;
use protocol::console::decisions::Audience;
use rusqlite::{Connection, OptionalExtension};

use crate::storage::objection::{NotMade, Objection};
use crate::storage::{StorageError, id_bytes};

/// Whether everybody named belongs here. Whoever wrote cited notes is a decision's audience alone.
pub(super) fn check(db: &Connection, audience: &Audience) -> Result<(), NotMade> {
    let reps = match audience {
        Audience::Everyone => return Ok(()),
        Audience::Authors => return Err(Objection::field("audience: authors of nothing").into()),
        Audience::Reps(reps) => reps,
    };
    let mut query =
        db.prepare_cached("SELECT name, removed_at_ms IS NOT NULL FROM rep WHERE rep_id = ?1")?;
    for rep_id in reps {
        let found: Option<(String, bool)> = query
            .query_row([rep_id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            None => return Err(Objection::field(format!("audience: no rep {rep_id}")).into()),
            Some((name, true)) => {
                return Err(Objection::field(format!("audience: {name} was removed")).into());
            }
            Some((_, false)) => {}
        }
    }
    Ok(())
}

/// Whom to address letters to: reps, or (none) everyone.
pub(super) fn recipients(audience: &Audience) -> Vec<Option<RepId>> {
    match audience {
        Audience::Everyone => vec![None],
        Audience::Reps(reps) => reps.iter().copied().map(Some).collect(),
        Audience::Authors => Vec::new(),
    }
}

/// Every rep who is meant and belongs here, by name.
pub(super) fn reps(
    db: &Connection,
    audience: &Audience,
) -> Result<Vec<(RepId, String)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT rep_id, name FROM rep WHERE removed_at_ms IS NULL ORDER BY name, rep_id",
    )?;
    let rows =
        query.query_map([], |row| Ok((RepId::from_bytes(id_bytes(row, 0)?), row.get(1)?)))?;
    let mut reps: Vec<(RepId, String)> = rows.collect::<Result<_, _>>()?;
    match audience {
        Audience::Everyone => {}
        Audience::Reps(meant) => reps.retain(|(rep_id, _)| meant.contains(rep_id)),
        Audience::Authors => reps.clear(),
    }
    Ok(reps)
}
