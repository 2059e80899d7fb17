//! Marketing's console: reads what the field says.

// Leptos's `component` macro writes `pub` on what it makes of a component.
#![expect(unreachable_pub)]

mod account;
mod address;
mod analysis;
mod api;
mod app;
mod chart;
mod clock;
mod data;
mod day;
mod facts;
mod field;
mod form;
mod frame;
mod icons;
mod inbox;
mod keys;
mod locale;
mod navigation;
mod page;
mod people;
mod preferences;
mod quarantine;
mod query_string;
mod sign_in;
mod texts;
mod trouble;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
