//! Acceptance by product: who likes or adopts it, and how sure that is.

use leptos::prelude::*;
use protocol::Kind;
use protocol::console::Says;
use protocol::console::analysis::{Levels, N_MIN, ProductAcceptance};
use protocol::note::Relation;

use super::view::{Behind, View};
use crate::chart::{Bar, Bars, Cell, Figure, Lines, Mark, Plot, day_number, day_of, labelled};
use crate::day::Day;
use crate::locale::fill;

const SIZE: (f64, f64) = (520.0, 200.0);

/// The section.
pub(super) fn section(products: Vec<ProductAcceptance>, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let body = if products.is_empty() {
        view! { <p class="quiet">{texts.no_acceptance}</p> }.into_any()
    } else {
        let over_time = products.iter().filter(|one| one.points.len() > 1);
        let over_time = over_time.map(|one| over_time_figure(one, view)).collect_view();
        view! {
            {by_product(&products, view)}
            <div class="figure-grid">{over_time}</div>
        }
        .into_any()
    };
    view! {
        <section class="page-section" data-kind="acceptance" aria-labelledby="analysis-acceptance">
            <h2 id="analysis-acceptance">{texts.acceptance}</h2>
            <p class="quiet">{fill(texts.acceptance_about, "{n}", &view.number(N_MIN))}</p>
            {body}
        </section>
    }
}

/// All products, each of customers and of prospects.
fn by_product(products: &[ProductAcceptance], view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for product in products {
        let groups = product.relations.iter().filter(|(_, levels)| levels.n() > 0);
        let groups = groups.map(|(relation, levels)| {
            let label = format!("{} · {}", product.product, relation_word(*relation, view));
            (label, levels, Says::LevelOf(*relation))
        });
        let whole = (product.product.clone(), &product.whole, Says::Level);
        for (label, levels, says) in core::iter::once(whole).chain(groups) {
            let href = view.href(Behind {
                kind: Some(Kind::Acceptance),
                product: Some(&product.product),
                says: Some(&says),
                ..Behind::default()
            });
            bars.push(bar(&label, levels, &href, view));
            rows.push(row(&label, levels, &href, view));
        }
    }
    view! {
        <Figure title=texts.by_product.to_owned() head=head(view, texts.whom) rows=rows>
            <Bars bars=bars />
        </Figure>
    }
}

fn over_time_figure(product: &ProductAcceptance, view: &View) -> impl IntoView + use<> {
    let behind = |start| Behind {
        kind: Some(Kind::Acceptance),
        product: Some(&product.product),
        says: Some(&Says::Level),
        start,
        ..Behind::default()
    };
    let days: Vec<(Option<Day>, &Levels)> =
        product.points.iter().map(|(start, levels)| (start.parse().ok(), levels)).collect();
    let rows = product.points.iter().zip(&days).map(|((start, levels), (day, _))| {
        let start = day.map_or_else(|| start.clone(), |day| view.start(day));
        row(&start, levels, &view.href(behind(*day)), view)
    });
    let marks =
        days.iter().filter_map(|(day, levels)| Some(((*day)?, *levels))).map(|(day, levels)| {
            let favourable = levels.favourable();
            Mark {
                day: day_number(day),
                middle: favourable.map(|(_, share, _)| share),
                reach: favourable.map(|(low, _, high)| (low, high)),
                href: view.href(behind(Some(day))),
                title: format!("{}: {}", view.start(day), words(levels, view)),
            }
        });
    let values = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, view.locale.percent(share)));
    let numbers: Vec<i64> = days.iter().filter_map(|(day, _)| Some(day_number((*day)?))).collect();
    let named = labelled(&numbers, 4).into_iter();
    let plot = Plot {
        marks: marks.collect(),
        compared: Vec::new(),
        values: values.to_vec(),
        days: named.map(|day| (day, view.start(day_of(day)))).collect(),
        is_band: false,
        size: SIZE,
    };
    let rows: Vec<_> = rows.collect();
    let title = fill(view.texts().over_time, "{product}", &product.product);
    view! {
        <Figure title=title head=head(view, view.texts().start(view.filters.by)) rows=rows>
            <Lines plot=plot />
        </Figure>
    }
}

fn head(view: &View, first: &'static str) -> Vec<(&'static str, bool)> {
    let texts = view.texts();
    let steps = view.locale.texts.levels.map(|level| (level, true));
    let mut head = vec![
        (first, false),
        (texts.notes, true),
        (texts.favourable, true),
        (texts.interval, true),
        (texts.mean, true),
    ];
    head.extend(steps);
    head
}

fn row(label: &str, levels: &Levels, href: &str, view: &View) -> Vec<Cell> {
    let texts = view.texts();
    let locale = view.locale;
    let few = || Cell::number(texts.too_few);
    let (share, interval) = match levels.favourable() {
        Some((low, share, high)) => (
            Cell::number(locale.percent(share)),
            Cell::number(format!("{} – {}", locale.percent(low), locale.percent(high))),
        ),
        None => (few(), Cell::number("—")),
    };
    let mean = levels.mean().map_or_else(few, |mean| Cell::number(locale.decimal(mean)));
    let mut cells = vec![
        Cell::words(label).to(Some(href.to_owned())),
        Cell::number(view.number(levels.n())),
        share,
        interval,
        mean,
    ];
    cells.extend(levels.0.map(|count| Cell::number(view.number(count))));
    cells
}

fn bar(label: &str, levels: &Levels, href: &str, view: &View) -> Bar {
    let favourable = levels.favourable();
    Bar {
        label: label.to_owned(),
        href: Some(href.to_owned()),
        parts: favourable.iter().map(|(_, share, _)| *share).collect(),
        interval: favourable.map(|(low, _, high)| (low, high)),
        words: words(levels, view),
    }
}

/// "64% (42% – 81%), 14 notes".
fn words(levels: &Levels, view: &View) -> String {
    let (texts, locale) = (view.texts(), view.locale);
    let count = locale.count(&texts.n_notes, levels.n() as usize);
    match levels.favourable() {
        Some((low, share, high)) => {
            let [low, share, high] = [low, share, high].map(|share| locale.percent(share));
            format!("{share} ({low} – {high}) · {count}")
        }
        None => format!("{count} · {}", texts.too_few),
    }
}

fn relation_word(relation: Option<Relation>, view: &View) -> &'static str {
    view.texts().of_whom(relation)
}
