//! Says that last week's digest is there, until the reader has opened it.

use leptos::prelude::*;
use protocol::console::work::WorkState;

use crate::address::BASE;
use crate::clock;
use crate::icons::Icon;
use crate::locale::{fill, use_locale};
use crate::waiting::use_counts;

/// A link above the views, with what is unread and how old that is.
#[component]
pub(super) fn DigestReady() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let counts = use_counts();
    let week = Memo::new(move |_| {
        counts.views.with(|views| views.as_ref().and_then(|views| views.digest_due.clone()))
    });
    let unread = move || {
        let new = counts.of_state(WorkState::New).filter(|new| new.count > 0)?;
        let age = new.oldest_ms.map(|oldest_ms| clock::now_ms() - oldest_ms);
        let oldest = age.map(|age_ms| fill(texts.oldest, "{age}", &locale.age(age_ms, true)));
        let unread = locale.count(&texts.n_unread, new.count as usize);
        Some(core::iter::once(unread).chain(oldest).collect::<Vec<_>>().join(", "))
    };
    let link = move |week: String| {
        view! {
            <ul class="digest-ready">
                <li>
                    <a href=format!("{BASE}/week?week={week}") data-testid="digest-ready">
                        {Icon::Week.view()}
                        <span>
                            <strong>{texts.digest_ready}</strong>
                            <span class="quiet">{unread}</span>
                        </span>
                    </a>
                </li>
            </ul>
        }
    };
    move || week.get().map(link)
}
