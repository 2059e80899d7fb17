//! What a rep can do with a note: edit it, say the same of another customer, take it back.

use device::{Draft, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use protocol::{Note, NoteId};

use super::keys::element;
use crate::capture::draft_of;
use crate::i18n::use_texts;
use crate::session::use_session;

/// What is asked in the place of the verbs, until it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether the note is really to be withdrawn.
    Withdraw,
    /// Whether the note may take the place of a draft that has words.
    Replace,
}

/// The verbs of a note. A note that was withdrawn can only be duplicated.
#[component]
pub(super) fn Verbs(
    note_id: NoteId,
    note: Note,
    is_withdrawn: bool,
    /// What is asked outlives these verbs: news of the note draws it anew.
    asked: RwSignal<Option<Question>>,
) -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let navigate = use_navigate();
    let failure = RwSignal::new(None::<&'static str>);
    let kind = note.kind();
    let ask = move |question| {
        failure.set(None);
        asked.set(question);
    };
    let withdraw = move || {
        let device = session.device();
        spawn_local(async move {
            match device.withdraw(note_id).await {
                Ok(()) => drop(asked.try_set(None)),
                Err(error) => drop(failure.try_set(Some(t.save_error(&error)))),
            }
        });
    };
    let open_form = {
        let navigate = navigate.clone();
        move || navigate(&format!("/new/{kind}"), leptos_router::NavigateOptions::default())
    };
    let duplicate = {
        let (draft, open_form) = (draft_of(&note), open_form.clone());
        move |may_replace| {
            let (device, draft, open_form) = (session.device(), draft.clone(), open_form.clone());
            let keep = async move {
                let waits = device.draft(kind).await?;
                let is_free = waits.is_none_or(|waits| is_wordless(&waits) || waits == draft);
                if is_free || may_replace {
                    device.keep_draft(kind, &draft).await?;
                }
                Ok::<_, StorageError>(is_free || may_replace)
            };
            spawn_local(async move {
                match keep.await {
                    Ok(true) => open_form(),
                    Ok(false) => drop(asked.try_set(Some(Question::Replace))),
                    Err(error) => drop(failure.try_set(Some(t.storage_error(&error)))),
                }
            });
        }
    };
    let verbs = {
        let duplicate = duplicate.clone();
        move || {
            let duplicate = duplicate.clone();
            view! {
                <p class="verbs">
                    {(!is_withdrawn).then(|| view! {
                        <a
                            href=format!("/notes/{note_id}/edit")
                            class="button"
                            data-testid="note-edit"
                            aria-keyshortcuts="e"
                        >
                            {t.edit}
                        </a>
                    })}
                    <button
                        class="button"
                        data-testid="note-duplicate"
                        on:click=move |_| duplicate(false)
                    >
                        {t.duplicate}
                    </button>
                    {(!is_withdrawn).then(|| view! {
                        <button
                            class="button"
                            data-testid="note-withdraw"
                            on:click=move |_| ask(Some(Question::Withdraw))
                        >
                            {t.withdraw}
                        </button>
                    })}
                </p>
            }
        }
    };
    let answers = move || match asked.get() {
        None => verbs().into_any(),
        Some(Question::Withdraw) => view! {
            <Asking
                question=t.withdraw_sure
                yes=(t.withdraw, "withdraw-sure")
                no=(t.keep_it, "withdraw-not")
                on_yes=Callback::new(move |()| withdraw())
                on_no=Callback::new(move |()| ask(None))
            />
        }
        .into_any(),
        Some(Question::Replace) => {
            let (duplicate, open_form) = (duplicate.clone(), open_form.clone());
            view! {
                <Asking
                    question=t.draft_waits
                    yes=(t.replace_draft, "duplicate-replace")
                    no=(t.open_draft, "duplicate-open")
                    on_yes=Callback::new(move |()| duplicate(true))
                    on_no=Callback::new(move |()| open_form())
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="note-verbs">
            {answers}
            <p class="error" role="alert">{move || failure.get()}</p>
        </div>
    }
}

/// A question in place, and two answers to it: no modal. Where somebody came by keyboard, the
/// answer that changes nothing has the focus.
#[component]
fn Asking(
    question: &'static str,
    /// What the answer is called, and its `data-testid`.
    yes: (&'static str, &'static str),
    no: (&'static str, &'static str),
    on_yes: Callback<()>,
    on_no: Callback<()>,
) -> impl IntoView {
    request_animation_frame(move || {
        if let Some(safe) = element(&format!("[data-testid={}]", no.1)) {
            let _ = safe.focus();
        }
    });
    view! {
        <p id="asked" role="status">{question}</p>
        <p class="pair">
            <button class="button" data-testid=yes.1 aria-describedby="asked" on:click=move |_| on_yes.run(())>
                {yes.0}
            </button>
            <button
                class="button"
                data-testid=no.1
                aria-describedby="asked"
                on:click=move |_| on_no.run(())
            >
                {no.0}
            </button>
        </p>
    }
}

/// Whether nobody would miss it.
fn is_wordless(draft: &Draft) -> bool {
    draft.text.trim().is_empty()
        && draft.fields.iter().all(|(_, content)| content.trim().is_empty())
}
