//! `sightline demo`: an empty folder becomes a company's last twenty weeks; any other is left alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use endpoint::demo::{Wanted, fill};
use fixture::{House, enrol};
use protocol::console::analysis::Analysis;
use protocol::console::field::{Briefing, Question, QuestionDetail, TestGroup, TestGroupDetail};
use protocol::console::people::People;
use protocol::console::reference::{ReferencePage, UnknownName};
use protocol::console::{InboxNote, InboxPage};
use protocol::mail::{Content, Letter};
use protocol::note::Kind;
use protocol::pull::{Change, PullAnswer, RawChange, What};

fn sightline(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sightline"))
        .args(arguments)
        .arg("--data-dir")
        .arg(folder)
        .output()
        .unwrap()
}

fn notes_of(folder: &Path) -> Vec<InboxNote> {
    let output = sightline(folder, &["export", "--format", "ndjson"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn filled(notes: u32) -> House {
    let house = House::open();
    let now_ms = endpoint::clock::now_ms();
    house.write(move |db| fill(db, Wanted { notes, seed: 7 }, now_ms)).unwrap();
    house
}

#[test]
fn an_empty_folder_is_filled_and_another_is_left_alone() {
    let folder = tempfile::TempDir::new().unwrap();
    let output = sightline(folder.path(), &["demo", "--notes", "300"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("http://127.0.0.1:8080/enrol#"), "{said}");
    assert!(said.contains("/console/sign-in#"), "{said}");
    assert_eq!(notes_of(folder.path()).len(), 300);

    let again = sightline(folder.path(), &["demo"]);
    assert!(!again.status.success());
    assert!(again.stdout.is_empty());
    let why = String::from_utf8(again.stderr).unwrap();
    assert_eq!(why.trim_end().lines().count(), 1, "{why}");
    assert_eq!(notes_of(folder.path()).len(), 300, "nothing was added");

    let used = tempfile::TempDir::new().unwrap();
    assert!(sightline(used.path(), &["invite", "--rep", "Ana"]).status.success());
    assert!(!sightline(used.path(), &["demo"]).status.success());
}

#[test]
fn the_same_seed_makes_the_same_notes_and_another_makes_others() {
    let words = |seed: u64, days_later: i64| {
        let house = House::open();
        let now_ms = endpoint::clock::now_ms() + days_later * 24 * 3_600_000;
        house.write(move |db| fill(db, Wanted { notes: 200, seed }, now_ms)).unwrap();
        let rows = |db: &rusqlite::Connection| {
            let mut query = db.prepare("SELECT text, customer, product FROM note ORDER BY seq")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<Vec<(String, Option<String>, Option<String>)>, _>>()?)
        };
        house.read(rows).unwrap()
    };
    let (first, other) = (words(3, 0), words(4, 0));
    // The clock decides when, and with that how far prices and liking have come: nothing else.
    let again = words(3, 3);
    let same = first.iter().zip(&again).filter(|(a, b)| a == b).count();
    assert!(same > 180, "{same} of 200");
    let same = first.iter().zip(&other).filter(|(a, b)| a == b).count();
    assert!(same < 20, "{same} of 200");
}

#[test]
fn it_is_believable() {
    let house = filled(1_500);
    let cookie = house.marketer();
    let headers = [("cookie", &*cookie)];
    let mut notes: Vec<InboxNote> = Vec::new();
    let mut query = "limit=200".to_owned();
    loop {
        let page: InboxPage = house.get(&format!("/api/v1/notes?{query}"), &headers).json();
        notes.extend(page.notes);
        let Some(before) = page.next_before else { break };
        query = format!("limit=200&before={}", before.0);
    }
    assert_eq!(notes.len(), 1_500);
    assert!(notes.is_sorted_by(|a, b| a.received_at_ms >= b.received_at_ms));
    let now_ms = endpoint::clock::now_ms();
    assert!(
        notes
            .iter()
            .all(|it| it.received_at_ms <= now_ms && it.saved_at.unix_ms <= it.received_at_ms)
    );
    let span_days = (now_ms - notes.last().unwrap().received_at_ms) / (24 * 3_600_000);
    assert!((120..=140).contains(&span_days), "{span_days}");
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    notes.iter().for_each(|it| *kinds.entry(it.note.kind()).or_default() += 1);
    assert!(kinds.len() == 4 && kinds.values().all(|count| *count > 150), "{kinds:?}");
    let texts: BTreeSet<&str> = notes.iter().map(|it| &*it.note.text).collect();
    assert!(texts.len() > 1_100, "{} different texts", texts.len());
    let is_french = |text: &&&str| text.contains(['é', 'à', 'ê', 'ç', 'è']);
    let french = texts.iter().filter(is_french).count();
    assert!(french > 250 && french < 1_200, "{french} in French");

    let people: People = house.get("/api/v1/people", &headers).json();
    assert_eq!(people.reps.len(), 12);
    assert!(people.reps.iter().all(|rep| rep.region.is_some() && rep.notes > 0));
    for (of, count) in [("customer", 40), ("product", 8), ("competitor", 6)] {
        let page: ReferencePage = house.get(&format!("/api/v1/reference?of={of}"), &headers).json();
        assert_eq!(page.total, count, "{of}");
        assert!(page.entries.iter().all(|entry| entry.notes > 0), "{of}");
    }
    let unknown: Vec<UnknownName> =
        house.get("/api/v1/reference/unknown?of=customer", &headers).json();
    assert!(unknown.iter().any(|name| !name.suggestions.is_empty()), "there is work to do");

    let analysis: Analysis = house.get("/api/v1/analysis", &headers).json();
    assert_eq!(analysis.notes, 1_500);
    let kestrel = analysis.prices.iter().find(|it| it.competitor == "Kestrel Imaging").unwrap();
    let (first, last) = (kestrel.points.first().unwrap(), kestrel.points.last().unwrap());
    assert!(kestrel.points.len() > 10 && last.median < first.median, "prices move");
    assert!(kestrel.regions.len() > 1);
    assert_eq!(analysis.acceptance.len(), 8);
    assert!(analysis.needs.iter().any(|it| it.customers > 4 && !it.title.is_empty()));
    assert!(analysis.gaps.len() >= 4);
    assert!(analysis.hypotheses.iter().all(|it| it.named > it.confirmed && it.confirmed > 0));
    let response = analysis.response;
    assert!(response.read.unwrap().n > 1_000 && response.closed.unwrap().n > 50);
    assert!(response.open > 0);
}

#[test]
fn the_field_was_asked_and_has_answered() {
    let house = filled(60);
    let cookie = house.marketer();
    let headers = [("cookie", &*cookie)];
    let briefings: Vec<Briefing> = house.get("/api/v1/briefings", &headers).json();
    assert_eq!(briefings.len(), 3);
    assert!(briefings.iter().any(|it| it.acknowledged >= 5));
    assert!(briefings.iter().any(|it| it.published_at_ms.is_none()), "a draft among them");
    let questions: Vec<Question> = house.get("/api/v1/questions", &headers).json();
    let closed = questions.iter().find(|it| it.closed_at_ms.is_some()).unwrap();
    assert_eq!(closed.answered, 6);
    let path = format!("/api/v1/questions/{}", closed.question_id);
    let detail: QuestionDetail = house.get(&path, &headers).json();
    assert!(detail.answers.iter().any(|answer| answer.is_late));
    let groups: Vec<TestGroup> = house.get("/api/v1/test-groups", &headers).json();
    let path = format!("/api/v1/test-groups/{}", groups[0].test_group_id);
    let detail: TestGroupDetail = house.get(&path, &headers).json();
    assert_eq!((detail.test_group.answered, detail.answers.len()), (3, 5));
    let published = "SELECT count(*) FROM decision WHERE published_at_ms IS NOT NULL";
    assert_eq!(house.count_now(published), 3);
    let decided = "SELECT count(*) FROM work WHERE state = 'decided' AND note_id NOT IN
        (SELECT note_id FROM decision_note)";
    assert_eq!(house.count_now(decided), 0, "what is decided is cited");
}

#[test]
fn the_link_lets_a_rep_in_who_finds_notes_and_mail() {
    let house = House::open();
    let now_ms = endpoint::clock::now_ms();
    let links = house.write(move |db| fill(db, Wanted { notes: 150, seed: 1 }, now_ms)).unwrap();
    let (device, answer) = enrol(house.address, links.invitation);
    assert_eq!(answer.rep_name, "Amélie Roux");
    let (mut ops, mut mail, mut cursor) = (0, BTreeMap::new(), String::new());
    loop {
        let path = format!("/api/v1/pull?limit=200&request_id={}{cursor}", fixture::batch_id());
        let page: PullAnswer<RawChange> = house.get_as(&device, &path).sealed_for(&device);
        for raw in &page.changes {
            match Change::read(raw).unwrap().what {
                What::Op(_) => ops += 1,
                What::Mail(letter) => {
                    let letter: Letter<'_> = serde_json::from_str(letter.get()).unwrap();
                    let content: Content =
                        serde_json::from_str(letter.content.unwrap().get()).unwrap();
                    let kind = letter.key.split('/').next().unwrap().to_owned();
                    assert_eq!(letter.key, content.key());
                    *mail.entry(kind).or_insert(0) += 1;
                }
            }
        }
        if !page.has_more {
            break;
        }
        cursor = format!("&cursor={}", page.next_cursor);
    }
    assert!(ops > 5, "{ops} operations of the rep's other phone");
    let kinds: Vec<&str> = mail.keys().map(String::as_str).collect();
    let expected = ["briefing", "decision", "progress", "question", "reference", "test_group"];
    assert_eq!(kinds, expected);
    assert_eq!((mail["reference"], mail["decision"], mail["briefing"]), (54, 3, 2));
    let code = serde_json::json!({ "code": links.sign_in });
    assert_eq!(house.post_json("/api/v1/session", &code).status, 200);
}
