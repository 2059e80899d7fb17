//! Without a network the app starts after a reload, a restart and a sudden end of the browser, and
//! shows the notes that are on the device.

use std::time::Duration;

use anyhow::{Context, Result};
use journeys::{Endpoint, Engine, Rep, customer_words};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium() -> Result<()> {
    journey(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox() -> Result<()> {
    journey(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_webkit() -> Result<()> {
    journey(Engine::WebKit).await
}

async fn journey(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(engine, folder.path(), &endpoint).await?;
    endpoint.stop().await?;
    let samples = customer_words(4)?;
    rep.save_all(&samples).await?;
    rep.wait_pending(samples.len(), LOCAL).await?;

    rep.browser.reload().await.context("reload")?;
    rep.wait_pending(samples.len(), LOCAL).await?;
    rep.expect_controlled().await?;
    rep.expect_listed("saved", samples.len()).await?;

    let rep = rep.restart().await.context("restart")?;
    rep.wait_pending(samples.len(), LOCAL).await?;
    rep.expect_listed("saved", samples.len()).await?;

    let profile = folder.path().join("profile");
    let rep = rep.restart_after_kill(&profile).await.context("restart after a kill")?;
    rep.wait_pending(samples.len(), LOCAL).await?;
    rep.expect_controlled().await?;
    rep.expect_listed("saved", samples.len()).await?;
    rep.browser.close().await
}
