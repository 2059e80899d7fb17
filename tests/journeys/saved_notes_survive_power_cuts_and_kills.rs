//! A note that the app called saved survives the end of the browser at any moment, by a kill or by
//! a power cut that leaves only what was synced, and so does its photo; later each arrives at
//! marketing's exactly once, and whole.
//!
//! `SIGHTLINE_CUTS` tells how often; `SIGHTLINE_SEED` at which moments.
#![allow(clippy::print_stdout, reason = "figures for the ledger")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use journeys::{
    Conditions, Endpoint, Engine, Marketer, Photo, Proxy, Rep, Sample, assert_exactly_once,
};
use power_cut::{PowerCut, cuts_or};
use protocol::{Kind, Sha256};
use tempfile::TempDir;

/// Strikes of a normal run.
const STRIKES: u32 = 3;
/// Photos of a piece and some, once the app has drawn them anew.
const SIDE_PX: u32 = 1_280;
/// For backoff and sending.
const LOCAL: Duration = Duration::from_secs(60);
const SENDING: Duration = Duration::from_secs(150);

/// Asks for the browser's own durability, whatever the app asks for.
const RELAXED: &str = "() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (stores, mode) {
        return transaction.call(this, stores, mode);
    };
}";

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_in_chromium() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Chromium, Strike::PowerCut).await?;
    ordeal.strike_all(STRIKES).await?;
    ordeal.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_in_firefox() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Firefox, Strike::PowerCut).await?;
    ordeal.strike_all(STRIKES).await?;
    ordeal.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_in_chromium() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Chromium, Strike::Kill).await?;
    ordeal.strike_all(STRIKES).await?;
    ordeal.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_in_firefox() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Firefox, Strike::Kill).await?;
    ordeal.strike_all(STRIKES).await?;
    ordeal.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_in_webkit() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::WebKit, Strike::Kill).await?;
    ordeal.strike_all(STRIKES).await?;
    ordeal.finish().await
}

/// What the app asks for is what saves the notes.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_power_cuts_with_relaxed_durability_lose_notes_in_chromium() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Chromium, Strike::PowerCut).await?;
    ordeal.lose_some(STRIKES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_power_cuts_with_relaxed_durability_lose_notes_in_firefox() -> Result<()> {
    let mut ordeal = Ordeal::begin(Engine::Firefox, Strike::PowerCut).await?;
    ordeal.lose_some(STRIKES).await
}

/// Chromium syncs nothing of a worker: after the cut its registration, its script and its cache are
/// empty files, and the app starts again only with a network. The note is there all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_right_after_enrolment_leaves_the_note_in_chromium() -> Result<()> {
    newcomer(Engine::Chromium, false).await
}

/// Firefox syncs its caches every half a megabyte of their journal: what comes last is lost, and a
/// first capture needs none of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_right_after_enrolment_leaves_note_and_app_in_firefox() -> Result<()> {
    newcomer(Engine::Firefox, true).await
}

/// Nothing of the profile counts as synced that the browser did not sync itself.
async fn newcomer(engine: Engine, starts_offline: bool) -> Result<()> {
    let folder = TempDir::new()?;
    let port = journeys::free_port().await?;
    let proxy = Proxy::start(port).await?;
    let endpoint = Endpoint::start_behind(folder.path(), port, proxy.url()).await?;
    let profile = profile(folder.path());
    std::fs::create_dir_all(&profile)?;
    let power = PowerCut::new(&profile)?;
    let conditions = {
        let environment = power.environment().into();
        Conditions { environment, ..Conditions::default() }
    };
    let rep = Rep::enrol_under(&conditions, "Anaïs", engine, folder.path(), &endpoint).await?;
    proxy.refuse(true);
    let sample = Sample::plain(Kind::Need, "On the first day, without a network");
    rep.save(&sample).await?;
    power.kill_all()?;
    rep.browser.kill().await?;
    power.cut()?;
    for settings in ["Local State", "Default/Preferences"].map(|file| profile.join(file)) {
        // Chromium gets over empty ones, its driver does not.
        if std::fs::metadata(&settings).is_ok_and(|file| file.len() == 0) {
            std::fs::remove_file(settings)?;
        }
    }

    proxy.refuse(starts_offline);
    let rep = Rep::open(&conditions, engine, &profile, &endpoint).await?;
    let is_there = format!(
        "document.querySelector('.note-first')?.textContent === {}",
        journeys::js_text(&sample.text)
    );
    rep.browser.wait_for(&is_there, LOCAL, "the note on the first screen").await?;
    proxy.refuse(false);
    rep.wait_drained(SENDING).await?;
    let listed = rep.listed().await?;
    ensure!(listed.len() == 1 && listed[0].text == sample.text, "{listed:#?}");
    // What the cut took of the app is there again for the next start without a network.
    let is_whole = "(async () => {
        const loaded = performance.getEntriesByType('resource').map((it) => it.name);
        const parts = loaded.filter((it) => it.endsWith('.wasm'));
        const kept = await Promise.all(parts.map((it) => caches.match(it)));
        return parts.some((it) => it.includes('/split_pages')) && kept.every(Boolean);
    })()";
    rep.browser.goto(&endpoint.url("/notes")).await?;
    rep.browser.wait_for(is_whole, LOCAL, "all parts of the app in the cache").await?;
    rep.browser.close().await?;
    assert_exactly_once(&endpoint.export_ndjson().await?, [&*sample.text])
}

/// How the browser ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strike {
    Kill,
    PowerCut,
}

/// A rep without a network whose browser ends again and again.
struct Ordeal {
    engine: Engine,
    strike: Strike,
    folder: TempDir,
    endpoint: Endpoint,
    proxy: Proxy,
    power: PowerCut,
    conditions: Conditions,
    seed: u64,
    chance: fastrand::Rng,
    /// What the app said is saved.
    saved: Vec<Saved>,
    strikes: u32,
    /// What of it is not there any more.
    lost: Vec<String>,
}

/// A note that the app called saved.
struct Saved {
    text: String,
    photo: Option<Sha256>,
}

impl Ordeal {
    /// Enrolled and installed, in order; the strikes come after.
    async fn begin(engine: Engine, strike: Strike) -> Result<Self> {
        let folder = TempDir::new()?;
        let port = journeys::free_port().await?;
        let proxy = Proxy::start(port).await?;
        let endpoint = Endpoint::start_behind(folder.path(), port, proxy.url()).await?;
        let rep = Rep::enrol(engine, folder.path(), &endpoint).await?;
        rep.browser.close().await?;
        proxy.refuse(true);
        let power = PowerCut::new(&profile(folder.path()))?;
        let environment = match strike {
            Strike::Kill => Vec::new(),
            Strike::PowerCut => power.environment().into(),
        };
        let conditions = Conditions { environment, ..Conditions::default() };
        let seed = std::env::var("SIGHTLINE_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or(1);
        Ok(Self {
            engine,
            strike,
            folder,
            endpoint,
            proxy,
            power,
            conditions,
            seed,
            chance: fastrand::Rng::with_seed(seed),
            saved: Vec::new(),
            strikes: 0,
            lost: Vec::new(),
        })
    }

    async fn open(&self) -> Result<Rep> {
        let profile = profile(self.folder.path());
        Rep::open(&self.conditions, self.engine, &profile, &self.endpoint).await
    }

    async fn strike_all(&mut self, default: u32) -> Result<()> {
        for _ in 0..cuts_or(default) {
            self.strike_once().await?;
            ensure!(self.lost.is_empty(), "{self}: {:#?}", self.lost);
        }
        Ok(())
    }

    /// Strikes where nothing is durable: something has to be lost. By chance none of a few strikes
    /// may hit: then come more, up to four times as many, until one does.
    async fn lose_some(&mut self, default: u32) -> Result<()> {
        self.conditions.preload = Some(RELAXED);
        let strikes = cuts_or(default);
        while self.strikes < strikes || (self.lost.is_empty() && self.strikes < 4 * strikes) {
            self.strike_once().await?;
        }
        println!("relaxed: {self}");
        ensure!(!self.lost.is_empty(), "{self}");
        Ok(())
    }

    /// Saves notes until the blow falls, and counts what is lost.
    async fn strike_once(&mut self) -> Result<()> {
        let rep = self.open().await?;
        let strike = self.strikes;
        let text = |index| format!("Strike {strike}, note {index}: vu à Lyon, 12,50 €");
        let mut chance = self.chance.fork();
        let mut saved = Vec::new();
        let mut save_up_to = async |end| {
            while saved.len() < end {
                let text = text(saved.len());
                let sample = Sample::plain(Kind::Need, text.clone());
                let photo = if chance.u8(..3) == 0 {
                    let photo = Photo::take(self.folder.path(), chance.u64(..), SIDE_PX)?;
                    Some(rep.save_with_photo(&sample, &photo).await?)
                } else {
                    rep.save(&sample).await?;
                    None
                };
                saved.push(Saved { text, photo });
            }
            anyhow::Ok(())
        };
        // However fast the machine is, some are saved; then the blow falls at any moment.
        save_up_to(self.chance.usize(1..5)).await?;
        let moment = Duration::from_millis(self.chance.u64(..1_500));
        tokio::select! {
            failed = save_up_to(usize::MAX) => failed?,
            () = tokio::time::sleep(moment) => {}
        }
        if self.strike == Strike::PowerCut {
            self.power.kill_all()?;
        }
        rep.browser.kill().await?;
        if self.strike == Strike::PowerCut {
            self.power.cut()?;
        }
        self.saved.extend(saved);
        self.strikes += 1;
        self.count_lost().await
    }

    async fn count_lost(&mut self) -> Result<()> {
        let rep = self.open().await?;
        let photos = rep.whole_photos().await?;
        let listed = rep.listed().await?;
        rep.browser.close().await?;
        let distinct: HashSet<&str> = listed.iter().map(|note| &*note.text).collect();
        ensure!(distinct.len() == listed.len(), "some note is listed twice: {listed:#?}");
        self.lost.clear();
        for Saved { text, photo } in &self.saved {
            if !listed.iter().any(|note| says(&note.text, text)) {
                self.lost.push(text.clone());
            }
            if photo.is_some_and(|photo| !photos.contains(&photo.to_string())) {
                self.lost.push(format!("the photo of {text}"));
            }
        }
        Ok(())
    }

    /// The network is back: each saved note arrives once, and what was cut while it was saved at
    /// most once.
    async fn finish(self) -> Result<()> {
        ensure!(!self.saved.is_empty(), "nothing was ever saved: {self}");
        self.proxy.heal();
        let rep = self.open().await?;
        rep.wait_drained(SENDING).await?;
        rep.browser.close().await?;
        let notes = self.endpoint.export_ndjson().await?;
        let marketer = Marketer::sign_in(&self.endpoint).await?;
        for Saved { text, photo } in &self.saved {
            let found: Vec<_> = notes.iter().filter(|it| says(&it.note.text, text)).collect();
            let [note] = found[..] else { bail!("arrived {} times: {text:?}", found.len()) };
            let Some(photo) = photo else { continue };
            let attachments = marketer.note(note.note_id).await?.attachments;
            let [attachment] = &attachments[..] else { bail!("{attachments:?} of {text:?}") };
            let bytes = marketer.attachment(attachment.attachment.attachment_id).await?;
            ensure!(Sha256::of(&bytes) == *photo, "another photo of {text:?}");
        }
        let arrived: Vec<&str> = notes.iter().map(|note| &*note.note.text).collect();
        let distinct: HashSet<&&str> = arrived.iter().collect();
        ensure!(distinct.len() == arrived.len(), "some note arrived twice: {arrived:#?}");
        println!("{self}; {} arrived", arrived.len());
        Ok(())
    }
}

impl std::fmt::Display for Ordeal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { engine, strike, seed, strikes, saved, lost, .. } = self;
        let photos = saved.iter().filter(|saved| saved.photo.is_some()).count();
        let (saved, lost) = (saved.len(), lost.len());
        write!(
            out,
            "{engine:?}, {strike:?} {strikes} times by seed {seed}: {saved} saved, {photos} with a \
             photo, {lost} lost"
        )
    }
}

/// Whether a note is the one with this text. A blow while a note was typed leaves a draft of it,
/// and the next one is typed behind that.
fn says(note: &str, text: &str) -> bool {
    note.ends_with(text)
}

/// Where [`Rep::enrol`] puts it.
fn profile(folder: &Path) -> PathBuf {
    folder.join("profile")
}
