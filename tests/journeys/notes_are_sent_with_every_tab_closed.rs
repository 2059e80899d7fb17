//! Where the browser has Background Sync, the service worker sends what is left with the same
//! engine, though no page of the app is open any more.

use std::time::Duration;

use anyhow::{Result, bail};
use journeys::{Endpoint, Engine, Rep, assert_exactly_once, customer_words};

/// The worker is given two minutes at a time.
const SENDING_S: u64 = 150;

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    rep.expect_controlled().await?;
    let samples = customer_words(5)?;
    endpoint.stop().await?;
    rep.save_all(&samples).await?;
    rep.wait_pending(samples.len(), Duration::from_secs(30)).await?;
    // The page asks for the sync once its first try has failed.
    let asked = "navigator.serviceWorker.ready
        .then((it) => it.sync.getTags()).then((tags) => tags.includes('outbox'))";
    rep.browser.wait_for(asked, Duration::from_secs(60), "a sync that was asked for").await?;
    rep.browser.goto("about:blank").await?;
    endpoint.start_again().await?;
    for _ in 0..SENDING_S {
        let notes = endpoint.export_ndjson().await?;
        if notes.len() >= samples.len() {
            assert_exactly_once(&notes, samples.iter().map(|sample| &*sample.text))?;
            // The page, opened again, knows what the worker did.
            rep.go_home().await?;
            rep.wait_pending(0, Duration::from_secs(SENDING_S)).await?;
            rep.expect_listed("sent", samples.len()).await?;
            return rep.browser.close().await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    bail!("nothing was sent in {SENDING_S} seconds")
}
