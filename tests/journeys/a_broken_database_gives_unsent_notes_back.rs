//! A browser that finds its database broken puts an empty one in its place and says nothing; the
//! unsent notes come back from their second copy once their rep has enrolled again (SYNC.md fault 3).

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Conditions, Endpoint, Engine, Proxy, Rep, Sample, assert_exactly_once};
use protocol::Kind;
use tempfile::TempDir;

const LOCAL: Duration = Duration::from_secs(30);
const NAME: &str = "Anaïs";

/// How many operations have a second copy, with its content: the name comes first.
const COPIES: &str = "(async () => {
    let count = 0;
    const unsent = await (await navigator.storage.getDirectory()).getDirectoryHandle('unsent');
    for await (const rep of unsent.values()) {
        for await (const copy of rep.values()) if ((await copy.getFile()).size > 0) count++;
    }
    return count;
})()";

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium() -> Result<()> {
    journey(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox() -> Result<()> {
    journey(Engine::Firefox).await
}

async fn journey(engine: Engine) -> Result<()> {
    let folder = TempDir::new()?;
    let port = journeys::free_port().await?;
    let proxy = Proxy::start(port).await?;
    let endpoint = Endpoint::start_behind(folder.path(), port, proxy.url()).await?;
    let conditions = Conditions::default();
    let rep = Rep::enrol_under(&conditions, NAME, engine, folder.path(), &endpoint).await?;
    proxy.refuse(true);
    let texts = ["Too dear by 12,50 €", "They want it in blue", "Nobody reads the leaflet"];
    for text in texts {
        rep.save(&Sample::plain(Kind::Need, text)).await?;
    }
    rep.browser
        .wait_for(&format!("{COPIES}.then((count) => count === 3)"), LOCAL, "copies")
        .await?;
    rep.browser.close().await?;

    let profile = folder.path().join("profile");
    let broken = break_databases(&profile)?;
    ensure!(broken > 0, "{engine:?} has no database in {}", profile.display());
    let rep = Rep::open(&conditions, engine, &profile, &endpoint).await?;
    let tells = "document.querySelector('[data-testid=sync-status]').textContent.includes('3')";
    rep.browser.wait_for(tells, LOCAL, "the app to say that three notes are safe").await?;
    rep.browser.screenshot(&journeys::screenshots().join(format!("lost-{engine:?}.png"))).await?;
    ensure!(rep.listed().await?.is_empty(), "the database is not lost: this proves nothing");

    proxy.refuse(false);
    rep.enrol_again(&endpoint.invite(NAME).await?).await?;
    rep.expect_listed("sent", texts.len()).await?;
    let mut listed: Vec<String> = rep.listed().await?.into_iter().map(|note| note.text).collect();
    listed.reverse();
    ensure!(listed == texts, "{listed:?}");
    rep.browser.close().await?;
    assert_exactly_once(&endpoint.export_ndjson().await?, texts)
}

/// Turns every byte of every file around that IndexedDB has in this profile. Tells how many files.
fn break_databases(profile: &Path) -> Result<usize> {
    let mut broken = 0;
    for file in files(profile)? {
        let path = file.to_string_lossy();
        let is_database = path.contains("indexeddb.leveldb") || path.contains("/idb/");
        if is_database && !path.ends_with("LOCK") {
            let turned: Vec<u8> = std::fs::read(&file)?.into_iter().map(|byte| !byte).collect();
            std::fs::write(&file, turned)?;
            broken += 1;
        }
    }
    Ok(broken)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}
