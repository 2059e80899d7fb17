//! A second copy of the words that are unsent, outside the database. A browser that finds its
//! IndexedDB broken puts an empty one in its place and says nothing (SYNC.md fault 3); then the
//! unsent notes come back from here, once their rep has enrolled again.
//!
//! Each operation is a file, its text as it travels, in a folder of its rep's: another rep's notes
//! must never become someone's own (SYNC.md fault 16). Photos are too many bytes to be kept twice,
//! and so is what attaches them. This copy is a second line: a note is saved once the database has
//! it, and what fails here is tried again at the next start.

mod folder;

use protocol::{Action, OpId, RepId, Sha256};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use self::folder::Folder;
use crate::connection::Connection;
use crate::json::{self, Raw};
use crate::storage_error::StorageError;
use crate::store::{history, identity, outbox, save};

/// Above the folders of the reps.
const UNSENT: &str = "unsent";
/// Instead of a rep: written before anyone enrolled, and so whoever enrols first is its author.
const NOBODY: &str = "nobody";
/// Operations that are copied at a time: a backlog of weeks.
const COPIED_MAX: usize = 2_000;

/// Compares copy and database, at each start, after an enrolment and soon after a save: brings back what the database
/// has lost, takes away what is not unsent any more, copies what is and has no copy. Tells how many
/// operations it brought back.
///
/// # Errors
/// Why the database failed. A browser without such files keeps none.
pub(crate) async fn tend(
    connection: &Connection,
    rep_id: Option<RepId>,
) -> Result<usize, StorageError> {
    let mut returned = tend_one(connection, rep_id).await?;
    if rep_id.is_some() {
        returned += tend_one(connection, None).await?;
    }
    Ok(returned)
}

async fn tend_one(connection: &Connection, rep_id: Option<RepId>) -> Result<usize, StorageError> {
    let Ok(folder) = of(rep_id).await else { return Ok(0) };
    // In this order: what is saved between the two is in the database alone, not the other way.
    let Ok(copies) = copies(&folder).await else { return Ok(0) };
    let unsent = outbox::unsent(connection).await?;
    let mut returned = 0;
    for op_id in copies.iter().filter(|op_id| unsent.binary_search(op_id).is_err()) {
        let name = op_id.to_string();
        // Another try may read it: it is taken away only where it is known to be of no use.
        let Ok(text) = folder.read(&name).await else { continue };
        let is_returned = match is_whole(&text) {
            true => save::bring_back(connection, *op_id, &text, None).await,
            false => Ok(false),
        };
        match is_returned {
            Ok(true) => returned += 1,
            Ok(false) => _ = folder.remove(&name).await,
            // Of a newer version of the app, which can bring it back.
            Err(StorageError::Unreadable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    // Whose words they are is told by the identity that lies beside them.
    if rep_id == identity::read(connection).await?.map(|identity| identity.rep_id) {
        let bare = unsent.iter().filter(|op_id| copies.binary_search(op_id).is_err());
        for op_id in bare.take(COPIED_MAX) {
            copy(connection, &folder, *op_id).await?;
        }
    }
    Ok(returned)
}

async fn copy(connection: &Connection, folder: &Folder, op_id: OpId) -> Result<(), StorageError> {
    let Some(text) = outbox::text_of(connection, op_id).await? else { return Ok(()) };
    if !matches!(history::body(&text)?.action, Action::Attach(_)) {
        let _ = folder.write(&op_id.to_string(), &text).await;
    }
    Ok(())
}

/// How many operations wait here for their rep to enrol again.
pub(crate) async fn of_reps() -> usize {
    let reps = async {
        let above = Folder::root().await?.folder(UNSENT).await?;
        let mut sum = 0;
        for rep in above.names().await?.iter().filter(|name| *name != NOBODY) {
            sum += copies(&above.folder(rep).await?).await?.len();
        }
        Ok::<_, JsValue>(sum)
    };
    reps.await.unwrap_or(0)
}

/// Takes all copies of this rep's away: an admin shut the device out.
pub(crate) async fn forget(rep_id: RepId) {
    if let Ok(root) = Folder::root().await
        && let Ok(above) = root.folder(UNSENT).await
    {
        let _ = above.remove(&rep_id.to_string()).await;
    }
}

async fn of(rep_id: Option<RepId>) -> Result<Folder, JsValue> {
    let name = rep_id.map_or_else(|| NOBODY.to_owned(), |rep_id| rep_id.to_string());
    Folder::root().await?.folder(UNSENT).await?.folder(&name).await
}

/// The operations in a folder, in the order of ids.
async fn copies(folder: &Folder) -> Result<Vec<OpId>, JsValue> {
    // Ids of equal length sort as they are written.
    Ok(folder.names().await?.iter().filter_map(|name| name.parse().ok()).collect())
}

/// What tells whether a file has all of an operation.
#[derive(Deserialize)]
struct Sealed<'text> {
    sha256: Sha256,
    #[serde(borrow)]
    body: Raw<'text>,
}

/// It may be of a power cut.
fn is_whole(text: &str) -> bool {
    let is_sealed = |op: Sealed<'_>| Sha256::of(op.body.0.as_bytes()) == op.sha256;
    json::read(text).is_ok_and(is_sealed)
}
