//! Where a note stands at marketing's: state, hands, topic, tags, decisions.

use leptos::prelude::*;
use protocol::console::work::Work;
use protocol::console::{NoteDetail, decisions::DecisionRef};

use super::opened::Opened;
use crate::address::{BASE, Filters};
use crate::clock;
use crate::locale::{Locale, fill, use_locale};
use crate::state::State;
use crate::waiting::use_counts;

/// The line below the kind. It follows the note's work while the words stay as they are.
#[component]
pub(super) fn Standing(opened: Opened) -> impl IntoView {
    let locale = use_locale();
    let work = Memo::new(move |_| {
        opened.note.with(|note| note.as_ref().map(|note| note.work.clone()).unwrap_or_default())
    });
    let decisions = Memo::new(move |_| match opened.detail.get() {
        Some(Ok(NoteDetail { decisions, .. })) => decisions,
        _ => Vec::new(),
    });
    let cited = move || {
        let decisions = decisions.get();
        decisions.into_iter().map(|decision| decision_view(decision, locale)).collect_view()
    };
    view! {
        <ul class="standing" data-testid="standing">
            {move || work_view(work.get(), locale)}
            {cited}
        </ul>
    }
}

fn work_view(work: Work, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let counts = use_counts();
    let assignee = move || {
        let user = work.assignee?;
        Some(fill(texts.in_hands_of, "{name}", &counts.name_of(user)))
    };
    let snoozed = work.snoozed_until_ms.filter(|until_ms| *until_ms > clock::now_ms());
    let snoozed = snoozed.map(|until_ms| fill(texts.until, "{day}", &locale.day(until_ms)));
    let reason = work.reason.map(|reason| reason.pick(locale.is_french()).to_owned());
    let topic = work.topic.map(|topic| {
        let href = format!("{BASE}/topics?topic={}", topic.topic_id);
        view! { <li><a href=href data-testid="note-topic">{topic.title}</a></li> }
    });
    let tag = |tag: String| {
        let href = Filters { tag: Some(tag.clone()), ..Filters::default() }.href();
        view! { <li><a href=href>"#"{tag}</a></li> }
    };
    view! {
        <li><State state=work.state /></li>
        {work.is_starred.then(|| view! { <li>"☆ "{texts.starred}</li> })}
        {move || assignee().map(|text| view! { <li>{text}</li> })}
        {snoozed.map(|text| view! { <li>{text}</li> })}
        {topic}
        {work.tags.into_iter().map(tag).collect_view()}
        {reason.map(|reason| view! { <li class="reason" dir="auto">{reason}</li> })}
    }
}

fn decision_view(decision: DecisionRef, locale: Locale) -> impl IntoView {
    let href = format!("{BASE}/decisions?decision={}", decision.decision_id);
    let title = decision.title.pick(locale.is_french()).to_owned();
    let is_draft = decision.published_at_ms.is_none();
    view! {
        <li>
            <a href=href data-testid="note-decision">{title}</a>
            {is_draft.then(|| view! { " · "{locale.texts.work.draft} })}
        </li>
    }
}
