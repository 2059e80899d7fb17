//! The history of each note, as its view remembers it: operations that name the ones before them
//! form a DAG, and its heads are what the note says (SYNC.md §1, "Edits and withdrawals").

use protocol::history::{self, Link};
use protocol::limits::PARENTS_MAX;
use protocol::pull::Emptied;
use protocol::{Action, Attachment, Code, NoteId, OpBody, OpId};
use serde::{Deserialize, Serialize};

use super::notes::{Content, NoteState, StoredNote, newest_first_key};
use super::{NOTES, OPS, WORDLESS, parse, put_row, text};
use crate::indexed_db::{Store, Transaction};
use crate::json::{self, Raw, Unreadable};
use crate::storage_error::StorageError;

/// One operation of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub op_id: OpId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) parents: Vec<OpId>,
    pub deed: Deed,
    pub(super) state: NoteState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<Code>,
}

/// What an operation did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Words,
    Withdrawal,
    Attachment(Attachment),
    /// A reply to marketing: [`super::REPLIES`] has it.
    Reply,
}

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub op_id: OpId,
    pub note_id: NoteId,
    pub state: NoteState,
    pub code: Option<Code>,
}

impl Step {
    pub(crate) fn new(op_id: OpId, body: &OpBody, state: NoteState) -> Self {
        let deed = match &body.action {
            Action::Create(_) | Action::Edit(_) => Deed::Words,
            Action::Withdraw => Deed::Withdrawal,
            Action::Attach(attachment) => Deed::Attachment(attachment.clone()),
            Action::Reply(_) => Deed::Reply,
        };
        Self { op_id, parents: body.parents.clone(), deed, state, code: None }
    }

    /// Its place in the DAG; none for an attachment or a reply, which stand beside it.
    fn link(&self) -> Option<Link> {
        let is_withdrawal = match self.deed {
            Deed::Words => false,
            Deed::Withdrawal => true,
            Deed::Attachment(_) | Deed::Reply => return None,
        };
        Some(Link { op_id: self.op_id, parents: self.parents.clone(), is_withdrawal })
    }

    fn is_plain(&self) -> bool {
        self.deed == Deed::Words && self.parents.is_empty()
    }
}

impl StoredNote {
    /// Its operations, the one that is not written down included.
    pub(crate) fn steps(&self) -> Vec<Step> {
        if !self.steps.is_empty() {
            return self.steps.clone();
        }
        let Self { op_id, state, code, .. } = *self;
        vec![Step { op_id, parents: Vec::new(), deed: Deed::Words, state, code }]
    }

    /// What the next operation names as its parents: everything that no other one saw. The newest,
    /// where they are more than one operation may name.
    pub(crate) fn heads(&self) -> Vec<OpId> {
        let links: Vec<Link> = self.steps().iter().filter_map(Step::link).collect();
        let is_seen = |op_id: &OpId| links.iter().any(|link| link.parents.contains(op_id));
        let mut heads: Vec<OpId> =
            links.iter().map(|link| link.op_id).filter(|op_id| !is_seen(op_id)).collect();
        heads.sort_unstable();
        heads.reverse();
        heads.truncate(PARENTS_MAX);
        heads
    }

    fn contents(self) -> Vec<Content> {
        let Self { op_id, saved_at, note, mut siblings, .. } = self;
        siblings.push(Content { op_id, saved_at, note });
        siblings
    }

    fn set_state(&mut self) {
        // A reply that waits changes nothing about what the note says.
        let of_note = || self.steps.iter().filter(|step| step.deed != Deed::Reply);
        let first = |state| of_note().find(|step| step.state == state);
        if let Some(worst) =
            [NoteState::Saved, NoteState::Held, NoteState::Sent].into_iter().find_map(first)
        {
            (self.state, self.code) = (worst.state, worst.code);
        }
    }

    /// Its operations that are in the outbox, or were when its row was written.
    pub(crate) fn saved(&self) -> impl Iterator<Item = OpId> {
        let only = (self.steps.is_empty() && self.state == NoteState::Saved).then_some(self.op_id);
        let saved = self.steps.iter().filter(|step| step.state == NoteState::Saved);
        only.into_iter().chain(saved.map(|step| step.op_id))
    }

    /// Turns those of them Sent of which `is_sent` says so.
    pub(crate) fn tell_sent(&mut self, is_sent: &dyn Fn(OpId) -> bool) {
        if self.steps.is_empty() {
            if self.state == NoteState::Saved && is_sent(self.op_id) {
                self.state = NoteState::Sent;
            }
            return;
        }
        for step in &mut self.steps {
            if step.state == NoteState::Saved && is_sent(step.op_id) {
                step.state = NoteState::Sent;
            }
        }
        self.set_state();
    }

    /// What became of one of its operations.
    fn mark(&mut self, mark: &Mark) {
        if self.steps.is_empty() {
            if self.op_id == mark.op_id {
                (self.state, self.code) = (mark.state, mark.code);
            }
            return;
        }
        if let Some(step) = self.steps.iter_mut().find(|step| step.op_id == mark.op_id) {
            (step.state, step.code) = (mark.state, mark.code);
            self.set_state();
        }
    }
}

/// What a note of these operations says; none where it says nothing. `words` are the contents at
/// hand; those that are not are left out.
fn shown(note_id: NoteId, steps: Vec<Step>, words: &mut Vec<Content>) -> Option<StoredNote> {
    let heads = heads(&steps)?;
    let mut take = |op_id| Some(words.swap_remove(place(words, op_id)?));
    let mut contents: Vec<Content> =
        heads.contents.iter().filter_map(|op_id| take(*op_id)).collect();
    let Content { op_id, saved_at, note } = contents.pop()?;
    let mut stored = StoredNote::begun(note_id, op_id, saved_at, note);
    stored.siblings = contents;
    stored.is_withdrawn = heads.is_withdrawn;
    stored.steps = steps;
    stored.set_state();
    if let [only] = &*stored.steps
        && only.is_plain()
    {
        stored.steps.clear();
    }
    Some(stored)
}

fn place(words: &[Content], op_id: OpId) -> Option<usize> {
    words.iter().position(|content| content.op_id == op_id)
}

fn heads(steps: &[Step]) -> Option<history::Heads> {
    let links: Vec<Link> = steps.iter().filter_map(Step::link).collect();
    history::heads(&links)
}

/// Adds an operation to the history of its note and shows what it says now. Twice does no harm.
/// The transaction has [`NOTES`], [`OPS`] and [`WORDLESS`], and the operation's text is in it.
pub(crate) async fn add(
    transaction: &Transaction,
    op_id: OpId,
    body: &OpBody,
    state: NoteState,
) -> Result<(), StorageError> {
    add_step(transaction, body.note_id, Step::new(op_id, body, state)).await?;
    Ok(())
}

/// The same for an operation whose words are gone at the endpoint: only that it was there counts.
/// Tells whether it is news.
pub(crate) async fn add_emptied(
    transaction: &Transaction,
    emptied: &Emptied,
) -> Result<bool, StorageError> {
    let Emptied { op_id, note_id, parents } = emptied;
    let (deed, state, code) = (Deed::Words, NoteState::Sent, None);
    let step = Step { op_id: *op_id, parents: parents.clone(), deed, state, code };
    add_step(transaction, *note_id, step).await
}

/// Takes an operation that was only heard of out of the history of its note again.
pub(crate) async fn forget_emptied(
    transaction: &Transaction,
    note_id: NoteId,
    op_id: OpId,
) -> Result<(), StorageError> {
    let mut forget = |steps: &mut Vec<Step>| steps.retain(|step| step.op_id != op_id);
    rewrite(transaction, note_id, &mut forget).await?;
    Ok(())
}

async fn add_step(
    transaction: &Transaction,
    note_id: NoteId,
    step: Step,
) -> Result<bool, StorageError> {
    let mut step = Some(step);
    let mut add = |steps: &mut Vec<Step>| {
        let new = step.take_if(|step| steps.iter().all(|known| known.op_id != step.op_id));
        steps.extend(new);
    };
    rewrite(transaction, note_id, &mut add).await
}

/// Changes the history of a note and shows what it says then. Tells whether it was changed.
async fn rewrite(
    transaction: &Transaction,
    note_id: NoteId,
    change: &mut dyn FnMut(&mut Vec<Step>),
) -> Result<bool, StorageError> {
    let notes = transaction.store(NOTES)?;
    let wordless = transaction.store(WORDLESS)?;
    let (key, wordless_key) = (newest_first_key(note_id), note_id.to_string());
    let stored: Option<StoredNote> = parse(text(&notes, &key).await?)?;
    let before = match &stored {
        Some(stored) => stored.steps(),
        None => parse(text(&wordless, &wordless_key).await?)?.unwrap_or_default(),
    };
    let mut steps = before.clone();
    change(&mut steps);
    if steps == before {
        return Ok(false);
    }
    let standing = heads(&steps);
    let mut words = stored.clone().map(StoredNote::contents).unwrap_or_default();
    let contents = standing.as_ref().map_or(&[][..], |heads| &heads.contents);
    read_words(&transaction.store(OPS)?, contents, &mut words).await?;
    match (shown(note_id, steps.clone(), &mut words), stored) {
        (Some(shown), had) => {
            put_row(&notes, &key, &shown)?;
            if had.is_none() {
                wordless.delete(&wordless_key)?;
            }
        }
        // What stands was purged here: it keeps saying what it last said.
        (None, Some(mut stored)) => {
            stored.is_withdrawn = standing.is_some_and(|heads| heads.is_withdrawn);
            stored.steps = steps;
            stored.set_state();
            put_row(&notes, &key, &stored)?;
        }
        (None, None) => put_row(&wordless, &wordless_key, &steps)?,
    }
    Ok(true)
}

/// Whether the history of this note has this operation, even if its text was purged.
pub(crate) async fn knows(
    transaction: &Transaction,
    note_id: NoteId,
    op_id: OpId,
) -> Result<bool, StorageError> {
    let key = newest_first_key(note_id);
    let stored: Option<StoredNote> = parse(text(&transaction.store(NOTES)?, &key).await?)?;
    let steps = match stored {
        Some(stored) => stored.steps(),
        None => {
            let wordless = transaction.store(WORDLESS)?;
            parse(text(&wordless, &note_id.to_string()).await?)?.unwrap_or_default()
        }
    };
    Ok(steps.iter().any(|step| step.op_id == op_id))
}

async fn read_words(
    ops: &Store,
    standing: &[OpId],
    words: &mut Vec<Content>,
) -> Result<(), StorageError> {
    for &op_id in standing {
        if place(words, op_id).is_some() {
            continue;
        }
        let Some(text) = text(ops, &op_id.to_string()).await? else { continue };
        let OpBody { saved_at, action, .. } = body(&text)?;
        if let Action::Create(note) | Action::Edit(note) = action {
            words.push(Content { op_id, saved_at, note });
        }
    }
    Ok(())
}

/// What an operation's text says.
pub(crate) fn body(text: &str) -> Result<OpBody, Unreadable> {
    Ok(op(text)?.1)
}

/// An operation's id, and what it says.
pub(crate) fn op(text: &str) -> Result<(OpId, OpBody), Unreadable> {
    let Op { op_id, body } = json::read(text)?;
    Ok((op_id, json::read(body.0)?))
}

/// What is read of a [`protocol::Op`].
#[derive(Deserialize)]
struct Op<'a> {
    op_id: OpId,
    #[serde(borrow)]
    body: Raw<'a>,
}

/// Shows what became of these operations. Each note is read and written once, however many of them
/// are its own.
pub(crate) async fn mark(notes: &Store, marks: &[Mark]) -> Result<(), StorageError> {
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_unstable_by_key(|mark| mark.note_id);
    let mut reads = Vec::with_capacity(marks.len());
    for marks in marks.chunk_by(|a, b| a.note_id == b.note_id) {
        let Some(Mark { note_id, .. }) = marks.first() else { continue };
        let key = newest_first_key(*note_id);
        let read = notes.get(&key)?;
        reads.push((key, read, marks));
    }
    for (key, read, marks) in reads {
        let Some(mut stored) = parse::<StoredNote>(read.text().await?)? else { continue };
        marks.iter().for_each(|mark| stored.mark(mark));
        put_row(notes, &key, &stored)?;
    }
    Ok(())
}
