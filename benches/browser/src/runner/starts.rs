//! The app itself, without a network: a cold start against an empty page's, a long list looked
//! through, and memory.

use anyhow::{Context, Result};
use bench_rows::{Row, percentile};
use serde::de::IgnoredAny;

use crate::browser::Browser;
use crate::ground::Ground;
use crate::house::House;
use crate::order::{Looks, Order, Starts};
use crate::raw_device::RawDevice;
use crate::slowed::{Slowed, TIMES};
use crate::{Plan, say};

/// Starts of each page in a round.
const STARTS: usize = 5;
/// Filters and searches of a round.
const LOOKS: usize = 10;
/// One megabyte is 1,000,000 bytes, as in DESIGN.md.
const MB: f64 = 1e6;

/// Medians, and as ratios where there is something to compare with.
pub(crate) async fn measure(plan: &Plan) -> Result<Vec<Row>> {
    let site = plan.site.as_deref().context("no site to start: --site")?;
    let ground = Ground::open()?;
    let invitation = RawDevice::invite(&ground).await?;
    let house = House::open_with_site(ground, &plan.page, Some(site)).await?;
    // By its file: every other address is the app's, once its worker is there.
    let url = format!("http://127.0.0.1:{}/bench/page/index.html", house.port());
    let browser = Browser::open(&plan.browser, &url)?;
    house.weigh(&browser);
    let notes = plan.notes;
    let _: IgnoredAny = house.perform(Order::Enrol { invitation }).await?;
    let _: IgnoredAny = house.perform(Order::Fill { notes }).await?;
    let _: IgnoredAny = house.perform(Order::Install {}).await?;
    house.unplug();

    let mut rows = Vec::new();
    for notes in [0, notes] {
        rows.push(cold_start(plan, &house, notes, "").await?);
    }
    let (mut filter_ms, mut search_ms, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let looks: Looks = house.perform(Order::LookThrough { looks: LOOKS, notes }).await?;
        filter_ms.extend(looks.filter_ms);
        search_ms.extend(looks.search_ms);
        memory.push(looks.memory);
    }
    let row = |name: &str, measured: f64, unit: &str| Row::new(name, measured, unit);
    let among = format!("of {notes} notes, until the list shows it");
    rows.push(
        row("filter by kind, with its count", median(&filter_ms)?, "ms").at_most(5.0).on(&*among),
    );
    rows.push(row("search", median(&search_ms)?, "ms").on(&*among));
    let with = format!("with {notes} notes read, above an empty page");
    rows.push(row("memory of the app", median(&memory)? / MB, "MB").at_most(60.0).on(with));
    match browser.group().context("a browser without processes").and_then(Slowed::down) {
        Ok(_slowed) => {
            let so = format!(", processor slowed {TIMES} times");
            rows.push(cold_start(plan, &house, notes, &so).await?);
        }
        Err(error) => say(&format!("no start on a slowed processor: {error:#}")),
    }
    Ok(rows)
}

/// The app's start against an empty page's; `so` is the rest of the row's name.
async fn cold_start(plan: &Plan, house: &House, notes: usize, so: &str) -> Result<Row> {
    let (mut app_ms, mut empty_ms) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let order = Order::StartCold { starts: STARTS, notes };
        let measured: Starts = house.perform(order).await?;
        app_ms.extend(measured.app_ms);
        empty_ms.extend(measured.empty_ms);
    }
    let (app, empty) = (median(&app_ms)?, median(&empty_ms)?);
    let basis = format!("{app:.1} ms to {empty:.1} ms for an empty page that keeps it too");
    let name = format!("cold start to a kept keystroke, {notes} notes stored{so}");
    Ok(Row::new(name, app / empty, "×").at_most(1.8).on(basis))
}

fn median(values: &[f64]) -> Result<f64> {
    percentile(values, 0.5).context("nothing was measured")
}
