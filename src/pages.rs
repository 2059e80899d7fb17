//! Which address shows which screen, of all that are loaded later (`lazy.rs`).

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;

use crate::capture::Edit;
use crate::enrolment::Enrolment;
use crate::from_marketing::{BriefingPage, GroupPage, Inbox};
use crate::i18n::use_texts;
use crate::install::InstallHelp;
use crate::my_device::MyDevice;
use crate::notes::Notes;
use crate::settings::Settings;
use crate::share::Share;
use crate::visits::{PreparePage, VisitPage, Visits};

#[component]
pub(crate) fn Pages() -> impl IntoView {
    let t = use_texts();
    view! {
        <FlatRoutes fallback=move || view! { <p class="empty">{t.not_found}</p> }>
            <Route path=path!("/notes/:id?") view=Notes />
            <Route path=path!("/notes/:id/edit") view=Edit />
            <Route path=path!("/inbox") view=Inbox />
            <Route path=path!("/inbox/briefings/:id") view=BriefingPage />
            <Route path=path!("/inbox/groups/:id") view=GroupPage />
            <Route path=path!("/visits") view=Visits />
            <Route path=path!("/visits/:id") view=VisitPage />
            <Route path=path!("/prepare") view=PreparePage />
            <Route path=path!("/device") view=MyDevice />
            <Route path=path!("/install") view=InstallHelp />
            <Route path=path!("/settings") view=Settings />
            <Route path=path!("/enrol") view=Enrolment />
            <Route path=path!("/share") view=Share />
        </FlatRoutes>
    }
}
