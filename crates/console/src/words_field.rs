//! A text in both languages, side by side.

use leptos::prelude::*;
use protocol::Words;

use crate::locale::use_locale;
use crate::preferences::Language;

/// Two fields, `{id}-en` and `{id}-fr`; the reader's own language first. `words` follows both.
#[component]
pub(crate) fn WordsField(
    id: &'static str,
    label: &'static str,
    words: RwSignal<Words>,
    /// Whether it takes more than a line.
    #[prop(default = false)]
    is_long: bool,
    /// Whether the first of the two takes the focus when a dialog opens.
    #[prop(default = false)]
    takes_focus: bool,
) -> impl IntoView {
    let is_french = use_locale().is_french();
    let own = if is_french { Language::French } else { Language::English };
    let other = if is_french { Language::English } else { Language::French };
    let field = move |language: Language| {
        let takes_focus = takes_focus && language == own;
        let id = format!("{id}-{}", language.tag());
        let value = move || {
            words.with(|words| match language {
                Language::English => words.en.clone(),
                Language::French => words.fr.clone(),
            })
        };
        let typed = move |event: web_sys::Event| {
            let text = event_target_value(&event);
            words.update(|words| match language {
                Language::English => words.en = text,
                Language::French => words.fr = text,
            });
        };
        let input = if is_long {
            view! {
                <textarea
                    id=id.clone()
                    class="input"
                    rows="4"
                    autofocus=takes_focus
                    lang=language.tag()
                    data-testid=id.clone()
                    prop:value=value
                    on:input=typed
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    id=id.clone()
                    class="input"
                    type="text"
                    autofocus=takes_focus
                    autocomplete="off"
                    lang=language.tag()
                    data-testid=id.clone()
                    prop:value=value
                    on:input=typed
                />
            }
            .into_any()
        };
        view! {
            <div class="field">
                <label for=id>{label}" · "<span lang=language.tag()>{language.name()}</span></label>
                {input}
            </div>
        }
    };
    view! { <div class="words-field">{[own, other].map(field).collect_view()}</div> }
}
