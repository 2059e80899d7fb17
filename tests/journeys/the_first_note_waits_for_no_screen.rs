//! A first note needs the first part of the app alone: it is saved while screens and engine are out
//! of reach, and sent once they have come.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Endpoint, Engine, Fault, Proxy, assert_exactly_once};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(60);
/// For the engine, which is asked for again, and for sending.
const SENDING: Duration = Duration::from_secs(90);

const WORDS: &str = "Lefèvre wants it in a smaller box";

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
    let port = journeys::free_port().await?;
    let proxy = Proxy::start(port).await?;
    let endpoint = Endpoint::start_behind(folder.path(), port, proxy.url()).await?;
    // However often the page and its worker ask.
    for _ in 0..500 {
        proxy.strike("/split_", Fault::Drop);
        proxy.strike("/chunk_", Fault::Drop);
    }
    let profile = folder.path().join("profile");
    let browser = Browser::start(engine, &profile, &endpoint.url("/new/need")).await?;

    browser.type_text("note-text", WORDS).await?;
    browser.click("note-save").await?;
    browser.wait_for("location.pathname === '/'", LOCAL, "home after saving").await?;
    browser.reload().await?;
    browser.wait_for(&listed(), LOCAL, "the note after a reload").await?;

    // A screen says that it is missing, and nothing is lost by asking for it.
    browser.eval("(document.querySelector('nav a[href=\"/notes\"]').click(), null)").await?;
    browser.wait_element("not-loaded").await?;
    ensure!(!browser.has("notes-search").await?, "the screen was there: nothing is proven");

    proxy.heal();
    let again = "(document.querySelector('[data-testid=not-loaded] button').click(), null)";
    browser.eval(again).await?;
    browser.wait_element("notes-search").await?;
    browser.wait_for(&listed(), LOCAL, "the note on the screen").await?;

    browser.goto(&endpoint.invite("Ana Field").await?).await?;
    browser.click("enrol-submit").await?;
    let deadline = tokio::time::Instant::now() + SENDING;
    let notes = loop {
        let notes = endpoint.export_ndjson().await?;
        if !notes.is_empty() {
            break notes;
        }
        ensure!(tokio::time::Instant::now() < deadline, "the note was not sent");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    assert_exactly_once(&notes, [WORDS]).context("at the endpoint")?;
    browser.close().await
}

/// Whether the note is on the screen.
fn listed() -> String {
    format!(
        "[...document.querySelectorAll('[data-testid=note-item]')]
            .some((row) => row.textContent.includes('{WORDS}'))"
    )
}
