//! The editor: both languages, from when, for what and whom; saved with the version it is based on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::DecisionId;
use protocol::console::decisions::{DecisionDetail, DecisionText};
use protocol::console::work::Deed;

use super::cited::{Cited, Named, ask_for};
use super::drafts::Drafts;
use super::fields::{FromDay, Product, Rectifies, Whom};
use super::seed;
use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::deed_list::DeedList;
use crate::form::WordsFields;
use crate::icons::Icon;
use crate::live::use_live;
use crate::locale::{fill, use_locale};
use crate::merge::{Conflict, merged, take};
use crate::navigation::use_navigation;
use crate::trouble::{Trouble, words};
use crate::work::use_deeds;

/// What is edited: a decision as it was read, or none that was saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Base {
    decision_id: DecisionId,
    version: i64,
    text: DecisionText,
    published_at_ms: Option<i64>,
}

/// Whose change comes in the way, and what has to be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clash {
    theirs: DecisionText,
    places: Vec<usize>,
}

/// A new one, from the seed.
#[component]
pub(super) fn NewDecision() -> impl IntoView {
    let text = RwSignal::new(seed::read());
    let named = RwSignal::new(Named::default());
    let is_begun = text.with_untracked(|text| !text.title.is_blank());
    ask_for(&text.get_untracked(), named);
    Effect::new(move |before: Option<()>| {
        text.track();
        if before.is_some() {
            text.with_untracked(seed::keep);
        }
    });
    view! {
        <Editor
            base=RwSignal::new(None)
            text
            named
            deeds=RwSignal::default()
            offers_drafts=!is_begun
        />
    }
}

/// One that was saved.
#[component]
pub(super) fn OneDecision(decision_id: DecisionId) -> impl IntoView {
    let texts = use_locale().texts;
    let account = use_account();
    let answer = RwSignal::new(None::<Result<DecisionDetail, ApiError>>);
    let ask = move || {
        spawn_local(async move {
            answer.try_set(Some(account.heed(api::decision(decision_id).await)));
        });
    };
    ask();
    move || match answer.get() {
        None => view! { <p class="hint quiet appears-late">{texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(detail)) => {
            let DecisionDetail { decision, notes, topics, deeds } = detail;
            let base = Base {
                decision_id,
                version: decision.version,
                text: decision.text.clone(),
                published_at_ms: decision.published_at_ms,
            };
            view! {
                <Editor
                    base=RwSignal::new(Some(base))
                    text=RwSignal::new(decision.text)
                    named=RwSignal::new(Named { notes, topics })
                    deeds=RwSignal::new(deeds)
                />
            }
            .into_any()
        }
    }
}

#[component]
fn Editor(
    base: RwSignal<Option<Base>>,
    text: RwSignal<DecisionText>,
    named: RwSignal<Named>,
    deeds: RwSignal<Vec<Deed>>,
    /// Whether what is cited may go into a draft that there is.
    #[prop(default = false)]
    offers_drafts: bool,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let (account, live, navigation) = (use_account(), use_live(), use_navigation());
    let done = use_deeds();
    let error = RwSignal::new(None::<ApiError>);
    let clash = RwSignal::new(None::<Clash>);
    let is_busy = RwSignal::new(false);
    let said = RwSignal::new("");
    let read_again = move |decision_id| async move {
        let detail = account.heed(api::decision(decision_id).await)?;
        let DecisionDetail { decision, notes, topics, deeds: history } = detail;
        named.try_set(Named { notes, topics });
        deeds.try_set(history);
        base.try_set(Some(Base {
            decision_id,
            version: decision.version,
            text: decision.text.clone(),
            published_at_ms: decision.published_at_ms,
        }));
        Ok::<_, ApiError>(decision.text)
    };
    // Saves, then publishes where that is wanted. Where somebody was faster, theirs and one's own
    // are put together, and what both changed is asked.
    let save = move |wants_publishing: bool| {
        let written = text.get_untracked();
        if written.title.is_blank() || is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        error.set(None);
        said.set("");
        let based_on = base.get_untracked();
        spawn_local(async move {
            let answer = match &based_on {
                None => account.heed(api::new_decision(&written).await),
                Some(base) => account
                    .heed(api::change_decision(base.decision_id, base.version, &written).await),
            };
            let result = match (answer, based_on) {
                (Ok(decision), based_on) => {
                    let id = decision.decision_id;
                    let published = if wants_publishing {
                        account.heed(api::publish_decision(id, decision.version).await)
                    } else {
                        Ok(())
                    };
                    if based_on.is_none() {
                        seed::forget();
                        // The editor of the saved one takes this one's place.
                        if let Err(failed) = &published {
                            done.fail(failed.clone());
                        }
                        navigation.replace(&format!("{BASE}/decisions?decision={id}"));
                    } else if let Ok(stored) = read_again(id).await {
                        text.try_set(stored);
                    }
                    live.tell();
                    said.try_set(if wants_publishing {
                        texts.is_published
                    } else {
                        texts.is_saved
                    });
                    published
                }
                (Err(failed), Some(base)) if failed.is_changed_meanwhile() => {
                    match read_again(base.decision_id).await {
                        Ok(theirs) => {
                            let (together, places) = merged(Some(&base.text), &written, &theirs);
                            text.try_set(together);
                            clash.try_set(Some(Clash { theirs, places }));
                            Ok(())
                        }
                        Err(error) => Err(error),
                    }
                }
                (Err(failed), _) => Err(failed),
            };
            if let Err(failed) = result {
                error.try_set(Some(failed));
            }
            is_busy.try_set(false);
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        save(false);
    };
    let choose = Callback::new(move |places: Vec<usize>| {
        let Some(Clash { theirs, .. }) = clash.get_untracked() else { return };
        clash.set(None);
        text.update(|text| take(&places, &theirs, text));
        save(false);
    });
    let discard = move |_| {
        seed::forget();
        navigation.go(&format!("{BASE}/decisions"));
    };
    let is_new = move || base.with(Option::is_none);
    let is_published =
        move || base.with(|base| base.as_ref().is_some_and(|it| it.published_at_ms.is_some()));
    let cannot_save = move || {
        is_busy.get() || text.with(|text| text.title.is_blank()) || clash.with(Option::is_some)
    };
    let state = move || {
        base.get().map(|base| match base.published_at_ms {
            Some(at_ms) => fill(texts.published_on, "{day}", &locale.day(at_ms)),
            None => texts.draft.to_owned(),
        })
    };
    view! {
        <header class="sheet-head">
            <a class="button button-plain" href=format!("{BASE}/decisions")>
                {Icon::Back.view()}
                {texts.decisions}
            </a>
            <h1>{move || if is_new() { texts.new_decision } else { texts.decision }}</h1>
            <p class="quiet" data-testid="decision-state">{state}</p>
        </header>
        {offers_drafts.then(|| view! { <Drafts text /> })}
        {move || clash.get().map(|Clash { theirs, places }| view! {
            <Conflict own=text.get_untracked() theirs places choose test_id="decision-conflict" />
        })}
        <form class="decision-form" on:submit=submit>
            <Rectifies text />
            <WordsFields
                label=texts.title
                value=Signal::derive(move || text.with(|text| text.title.clone()))
                on_input=move |title| text.update(|text| text.title = title)
                test_id="decision-title"
            />
            <WordsFields
                label=texts.what_changes
                value=Signal::derive(move || text.with(|text| text.text.clone()))
                on_input=move |words| text.update(|text| text.text = words)
                test_id="decision-text"
                is_long=true
            />
            <div class="two">
                <FromDay text />
                <Product text />
            </div>
            <Whom text />
            <Cited text named />
            <p class="error" role="alert">
                {move || error.get().map(|error| words(&error, locale.texts))}
            </p>
            <p role="status">{move || said.get()}</p>
            <div class="verbs">
                <button
                    type="submit"
                    class="button"
                    data-testid="decision-save"
                    disabled=cannot_save
                >
                    {move || if is_published() { texts.save_published } else { texts.save_draft }}
                </button>
                <Show when=move || !is_published()>
                    <button
                        type="button"
                        class="button button-main"
                        data-testid="decision-publish"
                        disabled=cannot_save
                        on:click=move |_| save(true)
                    >
                        {texts.publish}
                    </button>
                </Show>
                <Show when=is_new>
                    <button
                        type="button"
                        class="button button-plain"
                        data-testid="decision-discard"
                        on:click=discard
                    >
                        {texts.discard}
                    </button>
                </Show>
            </div>
        </form>
        {move || Some(deeds.get()).filter(|deeds| !deeds.is_empty()).map(|deeds| view! {
            <section class="history" aria-labelledby="decision-history">
                <h2 id="decision-history">{texts.work_history}</h2>
                <DeedList deeds />
            </section>
        })}
    }
}
