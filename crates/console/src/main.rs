//! Marketing's console: reads what the field says.

// Leptos's `component` macro writes `pub` on what it makes of a component.
#![expect(unreachable_pub)]

mod account;
mod address;
mod analysis;
mod api;
mod app;
mod audit;
mod chart;
mod clock;
mod data;
mod day;
mod decisions;
mod deed_list;
mod dialog;
mod facts;
mod field;
mod form;
mod frame;
mod icons;
mod inbox;
mod keys;
mod live;
mod locale;
mod merge;
mod navigation;
mod note_line;
mod object_url;
mod page;
mod people;
mod preferences;
mod quarantine;
mod query_string;
mod sign_in;
mod state;
mod texts;
mod topics;
mod trouble;
mod waiting;
mod week;
mod work;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
