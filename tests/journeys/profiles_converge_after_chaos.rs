//! Browsers of several reps, two a rep, write, edit, withdraw and photograph while the network does
//! everything that networks do and the endpoint is killed again and again. Soon after all is well,
//! every note and photo is at marketing's once, and every browser shows what marketing sees.
//!
//! `SIGHTLINE_PROFILES` tells how many, `SIGHTLINE_CHAOS_S` how long, `SIGHTLINE_SEED` how.
#![allow(clippy::print_stdout, reason = "figures for the ledger")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::{try_join, try_join_all};
use journeys::{
    Conditions, Endpoint, Engine, Listed, Marketer, Photo, Proxy, Rep, Sample, customer_words,
};
use protocol::Sha256;
use protocol::console::InboxNote;

/// Profiles and seconds of a normal run.
const PROFILES: usize = 4;
const CHAOS_S: u64 = 40;
/// Share of the requests that something happens to.
const INTENSITY: f64 = 0.3;
/// What the outboxes of ten profiles are to need to drain once all is well: a goal of campaigns on
/// an idle machine, and printed whether it was met.
const DRAINING_GOAL: Duration = Duration::from_secs(60);
/// What they may need in any run. On a machine with much else to do, ten browsers are slow for
/// reasons that are not the app's, and a slow machine loses no note: that is what must fail here.
const DRAINING_MAX: Duration = Duration::from_secs(150);
/// For the reps' browsers to hear of each other.
const HEARING: Duration = Duration::from_secs(120);
/// Photos of about 100 KB.
const SIDE_PX: u32 = 180;

#[tokio::test(flavor = "multi_thread")]
async fn all_is_sent_once_and_everyone_shows_the_same() -> Result<()> {
    let (profiles, chaos_s) =
        (wanted("SIGHTLINE_PROFILES", PROFILES), wanted("SIGHTLINE_CHAOS_S", CHAOS_S));
    let seed: u64 = wanted("SIGHTLINE_SEED", 1);
    let folder = tempfile::tempdir()?;
    let port = journeys::free_port().await?;
    let proxy = Proxy::start(port).await?;
    let mut endpoint = Endpoint::start_behind(folder.path(), port, proxy.url()).await?;
    let mut writers = Vec::new();
    // One after the other: each start is hard work for the machine.
    for number in 0..profiles {
        writers.push(Writer::enrol(number, seed, folder.path(), &endpoint).await?);
    }

    proxy.chaos(seed, INTENSITY);
    let end = Instant::now() + Duration::from_secs(chaos_s);
    let writing = try_join_all(writers.iter_mut().map(|writer| writer.write_until(end)));
    let killing = kill_until(end, &mut endpoint, seed);
    let (_, kills) = try_join(writing, killing).await?;
    proxy.heal();
    let healed = Instant::now();
    try_join_all(writers.iter().map(|writer| writer.rep.wait_drained(DRAINING_MAX))).await?;
    let drained = healed.elapsed();

    let marketer = Marketer::sign_in(&endpoint).await?;
    let notes = marketer.notes().await?;
    for writer in &writers {
        writer.expect_all_once(&notes, &marketer).await.with_context(|| writer.name())?;
    }
    let written: usize = writers.iter().map(|writer| writer.written.len()).sum();
    ensure!(notes.len() == written, "{} notes at marketing's of {written}", notes.len());
    try_join_all(writers.iter().map(|writer| writer.expect_shown(&notes))).await?;
    println!(
        "{chaos_s} s by seed {seed}, {kills} kills of the endpoint, faults {:?}: {}; drained after \
         {} ms ({} {} s), converged after {} ms",
        proxy.counts(),
        figures(&writers, &notes),
        drained.as_millis(),
        if drained <= DRAINING_GOAL { "within the" } else { "NOT within the" },
        DRAINING_GOAL.as_secs(),
        healed.elapsed().as_millis(),
    );
    for writer in writers {
        writer.rep.browser.close().await?;
    }
    Ok(())
}

/// What was done, for the ledger.
fn figures(writers: &[Writer], notes: &[InboxNote]) -> String {
    let written = writers.iter().flat_map(|writer| &writer.written);
    let photos = written.filter(|written| written.photo.is_some()).count();
    let edits: usize = writers.iter().map(|writer| writer.edits).sum();
    let withdrawn = notes.iter().filter(|note| note.is_withdrawn).count();
    let siblings = notes.iter().filter(|note| !note.siblings.is_empty()).count();
    format!(
        "{} profiles, {} notes ({photos} with a photo), {edits} edits, {withdrawn} withdrawn, \
         {siblings} with siblings",
        writers.len(),
        notes.len()
    )
}

/// A number of the environment.
fn wanted<T: FromStr>(variable: &str, default: T) -> T {
    let given = std::env::var(variable).ok();
    given.and_then(|number| number.parse().ok()).unwrap_or(default)
}

/// SIGKILL to the endpoint, and a while later another start, again and again.
async fn kill_until(end: Instant, endpoint: &mut Endpoint, seed: u64) -> Result<u32> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut kills = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(chance.u64(5_000..15_000))).await;
        if Instant::now() >= end {
            return Ok(kills);
        }
        endpoint.kill().await?;
        kills += 1;
        tokio::time::sleep(Duration::from_millis(chance.u64(200..3_000))).await;
        endpoint.start_again().await?;
    }
}

/// A note as its author knows it.
struct Written {
    /// What it begins with, and no other note.
    mark: String,
    /// What its author made it say; their other device may have said more.
    text: String,
    photo: Option<Sha256>,
}

/// One browser of a rep.
struct Writer {
    number: usize,
    rep: Rep,
    chance: fastrand::Rng,
    samples: Vec<Sample>,
    photo: Photo,
    written: Vec<Written>,
    edits: usize,
}

impl Writer {
    /// Two of a rep, in different engines.
    async fn enrol(number: usize, seed: u64, folder: &Path, endpoint: &Endpoint) -> Result<Self> {
        let folder = folder.join(format!("writer-{number}"));
        std::fs::create_dir_all(&folder)?;
        let engine = [Engine::Chromium, Engine::Firefox][number % 2];
        let name = format!("Rep {}", number / 2);
        let seed = seed.wrapping_mul(1_000) + number as u64;
        Ok(Self {
            number,
            rep: Rep::enrol_under(&Conditions::default(), &name, engine, &folder, endpoint).await?,
            chance: fastrand::Rng::with_seed(seed),
            samples: customer_words(400)?,
            photo: Photo::take(&folder, seed, SIDE_PX)?,
            written: Vec::new(),
            edits: 0,
        })
    }

    fn name(&self) -> String {
        format!("writer {} ({:?})", self.number, self.rep.browser.engine())
    }

    async fn write_until(&mut self, end: Instant) -> Result<()> {
        while Instant::now() < end {
            let what = self.chance.u8(..10);
            let done = match what {
                0..=2 => self.edit_some().await,
                3 => self.withdraw_some().await,
                4 => self.save(Some(self.photo.clone())).await,
                _ => self.save(None).await,
            };
            done.with_context(|| format!("{}, {what}", self.name()))?;
            tokio::time::sleep(Duration::from_millis(self.chance.u64(..2_000))).await;
        }
        Ok(())
    }

    async fn save(&mut self, photo: Option<Photo>) -> Result<()> {
        let mark = format!("[{}-{}] ", self.number, self.written.len());
        let sample = self.chance.choice(&self.samples).context("no samples")?.clone();
        let text = format!("{mark}{}", sample.text);
        let sample = Sample { text: text.clone(), ..sample };
        let photo = match &photo {
            Some(photo) => Some(self.rep.save_with_photo(&sample, photo).await?),
            None => {
                self.rep.save(&sample).await?;
                None
            }
        };
        self.written.push(Written { mark, text, photo });
        Ok(())
    }

    /// Of the notes on the first screen, also one of the rep's other device.
    async fn some(&mut self) -> Result<Option<Listed>> {
        let rows = self.rep.rows().await?.into_iter();
        let rows: Vec<Listed> = rows.filter(|row| !row.is_withdrawn).collect();
        Ok(self.chance.choice(rows))
    }

    async fn edit_some(&mut self) -> Result<()> {
        let Some(Listed { note_id, text, .. }) = self.some().await? else { return Ok(()) };
        let addition = format!(" +{}.{}", self.number, self.edits);
        if !self.rep.edit(note_id, &addition).await? {
            return Ok(());
        }
        self.edits += 1;
        if let Some(own) = self.written.iter_mut().find(|own| text.starts_with(&own.mark)) {
            own.text.push_str(&addition);
        }
        Ok(())
    }

    async fn withdraw_some(&mut self) -> Result<()> {
        match self.some().await? {
            Some(Listed { note_id, .. }) => self.rep.withdraw(note_id).await.map(drop),
            None => Ok(()),
        }
    }

    /// Each note once, with all that this device said of it and its photo.
    async fn expect_all_once(&self, notes: &[InboxNote], marketer: &Marketer) -> Result<()> {
        for Written { mark, text, photo } in &self.written {
            let found: Vec<_> = notes.iter().filter(|it| it.note.text.starts_with(mark)).collect();
            let [note] = found[..] else {
                anyhow::bail!("{} notes begin with {mark}", found.len())
            };
            if !is_shared(note, self.number) {
                ensure!(note.note.text == *text, "{:?} for {text:?}", note.note.text);
            }
            let Some(photo) = photo else { continue };
            let attachments = marketer.note(note.note_id).await?.attachments;
            let [attachment] = &attachments[..] else { anyhow::bail!("{attachments:?} of {mark}") };
            let bytes = marketer.attachment(attachment.attachment.attachment_id).await?;
            ensure!(Sha256::of(&bytes) == *photo, "another photo of {mark}");
        }
        Ok(())
    }

    /// Waits until this device's list is the endpoint's, and looks at each note of many versions.
    async fn expect_shown(&self, notes: &[InboxNote]) -> Result<()> {
        let rep = format!("Rep {}", self.number / 2);
        let of_rep: Vec<&InboxNote> = notes.iter().filter(|note| note.rep.name == rep).collect();
        let expected: BTreeSet<Listed> = of_rep.iter().map(|note| listed(note)).collect();
        let end = Instant::now() + HEARING;
        loop {
            let shown: BTreeSet<Listed> = self.rep.listed().await?.into_iter().collect();
            if shown == expected {
                break;
            }
            let differences: Vec<_> = shown.symmetric_difference(&expected).collect();
            ensure!(Instant::now() < end, "{}: {differences:#?}", self.name());
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        for note in of_rep.iter().filter(|note| !note.siblings.is_empty()) {
            let versions = note.siblings.iter().chain([&note.note]).map(|one| one.text.clone());
            let shown = self.rep.versions(note.note_id).await?;
            ensure!(counted(shown.clone()) == counted(versions), "{}: {shown:#?}", self.name());
        }
        Ok(())
    }
}

/// Whether the rep's other device had a say in what it says.
fn is_shared(note: &InboxNote, number: usize) -> bool {
    let other = format!(" +{}.", number ^ 1);
    note.siblings.iter().chain([&note.note]).any(|version| version.text.contains(&other))
        || !note.siblings.is_empty()
}

fn listed(note: &InboxNote) -> Listed {
    let (note_id, is_withdrawn) = (note.note_id, note.is_withdrawn);
    Listed { note_id, text: note.note.text.clone(), state: "sent".to_owned(), is_withdrawn }
}

/// How often each is among them, in whatever order.
fn counted(texts: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
}
