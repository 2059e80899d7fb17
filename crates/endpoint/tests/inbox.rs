//! The inbox: newest first, filtered, searched, page by page, and a note's detail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::{Device, House, create, gap, note};
use protocol::console::{InboxPage, NoteDetail, Rep};
use protocol::note::{CompetitorSighting, Details, Kind};
use protocol::{Note, NoteId};

struct Desk {
    house: House,
    cookie: String,
}

impl Desk {
    fn open() -> Self {
        let house = House::open();
        let cookie = house.marketer();
        Self { house, cookie }
    }

    fn page(&self, query: &str) -> InboxPage {
        self.house.get(&format!("/api/v1/notes?{query}"), &[("cookie", &self.cookie)]).json()
    }

    fn texts(&self, query: &str) -> Vec<String> {
        self.page(query).notes.into_iter().map(|note| note.note.text).collect()
    }

    fn write(&self, device: &Device, note: Note) {
        self.house.push(device, [&*create(note).json]);
    }
}

#[test]
fn an_empty_inbox_is_an_empty_page() {
    let page = Desk::open().page("");
    assert_eq!(page, InboxPage { notes: Vec::new(), next_before: None });
}

#[test]
fn pages_join_without_a_gap_or_a_repeat_while_notes_arrive() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ops: Vec<_> = (0..120).map(|index| gap(&format!("note {index}"))).collect();
    desk.house.push(&ana, ops.iter().map(|op| &*op.json));
    assert_eq!(desk.page("").notes.len(), 50, "by default");
    let mut seen = Vec::new();
    let mut query = "limit=50".to_owned();
    loop {
        let page = desk.page(&query);
        seen.extend(page.notes.into_iter().map(|note| note.note.text));
        desk.write(&ana, note(Kind::Gap, "arrived meanwhile"));
        let Some(before) = page.next_before else { break };
        query = format!("limit=50&before={}", before.0);
    }
    let expected: Vec<_> = (0..120).rev().map(|index| format!("note {index}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(desk.page("limit=9999").notes.len(), 123);
    assert_eq!(desk.page("limit=0").notes.len(), 1, "a page has at least one note");
    assert_eq!(desk.page("limit=123").next_before, None, "the last page knows it");
}

#[test]
fn filters_by_kind_rep_and_time_combine() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    for (device, name) in [(&ana, "Ana"), (&ben, "Ben")] {
        for kind in Kind::ALL {
            desk.write(device, note(kind, &format!("{name} {kind}")));
        }
    }
    assert_eq!(desk.texts("kind=need"), ["Ben need", "Ana need"]);
    let reps: Vec<Rep> = desk.house.get("/api/v1/reps", &[("cookie", &desk.cookie)]).json();
    let names: Vec<_> = reps.iter().map(|rep| &*rep.name).collect();
    assert_eq!(names, ["Ana", "Ben"]);
    let of_ana = format!("rep={}", reps[0].rep_id);
    assert_eq!(desk.texts(&of_ana), ["Ana gap", "Ana need", "Ana acceptance", "Ana competitor"]);
    assert_eq!(desk.texts(&format!("{of_ana}&kind=gap")), ["Ana gap"]);
    assert_eq!(desk.texts(&format!("{of_ana}&kind=gap&q=ben")), [""; 0]);
    assert_eq!(desk.texts(&format!("{of_ana}&kind=gap&q=ana")), ["Ana gap"]);
    assert_eq!(desk.texts("kind=need&q=a"), ["Ana need"]);
    let id_as_word = reps[0].rep_id.to_string().replace('-', "");
    assert_eq!(desk.texts(&format!("q={id_as_word}")), [""; 0], "marks are no words");
    assert_eq!(desk.texts("kind=&rep=&q=&from_ms=").len(), 8, "an empty value is no filter");
    // As if they had come in a second after one another.
    let sql = "UPDATE note SET received_at_ms = 1000 * seq";
    desk.house.write(move |db| Ok(db.execute(sql, [])?)).unwrap();
    assert_eq!(desk.texts("from_ms=7000"), ["Ben gap", "Ben need"], "from is included");
    assert_eq!(desk.texts("to_ms=2000"), ["Ana competitor"], "to is not");
    assert_eq!(desk.texts("from_ms=2000&to_ms=7000&kind=gap"), ["Ana gap"]);
    assert_eq!(desk.texts("from_ms=9000"), [""; 0]);
    assert_eq!(desk.texts("from_ms=-9223372036854775808&to_ms=9223372036854775807").len(), 8);
}

#[test]
fn time_filters_hold_when_the_endpoints_clock_was_set_back() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let texts = ["a", "b", "c", "d", "e", "f"];
    texts.iter().for_each(|text| desk.write(&ana, note(Kind::Gap, text)));
    let sql = "UPDATE note SET received_at_ms = CASE seq
        WHEN 1 THEN 100 WHEN 2 THEN 900 WHEN 3 THEN 300 WHEN 4 THEN 400 WHEN 5 THEN 950 ELSE 500 END";
    desk.house.write(endpoint::storage::view::catch_up).unwrap();
    desk.house.write(move |db| Ok(db.execute(sql, [])?)).unwrap();
    assert_eq!(desk.texts("from_ms=400"), ["f", "e", "d", "b"]);
    assert_eq!(desk.texts("to_ms=400"), ["c", "a"]);
    assert_eq!(desk.texts("from_ms=300&to_ms=900"), ["f", "d", "c"]);
    assert_eq!(desk.texts("from_ms=300&to_ms=900&before=6&limit=1"), ["d"]);
}

#[test]
fn search_folds_case_and_accents_and_completes_the_last_word() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    desk.write(&ana, note(Kind::Gap, "Trop cher, déjà vu chez L'Oréal"));
    desk.write(&ana, note(Kind::Need, "ÇA MANQUE de vitesse \u{1f680}"));
    desk.write(&ana, note(Kind::Gap, "nothing of the sort"));
    for (query, found) in [
        ("cher", 1),
        ("CHER", 1),
        ("deja%20VU", 1),
        ("d%C3%A9j%C3%A0", 1),
        ("oreal", 1),
        ("l%27or%C3%A9al", 1),
        ("vit", 1),
        ("ca%20manq", 1),
        ("che%20vu", 0),
        ("vu%20che", 1),
        ("cher%20manque", 0),
        ("cher+vu", 1),
        ("absent", 0),
    ] {
        assert_eq!(desk.texts(&format!("q={query}")).len(), found, "{query}");
    }
}

#[test]
fn search_looks_into_customer_product_and_competitor() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    desk.write(
        &ana,
        Note {
            customer: Some("Boulangerie Lefèvre".to_owned()),
            product: Some("Four 3000".to_owned()),
            details: Details::Competitor(CompetitorSighting {
                competitor: Some("Müller & Söhne".to_owned()),
                ..CompetitorSighting::default()
            }),
            ..note(Kind::Competitor, "moins cher")
        },
    );
    for words in ["lefevre", "3000", "muller", "sohne%20boulangerie%20cher"] {
        assert_eq!(desk.texts(&format!("q={words}")), ["moins cher"], "{words}");
    }
}

#[test]
fn a_note_is_found_as_soon_as_it_is_confirmed() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    for index in 0..50 {
        desk.write(&ana, note(Kind::Gap, &format!("unmistakable{index}")));
        assert_eq!(desk.texts(&format!("q=unmistakable{index}")).len(), 1);
    }
    for _ in 0..3 {
        let ops: Vec<_> = (0..1_900).map(|_| gap("thousands")).collect();
        desk.house.push(&ana, ops.iter().map(|op| &*op.json));
    }
    let answer =
        desk.house.get("/api/v1/export?format=ndjson&q=thousand", &[("cookie", &desk.cookie)]);
    let found = answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    assert_eq!(found, 5_700);
}

#[test]
fn view_and_search_catch_up_when_nobody_asks() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    desk.write(&ana, note(Kind::Gap, "words"));
    let behind = "SELECT (SELECT max(seq) FROM op) -
        (SELECT value FROM meta WHERE name = 'searchable_to')";
    // A minute, for machines that have much else to do.
    for _ in 0..1_200 {
        if desk.house.count_now(behind) == 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it never caught up");
}

#[test]
fn nothing_in_a_search_is_taken_for_a_language() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    desk.write(&ana, note(Kind::Gap, "NOT NEAR AND OR text"));
    for words in [
        "%22",
        "%22%22%22",
        "*",
        "text*",
        "NOT%20text",
        "a%20OR",
        "text%3A",
        "NEAR(text%2C1)",
        "%5E",
        "(",
        ")",
        "-text",
        "%7Bcustomer%7D%3Atext",
        "%00",
        "%27%3B%20DROP%20TABLE%20note%3B--",
        "%F0%9F%9A%80",
        "%EF%BF%BF",
        "%20",
    ] {
        desk.page(&format!("q={words}"));
    }
    assert_eq!(desk.texts("q=not%20near%20and%20or%20te"), ["NOT NEAR AND OR text"]);
    let long = "x%20".repeat(1_500);
    desk.page(&format!("q={long}"));
    assert_eq!(desk.house.count("SELECT count(*) FROM note"), 1);
}

#[test]
fn a_notes_detail_tells_device_and_history() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let op = gap("words \u{1f469}\u{200d}\u{1f680}");
    desk.house.push(&ana, [&*op.json]);
    let listed = desk.page("").notes.remove(0);
    let address = |id: NoteId| format!("/api/v1/notes/{id}");
    let detail: NoteDetail =
        desk.house.get(&address(listed.note_id), &[("cookie", &desk.cookie)]).json();
    assert_eq!(detail.note, listed);
    assert_eq!(detail.device_id, ana.id);
    assert_eq!(detail.device_name, "Pixel");
    assert_eq!(detail.history.len(), 1);
    assert_eq!(detail.history[0].op_id, op.op_id);
    assert_eq!(detail.history[0].action, "create");
    let unknown = desk.house.get(&address(fixture::note_id()), &[("cookie", &desk.cookie)]);
    unknown.assert_problem(404, "not_found");
}

#[test]
fn quarantine_shows_the_newest_and_never_a_hundred_megabytes() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    for index in 0..10 {
        let op = gap(&format!("{index} {}", "x".repeat(400 * 1024)));
        desk.house.push(&ana, [&*op.json]);
    }
    let answer = desk.house.get("/api/v1/quarantine", &[("cookie", &desk.cookie)]);
    assert!(answer.body.len() < 4 << 20, "{}", answer.body.len());
    let page: protocol::console::QuarantinePage = answer.json();
    assert_eq!(page.total, 10);
    assert!(page.entries.len() >= 5);
    assert!(page.entries[0].raw.contains("\"9 xxx"));
}
