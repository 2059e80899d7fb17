//! Controls that the pages' forms share.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::mail::Referent;
use protocol::{Code, Words};

use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::locale::{fill, use_locale};
use crate::texts::Texts;
use crate::trouble;

/// How long somebody has to pause before names are looked up.
const PAUSE: Duration = Duration::from_millis(200);

/// An id that no other element of the page has.
pub(crate) fn fresh_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("field-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The words for an error, with what the endpoint names where it names something.
pub(crate) fn words_with_detail(error: &ApiError, texts: &Texts) -> String {
    let words = trouble::words(error, texts);
    match error {
        ApiError::Problem(problem) if problem.code == Code::InvalidField => {
            let detail = problem.detail.as_deref().unwrap_or_default();
            if detail.is_empty() { words.to_owned() } else { format!("{words} ({detail})") }
        }
        _ => words.to_owned(),
    }
}

/// A field of one line.
#[component]
pub(crate) fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// As of an `input`: "date", "number".
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] test_id: &'static str,
    /// The id of a `datalist`.
    #[prop(optional, into)]
    list: Option<String>,
) -> impl IntoView {
    let id = fresh_id();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                class="input"
                type=kind
                min=(kind == "number").then_some("1")
                list=list
                autocomplete="off"
                data-testid=(!test_id.is_empty()).then_some(test_id)
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
            />
        </div>
    }
}

/// A text in both languages, side by side, the reader's own first.
#[component]
pub(crate) fn WordsFields(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<Words>,
    #[prop(into)] on_input: Callback<Words>,
    /// "-en" and "-fr" are added.
    test_id: &'static str,
    /// Whether it has several lines.
    #[prop(optional)]
    is_long: bool,
    /// Whether the first of the two takes the focus when a dialog opens.
    #[prop(optional)]
    takes_focus: bool,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.shared;
    let one = move |is_french: bool| {
        let (language, suffix) =
            if is_french { (texts.in_french, "fr") } else { (texts.in_english, "en") };
        let own = move |words: Words| if is_french { words.fr } else { words.en };
        let text = move || own(value.get());
        let typed = move |event| {
            let mut words = value.get_untracked();
            *(if is_french { &mut words.fr } else { &mut words.en }) = event_target_value(&event);
            on_input.run(words);
        };
        let takes_focus = takes_focus && is_french == locale.is_french();
        let (id, test_id) = (fresh_id(), format!("{test_id}-{suffix}"));
        let input = if is_long {
            view! {
                <textarea
                    id=id.clone()
                    class="input"
                    rows="4"
                    autofocus=takes_focus
                    lang=suffix
                    data-testid=test_id
                    prop:value=text
                    on:input=typed
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    id=id.clone()
                    class="input"
                    autofocus=takes_focus
                    autocomplete="off"
                    lang=suffix
                    data-testid=test_id
                    prop:value=text
                    on:input=typed
                />
            }
            .into_any()
        };
        view! { <div class="field"><label for=id>{format!("{label} · {language}")}</label>{input}</div> }
    };
    view! { <div class="two">{[locale.is_french(), !locale.is_french()].map(one).collect_view()}</div> }
}

/// A name, with those of the reference data to choose from; any other is allowed.
#[component]
pub(crate) fn NameField(
    #[prop(into)] label: String,
    of: Referent,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] test_id: &'static str,
) -> impl IntoView {
    let account = use_account();
    let list = fresh_id();
    let names = RwSignal::new(Vec::<String>::new());
    let look_up = move |words: String| {
        spawn_local(async move {
            // Without an answer there are no names to choose from, and the field works all the same.
            if let Ok(page) = account.heed(api::reference::page(of, words.trim(), None).await) {
                names.try_set(page.entries.into_iter().map(|entry| entry.text.name).collect());
            }
        });
    };
    let mut later = debounce(PAUSE, look_up);
    let later = StoredValue::new_local(move |words: String| later(words));
    look_up(value.get_untracked());
    let typed = Callback::new(move |text: String| {
        later.update_value(|later| later(text.clone()));
        on_input.run(text);
    });
    view! {
        <TextField label=label value=value on_input=typed test_id=test_id list=list.clone() />
        <datalist id=list>
            {move || {
                let option = |name: String| view! { <option value=name></option> };
                names.get().into_iter().map(option).collect_view()
            }}
        </datalist>
    }
}

/// A button that asks once in place before it does what cannot be taken back.
#[component]
pub(crate) fn AskTwice(
    /// What it says at first.
    label: &'static str,
    /// What it says when it has asked.
    #[prop(into)]
    sure: Signal<String>,
    /// What will happen.
    #[prop(into)]
    about: Signal<String>,
    #[prop(into)] on_yes: Callback<()>,
    #[prop(optional)] test_id: &'static str,
    /// Whether it is the main thing to do here.
    #[prop(optional)]
    is_main: bool,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.shared;
    let is_asked = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let not_yet = move |_| {
        is_asked.set(false);
        // This button goes, and the focus would go with it.
        if button.get_untracked().is_some_and(|button| button.focus().is_err()) {
            leptos::logging::warn!("a button takes no focus");
        }
    };
    let pressed = move |_| {
        if is_asked.get_untracked() {
            is_asked.set(false);
            on_yes.run(());
        } else {
            is_asked.set(true);
        }
    };
    view! {
        <span class="ask" data-asked=move || is_asked.get().then_some("true")>
            <span class="ask-about" role="status">
                {move || is_asked.get().then(|| about.get())}
            </span>
            <button
                type="button"
                node_ref=button
                class=if is_main { "button button-main" } else { "button" }
                data-testid=(!test_id.is_empty()).then_some(test_id)
                data-asked=move || is_asked.get().then_some("true")
                on:click=pressed
            >
                {move || if is_asked.get() { sure.get() } else { label.to_owned() }}
            </button>
            <Show when=move || is_asked.get()>
                <button
                    type="button"
                    class="button button-plain"
                    on:click=not_yet
                >
                    {texts.not_yet}
                </button>
            </Show>
        </span>
    }
}

/// Names that were added one by one: each with a button that takes it away.
#[component]
pub(crate) fn Tags(
    #[prop(into)] names: Signal<Vec<String>>,
    #[prop(into)] on_take: Callback<String>,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.shared;
    let tag = move |name: String| {
        let (taken, label) = (name.clone(), fill(texts.take_away, "{name}", &name));
        view! {
            <li class="tag">
                {name}
                <button type="button" aria-label=label on:click=move |_| on_take.run(taken.clone())>
                    "×"
                </button>
            </li>
        }
    };
    view! {
        <ul class="row-of tags">{move || names.get().into_iter().map(tag).collect_view()}</ul>
    }
}

/// Above a list: fields to write a name into it, one after the other.
#[component]
pub(crate) fn Adder(
    #[prop(into)] label: String,
    of: Referent,
    #[prop(into)] on_add: Callback<String>,
    test_id: &'static str,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.shared;
    let text = RwSignal::new(String::new());
    let add = move || {
        let name = text.get_untracked().trim().to_owned();
        if !name.is_empty() {
            on_add.run(name);
            text.set(String::new());
        }
    };
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            add();
        }
    };
    view! {
        <div class="adder" on:keydown=pressed on:change=move |_| add()>
            <NameField
                label=label
                of=of
                value=text
                on_input=move |typed| text.set(typed)
                test_id=test_id
            />
            <button type="button" class="button" on:click=move |_| add()>{texts.add}</button>
        </div>
    }
}
