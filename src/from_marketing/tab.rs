//! The tab that leads to what comes from marketing, with how much of it is new.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{format, use_language, use_texts};
use crate::session::use_session;
use crate::ui::icon::{self, Icon};

#[component]
pub(crate) fn InboxTab() -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    // What fails here shows on the screens themselves.
    let unseen = use_session().watch(async move |device| device.unseen().await.unwrap_or(0));
    let count = move || unseen.get().unwrap_or(0);
    let shown = move || (count() > 0).then(|| format::number(language, f64::from(count())));
    let told = move || (count() > 0).then(|| format::plural(language, t.unseen, count()));
    view! {
        <A href="/inbox" attr:data-testid="tab-inbox">
            <Icon path=icon::TRAY />
            <span>
                {t.nav_inbox}
                <span class="tab-count" data-testid="inbox-unseen" data-count=move || count().to_string()>
                    <span aria-hidden="true">{shown}</span>
                    <span class="visually-hidden">{told}</span>
                </span>
            </span>
        </A>
    }
}
