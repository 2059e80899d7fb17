//! Saving: one strict transaction, read back before anyone says "Saved".

use core::iter::once;

use protocol::op::SealedOp;
use protocol::{OpBody, OpId};

use super::attachments::Pieces;
use super::drafts::DraftFor;
use super::history;
use super::notes::{NoteState, StoredNote, newest_first_key};
use super::outbox::OutboxRow;
use super::uploads::Upload;
use super::{
    CHUNKS, DRAFT_MEDIA, DRAFTS, NOTES, OPS, OUTBOX, REPLIES, UPLOADED, UPLOADS, WORDLESS,
    draft_media, put, put_row, replies, text,
};
use crate::connection::{Connection, WORK_MS_MAX};
use crate::indexed_db::{Database, Request, Transaction};
use crate::json;
use crate::storage_error::StorageError;

/// A new note, and everything that its save writes.
pub(crate) struct Save {
    /// Sealed before the transaction opens: a transaction commits itself across any other wait
    /// (SYNC.md fault 7).
    pub op: SealedOp,
    /// The list's view of the note.
    pub view: StoredNote,
    /// What its draft holds besides words.
    pub adoptions: Vec<Adoption>,
}

/// A change of a note that is here.
pub(crate) struct Change {
    /// See [`Save::op`].
    pub op: SealedOp,
    /// What the operation says.
    pub body: OpBody,
}

/// What a draft holds becomes a note's. Its pieces stay where they are.
pub(crate) struct Adoption {
    /// The operation that attaches it; see [`Save::op`].
    pub op: SealedOp,
    /// What the operation says.
    pub body: OpBody,
    /// Whose it was.
    pub draft: DraftFor,
    /// To be sent.
    pub upload: Upload,
}

/// An attachment with its bytes, of another device.
pub(crate) struct Media {
    pub upload: Upload,
    pub pieces: Pieces,
}

/// What [`adopt`] writes.
const OF_ADOPTION: [&str; 6] = [OPS, OUTBOX, NOTES, WORDLESS, UPLOADS, DRAFT_MEDIA];

/// Writes operation, outbox row and view, takes the draft away and what it holds into the note,
/// all or nothing; then reads the operation back.
///
/// # Errors
/// Why nothing was saved. The draft is untouched then.
pub(crate) async fn save(connection: &Connection, save: &Save) -> Result<(), StorageError> {
    let op_id = save.op.op_id.to_string();
    let row = OutboxRow { note_id: save.view.note_id, bytes: save.op.json.len() };
    let (row, view) = (json::write(&row)?, json::write(&save.view)?);
    let view_key = newest_first_key(save.view.note_id);
    let draft_key = save.view.note.kind().as_str();
    let mut stores = vec![OPS, OUTBOX, NOTES, DRAFTS];
    if !save.adoptions.is_empty() {
        stores.extend(OF_ADOPTION.into_iter().filter(|name| ![OPS, OUTBOX, NOTES].contains(name)));
    }
    connection
        .run(async |database| {
            let transaction = database.write(&stores)?;
            put(&transaction.store(OPS)?, &op_id, &save.op.json)?;
            put(&transaction.store(OUTBOX)?, &op_id, &row)?;
            put(&transaction.store(NOTES)?, &view_key, &view)?;
            transaction.store(DRAFTS)?.delete(draft_key)?;
            let adopted = adopt_all(&transaction, &save.adoptions).await?;
            let own = (op_id.clone(), &*save.op.json);
            commit(transaction, database, once(own).chain(adopted).collect()).await
        })
        .await
}

/// The same for a change of a note.
///
/// # Errors
/// Why nothing was saved.
pub(crate) async fn change(connection: &Connection, change: &Change) -> Result<(), StorageError> {
    let Change { op, body } = change;
    let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
    let key = op.op_id.to_string();
    connection
        .run(async |database| {
            let transaction = database.write(&[OPS, OUTBOX, NOTES, WORDLESS, DRAFTS])?;
            put(&transaction.store(OPS)?, &key, &op.json)?;
            put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
            history::add(&transaction, op.op_id, body, NoteState::Saved).await?;
            transaction.store(DRAFTS)?.delete(&DraftFor::Edit(body.note_id).key())?;
            commit(transaction, database, vec![(key.clone(), &*op.json)]).await
        })
        .await
}

/// Takes what a draft holds into a note that is here: all or nothing, and each exactly once.
///
/// # Errors
/// Why nothing was attached. The draft still holds it then.
pub(crate) async fn adopt(
    connection: &Connection,
    adoptions: &[Adoption],
) -> Result<(), StorageError> {
    connection
        .run(async |database| {
            let transaction = database.write(&OF_ADOPTION)?;
            let adopted = adopt_all(&transaction, adoptions).await?;
            commit(transaction, database, adopted).await
        })
        .await
}

/// Tells what it wrote. What the draft does not hold any more was taken before: by an earlier
/// attempt whose answer was lost, or in another tab.
async fn adopt_all<'a>(
    transaction: &Transaction,
    adoptions: &'a [Adoption],
) -> Result<Vec<Wrote<'a>>, StorageError> {
    let mut adopted = Vec::with_capacity(adoptions.len());
    for Adoption { op, body, draft, upload } in adoptions {
        let held = transaction.store(DRAFT_MEDIA)?;
        let attachment_id = upload.attachment.attachment_id;
        let held_key = draft_media::key(*draft, attachment_id);
        let key = op.op_id.to_string();
        let ops = transaction.store(OPS)?;
        if text(&held, &held_key).await?.is_none() {
            // An earlier attempt took it, and a new note's view was written anew since.
            if text(&ops, &key).await?.is_some() {
                history::add(transaction, op.op_id, body, NoteState::Saved).await?;
            }
            continue;
        }
        let outbox_row = OutboxRow { note_id: body.note_id, bytes: op.json.len() };
        put(&ops, &key, &op.json)?;
        put_row(&transaction.store(OUTBOX)?, &key, &outbox_row)?;
        history::add(transaction, op.op_id, body, NoteState::Saved).await?;
        put_row(&transaction.store(UPLOADS)?, &attachment_id.to_string(), upload)?;
        held.delete(&held_key)?;
        adopted.push((key, &*op.json));
    }
    Ok(adopted)
}

/// Puts an operation back that this database has lost, as if it were saved now, with what it
/// attaches. False where all of it is here, or was: what is not in the outbox then, marketing has
/// confirmed.
///
/// # Errors
/// Why it is not back.
pub(crate) async fn bring_back(
    connection: &Connection,
    op_id: OpId,
    op_text: &str,
    media: Option<&Media>,
) -> Result<bool, StorageError> {
    let body = history::body(op_text)?;
    let row = OutboxRow { note_id: body.note_id, bytes: op_text.len() };
    let key = op_id.to_string();
    connection
        .run_within(media.map_or(WORK_MS_MAX, |media| media.pieces.limit_ms()), async |database| {
            let stores = [OPS, OUTBOX, NOTES, WORDLESS, REPLIES, UPLOADS, UPLOADED, CHUNKS];
            let transaction = database.write(&stores)?;
            let ops = transaction.store(OPS)?;
            let is_here = text(&ops, &key).await?.is_some();
            if is_here || history::knows(&transaction, body.note_id, op_id).await? {
                // Another device may have told of a photo whose bytes it never had.
                let Some(media) = media else { return Ok(false) };
                if has_media(&transaction, media).await? {
                    return Ok(false);
                }
                put_media(&transaction, Some(media)).await?;
                transaction.commit().await?;
                return Ok(true);
            }
            put(&ops, &key, op_text)?;
            put_row(&transaction.store(OUTBOX)?, &key, &row)?;
            history::add(&transaction, op_id, &body, NoteState::Saved).await?;
            replies::keep(&transaction, op_id, &body)?;
            put_media(&transaction, media).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
}

async fn has_media(transaction: &Transaction, media: &Media) -> Result<bool, StorageError> {
    let key = media.upload.attachment.attachment_id.to_string();
    for name in [UPLOADS, UPLOADED] {
        if text(&transaction.store(name)?, &key).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn put_media(transaction: &Transaction, media: Option<&Media>) -> Result<(), StorageError> {
    let Some(Media { upload, pieces }) = media else { return Ok(()) };
    let attachment_id = upload.attachment.attachment_id.to_string();
    put_row(&transaction.store(UPLOADS)?, &attachment_id, upload)?;
    pieces.put(transaction).await
}

/// An operation's key, and its text as it was written.
type Wrote<'a> = (String, &'a str);

/// Commits, and reads these operations back. The reading is asked for at once, which spares a way to
/// the browser and back; it begins when the writing has ended, as it reads what that writes.
pub(super) async fn commit(
    transaction: Transaction,
    database: &Database,
    written: Vec<Wrote<'_>>,
) -> Result<(), StorageError> {
    let committing = transaction.begin_commit()?;
    let reading = database.read(&[OPS])?;
    let ops = reading.store(OPS)?;
    let reads: Vec<Request> =
        written.iter().map(|(key, _)| ops.get(key)).collect::<Result<_, _>>()?;
    committing.await?;
    for (read, (_, text)) in reads.into_iter().zip(&written) {
        if read.text().await?.as_deref() != Some(text) {
            return Err(StorageError::Lost("what was written did not read back".to_owned()));
        }
    }
    Ok(())
}
