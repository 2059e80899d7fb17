//! An endpoint killed while notes are on their way, and answers that never arrive, lose no note
//! and double none.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use journeys::{Endpoint, Engine, Proxy, Rep, Sample, assert_exactly_once, customer_words};

/// Killings, and lost answers.
const ROUNDS: usize = 4;
/// Notes of a round.
const NOTES: usize = 12;
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_notes_arrive() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let samples = customer_words(ROUNDS * NOTES)?;
    for (round, notes) in (1..).zip(samples.chunks(NOTES)) {
        // Each note is pushed as it is saved: the blow falls at another moment each time.
        let blow = async {
            tokio::time::sleep(Duration::from_millis(700 * round)).await;
            endpoint.kill().await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            endpoint.start_again().await
        };
        let (saved, struck) = tokio::join!(rep.save_all(notes), blow);
        saved?;
        struck?;
    }
    finish(&rep, &endpoint, &samples).await
}

/// The endpoint has read half of a push when it is killed.
#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_push() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut endpoint, proxy) = behind_a_proxy(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let samples = customer_words(ROUNDS * 3)?;
    for (round, notes) in (1..).zip(samples.chunks(3)) {
        proxy.hold_next_push();
        rep.save_all(notes).await?;
        reached(|| proxy.held() == round).await?;
        endpoint.kill().await?;
        endpoint.start_again().await?;
        rep.wait_pending(0, SENDING).await?;
    }
    finish(&rep, &endpoint, &samples).await
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_lost_after_the_commit() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (endpoint, proxy) = behind_a_proxy(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let samples = customer_words(ROUNDS * NOTES)?;
    let batches: Vec<&[Sample]> = samples.chunks(NOTES).collect();
    for (index, notes) in batches.iter().enumerate() {
        let is_offline_first = index.is_multiple_of(2);
        proxy.refuse(is_offline_first);
        proxy.swallow_next_answer();
        rep.save_all(notes).await?;
        if is_offline_first {
            rep.wait_pending(notes.len(), SENDING).await?;
            proxy.refuse(false);
        }
        rep.wait_pending(0, SENDING).await?;
    }
    ensure!(proxy.swallowed() == ROUNDS, "{} answers of {ROUNDS} were lost", proxy.swallowed());
    finish(&rep, &endpoint, &samples).await
}

/// The worst of both: the answer is lost, and the endpoint is killed at once.
#[tokio::test(flavor = "multi_thread")]
async fn killed_right_after_the_commit() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut endpoint, proxy) = behind_a_proxy(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let samples = customer_words(ROUNDS * 3)?;
    for (round, notes) in (1..).zip(samples.chunks(3)) {
        proxy.swallow_next_answer();
        rep.save_all(notes).await?;
        reached(|| proxy.swallowed() == round).await?;
        endpoint.kill().await?;
        endpoint.start_again().await?;
        rep.wait_pending(0, SENDING).await?;
    }
    finish(&rep, &endpoint, &samples).await
}

/// Waits until the proxy is where the test wants it.
async fn reached(is_there: impl Fn() -> bool) -> Result<()> {
    let waiting = async {
        while !is_there() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    Ok(tokio::time::timeout(SENDING, waiting).await?)
}

async fn behind_a_proxy(folder: &Path) -> Result<(Endpoint, Proxy)> {
    let port = journeys::free_port().await?;
    let proxy = Proxy::start(port).await?;
    Ok((Endpoint::start_behind(folder, port, proxy.url()).await?, proxy))
}

async fn finish(rep: &Rep, endpoint: &Endpoint, samples: &[Sample]) -> Result<()> {
    rep.wait_pending(0, SENDING).await?;
    rep.expect_listed("sent", samples.len()).await?;
    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, samples.iter().map(|sample| &*sample.text))
}
