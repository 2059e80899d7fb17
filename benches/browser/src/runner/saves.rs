//! From submit to "Saved", against the same writes done by hand.

use anyhow::{Context, Result, ensure};
use bench_rows::{Row, percentile};
use serde::de::IgnoredAny;

use crate::Plan;
use crate::browser::Browser;
use crate::ground::Ground;
use crate::house::House;
use crate::order::{Order, Saving};
use crate::raw_device::RawDevice;

/// What the device holds already.
const STORED: usize = 1_000;

/// Median and 95th percentile, each as a ratio of the same two.
pub(crate) async fn measure(plan: &Plan) -> Result<Vec<Row>> {
    let ground = Ground::open()?;
    let invitation = RawDevice::invite(&ground).await?;
    let house = House::open(ground, &plan.page).await?;
    let url = format!("http://127.0.0.1:{}/bench/page/", house.port());
    let _browser = Browser::open(&plan.browser, &url)?;
    let _: IgnoredAny = house.perform(Order::Enrol { invitation }).await?;
    let _: IgnoredAny = house.perform(Order::Fill { notes: STORED }).await?;

    let (mut device_ms, mut raw_ms) = (Vec::new(), Vec::new());
    let mut writes = 0;
    for _ in 0..plan.rounds {
        let order = Order::Save { saves: plan.saves, notes: STORED };
        let saving: Saving = house.perform(order).await?;
        let is_strict = |written: &crate::order::Written| written.durability == "strict";
        ensure!(saving.writes.iter().all(is_strict), "a save that is not durable");
        writes = saving.writes.iter().map(|written| written.writes.len()).sum();
        device_ms.extend(saving.device_ms);
        raw_ms.extend(saving.raw_ms);
    }
    let row = |share: f64, name: &str, most: f64| {
        let of = |values: &[f64]| percentile(values, share).context("no save was measured");
        let (device, raw) = (of(&device_ms)?, of(&raw_ms)?);
        let basis = format!("{device:.2} ms to {raw:.2} ms for the same {writes} writes");
        anyhow::Ok(Row::new(format!("save, {name}"), device / raw, "×").at_most(most).on(basis))
    };
    Ok(vec![row(0.5, "median", 1.25)?, row(0.95, "95th percentile", 1.5)?])
}
