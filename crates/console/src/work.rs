//! What somebody does with notes: the deeds, their undoing, and what is asked before.

mod applied;
mod ask;
mod deeds;
mod undo_bar;

pub(crate) use ask::{Asked, Questions};
pub(crate) use deeds::{Deeds, Said, Subject, subject_of, use_deeds};
pub(crate) use undo_bar::UndoBar;
