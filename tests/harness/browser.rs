//! One browser of any engine, with a profile on disk that outlives it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::js_text;
use crate::minibrowser::MiniBrowser;
use crate::webdriver::WebDriver;

/// Above this many characters, text is put in at once and not key by key.
const TYPED_AT_MOST: usize = 60;

/// So much of a file goes into one message to WebKit's inspector, which takes 128 KiB in all.
const INSPECTOR_BYTES: usize = 48 * 1024;

/// How long an element may take to be there and to be clickable.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Blink.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKitGTK, the engine nearest to Safari's.
    WebKit,
}

/// What a browser runs under, besides its profile.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Variables of its environment.
    pub environment: Vec<(&'static str, OsString)>,
    /// Whether it has a microphone, which is the engine's own for tests and which its user allows.
    pub has_microphone: bool,
    /// A JavaScript function that is called in each page before the page's own scripts; not in
    /// WebKit.
    pub preload: Option<&'static str>,
}

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    kind: Kind,
    engine: Engine,
    profile: PathBuf,
}

#[derive(Debug)]
enum Kind {
    Driven(Box<WebDriver>),
    Plain(Box<MiniBrowser>),
}

impl Browser {
    /// Starts a browser on the profile `profile_dir`, new or left by an earlier one.
    ///
    /// # Errors
    /// Where it does not start or the page does not load.
    pub async fn start(engine: Engine, profile_dir: &Path, url: &str) -> Result<Self> {
        Self::start_under(&Conditions::default(), engine, profile_dir, url).await
    }

    /// The same under special conditions; they end with this browser.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_under(
        conditions: &Conditions,
        engine: Engine,
        profile_dir: &Path,
        url: &str,
    ) -> Result<Self> {
        std::fs::create_dir_all(profile_dir)?;
        let kind = match engine {
            Engine::WebKit => {
                Kind::Plain(Box::new(MiniBrowser::start(conditions, profile_dir, url).await?))
            }
            _ => Kind::Driven(Box::new(WebDriver::start(conditions, engine, profile_dir).await?)),
        };
        let browser = Self { kind, engine, profile: profile_dir.to_owned() };
        if let Kind::Driven(driver) = &browser.kind {
            driver.goto(url).await?;
        }
        // A window that was just opened shows `about:blank`, which is complete as well.
        let arrived = "location.href !== 'about:blank' && document.readyState === 'complete'";
        browser.wait_for(arrived, PATIENCE, "the page").await?;
        Ok(browser)
    }

    /// Which engine it runs.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Closes it as its user would, and starts it again on the same profile.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn restart(self, url: &str) -> Result<Self> {
        let (engine, profile) = (self.engine, self.profile.clone());
        self.close().await?;
        Self::start(engine, &profile, url).await
    }

    /// Goes to another page.
    ///
    /// # Errors
    /// Where that does not load.
    pub async fn goto(&self, url: &str) -> Result<()> {
        match &self.kind {
            Kind::Driven(driver) => driver.goto(url).await,
            Kind::Plain(_) => self.leave(&format!("location.assign({})", js_text(url))).await,
        }
    }

    /// Loads the page anew, as F5 does. Firefox's driver would force it past the service worker
    /// (`LOAD_FLAGS_BYPASS_CACHE`), which is another key.
    ///
    /// # Errors
    /// Where that fails.
    pub async fn reload(&self) -> Result<()> {
        match &self.kind {
            Kind::Driven(driver) if self.engine == Engine::Chromium => driver.reload().await,
            _ => self.leave("location.reload()").await,
        }
    }

    /// Does what leaves the page, and waits for the next one.
    async fn leave(&self, js: &str) -> Result<()> {
        self.eval(&format!("(window.isLeft = true, setTimeout(() => {js}, 200), null)")).await?;
        let arrived = "!window.isLeft && document.readyState === 'complete'";
        self.wait_for(arrived, PATIENCE, "the next page").await
    }

    /// The value of a JavaScript expression; a promise is awaited.
    ///
    /// # Errors
    /// What the script throws.
    pub async fn eval(&self, js: &str) -> Result<Value> {
        match &self.kind {
            Kind::Driven(driver) => driver.eval(js).await,
            Kind::Plain(browser) => browser.eval(js).await,
        }
    }

    /// Waits until an expression is true; `what` is for the error.
    ///
    /// # Errors
    /// Where it stays false.
    pub async fn wait_for(&self, js: &str, timeout: Duration, what: &str) -> Result<()> {
        let end = Instant::now() + timeout;
        loop {
            // A page that is just being left answers with an error.
            let answer = self.eval(js).await;
            if matches!(answer, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if Instant::now() > end {
                let page = self.eval("location.href + '\\n' + document.body?.innerText").await;
                bail!("{what}: {js} gave {answer:?} for {timeout:?}; the page: {page:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a field holds this.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_value(&self, testid: &str, value: &str) -> Result<()> {
        let js = format!("{}?.value === {}", element(testid), js_text(value));
        self.wait_for(&js, PATIENCE, &format!("{value:?} in {testid}")).await
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn wait_element(&self, testid: &str) -> Result<()> {
        let js = format!("{} !== null", element(testid));
        self.wait_for(&js, PATIENCE, testid).await
    }

    /// Whether an element is there now.
    ///
    /// # Errors
    /// Where the page does not answer.
    pub async fn has(&self, testid: &str) -> Result<bool> {
        Ok(self.eval(&format!("{} !== null", element(testid))).await? == true)
    }

    /// Clicks an element once it is there and nothing covers it.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn click(&self, testid: &str) -> Result<()> {
        self.wait_element(testid).await?;
        let end = Instant::now() + PATIENCE;
        loop {
            match self.click_now(testid).await {
                Err(_) if Instant::now() < end => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                clicked => return clicked.with_context(|| format!("click on {testid}")),
            }
        }
    }

    /// Clicks an element that is there and that nothing covers.
    ///
    /// # Errors
    /// Where there is none, or something stands above it.
    pub async fn click_now(&self, testid: &str) -> Result<()> {
        let clicked = match &self.kind {
            Kind::Driven(driver) => driver.click(testid).await,
            Kind::Plain(_) => self.click_by_script(testid).await,
        };
        if clicked.is_err() {
            // For the next time: scroll on, as a person would.
            let js = format!("{}?.scrollIntoView({{ block: 'center' }})", element(testid));
            self.eval(&js).await?;
        }
        clicked
    }

    /// Where no driver clicks: only what a finger would hit.
    async fn click_by_script(&self, testid: &str) -> Result<()> {
        let js = format!(
            "(() => {{
                const element = {};
                element.scrollIntoView({{ block: 'center' }});
                const {{ x, y, width, height }} = element.getBoundingClientRect();
                const hit = document.elementFromPoint(x + width / 2, y + height / 2);
                if (!element.contains(hit)) throw new Error('covered by ' + hit?.outerHTML);
                hit.click();
                return true;
            }})()",
            element(testid)
        );
        self.eval(&js).await.map(drop)
    }

    /// Presses a key of one letter wherever the focus is.
    ///
    /// # Errors
    /// Where the page does not answer.
    pub async fn press(&self, key: &str) -> Result<()> {
        match &self.kind {
            Kind::Driven(driver) => driver.press(key).await,
            // No driver presses keys: the page hears of one all the same.
            Kind::Plain(_) => {
                let js = format!(
                    "(document.activeElement ?? document.body).dispatchEvent(
                        new KeyboardEvent('keydown', {{ key: {}, bubbles: true, cancelable: true }}))",
                    js_text(key)
                );
                self.eval(&js).await.map(drop)
            }
        }
    }

    /// Prints the page: a PDF, and how many sheets of paper it is.
    ///
    /// # Errors
    /// In WebKit, or where it cannot be written.
    pub async fn print(&self, path: &Path) -> Result<usize> {
        let pdf = self.driver()?.print().await?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &pdf)?;
        let page = b"/Type /Page\n";
        Ok(pdf.windows(page.len()).filter(|bytes| bytes == page).count())
    }

    /// Types at the end of a field: keys where that works, else as one insertion, which the page
    /// sees as editing as well.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn type_text(&self, testid: &str, text: &str) -> Result<()> {
        self.wait_element(testid).await?;
        let is_plain =
            text.chars().all(|c| !c.is_control() && c.len_utf16() == 1 && c != '\u{200d}');
        if let Kind::Driven(driver) = &self.kind
            && is_plain
            && text.chars().count() <= TYPED_AT_MOST
        {
            return driver.keys(testid, text).await;
        }
        let focus = format!(
            "(() => {{
                const field = {};
                field.focus();
                field.setSelectionRange(field.value.length, field.value.length);
                return document.activeElement === field;
            }})()",
            element(testid)
        );
        if self.eval(&focus).await? != true {
            bail!("{testid} takes no focus");
        }
        match &self.kind {
            Kind::Driven(driver) if self.engine == Engine::Chromium => {
                driver.devtools("Input.insertText", json!({ "text": text })).await.map(drop)
            }
            _ => {
                let js = format!("document.execCommand('insertText', false, {})", js_text(text));
                match self.eval(&js).await? {
                    Value::Bool(true) => Ok(()),
                    other => bail!("nothing inserted into {testid}: {other}"),
                }
            }
        }
    }

    /// Chooses a file in a file field.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn choose_file(&self, testid: &str, file: &Path) -> Result<()> {
        self.wait_element(testid).await?;
        match &self.kind {
            Kind::Driven(driver) => driver.keys(testid, &file.to_string_lossy()).await,
            Kind::Plain(_) => self.choose_by_script(testid, file).await,
        }
    }

    /// Where no driver fills in a file's path: the page gets a file of the same bytes, in pieces
    /// that the inspector's socket takes.
    async fn choose_by_script(&self, testid: &str, file: &Path) -> Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.eval("(window.filePieces = [], null)").await?;
        for piece in std::fs::read(file)?.chunks(INSPECTOR_BYTES) {
            let piece = STANDARD.encode(piece);
            let js = format!(
                "(window.filePieces.push(
                    Uint8Array.from(atob('{piece}'), (byte) => byte.charCodeAt(0))), null)"
            );
            self.eval(&js).await?;
        }
        let js = format!(
            "(() => {{
                const chosen = new DataTransfer();
                chosen.items.add(new File(window.filePieces, {}, {{ type: {} }}));
                const field = {};
                field.files = chosen.files;
                field.dispatchEvent(new Event('change', {{ bubbles: true }}));
                return true;
            }})()",
            js_text(&name),
            js_text(media_type(file)),
            element(testid)
        );
        self.eval(&js).await.map(drop)
    }

    /// Empties a field, as by "select all" and "delete".
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn clear(&self, testid: &str) -> Result<()> {
        self.wait_element(testid).await?;
        let field = element(testid);
        let js = format!("({field}.focus(), {field}.select(), document.execCommand('delete'))");
        self.eval(&js).await?;
        self.wait_for(&format!("{field}.value === ''"), PATIENCE, testid).await
    }

    /// An element's attribute.
    ///
    /// # Errors
    /// Where the page does not answer.
    pub async fn attribute(&self, testid: &str, name: &str) -> Result<Option<String>> {
        let js = format!("{}?.getAttribute({}) ?? null", element(testid), js_text(name));
        Ok(self.eval(&js).await?.as_str().map(str::to_owned))
    }

    /// Writes a PNG of what is to be seen.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        let png = match &self.kind {
            Kind::Driven(driver) => driver.screenshot().await?,
            Kind::Plain(browser) => browser.screenshot().await?,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(path, png)?)
    }

    /// The page's size in Chromium, the window's in Firefox.
    ///
    /// # Errors
    /// In WebKit, whose inspector cannot.
    pub async fn set_viewport(&self, width: u32, height: u32) -> Result<()> {
        match (&self.kind, self.engine) {
            (Kind::Driven(driver), Engine::Chromium) => {
                let size = json!({
                    "width": width, "height": height, "deviceScaleFactor": 1,
                    // Phones show no scrollbars.
                    "mobile": width < 600,
                });
                driver.devtools("Emulation.setDeviceMetricsOverride", size).await.map(drop)
            }
            (Kind::Driven(driver), _) => driver.resize(width, height).await,
            (Kind::Plain(_), _) => bail!("MiniBrowser's window keeps its size"),
        }
    }

    /// Dark or light; Chromium only.
    ///
    /// # Errors
    /// In the other engines.
    pub async fn set_dark(&self, is_dark: bool) -> Result<()> {
        self.set_media("prefers-color-scheme", if is_dark { "dark" } else { "light" }).await
    }

    /// Makes a media feature say this, and no other anything of its own; Chromium only.
    ///
    /// # Errors
    /// In the other engines.
    pub async fn set_media(&self, feature: &str, value: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": feature, "value": value }] });
        self.driver()?.devtools("Emulation.setEmulatedMedia", media).await.map(drop)
    }

    /// Shows the page as it goes to paper, or to the screen again; Chromium only.
    ///
    /// # Errors
    /// In the other engines.
    pub async fn set_paper(&self, is_paper: bool) -> Result<()> {
        let media = json!({ "media": if is_paper { "print" } else { "" } });
        self.driver()?.devtools("Emulation.setEmulatedMedia", media).await?;
        let event = if is_paper { "beforeprint" } else { "afterprint" };
        self.eval(&format!("dispatchEvent(new Event('{event}'))")).await.map(drop)
    }

    /// Opens another tab and turns to it.
    ///
    /// # Errors
    /// In WebKit.
    pub async fn open_tab(&self) -> Result<()> {
        self.driver()?.open_tab().await
    }

    /// Turns to a tab, counted from zero in the order of opening.
    ///
    /// # Errors
    /// In WebKit, or where there is none.
    pub async fn turn_to_tab(&self, index: usize) -> Result<()> {
        self.driver()?.turn_to_tab(index).await
    }

    fn driver(&self) -> Result<&WebDriver> {
        match &self.kind {
            Kind::Driven(driver) => Ok(driver),
            Kind::Plain(_) => bail!("{:?} has no driver", self.engine),
        }
    }

    /// Closes it as its user would.
    ///
    /// # Errors
    /// Where it does not end.
    pub async fn close(self) -> Result<()> {
        match self.kind {
            Kind::Driven(driver) => driver.close().await,
            Kind::Plain(browser) => browser.close().await,
        }
    }

    /// Takes its life, as a flat battery would.
    ///
    /// # Errors
    /// Where it does not end.
    pub async fn kill(self) -> Result<()> {
        match self.kind {
            Kind::Driven(driver) => driver.kill().await,
            Kind::Plain(browser) => browser.kill().await,
        }
    }
}

/// What a browser takes a file of this name for.
fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        _ => "",
    }
}

/// The JavaScript expression of the first element with that `data-testid`.
fn element(testid: &str) -> String {
    format!("document.querySelector('[data-testid=\"{testid}\"]')")
}
