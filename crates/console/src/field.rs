//! To the field: briefings, questions and test groups, and what came back.

mod address;
mod audience;
mod briefing;
mod claims;
mod editing;
mod expiry;
mod group;
mod kept;
mod list;
mod markdown;
mod on_paper;
mod parts;
mod picture;
mod pictures;
mod preview;
mod question;
mod readers;
mod sheet;
mod text_editor;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::locale::use_locale;
use crate::page;
pub(crate) use address::Tab;
use address::{Address, Open};
pub(crate) use sheet::State;

/// The screen.
#[component]
pub(crate) fn Field() -> impl IntoView {
    let texts = &use_locale().texts.pages.field;
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(|query| Address::read(|name| query.get(name))));
    let tab = Memo::new(move |_| address.with(|address| address.tab));
    let open = Memo::new(move |_| address.with(|address| address.open.clone()));
    page::set_title(texts.title);
    let link = move |one: Tab| {
        let current = move || (tab.get() == one).then_some("page");
        view! {
            <li>
                <a href=Address::list(one).href() aria-current=current data-testid=one.test_id()>
                    {texts.tab(one)}
                </a>
            </li>
        }
    };
    view! {
        <div class="page field-page" data-open=move || (open.get() != Open::None).then_some("true")>
            <header class="page-head">
                <h1>{texts.title}</h1>
                <nav aria-label=texts.title>
                    <ul class="tabs">{Tab::ALL.map(link).collect_view()}</ul>
                </nav>
            </header>
            {move || match tab.get() {
                Tab::Briefings => list::shelf::<briefing::Sheet>(open),
                Tab::Questions => list::shelf::<question::Sheet>(open),
                Tab::Groups => list::shelf::<group::Sheet>(open),
            }}
        </div>
    }
}
