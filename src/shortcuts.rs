//! Keys for those who have a keyboard: C, A, N, G start a note, L lists them, H is home. Only
//! where no text is being typed.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// Listens until the page is built anew.
pub(crate) fn listen() {
    let navigate = use_navigate();
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || is_typing(&event) {
            return;
        }
        let to = match event.key().to_ascii_lowercase().as_str() {
            "c" => "/new/competitor",
            "a" => "/new/acceptance",
            "n" => "/new/need",
            "g" => "/new/gap",
            "l" => "/notes",
            "h" => "/",
            _ => return,
        };
        event.prevent_default();
        navigate(to, leptos_router::NavigateOptions::default());
    });
    on_cleanup(move || handle.remove());
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
