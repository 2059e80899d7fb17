//! The app's shell: registers the service worker and offers its updates, never forces them
//! (SYNC.md fault 12).

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    RegistrationOptions, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerState, ServiceWorkerUpdateViaCache, VisibilityState,
};

use crate::reflect;

const SCRIPT: &str = "/sw.js";
/// What the worker waits for before it takes over; see crates/worker/src/shell.js.
const TAKE_OVER: &str = "take-over";

/// A newer version of the app, fetched whole and waiting.
#[derive(Clone)]
pub struct Update {
    worker: ServiceWorker,
}

impl Update {
    /// Lets the newer version take over, and reloads the page once it has. Call it only when a
    /// person asked for it and nothing unsaved is on the screen.
    pub fn take_over(&self) {
        if let Some(container) = container() {
            let reload = Closure::<dyn Fn()>::new(|| {
                if let Some(window) = web_sys::window() {
                    let _ = window.location().reload();
                }
            });
            let listener = reload.as_ref().unchecked_ref();
            container.set_oncontrollerchange(Some(listener));
            // Chromium may bring this very page back from its back/forward cache when the newer
            // one is reloaded: then it makes way again.
            if let Some(window) = web_sys::window() {
                let _ = window.add_event_listener_with_callback("pageshow", listener);
            }
            reload.forget();
        }
        let _ = self.worker.post_message(&TAKE_OVER.into());
    }
}

/// What the worker listens for; see crates/worker/src/shell.js.
const OUTBOX_SYNC: &str = "outbox";

/// Asks the browser to wake the worker when there is a network, even with every tab closed, where
/// it can (Background Sync: Chromium alone). Elsewhere the page's own triggers send.
pub(crate) fn sync_in_background() {
    let Some(container) = container() else { return };
    spawn_local(async move {
        let Ok(ready) = container.ready() else { return };
        let Ok(registration) = JsFuture::from(ready).await else { return };
        let Some(sync) = reflect::get(&registration, "sync") else { return };
        if let Ok(asked) = reflect::call(&sync, "register", &[OUTBOX_SYNC.into()])
            && let Ok(asked) = asked.dyn_into::<js_sys::Promise>()
        {
            // Refused where the user forbade it: the page sends all the same.
            drop(JsFuture::from(asked).await);
        }
    });
}

/// Registers the worker; `offer` is called for each newer version that is ready.
pub fn install(offer: impl Fn(Update) + 'static) {
    let Some(container) = container() else { return };
    let offer: Rc<dyn Fn(Update)> = Rc::new(offer);
    spawn_local(async move {
        let options = RegistrationOptions::new();
        options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
        let registering = container.register_with_options(SCRIPT, &options);
        // Without a worker the app still runs; it only needs the network to start.
        let Ok(registration) = JsFuture::from(registering).await else { return };
        let registration: ServiceWorkerRegistration = registration.unchecked_into();
        if let Some(worker) = registration.waiting() {
            offer(Update { worker });
        }
        offer_when_installed(&registration, offer);
        look_again_when_shown(registration);
    });
}

/// A browser looks for a newer version when a page is loaded; an installed app may stay open for
/// weeks.
fn look_again_when_shown(registration: ServiceWorkerRegistration) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let page = document.clone();
    let look = Closure::<dyn Fn()>::new(move || {
        if page.visibility_state() == VisibilityState::Visible
            && let Ok(looking) = registration.update()
        {
            // Without a network there is none; the next time will do.
            spawn_local(async move { drop(JsFuture::from(looking).await) });
        }
    });
    let listener = look.as_ref().unchecked_ref();
    let _ = document.add_event_listener_with_callback("visibilitychange", listener);
    look.forget();
}

fn offer_when_installed(registration: &ServiceWorkerRegistration, offer: Rc<dyn Fn(Update)>) {
    let found = {
        let registration = registration.clone();
        Closure::<dyn Fn()>::new(move || {
            let Some(worker) = registration.installing() else { return };
            let (offer, installing) = (Rc::clone(&offer), worker.clone());
            let changed = Closure::<dyn Fn()>::new(move || {
                // The very first version takes over by itself: there is nothing to update.
                let has_older = container().is_some_and(|c| c.controller().is_some());
                if installing.state() == ServiceWorkerState::Installed && has_older {
                    offer(Update { worker: installing.clone() });
                }
            });
            worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
            changed.forget();
        })
    };
    registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
    found.forget();
}

/// None outside secure contexts and in modes that forbid workers.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    reflect::get(&navigator, "serviceWorker")?.dyn_into().ok()
}
