//! The browser's hints that now may be a good time to send (SYNC.md §1, "Backoff").

use std::rc::Rc;

use sync::Event;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventTarget, VisibilityState, Window};

/// Reports the page's life to `report` for as long as the page lives.
pub(crate) fn listen(window: &Window, report: Rc<dyn Fn(Event)>) {
    on(window, "online", &report, || Some(Event::Online));
    on(window, "offline", &report, || Some(Event::Offline));
    on(window, "pageshow", &report, || Some(Event::PageShown));
    if let Some(document) = window.document() {
        let page = document.clone();
        on(&document, "visibilitychange", &report, move || {
            (page.visibility_state() == VisibilityState::Visible).then_some(Event::Visible)
        });
    }
}

/// Calls `leave` whenever the page is hidden, which may be the last that is heard of it.
pub(crate) fn on_leaving(window: &Window, leave: impl Fn() + 'static) {
    let Some(document) = window.document() else { return };
    let page = document.clone();
    let nothing: Rc<dyn Fn(Event)> = Rc::new(|_| {});
    on(&document, "visibilitychange", &nothing, move || {
        if page.visibility_state() == VisibilityState::Hidden {
            leave();
        }
        None
    });
}

fn on(
    target: &EventTarget,
    name: &str,
    report: &Rc<dyn Fn(Event)>,
    event: impl Fn() -> Option<Event> + 'static,
) {
    let report = Rc::clone(report);
    let listener = Closure::<dyn Fn()>::new(move || {
        if let Some(event) = event() {
            report(event);
        }
    });
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}
