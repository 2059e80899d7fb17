//! Keys for those who have a keyboard: C, A, N, G start a note, L lists them, / searches them, M is
//! what comes from marketing, H is home. Only where no text is being typed.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::Kind;
use wasm_bindgen::JsCast;

use crate::notes::use_finder_seat;

/// The key that starts a note of this kind.
pub(crate) const fn key_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Competitor => "c",
        Kind::Acceptance => "a",
        Kind::Need => "n",
        Kind::Gap => "g",
    }
}

/// Listens until the page is built anew.
pub(crate) fn listen() {
    let navigate = use_navigate();
    let finder = use_finder_seat();
    let handle = window_event_listener(ev::keydown, move |event| {
        if is_not_for_us(&event) {
            return;
        }
        let to = match event.key().to_ascii_lowercase().as_str() {
            "l" => "/notes".to_owned(),
            "h" => "/".to_owned(),
            "m" => "/inbox".to_owned(),
            "/" => {
                finder.call();
                let path = location_pathname().unwrap_or_default();
                if path.starts_with("/notes") && !path.ends_with("/edit") {
                    // The list is on the screen and hears the call.
                    return event.prevent_default();
                }
                "/notes".to_owned()
            }
            letter => match Kind::ALL.into_iter().find(|kind| key_of(*kind) == letter) {
                Some(kind) => format!("/new/{kind}"),
                None => return,
            },
        };
        event.prevent_default();
        navigate(&to, leptos_router::NavigateOptions::default());
    });
    on_cleanup(move || handle.remove());
}

/// Whether a key is the browser's, or a letter of a text.
pub(crate) fn is_not_for_us(event: &web_sys::KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key() || is_typing(event)
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
