//! Ten seconds, one thumb (DESIGN.md §6): the taps and keystrokes that each of the four quick entries
//! takes, counted in the page itself, and how long the app takes between tap and "Saved".

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Endpoint, Engine, Rep};
use protocol::Kind;

const LOCAL: Duration = Duration::from_secs(30);

/// One for the kind, one to save.
const TAPS: u64 = 2;

/// Counts what a person does, for as long as the page lives.
const COUNT: &str = "(() => {
    globalThis.counted = { taps: 0, keys: 0 };
    addEventListener('pointerdown', () => { counted.taps += 1; }, true);
    addEventListener('keydown', () => { counted.keys += 1; }, true);
    addEventListener('click', ({ target }) => {
        if (target.closest('[data-testid=note-save]')) counted.saved_at = performance.now();
    }, true);
    new MutationObserver(() => {
        const notice = document.querySelector('[data-testid=notice]')?.textContent.trim();
        if (notice && counted.saved_at && !counted.told_at) counted.told_at = performance.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    return true;
})()";

#[tokio::test(flavor = "multi_thread")]
async fn of_each_kind() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    endpoint.stop().await?;
    rep.browser.set_viewport(360, 740).await?;
    // No capital: Shift is a key of its own.
    let words = "cheaper elsewhere";
    for (number, kind) in (1..).zip(Kind::ALL) {
        rep.browser.goto(&endpoint.url("/")).await?;
        rep.browser.wait_element("sync-status").await?;
        rep.browser.eval(COUNT).await?;
        rep.browser.click(&format!("capture-{kind}")).await?;
        let has_focus = "document.activeElement?.dataset.testid === 'note-text'";
        rep.browser.wait_for(has_focus, LOCAL, "the words' field with the focus").await?;
        rep.browser.type_text("note-text", words).await?;
        rep.browser.click("note-save").await?;
        let is_told = "counted.told_at !== undefined && location.pathname === '/'";
        rep.browser.wait_for(is_told, LOCAL, "Saved").await?;
        rep.wait_pending(number, LOCAL).await?;
        let counted = rep.browser.eval("counted").await?;
        let count = |name: &str| counted[name].as_f64().with_context(|| format!("no {name}"));
        let (taps, keys) = (counted["taps"].as_u64(), counted["keys"].as_u64());
        let letters = words.chars().count() as u64;
        ensure!(taps == Some(TAPS), "{kind}: {taps:?} taps, not {TAPS}");
        ensure!(keys == Some(letters), "{kind}: {keys:?} keystrokes for {letters} letters");
        println!("{kind}: saved after {:.0} ms", count("told_at")? - count("saved_at")?);
    }
    rep.browser.close().await
}
