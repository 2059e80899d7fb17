//! A backlog from the outbox to the endpoint's disk, over loopback and over a mobile link.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use bench_rows::{Row, percentile};
use protocol::limits::MEDIA_TYPE;
use serde::de::IgnoredAny;

use crate::browser::Browser;
use crate::ground::Ground;
use crate::house::House;
use crate::order::{Order, Sending};
use crate::raw_device::RawDevice;
use crate::{Plan, batches, chance, link, peer, say};

/// The small backlog: what a rep brings home from a few days without a network.
const SMALL: usize = 1_000;

/// What one round measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Measure {
    /// Requests that were made beforehand, uncompressed, all at once.
    Raw { notes: usize },
    /// The device.
    Device { notes: usize, is_compressed: bool },
}

impl Measure {
    const fn notes(self) -> usize {
        match self {
            Self::Raw { notes } | Self::Device { notes, .. } => notes,
        }
    }
}

/// The figures of each measure, round by round.
type Figures = HashMap<Measure, Vec<Sending>>;

/// All rows of the backlog.
pub(crate) async fn measure(plan: &Plan) -> Result<Vec<Row>> {
    let notes = plan.notes;
    let raw = Measure::Raw { notes };
    let plain = Measure::Device { notes, is_compressed: false };
    let compressed = Measure::Device { notes, is_compressed: true };
    let (raw_small, small) =
        (Measure::Raw { notes: SMALL }, Measure::Device { notes: SMALL, is_compressed: true });

    let loopback = rounds(plan, false, &[raw, plain, compressed]).await?;
    let mobile = rounds(plan, true, &[raw, compressed, raw_small, small]).await?;
    let mut rows = vec![
        ratio(&loopback, plain, raw, format!("backlog of {notes}, loopback"))?.at_most(2.0),
        ratio(&loopback, compressed, raw, format!("backlog of {notes}, loopback, compressed"))?
            .at_most(4.0),
        ratio(&mobile, compressed, raw, format!("backlog of {notes}, mobile"))?.at_most(0.30),
        ratio(&mobile, small, raw_small, format!("backlog of {SMALL}, mobile"))?.at_most(0.40),
    ];
    let requests = mobile.get(&small).into_iter().flatten().map(|sending| sending.requests).max();
    let requests = requests.context("no round")? as f64;
    rows.push(Row::new(format!("backlog of {SMALL}, mobile, pushes"), requests, "").at_most(2.0));
    if let Some(folder) = &plan.peer {
        let peer_ms = peer::backlog_ms(plan, folder).await?;
        let device_ms = median(&loopback, compressed, |sending| Some(sending.stored_ms))?;
        let basis = format!("PouchDB {peer_ms:.0} ms to {device_ms:.0} ms");
        let name = format!("backlog of {notes}, loopback, faster than PouchDB by");
        rows.push(Row::new(name, peer_ms / device_ms, "×").at_least(10.0).on(basis));
    }
    for (figures, name) in [(&loopback, "loopback"), (&mobile, "mobile")] {
        let sent_ms = median(figures, compressed, |sending| sending.sent_ms)?;
        rows.push(Row::new(
            format!("backlog of {notes}, {name}, compressed, until all shows as Sent"),
            sent_ms,
            "ms",
        ));
    }
    Ok(rows)
}

/// The device's time as a multiple of the raw requests'.
fn ratio(figures: &Figures, device: Measure, raw: Measure, name: String) -> Result<Row> {
    let stored = |sending: Sending| Some(sending.stored_ms);
    let device_ms = median(figures, device, stored)?;
    let raw_ms = median(figures, raw, stored)?;
    let basis = format!("{device_ms:.0} ms to raw POSTs' {raw_ms:.0} ms");
    Ok(Row::new(name, device_ms / raw_ms, "×").on(basis))
}

fn median(
    figures: &Figures,
    measure: Measure,
    figure: impl Fn(Sending) -> Option<f64>,
) -> Result<f64> {
    let sendings = figures.get(&measure).map(Vec::as_slice).unwrap_or_default();
    let values: Vec<f64> = sendings.iter().copied().filter_map(figure).collect();
    percentile(&values, 0.5).with_context(|| format!("{measure:?} was never measured"))
}

/// Rounds over one link, each measure once a round, in shuffled order.
async fn rounds(plan: &Plan, is_mobile: bool, measures: &[Measure]) -> Result<Figures> {
    let ground = Ground::open()?;
    let invitation = RawDevice::invite(&ground).await?;
    let raw = RawDevice::enrol(&ground).await?;
    let house = House::open(ground, &plan.page).await?;
    let port = if is_mobile { link::open(house.port()).await? } else { house.port() };
    let url = format!("http://127.0.0.1:{port}/bench/page/");
    let _browser = Browser::open(&plan.browser, &url)?;

    let _: IgnoredAny = house.perform(Order::Enrol { invitation }).await?;
    house.ground().set_beginning()?;
    let mut sizes: Vec<usize> = measures.iter().map(|measure| measure.notes()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for notes in sizes {
        say(&format!("saving {notes} notes"));
        let _: IgnoredAny = house.perform(Order::Fill { notes }).await?;
    }
    let mut figures = Figures::new();
    for round in 1..=plan.rounds {
        let mut order = measures.to_vec();
        chance::shuffle(&mut order)?;
        for measure in order {
            let sending = once(&house, &raw, measure).await?;
            let Sending { stored_ms, requests, .. } = sending;
            say(&format!("round {round}: {measure:?} {stored_ms:.0} ms, {requests} pushes"));
            figures.entry(measure).or_default().push(sending);
        }
    }
    Ok(figures)
}

async fn once(house: &House, raw: &RawDevice, measure: Measure) -> Result<Sending> {
    house.ground().begin_again()?;
    let order = match measure {
        Measure::Device { notes, is_compressed } => Order::Push { notes, is_compressed },
        Measure::Raw { notes } => {
            let batches = batches::of(raw.device_id, notes)?;
            let count = batches.len();
            house.offer(batches);
            let token = raw.token(house.ground()).await?;
            Order::Raw { batches: count, token, media_type: MEDIA_TYPE }
        }
    };
    let sending = house.perform(order).await?;
    let stored = house.ground().notes().await?;
    ensure!(stored == measure.notes() as u64, "{measure:?} left {stored} notes at the endpoint");
    Ok(sending)
}
