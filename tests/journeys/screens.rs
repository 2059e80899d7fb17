//! Pictures of every screen of app and console, for people to look at.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use journeys::{Browser, Console, Endpoint, Engine, Rep, customer_words, repository, screenshots};

/// A phone's and a laptop's.
const SIZES: [(u32, u32); 2] = [(360, 740), (1440, 900)];

#[tokio::test(flavor = "multi_thread")]
async fn of_app_and_console() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let invitation = endpoint.invite("Jean-Luc Martin").await?;
    rep.save_all(&customer_words(60)?).await?;
    rep.wait_pending(0, Duration::from_secs(150)).await?;

    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let note = console.all_rows().await?.into_iter().nth(3).unwrap_or_default().0;
    let screens = ["", "quarantine", "sign-in"];
    shoot(&console.browser, "console-note", &endpoint.url(&format!("/console/?note={note}")))
        .await?;
    for screen in screens {
        let name = if screen.is_empty() { "inbox" } else { screen };
        let url = endpoint.url(&format!("/console/{screen}"));
        shoot(&console.browser, &format!("console-{name}"), &url).await?;
    }
    console.browser.close().await?;

    endpoint.stop().await?;
    rep.save_all(&customer_words(3)?).await?;
    rep.wait_pending(3, Duration::from_secs(30)).await?;
    let browser = &rep.browser;
    let first = "document.querySelector('[data-testid=note-item]')?.dataset.noteId ?? ''";
    rep.go_home().await?;
    browser.wait_element("note-item").await?;
    let note = browser.eval(first).await?.as_str().unwrap_or_default().to_owned();
    let enrol = invitation.trim_start_matches(&endpoint.url("/")).to_owned();
    let note = format!("notes/{note}");
    let screens = [
        ("home", ""),
        ("new-competitor", "new/competitor"),
        ("new-acceptance", "new/acceptance"),
        ("new-need", "new/need"),
        ("new-gap", "new/gap"),
        ("notes", "notes"),
        ("note", &*note),
        ("device", "device"),
        ("settings", "settings"),
        ("enrol", &*enrol),
    ];
    for (name, path) in screens {
        shoot(browser, &format!("app-{name}"), &endpoint.url(&format!("/{path}"))).await?;
    }
    browser.goto(&endpoint.url("/settings")).await?;
    browser.click("language-fr").await?;
    for (name, path) in [("home", ""), ("new-acceptance", "new/acceptance")] {
        shoot(browser, &format!("app-{name}-fr"), &endpoint.url(&format!("/{path}"))).await?;
    }
    rep.browser.close().await?;
    update_readme()
}

/// One screen in all sizes, light and dark.
async fn shoot(browser: &Browser, name: &str, url: &str) -> Result<()> {
    for (width, height) in SIZES {
        browser.set_viewport(width, height).await?;
        for (tone, is_dark) in [("light", false), ("dark", true)] {
            browser.set_dark(is_dark).await?;
            browser.goto(url).await?;
            let is_drawn =
                "document.querySelector('h1, main') !== null && document.fonts.status === 'loaded'";
            browser.wait_for(is_drawn, Duration::from_secs(30), name).await?;
            tokio::time::sleep(Duration::from_millis(700)).await;
            let file = format!("{name}-{width}x{height}-{tone}.png");
            browser.screenshot(&screenshots().join(file)).await?;
        }
    }
    Ok(())
}

/// The README's pictures, where asked for.
fn update_readme() -> Result<()> {
    if std::env::var_os("SIGHTLINE_UPDATE_SCREENSHOTS").is_none_or(|value| value != "1") {
        return Ok(());
    }
    let folder = repository().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let copy = |from: &str, to: &Path| std::fs::copy(screenshots().join(from), to);
    copy("app-home-360x740-light.png", &folder.join("app.png"))?;
    copy("console-note-1440x900-light.png", &folder.join("console.png"))?;
    Ok(())
}
