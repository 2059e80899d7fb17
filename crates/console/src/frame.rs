//! What surrounds every screen: the views on the left, the account, the keys.

mod account_menu;
mod digest_ready;
mod key_list;
mod pages;
mod views;

pub(crate) use account_menu::{LanguageChoice, ThemeChoice};
pub(crate) use key_list::KeyList;

use account_menu::AccountMenu;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;

use crate::account::Account;
use crate::api;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::page;
use crate::work::UndoBar;

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Inbox,
    Topics,
    Decisions,
    Analysis,
    Field,
    People,
    Data,
    Week,
    Audit,
    Quarantine,
}

/// How many entries quarantine holds; none while unknown.
#[derive(Clone, Copy)]
pub(crate) struct QuarantineCount(RwSignal<Option<u64>>);

impl QuarantineCount {
    /// Before the first answer.
    pub(crate) fn unknown() -> Self {
        Self(RwSignal::new(None))
    }

    /// What an answer said.
    pub(crate) fn set(self, total: u64) {
        self.0.set(Some(total));
    }

    /// Asks again. Without an answer the count stays as it was; the screen itself says why.
    fn refresh(self, account: Account) {
        spawn_local(async move {
            if let Ok(page) = account.heed(api::quarantine().await) {
                self.set(page.total);
            }
        });
    }
}

/// A screen in its frame.
#[component]
pub(crate) fn Frame(here: Here, children: Children) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let keys_shown = RwSignal::new(false);
    provide_context(KeyList { shown: keys_shown });
    let clicked = move |click: MouseEvent| {
        let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_link = |target: &web_sys::Element| matches!(target.closest("a"), Ok(Some(_)));
        page::close_menus(target.as_ref().filter(|target| !in_link(target)));
        navigation.follow(&click);
    };
    view! {
        <div class="frame" on:click=clicked>
            <a
                class="skip"
                href="#content"
                on:click=|click: MouseEvent| {
                    click.prevent_default();
                    page::focus("content");
                }
            >
                {texts.skip_to_content}
            </a>
            <header class="side">
                <p class="brand">"Sightline"</p>
                <nav aria-label=texts.views class="views">
                    <digest_ready::DigestReady />
                    <views::Views here />
                    <pages::Pages here />
                </nav>
                <AccountMenu />
            </header>
            <main class="content" id="content" tabindex="-1">{children()}</main>
            <UndoBar />
            {key_list::dialog(keys_shown)}
        </div>
    }
}
