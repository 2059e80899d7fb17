//! WebKitGTK's plain browser: WebKitWebDriver's sessions keep nothing on disk, so this one runs as
//! a user would run it and is driven through its remote inspector.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::browser::Conditions;
use crate::inspector::Inspector;
use crate::process::{Process, free_port};

/// Debian's folder of programs for this machine's processor.
fn minibrowser() -> String {
    format!("/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser", std::env::consts::ARCH)
}

/// WebKit's own microphone for tests, which nobody is asked about.
const MICROPHONE: &str =
    "--features=+MockCaptureDevices,-MockCaptureDevicesPrompt,-GetUserMediaRequiresFocus";

#[derive(Debug)]
pub(crate) struct MiniBrowser {
    inspector: Mutex<Inspector>,
    browser: Process,
    screen: Process,
}

impl MiniBrowser {
    /// Starts a screen and the browser on a profile.
    pub(crate) async fn start(conditions: &Conditions, profile: &Path, url: &str) -> Result<Self> {
        if conditions.preload.is_some() {
            bail!("WebKit's inspector comes too late for scripts before the page's own");
        }
        std::fs::create_dir_all(profile)?;
        let log = profile.with_extension("browser.log");
        let (screen, display) = start_screen(profile, &log).await?;
        let port = free_port().await?;
        let inspector = format!("127.0.0.1:{port}");
        let mut command = Command::new(minibrowser());
        if conditions.has_microphone {
            command.args(["--enable-media-stream=true", MICROPHONE]);
        }
        command
            .args(["--enable-developer-extras=true", "--geometry=1280x900", url])
            .env("DISPLAY", display)
            .env("LANG", "en_US.UTF-8")
            .env("HOME", profile)
            .env("XDG_DATA_HOME", profile.join("data"))
            .env("XDG_CACHE_HOME", profile.join("cache"))
            .env("XDG_CONFIG_HOME", profile.join("config"))
            .env("XDG_RUNTIME_DIR", run_folder(profile)?)
            .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
            .env("WEBKIT_INSPECTOR_HTTP_SERVER", &inspector)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("GTK_A11Y", "none")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .envs(conditions.environment.iter().cloned());
        let mut browser = Process::start(command, &log)?;
        let socket = socket_of_page(&inspector, &mut browser)
            .await
            .with_context(|| log.display().to_string())?;
        let inspector = Mutex::new(Inspector::attach(&socket).await?);
        Ok(Self { inspector, browser, screen })
    }

    /// The value of an expression, awaited.
    pub(crate) async fn eval(&self, js: &str) -> Result<Value> {
        let expression = format!(
            "(async () => {{ try {{ return {{ value: await ({js}) }}; }}
                             catch (error) {{ return {{ error: String(error) }}; }} }})()"
        );
        let mut inspector = self.inspector.lock().await;
        let promise =
            inspector.call("Runtime.evaluate", json!({ "expression": expression })).await?;
        let Some(id) = promise["result"]["objectId"].as_str() else {
            bail!("{} in {js}", promise["result"]["description"]);
        };
        let wanted = json!({ "promiseObjectId": id, "returnByValue": true });
        let settled = inspector.call("Runtime.awaitPromise", wanted).await?;
        let answer = &settled["result"]["value"];
        match answer["error"].as_str() {
            Some(error) => bail!("{error} in {js}"),
            None => Ok(answer["value"].clone()),
        }
    }

    /// A PNG of what is to be seen.
    pub(crate) async fn screenshot(&self) -> Result<Vec<u8>> {
        let size = self.eval("[innerWidth, innerHeight]").await?;
        let area = json!({
            "x": 0, "y": 0, "width": size[0], "height": size[1], "coordinateSystem": "Viewport",
        });
        let picture = self.inspector.lock().await.call("Page.snapshotRect", area).await?;
        let url = picture["dataURL"].as_str().context("no picture")?;
        let (_, data) = url.split_once(',').context("no data")?;
        Ok(STANDARD.decode(data)?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.browser.stop().await?;
        self.screen.stop().await
    }

    pub(crate) async fn kill(self) -> Result<()> {
        self.browser.kill().await?;
        self.screen.stop().await
    }
}

/// A screen without a screen; `Xvfb` itself finds a free number.
async fn start_screen(profile: &Path, log: &Path) -> Result<(Process, String)> {
    let number = profile.join("display");
    let _ = std::fs::remove_file(&number);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg("exec Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>\"$1\"")
        .args(["sh".as_ref(), number.as_os_str()]);
    let screen = Process::start(command, log)?;
    for _ in 0..600 {
        let written = std::fs::read_to_string(&number).unwrap_or_default();
        if written.ends_with('\n') {
            return Ok((screen, format!(":{}", written.trim())));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("Xvfb does not start; see {}", log.display())
}

fn run_folder(profile: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let folder = profile.join("run");
    std::fs::create_dir_all(&folder)?;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// Where the inspector of the first page listens, as its own page of targets tells.
async fn socket_of_page(inspector: &str, browser: &mut Process) -> Result<String> {
    for _ in 0..400 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        if browser.has_ended() {
            bail!("MiniBrowser ended");
        }
        let Ok(response) = reqwest::get(format!("http://{inspector}/")).await else { continue };
        let page = response.text().await.unwrap_or_default();
        // window.open('Main.html?ws=' + window.location.host + '/socket/1/1/WebPage', …
        let rest = page.find("/socket/").and_then(|start| page.get(start..));
        if let Some(path) = rest.and_then(|rest| rest.split('\'').next()) {
            return Ok(format!("ws://{inspector}{path}"));
        }
    }
    bail!("MiniBrowser shows no page to inspect")
}
