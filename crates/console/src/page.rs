//! What the screens ask of the browser's page: focus, width, visibility, title.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use protocol::NoteId;
use web_sys::{Element, HtmlElement, VisibilityState};

use crate::keys::Place;

/// From this width on, list and note stand side by side (console.css has the same number).
const SIDE_BY_SIDE: &str = "(min-width: 48rem)";

const OPEN_MENU: &str = "details.menu[open]";

/// Names the page in the browser's tab.
pub(crate) fn set_title(name: &str) {
    document().set_title(&format!("{name} · Sightline"));
}

/// Gives the focus to the element of this id, if there is one.
pub(crate) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus_on(element);
    }
}

fn focus_on(element: Element) {
    let focused = element.dyn_into::<HtmlElement>().map(|element| element.focus());
    if !matches!(focused, Ok(Ok(()))) {
        leptos::logging::warn!("an element takes no focus");
    }
}

/// Whether list and note stand side by side.
pub(crate) fn is_side_by_side() -> bool {
    let query = window().match_media(SIDE_BY_SIDE).ok().flatten();
    query.is_none_or(|query| query.matches())
}

/// Whether somebody can see the page.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Whether a dialog is open; keys are its own then.
pub(crate) fn has_open_dialog() -> bool {
    find("dialog[open]").is_some()
}

/// Whether a menu is open.
pub(crate) fn has_open_menu() -> bool {
    find(OPEN_MENU).is_some()
}

/// Opens the menu of this id and gives the focus to its first link.
pub(crate) fn open_menu(id: &str) {
    let Some(menu) = document().get_element_by_id(id) else { return };
    // Only a malformed attribute name could be refused.
    let _ = menu.set_attribute("open", "");
    if let Ok(Some(link)) = menu.query_selector("a") {
        focus_on(link);
    }
}

/// Closes the open menu and gives the focus back to what opened it.
pub(crate) fn leave_menu() {
    let summary = find("details.menu[open] > summary");
    close_menus(None);
    if let Some(summary) = summary {
        focus_on(summary);
    }
}

/// Takes the focus away from the field that has it.
pub(crate) fn leave_field() {
    let field = document().active_element().and_then(|field| field.dyn_into::<HtmlElement>().ok());
    if field.is_some_and(|field| field.blur().is_err()) {
        leptos::logging::warn!("a field keeps the focus");
    }
}

/// The note whose row has the focus.
pub(crate) fn focused_note() -> Option<NoteId> {
    document().active_element()?.get_attribute("data-note-id")?.parse().ok()
}

/// Closes every menu but the one that holds this element.
pub(crate) fn close_menus(but_of: Option<&Element>) {
    let Ok(menus) = document().query_selector_all(OPEN_MENU) else { return };
    for index in 0..menus.length() {
        let menu = menus.item(index).and_then(|menu| menu.dyn_into::<Element>().ok());
        let Some(menu) = menu else { continue };
        if but_of.is_some_and(|element| menu.contains(Some(element))) {
            continue;
        }
        // Only a read-only attribute map could refuse.
        let _ = menu.remove_attribute("open");
    }
}

/// Where the focus is, as far as keys are concerned.
pub(crate) fn place_of_focus() -> Place {
    let Some(element) = document().active_element() else { return Place::Page };
    if element.matches("input:not([type=radio]):not([type=checkbox]), select, textarea") == Ok(true)
    {
        return Place::Typing;
    }
    if element.matches("body, .rows, .rows *") == Ok(true) { Place::Page } else { Place::Control }
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}
