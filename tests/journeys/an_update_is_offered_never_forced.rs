//! A newer version is fetched whole in the background and waits until a person asks for it; it
//! never reloads over unsaved text (SYNC.md fault 12).

use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Endpoint, Engine, NewerVersion, Rep};

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_FOR_UPDATE: &str =
    "navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)";
const IS_WAITING: &str =
    "navigator.serviceWorker.getRegistration().then((it) => it.waiting !== null)";
const IS_NEWER: &str = "document.documentElement.outerHTML.includes('<!-- newer -->')
    || [...document.childNodes].some((node) => node.nodeValue?.trim() === 'newer')";

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
    let browser = &rep.browser;
    browser.reload().await?;
    browser.wait_element("capture-need").await?;
    browser.click("capture-need").await?;
    browser.type_text("note-text", "half a sentence").await?;

    endpoint.stop().await?;
    let newer = NewerVersion::serve(endpoint.port()).await?;
    browser.eval(LOOK_FOR_UPDATE).await?;
    browser.wait_for(IS_WAITING, PATIENCE, "the newer version to wait").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let is_untouched =
        "document.querySelector('[data-testid=note-text]').value === 'half a sentence'
        && document.querySelector('[data-testid=update-now]') === null";
    ensure!(browser.eval(is_untouched).await? == true, "the update came over unsaved text");

    // Leaving the form keeps the draft; now the update is offered.
    browser.eval("document.querySelector('.entry-head a').click()").await?;
    browser.wait_element("update-now").await?;
    ensure!(browser.eval(IS_NEWER).await? == false, "the newer version came unasked");
    browser.click("update-now").await?;
    browser.wait_for(IS_NEWER, PATIENCE, "the newer version").await?;
    let only_newer = "caches.keys().then((names) => {
        const shells = names.filter((name) => name.startsWith('sightline-shell-'));
        return shells.length === 1 && shells[0] === 'sightline-shell-00000000000newer';
    })";
    browser.wait_for(only_newer, PATIENCE, "the older version's cache to be gone").await?;
    drop(newer);

    // The newer version starts without a network, and the draft is still there.
    browser.reload().await?;
    browser.wait_for(IS_NEWER, PATIENCE, "the newer version, offline").await?;
    browser.click("capture-need").await?;
    let draft = "document.querySelector('[data-testid=note-text]')?.value === 'half a sentence'";
    browser.wait_for(draft, PATIENCE, "the draft").await?;
    rep.browser.close().await
}
