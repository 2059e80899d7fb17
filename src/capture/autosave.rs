//! Keeps what is typed: at each pause, and when the page is hidden or left (DESIGN.md §6).

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use device::{Device, Draft, DraftFor};
use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::context;
use super::form::Form;
use crate::early;

/// A pause in typing (SYNC.md fault 11: at most 500 ms).
const PAUSE_MS: u32 = 300;

/// Brings back the draft, or else what the note says already, or else what a new note is likely to
/// be about, then keeps what is typed for as long as the form is shown and no other tab goes on with
/// the same draft; `form.is_elsewhere` tells when one does.
pub(crate) fn keep(device: Device, form: Form, of: DraftFor, said: Option<Draft>) {
    let is_restored = Rc::new(Cell::new(false));
    let kept: Rc<RefCell<Draft>> = Rc::default();
    {
        let (device, is_restored, kept) =
            (device.clone(), Rc::clone(&is_restored), Rc::clone(&kept));
        let owner = StoredValue::new_local(None);
        spawn_local(async move {
            let on_lost = move || _ = form.is_elsewhere.try_set(true);
            let owned = device.own_draft(of, on_lost).await;
            let _ = owner.try_set_value(Some(owned));
            // An unreadable draft is left alone: nothing is written over it.
            let Ok(draft) = device.draft(of).await else { return };
            let draft = match draft.or(said) {
                Some(draft) => draft,
                None => context::prefilled(&device).await,
            };
            *kept.borrow_mut() = draft.clone();
            form.restore(draft);
            is_restored.set(true);
            if *kept.borrow() == form.draft_untracked() {
                early::forget(of);
            }
        });
    }
    let keep_now = Rc::new(move || {
        let draft = form.draft_untracked();
        let is = |signal: RwSignal<bool>| signal.try_get_untracked().unwrap_or(true);
        if is(form.is_saving)
            || is(form.is_elsewhere)
            || !is_restored.get()
            || *kept.borrow() == draft
        {
            return;
        }
        let (device, kept) = (device.clone(), Rc::clone(&kept));
        spawn_local(async move {
            // A failure shows when the note itself is saved; the text is still on the screen.
            if device.keep_draft(of, &draft).await.is_ok() {
                *kept.borrow_mut() = draft;
                early::forget(of);
            }
        });
    });

    let pause = StoredValue::new_local(None::<Timeout>);
    let at_pause = Rc::clone(&keep_now);
    Effect::new(move || {
        let _ = form.draft();
        let keep_now = Rc::clone(&at_pause);
        pause.set_value(Some(Timeout::new(PAUSE_MS, move || keep_now())));
    });
    let (hidden, left) = (Rc::clone(&keep_now), Rc::clone(&keep_now));
    let listeners = [
        window_event_listener(ev::pagehide, move |_| hidden()),
        window_event_listener(ev::visibilitychange, move |_| left()),
    ];
    let leaving = StoredValue::new_local(keep_now);
    on_cleanup(move || {
        leaving.with_value(|keep_now| keep_now());
        listeners.into_iter().for_each(|listener| listener.remove());
    });
}
