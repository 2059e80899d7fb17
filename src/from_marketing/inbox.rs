//! All that comes from marketing: what is new first, then by kind.

use device::{Device, Given, StorageError};
use leptos::prelude::*;
use protocol::mail::{Briefing, Decision, Question, Remark, Subject, TestGroup};
use protocol::{DecisionId, NoteId};

use super::decision::{DecisionSheet, led, led_to};
use super::digest::Digest;
use super::letters::{
    Letter, answer_to, briefings, decisions, groups, is_over, mark_seen, questions, remarks,
};
use super::links::{briefing_link, group_link};
use super::question::{Answered, QuestionItem};
use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;
use crate::ui::storage_alert::StorageAlert;

/// Decisions and remarks that are shown at first; the rest unfolds.
const SHOWN: usize = 10;

/// Everything, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mail {
    digest: Digest,
    led: Vec<(DecisionId, NoteId)>,
    decisions: Vec<Letter<Decision>>,
    questions: Vec<Letter<Question>>,
    remarks: Vec<Letter<Remark>>,
    briefings: Vec<Letter<Briefing>>,
    groups: Vec<Letter<TestGroup>>,
    replies: Vec<Given>,
}

async fn read(device: Device) -> Result<Mail, StorageError> {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let monday_ms = format::monday(js_sys::Date::now()) as i64;
    let notes = device.notes_since(u64::try_from(monday_ms).unwrap_or(0)).await?;
    let progress = device.progress().await?;
    let mut briefings = briefings(&device).await?;
    // Here only their titles are shown, and their texts hold pictures.
    for letter in &mut briefings {
        (letter.it.text, letter.it.claims) = Default::default();
    }
    Ok(Mail {
        digest: Digest::of(&notes, &progress, monday_ms),
        led: led(progress.iter()),
        decisions: decisions(&device).await?,
        questions: questions(&device).await?,
        remarks: remarks(&device).await?,
        briefings,
        groups: groups(&device).await?,
        replies: device.replies().await?,
    })
}

impl Mail {
    fn is_empty(&self) -> bool {
        self.decisions.is_empty()
            && self.questions.is_empty()
            && self.remarks.is_empty()
            && self.briefings.is_empty()
            && self.groups.is_empty()
    }

    /// Keys of what the rep has not seen, and of those what this screen shows whole.
    fn unseen(&self) -> (Vec<String>, Vec<String>) {
        let (mut unseen, mut shown) = (Vec::new(), Vec::new());
        let mut note = |is_seen: bool, key: String, is_whole: bool| {
            if !is_seen {
                if is_whole {
                    shown.push(key.clone());
                }
                unseen.push(key);
            }
        };
        for Letter { it, is_seen } in &self.decisions {
            note(*is_seen, decision_key(it), true);
        }
        for Letter { it, is_seen } in &self.questions {
            note(*is_seen, question_key(it), true);
        }
        for Letter { it, is_seen } in &self.remarks {
            note(*is_seen, remark_key(it), false);
        }
        for Letter { it, is_seen } in &self.briefings {
            note(*is_seen, briefing_key(it), false);
        }
        for Letter { it, is_seen } in &self.groups {
            note(*is_seen, group_key(it), false);
        }
        (unseen, shown)
    }
}

fn decision_key(it: &Decision) -> String {
    format!("decision/{}", it.decision_id)
}

fn question_key(it: &Question) -> String {
    format!("question/{}", it.question_id)
}

fn remark_key(it: &Remark) -> String {
    format!("remark/{}", it.remark_id)
}

fn briefing_key(it: &Briefing) -> String {
    format!("briefing/{}", it.briefing_id)
}

fn group_key(it: &TestGroup) -> String {
    format!("test_group/{}", it.test_group_id)
}

/// The mail as it is on the screen; cheap to copy.
#[derive(Clone, Copy)]
struct Screen {
    mail: RwSignal<Option<Result<Mail, StorageError>>, LocalStorage>,
    /// What was new since the screen opened: it stays where it is, seen or not.
    fresh: RwSignal<Vec<String>>,
}

impl Screen {
    fn is_fresh(self, key: &str) -> bool {
        self.fresh.with(|fresh| fresh.iter().any(|known| known == key))
    }

    /// What a part of the screen shows of the mail; nothing before it is read.
    fn part<T: Default>(self, of: impl Fn(&Mail) -> T) -> T {
        self.mail.with(|mail| match mail {
            Some(Ok(mail)) => of(mail),
            _ => T::default(),
        })
    }

    /// Questions, those that can be answered first. A question stays where it is once it is
    /// answered.
    fn questions(self, is_new: bool) -> Vec<Question> {
        let questions = self.part(|mail| mail.questions.clone());
        let questions = questions.into_iter().map(|letter| letter.it);
        let mut questions: Vec<Question> =
            questions.filter(|it| self.is_fresh(&question_key(it)) == is_new).collect();
        questions.sort_by_key(|it| it.is_closed || is_over(it.expires_at_ms));
        questions
    }
}

#[component]
pub(crate) fn Inbox() -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let screen = Screen { mail: session.watch(read), fresh: RwSignal::new(Vec::new()) };
    Effect::new(move || {
        let unseen = screen.mail.with(|mail| match mail {
            Some(Ok(mail)) => Some(mail.unseen()),
            _ => None,
        });
        let Some((unseen, shown)) = unseen else { return };
        let is_known = |key: &String| screen.fresh.with_untracked(|fresh| fresh.contains(key));
        let more: Vec<String> = unseen.into_iter().filter(|key| !is_known(key)).collect();
        if !more.is_empty() {
            screen.fresh.update(|fresh| fresh.extend(more));
        }
        mark_seen(session, shown);
    });
    let failure = move || match screen.mail.get() {
        Some(Err(error)) => Some(view! { <StorageAlert error /> }),
        _ => None,
    };
    let is_empty = Memo::new(move |_| {
        screen.mail.with(|mail| matches!(mail, Some(Ok(mail)) if mail.is_empty()))
    });
    view! {
        <div class="home inbox" data-testid="inbox">
            <h1>{t.inbox_title}</h1>
            <Week screen />
            {failure}
            {move || is_empty.get().then(|| view! { <p class="empty">{t.inbox_empty}</p> })}
            <New screen />
            <Decisions screen />
            <Questions screen />
            <Remarks screen />
            <Briefings screen />
            <Groups screen />
        </div>
    }
}

/// "This week: 12 notes, 5 read, 2 decided".
#[component]
fn Week(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let line = move || {
        let Digest { noted, read, decided, declined } = screen.part(|mail| mail.digest);
        let count = |texts, n| format::plural(language, texts, n);
        let mut parts = vec![
            count(t.today_count, noted),
            count(t.week_read, read),
            count(t.week_decided, decided),
        ];
        if declined > 0 {
            parts.push(count(t.week_declined, declined));
        }
        format!("{} {}", t.this_week, parts.join(", "))
    };
    view! { <p class="quiet" data-testid="week-digest">{line}</p> }
}

/// A heading with what is below it; nothing where that is nothing.
fn section(id: &'static str, title: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <ul class="mail">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn remark_row(t: &PageTexts, language: Language, remark: &Remark) -> AnyView {
    let day = format::date(language, format::date_ms(device::begun_ms(remark.note_id)));
    let at = format::date(language, format::at_ms(remark.at_ms));
    view! {
        <li class="mail-row" data-testid="remark-item" data-note-id=remark.note_id.to_string()>
            <a href=format!("/notes/{}", remark.note_id)>
                <span class="words">{remark.text.clone()}</span>
                <span class="quiet">{t.remark_on.replace("{day}", &day)}" · "{at}</span>
            </a>
        </li>
    }
    .into_any()
}

fn decision_row(letter: &Decision, led: &[(DecisionId, NoteId)]) -> AnyView {
    let (decision, notes) = (letter.clone(), led_to(led, letter.decision_id));
    view! { <li><DecisionSheet decision notes /></li> }.into_any()
}

/// What is new or is not, as rows.
fn decisions_of(screen: Screen, is_new: bool) -> Vec<AnyView> {
    let (decisions, led) = screen.part(|mail| (mail.decisions.clone(), mail.led.clone()));
    let those = decisions.iter().map(|letter| &letter.it);
    let those = those.filter(|it| screen.is_fresh(&decision_key(it)) == is_new);
    those.map(|decision| decision_row(decision, &led)).collect()
}

fn remarks_of(screen: Screen, t: &PageTexts, language: Language, is_new: bool) -> Vec<AnyView> {
    let remarks = screen.part(|mail| mail.remarks.clone());
    let those = remarks.iter().map(|letter| &letter.it);
    let those = those.filter(|it| screen.is_fresh(&remark_key(it)) == is_new);
    those.map(|remark| remark_row(t, language, remark)).collect()
}

fn briefings_of(screen: Screen, is_new: bool) -> Vec<Briefing> {
    let briefings = screen.part(|mail| mail.briefings.clone()).into_iter();
    let briefings = briefings.map(|letter| letter.it);
    briefings.filter(|it| screen.is_fresh(&briefing_key(it)) == is_new).collect()
}

fn groups_of(screen: Screen, is_new: bool) -> Vec<AnyView> {
    let groups = screen.part(|mail| mail.groups.clone());
    let those = groups.iter().map(|letter| &letter.it);
    let those = those.filter(|it| screen.is_fresh(&group_key(it)) == is_new);
    let mut those: Vec<&TestGroup> = those.collect();
    those.sort_by_key(|it| it.is_closed || is_over(it.expires_at_ms));
    those.into_iter().map(|group| group_link(group, None)).collect()
}

/// The questions as items that stay while their answers are saved and sent: somebody may be writing
/// into the next one.
#[component]
fn QuestionList(screen: Screen, is_new: bool) -> impl IntoView {
    let item = move |question: Question| {
        let question_id = question.question_id;
        let answered = Memo::new(move |_| {
            screen.part(|mail| answer_to(&mail.replies, question_id).and_then(Answered::of))
        });
        view! { <li><QuestionItem question answered /></li> }
    };
    view! {
        <ul class="mail">
            <For
                each=move || screen.questions(is_new)
                key=|question| (question.question_id, question.is_closed)
                children=item
            />
        </ul>
    }
}

#[component]
fn New(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let is_any = Memo::new(move |_| screen.fresh.with(|fresh| !fresh.is_empty()));
    let decisions = move || {
        let rows = decisions_of(screen, true);
        (!rows.is_empty()).then(|| view! { <ul class="mail">{rows}</ul> })
    };
    let rows = move || {
        let mut rows = remarks_of(screen, t, language, true);
        rows.extend(briefings_of(screen, true).iter().map(briefing_link));
        rows.extend(groups_of(screen, true));
        (!rows.is_empty()).then(|| view! { <ul class="mail">{rows}</ul> })
    };
    move || {
        is_any.get().then(|| {
            view! {
                <section aria-labelledby="new" data-testid="inbox-new">
                    <h2 id="new">{t.new}</h2>
                    {decisions}
                    <QuestionList screen is_new=true />
                    {rows}
                </section>
            }
        })
    }
}

#[component]
fn Decisions(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    move || section("decisions", t.decisions, first(t, decisions_of(screen, false)))
}

#[component]
fn Questions(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let is_any = Memo::new(move |_| !screen.questions(false).is_empty());
    move || {
        is_any.get().then(|| {
            view! {
                <section aria-labelledby="questions">
                    <h2 id="questions">{t.questions}</h2>
                    <QuestionList screen is_new=false />
                </section>
            }
        })
    }
}

#[component]
fn Remarks(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    move || section("remarks", t.remarks, first(t, remarks_of(screen, t, language, false)))
}

/// By product and phase of its launch, then the battlecards.
#[component]
fn Briefings(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    move || {
        let mut briefings = briefings_of(screen, false);
        // Sorting is stable: within a phase the newest stays first.
        briefings.sort_by_key(|it| it.phase);
        let (products, competitors): (Vec<_>, Vec<_>) =
            briefings.into_iter().partition(|it| matches!(it.subject, Subject::Product(_)));
        let rows = by_name(&products);
        let cards = by_name(&competitors);
        [section("briefings", t.briefings, rows), section("battlecards", t.battlecards, cards)]
    }
}

/// Rows below the name of what they are about.
fn by_name(briefings: &[Briefing]) -> Vec<AnyView> {
    let mut names: Vec<&str> = briefings.iter().map(|it| it.subject.name()).collect();
    names.sort_unstable();
    names.dedup();
    let group = |name: &str| {
        let those = briefings.iter().filter(|it| it.subject.name() == name);
        let rows = those.map(briefing_link).collect_view();
        view! {
            <li>
                <h3 class="mail-name">{name.to_owned()}</h3>
                <ul class="mail">{rows}</ul>
            </li>
        }
        .into_any()
    };
    names.into_iter().map(group).collect()
}

#[component]
fn Groups(screen: Screen) -> impl IntoView {
    let t = use_page_texts();
    move || section("groups", t.test_groups, groups_of(screen, false))
}

/// The first of many rows; the others unfold below them.
fn first(t: &PageTexts, mut rows: Vec<AnyView>) -> Vec<AnyView> {
    if rows.len() > SHOWN {
        let others = rows.split_off(SHOWN);
        let more = view! {
            <li>
                <details class="extras">
                    <summary>{t.older}</summary>
                    <ul class="mail">{others}</ul>
                </details>
            </li>
        };
        rows.push(more.into_any());
    }
    rows
}
