//! The console in Firefox and WebKitGTK, over the demo's notes: marketing signs in, reads the inbox and
//! classifies by keyboard, decides, and follows a mark of the analysis to its notes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Console, Endpoint, Engine, js_text};

const LOCAL: Duration = Duration::from_secs(60);

const DECISION: &str = "A smaller box for small shops";

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox() -> Result<()> {
    works_in(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_webkit() -> Result<()> {
    works_in(Engine::WebKit).await
}

async fn works_in(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let endpoint = Endpoint::start_demo(folder.path()).await?;
    let console = Console::sign_in_with(engine, folder.path(), &endpoint).await?;
    let note = classify_by_keys(&console.browser, &endpoint).await?;
    decide(&console.browser, &note).await?;
    follow_a_mark(&console.browser, &endpoint).await?;
    console.browser.close().await
}

/// Opens the newest note that is new, with one key, and classifies it with another.
async fn classify_by_keys(browser: &Browser, endpoint: &Endpoint) -> Result<String> {
    browser.goto(&endpoint.url("/console/?state=new")).await?;
    browser.wait_element("inbox-row").await?;
    let newest = "document.querySelector('[data-testid=inbox-row]').dataset.noteId";
    let note = browser.eval(newest).await?.as_str().context("a new note")?.to_owned();
    browser.press("j").await?;
    let is_open = format!(
        "document.querySelector('[data-testid=note-text]') !== null
            && location.search.includes({})",
        js_text(&note)
    );
    browser.wait_for(&is_open, LOCAL, "the newest note").await?;
    browser.press("c").await?;
    wait_state(browser, &note, "classified").await?;
    browser.press("u").await?;
    wait_state(browser, &note, "new").await?;
    browser.press("c").await?;
    wait_state(browser, &note, "classified").await?;
    Ok(note)
}

/// Until the endpoint says that the note is in this state.
async fn wait_state(browser: &Browser, note: &str, state: &str) -> Result<()> {
    let js = format!(
        "fetch('/api/v1/notes/{note}').then((it) => it.json())
            .then((it) => it.note.work.state === {})",
        js_text(state)
    );
    browser.wait_for(&js, LOCAL, state).await
}

/// A decision that cites the note, begun by a key and published.
async fn decide(browser: &Browser, note: &str) -> Result<()> {
    browser.press("d").await?;
    browser.click("decision-kind-product_composition").await?;
    browser.type_text("decision-title-en", DECISION).await?;
    browser.type_text("decision-text-en", "From June on there is a box of six.").await?;
    browser.click("decision-publish").await?;
    wait_state(browser, note, "decided").await
}

/// From the row of a hypothesis to the notes on which it is held: as many as the row says.
async fn follow_a_mark(browser: &Browser, endpoint: &Endpoint) -> Result<()> {
    browser.goto(&endpoint.url("/console/analysis")).await?;
    let links = "[...document.querySelectorAll(
        'section[aria-labelledby=analysis-hypotheses] td a')]
        .filter((it) => Number(it.textContent) > 0 && Number(it.textContent) <= 50)";
    browser.wait_for(&format!("{links}.length > 0"), LOCAL, "marks of hypotheses").await?;
    let count = browser.eval(&format!("Number({links}[0].textContent)")).await?;
    let count = count.as_u64().context("a count")?;
    browser.eval(&format!("(() => {{ {links}[0].click(); return null; }})()")).await?;
    let rows = "document.querySelectorAll('[data-testid=inbox-row]').length";
    let is_there = format!("location.pathname === '/console/' && {rows} === {count}");
    browser.wait_for(&is_there, LOCAL, "the notes of the mark").await?;
    let chosen = "document.querySelector('[data-testid=inbox-hypothesis]').value !== ''";
    ensure!(browser.eval(chosen).await? == true, "the filter shows what is asked for");
    Ok(())
}
