//! The inbox: filters and list beside the open note; keys move through both.

mod arrivals;
mod attachments;
mod chips;
mod content_filters;
mod export;
mod feed;
mod filters;
mod hypotheses;
mod list;
mod opened;
mod reading;
mod search;
mod selection;
mod similar;
mod standing;
mod thread;
mod transcript;
mod verbs;
mod viewer;
mod work_filters;

use feed::Feed;
use opened::Opened;
use selection::Selection;
use verbs::Verbs;

use crate::work::Questions;
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
    let selection = Selection::none();
    let verbs = Verbs::of(feed, Opened::of(open, feed), selection);
    page::set_title(texts.inbox);
    // Other filters, other notes.
    Effect::new(move |_| {
        filters.track();
        selection.clear();
    });
    listen_to_keys(address, verbs, navigation);
    focus_what_opens(open);
    view! {
        <div class="inbox" data-open=move || open.get().is_some().then_some("true")>
            <section class="list-pane" aria-labelledby="inbox-title">
                <filters::FilterBar address feed />
                <verbs::BulkBar verbs />
                <list::NoteList feed filters open selection />
            </section>
            <reading::Reading verbs address />
        </div>
        <Questions asked=verbs.asked />
    }
}

fn listen_to_keys(address: Memo<Address>, verbs: Verbs, navigation: Navigation) {
    let (feed, selection) = (verbs.feed, verbs.selection);
    let preferences = expect_context::<Preferences>();
    let key_list = expect_context::<KeyList>();
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        let single_keys = preferences.single_keys.get_untracked();
        let place = page::place_of_focus();
        let key = key_of(&event);
        let Some(command) = command(&key, modified, place, single_keys) else { return };
        if page::has_open_dialog() {
            return;
        }
        match command {
            Command::Next => step(address, feed, navigation, 1),
            Command::Previous => step(address, feed, navigation, -1),
            Command::Choose => current(address).into_iter().for_each(|id| selection.toggle(id)),
            Command::ChooseNext => reach(address, verbs, navigation, 1),
            Command::ChoosePrevious => reach(address, verbs, navigation, -1),
            Command::Do(verb) => verbs.run(verb),
            Command::Gather => verbs.gather(),
            // The bar that offers it hears its key on every page.
            Command::Undo => return,
            Command::Search => page::focus(search::FIELD),
            Command::Export => page::open_menu(export::MENU),
            Command::Help => key_list.shown.set(true),
            Command::Back => back(address, selection, navigation),
        }
        // Escape too: Chromium would empty the search field, and lose the words of the address.
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// The key; Shift with an arrow chooses, as J and K do.
fn key_of(event: &web_sys::KeyboardEvent) -> String {
    match (event.key().as_str(), event.shift_key()) {
        ("ArrowDown", true) => "J".to_owned(),
        ("ArrowUp", true) => "K".to_owned(),
        (key, _) => key.to_owned(),
    }
}

/// Moves to the next note or the one before. Side by side it opens at once; on a small screen the
/// row takes the focus, and Enter opens it.
fn step(address: Memo<Address>, feed: Feed, navigation: Navigation, by: isize) {
    let from = current(address);
    let address = address.get_untracked();
    let Some((note_id, is_last)) = feed.neighbour(from, by) else { return };
    if is_last {
        feed.more();
    }
    if page::is_side_by_side() {
        navigation.replace(&address.opened(Some(note_id)).href());
    }
    page::focus(&list::row_id(note_id));
}

/// The note that keys are about: the one whose row has the focus, else the open one.
fn current(address: Memo<Address>) -> Option<NoteId> {
    page::focused_note().or(address.get_untracked().note)
}

/// Chooses the note and the one after or before it, and goes there.
fn reach(address: Memo<Address>, verbs: Verbs, navigation: Navigation, by: isize) {
    let (feed, selection) = (verbs.feed, verbs.selection);
    let order = feed.order();
    if let Some(id) = current(address).filter(|id| !untrack(|| selection.has(*id))) {
        selection.toggle(id);
    }
    if let Some((id, _)) = feed.neighbour(current(address), by) {
        selection.reach(id, &order);
    }
    step(address, feed, navigation, by);
}

/// Closes what is open, the innermost first: a menu, the choice of notes, then the note; a field
/// is left.
fn back(address: Memo<Address>, selection: Selection, navigation: Navigation) {
    if page::has_open_menu() {
        return page::leave_menu();
    }
    if page::place_of_focus() == crate::keys::Place::Typing {
        return page::leave_field();
    }
    if untrack(|| selection.count()) > 0 {
        return selection.clear();
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
