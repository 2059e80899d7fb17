//! A rep at work: what people do with the app, in its own controls.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use protocol::{Kind, NoteId, Sha256};
use serde::Deserialize;

use crate::browser::{Browser, Conditions, Engine};
use crate::endpoint::Endpoint;
use crate::photo::Photo;
use crate::samples::Sample;

/// How long what happens on the device alone may take.
const LOCAL: Duration = Duration::from_secs(30);
/// The same where it needs the network: for backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

/// Whether the app will start without a network: its worker runs and has the shell.
const IS_INSTALLED: &str = "(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const names = await caches.keys();
    return !!registration?.active && names.some((name) => name.startsWith('sightline-shell'));
})()";

/// A row of a list as [`Listed`].
const AS_LISTED: &str = "((row) => ({
    note_id: row.dataset.noteId,
    text: row.querySelector('.note-first').textContent,
    state: row.dataset.state,
    is_withdrawn: row.dataset.withdrawn === 'true',
}))";

/// All rows of the list, each once, by scrolling through it: only those near the viewport are in the
/// page. `null` while the app has not read them all. For [`all_rows`].
const ALL_ROWS: &str = "(async () => {
    const list = document.querySelector('[data-testid=notes-rows]');
    const shown = document.querySelector('[data-testid=note-item], .notes-list .empty');
    if (!list || !shown) return null;
    const rows = new Map();
    const page = document.scrollingElement;
    scrollTo(0, 0);
    for (let waited = 0; waited < 50; ) {
        await new Promise((done) => setTimeout(done, 60));
        for (const row of document.querySelectorAll('.notes-list [data-testid=note-item]')) {
            rows.set(row.dataset.noteId, AS_LISTED(row));
        }
        if (page.scrollTop + innerHeight >= page.scrollHeight - 1) {
            const is_whole = list.dataset.whole === 'true';
            if (is_whole && rows.size === Number(list.dataset.count)) return [...rows.values()];
            // What was just read makes it longer.
            waited += 1;
        }
        scrollBy(0, innerHeight);
    }
    return null;
})()";

/// A script for [`ALL_ROWS`].
fn all_rows() -> String {
    ALL_ROWS.replace("AS_LISTED", AS_LISTED)
}

/// A note as a list of the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Listed {
    /// Which.
    pub note_id: NoteId,
    /// What it says.
    pub text: String,
    /// "saved", "sent" or "held".
    pub state: String,
    /// Whether it was taken back.
    pub is_withdrawn: bool,
}

/// A rep's enrolled browser.
#[derive(Debug)]
pub struct Rep {
    /// The browser, for what this does not know.
    pub browser: Browser,
    home: String,
}

impl Rep {
    /// Opens an invitation in a browser with a profile in `folder`, and waits until the app is
    /// ready to be used offline.
    ///
    /// # Errors
    /// Where any of it fails.
    pub async fn enrol(engine: Engine, folder: &Path, endpoint: &Endpoint) -> Result<Self> {
        Self::enrol_under(&Conditions::default(), "Anaïs Field", engine, folder, endpoint).await
    }

    /// The same for a rep of this name, under special conditions; whoever is invited twice has two
    /// devices.
    ///
    /// # Errors
    /// As [`Self::enrol`].
    pub async fn enrol_under(
        conditions: &Conditions,
        name: &str,
        engine: Engine,
        folder: &Path,
        endpoint: &Endpoint,
    ) -> Result<Self> {
        let link = endpoint.invite(name).await?;
        let home = endpoint.url("/");
        let profile = folder.join("profile");
        let browser = Browser::start_under(conditions, engine, &profile, &link).await?;
        let rep = Self { browser, home };
        rep.accept().await?;
        rep.wait_pending(0, LOCAL).await?;
        rep.browser.wait_for(IS_INSTALLED, LOCAL, "the service worker with its shell").await?;
        Ok(rep)
    }

    /// Follows another invitation, in a browser that is not enrolled any more.
    ///
    /// # Errors
    /// Where the app does not enrol it.
    pub async fn enrol_again(&self, link: &str) -> Result<()> {
        self.browser.goto(link).await?;
        self.accept().await
    }

    /// Accepts the invitation that is open.
    async fn accept(&self) -> Result<()> {
        self.browser.click("enrol-submit").await?;
        let at_home = "location.pathname === '/' && location.hash === ''";
        self.browser.wait_for(at_home, LOCAL, "home after enrolment").await
    }

    /// Opens the app of a rep who enrolled earlier, in a browser on their profile.
    ///
    /// # Errors
    /// Where the app does not start.
    pub async fn open(
        conditions: &Conditions,
        engine: Engine,
        profile: &Path,
        endpoint: &Endpoint,
    ) -> Result<Self> {
        let home = endpoint.url("/");
        let browser = Browser::start_under(conditions, engine, profile, &home).await?;
        let rep = Self { browser, home };
        rep.browser.wait_element("sync-status").await?;
        Ok(rep)
    }

    /// Closes the browser and starts it again on the same profile.
    ///
    /// # Errors
    /// Where the app does not start.
    pub async fn restart(self) -> Result<Self> {
        let browser = self.browser.restart(&self.home).await?;
        let rep = Self { browser, home: self.home };
        rep.browser.wait_element("sync-status").await?;
        Ok(rep)
    }

    /// Kills the browser and starts it again on the same profile.
    ///
    /// # Errors
    /// Where the app does not start.
    pub async fn restart_after_kill(self, profile: &Path) -> Result<Self> {
        let engine = self.browser.engine();
        self.browser.kill().await?;
        let browser = Browser::start(engine, profile, &self.home).await?;
        let rep = Self { browser, home: self.home };
        rep.browser.wait_element("sync-status").await?;
        Ok(rep)
    }

    /// Fills in a form and presses "Save"; the note is on the device when this returns.
    ///
    /// # Errors
    /// Where the app refuses it.
    pub async fn save(&self, sample: &Sample) -> Result<()> {
        let saving = async {
            self.fill_in(sample).await?;
            self.press_save().await
        };
        saving.await.with_context(|| format!("{sample:?}"))
    }

    /// The same with a photo; words and photo are on the device when this returns. The SHA-256 of
    /// what the app made of the photo, which it draws anew.
    ///
    /// # Errors
    /// Where the app refuses either.
    pub async fn save_with_photo(&self, sample: &Sample, photo: &Photo) -> Result<Sha256> {
        let saving = async {
            self.fill_in(sample).await?;
            let kept = self.choose_photo(photo).await?;
            self.press_save().await?;
            anyhow::Ok(kept)
        };
        saving.await.with_context(|| format!("{sample:?} with {}", photo.path.display()))
    }

    /// Opens the form of a note's kind.
    ///
    /// # Errors
    /// Where it does not show.
    pub async fn open_form(&self, kind: Kind) -> Result<()> {
        self.browser.click(&format!("capture-{kind}")).await?;
        let form = format!("document.querySelector('form[data-kind={kind}]') !== null");
        self.browser.wait_for(&form, LOCAL, "the form").await
    }

    /// Chooses a photo in the form that is open; it is in the draft, on the device, when this
    /// returns. The SHA-256 of what it became.
    ///
    /// # Errors
    /// Where the app does not keep it.
    pub async fn choose_photo(&self, photo: &Photo) -> Result<Sha256> {
        let before = self.kept().await?.len();
        self.browser.choose_file("note-photo", &photo.path).await?;
        let kept = self.wait_kept(before + 1).await?;
        kept.last().copied().context("no photo in the form")
    }

    /// Waits until the open form holds so many photos, memos and files; the SHA-256 of each.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_kept(&self, count: usize) -> Result<Vec<Sha256>> {
        let js =
            format!("document.querySelectorAll('[data-testid=note-media]').length === {count}");
        self.browser.wait_for(&js, LOCAL, &format!("{count} in the form besides words")).await?;
        self.kept().await
    }

    async fn kept(&self) -> Result<Vec<Sha256>> {
        let js = "[...document.querySelectorAll('[data-testid=note-media]')]
            .map((row) => row.dataset.sha256)";
        Ok(serde_json::from_value(self.browser.eval(js).await?)?)
    }

    /// Saves what is in the open form; it is on the device when this returns.
    ///
    /// # Errors
    /// Where the app refuses it.
    pub async fn press_save(&self) -> Result<()> {
        self.browser.click("note-save").await?;
        self.browser.wait_for("location.pathname === '/'", LOCAL, "home after saving").await
    }

    async fn fill_in(&self, sample: &Sample) -> Result<()> {
        let browser = &self.browser;
        self.open_form(sample.kind).await?;
        browser.type_text("note-text", &sample.text).await?;
        if let Some((competitor, price)) = sample.rival {
            browser.type_text("note-competitor", competitor).await?;
            browser.type_text("note-price", price).await?;
        }
        if let Some(step) = sample.step {
            browser.click(&format!("acceptance-{step}")).await?;
        }
        Ok(())
    }

    /// Saves many.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub async fn save_all(&self, samples: &[Sample]) -> Result<()> {
        for sample in samples {
            self.save(sample).await?;
        }
        Ok(())
    }

    /// Waits until the app says that so many notes wait.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_pending(&self, count: usize, timeout: Duration) -> Result<()> {
        let js = format!(
            "document.querySelector('[data-testid=sync-status]')?.dataset.pending === '{count}'"
        );
        self.browser.wait_for(&js, timeout, &format!("{count} notes to wait")).await
    }

    /// Waits until the app says that all is at marketing's, photos and files as well.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_drained(&self, timeout: Duration) -> Result<()> {
        let js = "(() => {
            const status = document.querySelector('[data-testid=sync-status]')?.dataset;
            return status?.pending === '0' && status?.uploads === '0';
        })()";
        self.browser.wait_for(js, timeout, "all notes and photos to be sent").await
    }

    /// How many notes wait, as the app tells; none while it does not know.
    ///
    /// # Errors
    /// Where the page does not answer.
    pub async fn pending(&self) -> Result<Option<usize>> {
        let pending = self.browser.attribute("sync-status", "data-pending").await?;
        Ok(pending.and_then(|pending| pending.parse().ok()))
    }

    /// Opens the list with all its pages, and counts the notes in a state.
    ///
    /// # Errors
    /// Where the list does not show, or not as many as `expected`.
    pub async fn expect_listed(&self, state: &str, expected: usize) -> Result<()> {
        self.browser.goto(&format!("{}notes", self.home)).await?;
        let js = format!(
            "(async () => {{
                const rows = await {};
                return rows?.length === {expected} && rows.every((row) => row.state === '{state}');
            }})()",
            all_rows()
        );
        let what = format!("{expected} listed notes, all {state}");
        let timeout = if state == "sent" { SENDING } else { LOCAL };
        self.browser.wait_for(&js, timeout, &what).await?;
        self.go_home().await
    }

    /// All notes in the list, newest first.
    ///
    /// # Errors
    /// Where the list does not show.
    pub async fn listed(&self) -> Result<Vec<Listed>> {
        self.browser.goto(&format!("{}notes", self.home)).await?;
        let end = Instant::now() + LOCAL;
        let rows = loop {
            // A page that is just being left answers with an error.
            match self.browser.eval(&all_rows()).await {
                Ok(rows) if !rows.is_null() => break rows,
                answer if Instant::now() > end => bail!("the whole list: {answer:?}"),
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let listed = serde_json::from_value(rows)?;
        self.go_home().await?;
        Ok(listed)
    }

    /// The notes that are on the screen.
    ///
    /// # Errors
    /// Where the page does not answer.
    pub async fn rows(&self) -> Result<Vec<Listed>> {
        let rows =
            format!("[...document.querySelectorAll('[data-testid=note-item]')].map({AS_LISTED})");
        Ok(serde_json::from_value(self.browser.eval(&rows).await?)?)
    }

    /// Opens a note that is on the screen, as a click on its row does, to press a button there.
    /// False, and the screen stays, where news of the rep's other device took row or button away.
    ///
    /// # Errors
    /// Where it does not show.
    async fn open_note(&self, note_id: NoteId, button: &str) -> Result<bool> {
        let js = format!(
            "(() => {{
                const row = document.querySelector('[data-note-id=\"{note_id}\"] a');
                row?.click();
                return row !== null;
            }})()"
        );
        if self.browser.eval(&js).await? != true {
            return Ok(false);
        }
        self.browser.wait_element("note-text").await?;
        if self.browser.has(button).await? {
            return Ok(true);
        }
        self.click_home().await?;
        Ok(false)
    }

    /// Adds words to the end of a note that is on the screen, and goes home. False where it is not
    /// there any more, or was taken back.
    ///
    /// # Errors
    /// Where the app refuses them.
    pub async fn edit(&self, note_id: NoteId, addition: &str) -> Result<bool> {
        let browser = &self.browser;
        if !self.open_note(note_id, "note-edit").await? {
            return Ok(false);
        }
        browser.click("note-edit").await?;
        let is_filled = "location.pathname.endsWith('/edit')
            && document.querySelector('textarea[data-testid=note-text]')?.value.length > 0";
        browser.wait_for(is_filled, LOCAL, "the form with what the note says").await?;
        browser.type_text("note-text", addition).await?;
        browser.click("note-save").await?;
        let is_saved = format!("location.pathname === '/notes/{note_id}'");
        browser.wait_for(&is_saved, LOCAL, "the note after saving").await?;
        self.click_home().await?;
        Ok(true)
    }

    /// Takes a note back that is on the screen, and goes home. False where it is not there any
    /// more, or was taken back already.
    ///
    /// # Errors
    /// Where the app refuses it.
    pub async fn withdraw(&self, note_id: NoteId) -> Result<bool> {
        let browser = &self.browser;
        if !self.open_note(note_id, "note-withdraw").await? {
            return Ok(false);
        }
        let end = Instant::now() + LOCAL;
        while browser.click_now("withdraw-sure").await.is_err() {
            if browser.has("withdrawn").await? {
                break;
            }
            ensure!(Instant::now() < end, "it does not ask whether {note_id} is to be withdrawn");
            // Once more, too: news of the note draws it anew, and then it does not ask any more.
            let _ = browser.click_now("note-withdraw").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        browser.wait_element("withdrawn").await?;
        self.click_home().await?;
        Ok(true)
    }

    /// What a note says, all its versions; the page stays there.
    ///
    /// # Errors
    /// Where the note is not on the device.
    pub async fn versions(&self, note_id: NoteId) -> Result<Vec<String>> {
        self.browser.goto(&format!("{}notes/{note_id}", self.home)).await?;
        self.browser.wait_element("note-text").await?;
        let texts = "[...document.querySelectorAll('[data-testid=note-text]')]
            .map((text) => text.textContent)";
        Ok(serde_json::from_value(self.browser.eval(texts).await?)?)
    }

    /// SHA-256, in hexadecimal, of each photo that lies on the device whole, sent or not: of its
    /// pieces put together, as they are in IndexedDB.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn whole_photos(&self) -> Result<Vec<String>> {
        let js = "(async () => {
            const answer = (request) => new Promise((done, failed) => {
                request.onsuccess = () => done(request.result);
                request.onerror = () => failed(request.error);
            });
            const database = await answer(indexedDB.open('sightline'));
            const of = (store) => database.transaction(store).objectStore(store);
            const uploads = [
                ...await answer(of('uploads').getAll()),
                ...(await answer(of('uploaded').getAll())).map((row) =>
                    JSON.stringify(JSON.parse(row).upload)),
            ].map((row) => JSON.parse(row).attachment);
            const whole = [];
            for (const { attachment_id, sha256 } of uploads) {
                const keys = IDBKeyRange.bound(`${attachment_id}/`, `${attachment_id}0`);
                // Where a power cut took a piece's file, it is there and cannot be read.
                const pieces = await answer(of('chunks').getAll(keys)).catch(() => []);
                const bytes = await new Blob(pieces.map((piece) => piece.bytes)).arrayBuffer();
                const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
                const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
                if (hex === sha256) whole.push(hex);
            }
            database.close();
            return whole;
        })()";
        Ok(serde_json::from_value(self.browser.eval(js).await?)?)
    }

    /// Goes from a note to the first screen without leaving the page, and waits for its list.
    async fn click_home(&self) -> Result<()> {
        self.browser.eval("(document.querySelector('nav a[href=\"/\"]').click(), null)").await?;
        let is_listed = "location.pathname === '/'
            && document.querySelector('.home [data-testid=note-item]') !== null";
        self.browser.wait_for(is_listed, LOCAL, "home with its list").await
    }

    /// Goes to the first screen.
    ///
    /// # Errors
    /// Where it does not show.
    pub async fn go_home(&self) -> Result<()> {
        self.browser.goto(&self.home).await?;
        self.browser.wait_element("capture-need").await
    }

    /// The shell comes from the worker, not from the network.
    ///
    /// # Errors
    /// Where no worker controls the page.
    pub async fn expect_controlled(&self) -> Result<()> {
        // A worker that was just installed takes the pages over at the end of its activation.
        let is_controlled = "!!navigator.serviceWorker.controller";
        self.browser.wait_for(is_controlled, LOCAL, "a worker that controls the page").await
    }
}
