//! The inbox: filters and list beside the open note; keys move through both.

mod arrivals;
mod attachments;
mod export;
mod feed;
mod filters;
mod list;
mod reading;
mod search;

use feed::Feed;
use leptos::ev;
use leptos::prelude::*;
use protocol::NoteId;

use crate::account::use_account;
use crate::address::Address;
use crate::frame::KeyList;
use crate::keys::{Command, command};
use crate::locale::use_locale;
use crate::navigation::{Navigation, use_address, use_navigation};
use crate::page;
use crate::preferences::Preferences;

/// The screen.
#[component]
pub(crate) fn Inbox() -> impl IntoView {
    let texts = use_locale().texts;
    let address = use_address();
    let navigation = use_navigation();
    let filters = Memo::new(move |_| address.with(|address| address.filters.clone()));
    let open = Memo::new(move |_| address.with(|address| address.note));
    let feed = Feed::of(filters, use_account());
    page::set_title(texts.inbox);
    listen_to_keys(address, feed, navigation);
    focus_what_opens(open);
    view! {
        <div class="inbox" data-open=move || open.get().is_some().then_some("true")>
            <section class="list-pane" aria-labelledby="inbox-title">
                <filters::FilterBar address feed />
                <list::NoteList feed filters open />
            </section>
            <reading::Reading open feed address />
        </div>
    }
}

fn listen_to_keys(address: Memo<Address>, feed: Feed, navigation: Navigation) {
    let preferences = expect_context::<Preferences>();
    let key_list = expect_context::<KeyList>();
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        let single_keys = preferences.single_keys.get_untracked();
        let place = page::place_of_focus();
        let Some(command) = command(&event.key(), modified, place, single_keys) else { return };
        if page::has_open_dialog() {
            return;
        }
        match command {
            Command::Next => step(address, feed, navigation, 1),
            Command::Previous => step(address, feed, navigation, -1),
            Command::Search => page::focus(search::FIELD),
            Command::Export => page::open_menu(export::MENU),
            Command::Help => key_list.shown.set(true),
            Command::Back => back(address, navigation),
        }
        // Escape too: Chromium would empty the search field, and lose the words of the address.
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Moves to the next note or the one before. Side by side it opens at once; on a small screen the
/// row takes the focus, and Enter opens it.
fn step(address: Memo<Address>, feed: Feed, navigation: Navigation, by: isize) {
    let address = address.get_untracked();
    let from = page::focused_note().or(address.note);
    let Some((note_id, is_last)) = feed.neighbour(from, by) else { return };
    if is_last {
        feed.more();
    }
    if page::is_side_by_side() {
        navigation.replace(&address.opened(Some(note_id)).href());
    }
    page::focus(&list::row_id(note_id));
}

/// Closes what is open, the innermost first: a menu, then the note; a field is left.
fn back(address: Memo<Address>, navigation: Navigation) {
    if page::has_open_menu() {
        return page::leave_menu();
    }
    if page::place_of_focus() == crate::keys::Place::Typing {
        return page::leave_field();
    }
    let address = address.get_untracked();
    if address.note.is_some() {
        navigation.go(&address.opened(None).href());
    }
}

/// On a small screen the note covers the list, so the focus follows: into the note that opens, and
/// back to its row when it closes.
fn focus_what_opens(open: Memo<Option<NoteId>>) {
    Effect::new(move |before: Option<Option<NoteId>>| {
        let now = open.get();
        if !page::is_side_by_side() && before.is_some_and(|before| before != now) {
            let target = match (before.flatten(), now) {
                (_, Some(_)) => reading::PANE.to_owned(),
                (Some(closed), None) => list::row_id(closed),
                (None, None) => return now,
            };
            request_animation_frame(move || page::focus(&target));
        }
        now
    });
}
