//! The reps' app: capture what the market says, offline, in seconds.
//!
//! One folder a screen. Screens talk to [`device::Device`] through [`session::Session`] and to
//! nothing else below.

mod app;
mod capture;
mod early;
mod enrolment;
mod from_marketing;
mod home;
mod i18n;
mod install;
mod lazy;
mod local_storage;
mod my_device;
mod notes;
mod pages;
mod preferences;
mod session;
mod settings;
mod share;
mod shortcuts;
mod ui;
mod visits;

fn main() {
    leptos::mount::mount_to_body(app::App);
    early::leave_home();
}
