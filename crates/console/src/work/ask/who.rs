//! Whose hands a note goes into.

use leptos::prelude::*;
use protocol::console::people::UserId;
use protocol::console::work::Change;

use crate::locale::use_locale;
use crate::waiting::{use_counts, use_own_id};
use crate::work::deeds::{Said, Subject, use_deeds};

#[component]
pub(super) fn WhoForm(notes: Vec<Subject>, close: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (deeds, counts, own_id) = (use_deeds(), use_counts(), use_own_id());
    let notes = StoredValue::new(notes);
    let give = move |user: Option<UserId>| {
        let said = if user.is_some() { &texts.assigned } else { &texts.unassigned };
        deeds.act(notes.get_value(), Change::Assign(user), Said::Aloud(locale, said));
        close.run(());
    };
    let others = move || {
        let own = own_id.get();
        let mut users = counts.users();
        users.retain(|(id, _)| Some(*id) != own);
        users
    };
    let button = move |(id, name): (UserId, String)| {
        view! {
            <li>
                <button
                    type="button"
                    class="button"
                    data-testid="assign-user"
                    on:click=move |_| give(Some(id))
                >
                    {name}
                </button>
            </li>
        }
    };
    view! {
        <ul class="ask-list">
            {move || own_id.get().map(|id| view! {
                <li>
                    <button
                        type="button"
                        class="button"
                        autofocus
                        data-testid="assign-me"
                        on:click=move |_| give(Some(id))
                    >
                        {texts.me}
                    </button>
                </li>
            })}
            {move || others().into_iter().map(button).collect_view()}
            <li>
                <button
                    type="button"
                    class="button"
                    data-testid="assign-nobody"
                    on:click=move |_| give(None)
                >
                    {texts.nobody}
                </button>
            </li>
        </ul>
    }
}
