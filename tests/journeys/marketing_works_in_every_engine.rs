//! The console in Firefox and WebKitGTK, over the demo's notes: marketing signs in, reads the inbox and
//! classifies by keyboard, decides, and follows a mark of the analysis to its notes. Two write the same
//! briefing at once; it is taken back.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Console, Endpoint, Engine, js_text};

const LOCAL: Duration = Duration::from_secs(60);

const DECISION: &str = "A smaller box for small shops";

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox() -> Result<()> {
    works_in(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_webkit() -> Result<()> {
    works_in(Engine::WebKit).await
}

async fn works_in(engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let endpoint = Endpoint::start_demo(folder.path()).await?;
    let console = Console::sign_in_with(engine, folder.path(), &endpoint).await?;
    let note = classify_by_keys(&console.browser, &endpoint).await?;
    decide(&console.browser, &note).await?;
    follow_a_mark(&console.browser, &endpoint).await?;
    let briefing = write_at_once(&console.browser, &endpoint).await?;
    take_it_back(&console.browser, &briefing).await?;
    console.browser.close().await
}

/// Opens the newest note that is new, with one key, and classifies it with another.
async fn classify_by_keys(browser: &Browser, endpoint: &Endpoint) -> Result<String> {
    browser.goto(&endpoint.url("/console/?state=new")).await?;
    browser.wait_element("inbox-row").await?;
    let newest = "document.querySelector('[data-testid=inbox-row]').dataset.noteId";
    let note = browser.eval(newest).await?.as_str().context("a new note")?.to_owned();
    browser.press("j").await?;
    let is_open = format!(
        "document.querySelector('[data-testid=note-text]') !== null
            && location.search.includes({})",
        js_text(&note)
    );
    browser.wait_for(&is_open, LOCAL, "the newest note").await?;
    browser.press("c").await?;
    wait_state(browser, &note, "classified").await?;
    browser.press("u").await?;
    wait_state(browser, &note, "new").await?;
    browser.press("c").await?;
    wait_state(browser, &note, "classified").await?;
    Ok(note)
}

/// Until the endpoint says that the note is in this state.
async fn wait_state(browser: &Browser, note: &str, state: &str) -> Result<()> {
    let js = format!(
        "fetch('/api/v1/notes/{note}').then((it) => it.json())
            .then((it) => it.note.work.state === {})",
        js_text(state)
    );
    browser.wait_for(&js, LOCAL, state).await
}

/// A decision that cites the note, begun by a key and published.
async fn decide(browser: &Browser, note: &str) -> Result<()> {
    browser.press("d").await?;
    browser.click("decision-kind-product_composition").await?;
    browser.type_text("decision-title-en", DECISION).await?;
    browser.type_text("decision-text-en", "From June on there is a box of six.").await?;
    browser.click("decision-publish").await?;
    wait_state(browser, note, "decided").await
}

/// From the row of a hypothesis to the notes on which it is held: as many as the row says.
async fn follow_a_mark(browser: &Browser, endpoint: &Endpoint) -> Result<()> {
    browser.goto(&endpoint.url("/console/analysis")).await?;
    let links = "[...document.querySelectorAll(
        'section[aria-labelledby=analysis-hypotheses] td a')]
        .filter((it) => Number(it.textContent) > 0 && Number(it.textContent) <= 50)";
    browser.wait_for(&format!("{links}.length > 0"), LOCAL, "marks of hypotheses").await?;
    let count = browser.eval(&format!("Number({links}[0].textContent)")).await?;
    let count = count.as_u64().context("a count")?;
    browser.eval(&format!("(() => {{ {links}[0].click(); return null; }})()")).await?;
    let rows = "document.querySelectorAll('[data-testid=inbox-row]').length";
    let is_there = format!("location.pathname === '/console/' && {rows} === {count}");
    browser.wait_for(&is_there, LOCAL, "the notes of the mark").await?;
    let chosen = "document.querySelector('[data-testid=inbox-hypothesis]').value !== ''";
    ensure!(browser.eval(chosen).await? == true, "the filter shows what is asked for");
    Ok(())
}

/// Somebody else saves another title while one's own is typed. Where they changed the other language
/// both are put together; where they changed the same, one of the two is chosen. Tells the briefing's
/// address.
async fn write_at_once(browser: &Browser, endpoint: &Endpoint) -> Result<String> {
    browser.goto(&endpoint.url("/console/field?tab=briefings")).await?;
    browser.wait_element("field-item").await?;
    let item = "[...document.querySelectorAll('[data-testid=field-item]')]
        .find((it) => it.textContent.includes('Published'))";
    let href = format!("((it) => it.href ?? it.querySelector('a').href)({item})");
    let href = browser.eval(&href).await?.as_str().context("a briefing")?.to_owned();
    let id = href.rsplit('=').next().unwrap_or_default();
    let address = format!("/api/v1/briefings/{id}");
    browser.goto(&href).await?;
    browser.wait_element("briefing-title-en").await?;

    browser.type_text("briefing-title-en", " (mine)").await?;
    change_title(browser, &address, "fr", "(le leur)").await?;
    browser.click("field-save").await?;
    browser.wait_element("field-conflict").await?;
    ensure!(choices(browser).await? == 0, "nothing is asked where they do not meet");
    browser.click("conflict-save").await?;
    wait_titles(browser, &address, "title.en.endsWith('(mine)') && title.fr === '(le leur)'")
        .await?;

    browser.type_text("briefing-title-en", " again").await?;
    change_title(browser, &address, "en", "Theirs").await?;
    browser.click("field-save").await?;
    browser.wait_element("field-conflict").await?;
    ensure!(choices(browser).await? == 1, "what both changed is asked");
    let theirs =
        "(document.querySelectorAll('[data-testid=field-conflict] input')[1].click(), null)";
    browser.eval(theirs).await?;
    browser.click("conflict-save").await?;
    browser.wait_value("briefing-title-en", "Theirs").await?;
    wait_titles(browser, &address, "title.en === 'Theirs' && title.fr === '(le leur)'").await?;
    Ok(address)
}

/// How many parts somebody has to choose.
async fn choices(browser: &Browser) -> Result<u64> {
    let count = "document.querySelectorAll('[data-testid=field-conflict] fieldset').length";
    browser.eval(count).await?.as_u64().context("a count")
}

/// As another marketer's console would.
async fn change_title(browser: &Browser, address: &str, language: &str, words: &str) -> Result<()> {
    let js = format!(
        "fetch('{address}').then(async (answer) => {{
            const {{ briefing }} = await answer.json();
            briefing.text.title.{language} = {};
            const changed = await fetch('{address}', {{
                method: 'PUT',
                headers: {{ 'content-type': 'application/json', 'if-match': answer.headers.get('etag') }},
                body: JSON.stringify(briefing.text),
            }});
            return changed.status;
        }})",
        js_text(words)
    );
    let status = browser.eval(&js).await?;
    ensure!(status == 200, "somebody else's change: {status}");
    Ok(())
}

async fn wait_titles(browser: &Browser, address: &str, is_so: &str) -> Result<()> {
    let js = format!(
        "fetch('{address}').then((it) => it.json())
            .then(({{ briefing: {{ text: {{ title }} }} }}) => {is_so})"
    );
    browser.wait_for(&js, LOCAL, "the titles").await
}

/// The first press asks, the second does it.
async fn take_it_back(browser: &Browser, address: &str) -> Result<()> {
    browser.click("field-take-back").await?;
    browser.click("field-take-back").await?;
    let js = format!(
        "fetch('{address}').then((it) => it.json())
            .then(({{ briefing }}) => briefing.published_at_ms == null)"
    );
    browser.wait_for(&js, LOCAL, "a briefing that is a draft again").await?;
    let is_gone = "document.querySelector('[data-testid=field-take-back]') === null";
    browser.wait_for(is_gone, LOCAL, "nothing to take back").await
}
