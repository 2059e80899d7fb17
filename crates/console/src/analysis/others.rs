//! Needs, gaps, hypotheses, and how long marketing itself takes.

use leptos::prelude::*;
use protocol::Kind;
use protocol::console::analysis::{HypothesisCount, N_MIN, Need, Response, Spread};
use protocol::console::{Says, Verdict, Without};
use protocol::note::{Part, Urgency};

use super::view::{Behind, View};
use crate::chart::{Bar, Bars, Cell, Figure, Table, round_up};
use crate::locale::fill;

/// Needs by independent customers.
pub(super) fn needs(needs: Vec<Need>, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let most = needs.iter().map(|need| need.customers).max();
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for need in &needs {
        let label = if need.topic.is_none() { texts.no_topic } else { &need.title };
        let without = need.topic.is_none().then_some(Without::Topic);
        let behind =
            Behind { kind: Some(Kind::Need), topic: need.topic, without, ..Behind::default() };
        let href = view.href(behind);
        let urgencies: Vec<String> = need
            .urgencies
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(urgency, count)| {
                format!("{} {}", urgency_word(*urgency, view), view.number(*count))
            })
            .collect();
        let customers = view.locale.count(&texts.n_customers, need.customers as usize);
        bars.push(Bar {
            label: label.to_owned(),
            href: Some(href.clone()),
            parts: vec![share(need.customers, most)],
            interval: None,
            words: format!("{customers} · {}", urgencies.join(" · ")),
        });
        let mut cells = vec![
            Cell::words(label).to(Some(href)),
            Cell::number(view.number(need.customers)),
            Cell::number(view.number(need.notes)),
        ];
        cells.extend(URGENCIES.map(|urgency| {
            let count = need.urgencies.iter().find(|(one, _)| *one == urgency);
            Cell::number(view.number(count.map_or(0, |(_, count)| *count)))
        }));
        rows.push(cells);
    }
    let mut head = vec![(texts.need, false), (texts.customers, true), (texts.notes, true)];
    head.extend(URGENCIES.map(|urgency| (urgency_word(urgency, view), true)));
    section("need", "analysis-needs", texts.needs, texts.needs_about, (head, rows, bars), view)
}

/// The most urgent first; last those whose rep did not say.
const URGENCIES: [Option<Urgency>; 4] =
    [Some(Urgency::Now), Some(Urgency::Soon), Some(Urgency::Someday), None];

fn urgency_word(urgency: Option<Urgency>, view: &View) -> &'static str {
    urgency.map_or(view.texts().unsaid, |urgency| view.locale.texts.urgency_word(urgency))
}

/// Gaps by part.
pub(super) fn gaps(gaps: Vec<(Option<Part>, u64)>, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let gaps: Vec<_> = gaps.into_iter().filter(|(_, count)| *count > 0).collect();
    let most = gaps.iter().map(|(_, count)| *count).max();
    let word =
        |part: Option<Part>| part.map_or(texts.unsaid, |part| view.locale.texts.part_word(part));
    let href = |part: Option<Part>| {
        let says = Says::Part(part);
        Some(view.href(Behind { kind: Some(Kind::Gap), says: Some(&says), ..Behind::default() }))
    };
    let bars = gaps.iter().map(|(part, count)| Bar {
        label: word(*part).to_owned(),
        href: href(*part),
        parts: vec![share(*count, most)],
        interval: None,
        words: view.locale.count(&texts.n_notes, *count as usize),
    });
    let rows = gaps.iter().map(|(part, count)| {
        vec![Cell::words(word(*part)).to(href(*part)), Cell::number(view.number(*count))]
    });
    let head = vec![(view.locale.texts.part, false), (texts.notes, true)];
    let content = (head, rows.collect(), bars.collect());
    section("gap", "analysis-gaps", texts.gaps, texts.gaps_about, content, view)
}

/// Hypotheses: as reps name them, and as marketing sees them.
pub(super) fn hypotheses(counts: Vec<HypothesisCount>, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let counts: Vec<_> = counts.into_iter().filter(|one| one.named + one.added > 0).collect();
    let most = counts.iter().map(|one| one.named + one.added).max();
    let word = |one: &HypothesisCount| view.locale.texts.hypothesis_word(one.hypothesis);
    let numbers = |one: &HypothesisCount| {
        [one.named, one.confirmed, one.rejected, one.added].map(|count| view.number(count))
    };
    let href = |one: &HypothesisCount, verdict: Option<Verdict>| {
        let hypothesis = Some(one.hypothesis);
        Some(view.href(Behind { hypothesis, verdict, ..Behind::default() }))
    };
    let bars = counts.iter().map(|one| {
        let open = one.named.saturating_sub(one.confirmed + one.rejected);
        let [named, confirmed, rejected, added] = numbers(one);
        let words = fill(texts.hypothesis_words, "{named}", &named);
        let words = fill(&words, "{confirmed}", &confirmed);
        let words = fill(&words, "{rejected}", &rejected);
        Bar {
            label: word(one).to_owned(),
            href: href(one, None),
            parts: [one.confirmed, one.added, open, one.rejected].map(|n| share(n, most)).to_vec(),
            interval: None,
            words: fill(&words, "{added}", &added),
        }
    });
    let rows = counts.iter().map(|one| {
        let cell = |(verdict, number): (&Verdict, String)| {
            Cell::number(number).to(href(one, Some(*verdict)))
        };
        let mut cells = vec![Cell::words(word(one)).to(href(one, None))];
        cells.extend(Verdict::ALL.iter().zip(numbers(one)).map(cell));
        cells
    });
    let mut head = vec![(texts.hypothesis, false)];
    head.extend(Verdict::ALL.iter().map(|verdict| (texts.verdict(*verdict), true)));
    let content = (head, rows.collect(), bars.collect());
    let (title, about) = (texts.hypotheses, texts.hypotheses_about);
    section("", "analysis-hypotheses", title, about, content, view)
}

/// How long marketing takes.
pub(super) fn response(response: Response, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let row = |name: &'static str, spread: Option<Spread>| {
        let mut cells = vec![Cell::words(name)];
        cells.extend(match spread {
            None => [Cell::number(view.number(0)), Cell::number("—"), Cell::number("—")],
            Some(few) if few.n < N_MIN => {
                [Cell::number(view.number(few.n)), Cell::number(texts.too_few), Cell::number("—")]
            }
            Some(spread) => [
                Cell::number(view.number(spread.n)),
                Cell::number(view.locale.length(spread.median_ms)),
                Cell::number(view.locale.length(spread.p90_ms)),
            ],
        });
        cells
    };
    let rows = vec![
        row(texts.until_read, response.read),
        row(texts.until_classified, response.classified),
        row(texts.until_closed, response.closed),
    ];
    let head = vec![
        (texts.until, false),
        (texts.notes, true),
        (texts.half_within, true),
        (texts.most_within, true),
    ];
    let open = view.locale.count(&texts.still_open, response.open as usize);
    view! {
        <section class="page-section" aria-labelledby="analysis-response">
            <h2 id="analysis-response">{texts.response}</h2>
            <p class="quiet">{open}</p>
            <Table caption=texts.response.to_owned() head=head rows=rows shown=true />
        </section>
    }
}

type Content = (Vec<(&'static str, bool)>, Vec<Vec<Cell>>, Vec<Bar>);

fn section(
    kind: &'static str,
    id: &'static str,
    title: &'static str,
    about: &'static str,
    (head, rows, bars): Content,
    view: &View,
) -> impl IntoView + use<> {
    let body = if bars.is_empty() {
        view! { <p class="quiet">{view.texts().nothing_here}</p> }.into_any()
    } else {
        view! {
            <Figure title=title.to_owned() about=about is_named_above=true head=head rows=rows>
                <Bars bars=bars />
            </Figure>
        }
        .into_any()
    };
    view! {
        <section class="page-section" data-kind=(!kind.is_empty()).then_some(kind) aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {body}
        </section>
    }
}

/// The length of a bar: a full one stands for a round count at or above the largest.
#[expect(clippy::cast_precision_loss, reason = "counts of notes are far below 2^52")]
fn share(count: u64, most: Option<u64>) -> f64 {
    count as f64 / round_up(most.unwrap_or(0) as f64)
}
