//! The page: status line, screens, keys and tabs; and which address shows home and the
//! quick entry; `pages.rs` has the others.

use leptos::prelude::*;
use leptos_router::components::{A, FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::capture::Capture;
use crate::from_marketing::InboxTab;
use crate::home::Home;
use crate::i18n::{Language, use_texts};
use crate::lazy::{self, Lazy};
use crate::notes::FinderSeat;
use crate::preferences;
use crate::session::{Session, use_session};
use crate::shortcuts;
use crate::ui::icon::{self, Icon};
use crate::ui::kind_keys::KindKeys;
use crate::ui::status_line::StatusLine;

/// The app. A change of language builds the page anew.
#[component]
pub(crate) fn App() -> impl IntoView {
    preferences::apply_theme(preferences::theme());
    let session = Session::start();
    provide_context(session);
    move || {
        let language = session.language.get();
        provide_context(language);
        name_language(language);
        view! { <Router><Page /></Router> }
    }
}

#[component]
fn Page() -> impl IntoView {
    let t = use_texts();
    provide_context(FinderSeat::new());
    shortcuts::listen();
    let location = use_location();
    let is_home = move || location.pathname.get() == "/";
    view! {
        <div class="page" class:page-home=is_home>
            <a class="skip" href="#content">{t.skip_to_content}</a>
            <header class="top">
                <StatusLine />
                <UpdateOffer />
            </header>
            <main id="content" tabindex="-1">
                <FlatRoutes fallback=|| ()>
                    <Route path=path!("/") view=Home />
                    <Route path=path!("/new/:kind") view=Capture />
                    // A fallback that the page begins with would be gone at the next address.
                    <Route path=path!("/*any") view=|| view! { <Lazy view=lazy::View::Pages /> } />
                </FlatRoutes>
            </main>
            <KindKeys />
            <nav class="tabs" aria-label=t.nav>
                <A href="/" exact=true><Icon path=icon::PEN />{t.nav_capture}</A>
                <A href="/notes"><Icon path=icon::LIST />{t.nav_notes}</A>
                <InboxTab />
                <A href="/device"><Icon path=icon::PHONE />{t.nav_device}</A>
            </nav>
        </div>
    }
}

/// Offered, never forced (SYNC.md fault 12); not while a form is open, whose text may be unsaved.
#[component]
fn UpdateOffer() -> impl IntoView {
    let t = use_texts();
    let update = use_session().update;
    let location = use_location();
    let is_writing =
        move || location.pathname.with(|path| path.starts_with("/new/") || path.ends_with("/edit"));
    move || {
        update.get().filter(|_| !is_writing()).map(|update| {
            view! {
                <p class="offer" role="status">
                    {t.update_ready}
                    <button
                        class="button button-plain"
                        data-testid="update-now"
                        on:click=move |_| update.take_over()
                    >
                        {t.update_now}
                    </button>
                </p>
            }
        })
    }
}

fn name_language(language: Language) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("lang", language.tag());
    }
}
