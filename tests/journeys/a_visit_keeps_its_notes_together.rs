//! A visit, without a network: started, its notes written one after the other, finished, found again;
//! and marketing can tell which notes are of one meeting. A note that was saved by mistake is taken
//! back with its words.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Endpoint, Engine, Rep, Sample, js_text};
use protocol::Kind;

const LOCAL: Duration = Duration::from_secs(30);
const SENDING: Duration = Duration::from_secs(150);

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
    let browser = &rep.browser;
    endpoint.stop().await?;

    // Long before.
    browser.click("capture-need").await?;
    browser.type_text("note-text", "Asks for smaller boxes").await?;
    browser.type_text("note-customer", "Dupont SA").await?;
    browser.click("note-save").await?;
    at_home(browser).await?;

    browser.click("visit-start").await?;
    browser.type_text("visit-customer", "Dupont SA").await?;
    browser.click("visit-begin").await?;
    browser.wait_element("visit-running").await?;

    // Two notes in a row, the customer filled in.
    browser.click("capture-competitor").await?;
    browser.wait_value("note-customer", "Dupont SA").await?;
    browser.type_text("note-text", "Lefèvre was here last week").await?;
    browser.click("note-save-more").await?;
    browser.wait_value("note-text", "").await?;
    browser.wait_value("note-customer", "Dupont SA").await?;
    browser.type_text("note-text", "They give 3 % for early payment").await?;
    browser.click("note-save").await?;
    at_home(browser).await?;
    text_has(browser, "visit-running", "2").await?;

    // Saved too early, and taken back: the words stand in the form again, and no draft is left.
    browser.click("undo").await?;
    browser.wait_value("note-text", "They give 3 % for early payment").await?;
    browser.type_text("note-text", " on frames").await?;
    browser.click("note-save").await?;
    at_home(browser).await?;
    browser.click("visit-finish").await?;
    browser.wait_element("visit-start").await?;

    // After a restart, still offline.
    let rep = rep.restart().await?;
    let browser = &rep.browser;
    browser.goto(&endpoint.url("/visits")).await?;
    let open = "document.querySelector('[data-testid=visit-item] a').click(), true";
    browser.wait_element("visit-item").await?;
    browser.eval(open).await?;
    let is_shown = "(() => {
        const texts = [...document.querySelectorAll('.note-first')].map((it) => it.textContent);
        return texts.includes('They give 3 % for early payment on frames')
            && texts.includes('Lefèvre was here last week')
            && texts.at(-1) === 'Asks for smaller boxes';
    })()";
    browser.wait_for(is_shown, LOCAL, "the visit with its notes, and the earlier one").await?;

    rep.go_home().await?;
    rep.save(&Sample::plain(Kind::Gap, "After the visit")).await?;
    endpoint.start_again().await?;
    rep.wait_pending(0, SENDING).await?;
    let notes = endpoint.export_ndjson().await?;
    let visit_of = |text: &str| {
        let found = notes.iter().find(|note| note.note.text == text);
        found.map(|note| note.note.visit_id).with_context(|| format!("no {text:?} in the export"))
    };
    let during: HashSet<_> = [
        visit_of("Lefèvre was here last week")?,
        visit_of("They give 3 % for early payment on frames")?,
    ]
    .into();
    ensure!(during.len() == 1 && !during.contains(&None), "not of one visit: {during:?}");
    for text in ["Asks for smaller boxes", "After the visit"] {
        ensure!(visit_of(text)?.is_none(), "{text:?} is of no visit");
    }
    rep.browser.close().await
}

async fn at_home(browser: &Browser) -> Result<()> {
    browser.wait_for("location.pathname === '/'", LOCAL, "home after saving").await
}

async fn text_has(browser: &Browser, testid: &str, part: &str) -> Result<()> {
    let js = format!(
        "document.querySelector('[data-testid={testid}]')?.textContent.includes({})",
        js_text(part)
    );
    browser.wait_for(&js, LOCAL, &format!("{part:?} in {testid}")).await
}
