//! The first keystroke counts: while the WebAssembly loads, a field in the page's own HTML takes the
//! words of a quick entry, and `early.js` keeps them in the browser's local storage. Here the form
//! takes both over.

use device::DraftFor;
use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// Where the words that nobody took over yet are kept.
fn key(of: DraftFor) -> Option<String> {
    match of {
        DraftFor::New(kind) => Some(format!("early-{kind}")),
        DraftFor::Edit(_) => None,
    }
}

/// What was typed before the app was there.
pub(crate) fn words(of: DraftFor) -> String {
    let kept = || LocalStorage::raw().get_item(&key(of)?).ok()?;
    field().map(|field| field.value()).or_else(kept).unwrap_or_default()
}

/// The form's own field takes the place of the early one: focus, and where in the text one was.
pub(crate) fn hand_over(to: &HtmlTextAreaElement) {
    let _ = to.focus();
    if let Some(from) = field()
        && let (Ok(Some(start)), Ok(Some(end))) = (from.selection_start(), from.selection_end())
    {
        let _ = to.set_selection_range(start, end);
    }
    if let Some(page) = document().get_element_by_id("early") {
        page.remove();
    }
}

/// The words are kept elsewhere now: in the draft, or in a saved note.
pub(crate) fn forget(of: DraftFor) {
    if let Some(key) = key(of) {
        LocalStorage::delete(key);
    }
}

fn field() -> Option<HtmlTextAreaElement> {
    document().query_selector("#early textarea").ok()??.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use protocol::Kind;

    use crate::i18n::Language;

    #[test]
    fn the_page_says_what_the_app_says() {
        let script = include_str!("early.js");
        for (language, kind) in
            Language::ALL.iter().flat_map(|language| Kind::ALL.map(|kind| (language, kind)))
        {
            let t = language.texts();
            let (name, prompt) = ((t.kind_name)(kind), (t.kind_prompt)(kind));
            let line = format!("{kind}: ['{name}', '{prompt}'],");
            assert!(script.contains(&line), "early.js lacks {line}");
        }
    }
}
