//! A photo of a note that was saved without a network survives a reload, is uploaded through breaks
//! of every sort, and is in the console byte for byte as the device
//! drew it; its note arrives once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{
    Console, Endpoint, Engine, Fault, Photo, Proxy, Rep, Sample, Stranger, assert_exactly_once,
};
use protocol::Kind;

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);
/// Some pieces of 256 KiB once the app has drawn it anew: as many breaks as there are need three.
const SIDE_PX: u32 = 2_048;
/// Each piece, not what begins an upload.
const PIECES: &str = "/api/v1/attachments/";

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
    let rep = Rep::enrol(engine, folder.path(), &endpoint).await?;
    let photo = Photo::take(folder.path(), 1, SIDE_PX)?;
    let sample = Sample::plain(Kind::Competitor, "Chez Lefèvre : tout le rayon à -20 %");

    proxy.refuse(true);
    let kept = rep.save_with_photo(&sample, &photo).await?;
    // The note, and that the photo belongs to it.
    rep.wait_pending(2, LOCAL).await?;
    rep.browser.reload().await?;
    rep.wait_pending(2, LOCAL).await?;

    let breaks = [
        Fault::CutRequest { bytes: 100_000 },
        Fault::CutAnswer { bytes: 1 },
        Fault::Reset,
        Fault::Stranger(Stranger::Portal),
        Fault::CutAnswer { bytes: 120 },
        Fault::Duplicate,
    ];
    for fault in breaks {
        proxy.strike(PIECES, fault);
    }
    proxy.refuse(false);
    rep.wait_drained(SENDING).await?;
    rep.expect_listed("sent", 1).await?;
    rep.browser.close().await?;
    let struck: usize = proxy.counts().values().sum();
    ensure!(struck == breaks.len(), "{struck} breaks of {}: {:?}", breaks.len(), proxy.counts());

    let notes = endpoint.export_ndjson().await?;
    assert_exactly_once(&notes, [&*sample.text])?;
    let note = notes.first().context("no note")?;
    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let url = endpoint.url(&format!("/console/?note={}", note.note_id));
    let shown = console.attachments(&url, 1).await?;
    ensure!(shown == [(kept.to_string(), photo.side_px)], "{shown:?} of {photo:?}, kept {kept}");
    console.browser.close().await
}
