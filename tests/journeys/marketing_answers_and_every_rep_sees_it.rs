//! The bargain, both ways: two reps write the same thing offline; marketing gathers it, decides and
//! cites both; each of them sees it, offline as well, and answers in the thread. A question with a
//! quota of two is asked of three reps, a briefing is read and a claim of it doubted, and a customer of
//! a test group is asked offline.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Console, Endpoint, Engine, Rep, js_text};
use protocol::Kind;
use protocol::note::AcceptanceLevel;

const LOCAL: Duration = Duration::from_secs(30);
const SENDING: Duration = Duration::from_secs(150);

const REPS: [(&str, Engine); 3] =
    [("Ana", Engine::Chromium), ("Ben", Engine::Firefox), ("Chloé", Engine::WebKit)];
const WORDS: [&str; 2] = [
    "The lid of the blue box breaks in the cold store",
    "In the cold store the lid of the blue box breaks at once",
];
const CUSTOMERS: [&str; 2] = ["Dupont SA", "Weber GmbH"];
const DECISION: &str = "Thicker lids for the blue box";
const QUESTION: &str = "Do your customers freeze the blue box?";
const BRIEFING: &str = "The blue box in the cold";
const GROUP: &str = "The thicker lid";

#[tokio::test(flavor = "multi_thread")]
async fn in_three_engines() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut endpoint = Endpoint::start(folder.path()).await?;
    let [ana, ben, chloe] = enrolled(folder.path(), &endpoint).await?;
    endpoint.stop().await?;
    for (rep, (words, customer)) in [&ana, &ben].into_iter().zip(WORDS.into_iter().zip(CUSTOMERS)) {
        rep.open_form(Kind::Gap).await?;
        rep.browser.type_text("note-text", words).await?;
        rep.browser.type_text("note-customer", customer).await?;
        rep.browser.type_text("note-product", "Blue box").await?;
        rep.press_save().await?;
    }
    endpoint.start_again().await?;
    for rep in [&ana, &ben] {
        rep.wait_drained(SENDING).await?;
    }

    let console = Console::sign_in(folder.path(), &endpoint).await?;
    let note = gather(&console, &endpoint).await?;
    ask_its_author(&console).await?;
    decide(&console, &endpoint).await?;
    ask_the_field(&console, &endpoint).await?;
    brief(&console, &endpoint).await?;
    test_a_group(&console, &endpoint).await?;

    // What marketing did comes with the next page load; then it is read without a network.
    for rep in [&ana, &ben, &chloe] {
        look(&rep.browser, &endpoint, "question-item").await?;
    }
    endpoint.stop().await?;
    for rep in [&ana, &ben] {
        see_what_became_of_it(rep, &endpoint).await?;
    }
    answer_in_the_thread(&ana, &endpoint, &note).await?;
    answer_the_question(&ana, &endpoint).await?;
    answer_the_question(&ben, &endpoint).await?;
    read_the_briefing(&ana, &endpoint).await?;
    ask_a_customer(&ben, &endpoint).await?;
    let is_told = "document.querySelector('[data-testid=sync-status]').textContent
        .includes('2 answers will be sent')";
    ben.browser.wait_for(is_told, LOCAL, "what waits, by its name").await?;
    endpoint.start_again().await?;
    for rep in [&ana, &ben] {
        rep.wait_drained(SENDING).await?;
    }

    check_what_came_back(&console, &endpoint, &note).await?;
    // The third rep is not asked any more.
    chloe.browser.reload().await?;
    let is_closed = "document.querySelector('[data-testid=question-item]') !== null
        && document.querySelector('[data-testid=answer-choice-0]') === null";
    chloe.browser.wait_for(is_closed, SENDING, "a question that is closed").await?;
    for rep in [ana, ben, chloe] {
        rep.browser.close().await?;
    }
    console.browser.close().await
}

async fn enrolled(folder: &Path, endpoint: &Endpoint) -> Result<[Rep; 3]> {
    let mut reps = Vec::new();
    for (name, engine) in REPS {
        let own = folder.join(name);
        std::fs::create_dir_all(&own)?;
        let none = journeys::Conditions::default();
        reps.push(Rep::enrol_under(&none, name, engine, &own, endpoint).await?);
    }
    reps.try_into().ok().context("three reps")
}

/// Opens what marketing says on a phone, and waits for it.
async fn look(browser: &Browser, endpoint: &Endpoint, testid: &str) -> Result<()> {
    browser.goto(&endpoint.url("/inbox")).await?;
    let is_there = format!("document.querySelector('[data-testid={testid}]') !== null");
    browser.wait_for(&is_there, SENDING, testid).await
}

/// From one note, those that say the same come into one topic. Tells which note.
async fn gather(console: &Console, endpoint: &Endpoint) -> Result<String> {
    let browser = &console.browser;
    browser.goto(&endpoint.url("/console/")).await?;
    browser.wait_element("inbox-row").await?;
    let rows = console.all_rows().await?;
    let (note_id, _) = rows.iter().find(|(_, text)| text == WORDS[0]).context("Ana's note")?;
    browser.goto(&endpoint.url(&format!("/console/?note={note_id}"))).await?;
    browser.wait_element("similar-item").await?;
    browser.click("gather").await?;
    browser.type_text("topic-title", "Lids break in the cold").await?;
    browser.click("topic-save").await?;
    let has_topic = "document.querySelector('[data-testid=note-topic]') !== null";
    browser.wait_for(has_topic, LOCAL, "the note in its topic").await?;
    Ok(note_id.clone())
}

/// In the thread of the note that is open.
async fn ask_its_author(console: &Console) -> Result<()> {
    console.browser.type_text("remark-text", "How cold was it?").await?;
    console.browser.click("remark-send").await?;
    let is_said = "document.querySelector('[data-testid=remark]') !== null";
    console.browser.wait_for(is_said, LOCAL, "a remark in the thread").await
}

async fn answer_in_the_thread(rep: &Rep, endpoint: &Endpoint, note: &str) -> Result<()> {
    let browser = &rep.browser;
    browser.goto(&endpoint.url(&format!("/notes/{note}"))).await?;
    let is_asked = "(document.querySelector('[data-testid=thread-line]')?.textContent ?? '')
        .includes('How cold was it?')";
    browser.wait_for(is_asked, LOCAL, "marketing's words on the note").await?;
    browser.type_text("thread-reply", "About -20").await?;
    browser.click("thread-send").await?;
    let is_said = "document.querySelectorAll('[data-testid=thread-line]').length === 2";
    browser.wait_for(is_said, LOCAL, "the answer in the thread").await
}

/// A decision that cites the topic.
async fn decide(console: &Console, endpoint: &Endpoint) -> Result<()> {
    let browser = &console.browser;
    browser.goto(&endpoint.url("/console/topics")).await?;
    let counts = "document.querySelector('[data-testid=topic-item]')?.textContent ?? ''";
    browser.wait_for(&format!("({counts}).includes('2')"), LOCAL, "a topic of two notes").await?;
    let open =
        "document.querySelector('[data-testid=topic-item] a, a[data-testid=topic-item]').click()";
    browser.eval(&format!("(() => {{ {open}; return null; }})()")).await?;
    browser.click("verb-decide").await?;
    browser.click("decision-kind-product_composition").await?;
    browser.type_text("decision-title-en", DECISION).await?;
    browser.type_text("decision-title-fr", "Des couvercles plus épais").await?;
    browser.type_text("decision-text-en", "From June on all lids have 3 mm.").await?;
    browser.click("decision-publish").await?;
    let is_out = "document.querySelector('[data-testid=decision-publish]') === null";
    browser.wait_for(is_out, LOCAL, "a published decision").await
}

/// A question with two answers, which two reps may give.
async fn ask_the_field(console: &Console, endpoint: &Endpoint) -> Result<()> {
    let browser = &console.browser;
    begin(browser, endpoint, "questions", "question-new").await?;
    browser.type_text("question-text-en", QUESTION).await?;
    for choice in ["Yes", "No"] {
        browser.click("question-choice-add").await?;
        type_into_last(browser, "question-choice-en", choice).await?;
    }
    browser.type_text("question-quota", "2").await?;
    publish(browser).await
}

async fn brief(console: &Console, endpoint: &Endpoint) -> Result<()> {
    let browser = &console.browser;
    begin(browser, endpoint, "briefings", "briefing-new").await?;
    browser.type_text("briefing-subject", "Blue box").await?;
    browser.type_text("briefing-title-en", BRIEFING).await?;
    browser
        .type_text("briefing-text-en", "## Down to -25 °C\n\nThe **box** itself never breaks.")
        .await?;
    browser.click("claim-add").await?;
    type_into_last(browser, "claim-text-en", "No competitor has a lid for the cold").await?;
    publish(browser).await
}

async fn test_a_group(console: &Console, endpoint: &Endpoint) -> Result<()> {
    let browser = &console.browser;
    begin(browser, endpoint, "groups", "group-new").await?;
    browser.type_text("group-title-en", GROUP).await?;
    browser.type_text("group-customer", CUSTOMERS[1]).await?;
    browser.click("group-item-add").await?;
    type_into_last(browser, "group-item-text-en", "How do you like the lid?").await?;
    publish(browser).await
}

/// A new sheet of a kind.
async fn begin(browser: &Browser, endpoint: &Endpoint, tab: &str, new: &str) -> Result<()> {
    browser.goto(&endpoint.url(&format!("/console/field?tab={tab}"))).await?;
    browser.click(new).await
}

/// Asked twice, in place.
async fn publish(browser: &Browser) -> Result<()> {
    browser.click("field-publish").await?;
    let is_asked =
        "document.querySelector('[data-testid=field-publish]')?.dataset.asked === 'true'";
    browser.wait_for(is_asked, LOCAL, "the question whether").await?;
    browser.click("field-publish").await?;
    let is_out =
        "document.querySelector('[data-testid=field-item][data-state=published]') !== null";
    browser.wait_for(is_out, LOCAL, "something published").await
}

/// Types into the last of several fields of one kind.
async fn type_into_last(browser: &Browser, testid: &str, text: &str) -> Result<()> {
    browser.wait_element(testid).await?;
    let js = format!(
        "(() => {{
            const field = [...document.querySelectorAll('[data-testid={testid}]')].at(-1);
            field.value = {};
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
            return null;
        }})()",
        js_text(text)
    );
    browser.eval(&js).await.map(drop)
}

/// The note, its history, the decision and the way back to the note; nobody answers.
async fn see_what_became_of_it(rep: &Rep, endpoint: &Endpoint) -> Result<()> {
    let browser = &rep.browser;
    browser.goto(&endpoint.url("/notes")).await?;
    let decided = "document.querySelector('[data-testid=note-item][data-state=decided]') !== null";
    browser.wait_for(decided, LOCAL, "a note that is decided").await?;
    browser.goto(&endpoint.url("/inbox")).await?;
    let says = format!(
        "(document.querySelector('[data-testid=decision-item]')?.textContent ?? '').includes({})",
        js_text(DECISION)
    );
    browser.wait_for(&says, LOCAL, "the decision").await?;
    browser.click("led-note").await?;
    browser.wait_element("marketing-words").await
}

async fn answer_the_question(rep: &Rep, endpoint: &Endpoint) -> Result<()> {
    rep.browser.goto(&endpoint.url("/inbox")).await?;
    rep.browser.click("answer-choice-0").await?;
    rep.browser.wait_element("answer-said").await
}

async fn read_the_briefing(rep: &Rep, endpoint: &Endpoint) -> Result<()> {
    let browser = &rep.browser;
    browser.goto(&endpoint.url("/inbox")).await?;
    browser.wait_element("briefing-item").await?;
    let open = "document.querySelector('[data-testid=briefing-item] a').click()";
    browser.eval(&format!("(() => {{ {open}; return null; }})()")).await?;
    browser.wait_element("briefing").await?;
    let drawn = "document.querySelector('[data-testid=briefing] strong')?.textContent === 'box'";
    browser.wait_for(drawn, LOCAL, "the briefing's Markdown").await?;
    browser.click("claim-false").await?;
    browser.wait_element("claim-said").await?;
    browser.click("briefing-read").await?;
    let is_read = "document.querySelector('[data-testid=briefing-read]') === null";
    browser.wait_for(is_read, LOCAL, "a briefing that was read").await
}

async fn ask_a_customer(rep: &Rep, endpoint: &Endpoint) -> Result<()> {
    let browser = &rep.browser;
    browser.goto(&endpoint.url("/inbox")).await?;
    browser.wait_element("group-item").await?;
    let open = "document.querySelector('[data-testid=group-item] a').click()";
    browser.eval(&format!("(() => {{ {open}; return null; }})()")).await?;
    browser.click("group-member").await?;
    browser.wait_value("group-customer", CUSTOMERS[1]).await?;
    let step = usize::from(AcceptanceLevel::Likes.step()) - 1;
    browser.click(&format!("group-answer-0-{step}")).await?;
    browser.click("group-save").await?;
    let is_saved = "document.querySelector('[data-testid=group-saved]')?.textContent !== ''";
    browser.wait_for(is_saved, LOCAL, "answers that are saved").await
}

/// In the console: the author's answer, two answers to the question, one reader, one customer's answers.
async fn check_what_came_back(console: &Console, endpoint: &Endpoint, note: &str) -> Result<()> {
    let browser = &console.browser;
    browser.goto(&endpoint.url(&format!("/console/?note={note}"))).await?;
    let answered = "(document.querySelector('[data-testid=remark][data-of-rep=true]')?.textContent
        ?? '').includes('About -20')";
    browser.wait_for(answered, LOCAL, "the author's answer").await?;
    open_first(browser, endpoint, "questions").await?;
    let answers = "document.querySelectorAll('[data-testid=field-answer]').length === 2";
    browser.wait_for(answers, LOCAL, "two answers").await?;
    open_first(browser, endpoint, "briefings").await?;
    browser.wait_element("briefing-read").await?;
    let text =
        browser.eval("document.querySelector('[data-testid=briefing-read]').textContent").await?;
    ensure!(text.as_str().is_some_and(|text| text.contains('1')), "{text} have read the briefing");
    open_first(browser, endpoint, "groups").await?;
    let answers = "document.querySelectorAll('[data-testid=group-answer]').length === 1";
    browser.wait_for(answers, LOCAL, "the customer's answers").await
}

async fn open_first(browser: &Browser, endpoint: &Endpoint, tab: &str) -> Result<()> {
    browser.goto(&endpoint.url(&format!("/console/field?tab={tab}"))).await?;
    browser.wait_element("field-item").await?;
    let open = "document.querySelector('[data-testid=field-item]').click()";
    browser.eval(&format!("(() => {{ {open}; return null; }})()")).await.map(drop)
}
