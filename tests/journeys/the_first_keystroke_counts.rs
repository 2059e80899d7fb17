//! Whoever types before the app has loaded loses no letter: the field of a quick entry stands in the
//! page itself, and the app takes it over before it reads anything that is stored.

use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Browser, Conditions, Endpoint, Engine, Fault, Proxy};

const LOCAL: Duration = Duration::from_secs(60);

/// The app's script and WebAssembly come at this speed: for longer than anyone here types.
const SLOWLY: Fault = Fault::Slow { bytes_per_s: 12_000 };

/// Remembers whether something was read of what is stored before the app's own field had the focus.
const LOOKS_ON: &str = "() => {
    let isRead = false;
    for (const way of ['get', 'getAll', 'getAllKeys', 'count']) {
        const read = IDBObjectStore.prototype[way];
        IDBObjectStore.prototype[way] = function (...all) {
            isRead = true;
            return read.apply(this, all);
        };
    }
    document.addEventListener('focusin', ({ target }) => {
        if (target.dataset.testid === 'note-text') window.isReadBefore ??= isRead;
    });
    window.isReadByNow = () => isRead;
}";

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
    // A page of the same origin, without the app.
    let profile = folder.path().join("profile");
    let can_look_on = engine != Engine::WebKit;
    let conditions =
        Conditions { preload: can_look_on.then_some(LOOKS_ON), ..Conditions::default() };
    let url = endpoint.url("/healthz");
    let browser = Browser::start_under(&conditions, engine, &profile, &url).await?;

    open_slowly(&browser, &proxy).await?;
    browser.type_text("early-text", "Lefèvre offers").await?;
    browser.wait_value("early-text", "Lefèvre offers").await?;
    ensure!(!browser.has("note-text").await?, "the app was there already: nothing is proven");

    // Left before the app came: a call, a flat battery.
    open_slowly(&browser, &proxy).await?;
    browser.wait_value("early-text", "Lefèvre offers").await?;
    browser.type_text("early-text", " the same").await?;
    ensure!(!browser.has("note-text").await?, "the app was there already: nothing is proven");

    proxy.heal();
    browser.wait_value("note-text", "Lefèvre offers the same").await?;
    let is_taken_over = "document.querySelector('[data-testid=early-text]') === null
        && document.activeElement === document.querySelector('[data-testid=note-text]')
        && document.activeElement.selectionStart === 'Lefèvre offers the same'.length";
    browser.wait_for(is_taken_over, LOCAL, "the app's own field with the focus").await?;
    if can_look_on {
        browser.wait_for("window.isReadByNow()", LOCAL, "the app to read what is stored").await?;
        let is_read_before = browser.eval("window.isReadBefore").await?;
        ensure!(is_read_before == false, "the field waits for what is stored: {is_read_before}");
    }
    browser.type_text("note-text", " for less").await?;

    // Once more from the draft: no word twice.
    let is_kept = "Object.keys(localStorage).every((key) => !key.startsWith('early-'))";
    browser.wait_for(is_kept, LOCAL, "the words in the draft").await?;
    browser.reload().await?;
    browser.wait_value("note-text", "Lefèvre offers the same for less").await?;
    browser.close().await
}

/// Opens the quick entry without waiting for it to load.
async fn open_slowly(browser: &Browser, proxy: &Proxy) -> Result<()> {
    proxy.heal();
    // The script, the WebAssembly, and either of them asked for once more.
    for _ in 0..4 {
        proxy.strike("/app-", SLOWLY);
    }
    let js = "setTimeout(() => location.assign('/new/competitor')), true";
    // The page may be gone before it answers.
    let _ = browser.eval(js).await;
    let is_there = "document.activeElement?.dataset.testid === 'early-text'
        && document.querySelector('#early h1').textContent !== ''";
    browser.wait_for(is_there, LOCAL, "the field in the page itself, with the focus").await
}
