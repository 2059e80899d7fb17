//! Saving, publishing, taking back, closing and reopening, and two people who write at the same time.

use core::time::Duration;
use std::sync::Arc;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Code;

use super::address::{Address, Open};
use super::kept;
use super::sheet::{Head, Paper, State};
use crate::account::{Account, use_account};
use crate::api::ApiError;
use crate::form::{AskTwice, words_with_detail};
use crate::locale::{Locale, fill, use_locale};
use crate::merge::{Conflict, merged, take};
use crate::navigation::{Navigation, use_navigation};
use crate::texts::pages::FieldTexts;
use crate::trouble::Trouble;

/// After which pause what is typed is kept in the browser.
const PAUSE: Duration = Duration::from_millis(600);

/// Asks for the list again.
#[derive(Clone, Copy)]
pub(super) struct Refresh(pub(super) Callback<()>);

type Compose<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// One sheet under somebody's hands.
pub(super) struct Editing<P: Paper> {
    /// None for a new one.
    head: RwSignal<Option<Head>>,
    /// What the form is built of: it is built anew where somebody else's words come in.
    shown: RwSignal<P::Text>,
    /// As it is stored.
    saved: StoredValue<Option<P::Text>>,
    /// What is typed began with another version than the stored one, and nobody knows it any more.
    is_base_lost: StoredValue<bool>,
    detail: RwSignal<Option<P::Detail>>,
    compose: StoredValue<Option<Compose<P::Text>>>,
    is_busy: RwSignal<bool>,
    is_changed: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    done: RwSignal<&'static str>,
    /// What somebody else made of it meanwhile, and the parts that both wrote.
    clash: RwSignal<Option<(P::Text, Vec<usize>)>>,
    /// Builds the form anew.
    reload: Callback<()>,
    refresh: Refresh,
    account: Account,
    navigation: Navigation,
    locale: Locale,
}

impl<P: Paper> Clone for Editing<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Paper> Copy for Editing<P> {}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Save,
    Publish,
    TakeBack,
    Close,
    Reopen,
}

impl Wish {
    /// Whether what is typed goes along.
    const fn sends_text(self) -> bool {
        matches!(self, Self::Save | Self::Publish)
    }

    /// What is said once it is done.
    const fn done(self, texts: &FieldTexts) -> &'static str {
        match self {
            Self::Save => texts.saved,
            Self::Publish => texts.published,
            Self::TakeBack => texts.taken_back,
            Self::Close => texts.closed,
            Self::Reopen => texts.reopened,
        }
    }
}

impl<P: Paper> Editing<P> {
    /// How the form makes a text of its fields. They are watched from now on.
    pub(super) fn compose_by(self, compose: impl Fn() -> P::Text + Send + Sync + 'static) {
        let compose: Compose<P::Text> = Arc::new(compose);
        self.compose.set_value(Some(Arc::clone(&compose)));
        let mut keep = debounce(PAUSE, move |text: P::Text| {
            if self.is_changed.try_get_untracked() == Some(true) {
                let head = self.head.get_untracked();
                let head = head.as_ref().map(|head| (head.id.as_str(), head.version));
                kept::keep::<P>(head.map(|(id, _)| id), head.map(|(_, version)| version), &text);
            }
        });
        Effect::new(move || {
            let text = compose();
            let blank = P::blank();
            let is_changed =
                self.saved.with_value(|saved| *saved.as_ref().unwrap_or(&blank) != text);
            self.is_changed.set(is_changed);
            if is_changed {
                self.done.set("");
                keep(text);
            }
        });
    }

    fn text(self) -> Option<P::Text> {
        self.compose.get_value().map(|compose| untrack(|| compose()))
    }

    fn wish(self, wish: Wish) {
        if let Some(text) = self.text() {
            self.wish_for(wish, text);
        }
    }

    fn wish_for(self, wish: Wish, text: P::Text) {
        let texts = &self.locale.texts.pages.field;
        if self.is_busy.get_untracked() {
            return;
        }
        self.error.set(None);
        self.done.set("");
        if wish.sends_text()
            && let Some(objection) = P::objection(&text, texts)
        {
            self.error.set(Some(objection.to_owned()));
            return;
        }
        self.is_busy.set(true);
        spawn_local(async move {
            let was_new = self.head.with_untracked(Option::is_none);
            let result = self.carry_out(wish, text.clone()).await;
            self.is_busy.try_set(false);
            match self.account.heed(result) {
                Ok(head) => {
                    self.refresh.0.run(());
                    self.done.try_set(wish.done(texts));
                    if was_new {
                        let open = Open::One(head.id);
                        self.navigation.replace(&Address { tab: P::TAB, open }.href());
                    }
                }
                Err(ApiError::Problem(problem)) if problem.code == Code::ChangedMeanwhile => {
                    self.put_together(&text).await;
                }
                Err(error) => {
                    self.error.try_set(Some(words_with_detail(&error, self.locale.texts)));
                }
            }
        });
    }

    async fn carry_out(self, wish: Wish, text: P::Text) -> Result<Head, ApiError> {
        let mut head = self.head.get_untracked();
        let is_stored = self.saved.with_value(|saved| saved.as_ref() == Some(&text));
        if wish.sends_text() && !is_stored {
            let stored = match &head {
                None => P::head(&P::SHELF.make::<P::Entry>(&text).await?),
                Some(head) => {
                    P::SHELF.change(&head.id, head.version, &text).await?;
                    kept::forget::<P>(Some(&head.id));
                    self.read_again(&head.id).await?
                }
            };
            if head.is_none() {
                kept::forget::<P>(None);
            }
            self.saved.try_set_value(Some(text.clone()));
            self.is_base_lost.try_set_value(false);
            self.head.try_set(Some(stored.clone()));
            self.is_changed.try_set(false);
            head = Some(stored);
        }
        // Only a new one has no head, and a new one was just made, or it cannot be closed.
        let Some(head) = head else { return Err(ApiError::Unreadable) };
        match wish {
            Wish::Save => return Ok(head),
            Wish::Publish => P::SHELF.publish(&head.id, head.version).await?,
            Wish::TakeBack => P::SHELF.take_back(&head.id, head.version).await?,
            Wish::Close => P::SHELF.close(&head.id, head.version).await?,
            Wish::Reopen => {
                P::SHELF.reopen(&head.id, head.version, &P::reopening(&text)).await?;
                let head = self.read_again(&head.id).await?;
                // What else was typed was not sent, and waits to be saved.
                let stored = self.detail.try_with_untracked(|detail| {
                    detail.as_ref().map(|detail| P::text(P::entry(detail)).clone())
                });
                let is_changed = stored.as_ref().is_some_and(|it| it.as_ref() != Some(&text));
                self.saved.try_set_value(stored.flatten());
                self.is_changed.try_set(is_changed);
                if !is_changed {
                    kept::forget::<P>(Some(&head.id));
                }
                return Ok(head);
            }
        }
        self.read_again(&head.id).await
    }

    async fn read_again(self, id: &str) -> Result<Head, ApiError> {
        let detail: P::Detail = P::SHELF.open(id).await?;
        let head = P::head(P::entry(&detail));
        self.head.try_set(Some(head.clone()));
        self.detail.try_set(Some(detail));
        Ok(head)
    }

    /// Somebody was faster: theirs and one's own become one text, and what both wrote is asked.
    async fn put_together(self, own: &P::Text) {
        // None where the page was left meanwhile.
        let head = self.head.try_get_untracked().flatten();
        let Some(id) = head.map(|head| head.id) else { return };
        match self.account.heed(P::SHELF.open::<P::Detail>(&id).await) {
            Ok(detail) => {
                let entry = P::entry(&detail);
                let (head, theirs) = (P::head(entry), P::text(entry).clone());
                let is_lost = self.is_base_lost.try_get_value().unwrap_or(true);
                let base = self.saved.try_get_value().flatten().filter(|_| !is_lost);
                let (together, places) = merged(base.as_ref(), own, &theirs);
                self.head.try_set(Some(head));
                self.saved.try_set_value(Some(theirs.clone()));
                self.is_base_lost.try_set_value(false);
                self.detail.try_set(Some(detail));
                self.shown.try_set(together);
                self.clash.try_set(Some((theirs, places)));
                self.refresh.0.run(());
            }
            Err(error) => {
                self.error.try_set(Some(words_with_detail(&error, self.locale.texts)));
            }
        }
    }

    /// These parts are theirs, all else is as it is typed: that is saved on top of their version.
    fn choose(self, places: &[usize]) {
        let Some((theirs, _)) = self.clash.get_untracked() else { return };
        let Some(mut text) = self.text() else { return };
        take(places, &theirs, &mut text);
        if let Some(head) = self.head.get_untracked() {
            kept::forget::<P>(Some(&head.id));
        }
        self.clash.set(None);
        self.shown.set(text.clone());
        // The form is built anew only later, and composes the text as it was until then.
        self.wish_for(Wish::Save, text);
    }

    /// Theirs, and ours is gone.
    fn take_theirs(self) {
        if let Some(head) = self.head.get_untracked() {
            kept::forget::<P>(Some(&head.id));
        }
        self.reload.run(());
    }
}

/// A sheet to write: the fields, what to do with it, and what came back. Without an id it is new.
pub(super) fn editor<P: Paper>(id: Option<String>) -> AnyView {
    let locale = use_locale();
    let account = use_account();
    let found = RwSignal::new(None::<Result<Option<P::Detail>, ApiError>>);
    let id = StoredValue::new(id);
    let ask = move || {
        found.set(None);
        let Some(id) = id.get_value() else { return found.set(Some(Ok(None))) };
        spawn_local(async move {
            found.try_set(Some(account.heed(P::SHELF.open(&id).await).map(Some)));
        });
    };
    ask();
    let reload = Callback::new(move |()| ask());
    let refresh = expect_context::<Refresh>();
    (move || match found.get() {
        None => view! { <p class="hint quiet appears-late">{locale.texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <Trouble error=error retry=move |()| ask() /> }.into_any(),
        Some(Ok(detail)) => begin::<P>(detail, reload, refresh, account, locale),
    })
    .into_any()
}

fn begin<P: Paper>(
    detail: Option<P::Detail>,
    reload: Callback<()>,
    refresh: Refresh,
    account: Account,
    locale: Locale,
) -> AnyView {
    let entry = detail.as_ref().map(P::entry);
    let saved = entry.map(P::text).cloned();
    let mut head = entry.map(P::head);
    let kept = kept::find::<P>(head.as_ref().map(|head| &*head.id));
    let is_kept = kept.is_some();
    let mut is_base_lost = false;
    let text = match kept {
        Some((version, text)) => {
            // What was typed changes the version that it was typed on: a later one by somebody
            // else is found out when it is saved.
            if let (Some(head), Some(version)) = (&mut head, version) {
                is_base_lost = head.version != version;
                head.version = version;
            }
            text
        }
        None => saved.clone().unwrap_or_else(P::blank),
    };
    let editing = Editing::<P> {
        head: RwSignal::new(head),
        shown: RwSignal::new(text),
        saved: StoredValue::new(saved),
        is_base_lost: StoredValue::new(is_base_lost),
        detail: RwSignal::new(detail),
        compose: StoredValue::new(None),
        is_busy: RwSignal::new(false),
        is_changed: RwSignal::new(false),
        error: RwSignal::new(None),
        done: RwSignal::new(""),
        clash: RwSignal::new(None),
        reload,
        refresh,
        account,
        navigation: use_navigation(),
        locale,
    };
    let form = move || P::form(editing.shown.get(), editing);
    let results = move || {
        let detail = editing.detail.get()?;
        let was_published = P::head(P::entry(&detail)).published_at_ms.is_some();
        (was_published || P::has_replies(&detail)).then(|| P::results(detail, locale))
    };
    view! {
        <article class="paper-open">
            <h2 class="visually-hidden">{locale.texts.pages.field.singular(P::TAB)}</h2>
            {status(editing)}
            {is_kept.then(|| restored(editing))}
            <form class="stack" on:submit=move |event| event.prevent_default()>
                {form}
            </form>
            {conflict(editing)}
            {actions(editing)}
            {results}
        </article>
    }
    .into_any()
}

fn status<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let locale = editing.locale;
    let texts = &locale.texts.pages.field;
    let state = move || editing.head.with(|head| head.as_ref().map_or(State::Draft, |it| it.state));
    let facts = move || {
        let head = editing.head.get()?;
        let when = head
            .published_at_ms
            .map(|at_ms| fill(texts.published_when, "{t}", &locale.moment(at_ms)));
        let by = fill(texts.written_by, "{who}", &head.by);
        Some(when.into_iter().chain([by]).collect::<Vec<_>>().join(" · "))
    };
    view! {
        <p class="row-of paper-state">
            <span class="tag" data-state=move || state().as_str()>
                {move || texts.state(state())}
            </span>
            <span class="quiet">{facts}</span>
        </p>
    }
}

fn restored<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let texts = &editing.locale.texts.pages.field;
    let is_shown = RwSignal::new(true);
    view! {
        <Show when=move || is_shown.get()>
            <div class="notice" role="status">
                <p>{texts.restored}</p>
                <div class="row-of">
                    <button type="button" class="button" on:click=move |_| is_shown.set(false)>
                        {texts.go_on}
                    </button>
                    <button
                        type="button"
                        class="button button-plain"
                        on:click=move |_| {
                            let head = editing.head.get_untracked();
                            kept::forget::<P>(head.as_ref().map(|head| &*head.id));
                            editing.reload.run(());
                        }
                    >
                        {texts.begin_again}
                    </button>
                </div>
            </div>
        </Show>
    }
}

fn conflict<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let texts = &editing.locale.texts.pages.field;
    move || {
        let (theirs, places) = editing.clash.get()?;
        let own = editing.shown.get_untracked();
        let by = editing.head.with_untracked(|head| head.as_ref().map(|head| head.by.clone()));
        let choose = move |places: Vec<usize>| editing.choose(&places);
        Some(view! {
            <p class="quiet">{fill(texts.changed_by, "{who}", &by.unwrap_or_default())}</p>
            <Conflict own theirs places choose test_id="field-conflict" />
            <button
                type="button"
                class="button button-plain"
                data-testid="field-take-theirs"
                on:click=move |_| editing.take_theirs()
            >
                {texts.take_theirs}
            </button>
        })
    }
}

fn actions<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let locale = editing.locale;
    let texts = &locale.texts.pages.field;
    let said = move || {
        if editing.is_busy.get() {
            return locale.texts.pages.shared.working;
        }
        let done = editing.done.get();
        if done.is_empty() && editing.is_changed.get() { texts.unsaved } else { done }
    };
    // Whoever has to choose first saves by that.
    let is_free = move || editing.clash.with(Option::is_none);
    view! {
        <div class="paper-actions">
            <p class="error" role="alert" data-testid="field-error">
                {move || editing.error.get()}
            </p>
            <p class="quiet" role="status" data-testid="field-status">{said}</p>
            <Show when=is_free>
                <div class="row-of">{forth(editing)} {back(editing)}</div>
            </Show>
        </div>
    }
}

fn has<P: Paper>(editing: Editing<P>, test: fn(&Head) -> bool) -> Signal<bool> {
    Signal::derive(move || editing.head.with(|head| head.as_ref().is_some_and(test)))
}

/// Save and publish.
fn forth<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let locale = editing.locale;
    let texts = &locale.texts.pages.field;
    let is_closed = has(editing, |head| head.state == State::Closed);
    let is_out = has(editing, |head| head.published_at_ms.is_some());
    let about = Signal::derive(move || {
        editing.text().map(|text| P::publish_about(&text, locale)).unwrap_or_default()
    });
    view! {
        <Show when=move || !is_closed.get()>
            <button
                type="button"
                class="button"
                data-testid="field-save"
                on:click=move |_| editing.wish(Wish::Save)
            >
                {texts.save}
            </button>
            <AskTwice
                label=texts.publish
                sure=Signal::derive(move || {
                    let out = is_out.get();
                    (if out { texts.publish_again } else { texts.publish_now }).to_owned()
                })
                about=about
                on_yes=move |()| editing.wish(Wish::Publish)
                test_id="field-publish"
                is_main=true
            />
        </Show>
    }
}

/// Close and reopen, and take back what was published by mistake.
fn back<P: Paper>(editing: Editing<P>) -> impl IntoView {
    let texts = &editing.locale.texts.pages.field;
    let ask = move |wish: Wish, (label, sure, about, test_id)| {
        view! {
            <AskTwice
                label=label
                sure=Signal::stored(String::from(sure))
                about=Signal::stored(String::from(about))
                on_yes=move |()| editing.wish(wish)
                test_id=test_id
            />
        }
    };
    let can_close = has(editing, |head| head.can_close);
    let is_closed = has(editing, |head| head.state == State::Closed);
    let is_out = has(editing, |head| head.published_at_ms.is_some());
    view! {
        <Show when=move || can_close.get()>
            {ask(Wish::Close, (texts.close, texts.close_now, texts.close_about, "field-close"))}
        </Show>
        <Show when=move || is_closed.get()>
            {ask(
                Wish::Reopen,
                (texts.reopen, texts.reopen_now, texts.reopen_about, "field-reopen"),
            )}
        </Show>
        <Show when=move || is_out.get()>
            {ask(
                Wish::TakeBack,
                (texts.take_back, texts.take_back_now, texts.take_back_about, "field-take-back"),
            )}
        </Show>
    }
}
