//! Who is signed in, language, theme, keys, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::account::{Presence, use_account};
use crate::api;
use crate::frame::KeyList;
use crate::locale::use_locale;
use crate::preferences::{Language, Preferences, Theme};
use crate::trouble::words;

/// The menu below the views.
#[component]
pub(super) fn AccountMenu() -> impl IntoView {
    let texts = use_locale().texts;
    let account = use_account();
    let keys = expect_context::<KeyList>();
    let (error, set_error) = signal(None);
    let email = move || match account.presence.get() {
        Presence::SignedIn(session) => session.email,
        _ => String::new(),
    };
    let sign_out = move |_| {
        set_error.set(None);
        spawn_local(async move {
            match account.heed(api::sign_out().await) {
                Ok(()) => account.presence.set(Presence::SignedOut),
                Err(refused) => {
                    set_error.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <details class="menu account">
            <summary>
                <span class="visually-hidden">{texts.account}</span>
                <span class="account-mark" aria-hidden="true">
                    {move || email().chars().next().map(|first| first.to_uppercase().to_string())}
                </span>
                <span class="account-name">{email}</span>
            </summary>
            <div class="menu-body">
                <p class="menu-title">{email}</p>
                <LanguageChoice />
                <ThemeChoice />
                <button type="button" class="button" on:click=move |_| keys.shown.set(true)>
                    {texts.keys}
                    <kbd>"?"</kbd>
                </button>
                <button type="button" class="button" data-testid="sign-out" on:click=sign_out>
                    {texts.sign_out}
                </button>
                <p class="error" role="alert">
                    {move || error.get().map(|error| words(&error, texts))}
                </p>
            </div>
        </details>
    }
}

/// The language, as a choice of one.
#[component]
pub(crate) fn LanguageChoice() -> impl IntoView {
    let texts = use_locale().texts;
    let preferences = expect_context::<Preferences>();
    let option = move |language: Language| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="language"
                    prop:checked=move || preferences.language.get() == language
                    on:change=move |_| preferences.language.set(language)
                />
                <span lang=language.tag()>{language.name()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{texts.language}</legend>
            <div class="segments">{Language::ALL.map(option).collect_view()}</div>
        </fieldset>
    }
}

/// The theme, as a choice of one.
#[component]
pub(crate) fn ThemeChoice() -> impl IntoView {
    let texts = use_locale().texts;
    let preferences = expect_context::<Preferences>();
    let option = move |theme: Theme| {
        let name = match theme {
            Theme::Auto => texts.theme_auto,
            Theme::Light => texts.theme_light,
            Theme::Dark => texts.theme_dark,
        };
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || preferences.theme.get() == theme
                    on:change=move |_| preferences.theme.set(theme)
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{texts.theme}</legend>
            <div class="segments">{Theme::ALL.map(option).collect_view()}</div>
        </fieldset>
    }
}
