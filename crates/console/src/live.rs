//! What the endpoint says by itself: server-sent events (HTML, "EventSource"). Whoever shows
//! something reads it again when it hears one.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use protocol::console::work::EVENTS;
use wasm_bindgen::closure::Closure;
use web_sys::EventSource;

use crate::account::{Account, Presence};

/// Events come in swarms; this long after the first, one look serves all.
const PAUSE: Duration = Duration::from_millis(400);

/// A source that the endpoint or a proxy closed is opened again after so long.
const AGAIN: Duration = Duration::from_secs(20);

/// The connection, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Counts what was heard; a change means "look again".
    pub(crate) heard: RwSignal<u64>,
    /// Whether the endpoint would tell; else whoever wants to know has to ask.
    pub(crate) is_connected: RwSignal<bool>,
    source: StoredValue<Option<Source>, LocalStorage>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

/// The browser's source, and what it calls.
struct Source {
    events: EventSource,
    _listeners: Vec<Closure<dyn FnMut()>>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.close();
    }
}

/// The connection of the page.
pub(crate) fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// Listens as long as somebody is signed in.
    pub(crate) fn begin(account: Account) -> Self {
        let live = Self {
            heard: RwSignal::new(0),
            is_connected: RwSignal::new(false),
            source: StoredValue::new_local(None),
            pending: StoredValue::new(None),
        };
        let is_in = Memo::new(move |_| matches!(account.presence.get(), Presence::SignedIn(_)));
        Effect::new(move |_| {
            if is_in.get() {
                live.open();
            } else {
                live.close();
            }
        });
        if let Ok(timer) = set_interval_with_handle(
            move || {
                if is_in.get_untracked() && live.is_closed() {
                    live.open();
                }
            },
            AGAIN,
        ) {
            on_cleanup(move || timer.clear());
        }
        live
    }

    /// Says that something changed; all that comes within a pause is said once.
    pub(crate) fn tell(self) {
        if self.pending.with_value(Option::is_some) {
            return;
        }
        let tell = move || {
            self.pending.set_value(None);
            self.heard.update(|heard| *heard += 1);
        };
        match set_timeout_with_handle(tell, PAUSE) {
            Ok(timer) => self.pending.set_value(Some(timer)),
            Err(_) => self.heard.update(|heard| *heard += 1),
        }
    }

    fn open(self) {
        let Ok(events) = EventSource::new("/api/v1/events") else { return };
        // What happened while nobody listened was not heard.
        let mut listeners = vec![listen(&events, "open", move || {
            self.is_connected.set(true);
            self.tell();
        })];
        listeners.push(listen(&events, "error", move || self.is_connected.set(false)));
        listeners.extend(EVENTS.map(|name| listen(&events, name, move || self.tell())));
        self.source.set_value(Some(Source { events, _listeners: listeners }));
    }

    fn close(self) {
        self.source.set_value(None);
        self.is_connected.set(false);
    }

    fn is_closed(self) -> bool {
        self.source.with_value(|source| {
            source.as_ref().is_none_or(|it| it.events.ready_state() == EventSource::CLOSED)
        })
    }
}

fn listen(events: &EventSource, name: &str, heard: impl FnMut() + 'static) -> Closure<dyn FnMut()> {
    let listener = Closure::<dyn FnMut()>::new(heard);
    let target: &web_sys::EventTarget = events.as_ref();
    if target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()).is_err() {
        leptos::logging::warn!("an event source takes no listener");
    }
    listener
}
