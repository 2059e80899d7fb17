//! A visit, or a customer before it: its notes, and the pack to read.

use device::{StorageError, StoredNote};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::VisitId;
use protocol::mail::Question;

use super::pack::{Of, Pack, read};
use super::{card, times};
use crate::from_marketing::{
    Answered, DecisionSheet, QuestionItem, answer_to, briefing_link, group_link,
};
use crate::i18n::pages::use_page_texts;
use crate::i18n::use_language;
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use crate::ui::note_row::NoteRow;
use crate::ui::storage_alert::StorageAlert;

/// One visit.
#[component]
pub(crate) fn VisitPage() -> impl IntoView {
    let t = use_page_texts();
    let params = use_params_map();
    let of = Memo::new(move |_| {
        params.with(|params| params.get("id")?.parse::<VisitId>().ok().map(Of::Visit))
    });
    move || match of.get() {
        Some(of) => view! { <Sheet of /> }.into_any(),
        None => view! { <p class="empty">{t.visit_missing}</p> }.into_any(),
    }
}

/// The same before there is a visit.
#[component]
pub(crate) fn PreparePage() -> impl IntoView {
    let query = use_query_map();
    let customer =
        Memo::new(move |_| query.with(|query| query.get("customer")).unwrap_or_default());
    move || view! { <Sheet of=Of::Customer(customer.get()) /> }
}

/// The pack as it is on the screen.
type Shown = RwSignal<Option<Result<Option<Pack>, StorageError>>, LocalStorage>;

/// What a part of the screen shows of it; nothing before it is read.
fn part<T: Default>(shown: Shown, of: impl Fn(&Pack) -> T) -> T {
    shown.with(|read| match read {
        Some(Ok(Some(pack))) => of(pack),
        _ => T::default(),
    })
}

#[component]
fn Sheet(of: Of) -> impl IntoView {
    let t = use_page_texts();
    let shown: Shown = use_session().watch(move |device| read(device, of.clone()));
    let trouble = move || {
        shown.with(|read| match read {
            Some(Err(error)) => Some(view! { <StorageAlert error=error.clone() /> }.into_any()),
            Some(Ok(None)) => Some(view! { <p class="empty">{t.visit_missing}</p> }.into_any()),
            _ => None,
        })
    };
    let is_here = Memo::new(move |_| shown.with(|read| matches!(read, Some(Ok(Some(_))))));
    view! {
        <div class="home">
            {trouble}
            {move || is_here.get().then(|| view! {
                <Head shown />
                <Groups shown />
                <Decisions shown />
                <Questions shown />
                <Briefings shown />
                <Earlier shown />
            })}
        </div>
    }
}

fn rows(notes: Vec<StoredNote>, empty: &'static str) -> AnyView {
    if notes.is_empty() {
        return view! { <p class="empty">{empty}</p> }.into_any();
    }
    let rows = notes.into_iter().map(|stored| view! { <NoteRow stored /> });
    view! { <ul class="notes">{rows.collect_view()}</ul> }.into_any()
}

/// Whom it is paid to, and what was noted during it.
#[component]
fn Head(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    move || {
        let (customer, visit, notes) =
            part(shown, |pack| (pack.customer.clone(), pack.visit.clone(), pack.notes.clone()));
        let title = match &visit {
            Some(_) => format!("{} {customer}", t.visit_at),
            None => customer,
        };
        let about = match &visit {
            Some(visit) => times(t, language, visit),
            None => t.prepare.to_owned(),
        };
        let list = visit.is_some().then(|| rows(notes, t.visit_empty));
        let running = visit.filter(|visit| visit.finished_at.is_none());
        let finish = running.map(|visit| {
            let visit_id = visit.visit_id;
            view! {
                <button
                    class="button"
                    data-testid="visit-finish"
                    on:click=move |_| card::finish(session, visit_id)
                >
                    {t.visit_finish}
                </button>
            }
        });
        view! {
            <div class="entry-head">
                <A href="/visits" attr:class="icon-button" attr:aria-label=t.back>
                    <Icon path=icon::BACK />
                </A>
                <h1>{title}</h1>
            </div>
            <p class="quiet">{about}</p>
            {list}
            {finish}
        }
    }
}

/// A heading with rows below it; nothing where there are none.
fn section(id: &'static str, title: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id data-testid=id>
                <h2 id=id>{title}</h2>
                <ul class="mail">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

/// One tap to the questionnaire.
#[component]
fn Groups(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    move || {
        let (groups, customer) =
            part(shown, |pack| (pack.told.groups.clone(), pack.customer.clone()));
        let rows = groups.iter().map(|group| group_link(group, Some(&customer)));
        section("pack-groups", t.test_groups, rows.collect())
    }
}

#[component]
fn Decisions(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    move || {
        let decisions = part(shown, |pack| pack.told.decisions.clone()).into_iter();
        let row =
            |(decision, notes)| view! { <li><DecisionSheet decision notes /></li> }.into_any();
        section("pack-decisions", t.pack_decisions, decisions.map(row).collect())
    }
}

/// A question stays while its answer is saved and sent, and goes when the pack is opened anew.
#[component]
fn Questions(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    let seen = RwSignal::new(Vec::<Question>::new());
    Effect::new(move || {
        let open = part(shown, |pack| pack.told.questions.clone());
        let is_known = |question: &Question| {
            let id = question.question_id;
            seen.with_untracked(|seen| seen.iter().any(|known| known.question_id == id))
        };
        let more: Vec<Question> = open.into_iter().filter(|it| !is_known(it)).collect();
        if !more.is_empty() {
            seen.update(|seen| seen.extend(more));
        }
    });
    let item = move |question: Question| {
        let question_id = question.question_id;
        let answered = Memo::new(move |_| {
            part(shown, |pack| answer_to(&pack.replies, question_id).and_then(Answered::of))
        });
        view! { <li><QuestionItem question answered /></li> }
    };
    let is_any = Memo::new(move |_| seen.with(|seen| !seen.is_empty()));
    move || {
        is_any.get().then(|| {
            view! {
                <section aria-labelledby="pack-questions" data-testid="pack-questions">
                    <h2 id="pack-questions">{t.questions}</h2>
                    <ul class="mail">
                        <For each=move || seen.get() key=|it| it.question_id children=item />
                    </ul>
                </section>
            }
        })
    }
}

#[component]
fn Briefings(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    move || {
        let briefings = part(shown, |pack| pack.told.briefings.clone());
        section("pack-briefings", t.briefings, briefings.iter().map(briefing_link).collect())
    }
}

#[component]
fn Earlier(shown: Shown) -> impl IntoView {
    let t = use_page_texts();
    move || {
        let earlier = part(shown, |pack| pack.earlier.clone());
        view! {
            <section aria-labelledby="earlier">
                <h2 id="earlier">{t.earlier_notes}</h2>
                {rows(earlier, t.no_earlier_notes)}
            </section>
        }
    }
}
