//! Quick entry: the words first, one question of the kind, everything else folded.

mod autosave;
mod fields;
mod form;

use device::{Device, SaveError};
use leptos::ev;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};
use protocol::Kind;
use protocol::note::{Fault, Field};

use crate::i18n::{use_language, use_texts};
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use fields::{Extras, Question, Who};
use form::Form;

#[component]
pub(crate) fn Capture() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    // Another kind is another form, with a draft of its own.
    let kind = Memo::new(move |_| params.with(|params| params.get("kind")?.parse::<Kind>().ok()));
    move || match kind.get() {
        Some(kind) => view! { <QuickEntry kind /> }.into_any(),
        None => view! { <p class="empty">{t.not_found}</p> }.into_any(),
    }
}

#[component]
fn QuickEntry(kind: Kind) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new(kind);
    let faults = RwSignal::new(Vec::<Fault>::new());
    let failure = RwSignal::new(None::<&'static str>);
    let text_field = NodeRef::<Textarea>::new();
    autosave::keep(session.device(), form);
    Effect::new(move || {
        if let Some(field) = text_field.get() {
            let _ = field.focus();
        }
    });

    let submit = move || {
        if form.is_saving.get_untracked() {
            return;
        }
        let note = match form::read(kind, &form.draft(), language.currency()) {
            Ok(note) => note,
            Err(found) => return faults.set(found),
        };
        faults.set(Vec::new());
        failure.set(None);
        form.is_saving.set(true);
        let (device, navigate): (Device, _) = (session.device(), navigate.clone());
        spawn_local(async move {
            match device.save(note).await {
                Ok(_) => {
                    session.notice.set(Some(t.saved_here));
                    navigate("/", leptos_router::NavigateOptions::default());
                }
                Err(error) => {
                    form.is_saving.set(false);
                    match error {
                        SaveError::Faults(found) => faults.set(found),
                        SaveError::Storage(error) => failure.set(Some(t.storage_error(&error))),
                    }
                }
            }
        });
    };
    let by_keyboard = {
        let submit = submit.clone();
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                submit();
            }
        }
    };
    let fault_at = move |field: Field| {
        let fault = faults.with(|faults| faults.iter().find(|fault| fault.field == field).copied());
        fault.map(|fault| (t.problem)(fault.code))
    };
    let text_fault = move || fault_at(Field::Text);

    view! {
        <form
            class="entry"
            data-kind=kind.as_str()
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
            on:keydown=by_keyboard
        >
            <div class="entry-head">
                <A href="/" attr:class="icon-button" attr:aria-label=t.back><Icon path=icon::BACK /></A>
                <h1><Icon path=icon::of_kind(kind) />{(t.kind_name)(kind)}</h1>
            </div>
            <div class="field">
                <label class="visually-hidden" for="note-text">{t.text_label}</label>
                <textarea
                    id="note-text"
                    class="input note-text"
                    data-testid="note-text"
                    placeholder=(t.kind_prompt)(kind)
                    rows="5"
                    autocapitalize="sentences"
                    enterkeyhint="enter"
                    node_ref=text_field
                    prop:value=move || form.text.get()
                    on:input=move |event| form.text.set(event_target_value(&event))
                    aria-invalid=move || text_fault().is_some().to_string()
                    aria-describedby="note-text-error"
                ></textarea>
                <p id="note-text-error" class="error" role="alert" data-testid="field-error">
                    {text_fault}
                </p>
            </div>
            <Question form fault_at=Callback::new(fault_at) />
            <Who form fault_at=Callback::new(fault_at) />
            <Extras form fault_at=Callback::new(fault_at) />
            <div class="entry-foot">
                <p class="error" role="alert" data-testid="form-error">
                    {move || failure.get().map(|failure| format!("{} {failure}", t.not_saved))}
                </p>
                <button
                    type="submit"
                    class="button button-main save"
                    data-testid="note-save"
                    aria-keyshortcuts="Control+Enter"
                >
                    {t.save}
                </button>
            </div>
        </form>
    }
}
