//! Every screen of app and console, in all sizes, light and dark: pictures for people to look at, and
//! what axe-core finds.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{
    Browser, Conditions, Console, Endpoint, Engine, Photo, Rep, Sample, customer_words,
    expect_accessible, expect_seen_in_forced_colors, repository, screenshots,
};
use protocol::Kind;

/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

/// A rep of the demo, who has written a few notes.
const DEMO_REP: &str = "Amélie Roux";

/// A sheet of A4.
const PAPER: (u32, u32) = (794, 1123);

const TONES: [(&str, bool); 2] = [("light", false), ("dark", true)];

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
    let screens = ["", "topics", "decisions", "week", "audit", "quarantine", "sign-in"];
    shoot(&console.browser, "console-note", &endpoint.url(&format!("/console/?note={note}")))
        .await?;
    for screen in screens {
        let name = if screen.is_empty() { "inbox" } else { screen };
        let url = endpoint.url(&format!("/console/{screen}"));
        shoot(&console.browser, &format!("console-{name}"), &url).await?;
    }
    console.browser.close().await?;

    endpoint.stop().await?;
    rep.browser.click("visit-start").await?;
    rep.browser.type_text("visit-customer", "Dupont SA").await?;
    rep.browser.click("visit-begin").await?;
    rep.browser.wait_element("visit-running").await?;
    rep.save_all(&customer_words(3)?).await?;
    rep.wait_pending(3, Duration::from_secs(30)).await?;
    let browser = &rep.browser;
    let first = "document.querySelector('[data-testid=note-item]')?.dataset.noteId ?? ''";
    rep.go_home().await?;
    browser.wait_element("note-item").await?;
    let note = browser.eval(first).await?.as_str().unwrap_or_default().to_owned();
    let enrol = invitation.trim_start_matches(&endpoint.url("/")).to_owned();
    let note = format!("notes/{note}");
    let visit = "document.querySelector('[data-testid=visit-running] a').pathname.slice(1)";
    let visit = browser.eval(visit).await?.as_str().unwrap_or_default().to_owned();
    let screens = [
        ("home", ""),
        ("new-competitor", "new/competitor"),
        ("new-acceptance", "new/acceptance"),
        ("new-need", "new/need"),
        ("new-gap", "new/gap"),
        ("notes", "notes"),
        ("note", &*note),
        ("visits", "visits"),
        ("visit", &*visit),
        ("device", "device"),
        ("install", "install"),
        ("settings", "settings"),
        ("enrol", &*enrol),
    ];
    for language in ["en", "fr"] {
        browser.goto(&endpoint.url("/settings")).await?;
        browser.click(&format!("language-{language}")).await?;
        for (name, path) in screens {
            let name = format!("app-{name}-{language}");
            shoot(browser, &name, &endpoint.url(&format!("/{path}"))).await?;
        }
    }
    rep.browser.close().await?;
    update_readme(&[
        ("app-home-en-360x740-light.png", "app.png"),
        ("app-new-competitor-en-360x740-light.png", "entry.png"),
        ("app-notes-en-360x740-dark.png", "notes.png"),
    ])
}

/// What a rep and marketing seldom see: versions that did not see each other, a withdrawn note, a
/// photo, and a device that was shut out with something in its hands.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_seldom() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let [phones, laptops] = ["phone", "laptop"].map(|name| folder.path().join(name));
    std::fs::create_dir_all(&phones)?;
    std::fs::create_dir_all(&laptops)?;
    let phone = Rep::enrol(Engine::Chromium, &phones, &endpoint).await?;
    let photo = Photo::take(folder.path(), 1, 640)?;
    let words = ["Asks for a smaller box", "Will not pay for the lid", "Half price at Lefèvre"];
    let [siblings, withdrawn, pictured] = words.map(|text| Sample::plain(Kind::Competitor, text));
    phone.save(&siblings).await?;
    phone.save(&withdrawn).await?;
    phone.save_with_photo(&pictured, &photo).await?;
    phone.wait_drained(SENDING).await?;
    let laptop = Rep::enrol(Engine::Chromium, &laptops, &endpoint).await?;
    laptop.expect_listed("sent", 3).await?;

    endpoint.stop().await?;
    let notes = phone.rows().await?;
    let id_of = |sample: &Sample| {
        let note = notes.iter().find(|note| note.text == sample.text);
        note.map(|note| note.note_id).context("a note that is not listed")
    };
    let [siblings, withdrawn, pictured] =
        [id_of(&siblings)?, id_of(&withdrawn)?, id_of(&pictured)?];
    let is_done = phone.edit(siblings, ", 6 pieces").await?
        && phone.withdraw(withdrawn).await?
        && laptop.edit(siblings, ", or a bag").await?;
    ensure!(is_done, "a note that is not on the first screen");
    endpoint.start_again().await?;
    phone.wait_drained(SENDING).await?;
    laptop.wait_drained(SENDING).await?;
    let are_two = "document.querySelector('[data-testid=siblings]') !== null";
    phone.browser.goto(&endpoint.url(&format!("/notes/{siblings}"))).await?;
    phone.browser.wait_for(are_two, SENDING, "both versions").await?;

    let of_note = |id| endpoint.url(&format!("/notes/{id}"));
    shoot(&phone.browser, "app-siblings", &of_note(siblings)).await?;
    shoot(&phone.browser, "app-withdrawn", &of_note(withdrawn)).await?;
    shoot(&phone.browser, "app-photo", &of_note(pictured)).await?;
    shoot(&phone.browser, "app-changed", &endpoint.url("/notes")).await?;
    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let of_note = |id| endpoint.url(&format!("/console/?note={id}"));
    shoot(&console.browser, "console-siblings", &of_note(siblings)).await?;
    shoot(&console.browser, "console-photo", &of_note(pictured)).await?;
    let of_withdrawn = endpoint.url(&format!("/console/?withdrawn=true&note={withdrawn}"));
    shoot(&console.browser, "console-withdrawn", &of_withdrawn).await?;

    // A photo that nobody takes from a device that was shut out.
    endpoint.stop().await?;
    phone.go_home().await?;
    let late = Sample::plain(Kind::Need, "Saved after the last word with marketing");
    phone.save_with_photo(&late, &photo).await?;
    endpoint.revoke_devices_of("Anaïs Field").await?;
    endpoint.start_again().await?;
    phone.browser.goto(&endpoint.url("/device")).await?;
    let is_told = "document.querySelector('[data-testid=device-advice]').textContent !== ''";
    phone.browser.wait_for(is_told, SENDING, "what being shut out means").await?;
    phone.wait_pending(0, SENDING).await?;
    shoot(&phone.browser, "app-shut-out", &endpoint.url("/device")).await?;
    shoot(&phone.browser, "app-shut-out-home", &endpoint.url("/")).await?;
    laptop.browser.close().await?;
    console.browser.close().await?;
    phone.browser.close().await
}

/// Marketing's desk over the demo's data, and what of it comes to a rep.
#[tokio::test(flavor = "multi_thread")]
async fn of_marketing_and_what_it_tells() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let endpoint = Endpoint::start_demo(folder.path()).await?;
    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let browser = &console.browser;
    let first = async |path: &str, testid: &str, name: &str| -> Result<String> {
        browser.goto(&endpoint.url(&format!("/console/{path}"))).await?;
        browser.wait_element(testid).await?;
        let one = format!("document.querySelector('[data-testid={testid}]')");
        let js = format!("({one}.dataset.{name} ?? {one}.querySelector('a')?.href ?? {one}.href)");
        Ok(browser.eval(&js).await?.as_str().unwrap_or_default().to_owned())
    };
    let note = first("?kind=gap", "inbox-row", "noteId").await?;
    shoot(browser, "console-work", &endpoint.url(&format!("/console/?kind=gap&note={note}")))
        .await?;
    let topic = first("topics", "topic-item", "href").await?;
    shoot(browser, "console-topic", &topic).await?;
    let decision = first("decisions", "decision-item", "href").await?;
    shoot(browser, "console-decision", &decision).await?;
    for (tab, name) in [("briefings", "briefing"), ("questions", "question"), ("groups", "group")] {
        let item = first(&format!("field?tab={tab}"), "field-item", "href").await?;
        shoot(browser, &format!("console-{name}"), &item).await?;
    }
    browser.goto(&endpoint.url("/console/field?tab=briefings")).await?;
    browser.wait_element("field-item").await?;
    // Drafts may be short.
    let published = "[...document.querySelectorAll('[data-testid=field-item]')].at(-1)";
    let published = format!("((it) => it.href ?? it.querySelector('a').href)({published})");
    let published = browser.eval(&published).await?.as_str().unwrap_or_default().to_owned();
    put_on_paper(browser, "briefing", &published, "briefing-on-paper").await?;
    put_on_paper(browser, "week", &endpoint.url("/console/week"), "week-title").await?;
    for screen in ["topics", "decisions", "analysis", "field", "people", "data", "week", "audit"] {
        let url = endpoint.url(&format!("/console/{screen}"));
        shoot(browser, &format!("console-{screen}"), &url).await?;
    }
    let choose = "document.querySelectorAll('[data-testid=row-choice]').forEach((it, place) =>
        place < 3 && !it.checked && it.click())";
    shoot_opened(browser, "console-bulk", &endpoint.url("/console/"), choose).await?;
    console.browser.close().await?;

    let none = Conditions::default();
    let own = folder.path().join("rep");
    std::fs::create_dir_all(&own)?;
    let rep = Rep::enrol_under(&none, DEMO_REP, Engine::Chromium, &own, &endpoint).await?;
    let browser = &rep.browser;
    for language in ["en", "fr"] {
        browser.goto(&endpoint.url("/settings")).await?;
        browser.click(&format!("language-{language}")).await?;
        browser.goto(&endpoint.url("/inbox")).await?;
        let has_come = "document.querySelector('[data-testid=briefing-item] a') !== null";
        browser.wait_for(has_come, SENDING, "what marketing tells").await?;
        let address_of = async |testid: &str| -> Result<String> {
            let js = format!("document.querySelector('[data-testid={testid}] a')?.href ?? ''");
            Ok(browser.eval(&js).await?.as_str().unwrap_or_default().to_owned())
        };
        let (briefing, group) =
            (address_of("briefing-item").await?, address_of("group-item").await?);
        shoot(browser, &format!("app-inbox-{language}"), &endpoint.url("/inbox")).await?;
        shoot(browser, &format!("app-briefing-{language}"), &briefing).await?;
        if !group.is_empty() {
            shoot(browser, &format!("app-group-{language}"), &group).await?;
        }
        let prepare = endpoint.url("/prepare?customer=Photo%20Dupont%20SA");
        shoot(browser, &format!("app-prepare-{language}"), &prepare).await?;
        shoot(browser, &format!("app-demo-home-{language}"), &endpoint.url("/")).await?;
        shoot(browser, &format!("app-demo-notes-{language}"), &endpoint.url("/notes")).await?;
    }
    rep.browser.close().await?;
    update_readme(&[
        ("console-work-1440x900-light.png", "console.png"),
        ("console-analysis-1440x900-light.png", "analysis.png"),
    ])
}

/// What is there only once somebody has opened it: what another app shared, the rescue file, a memo
/// that is being recorded; and how a page behaves for whoever wants no motion.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_opened_by_hand() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let endpoint = Endpoint::start(folder.path()).await?;
    let conditions = Conditions { has_microphone: true, ..Conditions::default() };
    let rep =
        Rep::enrol_under(&conditions, "Anaïs Field", Engine::Chromium, folder.path(), &endpoint)
            .await?;
    let browser = &rep.browser;
    let open = "document.querySelector('details.rescue').open = true";
    shoot_opened(browser, "app-rescue", &endpoint.url("/device"), open).await?;
    let record = "(document.querySelector('[data-testid=memo-stop]')
        ?? document.querySelector('[data-testid=note-memo]')).click()";
    shoot_opened(browser, "app-recorder", &endpoint.url("/new/need"), record).await?;
    rep.expect_controlled().await?;
    let share = "(async () => {
        const shared = await caches.open('sightline-shared');
        const [waiting] = await shared.keys();
        if (waiting) return null;
        const form = new FormData();
        form.append('text', 'Moins cher chez Lefèvre');
        await fetch('/share', { method: 'POST', body: form, redirect: 'manual' });
        return null;
    })()";
    browser.goto(&endpoint.url("/share")).await?;
    browser.eval(share).await?;
    shoot(browser, "app-share", &endpoint.url("/share")).await?;

    browser.set_media("prefers-reduced-motion", "reduce").await?;
    browser.goto(&endpoint.url("/new/need")).await?;
    browser.wait_element("note-text").await?;
    let moving = "[...document.querySelectorAll('body *')].filter((it) => {
        const { transitionDuration, animationName } = getComputedStyle(it);
        return animationName !== 'none' || !/^0s(, 0s)*$/.test(transitionDuration);
    }).map((it) => it.outerHTML.slice(0, 120))";
    let moving = browser.eval(moving).await?;
    ensure!(moving == serde_json::json!([]), "moves where no motion is wanted: {moving:#}");
    let choose = "document.querySelector('[data-testid=acceptance-4]').click()";
    shoot_opened(browser, "app-chosen", &endpoint.url("/new/acceptance"), choose).await?;
    rep.browser.close().await
}

/// One screen in all sizes, light and dark; the console in both languages.
async fn shoot(browser: &Browser, name: &str, url: &str) -> Result<()> {
    shoot_opened(browser, name, url, "null").await
}

/// The same after a script has opened something on it.
async fn shoot_opened(browser: &Browser, name: &str, url: &str, open: &str) -> Result<()> {
    let open = format!("(() => {{ {open}; return null; }})()");
    for (width, height) in SIZES {
        browser.set_viewport(width, height).await?;
        for (tone, is_dark) in TONES {
            browser.set_dark(is_dark).await?;
            browser.goto(url).await?;
            settle(browser, name).await?;
            browser.eval(&open).await?;
            tokio::time::sleep(Duration::from_millis(700)).await;
            let file = format!("{name}-{width}x{height}-{tone}.png");
            browser.screenshot(&screenshots().join(&file)).await?;
            expect_accessible(browser, &file).await?;
            // The system's colours are the same in light and dark; so is what becomes of ours.
            if !is_dark {
                expect_seen_in_forced_colors(browser, &file).await?;
                let file = format!("{name}-{width}x{height}-forced.png");
                browser.screenshot(&screenshots().join(&file)).await?;
                browser.set_dark(is_dark).await?;
            }
            // On a wider screen a browser's own larger text would ask for the phone's layout as well.
            if width == SIZES[0].0 && name.starts_with("app-") {
                expect_readable_at_twice_the_size(browser, &file).await?;
            }
        }
        if name.starts_with("console-") {
            expect_the_same_of_french(browser, name, &open, (width, height)).await?;
        }
    }
    Ok(())
}

async fn settle(browser: &Browser, name: &str) -> Result<()> {
    // What stands in the page before the app has loaded is none of its screens.
    let is_drawn = "document.querySelector('h1, main > *') !== null
        && document.getElementById('early') === null && document.fonts.status === 'loaded'";
    browser.wait_for(is_drawn, Duration::from_secs(30), name).await
}

/// The console's page in French, light and dark: switched in place, which spares a page's start.
async fn expect_the_same_of_french(
    browser: &Browser,
    name: &str,
    open: &str,
    (width, height): (u32, u32),
) -> Result<()> {
    speak(browser, "fr").await?;
    settle(browser, name).await?;
    browser.eval(open).await?;
    for (tone, is_dark) in TONES {
        browser.set_dark(is_dark).await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let file = format!("{name}-fr-{width}x{height}-{tone}.png");
        if !is_dark {
            browser.screenshot(&screenshots().join(&file)).await?;
        }
        expect_accessible(browser, &file).await?;
        // French is longer: what is too wide for the page shows here first.
        let beyond = "document.documentElement.scrollWidth - innerWidth";
        let beyond = browser.eval(beyond).await?.as_i64().unwrap_or(i64::MAX);
        ensure!(beyond <= 0, "{file}: {beyond} pixels wider than its window");
    }
    speak(browser, "en").await
}

/// Chooses the console's language, in its menu or on the sign-in page.
async fn speak(browser: &Browser, language: &str) -> Result<()> {
    let choose = format!(
        "(() => {{
            document.querySelector('label:has([lang={language}]) input[name=language]').click();
            return null;
        }})()"
    );
    browser.eval(&choose).await?;
    let is_spoken = format!("document.documentElement.lang.startsWith('{language}')");
    browser.wait_for(&is_spoken, Duration::from_secs(10), language).await
}

/// A page on paper: its content alone, on two sheets at most.
async fn put_on_paper(browser: &Browser, name: &str, url: &str, content: &str) -> Result<()> {
    let (width, height) = PAPER;
    browser.set_viewport(width, height).await?;
    browser.set_dark(false).await?;
    browser.goto(url).await?;
    browser.wait_element(if name == "briefing" { "field-status" } else { content }).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sheets = browser.print(&screenshots().join(format!("paper-{name}.pdf"))).await?;
    ensure!((1..=2).contains(&sheets), "{name} goes to {sheets} sheets of paper");
    browser.set_paper(true).await?;
    browser.wait_element(content).await?;
    browser.screenshot(&screenshots().join(format!("paper-{name}.png"))).await?;
    let controls = "[...document.querySelectorAll('.side, nav, button, input, select, textarea')]
        .filter((it) => it.getClientRects().length > 0).map((it) => it.outerHTML.slice(0, 120))";
    let controls = browser.eval(controls).await?;
    ensure!(controls == serde_json::json!([]), "on paper nobody presses: {controls:#}");
    browser.set_paper(false).await
}

/// With text twice as large nothing is cut off sideways (WCAG 2.2, 1.4.4 and 1.4.10).
async fn expect_readable_at_twice_the_size(browser: &Browser, what: &str) -> Result<()> {
    let js = "(() => {
        const { documentElement: root } = document;
        root.style.fontSize = '200%';
        const wide = [...document.querySelectorAll('body *')]
            .filter((it) => it.getBoundingClientRect().right > innerWidth + 1
                && getComputedStyle(it).position !== 'absolute')
            .map((it) => it.outerHTML.slice(0, 120));
        const isCut = root.scrollWidth > innerWidth;
        root.style.fontSize = '';
        return isCut ? wide : [];
    })()";
    let cut = browser.eval(js).await?;
    ensure!(cut == serde_json::json!([]), "{what}: cut off at 200 % text: {cut:#}");
    Ok(())
}

/// The README's pictures, each under a name of its own, where asked for.
fn update_readme(pictures: &[(&str, &str)]) -> Result<()> {
    if std::env::var_os("SIGHTLINE_UPDATE_SCREENSHOTS").is_none_or(|value| value != "1") {
        return Ok(());
    }
    let folder = repository().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    for (from, to) in pictures {
        std::fs::copy(screenshots().join(from), folder.join(to))?;
    }
    Ok(())
}
