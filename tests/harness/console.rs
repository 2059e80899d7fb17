//! A marketer at the console.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::browser::{Browser, Engine};
use crate::endpoint::Endpoint;

/// An attachment as it is shown: the SHA-256 of what its link leads to, in hexadecimal, and the
/// width of its picture, in pixels; 0 of a voice memo, which has a player that can play it.
pub type Shown = (String, u32);

/// A signed-in console, in a browser with a fresh profile.
#[derive(Debug)]
pub struct Console {
    /// The browser, for what this does not know.
    pub browser: Browser,
}

impl Console {
    /// Signs in by a link of the command line, in Chromium.
    ///
    /// # Errors
    /// Where any of it fails.
    pub async fn sign_in(folder: &Path, endpoint: &Endpoint) -> Result<Self> {
        Self::sign_in_with(Engine::Chromium, folder, endpoint).await
    }

    /// The same in a browser of any engine.
    ///
    /// # Errors
    /// As [`Self::sign_in`].
    pub async fn sign_in_with(engine: Engine, folder: &Path, endpoint: &Endpoint) -> Result<Self> {
        let link = endpoint.user_add("marie@example.org", "marketer").await?;
        let profile = folder.join("console-profile");
        let browser = Browser::start(engine, &profile, &link).await?;
        browser.click("sign-in-submit").await?;
        let is_in =
            "document.querySelector('[data-testid=inbox-row], [data-testid=inbox-empty]') !== null";
        browser.wait_for(is_in, Duration::from_secs(30), "the inbox").await?;
        Ok(Self { browser })
    }

    /// Every row's note id and full text, after pressing "more" for as long as there is more.
    ///
    /// # Errors
    /// Where the list does not come to an end.
    pub async fn all_rows(&self) -> Result<Vec<(String, String)>> {
        let is_complete = "(() => {
            const more = document.querySelector('[data-testid=inbox-more]');
            more?.click();
            return more === null;
        })()";
        self.browser.wait_for(is_complete, Duration::from_secs(90), "the whole inbox").await?;
        let rows = self
            .browser
            .eval(
                "[...document.querySelectorAll('[data-testid=inbox-row]')].map((row) =>
                    [row.dataset.noteId, row.querySelector('[data-testid=row-text]').textContent])",
            )
            .await?;
        serde_json::from_value(rows).context("rows without id or text")
    }

    /// Opens a note, waits until it shows so many attachments as complete.
    ///
    /// # Errors
    /// Where they do not show.
    pub async fn attachments(&self, note_url: &str, count: usize) -> Result<Vec<Shown>> {
        self.browser.goto(note_url).await?;
        let are_drawn = format!(
            "(() => {{
                const shown = document.querySelectorAll('[data-testid=note-attachment]');
                return shown.length === {count} && [...shown].every((it) =>
                    it.dataset.complete === 'true' && (it.querySelector('img')?.complete === true
                        || it.querySelector('audio')?.readyState >= HTMLMediaElement.HAVE_METADATA));
            }})()"
        );
        self.browser.wait_for(&are_drawn, Duration::from_secs(30), "the attachments").await?;
        let shown = "Promise.all(
            [...document.querySelectorAll('[data-testid=note-attachment]')].map(async (it) => {
                const bytes = await (await fetch(it.querySelector('a').href)).arrayBuffer();
                const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
                const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0'));
                return [hex.join(''), it.querySelector('img')?.naturalWidth ?? 0];
            }))";
        let shown = self.browser.eval(shown).await?;
        serde_json::from_value(shown).context("attachments without hash or width")
    }
}
