//! The users of this console, and what they may do.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Role;
use protocol::console::people::{OneTimeLink, UserEntry, UserRequest};

use super::Refresh;
use super::invite::Link;
use crate::account::use_account;
use crate::api;
use crate::form::{TextField, fresh_id, words_with_detail};
use crate::locale::{fill, use_locale};

/// The list, and a form for another one.
#[component]
pub(super) fn Users(
    users: Vec<UserEntry>,
    is_admin: bool,
    /// The last link that was made, and for whom. It outlives the list, which is read again.
    link: RwSignal<Option<(String, OneTimeLink)>>,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let account = use_account();
    let refresh = expect_context::<Refresh>();
    let error = RwSignal::new(None::<String>);
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Marketer);
    let set = move |request: UserRequest| {
        error.set(None);
        spawn_local(async move {
            match account.heed(api::people::set_user(&request).await) {
                Ok(made) => {
                    email.try_set(String::new());
                    link.try_set(Some((request.email, made)));
                    refresh.0.run(());
                }
                Err(refused) => {
                    error.try_set(Some(words_with_detail(&refused, locale.texts)));
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let email = email.get_untracked().trim().to_owned();
        if email.is_empty() {
            return error.set(Some(texts.email_missing.to_owned()));
        }
        set(UserRequest { email, role: role.get_untracked() });
    };
    let line = move |user: UserEntry| {
        let (address, label) = (user.email.clone(), fill(texts.role_of, "{who}", &user.email));
        let own = user.role;
        let choice = is_admin.then(|| {
            view! {
                <RoleChoice
                    label=label
                    chosen=own
                    on_change=move |role| set(UserRequest { email: address.clone(), role })
                    is_label_hidden=true
                />
            }
        });
        let word = (!is_admin).then(|| texts.roles[own as usize]);
        view! {
            <li data-testid="user">
                <span>{user.email}</span>
                <span class="quiet">{word}</span>
                {choice}
            </li>
        }
    };
    let form = is_admin.then(|| {
        view! {
            <form class="row-form" on:submit=submit>
                <TextField
                    label=texts.email
                    kind="email"
                    value=email
                    on_input=move |text| email.set(text)
                    test_id="user-email"
                />
                <RoleChoice
                    label=texts.role.to_owned()
                    chosen=Role::Marketer
                    on_change=move |chosen| role.set(chosen)
                />
                <button class="button" data-testid="user-add">{texts.user_add}</button>
            </form>
        }
    });
    let shown = move || {
        link.get().map(|(email, made)| {
            let title = fill(texts.link_for, "{name}", &email);
            view! {
                <Link title=title about=texts.sign_in_about link=made />
                <button type="button" class="button" on:click=move |_| link.set(None)>
                    {texts.link_sent}
                </button>
            }
        })
    };
    view! {
        <section class="page-section" aria-labelledby="users-title">
            <h2 id="users-title">{texts.users}</h2>
            <ul class="people-of">{users.into_iter().map(line).collect_view()}</ul>
            {form}
            <p class="error" role="alert">{move || error.get()}</p>
            <div class="stack-close" aria-live="polite">{shown}</div>
        </section>
    }
}

#[component]
fn RoleChoice(
    label: String,
    chosen: Role,
    #[prop(into)] on_change: Callback<Role>,
    #[prop(optional)] is_label_hidden: bool,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.people;
    let id = fresh_id();
    let option = move |role: Role| {
        let words = texts.roles[role as usize];
        view! { <option value=role.as_str() selected=role == chosen>{words}</option> }
    };
    view! {
        <div class="field">
            <label class=is_label_hidden.then_some("visually-hidden") for=id.clone()>{label}</label>
            <select
                id=id
                class="input"
                on:change=move |event| {
                    let is_admin = event_target_value(&event) == Role::Admin.as_str();
                    on_change.run(if is_admin { Role::Admin } else { Role::Marketer });
                }
            >
                {[Role::Marketer, Role::Admin].map(option).collect_view()}
            </select>
        </div>
    }
}
