//! Hundreds of notes, written without a network and across a restart of the browser, arrive at
//! marketing's once each and byte for byte.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Console, Endpoint, Engine, Rep, assert_exactly_once, customer_words, special};

/// Customers' sentences; the hard texts come on top.
const SENTENCES: usize = 200;

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

    let mut samples = customer_words(SENTENCES)?;
    for (index, hard) in special().into_iter().enumerate() {
        samples.insert(index * 50 + 25, hard);
    }
    let (before, after) = samples.split_at(samples.len() / 2);

    endpoint.stop().await?;
    rep.save_all(before).await?;
    rep.wait_pending(before.len(), Duration::from_secs(30)).await?;

    let rep = rep.restart().await?;
    rep.wait_pending(before.len(), Duration::from_secs(30)).await?;
    rep.expect_listed("saved", before.len()).await?;
    rep.save_all(after).await?;
    rep.wait_pending(samples.len(), Duration::from_secs(30)).await?;

    endpoint.start_again().await?;
    rep.wait_pending(0, Duration::from_secs(150)).await?;
    rep.expect_listed("sent", samples.len()).await?;

    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, samples.iter().map(|sample| &*sample.text))?;
    for note in &notes {
        let sample = samples.iter().find(|sample| sample.text == note.note.text);
        ensure!(sample.is_some_and(|sample| sample.kind == note.note.kind()), "kind of {note:?}");
    }
    rep.browser.close().await?;

    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let rows = console.all_rows().await?;
    let distinct: HashSet<&String> = rows.iter().map(|(id, _)| id).collect();
    ensure!(rows.len() == samples.len(), "{} rows for {} notes", rows.len(), samples.len());
    ensure!(distinct.len() == rows.len(), "some note has two rows");
    for note in &notes {
        let id = note.note_id.to_string();
        let row = rows.iter().find(|(row_id, _)| *row_id == id);
        let text = row.map(|(_, text)| text);
        ensure!(text == Some(&note.note.text), "the console shows {text:?} for {:?}", note.note);
    }
    console.browser.close().await
}
