//! The views of the inbox, each with how many notes wait there and for how long.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Kind;
use protocol::console::people::UserId;
use protocol::console::work::{SavedView, Waiting, WorkState};

use super::Here;
use crate::account::use_account;
use crate::address::{Address, BASE, Filters};
use crate::icons::Icon;
use crate::locale::{Locale, fill, use_locale};
use crate::navigation::use_address;
use crate::waiting::{use_counts, use_own_id};
use crate::work::use_deeds;
use crate::{api, clock};

/// The links.
#[component]
pub(super) fn Views(here: Here) -> impl IntoView {
    let locale = use_locale();
    let (texts, work) = (locale.texts, &locale.texts.work);
    let (address, counts, own_id) = (use_address(), use_counts(), use_own_id());
    let [new, _, starred, snoozed, all] = built_in(None);
    let mine = Signal::derive(move || {
        let assignee = own_id.get();
        Filters { assignee, open: true, ..Filters::default() }
    });
    view! {
        <ul>
            <ViewLink here address filters=new icon=Icon::New name=work.view_new test_id="view-new"
                waiting=Signal::derive(move || counts.of_state(WorkState::New)) />
            <ViewLink here address filters=mine icon=Icon::Person name=work.view_mine test_id="view-mine"
                waiting=Signal::derive(move || counts.of(|views| views.mine)) />
            <ViewLink here address filters=starred icon=Icon::Star name=work.view_starred test_id="view-starred"
                waiting=Signal::derive(move || counts.of(|views| views.starred)) />
            <ViewLink here address filters=snoozed icon=Icon::Clock name=work.view_snoozed test_id="view-snoozed"
                waiting=Signal::derive(move || counts.of(|views| views.snoozed)) />
            <ViewLink here address filters=all icon=Icon::Inbox name=work.view_all test_id="view-all"
                waiting=Signal::derive(|| None) />
        </ul>
        <SavedViews here address />
        <h2 id="kinds">{texts.kinds}</h2>
        <ul aria-labelledby="kinds">
            <KindLink here address kind=None />
            {Kind::ALL
                .map(|kind| view! { <KindLink here address kind=Some(kind) /> })
                .collect_view()}
        </ul>
    }
}

/// The filters of the views that everybody has: new, mine, starred, snoozed, all.
fn built_in(own_id: Option<UserId>) -> [Filters; 5] {
    let all = Filters::default;
    [
        Filters { state: Some(WorkState::New), ..all() },
        Filters { assignee: own_id, ..all() },
        Filters { starred: true, ..all() },
        Filters { snoozed: true, ..all() },
        all(),
    ]
}

#[component]
fn ViewLink(
    here: Here,
    address: Memo<Address>,
    #[prop(into)] filters: Signal<Filters>,
    icon: Icon,
    name: &'static str,
    test_id: &'static str,
    waiting: Signal<Option<Waiting>>,
) -> impl IntoView {
    let locale = use_locale();
    let is_chosen = move || {
        let same = address.with(|address| filters.with(|filters| address.filters == *filters));
        (here == Here::Inbox && same).then_some("page")
    };
    view! {
        <li>
            <a
                href=move || filters.with(Filters::href)
                aria-current=is_chosen
                data-testid=test_id
            >
                {icon.view()}
                <span>{name}</span>
                {move || waiting.get().map(|waiting| waiting_view(waiting, locale))}
            </a>
        </li>
    }
}

/// "12 · 3d"; nothing where nothing waits.
fn waiting_view(waiting: Waiting, locale: Locale) -> Option<impl IntoView> {
    let age = waiting.oldest_ms.map(|oldest_ms| {
        let age_ms = clock::now_ms() - oldest_ms;
        let in_full = fill(locale.texts.work.oldest, "{age}", &locale.age(age_ms, true));
        view! {
            <span class="age" aria-hidden="true" title=in_full.clone()>
                {locale.age(age_ms, false)}
            </span>
            <span class="visually-hidden">", "{in_full}</span>
        }
    });
    (waiting.count > 0).then(|| {
        view! {
            <span class="count">{locale.number(waiting.count as usize)} {age}</span>
        }
    })
}

/// A kind as a filter of the inbox, with how many new notes of it wait.
#[component]
fn KindLink(here: Here, address: Memo<Address>, kind: Option<Kind>) -> impl IntoView {
    let locale = use_locale();
    let texts = locale.texts;
    let counts = use_counts();
    let chosen = move || {
        let same = address.with(|address| address.filters.kind == kind);
        (here == Here::Inbox && same).then_some("true")
    };
    let href = move || address.with(|address| address.filtered(|to| to.kind = kind).href());
    let waiting = move || kind.and_then(|kind| counts.of_new_kind(kind));
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
                {move || waiting().and_then(|waiting| waiting_view(waiting, locale))}
            </a>
        </li>
    }
}

/// The reader's own views, and a field that keeps the current one.
#[component]
fn SavedViews(here: Here, address: Memo<Address>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (counts, account, deeds) = (use_counts(), use_account(), use_deeds());
    let saved = Memo::new(move |_| {
        counts.views.with(|views| views.as_ref().map(|it| it.saved.clone()).unwrap_or_default())
    });
    let query = move || address.with(|address| address.filters.parameters().finish());
    let own_id = use_own_id();
    let is_named = move || {
        let is_built_in = built_in(own_id.get())
            .iter()
            .any(|filters| address.with(|address| address.filters == *filters));
        let query = query();
        is_built_in || saved.with(|saved| saved.iter().any(|view| view.query == query))
    };
    let name = RwSignal::new(String::new());
    let done = move |answer: Result<(), api::ApiError>| match account.heed(answer) {
        Ok(()) => {
            name.set(String::new());
            counts.refresh();
        }
        Err(error) => deeds.fail(error),
    };
    let keep = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = name.with_untracked(|name| name.trim().to_owned());
        let view = SavedView { name, query: untrack(query) };
        if !view.name.is_empty() {
            spawn_local(async move { done(api::save_view(&view).await) });
        }
    };
    let link = move |view: SavedView| {
        let is_current = {
            let query_of = view.query.clone();
            move || (here == Here::Inbox && query() == query_of).then_some("page")
        };
        let forget = {
            let name = view.name.clone();
            move |_| {
                let name = name.clone();
                spawn_local(async move { done(api::forget_view(&name).await) });
            }
        };
        view! {
            <li class="saved-view">
                <a href=format!("{BASE}/{}", view.query) aria-current=is_current>
                    {Icon::Keep.view()}
                    <span>{view.name.clone()}</span>
                </a>
                <button
                    type="button"
                    class="button button-plain"
                    aria-label=fill(texts.forget_view, "{name}", &view.name)
                    on:click=forget
                >
                    "×"
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || saved.with(|saved| !saved.is_empty())>
            <h2 id="saved-views">{texts.saved_views}</h2>
            <ul aria-labelledby="saved-views">
                {move || saved.get().into_iter().map(link).collect_view()}
            </ul>
        </Show>
        <Show when=move || here == Here::Inbox && !is_named()>
            <form class="keep-view" on:submit=keep>
                <label class="visually-hidden" for="view-name">{texts.view_name}</label>
                <input
                    id="view-name"
                    class="input"
                    type="text"
                    autocomplete="off"
                    maxlength="60"
                    placeholder=texts.keep_view
                    data-testid="view-name"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <button type="submit" class="button" data-testid="view-save">{texts.keep}</button>
            </form>
        </Show>
    }
}
