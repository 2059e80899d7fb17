//! Reference data: entries and the names that mean them, imported, merged, and known to every rep.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fixture::{Answer, House, batch_id, create, note};
use protocol::Note;
use protocol::console::reference::{ImportReport, ReferenceEntry, ReferencePage, UnknownName};
use protocol::mail::{Content, Letter};
use protocol::note::Kind;
use protocol::pull::{Change, PullAnswer, RawChange, What};
use serde_json::{Value, json};

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

    fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_as(method, path, "application/json", &serde_json::to_vec(body).unwrap())
    }

    fn send_as(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> Answer {
        let headers = [
            ("cookie", &*self.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", media_type),
        ];
        self.house.send(method, &format!("/api/v1/reference{path}"), &headers, Some(body))
    }

    fn make(&self, of: &str, name: &str) -> ReferenceEntry {
        self.send("POST", "", &json!({ "of": of, "name": name })).json()
    }

    fn alias(&self, entry: &ReferenceEntry, name: &str) -> Answer {
        self.send("POST", &format!("/{}/aliases", entry.reference_id), &json!({ "name": name }))
    }

    fn page(&self, query: &str) -> ReferencePage {
        let path = format!("/api/v1/reference?{query}");
        self.house.get(&path, &[("cookie", &self.cookie)]).json()
    }

    fn names(&self, query: &str) -> Vec<String> {
        self.page(query).entries.into_iter().map(|entry| entry.text.name).collect()
    }

    fn unknown(&self, of: &str) -> Vec<UnknownName> {
        let path = format!("/api/v1/reference/unknown?of={of}");
        self.house.get(&path, &[("cookie", &self.cookie)]).json()
    }

    fn import(&self, query: &str, csv: &[u8]) -> ImportReport {
        self.send_as("POST", &format!("/import?{query}"), "text/csv", csv).json()
    }

    /// Names of the reference data that a new device of this rep has, and how many were taken back.
    fn known_to(&self, rep: &str) -> (BTreeSet<String>, usize) {
        let device = self.house.enrol(rep);
        let (mut names, mut taken_back) = (BTreeSet::new(), 0);
        let path = format!("/api/v1/pull?limit=200&request_id={}", batch_id());
        let answer: PullAnswer<RawChange> = self.house.get_as(&device, &path).sealed_for(&device);
        assert!(!answer.has_more);
        for raw in &answer.changes {
            let What::Mail(letter) = Change::read(raw).unwrap().what else { continue };
            let letter: Letter<'_> = serde_json::from_str(letter.get()).unwrap();
            match letter.content.map(|it| serde_json::from_str(it.get()).unwrap()) {
                Some(Content::Reference(reference)) => _ = names.insert(reference.name),
                Some(other) => panic!("{other:?}"),
                None => taken_back += 1,
            }
        }
        (names, taken_back)
    }

    fn notes_on(&self, customers: &[&str]) {
        let ana = self.house.enrol("Ana");
        let note = |customer: &&str| {
            let customer = Some((*customer).to_owned());
            create(Note { customer, ..note(Kind::Gap, "x") })
        };
        let ops: Vec<_> = customers.iter().map(note).collect();
        self.house.push(&ana, ops.iter().map(|op| &*op.json));
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn entries_are_told_to_everyone_and_names_are_unique_however_they_are_written() {
    let desk = Desk::open();
    let product = json!({ "of": "product", "name": " Alpha ", "region": "lost",
        "price": { "amount": "12.5", "currency": "EUR", "unit": "kg" } });
    let alpha: ReferenceEntry = desk.send("POST", "", &product).json();
    assert_eq!((&*alpha.text.name, &alpha.text.region), ("Alpha", &None));
    assert_eq!(alpha.text.price.as_ref().unwrap().to_string(), "12.5 EUR/kg");
    desk.make("customer", "Alpha");
    assert_eq!(desk.known_to("Ana").0, set(&["Alpha"]));
    let taken = desk.send("POST", "", &json!({ "of": "product", "name": "ÁLPHA" }));
    let detail = taken.assert_problem(409, "name_taken");
    assert!(detail.contains("Alpha"), "{detail}");
    for name in [" ", "\u{301}", &"x".repeat(201)] {
        let blank = json!({ "of": "product", "name": name });
        desk.send("POST", "", &blank).assert_problem(422, "invalid_field");
    }

    let renamed = json!({ "of": "product", "name": "Alpha 2" });
    let path = format!("/{}", alpha.reference_id);
    let changed: ReferenceEntry = desk.send("PUT", &path, &renamed).json();
    assert_eq!(changed.aliases, ["Alpha"], "what it was called still means it");
    assert_eq!(desk.known_to("Ben").0, set(&["Alpha", "Alpha 2"]), "the customer, and it");
    let back: ReferenceEntry =
        desk.send("PUT", &path, &json!({ "of": "product", "name": "alpha" })).json();
    assert_eq!((&*back.text.name, back.aliases), ("alpha", vec!["Alpha 2".to_owned()]));
    let other = json!({ "of": "customer", "name": "Alpha 3" });
    desk.send("PUT", &path, &other).assert_problem(422, "invalid_field");
    desk.send("PUT", "/x", &other).assert_problem(404, "not_found");
    assert_eq!(desk.send("DELETE", &path, &json!(null)).status, 204);
    assert_eq!(desk.known_to("Cleo"), (set(&["Alpha"]), 1), "gone is taken back");
    desk.send("DELETE", &path, &json!(null)).assert_problem(404, "not_found");
    let deeds = "SELECT count(*) FROM deed WHERE what LIKE 'reference_%'";
    assert_eq!(desk.house.count_now(deeds), 5);
}

#[test]
fn an_alias_counts_its_notes_and_a_merge_keeps_all_names() {
    let desk = Desk::open();
    desk.notes_on(&["Dupont SA", "dupont sa", "Dupont", "DUPOND", "Durand", " "]);
    let dupont = desk.make("customer", "Dupont SA");
    assert_eq!(dupont.notes, 2);
    let entry: ReferenceEntry = desk.alias(&dupont, "Dupont").json();
    assert_eq!((entry.notes, entry.aliases), (3, vec!["Dupont".to_owned()]));
    let region = json!({ "of": "customer", "name": "Dupond", "region": "Nord", "segment": "B" });
    let dupond: ReferenceEntry = desk.send("POST", "", &region).json();
    desk.alias(&dupond, "Dupont").assert_problem(409, "name_taken");
    desk.alias(&dupont, "DUPONT  SA").json::<ReferenceEntry>();
    assert_eq!(desk.names("of=customer&q=dupon"), ["Dupond", "Dupont SA"]);
    assert_eq!(desk.names("of=customer&q=%25"), [""; 0], "no wild cards");

    let merge = format!("/{}/merge", dupont.reference_id);
    let one: ReferenceEntry =
        desk.send("POST", &merge, &json!({ "other": dupond.reference_id })).json();
    assert_eq!((one.notes, &one.aliases), (4, &vec!["Dupond".to_owned(), "Dupont".to_owned()]));
    assert_eq!(one.text.region.as_deref(), Some("Nord"), "what it did not say, the other did");
    assert_eq!(desk.known_to("Ben"), (set(&["Dupont SA"]), 1));
    desk.send("POST", &merge, &json!({ "other": dupond.reference_id }))
        .assert_problem(404, "not_found");
    let itself = json!({ "other": dupont.reference_id });
    desk.send("POST", &merge, &itself).assert_problem(422, "invalid_field");
    let product = desk.make("product", "Dupont SA");
    let product = json!({ "other": product.reference_id });
    desk.send("POST", &merge, &product).assert_problem(422, "invalid_field");

    let alias = format!("/{}/aliases?name=DUPONT", dupont.reference_id);
    let without: ReferenceEntry = desk.send("DELETE", &alias, &json!(null)).json();
    assert_eq!((without.notes, without.aliases.len()), (3, 1));
    desk.send("DELETE", &alias, &json!(null)).assert_problem(404, "not_found");
    let own = format!("/{}/aliases?name=Dupont%20SA", dupont.reference_id);
    desk.send("DELETE", &own, &json!(null)).assert_problem(404, "not_found");
}

#[test]
fn unknown_names_are_counted_and_suggest_what_they_may_mean() {
    let desk = Desk::open();
    let (dupont, _) =
        (desk.make("customer", "Dupont SA"), desk.make("customer", "Café Rive Gauche"));
    desk.notes_on(&["Dupont S.A.R.L.", "DUPONT s.a.r.l.", "Cafe Rive-Gauche", "Zyx", "dupont sa"]);
    let unknown = desk.unknown("customer");
    let told: Vec<_> = unknown
        .iter()
        .map(|it| (it.notes, it.suggestions.first().map(|(_, name)| &**name)))
        .collect();
    let expected = [(2, Some("Dupont SA")), (1, Some("Café Rive Gauche")), (1, None)];
    assert_eq!(told, expected);
    assert_eq!(unknown[0].suggestions[0].0, dupont.reference_id);
    desk.alias(&dupont, "dupont sarl").json::<ReferenceEntry>();
    desk.alias(&dupont, &unknown[0].name).json::<ReferenceEntry>();
    assert_eq!(desk.unknown("customer").len(), 2);
    assert!(desk.unknown("product").is_empty());
}

#[test]
fn a_note_that_changes_its_customer_is_counted_anew() {
    use protocol::{Action, OpBody, OpId};
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let on = |customer: &str| {
        let customer = Some(customer.to_owned());
        Note { customer, ..note(Kind::Gap, "x") }
    };
    let first = create(on("Dupont"));
    desk.house.push(&ana, [&*first.json]);
    assert_eq!(desk.unknown("customer")[0].name, "Dupont");
    let value: Value = serde_json::from_str(&first.json).unwrap();
    let note_id = serde_json::from_value(value["body"]["note_id"].clone()).unwrap();
    let mut last: OpId = serde_json::from_value(value["op_id"].clone()).unwrap();
    let mut go_on = |action| {
        let body = OpBody { note_id, parents: vec![last], ..fixture::body_of(action) };
        last = fixture::op_id();
        desk.house.push(&ana, [&*body.seal(last).unwrap().json]);
    };
    go_on(Action::Edit(on("Durand")));
    let names: Vec<_> =
        desk.unknown("customer").into_iter().map(|it| (it.name, it.notes)).collect();
    assert_eq!(names, [("Durand".to_owned(), 1)]);
    go_on(Action::Withdraw);
    assert!(desk.unknown("customer").is_empty());
}

#[test]
fn a_file_is_previewed_then_written_with_its_broken_lines_left_out() {
    let desk = Desk::open();
    let dupont = desk.make("customer", "Dupont SA");
    desk.alias(&dupont, "Dupont").json::<ReferenceEntry>();
    let csv = "\u{feff}Nom;Région;Segment;Alias\r\n\
        Dupont;Nord;B;\r\n\
        DUPONT SA;;;\r\n\
        Martin;Sud;A;Martin & Fils|Ets Martin\r\n\
        ;Sud;A;\r\n\
        Petit;;;Dupont\r\n\
        \"Broken ; quoted\";Est;C;\r\n\
        MARTIN;;;\r\n";
    let preview = desk.import("of=customer&preview=true", csv.as_bytes());
    assert_eq!((preview.separator, preview.new, preview.changed, preview.same), (';', 2, 1, 0));
    let errors: Vec<_> = preview.errors.iter().map(|it| (it.line, &*it.code)).collect();
    let expected = [(3, "name_twice"), (5, "name_missing"), (6, "name_twice"), (8, "name_twice")];
    assert_eq!(errors, expected);
    assert_eq!(preview.sample[0].name, "Dupont SA", "by an alias, not renamed");
    assert_eq!(desk.page("of=customer").total, 1, "a preview writes nothing");

    let written = desk.import("of=customer", csv.as_bytes());
    assert_eq!(written, preview);
    assert_eq!(desk.names("of=customer"), ["Broken ; quoted", "Dupont SA", "Martin"]);
    let page = desk.page("of=customer&q=martin");
    assert_eq!(page.entries[0].aliases, ["Ets Martin", "Martin & Fils"]);
    assert_eq!(desk.known_to("Ben").0.len(), 3);
    let again = desk.import("of=customer", csv.as_bytes());
    assert_eq!((again.new, again.changed, again.same), (0, 0, 3));
    let deeds = "SELECT count(*) FROM deed WHERE what = 'reference_imported'";
    assert_eq!(desk.house.count_now(deeds), 1, "what changes nothing is no deed");
}

#[test]
fn prices_and_currencies_are_read_as_people_write_them() {
    let desk = Desk::open();
    let csv = "name,price,currency,unit\n\
        Alpha,\"1.299,00\",,\n\
        Beta,12.50/kg,CHF,box\n\
        Gamma,3,usd,hour\n\
        Delta,about 3,,\n\
        Eta,3,EURO,\n\
        Theta\n";
    let report = desk.import("of=product", csv.as_bytes());
    let prices: Vec<_> = report
        .sample
        .iter()
        .map(|it| it.price.as_ref().map(ToString::to_string).unwrap_or_default())
        .collect();
    assert_eq!(prices, ["1299 EUR", "12.5 CHF/kg", "3 USD/hour", ""]);
    let errors: Vec<_> = report.errors.iter().map(|it| (it.line, &*it.code, &*it.found)).collect();
    assert_eq!(errors, [(5, "price_not_understood", "about 3"), (6, "currency_unknown", "EURO")]);
}

#[test]
fn other_encodings_and_other_files_are_refused_whole() {
    let desk = Desk::open();
    let latin = desk.import("of=customer", b"name,region\nDupont,Nord\nCaf\xe9,Sud\n");
    assert_eq!((latin.new, latin.errors.len()), (0, 1));
    assert_eq!((latin.errors[0].line, &*latin.errors[0].code), (3, "not_utf8"));
    assert_eq!(desk.page("of=customer").total, 0);
    let other = desk.import("of=customer", b"PK\x03\x04");
    assert_eq!(&*other.errors[0].code, "columns_wrong");
    desk.send_as("POST", "/import?of=x", "text/csv", b"name").assert_problem(400, "bad_query");
    desk.send_as("POST", "/import?of=customer", "text/html", b"name")
        .assert_problem(415, "unsupported_media_type");
    let large = vec![b'x'; 9 * 1024 * 1024];
    let refused = desk.send_as("POST", "/import?of=customer", "text/csv", &large);
    refused.assert_problem(413, "too_large");
}

#[test]
fn five_thousand_lines_are_written_while_one_waits() {
    let desk = Desk::open();
    let mut csv = "name\tregion\tsegment\n".to_owned();
    for line in 0..5_000 {
        writeln!(csv, "Customer {line:04}\tRegion {}\tSegment {}", line % 9, line % 4).unwrap();
    }
    let began = Instant::now();
    let report = desk.import("of=customer", csv.as_bytes());
    let took = began.elapsed();
    assert_eq!((report.new, report.errors.len()), (5_000, 0));
    // A second in a release build; this one is not optimised.
    assert!(took < Duration::from_secs(10), "{took:?}");
    let page = desk.page("of=customer");
    assert_eq!((page.entries.len(), page.total, page.has_more), (200, 5_000, true));
    let next = desk.names("of=customer&after=Customer%200199");
    assert_eq!((next.len(), &*next[0]), (200, "Customer 0200"));
    let last = desk.page("of=customer&after=Customer%204998");
    assert_eq!((last.entries.len(), last.has_more), (1, false));
}

#[test]
fn reference_data_is_for_those_who_are_signed_in() {
    let desk = Desk::open();
    let house = &desk.house;
    house.get("/api/v1/reference?of=customer", &[]).assert_problem(401, "session_missing");
    house.get("/api/v1/reference/unknown?of=customer", &[]).assert_problem(401, "session_missing");
    let json = [("content-type", "application/json")];
    let body = br#"{"of":"customer","name":"x"}"#;
    house
        .send("POST", "/api/v1/reference", &json, Some(body))
        .assert_problem(401, "session_missing");
    let csv = [("content-type", "text/csv")];
    let path = "/api/v1/reference/import?of=customer";
    house.send("POST", path, &csv, Some(b"name\nx")).assert_problem(401, "session_missing");
    assert_eq!(desk.page("of=customer").total, 0);
}
