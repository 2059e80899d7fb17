//! What cannot be taken is refused beside its field, in the reader's language, and nothing that
//! was typed is lost.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Endpoint, Engine, Rep, js_text};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);

/// The error texts that can be seen.
const ERRORS: &str = "[...document.querySelectorAll('[data-testid=field-error]')]
    .filter((error) => error.textContent.trim() && error.getClientRects().length)
    .map((error) => error.textContent.trim())";

#[tokio::test(flavor = "multi_thread")]
async fn in_english_and_french() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    endpoint.stop().await?;
    let mut told = HashSet::new();
    for (saved, language) in ["en", "fr"].into_iter().enumerate() {
        rep.browser.goto(&endpoint.url("/settings")).await?;
        rep.browser.click(&format!("language-{language}")).await?;
        let is_set = format!("document.documentElement.lang === '{language}'");
        rep.browser.wait_for(&is_set, LOCAL, "the language").await?;
        rep.go_home().await?;
        let errors = refused_and_kept(&rep, saved).await.context(language)?;
        told.extend(errors);
    }
    ensure!(told.len() == 6, "three errors in two languages: {told:#?}");
    rep.browser.close().await
}

/// The three errors as told, with `saved` notes on the device before.
async fn refused_and_kept(rep: &Rep, saved: usize) -> Result<[String; 3]> {
    let browser = &rep.browser;
    browser.click("capture-competitor").await?;
    browser.wait_element("note-text").await?;

    browser.click("note-save").await?;
    let empty = only_error(browser, "an empty note").await?;

    let text = "À Lyon, 12,50 € — cher. ".repeat(4_000);
    ensure!(text.len() > 100_000, "not 100 KB");
    browser.type_text("note-text", &text).await?;
    browser.click("note-save").await?;
    wait_other_error(browser, &empty).await?;
    let too_long = only_error(browser, "100 KB").await?;
    kept_after_reload(browser, "note-text", &text).await?;

    let text = "À Lyon, moins cher chez eux.";
    browser.clear("note-text").await?;
    browser.type_text("note-text", text).await?;
    browser.type_text("note-price", "1e309").await?;
    browser.click("note-save").await?;
    wait_other_error(browser, &too_long).await?;
    let price = only_error(browser, "1e309").await?;
    browser.wait_value("note-text", text).await?;
    kept_after_reload(browser, "note-price", "1e309").await?;
    browser.wait_value("note-text", text).await?;

    browser.clear("note-price").await?;
    browser.type_text("note-price", "12,50 €").await?;
    browser.click("note-save").await?;
    browser.wait_for("location.pathname === '/'", LOCAL, "home after saving").await?;
    rep.wait_pending(saved + 1, LOCAL).await?;
    Ok([empty, too_long, price])
}

async fn wait_other_error(browser: &Browser, before: &str) -> Result<()> {
    let js = format!("(({ERRORS})[0] ?? {before}) !== {before}", before = js_text(before));
    browser.wait_for(&js, LOCAL, "another error").await
}

async fn only_error(browser: &Browser, what: &str) -> Result<String> {
    browser.wait_for(&format!("({ERRORS}).length === 1"), LOCAL, what).await?;
    let errors = browser.eval(ERRORS).await?;
    Ok(errors[0].as_str().context("no text")?.to_owned())
}

/// Waits until a draft in IndexedDB has this in one of its fields.
async fn wait_draft(browser: &Browser, value: &str) -> Result<()> {
    let js = format!(
        "(async () => {{
            const answer = (request) => new Promise((done, failed) => {{
                request.onsuccess = () => done(request.result);
                request.onerror = () => failed(request.error);
            }});
            const database = await answer(indexedDB.open('sightline'));
            const drafts = database.transaction('drafts').objectStore('drafts');
            const rows = await answer(drafts.getAll());
            database.close();
            return rows.map((row) => JSON.parse(row)).some(({{ text, fields }}) =>
                [text, ...fields.map(([, content]) => content)].includes({}));
        }})()",
        js_text(value)
    );
    browser.wait_for(&js, LOCAL, "the draft").await
}

async fn kept_after_reload(browser: &Browser, testid: &str, value: &str) -> Result<()> {
    browser.wait_value(testid, value).await?;
    wait_draft(browser, value).await?;
    browser.reload().await?;
    browser.wait_value(testid, value).await
}
