//! Getting in: the page of a one-time link, and what stands before every other screen.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use crate::account::{Presence, use_account};
use crate::address::BASE;
use crate::api;
use crate::frame::{LanguageChoice, ThemeChoice};
use crate::locale::{fill, use_locale};
use crate::navigation::use_navigation;
use crate::page;
use crate::trouble::{Trouble, words};

/// Shows its children to whoever is signed in, and a way in to everybody else.
#[component]
pub(crate) fn Gate(children: ChildrenFn) -> impl IntoView {
    let account = use_account();
    let texts = use_locale().texts;
    if account.presence.get_untracked() == Presence::Unknown {
        account.ask();
    }
    let children = StoredValue::new(children);
    move || match account.presence.get() {
        Presence::SignedIn(_) => children.with_value(|children| children()).into_any(),
        Presence::SignedOut => view! { <SignedOut /> }.into_any(),
        Presence::Unknown | Presence::Asking => {
            view! { <p class="plain-page quiet appears-late">{texts.loading}</p> }.into_any()
        }
        Presence::Trouble(error) => view! {
            <main class="plain-page">
                <Trouble error=error retry=move |()| account.ask() />
            </main>
        }
        .into_any(),
    }
}

/// How to get a link.
#[component]
fn SignedOut() -> impl IntoView {
    let texts = use_locale().texts;
    page::set_title(texts.signed_out_title);
    view! {
        <PlainPage>
            <h1>{texts.signed_out_title}</h1>
            <p>{texts.signed_out_text}</p>
            <p><code class="command">{texts.sign_in_command}</code></p>
        </PlainPage>
    }
}

/// The page of a one-time link: `/console/sign-in#CODE`. Nothing happens before a person presses
/// the button, since mail scanners open links (SECURITY.md, "enrolment").
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let (account, navigation) = (use_account(), use_navigation());
    let texts = use_locale().texts;
    let fragment = use_location().hash;
    let code = move || fragment.get().trim_start_matches('#').to_owned();
    let (busy, set_busy) = signal(false);
    let (error, set_error) = signal(None);
    page::set_title(texts.sign_in_title);

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        set_busy.set(true);
        set_error.set(None);
        spawn_local(async move {
            match api::sign_in(untrack(code)).await {
                Ok(()) => {
                    account.ask();
                    navigation.replace(&format!("{BASE}/"));
                }
                Err(refused) => set_error.set(Some(refused)),
            }
            set_busy.try_set(false);
        });
    };
    let host = window().location().host().unwrap_or_default();
    view! {
        <PlainPage>
            <h1>{texts.sign_in_title}</h1>
            <Show
                when=move || !code().is_empty()
                fallback=move || view! { <p>{texts.sign_in_incomplete}</p> }
            >
                <p>{fill(texts.sign_in_text, "{host}", &host)}</p>
                <form on:submit=submit>
                    <button
                        class="button button-main"
                        data-testid="sign-in-submit"
                        aria-disabled=move || busy.get().then_some("true")
                    >
                        {texts.sign_in_submit}
                    </button>
                </form>
            </Show>
            <p class="error" role="alert" data-testid="sign-in-error">
                {move || error.get().map(|error| words(&error, texts))}
            </p>
        </PlainPage>
    }
}

/// A page with one thing to read, and the choices that somebody signed out may need.
#[component]
fn PlainPage(children: Children) -> impl IntoView {
    view! {
        <div class="plain-page">
            <header class="brand">"Sightline"</header>
            <main>{children()}</main>
            <footer>
                <LanguageChoice />
                <ThemeChoice />
            </footer>
        </div>
    }
}
