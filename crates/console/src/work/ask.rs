//! What is asked before a deed: which topic, who, why not, until when, which tag.

mod decline;
mod tag;
mod topic;
mod when;
mod who;

use leptos::prelude::*;

use super::deeds::Subject;
use crate::dialog::Dialog;
use crate::locale::{fill, use_locale};

/// What is asked, and of which notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The second is the title that is proposed.
    Topic(Vec<Subject>, String),
    Assign(Vec<Subject>),
    Decline(Vec<Subject>),
    Snooze(Vec<Subject>),
    Tag(Vec<Subject>),
}

/// The dialog that asks; closed while nothing is asked.
#[component]
pub(crate) fn Questions(asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let title = move || {
        let (title, count) = asked.with(|asked| match asked {
            None => ("", 0),
            Some(Asked::Topic(notes, _)) => (texts.ask_topic, notes.len()),
            Some(Asked::Assign(notes)) => (texts.ask_assign, notes.len()),
            Some(Asked::Decline(notes)) => (texts.ask_decline, notes.len()),
            Some(Asked::Snooze(notes)) => (texts.ask_snooze, notes.len()),
            Some(Asked::Tag(notes)) => (texts.ask_tag, notes.len()),
        });
        let count = locale.count(&locale.texts.notes_shown, count);
        if title.is_empty() { String::new() } else { fill(title, "{notes}", &count) }
    };
    let close = Callback::new(move |()| asked.set(None));
    let form = move || match asked.get() {
        None => ().into_any(),
        Some(Asked::Topic(notes, title)) => {
            view! { <topic::TopicForm notes title close /> }.into_any()
        }
        Some(Asked::Assign(notes)) => view! { <who::WhoForm notes close /> }.into_any(),
        Some(Asked::Decline(notes)) => view! { <decline::DeclineForm notes close /> }.into_any(),
        Some(Asked::Snooze(notes)) => view! { <when::WhenForm notes close /> }.into_any(),
        Some(Asked::Tag(notes)) => view! { <tag::TagForm notes close /> }.into_any(),
    };
    view! {
        <Dialog
            id="question"
            is_open=Signal::derive(move || asked.with(Option::is_some))
            close
            title=Signal::derive(title)
        >
            {form}
        </Dialog>
    }
}
