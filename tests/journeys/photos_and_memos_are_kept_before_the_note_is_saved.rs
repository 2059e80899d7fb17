//! A photo that was chosen and a memo that was being said without a network survive a reload or the
//! browser's death before the note is saved, and reach marketing with it: the photo upright, and
//! without the place where it was taken.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use journeys::{
    Conditions, Console, Endpoint, Engine, Marketer, Photo, Proxy, Rep, Shown, assert_exactly_once,
};
use protocol::{Kind, Sha256};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);
/// Larger than what is kept.
const SIDE_PX: u32 = 2_400;
/// What is kept of it, upright: width and height.
const KEPT_PX: (u32, u32) = (1_365, 2_048);
const WORDS: &str = "Rayon vide chez Lefèvre";

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_chromium() -> Result<()> {
    a_photo(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_firefox() -> Result<()> {
    a_photo(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_webkit() -> Result<()> {
    a_photo(Engine::WebKit).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memo_whose_browser_is_killed_in_chromium() -> Result<()> {
    a_memo_whose_browser_is_killed(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memo_whose_browser_is_killed_in_firefox() -> Result<()> {
    a_memo_whose_browser_is_killed(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memo_whose_browser_is_killed_in_webkit() -> Result<()> {
    a_memo_whose_browser_is_killed(Engine::WebKit).await
}

async fn a_memo_whose_browser_is_killed(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let conditions = Conditions { has_microphone: true, ..Conditions::default() };
    let mut offline = Offline::begin(&conditions, engine, folder.path()).await?;
    offline.rep.open_form(Kind::Need).await?;
    offline.rep.browser.click("note-memo").await?;
    let is_said = "/^0:0[4-9]/.test(
        document.querySelector('[data-testid=memo-time]')?.textContent ?? '')";
    offline.rep.browser.wait_for(is_said, LOCAL, "four seconds of a memo").await?;

    offline.rep = offline.rep.restart_after_kill(&folder.path().join("profile")).await?;
    offline.rep.open_form(Kind::Need).await?;
    let [kept] = offline.rep.wait_kept(1).await?[..] else { bail!("no memo in the form") };
    // WebKit takes the length of a memo's first part for the whole length, and plays all of it.
    let is_played = "(() => {
        const player = document.querySelector('[data-testid=note-media] audio');
        if (player?.paused && !player.ended) {
            player.muted = true;
            player.play().catch(() => {});
        }
        return player?.currentTime > 2;
    })()";
    offline.rep.browser.wait_for(is_played, LOCAL, "a player with the memo").await?;

    let (arrived, shown) = offline.arrive(folder.path()).await?;
    ensure!(Sha256::of(&arrived) == kept, "another memo arrived");
    ensure!(shown == (kept.to_string(), 0), "the console shows {shown:?}");
    let is_sound = arrived.get(4..8) == Some(b"ftyp") || arrived.starts_with(b"\x1a\x45\xdf\xa3");
    ensure!(is_sound, "no sound arrived");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_microphone_in_chromium() -> Result<()> {
    without_a_microphone(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_microphone_in_firefox() -> Result<()> {
    without_a_microphone(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_microphone_in_webkit() -> Result<()> {
    without_a_microphone(Engine::WebKit).await
}

/// The app says what keeps it from recording, and the note goes without a memo.
async fn without_a_microphone(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let offline = Offline::begin(&Conditions::default(), engine, folder.path()).await?;
    let browser = &offline.rep.browser;
    offline.rep.open_form(Kind::Need).await?;
    browser.click("note-memo").await?;
    let words = match engine {
        Engine::Chromium | Engine::Firefox => "No microphone was found.",
        Engine::WebKit => "This browser cannot record. Write a few words instead.",
    };
    let is_told = format!("document.body.innerText.includes('{words}')");
    browser.wait_for(&is_told, LOCAL, "why nothing is recorded").await?;
    ensure!(!browser.has("memo-recorder").await?, "it seems to record");
    browser.type_text("note-text", WORDS).await?;
    offline.rep.press_save().await?;
    offline.rep.wait_pending(1, LOCAL).await
}

async fn a_photo(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let offline = Offline::begin(&Conditions::default(), engine, folder.path()).await?;
    let rep = &offline.rep;
    let photo = Photo::take_with_place(&rep.browser, folder.path(), SIDE_PX).await?;
    ensure!(has(&std::fs::read(&photo.path)?, b"Exif"), "the photo tells no place to begin with");

    rep.open_form(Kind::Need).await?;
    let kept = rep.choose_photo(&photo).await?;
    rep.browser.reload().await?;
    ensure!(rep.wait_kept(1).await? == [kept], "another photo after the reload");
    let (width, height) = KEPT_PX;
    let is_upright = format!(
        "(() => {{
            const picture = document.querySelector('[data-testid=note-media] img');
            if (picture?.complete !== true) return false;
            const canvas = document.createElement('canvas');
            canvas.width = {width};
            canvas.height = {height};
            const pen = canvas.getContext('2d');
            pen.drawImage(picture, 0, 0);
            const [above, below] = [20, {height} - 20].map((y) =>
                [20, {width} - 20].map((x) => pen.getImageData(x, y, 1, 1).data));
            return picture.naturalWidth === {width} && picture.naturalHeight === {height}
                && above.every((pixel) => pixel[0] > 200) && below.every((pixel) => pixel[2] > 200);
        }})()"
    );
    rep.browser.wait_for(&is_upright, LOCAL, "the photo in the form, upright").await?;

    let (arrived, shown) = offline.arrive(folder.path()).await?;
    ensure!(Sha256::of(&arrived) == kept, "another photo arrived");
    ensure!(shown == (kept.to_string(), KEPT_PX.0), "the console shows {shown:?}");
    ensure!(arrived.starts_with(b"\xff\xd8\xff"), "no JPEG arrived");
    ensure!(!has(&arrived, b"Exif"), "it tells where it was taken");
    Ok(())
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A rep's enrolled browser whose endpoint is out of reach.
struct Offline {
    endpoint: Endpoint,
    proxy: Proxy,
    rep: Rep,
}

impl Offline {
    async fn begin(conditions: &Conditions, engine: Engine, folder: &Path) -> Result<Self> {
        let port = journeys::free_port().await?;
        let proxy = Proxy::start(port).await?;
        let endpoint = Endpoint::start_behind(folder, port, proxy.url()).await?;
        let rep = Rep::enrol_under(conditions, "Anaïs Field", engine, folder, &endpoint).await?;
        proxy.refuse(true);
        Ok(Self { endpoint, proxy, rep })
    }

    /// Saves what the form holds, lets the network come back, and returns what marketing has of it
    /// besides the words, and how the console shows it.
    async fn arrive(self, folder: &Path) -> Result<(Vec<u8>, Shown)> {
        let Self { endpoint, proxy, rep } = self;
        rep.browser.type_text("note-text", WORDS).await?;
        rep.press_save().await?;
        rep.wait_pending(2, LOCAL).await?;
        proxy.refuse(false);
        rep.wait_drained(SENDING).await?;
        rep.browser.close().await?;
        let notes = endpoint.export_ndjson().await?;
        assert_exactly_once(&notes, [WORDS])?;
        let marketer = Marketer::sign_in(&endpoint).await?;
        let [note] = &*notes else { bail!("{notes:?}") };
        let arrived = marketer.note(note.note_id).await?.attachments;
        let [attachment] = &*arrived else { bail!("{arrived:?}") };
        let console = Console::sign_in(folder, &endpoint).await?;
        let url = endpoint.url(&format!("/console/?note={}", note.note_id));
        let mut shown = console.attachments(&url, 1).await?;
        console.browser.close().await?;
        let shown = shown.pop().context("nothing is shown")?;
        Ok((marketer.attachment(attachment.attachment.attachment_id).await?, shown))
    }
}
