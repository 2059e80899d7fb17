//! A WebDriver session with chromedriver or geckodriver.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::bidi::BiDi;
use crate::browser::{Conditions, Engine};
use crate::process::{Process, family, free_port, kill_by_id, wait_gone};

/// The name of an element's id in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

#[derive(Debug)]
pub(crate) struct WebDriver {
    http: reqwest::Client,
    session: String,
    engine: Engine,
    driver: Process,
    browser: Option<u32>,
    /// What it was told lasts as long as this.
    _bidi: Option<BiDi>,
}

impl WebDriver {
    /// Starts driver and browser on a profile.
    pub(crate) async fn start(
        conditions: &Conditions,
        engine: Engine,
        profile: &Path,
    ) -> Result<Self> {
        let port = free_port().await?;
        let mut command = Command::new(driver(engine));
        // The browser inherits it.
        command.envs(conditions.environment.iter().cloned());
        command.arg(format!("--port={port}"));
        if engine == Engine::Firefox {
            // geckodriver wants a port of its own towards the browser.
            command.arg(format!("--marionette-port={}", free_port().await?));
            command.arg(format!("--websocket-port={}", free_port().await?));
        }
        let log = profile.with_extension("driver.log");
        let driver = Process::start(command, &log)?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(120)).build()?;
        let base = format!("http://127.0.0.1:{port}");
        wait_ready(&http, &base).await.with_context(|| log.display().to_string())?;
        let mut capabilities = capabilities(conditions, engine, profile);
        if conditions.preload.is_some() {
            capabilities["webSocketUrl"] = true.into();
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = post(&http, &format!("{base}/session"), &wanted).await?;
        let id = answer["sessionId"].as_str().context("no session id")?;
        let got = &answer["capabilities"];
        let process = got["goog:processID"].as_u64().or_else(|| got["moz:processID"].as_u64());
        let bidi = match conditions.preload {
            Some(script) => {
                let url = got["webSocketUrl"].as_str().context("the driver speaks no BiDi")?;
                Some(BiDi::connect(url).await?.preload(script).await?)
            }
            None => None,
        };
        Ok(Self {
            session: format!("{base}/session/{id}"),
            browser: process.and_then(|id| u32::try_from(id).ok()),
            http,
            engine,
            driver,
            _bidi: bidi,
        })
    }

    async fn post(&self, command: &str, body: Value) -> Result<Value> {
        post(&self.http, &format!("{}/{command}", self.session), &body).await
    }

    async fn get(&self, command: &str) -> Result<Value> {
        answer(self.http.get(format!("{}/{command}", self.session))).await
    }

    pub(crate) async fn goto(&self, url: &str) -> Result<()> {
        self.post("url", json!({ "url": url })).await.map(drop)
    }

    pub(crate) async fn reload(&self) -> Result<()> {
        self.post("refresh", json!({})).await.map(drop)
    }

    /// The value of an expression, awaited.
    pub(crate) async fn eval(&self, js: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ return await ({js}); }})().then(
               (value) => done({{ value: value === undefined ? null : value }}),
               (error) => done({{ error: String(error) }}));"
        );
        let answer = self.post("execute/async", json!({ "script": script, "args": [] })).await?;
        match answer["error"].as_str() {
            Some(error) => bail!("{error} in {js}"),
            None => Ok(answer["value"].clone()),
        }
    }

    async fn element(&self, testid: &str) -> Result<String> {
        let selector = format!("[data-testid=\"{testid}\"]");
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.post("element", wanted).await?;
        Ok(found[ELEMENT].as_str().context("no element id")?.to_owned())
    }

    pub(crate) async fn click(&self, testid: &str) -> Result<()> {
        let element = self.element(testid).await?;
        self.post(&format!("element/{element}/click"), json!({})).await.map(drop)
    }

    /// Types key by key.
    pub(crate) async fn keys(&self, testid: &str, text: &str) -> Result<()> {
        let element = self.element(testid).await?;
        self.post(&format!("element/{element}/value"), json!({ "text": text })).await.map(drop)
    }

    /// Presses a key wherever the focus is, and lets it go.
    pub(crate) async fn press(&self, key: &str) -> Result<()> {
        let actions = json!({ "actions": [{
            "type": "key", "id": "keys",
            "actions": [{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }],
        }] });
        self.post("actions", actions).await.map(drop)
    }

    /// The page on paper: a PDF.
    pub(crate) async fn print(&self) -> Result<Vec<u8>> {
        let printed = self.post("print", json!({ "shrinkToFit": false })).await?;
        Ok(STANDARD.decode(printed.as_str().context("nothing printed")?)?)
    }

    /// A DevTools command; Chromium only.
    pub(crate) async fn devtools(&self, command: &str, params: Value) -> Result<Value> {
        if self.engine != Engine::Chromium {
            bail!("{:?} has no DevTools protocol", self.engine);
        }
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": params })).await
    }

    /// A PNG of what is to be seen.
    pub(crate) async fn screenshot(&self) -> Result<Vec<u8>> {
        let picture = self.get("screenshot").await?;
        Ok(STANDARD.decode(picture.as_str().context("no picture")?)?)
    }

    /// The window's size, frame included.
    pub(crate) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.post("window/rect", json!({ "width": width, "height": height })).await.map(drop)
    }

    /// Opens another tab and turns to it.
    pub(crate) async fn open_tab(&self) -> Result<()> {
        let tab = self.post("window/new", json!({ "type": "tab" })).await?;
        self.post("window", json!({ "handle": tab["handle"] })).await.map(drop)
    }

    /// Turns to a tab, counted from zero in the order of opening.
    pub(crate) async fn turn_to_tab(&self, index: usize) -> Result<()> {
        let handles = self.get("window/handles").await?;
        let handle = handles.get(index).context("no such tab")?;
        self.post("window", json!({ "handle": handle })).await.map(drop)
    }

    /// Closes the browser as its user would.
    pub(crate) async fn close(self) -> Result<()> {
        answer(self.http.delete(&self.session)).await?;
        // The profile is free once the process is gone.
        wait_gone(self.browser.as_slice()).await?;
        self.driver.stop().await
    }

    /// Takes the browser's life, as a flat battery would.
    pub(crate) async fn kill(self) -> Result<()> {
        let browser = self.browser.context("the driver does not tell the browser's process")?;
        // Its children have files of the profile open as well, and would end when it suits them.
        let family = family(browser);
        family.iter().copied().for_each(kill_by_id);
        self.driver.kill().await?;
        wait_gone(&family).await
    }
}

fn driver(engine: Engine) -> PathBuf {
    let (variable, default) = match engine {
        Engine::Firefox => {
            let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
            ("SIGHTLINE_GECKODRIVER", home.join(".cache/sightline/tools/bin/geckodriver"))
        }
        _ => ("SIGHTLINE_CHROMEDRIVER", PathBuf::from("/usr/bin/chromedriver")),
    };
    std::env::var_os(variable).map_or(default, PathBuf::from)
}

fn capabilities(conditions: &Conditions, engine: Engine, profile: &Path) -> Value {
    let timeouts = json!({ "script": 100_000, "pageLoad": 60_000 });
    match engine {
        Engine::Firefox => {
            let mut prefs = json!({
                "intl.accept_languages": "en",
                "datareporting.policy.dataSubmissionEnabled": false,
            });
            if conditions.has_microphone {
                prefs["media.navigator.streams.fake"] = true.into();
                prefs["media.navigator.permission.disabled"] = true.into();
            }
            json!({
                "browserName": "firefox",
                "timeouts": timeouts,
                "moz:firefoxOptions": {
                    "args": ["-profile", profile, "-headless"],
                    "prefs": prefs,
                },
            })
        }
        _ => {
            let mut arguments = vec![
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en",
            ];
            if conditions.has_microphone {
                arguments.push("--use-fake-device-for-media-stream");
                arguments.push("--use-fake-ui-for-media-stream");
            }
            let profile = format!("--user-data-dir={}", profile.display());
            arguments.push(&profile);
            json!({
                "browserName": "chrome",
                "timeouts": timeouts,
                "goog:chromeOptions": { "args": arguments },
            })
        }
    }
}

async fn wait_ready(http: &reqwest::Client, base: &str) -> Result<()> {
    for _ in 0..600 {
        if answer(http.get(format!("{base}/status"))).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the driver does not answer at {base}")
}

async fn post(http: &reqwest::Client, url: &str, body: &Value) -> Result<Value> {
    answer(http.post(url).json(body)).await
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Value> {
    let response = request.send().await?;
    let status = response.status();
    let body: Value = response.json().await?;
    if !status.is_success() {
        let value = &body["value"];
        bail!("{}: {}", value["error"], value["message"]);
    }
    Ok(body["value"].clone())
}
