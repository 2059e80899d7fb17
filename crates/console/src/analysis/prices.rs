//! Competitors' prices against ours, over time and by region.

use core::cmp::Reverse;

use leptos::prelude::*;
use protocol::console::analysis::{N_MIN, PriceSeries, RegionBand};
use protocol::console::{Says, Without};
use protocol::{Amount, Kind, Price};

use super::view::{Behind, View};
use crate::chart::{
    Bar, Bars, Cell, Figure, Lines, Mark, Plot, day_number, day_of, labelled, ticks,
};
use crate::day::Day;
use crate::locale::fill;

const SIZE: (f64, f64) = (720.0, 260.0);

/// How many series are shown at first.
const SHOWN: usize = 4;

/// The section.
pub(super) fn section(series: Vec<PriceSeries>, view: &View) -> impl IntoView + use<> {
    let texts = view.texts();
    let nothing = series.is_empty().then(|| view! { <p class="quiet">{texts.no_prices}</p> });
    let sightings = |one: &PriceSeries| one.points.iter().map(|point| point.n).sum::<u64>();
    let mut series = series;
    series.sort_by_key(|one| Reverse(sightings(one)));
    let more = series.split_off(series.len().min(SHOWN));
    let figures = series.iter().map(|one| figure(one, view)).collect_view();
    let rest = (!more.is_empty()).then(|| rest(more, view.clone()));
    view! {
        <section class="page-section" data-kind="competitor" aria-labelledby="analysis-prices">
            <h2 id="analysis-prices">{texts.prices}</h2>
            <p class="quiet">{texts.prices_about}</p>
            {nothing} {figures} {rest}
        </section>
    }
}

/// The series with fewer sightings, behind a button: the other sections are worth more.
fn rest(series: Vec<PriceSeries>, view: View) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let label = view.locale.count(&view.texts().more_series, series.len());
    let (series, view) = (StoredValue::new(series), StoredValue::new_local(view));
    let figures = move || {
        let all = |view: &View| {
            series.with_value(|series| series.iter().map(|one| figure(one, view)).collect_view())
        };
        view.with_value(all)
    };
    let button = move || {
        view! {
            <button
                type="button"
                class="button no-print"
                data-testid="analysis-more-prices"
                on:click=move |_| is_open.set(true)
            >
                {label.clone()}
            </button>
        }
    };
    view! { <Show when=move || is_open.get() fallback=button>{figures}</Show> }
}

fn figure(series: &PriceSeries, view: &View) -> AnyView {
    let texts = view.texts();
    if series.points.is_empty() {
        // Nobody gave a figure, so there is no currency either.
        let (title, about) = (pair(series, view), about(series, view));
        return view! {
            <div class="figure"><h3>{title}</h3><p class="quiet">{about}</p></div>
        }
        .into_any();
    }
    let title = title(series, view);
    let says = Says::Price(series.currency, series.unit.clone());
    let behind = Behind {
        kind: Some(Kind::Competitor),
        product: series.product.as_deref(),
        competitor: Some(&series.competitor),
        says: Some(&says),
        without: series.product.is_none().then_some(Without::Product),
        ..Behind::default()
    };
    let rows = series.points.iter().map(|point| {
        let day: Option<Day> = point.start.parse().ok();
        let start = day.map_or_else(|| point.start.clone(), |day| view.start(day));
        let price = |amount| Cell::number(price(series, amount, view));
        let median =
            if point.n < N_MIN { Cell::number(texts.too_few) } else { price(point.median) };
        vec![
            Cell::words(start).to(Some(view.href(Behind { start: day, ..behind }))),
            Cell::number(view.number(point.n)),
            price(point.low),
            median,
            price(point.high),
            point.ours.map_or_else(|| Cell::number("—"), price),
        ]
    });
    let head = vec![
        (texts.start(view.filters.by), false),
        (texts.sightings, true),
        (texts.lowest, true),
        (texts.median, true),
        (texts.highest, true),
        (texts.ours, true),
    ];
    let rows: Vec<_> = rows.collect();
    let plot = plot(series, view, behind);
    let about = about(series, view);
    let regions = (series.regions.len() > 1).then(|| regions(series, &title, view, behind));
    view! {
        <Figure title=title about=about head=head rows=rows>
            <Lines plot=plot />
            <p class="chart-key" aria-hidden="true">
                <span data-key="line">{texts.key_theirs}</span>
                <span data-key="band">{texts.key_band}</span>
                <span data-key="few">{texts.key_few}</span>
                <span data-key="compared">{texts.key_ours}</span>
            </p>
        </Figure>
        {regions}
    }
    .into_any()
}

/// "Acme against Zip".
fn pair(series: &PriceSeries, view: &View) -> String {
    let texts = view.texts();
    let named = match &series.product {
        Some(product) => fill(texts.against, "{product}", product),
        None => texts.against_nothing.to_owned(),
    };
    fill(&named, "{competitor}", &series.competitor)
}

/// "Acme against Zip · EUR/kg".
fn title(series: &PriceSeries, view: &View) -> String {
    let unit = series.unit.iter().map(|unit| format!("/{unit}")).collect::<String>();
    format!("{} · {}{unit}", pair(series, view), series.currency)
}

/// What those without figures say.
fn about(series: &PriceSeries, view: &View) -> String {
    let texts = view.locale.texts;
    if series.comparisons == [0; 3] {
        return String::new();
    }
    let words = series.comparisons.iter().zip(texts.comparisons);
    let words: Vec<String> = words
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{word} {}", view.number(*count)))
        .collect();
    fill(view.texts().without_figures, "{words}", &words.join(" · "))
}

fn plot(series: &PriceSeries, view: &View, behind: Behind<'_>) -> Plot {
    let texts = view.texts();
    let days: Vec<Option<Day>> = series.points.iter().map(|one| one.start.parse().ok()).collect();
    let dated =
        || series.points.iter().zip(&days).filter_map(|(point, day)| Some((point, (*day)?)));
    let marks = dated().map(|(point, day)| {
        let (low, high) = (price(series, point.low, view), price(series, point.high, view));
        let words = if point.n < N_MIN {
            format!("{low} – {high}, {}", texts.too_few)
        } else {
            format!("{} ({low} – {high})", price(series, point.median, view))
        };
        let count = view.locale.count(&texts.n_sightings, point.n as usize);
        Mark {
            day: day_number(day),
            middle: (point.n >= N_MIN).then(|| as_f64(point.median)),
            reach: Some((as_f64(point.low), as_f64(point.high))),
            href: view.href(Behind { start: Some(day), ..behind }),
            title: format!("{}: {words}, {count}", view.start(day)),
        }
    });
    let compared = dated().filter_map(|(point, day)| Some((day_number(day), as_f64(point.ours?))));
    let amounts = series.points.iter().flat_map(|one| [Some(one.low), Some(one.high), one.ours]);
    let (low, high) = reach(amounts.flatten());
    let values =
        ticks(low, high, 4).into_iter().map(|value| (value, axis_price(series, value, view)));
    let numbers: Vec<i64> = days.iter().flatten().map(|day| day_number(*day)).collect();
    let named = labelled(&numbers, 7).into_iter();
    Plot {
        marks: marks.collect(),
        compared: compared.collect(),
        values: values.collect(),
        days: named.map(|day| (day, view.start(day_of(day)))).collect(),
        is_band: true,
        size: SIZE,
    }
}

/// The bands of each region, on one scale.
fn regions(
    series: &PriceSeries,
    title: &str,
    view: &View,
    behind: Behind<'_>,
) -> impl IntoView + use<> {
    let texts = view.texts();
    let (low, high) = reach(series.regions.iter().flat_map(|one| [one.low, one.high]));
    let on_scale = |amount| if high > low { (as_f64(amount) - low) / (high - low) } else { 0.5 };
    let words = |one: &RegionBand| {
        let (low, high) = (price(series, one.low, view), price(series, one.high, view));
        let count = view.locale.count(&texts.n_sightings, one.n as usize);
        if one.n < N_MIN {
            return format!("{low} – {high} · {count}");
        }
        format!("{} ({low} – {high}) · {count}", price(series, one.median, view))
    };
    let href = |one: &RegionBand| Some(view.href(Behind { region: Some(&one.region), ..behind }));
    let bars = series.regions.iter().map(|one| Bar {
        label: one.region.clone(),
        href: href(one),
        parts: Vec::new(),
        interval: Some((on_scale(one.low), on_scale(one.high))),
        words: words(one),
    });
    let rows = series.regions.iter().map(|one| {
        let price = |amount| Cell::number(price(series, amount, view));
        vec![
            Cell::words(one.region.clone()).to(href(one)),
            Cell::number(view.number(one.n)),
            price(one.low),
            if one.n < N_MIN { Cell::number(texts.too_few) } else { price(one.median) },
            price(one.high),
        ]
    });
    let head = vec![
        (texts.region, false),
        (texts.sightings, true),
        (texts.lowest, true),
        (texts.median, true),
        (texts.highest, true),
    ];
    let (rows, bars): (Vec<_>, Vec<_>) = (rows.collect(), bars.collect());
    let title = format!("{title} · {}", texts.by_region);
    view! {
        <Figure
            title=title
            head=head
            rows=rows
        >
            <Bars bars=bars />
        </Figure>
    }
}

fn price(series: &PriceSeries, amount: Amount, view: &View) -> String {
    // The unit stands in the title once.
    view.locale.price(&Price { amount, currency: series.currency, unit: None })
}

fn axis_price(series: &PriceSeries, value: f64, view: &View) -> String {
    let amount = Amount::from_ten_thousandths((value * 10_000.0).round() as i64);
    amount.map_or_else(|_| String::new(), |amount| price(series, amount, view))
}

fn reach(amounts: impl Iterator<Item = Amount>) -> (f64, f64) {
    amounts.map(as_f64).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), amount| {
        (low.min(amount), high.max(amount))
    })
}

#[expect(clippy::cast_precision_loss, reason = "for the eye alone")]
const fn as_f64(amount: Amount) -> f64 {
    amount.ten_thousandths() as f64 / 10_000.0
}
