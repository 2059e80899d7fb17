//! The console as a whole: preferences, the account, and which screen an address shows.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::account::Account;
use crate::address::BASE;
use crate::analysis::Analysis;
use crate::data::Data;
use crate::field::Field;
use crate::frame::{Frame, Here, QuarantineCount};
use crate::inbox::Inbox;
use crate::locale::{Locale, use_locale};
use crate::navigation::Navigation;
use crate::people::People;
use crate::preferences::Preferences;
use crate::quarantine::Quarantine;
use crate::sign_in::{Gate, SignIn};

/// Everything.
#[component]
pub(crate) fn App() -> impl IntoView {
    let preferences = Preferences::begin();
    provide_context(preferences);
    provide_context(Account::unknown());
    provide_context(QuarantineCount::unknown());
    view! {
        <Router base=BASE>
            {move || {
                provide_context(Locale::of(preferences.language.get(), preferences));
                provide_context(Navigation::of_router());
                view! { <Screens /> }
            }}
        </Router>
    }
}

#[component]
fn Screens() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NoPage>
            <Route path=path!("/") view=|| view! { <Gate><Frame here=Here::Inbox><Inbox /></Frame></Gate> } />
            <Route
                path=path!("/quarantine")
                view=|| view! { <Gate><Frame here=Here::Quarantine><Quarantine /></Frame></Gate> }
            />
            <Route
                path=path!("/analysis")
                view=|| view! { <Gate><Frame here=Here::Analysis><Analysis /></Frame></Gate> }
            />
            <Route
                path=path!("/field")
                view=|| view! { <Gate><Frame here=Here::Field><Field /></Frame></Gate> }
            />
            <Route
                path=path!("/people")
                view=|| view! { <Gate><Frame here=Here::People><People /></Frame></Gate> }
            />
            <Route
                path=path!("/data")
                view=|| view! { <Gate><Frame here=Here::Data><Data /></Frame></Gate> }
            />
            <Route path=path!("/sign-in") view=SignIn />
        </FlatRoutes>
    }
}

#[component]
fn NoPage() -> impl IntoView {
    let texts = use_locale().texts;
    view! {
        <main class="plain-page">
            <h1>{texts.no_page}</h1>
            <p><a class="button" href=format!("{BASE}/")>{texts.to_inbox}</a></p>
        </main>
    }
}
