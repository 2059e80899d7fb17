//! What reps write, and what is special about it.

use std::rc::Rc;

use protocol::history::Link;
use protocol::limits::{OP_BYTES_MAX, SCHEMA};
use protocol::op::{Action, ClientTime, OpBody};
use protocol::{Attachment, Details, Kind, Note, NoteId, OpId, Sha256};

use crate::broken::{Broken, Checked};
use crate::chance::Chance;
use crate::faults::{Fault, FaultSet};

/// What is special about an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing.
    Plain,
    /// Breaks a rule, or is of a newer app: the endpoint puts it in quarantine.
    Poison,
    /// Larger than any endpoint takes: the device holds it.
    Oversize,
    /// Its bytes on the device are rotten: the endpoint cannot read any batch that has it.
    Rotten,
    /// The endpoint answers 500 to a batch that has it, until it is mended.
    Crashing,
    /// A firewall answers 403 to a batch that has it, until it is mended.
    Filtered,
    /// The endpoint forgets its receipt, until it is mended.
    Forgotten,
}

impl Nature {
    /// Whether nothing is wrong with the operation itself.
    pub(crate) const fn is_mendable(self) -> bool {
        matches!(self, Self::Crashing | Self::Filtered | Self::Forgotten)
    }

    /// Whether the device may hold it back for good.
    pub(crate) const fn is_unsendable(self) -> bool {
        matches!(self, Self::Oversize | Self::Rotten)
    }

    pub(crate) fn drawn(faults: FaultSet, chance: &mut Chance) -> Self {
        let draw = chance.below(40);
        let (fault, nature) = match draw {
            0 | 1 => (Fault::Poison, Self::Poison),
            2 => (Fault::Unsendable, Self::Oversize),
            3 => (Fault::Unsendable, Self::Rotten),
            4 => (Fault::Mendable, Self::Crashing),
            5 => (Fault::Mendable, Self::Filtered),
            6 => (Fault::Mendable, Self::Forgotten),
            _ => return Self::Plain,
        };
        if faults.has(fault) { nature } else { Self::Plain }
    }
}

/// An operation as it was written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) op_id: OpId,
    pub(crate) note_id: NoteId,
    pub(crate) sha256: Sha256,
    pub(crate) text: Rc<str>,
    /// What it counts on its way.
    pub(crate) bytes: usize,
    pub(crate) nature: Nature,
    /// Its place in the history of the note; none for attachments.
    pub(crate) link: Option<Link>,
    pub(crate) attachment: Option<Rc<Attachment>>,
}

/// What a save is about.
pub(crate) struct Draft {
    pub(crate) op_id: OpId,
    pub(crate) note_id: NoteId,
    pub(crate) parents: Vec<OpId>,
    pub(crate) saved_at: ClientTime,
    pub(crate) action: Action,
}

/// A note of a few random words.
pub(crate) fn note(chance: &mut Chance) -> Note {
    const WORDS: [&str; 8] =
        ["cheaper", "shelf", "Dupont", "déjà vu", "\"late\"", "\u{1f69a}", "they want", "blue"];
    let mut text = String::new();
    for _ in 0..=chance.below(6) {
        text.push_str(chance.pick(&WORDS));
        text.push(' ');
    }
    let kind = chance.pick(&Kind::ALL);
    Note {
        text,
        customer: None,
        product: None,
        visit_id: None,
        place: None,
        hypotheses: Vec::new(),
        details: Details::empty(kind),
    }
}

/// Writes a draft down, spoilt according to its nature.
pub(crate) fn write(draft: Draft, nature: Nature, chance: &mut Chance) -> Checked<Written> {
    let Draft { op_id, note_id, parents, saved_at, action } = draft;
    let attachment = match &action {
        Action::Attach(attachment) => Some(Rc::new(attachment.clone())),
        _ => None,
    };
    let mut body = OpBody { schema: SCHEMA, note_id, parents, saved_at, action };
    let link = body.link(op_id);
    let is_poison = nature == Nature::Poison;
    let (is_of_newer, is_spoilt) = (chance.permille(300), chance.permille(400));
    if is_poison && is_of_newer {
        body.schema = SCHEMA + 1;
    } else if is_poison
        && !is_spoilt
        && let Action::Create(note) | Action::Edit(note) = &mut body.action
    {
        note.text = " ".to_owned();
    }
    let sealed = body.seal(op_id).map_err(Broken::machinery)?;
    let mut text = sealed.json;
    match nature {
        Nature::Poison if !is_of_newer && is_spoilt => {
            // Not what was hashed.
            text = text.replacen("\"unix_ms\":", "\"unix_ms\": ", 1);
        }
        Nature::Rotten => {
            text.truncate(text.len() / 2);
        }
        _ => {}
    }
    let bytes = if nature == Nature::Oversize { OP_BYTES_MAX + 1 } else { text.len() };
    let sha256 = sealed.sha256;
    Ok(Written { op_id, note_id, sha256, text: text.into(), bytes, nature, link, attachment })
}
