//! Two tabs of the app share one outbox: each note is sent once, and both tabs know. A draft is the
//! tab's that opened it last.

use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Endpoint, Engine, Rep, assert_exactly_once, customer_words};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium() -> Result<()> {
    journey(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox() -> Result<()> {
    journey(Engine::Firefox).await
}

async fn journey(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(engine, folder.path(), &endpoint).await?;
    rep.browser.open_tab().await?;
    rep.go_home().await?;

    // Offline, in turns; then the endpoint is back and both tabs want to send.
    let samples = customer_words(24)?;
    let (offline, online) = samples.split_at(12);
    endpoint.stop().await?;
    for (index, notes) in offline.chunks(3).enumerate() {
        rep.browser.turn_to_tab(index % 2).await?;
        rep.save_all(notes).await?;
    }
    for tab in [0, 1] {
        rep.browser.turn_to_tab(tab).await?;
        rep.wait_pending(offline.len(), LOCAL).await?;
    }
    endpoint.start_again().await?;
    for tab in [0, 1] {
        rep.browser.turn_to_tab(tab).await?;
        rep.wait_pending(0, SENDING).await?;
    }

    // Online, in turns.
    for (index, note) in online.iter().enumerate() {
        rep.browser.turn_to_tab(index % 2).await?;
        rep.save(note).await?;
    }
    for tab in [0, 1] {
        rep.browser.turn_to_tab(tab).await?;
        rep.wait_pending(0, SENDING).await?;
        rep.expect_listed("sent", samples.len()).await?;
    }

    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, samples.iter().map(|sample| &*sample.text))?;
    ensure!(notes.len() == samples.len(), "{} notes", notes.len());
    rep.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_on_in_the_tab_that_opened_it_last() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    endpoint.stop().await?;
    let (browser, form) = (&rep.browser, endpoint.url("/new/need"));
    browser.goto(&form).await?;
    browser.type_text("note-text", "A smaller box").await?;
    browser.open_tab().await?;
    browser.goto(&form).await?;
    browser.wait_value("note-text", "A smaller box").await?;
    browser.type_text("note-text", ", and a lid").await?;

    // The older tab says so, and keeps nothing any more.
    browser.turn_to_tab(0).await?;
    browser.wait_element("draft-elsewhere").await?;
    browser.type_text("note-text", " or nothing at all").await?;
    tokio::time::sleep(PAUSE * 3).await;
    browser.turn_to_tab(1).await?;
    browser.reload().await?;
    browser.wait_value("note-text", "A smaller box, and a lid").await?;
    rep.browser.close().await
}

/// After which what is typed is kept.
const PAUSE: Duration = Duration::from_millis(300);
