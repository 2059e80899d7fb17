//! Among hundreds of notes the one that a rep remembers half is found, by words without accents and
//! by filter, while few rows are in the page; and it can be said again, and taken back.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Endpoint, Engine, Rep, Sample, customer_words, js_text};
use protocol::{Kind, NoteId};

/// For what happens on the device alone.
const LOCAL: Duration = Duration::from_secs(30);
/// For backoff and sending.
const SENDING: Duration = Duration::from_secs(150);

/// Rows of the list in the page: never more than fill a few screens.
const ROWS: &str = "document.querySelectorAll('.notes-list [data-testid=note-item]').length";
const ROWS_MAX: usize = 60;

/// Notes of customers' words, and with the two that are looked for.
const MANY: usize = 149;
const ALL: usize = MANY + 2;

#[tokio::test(flavor = "multi_thread")]
async fn among_a_hundred_and_fifty() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let rep = Rep::enrol(Engine::Chromium, folder.path(), &endpoint).await?;
    let special = Sample::plain(Kind::Need, "L’Œuf dur, un ÉCART de taille qui déplaît");
    let many = customer_words(MANY)?;
    rep.save(&special).await?;
    rep.save_all(&many).await?;
    rep.wait_pending(0, SENDING).await?;
    endpoint.stop().await?;
    let unsent = Sample::plain(Kind::Need, "Un second oeuf, plus petit, demandé hors réseau");
    rep.save(&unsent).await?;

    expect_today(&rep, ALL).await?;
    let browser = &rep.browser;
    browser.goto(&endpoint.url("/notes")).await?;
    few_rows_wherever_it_is_scrolled(browser).await?;
    found_by_words(browser).await?;
    found_by_filter(&rep, &many).await?;
    by_keyboard(browser).await?;
    said_again(&rep, &unsent).await?;
    taken_back(&rep, &unsent).await?;
    rep.browser.close().await
}

/// The first screen shows few of them, and how many there are of today.
async fn expect_today(rep: &Rep, count: usize) -> Result<()> {
    let told = format!(
        "document.querySelector('[data-testid=today-count]')?.textContent === '{count} notes'"
    );
    rep.browser.wait_for(&told, LOCAL, "the number of today's notes").await?;
    ensure!(rep.rows().await?.len() == 8, "eight notes on the first screen");
    Ok(())
}

async fn few_rows_wherever_it_is_scrolled(browser: &Browser) -> Result<()> {
    browser.wait_element("note-item").await?;
    for share in [0.0, 0.3, 0.7, 1.0, 1.0] {
        browser.eval(&format!("scrollTo(0, document.body.scrollHeight * {share})")).await?;
        let is_full = "[0.2, 0.5, 0.8].every((share) =>
            document.elementFromPoint(innerWidth / 2, innerHeight * share)
                ?.closest('[data-testid=note-item], h2, h1, .field, .extras, nav') != null)";
        browser.wait_for(is_full, LOCAL, "rows where the list is scrolled to").await?;
        let rows = browser.eval(ROWS).await?.as_u64().unwrap_or(u64::MAX);
        ensure!(rows <= ROWS_MAX as u64, "{rows} rows in the page at {share}");
    }
    let is_all =
        format!("document.querySelector('[data-testid=notes-rows]').dataset.count === '{ALL}'");
    browser.wait_for(&is_all, LOCAL, "all notes in the list").await?;
    browser.eval("scrollTo(0, 0)").await.map(drop)
}

/// Waits until exactly these many notes are listed.
async fn wait_count(browser: &Browser, count: usize) -> Result<()> {
    let js = format!(
        "document.querySelector('[data-testid=notes-rows]').dataset.count === '{count}'
            && document.querySelector('[data-testid=notes-rows]').dataset.whole === 'true'"
    );
    browser.wait_for(&js, LOCAL, &format!("{count} notes found")).await
}

/// What is marked in the rows.
async fn marks(browser: &Browser) -> Result<Vec<String>> {
    let js = "[...document.querySelectorAll('mark')].map((mark) => mark.textContent)";
    Ok(serde_json::from_value(browser.eval(js).await?)?)
}

async fn search(browser: &Browser, words: &str) -> Result<()> {
    browser.clear("notes-search").await?;
    browser.type_text("notes-search", words).await
}

async fn found_by_words(browser: &Browser) -> Result<()> {
    search(browser, "oeuf ecart").await?;
    wait_count(browser, 1).await?;
    ensure!(marks(browser).await? == ["Œuf", "ÉCART"], "{:?}", marks(browser).await?);
    search(browser, "ŒUF").await?;
    wait_count(browser, 2).await?;

    search(browser, "nobodywrotethis").await?;
    browser.wait_element("notes-no-match").await?;
    browser.click("notes-clear").await?;
    wait_count(browser, ALL).await?;
    let is_empty = "document.querySelector('[data-testid=notes-search]').value === ''";
    browser.wait_for(is_empty, LOCAL, "an empty search").await
}

async fn found_by_filter(rep: &Rep, many: &[Sample]) -> Result<()> {
    let browser = &rep.browser;
    let needs = many.iter().filter(|sample| sample.kind == Kind::Need).count() + 2;
    browser
        .eval("(document.querySelector('[data-testid=notes-filters] summary').click(), null)")
        .await?;
    let count_of = |chip: &str, count: usize| {
        format!(
            "document.querySelector('[data-testid=filter-{chip}] .chip-count')?.textContent === '{count}'"
        )
    };
    browser.wait_for(&count_of("need", needs), LOCAL, "how many needs there are").await?;
    browser.wait_for(&count_of("saved", 1), LOCAL, "how many wait").await?;
    browser.click("filter-need").await?;
    wait_count(browser, needs).await?;
    browser.click("filter-saved").await?;
    wait_count(browser, 1).await?;
    browser.click("filter-saved").await?;
    browser.click("filter-need").await?;
    wait_count(browser, ALL).await
}

/// A key as a keyboard without a test driver's help would send it.
async fn press(browser: &Browser, key: &str) -> Result<()> {
    let js = format!(
        "(document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
            {{ key: {}, bubbles: true, cancelable: true }})), null)",
        js_text(key)
    );
    browser.eval(&js).await.map(drop)
}

async fn by_keyboard(browser: &Browser) -> Result<()> {
    browser.eval("(document.activeElement.blur(), null)").await?;
    press(browser, "/").await?;
    let is_there = "document.activeElement.dataset.testid === 'notes-search'";
    browser.wait_for(is_there, LOCAL, "the search with the focus").await?;
    press(browser, "ArrowDown").await?;
    let place = "[...document.querySelectorAll('.notes-list [data-testid=note-item]')]
        .indexOf(document.activeElement.closest('[data-testid=note-item]'))";
    browser.wait_for(&format!("{place} === 0"), LOCAL, "the first row with the focus").await?;
    for _ in 0..3 {
        press(browser, "j").await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    press(browser, "k").await?;
    browser.wait_for(&format!("{place} === 2"), LOCAL, "the third row with the focus").await?;
    let open = "(document.activeElement.click(), null)";
    browser.eval(open).await?;
    browser.wait_element("note-history").await
}

/// Opens the one note that has these words.
async fn open(rep: &Rep, sample: &Sample) -> Result<NoteId> {
    let browser = &rep.browser;
    let list = "(document.querySelector('nav a[href=\"/notes\"]').click(), null)";
    browser.eval(list).await?;
    browser.wait_for("location.pathname === '/notes'", LOCAL, "the list").await?;
    search(browser, &sample.text).await?;
    wait_count(browser, 1).await?;
    let note = rep.rows().await?.pop().context("a note that is found has a row")?;
    browser.eval("(document.querySelector('[data-testid=note-item] a').click(), null)").await?;
    browser.wait_element("note-history").await?;
    Ok(note.note_id)
}

/// Duplicated, but never over a draft that has words.
async fn said_again(rep: &Rep, sample: &Sample) -> Result<()> {
    let browser = &rep.browser;
    rep.go_home().await?;
    browser.click("capture-need").await?;
    browser.type_text("note-text", "Begun and not saved").await?;
    // Long enough to be kept.
    tokio::time::sleep(Duration::from_secs(1)).await;
    rep.go_home().await?;
    open(rep, sample).await?;
    browser.click("note-duplicate").await?;
    browser.wait_element("duplicate-replace").await?;
    browser.click("duplicate-open").await?;
    let says =
        |words: &str| format!("document.querySelector('textarea')?.value === {}", js_text(words));
    browser.wait_for(&says("Begun and not saved"), LOCAL, "the draft as it was").await?;
    open(rep, sample).await?;
    browser.click("note-duplicate").await?;
    browser.click("duplicate-replace").await?;
    browser.wait_for(&says(&sample.text), LOCAL, "what the note says").await?;
    browser.type_text("note-text", " — encore").await?;
    browser.click("note-save").await?;
    browser.wait_for("location.pathname === '/'", LOCAL, "home after saving").await?;
    rep.wait_pending(2, LOCAL).await
}

/// Withdrawn after a question that may be answered with no.
async fn taken_back(rep: &Rep, sample: &Sample) -> Result<()> {
    let browser = &rep.browser;
    let again = Sample::plain(sample.kind, format!("{} encore", sample.text));
    let note_id = open(rep, &again).await?;
    browser.click("note-withdraw").await?;
    browser.click("withdraw-not").await?;
    browser.wait_element("note-withdraw").await?;
    rep.wait_pending(2, LOCAL).await?;
    browser.click("note-withdraw").await?;
    browser.click("withdraw-sure").await?;
    browser.wait_element("withdrawn").await?;
    let events = "[...document.querySelectorAll('[data-testid=note-history] li')]
        .map((line) => line.dataset.event).join(' ') === 'saved withdrawn'";
    browser.wait_for(events, LOCAL, "both in the note's history").await?;
    let in_list = format!(
        "document.querySelector('[data-note-id=\"{note_id}\"]')?.dataset.withdrawn === 'true'"
    );
    browser.wait_for(&in_list, LOCAL, "the note in the list as withdrawn").await
}
