//! What marketing and the rep say to each other about a note. Words travel by sync and wait for
//! the rep's phone.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::NoteId;
use protocol::console::{NoteDetail, Remark};
use protocol::limits::DETAIL_CHARS_MAX;

use super::opened::Opened;
use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::live::use_live;
use crate::locale::{Locale, fill, use_locale};
use crate::trouble::words;

/// What was typed and not sent, by note: whoever looks at another note finds it again.
#[derive(Clone, Copy)]
pub(super) struct Drafts(StoredValue<HashMap<NoteId, String>>);

impl Drafts {
    pub(super) fn none() -> Self {
        Self(StoredValue::new(HashMap::new()))
    }
}

/// The thread of a note, and a field to go on with it.
#[component]
pub(super) fn Thread(note_id: NoteId, rep: String, opened: Opened) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live) = (use_account(), use_live());
    let drafts = expect_context::<Drafts>();
    let text = RwSignal::new(
        drafts.0.with_value(|drafts| drafts.get(&note_id).cloned().unwrap_or_default()),
    );
    let error = RwSignal::new(None::<ApiError>);
    let is_busy = RwSignal::new(false);
    let remarks = Memo::new(move |_| match opened.detail.get() {
        Some(Ok(NoteDetail { thread, .. })) => thread,
        _ => Vec::new(),
    });
    let typed = move |event| {
        let typed = event_target_value(&event);
        drafts.0.update_value(|drafts| {
            drafts.insert(note_id, typed.clone());
        });
        text.set(typed);
    };
    let send = move || {
        let words = text.with_untracked(|text| text.trim().to_owned());
        if words.is_empty() || is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        error.set(None);
        spawn_local(async move {
            match account.heed(api::remark(note_id, words).await) {
                Ok(()) => {
                    drafts.0.try_update_value(|drafts| drafts.remove(&note_id));
                    text.try_set(String::new());
                    live.tell();
                }
                Err(failed) => {
                    error.try_set(Some(failed));
                }
            }
            is_busy.try_set(false);
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    view! {
        <section class="thread" aria-labelledby="thread-title">
            <h2 id="thread-title">{texts.thread}</h2>
            <ol aria-live="polite">
                {move || remarks.get().into_iter().map(|it| remark_view(it, locale)).collect_view()}
            </ol>
            <form on:submit=submit>
                <label for="remark">{fill(texts.write_to, "{name}", &rep)}</label>
                <textarea
                    id="remark"
                    class="input"
                    rows="2"
                    maxlength=DETAIL_CHARS_MAX.to_string()
                    data-testid="remark-text"
                    prop:value=move || text.get()
                    on:input=typed
                    on:keydown=key
                ></textarea>
                <p class="error" role="alert">
                    {move || error.get().map(|error| words(&error, locale.texts))}
                </p>
                <button
                    type="submit"
                    class="button"
                    data-testid="remark-send"
                    disabled=move || is_busy.get() || text.with(|text| text.trim().is_empty())
                >
                    {texts.send}
                </button>
            </form>
        </section>
    }
}

fn remark_view(remark: Remark, locale: Locale) -> impl IntoView {
    let Remark { is_of_rep, by, at_ms, text } = remark;
    view! {
        <li data-testid="remark" data-of-rep=is_of_rep.to_string()>
            <p class="quiet">{by}" · "{locale.moment(at_ms)}</p>
            <p class="remark-words" dir="auto">{text}</p>
        </li>
    }
}
