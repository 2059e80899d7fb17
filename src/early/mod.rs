//! The first keystroke counts: while the WebAssembly loads, the page's own HTML has the four keys of the
//! home screen, or the field of a quick entry, whose words `early.js` keeps in the browser's local
//! storage. Here the app takes over.

use device::DraftFor;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use crate::local_storage;

/// Where the words that nobody took over yet are kept.
fn key(of: DraftFor) -> Option<String> {
    match of {
        DraftFor::New(kind) => Some(format!("early-{kind}")),
        _ => None,
    }
}

/// What was typed before the app was there.
pub(crate) fn words(of: DraftFor) -> String {
    let kept = || local_storage::text(&key(of)?);
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
    leave();
}

/// The app's own home screen takes the place of the early one; a quick entry takes over by itself.
pub(crate) fn leave_home() {
    if field().is_none() {
        leave();
    }
}

fn leave() {
    if let Some(page) = document().get_element_by_id("early") {
        page.remove();
    }
}

/// The words are kept elsewhere now: in the draft, or in a saved note.
pub(crate) fn forget(of: DraftFor) {
    if let Some(key) = key(of) {
        local_storage::forget(&key);
    }
}

fn field() -> Option<HtmlTextAreaElement> {
    document().query_selector("#early textarea").ok()??.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use protocol::Kind;

    use crate::i18n::Language;
    use crate::shortcuts;
    use crate::ui::icon;

    #[test]
    fn the_page_says_what_the_app_says() {
        let script = include_str!("early.js");
        let has = |line: &str| assert!(script.contains(line), "early.js lacks {line}");
        for language in Language::ALL {
            let t = language.texts();
            has(&format!("back: '{}',", t.back));
            has(&format!("visit: ['{}', '{}'],", t.visit_start, t.visits));
            has(&format!("empty: '{}',", t.home_empty));
            let tabs = [t.nav_capture, t.nav_notes, t.nav_inbox, t.nav_device];
            has(&format!("tabs: ['{}'],", tabs.join("', '")));
            for kind in Kind::ALL {
                let (key, name, prompt) =
                    ((t.kind_key)(kind), (t.kind_name)(kind), (t.kind_prompt)(kind));
                has(&format!("{kind}: ['{key}', '{name}', '{prompt}'],"));
            }
        }
    }

    #[test]
    fn the_page_shows_what_the_app_shows() {
        let page = include_str!("early.html");
        let icons = [icon::BACK, icon::PEN, icon::LIST, icon::TRAY, icon::PHONE];
        for path in icons.into_iter().chain(Kind::ALL.map(icon::of_kind)) {
            assert!(page.contains(&format!("d=\"{path}\"")), "early.html lacks {path}");
        }
        for kind in Kind::ALL {
            let (key, link) = (shortcuts::key_of(kind), format!("href=\"/new/{kind}\""));
            assert!(page.contains(&link) && page.contains(&format!(">{key}</kbd>")), "{kind}");
        }
    }
}
