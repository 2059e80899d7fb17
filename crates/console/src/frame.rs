//! What surrounds every screen: the views on the left, the account, the keys.

mod account_menu;
mod key_list;

pub(crate) use account_menu::{LanguageChoice, ThemeChoice};
pub(crate) use key_list::KeyList;

use std::time::Duration;

use account_menu::AccountMenu;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use protocol::Kind;

use crate::account::{Account, use_account};
use crate::address::{Address, BASE};
use crate::api;
use crate::icons::Icon;
use crate::locale::use_locale;
use crate::navigation::{use_address, use_navigation};
use crate::page;

/// How often the count beside "Quarantine" is asked for. Seldom: the answer holds the entries too.
const COUNT_EVERY: Duration = Duration::from_secs(300);

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Inbox,
    Quarantine,
    Analysis,
    Field,
    People,
    Data,
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
                <Views here />
                <AccountMenu />
            </header>
            <main class="content" id="content" tabindex="-1">{children()}</main>
            {key_list::dialog(keys_shown)}
        </div>
    }
}

#[component]
fn Views(here: Here) -> impl IntoView {
    let (texts, locale) = (use_locale().texts, use_locale());
    let account = use_account();
    let address = use_address();
    let count = expect_context::<QuarantineCount>();
    // The screen of quarantine asks by itself.
    if here == Here::Inbox {
        count.refresh(account);
    }
    if let Ok(timer) = set_interval_with_handle(
        move || {
            if page::is_visible() {
                count.refresh(account);
            }
        },
        COUNT_EVERY,
    ) {
        on_cleanup(move || timer.clear());
    }
    let current = move |view: Here| (here == view).then_some("page");
    let total = move || count.0.get().filter(|total| *total > 0);
    view! {
        <nav aria-label=texts.views class="views">
            <ul>
                <li>
                    <a href=format!("{BASE}/") aria-current=current(Here::Inbox)>
                        {Icon::Inbox.view()}
                        <span>{texts.inbox}</span>
                    </a>
                </li>
                <li>
                    <a href=format!("{BASE}/quarantine") aria-current=current(Here::Quarantine)>
                        {Icon::Warning.view()}
                        <span>{texts.quarantine}</span>
                        <span class="count" data-testid="quarantine-count">
                            {move || total().map(|total| locale.number(total as usize))}
                        </span>
                    </a>
                </li>
            </ul>
            <h2 id="kinds">{texts.kinds}</h2>
            <ul aria-labelledby="kinds">
                <KindLink here address kind=None />
                {Kind::ALL
                    .map(|kind| view! { <KindLink here address kind=Some(kind) /> })
                    .collect_view()}
            </ul>
        </nav>
    }
}

/// A kind as a filter of the inbox.
#[component]
fn KindLink(here: Here, address: Memo<Address>, kind: Option<Kind>) -> impl IntoView {
    let texts = use_locale().texts;
    let chosen = move || {
        let same = address.with(|address| address.filters.kind == kind);
        (here == Here::Inbox && same).then_some("true")
    };
    let href = move || address.with(|address| address.filtered(|to| to.kind = kind).href());
    view! {
        <li>
            <a
                class="kind-link"
                href=href
                data-kind=kind.map(Kind::as_str)
                aria-current=chosen
            >
                {kind.map(|kind| Icon::from(kind).view())}
                <span>{kind.map_or(texts.all_kinds, |kind| texts.kind(kind))}</span>
            </a>
        </li>
    }
}
