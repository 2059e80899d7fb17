//! What a rep can do with a note: edit it, say the same of another customer, take it back.

use device::{Device, Draft, SaveError, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use protocol::{Kind, Note, NoteId};

use super::keys::element;
use crate::capture::draft_of;
use crate::i18n::pages::use_page_texts;
use crate::session::use_session;

/// What is asked in the place of the verbs, until it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether the note is really to be withdrawn.
    Withdraw,
    /// Whether the note may take the place of a draft that has words.
    Replace,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Ask(Option<Question>),
    Withdraw,
    /// Opens the form of its kind with what it says, unless that has words of its own.
    Duplicate,
    /// The same, whatever the form has.
    Replace,
    OpenForm,
}

/// A button: its verb, its word, its `data-testid`.
type Key = (Verb, &'static str, &'static str);

/// The verbs of a note. A note that was withdrawn can only be duplicated.
#[component]
pub(super) fn Verbs(
    note_id: NoteId,
    note: Note,
    is_withdrawn: bool,
    /// What is asked outlives these verbs: news of the note draws it anew.
    asked: RwSignal<Option<Question>>,
) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let navigate = use_navigate();
    let failure = RwSignal::new(None::<&'static str>);
    let kind = note.kind();
    let draft = draft_of(&note);
    let act = Callback::new(move |verb: Verb| {
        failure.set(None);
        let (device, draft, navigate) = (session.device(), draft.clone(), navigate.clone());
        let doing = async move {
            match verb {
                Verb::Ask(question) => asked.set(question),
                Verb::Withdraw => {
                    device.withdraw(note_id).await?;
                    let _ = asked.try_set(None);
                }
                Verb::Duplicate | Verb::Replace | Verb::OpenForm => {
                    if verb == Verb::Duplicate && !is_free(&device, kind, &draft).await? {
                        let _ = asked.try_set(Some(Question::Replace));
                        return Ok(());
                    }
                    if verb != Verb::OpenForm {
                        device.keep_draft(kind, &draft).await?;
                    }
                    navigate(&format!("/new/{kind}"), leptos_router::NavigateOptions::default());
                }
            }
            Ok::<_, SaveError>(())
        };
        spawn_local(async move {
            if let Err(error) = doing.await {
                let _ = failure.try_set(Some(t.save_error(&error)));
            }
        });
    });
    let answers = move || match asked.get() {
        None => {
            let withdraw = Verb::Ask(Some(Question::Withdraw));
            let edit = (!is_withdrawn).then(|| {
                let href = format!("/notes/{note_id}/edit");
                view! {
                    <a href=href class="button" data-testid="note-edit" aria-keyshortcuts="e">
                        {t.edit}
                    </a>
                }
            });
            let duplicate = button(act, (Verb::Duplicate, t.duplicate, "note-duplicate"));
            let withdraw =
                (!is_withdrawn).then(|| button(act, (withdraw, t.withdraw, "note-withdraw")));
            view! { <p class="verbs">{edit}{duplicate}{withdraw}</p> }.into_any()
        }
        Some(Question::Withdraw) => asking(
            act,
            t.withdraw_sure,
            (Verb::Withdraw, t.withdraw, "withdraw-sure"),
            (Verb::Ask(None), t.keep_it, "withdraw-not"),
        ),
        Some(Question::Replace) => asking(
            act,
            t.draft_waits,
            (Verb::Replace, t.replace_draft, "duplicate-replace"),
            (Verb::OpenForm, t.open_draft, "duplicate-open"),
        ),
    };
    view! {
        <div class="note-verbs">
            {answers}
            <p class="error" role="alert">{move || failure.get()}</p>
        </div>
    }
}

/// A question in place, and two answers to it: no modal. The one that changes nothing has the focus.
fn asking(act: Callback<Verb>, question: &'static str, yes: Key, no: Key) -> AnyView {
    request_animation_frame(move || {
        if let Some(safe) = element(&format!("[data-testid={}]", no.2)) {
            let _ = safe.focus();
        }
    });
    view! {
        <p role="status">{question}</p>
        <p class="pair">{button(act, yes)}{button(act, no)}</p>
    }
    .into_any()
}

fn button(act: Callback<Verb>, (verb, word, testid): Key) -> AnyView {
    view! {
        <button class="button" data-testid=testid on:click=move |_| act.run(verb)>
            {word}
        </button>
    }
    .into_any()
}

/// Whether the form of this kind has no words that this draft would take away.
async fn is_free(device: &Device, kind: Kind, draft: &Draft) -> Result<bool, StorageError> {
    let waits = device.draft(kind).await?;
    Ok(waits.is_none_or(|waits| is_wordless(&waits) || waits == *draft))
}

/// Whether nobody would miss it.
fn is_wordless(draft: &Draft) -> bool {
    draft.text.trim().is_empty()
        && draft.fields.iter().all(|(_, content)| content.trim().is_empty())
}
