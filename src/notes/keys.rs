//! The list by keyboard: J and K, or the arrows once a row has the focus, go from note to note; Enter
//! opens, as on any link; E edits.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::NoteId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::layout::{View, top_of};
use super::list::{Listing, Screen};
use crate::shortcuts::is_not_for_us;

/// What stands over the page at its lower edge, tabs above all, in CSS pixels.
const COVERED: f64 = 80.0;

/// Listens for as long as the list is mounted.
pub(super) fn listen(screen: Screen, open: Memo<Option<String>>) {
    let navigate = use_navigate();
    let handle = window_event_listener(ev::keydown, move |event| {
        if is_not_for_us(&event) || event.default_prevented() {
            return;
        }
        let focused = focused_row();
        match event.key().as_str() {
            "j" => step(screen, open, focused, true),
            "k" => step(screen, open, focused, false),
            "ArrowDown" if focused.is_some() => step(screen, open, focused, true),
            "ArrowUp" if focused.is_some() => step(screen, open, focused, false),
            "e" => match (element("[data-testid=note-edit]"), focused) {
                (_, Some(note_id)) => {
                    navigate(
                        &format!("/notes/{note_id}/edit"),
                        leptos_router::NavigateOptions::default(),
                    );
                }
                (Some(edit), None) => edit.click(),
                (None, None) => return,
            },
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// The first note of the list gets the focus.
pub(super) fn focus_first(screen: Screen) {
    focus(screen, 0);
}

/// To the next note, or to the one before; from the one with the focus, else from the one that is
/// open, else to the first on the screen.
fn step(screen: Screen, open: Memo<Option<String>>, focused: Option<NoteId>, is_down: bool) {
    if !screen.measure() {
        return;
    }
    let from = focused.or_else(|| open.get_untracked()?.parse().ok());
    let place = screen.listing.with_untracked(|listing| listing.found.place(from?));
    let to = match place {
        Some(place) if is_down => place + 1,
        Some(place) => place.saturating_sub(1),
        None => first_seen(screen),
    };
    focus(screen, to);
}

fn first_seen(screen: Screen) -> usize {
    let view = screen.view.get_untracked();
    screen.listing.with_untracked(|listing| {
        let is_above = |place: &usize| top_of(&listing.days, *place, view) < view.top;
        (0..).take_while(is_above).count()
    })
}

fn focus(screen: Screen, place: usize) {
    let view = screen.view.get_untracked();
    let note = screen.listing.with_untracked(|Listing { found, days, .. }| {
        found.ids.get(place).map(|note_id| (*note_id, top_of(days, place, view)))
    });
    let Some((note_id, at)) = note else { return };
    let View { top, height, row, heading } = view;
    let (above, below) = (at - heading - top, at + row + COVERED - (top + height));
    if above < 0.0 || below > 0.0 {
        window().scroll_by_with_x_and_y(0.0, if above < 0.0 { above } else { below });
        screen.measure();
    }
    // By then its row is in the page.
    request_animation_frame(move || {
        if let Some(link) = element(&format!("[data-note-id=\"{note_id}\"] a")) {
            let _ = link.focus();
        }
    });
}

/// The note whose row has the focus.
fn focused_row() -> Option<NoteId> {
    let row = document().active_element()?.closest("[data-note-id]").ok()??;
    row.get_attribute("data-note-id")?.parse().ok()
}

/// An element of the page.
pub(super) fn element(selector: &str) -> Option<HtmlElement> {
    let found: Option<Element> = document().query_selector(selector).ok()?;
    found?.dyn_into().ok()
}
