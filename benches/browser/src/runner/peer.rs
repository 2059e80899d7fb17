//! PouchDB with its own endpoint, as a peer for the backlog.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use bench_rows::percentile;
use serde::de::IgnoredAny;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::browser::Browser;
use crate::ground::{Ground, place};
use crate::house::House;
use crate::order::{Order, Sending};
use crate::{Plan, batches, say};

/// The median of the backlog's rounds, in milliseconds.
pub(crate) async fn backlog_ms(plan: &Plan, folder: &Path) -> Result<f64> {
    let notes = plan.notes;
    let house = House::open(Ground::open()?, &plan.page).await?;
    house.offer(vec![batches::documents(notes)?]);
    let peer = Peer::start(folder, &plan.page).await?;
    let Peer { port, .. } = peer;
    let house_port = house.port();
    let url = format!("http://127.0.0.1:{port}/bench/page/?house=http://127.0.0.1:{house_port}");
    let _browser = Browser::open(&plan.browser, &url)?;
    let _: IgnoredAny = house.perform(Order::PeerFill { notes }).await?;
    let mut times_ms = Vec::new();
    for round in 1..=plan.rounds {
        let sending: Sending = house.perform(Order::PeerPush { notes, round }).await?;
        say(&format!("round {round}: PouchDB {:.0} ms", sending.stored_ms));
        times_ms.push(sending.stored_ms);
    }
    percentile(&times_ms, 0.5).context("no round")
}

/// The running server; it ends when its standard input does.
struct Peer {
    port: u16,
    _child: Child,
    _data: TempDir,
}

impl Peer {
    async fn start(folder: &Path, page: &Path) -> Result<Self> {
        let data = TempDir::new_in(place()).context("no place for PouchDB's databases")?;
        let mut child = Command::new("node")
            .arg(folder.join("server.mjs"))
            .args([page, data.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start node")?;
        let stdout = child.stdout.take().context("node has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).await?;
        let port = line.trim().parse().context("PouchDB's endpoint does not start")?;
        Ok(Self { port, _child: child, _data: data })
    }
}
