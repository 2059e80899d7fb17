//! The visit on the home screen: the one that runs, or how to start one.

use device::Visit;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use protocol::VisitId;
use protocol::mail::Referent;

use crate::from_marketing::encoded;
use crate::i18n::{format, use_language, use_texts};
use crate::lazy;
use crate::session::{Session, use_session};
use crate::ui::names::{Names, Suggestions};

/// Ends a visit; where the storage fails, the home screen says so by what it reads next.
pub(super) fn finish(session: Session, visit_id: VisitId) {
    spawn_local(async move {
        if let Err(error) = session.device().finish_visit(visit_id).await {
            session.outlook.set(Some(Err(error)));
        }
    });
}

fn start(session: Session, customer: String) {
    spawn_local(async move {
        if let Err(error) = session.device().start_visit(&customer).await {
            session.outlook.set(Some(Err(error)));
        }
    });
}

/// The running visit with the number of its notes.
type Running = (Visit, u32);

async fn running(session: Session) -> Option<Running> {
    let device = session.device();
    // What fails here shows where the notes are listed.
    let visit = device.running_visit().await.ok()??;
    let notes = device.notes_of_visit(&visit).await.ok()?;
    Some((visit, u32::try_from(notes.len()).unwrap_or(u32::MAX)))
}

#[component]
pub(crate) fn VisitCard() -> impl IntoView {
    let session = use_session();
    let visit = RwSignal::new_local(None::<Option<Running>>);
    Effect::new(move || {
        session.changes.track();
        spawn_local(async move {
            let found = running(session).await;
            let _ = visit.try_update(|visit| {
                let is_news = visit.as_ref() != Some(&found);
                if is_news {
                    *visit = Some(found);
                }
                is_news
            });
        });
    });
    let shown = Memo::new_with_compare(
        move |_| visit.with(|visit| visit.as_ref().map(Option::is_some)),
        |old, new| old != new,
    );
    move || match shown.get() {
        None => ().into_any(),
        Some(false) => view! { <Start /> }.into_any(),
        Some(true) => view! { <Running visit /> }.into_any(),
    }
}

#[component]
fn Running(visit: RwSignal<Option<Option<Running>>, LocalStorage>) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    move || {
        let (visit, notes) = visit.get()??;
        let visit_id = visit.visit_id;
        let since = format::time(language, format::unix_ms(visit.started_at));
        let count = format::plural(language, t.visit_notes, notes);
        Some(view! {
            <section class="visit" aria-label=t.visit data-testid="visit-running">
                <A href=format!("/visits/{visit_id}")>
                    <strong>{format!("{} {}", t.visit_at, visit.customer)}</strong>
                    <span class="quiet">{format!("{since} · {count}")}</span>
                </A>
                <button
                    class="button"
                    data-testid="visit-finish"
                    on:click=move |_| finish(session, visit_id)
                >
                    {t.visit_finish}
                </button>
            </section>
        })
    }
}

/// One button; then whom.
#[component]
fn Start() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let is_asking = RwSignal::new(false);
    let field = NodeRef::<Input>::new();
    let customer = RwSignal::new(String::new());
    let names = RwSignal::new_local(Names::default());
    Effect::new(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
            spawn_local(async move {
                let listed = lazy::listed(session.device(), Referent::Customer).await;
                let _ = names.try_update(|names| names.set_listed(listed));
            });
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let customer = customer.get_untracked().trim().to_owned();
        if customer.is_empty() {
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
            return;
        }
        start(session, customer);
    };
    let prepare = move || {
        let customer = customer.with(|customer| customer.trim().to_owned());
        (!customer.is_empty()).then(|| {
            let href = format!("/prepare?customer={}", encoded(&customer));
            view! { <a class="button" href=href data-testid="visit-prepare">{t.prepare}</a> }
        })
    };
    move || {
        if !is_asking.get() {
            return view! {
                <div class="visit-start">
                    <button
                        class="button"
                        data-testid="visit-start"
                        on:click=move |_| is_asking.set(true)
                    >
                        {t.visit_start}
                    </button>
                    <A href="/visits">{t.visits}</A>
                </div>
            }
            .into_any();
        }
        view! {
            <form class="visit-form" on:submit=submit>
                <div class="field">
                    <label for="visit-customer">{t.visit_whom}</label>
                    <input
                        id="visit-customer"
                        class="input"
                        data-testid="visit-customer"
                        autocomplete="off"
                        maxlength="200"
                        list="names-visit"
                        node_ref=field
                        prop:value=move || customer.get()
                        on:input=move |event| customer.set(event_target_value(&event))
                    />
                    <Suggestions names content=customer list_id="names-visit".to_owned() />
                </div>
                <button type="submit" class="button button-main" data-testid="visit-begin">
                    {t.visit_begin}
                </button>
                {prepare}
                <button type="button" class="button button-plain" on:click=move |_| is_asking.set(false)>
                    {t.back}
                </button>
            </form>
        }
        .into_any()
    }
}
