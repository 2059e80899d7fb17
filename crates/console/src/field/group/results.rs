//! What a test group brought: its members beside everyone else.

use leptos::prelude::*;
use protocol::console::analysis::{Levels, N_MIN};
use protocol::console::field::{GroupAnswer, ItemResult, TestGroupDetail};
use protocol::mail::{Form, Item};
use protocol::reply::ItemAnswer;

use crate::chart::{Bar, Bars, Cell, Figure};
use crate::locale::{Locale, fill};

/// All of it.
pub(super) fn view(detail: TestGroupDetail, locale: Locale) -> AnyView {
    let texts = &locale.texts.pages.field;
    let TestGroupDetail { test_group, answers, results, rest, members } = detail;
    let items = test_group.text.items;
    let has_answers = results.iter().any(|it| it.members.iter().chain(&it.rest).any(|n| *n > 0));
    let figures: Vec<_> = items
        .iter()
        .zip(&results)
        .enumerate()
        .filter(|_| has_answers)
        .filter_map(|(index, (item, result))| figure(index, item, result, locale))
        .collect();
    let acceptance = (members.is_some() || rest.is_some()).then(|| {
        acceptance(Levels(members.unwrap_or_default()), Levels(rest.unwrap_or_default()), locale)
    });
    let few = (1..N_MIN)
        .contains(&test_group.answered)
        .then(|| view! { <p class="quiet">{texts.few_customers}</p> });
    let of = locale.count(&texts.of_customers, test_group.text.customers.len());
    let of = fill(&of, "{m}", &locale.number(test_group.answered as usize));
    let lines: Vec<_> = answers.into_iter().map(|answer| line(answer, &items, locale)).collect();
    view! {
        <section class="page-section" aria-labelledby="field-group-results">
            <h2 id="field-group-results">{texts.results}</h2>
            <p class="quiet" data-testid="group-answered">{fill(texts.answered_by, "{reps}", &of)}</p>
            {few} {acceptance} {figures}
        </section>
        <section class="page-section" aria-labelledby="field-group-answers">
            <h2 id="field-group-answers">{texts.answers_title}</h2>
            {lines.is_empty().then(|| view! { <p class="quiet">{texts.no_answers}</p> })}
            <ul class="answers">{lines}</ul>
        </section>
    }
    .into_any()
}

/// How often each answer of an item was given, by members and by others.
fn figure(
    index: usize,
    item: &Item,
    result: &ItemResult,
    locale: Locale,
) -> Option<impl IntoView + use<>> {
    let texts = &locale.texts.pages.field;
    let labels: Vec<String> = match &item.form {
        Form::Acceptance => locale.texts.levels.map(str::to_owned).to_vec(),
        Form::YesNo => [texts.yes, texts.no].map(str::to_owned).to_vec(),
        Form::Choice(choices) => choices.iter().map(|words| locale.words(words)).collect(),
        // Words are read in the answers below, one by one.
        Form::Text => return None,
    };
    let count = |counts: &[u64], place: usize| counts.get(place).copied().unwrap_or(0);
    let sides = [(texts.members, &result.members), (texts.everyone_else, &result.rest)];
    let bars: Vec<Bar> = labels
        .iter()
        .enumerate()
        .flat_map(|(place, label)| {
            sides.map(|(side, counts)| {
                let (own, all) = (count(counts, place), counts.iter().sum::<u64>());
                let of = locale.count(&texts.of_answers, all as usize);
                Bar {
                    label: format!("{label} · {side}"),
                    href: None,
                    parts: vec![own as f64 / all.max(1) as f64],
                    interval: None,
                    words: fill(&of, "{m}", &locale.number(own as usize)),
                }
            })
        })
        .collect();
    let rows = labels
        .iter()
        .enumerate()
        .map(|(place, label)| {
            let mut cells = vec![Cell::words(label.clone())];
            cells.extend(
                sides.map(|(_, counts)| Cell::number(locale.number(count(counts, place) as usize))),
            );
            cells
        })
        .collect();
    let head = vec![(texts.answer, false), (texts.members, true), (texts.everyone_else, true)];
    let number = fill(texts.item_n, "{n}", &(index + 1).to_string());
    let title = format!("{number}: {}", locale.words(&item.text));
    Some(view! {
        <Figure title=title head=head rows=rows>
            <Bars bars=bars />
        </Figure>
    })
}

/// Acceptance of the tested product in notes: members beside the rest.
fn acceptance(members: Levels, rest: Levels, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.pages.field;
    let more = &locale.texts.pages.analysis;
    let sides = [(texts.members, members), (texts.everyone_else, rest)];
    let bars = sides.map(|(side, levels)| {
        let favourable = levels.favourable();
        let count = locale.count(&more.n_notes, levels.n() as usize);
        let words = match favourable {
            Some(shares) => {
                let [low, share, high] = <[f64; 3]>::from(shares).map(|it| locale.percent(it));
                format!("{share} ({low} – {high}) · {count}")
            }
            None => format!("{count} · {}", more.too_few),
        };
        Bar {
            label: side.to_owned(),
            href: None,
            parts: favourable.iter().map(|(_, share, _)| *share).collect(),
            interval: favourable.map(|(low, _, high)| (low, high)),
            words,
        }
    });
    let bars = bars.to_vec();
    let rows = sides
        .iter()
        .map(|(side, levels)| {
            let mut cells =
                vec![Cell::words(*side), Cell::number(locale.number(levels.n() as usize))];
            cells.extend(levels.0.map(|count| Cell::number(locale.number(count as usize))));
            cells
        })
        .collect();
    let mut head = vec![(texts.whom, false), (more.notes, true)];
    head.extend(locale.texts.levels.map(|level| (level, true)));
    view! {
        <Figure
            title=texts.acceptance_beside.to_owned()
            about=texts.acceptance_beside_about
            head=head
            rows=rows
        >
            <Bars bars=bars />
        </Figure>
    }
}

/// One customer's answers.
fn line(answer: GroupAnswer, items: &[Item], locale: Locale) -> impl IntoView + use<> {
    let texts = &locale.texts.pages.field;
    let side = if answer.is_member { texts.member } else { texts.no_member };
    let facts = [side, &answer.rep, &locale.moment(answer.received_at_ms)].join(" · ");
    let said: Vec<_> = items
        .iter()
        .zip(&answer.answers)
        .filter_map(|(item, answer)| {
            let said = words(&item.form, answer, locale)?;
            Some(view! {
                <div>
                    <dt>{locale.words(&item.text)}</dt>
                    <dd>{said}</dd>
                </div>
            })
        })
        .collect();
    view! {
        <li data-testid="group-answer">
            <p><strong>{answer.customer}</strong> " " <span class="quiet">{facts}</span></p>
            <dl class="said-items">{said}</dl>
        </li>
    }
}

fn words(form: &Form, answer: &ItemAnswer, locale: Locale) -> Option<String> {
    let texts = &locale.texts.pages.field;
    Some(match answer {
        ItemAnswer::None => return None,
        ItemAnswer::Acceptance(level) => locale.texts.level_word(*level).to_owned(),
        ItemAnswer::YesNo(is_yes) => (if *is_yes { texts.yes } else { texts.no }).to_owned(),
        ItemAnswer::Choice(place) => match form {
            Form::Choice(choices) => locale.words(choices.get(usize::from(*place))?),
            // The questionnaire was changed meanwhile; the number still says something.
            _ => locale.number(usize::from(*place) + 1),
        },
        ItemAnswer::Text(text) => text.clone(),
    })
}
