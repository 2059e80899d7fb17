//! The newest notes of many, against the same rows read by hand.

use anyhow::{Context, Result};
use bench_rows::{Row, percentile};
use serde::de::IgnoredAny;

use crate::Plan;
use crate::browser::Browser;
use crate::ground::Ground;
use crate::house::House;
use crate::order::{Order, Reading};
use crate::raw_device::RawDevice;

/// Reads of each round.
const READS: usize = 100;

/// The median, as a ratio of the same.
pub(crate) async fn measure(plan: &Plan) -> Result<Vec<Row>> {
    let ground = Ground::open()?;
    let invitation = RawDevice::invite(&ground).await?;
    let house = House::open(ground, &plan.page).await?;
    let url = format!("http://127.0.0.1:{}/bench/page/", house.port());
    let _browser = Browser::open(&plan.browser, &url)?;
    let notes = plan.notes;
    let _: IgnoredAny = house.perform(Order::Enrol { invitation }).await?;
    let _: IgnoredAny = house.perform(Order::Fill { notes }).await?;

    let (mut device_ms, mut raw_ms) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let reading: Reading = house.perform(Order::List { reads: READS, notes }).await?;
        device_ms.extend(reading.device_ms);
        raw_ms.extend(reading.raw_ms);
    }
    let median = |values: &[f64]| percentile(values, 0.5).context("nothing was measured");
    let (device, raw) = (median(&device_ms)?, median(&raw_ms)?);
    let basis = format!("{device:.2} ms to {raw:.2} ms");
    let name = format!("newest 50 of {notes} notes");
    Ok(vec![Row::new(name, device / raw, "×").at_most(1.2).on(basis)])
}
