//! The decision that somebody is about to write. It stays in the browser's tab until it is saved:
//! whoever goes back to the inbox for another note, or reloads, loses no word.

use gloo_storage::{SessionStorage, Storage};
use protocol::console::decisions::{Audience, DecisionText};
use protocol::mail::Rectified;
use protocol::{NoteId, TopicId, Words};

const KEY: &str = "sightline.console.decision";

/// Nothing written, nothing cited.
pub(super) fn blank() -> DecisionText {
    DecisionText {
        rectified: Rectified::Message,
        title: Words::default(),
        text: Words::default(),
        from_day: None,
        product: None,
        audience: Audience::Authors,
        note_ids: Vec::new(),
        topic_ids: Vec::new(),
    }
}

/// What is there; a blank one where there is nothing.
pub(super) fn read() -> DecisionText {
    SessionStorage::get(KEY).unwrap_or_else(|_| blank())
}

/// Keeps it. A browser that keeps nothing still writes decisions, as long as the page stays.
pub(super) fn keep(text: &DecisionText) {
    if SessionStorage::set(KEY, text).is_err() {
        leptos::logging::warn!("this browser keeps no draft");
    }
}

/// It was saved, or given up.
pub(super) fn forget() {
    SessionStorage::delete(KEY);
}

/// Cites these as well.
pub(crate) fn cite(notes: impl IntoIterator<Item = NoteId>, topic: Option<TopicId>) {
    let mut text = read();
    add(&mut text.note_ids, notes);
    add(&mut text.topic_ids, topic);
    keep(&text);
}

/// Cites in one text what the other cites as well.
pub(super) fn cite_all(text: &mut DecisionText, from: &DecisionText) {
    add(&mut text.note_ids, from.note_ids.iter().copied());
    add(&mut text.topic_ids, from.topic_ids.iter().copied());
}

/// Adds what is not there yet, in order.
fn add<T: PartialEq>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for it in more {
        if !list.contains(&it) {
            list.push(it);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cited_twice() {
        let mut list = vec![1, 2];
        add(&mut list, [2, 3, 3]);
        assert_eq!(list, [1, 2, 3]);
    }
}
