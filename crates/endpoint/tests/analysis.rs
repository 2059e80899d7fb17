//! Analysis: what the notes say together, held against figures reckoned another way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::collections::BTreeMap;

use fixture::{Device, House, create, note, op_id};
use protocol::console::analysis::{Analysis, Levels, Need, PriceSeries, Spread};
use protocol::note::{
    AcceptanceLevel, Comparison, CompetitorSighting, CustomerAcceptance, Details, Gap, Hypothesis,
    Kind, Part, Relation, UnmetNeed, Urgency,
};
use protocol::op::SealedOp;
use protocol::{Action, Currency, Note, NoteId, OpBody, Price};
use serde_json::json;

const WORDS: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

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

    fn analysis(&self, query: &str) -> Analysis {
        self.house.get(&format!("/api/v1/analysis?{query}"), &[("cookie", &self.cookie)]).json()
    }

    fn write(&self, device: &Device, note: Note) -> NoteId {
        let op = create(note);
        self.house.push(device, [&*op.json]);
        note_id(&op)
    }

    /// As if the newest note had come in at this moment.
    fn at(&self, moment: &str) {
        let moment: i64 = ms(moment);
        self.sql(format!(
            "UPDATE note SET received_at_ms = {moment} WHERE seq = (SELECT max(seq) FROM note)"
        ));
    }

    fn sql(&self, sql: String) {
        self.house.write(endpoint::storage::view::catch_up).unwrap();
        self.house.write(move |db| Ok(db.execute_batch(&sql)?)).unwrap();
    }

    fn reference(&self, text: &serde_json::Value) -> String {
        let headers = [
            ("cookie", &*self.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        let body = serde_json::to_vec(text).unwrap();
        let answer = self.house.send("POST", "/api/v1/reference", &headers, Some(&body));
        answer.json::<serde_json::Value>()["reference_id"].as_str().unwrap().to_owned()
    }

    fn alias(&self, id: &str, name: &str) {
        let headers = [
            ("cookie", &*self.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        let body = serde_json::to_vec(&json!({ "name": name })).unwrap();
        let path = format!("/api/v1/reference/{id}/aliases");
        assert_eq!(self.house.send("POST", &path, &headers, Some(&body)).status, 200);
    }
}

fn ms(moment: &str) -> i64 {
    moment.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn note_id(op: &SealedOp) -> NoteId {
    let value: serde_json::Value = serde_json::from_str(&op.json).unwrap();
    serde_json::from_value(value["body"]["note_id"].clone()).unwrap()
}

fn price(text: &str) -> Option<Price> {
    Some(Price::parse(text, Currency::EUR).unwrap())
}

fn sighting(competitor: &str, product: &str, theirs: Option<Price>, ours: Option<Price>) -> Note {
    let competitor = Some(competitor.to_owned());
    let sighting =
        CompetitorSighting { competitor, price: theirs, our_price: ours, ..Default::default() };
    let product = (!product.is_empty()).then(|| product.to_owned());
    Note { product, details: Details::Competitor(sighting), ..note(Kind::Competitor, "seen") }
}

fn accepted(product: &str, level: AcceptanceLevel, relation: Option<Relation>) -> Note {
    let details = Details::Acceptance(CustomerAcceptance { level: Some(level), relation });
    Note { product: Some(product.to_owned()), details, ..note(Kind::Acceptance, "said") }
}

fn need(customer: &str, urgency: Option<Urgency>) -> Note {
    let details = Details::Need(UnmetNeed { urgency, ..Default::default() });
    Note { customer: Some(customer.to_owned()), details, ..note(Kind::Need, "wants") }
}

#[test]
fn acceptance_reproduces_the_ground_truth_of_real_customers() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (mut truth, mut steps) = (BTreeMap::new(), BTreeMap::new());
    let mut ops = Vec::new();
    for line in WORDS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let rating: f64 = cells[3].parse().unwrap();
        // From -4 … 4 to the five steps.
        let step = (rating / 2.0 + 3.0).round();
        let level = AcceptanceLevel::ALL[step as usize - 1];
        let known: &mut (f64, f64) = truth.entry(cells[2]).or_default();
        *known = (known.0 + rating, known.1 + 1.0);
        let known: &mut [u64; 5] = steps.entry(cells[2]).or_default();
        known[usize::from(level.step()) - 1] += 1;
        let text = cells[4].to_owned();
        // Reps write a product's name each in their way.
        let product =
            if ops.len() % 3 == 0 { cells[2].to_uppercase() } else { cells[2].to_owned() };
        ops.push(create(Note { text, ..accepted(&product, level, None) }));
    }
    for some in ops.chunks(500) {
        desk.house.push(&ana, some.iter().map(|op| &*op.json));
    }
    let analysis = desk.analysis("");
    assert_eq!(analysis.notes, ops.len() as u64);
    assert_eq!(analysis.acceptance.len(), 2);
    for found in &analysis.acceptance {
        let name = truth.keys().find(|it| it.eq_ignore_ascii_case(&found.product)).unwrap();
        let (sum, count) = truth[name];
        assert_eq!(found.whole, Levels(steps[name]));
        assert_eq!(found.whole.n() as f64, count);
        let by_hand: u64 = (1..).zip(steps[name]).map(|(step, count)| step * count).sum();
        assert_eq!(found.whole.mean(), Some(by_hand as f64 / count));
        // Back on the scale of the ratings; steps are twice as coarse as a whole rating.
        let mean = (found.whole.mean().unwrap() - 3.0) * 2.0;
        assert!((mean - sum / count).abs() < 0.1, "{name}: {mean}, truly {}", sum / count);
        let (low, share, high) = found.whole.favourable().unwrap();
        assert!(low < share && share < high && high - low < 0.1);
    }
}

#[test]
fn prices_are_bands_over_time_and_by_region_against_ours() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    desk.sql("UPDATE rep SET region = 'South' WHERE name = 'Ben'".to_owned());
    let zeta = desk.reference(&json!({ "of": "competitor", "name": "Zeta" }));
    desk.alias(&zeta, "Zeta GmbH");
    desk.reference(&json!({ "of": "product", "name": "Alpha",
        "price": { "amount": "15", "currency": "EUR" } }));
    desk.reference(&json!({ "of": "customer", "name": "Dupont", "region": "North" }));
    let seen = |device, note: Note, moment| {
        desk.write(device, note);
        desk.at(moment);
    };
    let monday = "2026-05-18T00:00:00Z";
    seen(&ana, sighting("Zeta", "Alpha", price("12"), price("14")), monday);
    seen(&ben, sighting("ZETA gmbh", "alpha", price("10"), price("13")), "2026-05-24T23:00:00Z");
    let on = |customer: &str, note: Note| Note { customer: Some(customer.to_owned()), ..note };
    let third = on("DUPONT", sighting("zeta", "Alpha", price("11"), None));
    seen(&ben, third, "2026-05-25T00:00:00Z");
    let kilo = sighting("Zeta", "Alpha", price("1/kg"), price("9"));
    seen(&ben, kilo, "2026-05-26T00:00:00Z");
    seen(&ben, sighting("Zeta", "Alpha", price("13 CHF"), None), monday);
    seen(&ben, sighting("Omega", "", price("7"), None), monday);
    let compared = |competitor, comparison| {
        let mut note = sighting(competitor, "Alpha", None, None);
        let Details::Competitor(it) = &mut note.details else { panic!() };
        it.comparison = Some(comparison);
        note
    };
    for comparison in [Comparison::Cheaper, Comparison::Cheaper, Comparison::Dearer] {
        seen(&ana, compared("Zeta", comparison), monday);
    }
    seen(&ana, compared("Sigma", Comparison::Same), monday);
    let nameless = sighting(" ", "Alpha", price("1"), None);
    seen(&ana, nameless, monday);

    let analysis = desk.analysis("");
    let told = |it: &PriceSeries| {
        let unit = it.unit.clone().unwrap_or_default();
        format!("{} {:?} {}{unit} {}", it.competitor, it.product, it.currency, it.points.len())
    };
    let names: Vec<_> = analysis.prices.iter().map(told).collect();
    let expected = [
        "Zeta Some(\"Alpha\") EUR 2",
        "Omega None EUR 1",
        "Zeta Some(\"Alpha\") CHF 1",
        "Zeta Some(\"Alpha\") EURkg 1",
        "Sigma Some(\"Alpha\") EUR 0",
    ];
    assert_eq!(names, expected);
    let zeta = &analysis.prices[0];
    let points: Vec<_> = zeta
        .points
        .iter()
        .map(|it| {
            let ours = it.ours.map(|it| it.to_string()).unwrap_or_default();
            format!("{} {} {}-{}-{} {ours}", it.start, it.n, it.low, it.median, it.high)
        })
        .collect();
    assert_eq!(points, ["2026-05-18 2 10-10-12 13", "2026-05-25 1 11-11-11 15"]);
    let regions: Vec<_> =
        zeta.regions.iter().map(|it| (&*it.region, it.n, it.median.to_string())).collect();
    let expected = [("North", 1, "11".to_owned()), ("South", 1, "10".to_owned())];
    assert_eq!(regions, expected, "the customer's region, else the rep's, else none");
    assert_eq!(zeta.comparisons, [2, 0, 1]);
    assert_eq!(analysis.prices[4].comparisons, [0, 1, 0]);
    assert_eq!(
        analysis.prices[3].points[0].ours, None,
        "a list price for a piece is none by the kilo"
    );
    assert_eq!(analysis.regions, ["North", "South"]);
    assert_eq!(analysis.products, ["Alpha"]);

    let quarters = desk.analysis("by=quarter");
    let quarter = &quarters.prices[0].points;
    assert_eq!((quarter.len(), &*quarter[0].start, quarter[0].n), (1, "2026-04-01", 3));
    let north = desk.analysis("region=NORTH");
    assert_eq!((north.notes, north.prices.len()), (1, 1));
    assert_eq!(north.regions, ["North", "South"], "a filter goes on showing its choices");
    let from = ms("2026-05-25T00:00:00Z");
    assert_eq!(desk.analysis(&format!("from_ms={from}")).notes, 2);
    assert_eq!(desk.analysis(&format!("to_ms={from}&product=ALPHA&by=week")).notes, 8);
    assert_eq!(desk.analysis("product=nothing").notes, 0);
    assert_eq!(desk.analysis(&format!("rep={}", ben.admission.rep_id)).notes, 5);
}

#[test]
fn acceptance_tells_customers_from_prospects_week_by_week() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (customer, prospect) = (Some(Relation::Customer), Some(Relation::Prospect));
    for (level, relation, moment) in [
        (AcceptanceLevel::Rejects, prospect, "2026-05-11T10:00:00Z"),
        (AcceptanceLevel::Likes, customer, "2026-05-18T10:00:00Z"),
        (AcceptanceLevel::Adopts, customer, "2026-05-19T10:00:00Z"),
        (AcceptanceLevel::Open, None, "2026-05-19T10:00:00Z"),
    ] {
        desk.write(&ana, accepted("Alpha", level, relation));
        desk.at(moment);
    }
    desk.write(&ana, accepted("Beta", AcceptanceLevel::Open, None));
    desk.write(&ana, note(Kind::Acceptance, "no product, no step"));
    let found = desk.analysis("").acceptance;
    let order: Vec<_> = found.iter().map(|it| (&*it.product, it.whole.n())).collect();
    assert_eq!(order, [("Alpha", 4), ("Beta", 1)]);
    let alpha = &found[0];
    assert_eq!(alpha.whole, Levels([1, 0, 1, 1, 1]));
    let relations = [
        (customer, Levels([0, 0, 0, 1, 1])),
        (prospect, Levels([1, 0, 0, 0, 0])),
        (None, Levels([0, 0, 1, 0, 0])),
    ];
    assert_eq!(alpha.relations, relations);
    let points = [
        ("2026-05-11".to_owned(), Levels([1, 0, 0, 0, 0])),
        ("2026-05-18".to_owned(), Levels([0, 0, 1, 1, 1])),
    ];
    assert_eq!(alpha.points, points);
}

#[test]
fn needs_are_ranked_by_independent_customers_then_urgency() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let dupont =
        desk.reference(&json!({ "of": "customer", "name": "Dupont", "segment": "Hotels" }));
    desk.alias(&dupont, "Dupont SA");
    let gathered = |title: &str, number: u8, notes: Vec<Note>| {
        let topic = "x'".to_owned() + &format!("{number:02x}").repeat(16) + "'";
        desk.sql(format!(
            "INSERT INTO topic (topic_id, title, made_at_ms) VALUES ({topic}, '{title}', 0)"
        ));
        for note in notes {
            desk.write(&ana, note);
            desk.sql(format!(
                "UPDATE work SET topic_id = {topic} WHERE seq = (SELECT max(seq) FROM note)"
            ));
        }
    };
    let (now, soon) = (Some(Urgency::Now), Some(Urgency::Soon));
    gathered("often", 1, vec![need("Dupont", now), need("dupont sa", now), need("DUPONT", now)]);
    gathered("wide", 2, vec![need("A", soon), need("B", None)]);
    gathered("urgent", 3, vec![need("C", now), need("D", None)]);
    desk.write(&ana, need("E", None));
    desk.write(&ana, need("F", None));
    desk.write(&ana, need("G", None));
    let needs = desk.analysis("").needs;
    let told = |it: &Need| (it.title.clone(), it.notes, it.customers);
    let order: Vec<_> = needs.iter().map(told).collect();
    let expected = [("urgent", 2, 2), ("wide", 2, 2), ("often", 3, 1), ("", 3, 3)]
        .map(|(title, notes, customers)| (title.to_owned(), notes, customers));
    assert_eq!(order, expected);
    assert_eq!(needs[1].urgencies, [(soon, 1), (None, 1)]);
    assert_eq!(needs[3].topic, None);
    let hotels = desk.analysis("segment=hotels");
    assert_eq!((hotels.notes, hotels.segments), (3, vec!["Hotels".to_owned()]));
}

#[test]
fn gaps_hypotheses_and_marketings_own_times_are_counted() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let received = ms("2026-05-18T10:00:00Z");
    let hour = 3_600_000;
    let (clientele, cycle) = (Hypothesis::Clientele, Hypothesis::Cycle);
    for (part, named, seen, read_h) in [
        (Some(Part::Message), vec![clientele, cycle], Some("[\"clientele\"]"), Some(1)),
        (Some(Part::Message), vec![], Some("[\"cycle\"]"), Some(2)),
        (Some(Part::Operations), vec![clientele], None, Some(10)),
        (None, vec![], None, None),
    ] {
        let details = Details::Gap(Gap { part, ..Default::default() });
        desk.write(&ana, Note { hypotheses: named, details, ..note(Kind::Gap, "x") });
        desk.at("2026-05-18T10:00:00Z");
        let seen = seen.map_or("NULL".to_owned(), |seen| format!("'{seen}'"));
        let read = read_h.map_or("NULL".to_owned(), |h| (received + h * hour).to_string());
        let closed = read_h.filter(|h| *h == 2).map_or("NULL".to_owned(), |_| received.to_string());
        desk.sql(format!(
            "UPDATE work SET hypotheses = {seen}, read_at_ms = {read}, closed_at_ms = {closed}
             WHERE seq = (SELECT max(seq) FROM note)"
        ));
    }
    let analysis = desk.analysis("");
    let gaps = [(Some(Part::Message), 2), (Some(Part::Operations), 1), (None, 1)];
    assert_eq!(analysis.gaps, gaps);
    let counts: Vec<_> = analysis
        .hypotheses
        .iter()
        .map(|it| (it.hypothesis.as_str(), it.named, it.confirmed, it.rejected, it.added))
        .collect();
    let expected = [
        ("clientele", 2, 1, 0, 0),
        ("technique", 0, 0, 0, 0),
        ("perception", 0, 0, 0, 0),
        ("cycle", 1, 0, 1, 1),
    ];
    assert_eq!(counts, expected);
    let spread = |n, median, p90| Some(Spread { n, median_ms: median * hour, p90_ms: p90 * hour });
    assert_eq!(analysis.response.read, spread(3, 2, 10));
    assert_eq!(analysis.response.classified, None);
    assert_eq!(analysis.response.closed, spread(1, 0, 0));
    assert_eq!(analysis.response.open, 3);
}

#[test]
fn what_is_edited_withdrawn_or_emptied_is_counted_as_it_stands() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let first = create(accepted("Alpha", AcceptanceLevel::Rejects, None));
    desk.house.push(&ana, [&*first.json]);
    desk.write(&ana, accepted("Alpha", AcceptanceLevel::Open, None));
    let whole = || desk.analysis("").acceptance.first().map(|it| it.whole);
    assert_eq!(whole(), Some(Levels([1, 0, 1, 0, 0])));
    let value: serde_json::Value = serde_json::from_str(&first.json).unwrap();
    let mut last = serde_json::from_value(value["op_id"].clone()).unwrap();
    let mut go_on = |action| {
        let body =
            OpBody { note_id: note_id(&first), parents: vec![last], ..fixture::body_of(action) };
        last = op_id();
        desk.house.push(&ana, [&*body.seal(last).unwrap().json]);
    };
    go_on(Action::Edit(accepted("Alpha", AcceptanceLevel::Adopts, None)));
    assert_eq!(whole(), Some(Levels([0, 0, 1, 0, 1])));
    go_on(Action::Withdraw);
    assert_eq!(whole(), Some(Levels([0, 0, 1, 0, 0])));
    let after = endpoint::clock::now_ms() + protocol::limits::BIN_MS + 1_000;
    desk.house.write(move |db| endpoint::storage::notes::empty_bin(db, after)).unwrap();
    assert_eq!(whole(), Some(Levels([0, 0, 1, 0, 0])));
    desk.sql("DELETE FROM note_change".to_owned());
    assert_eq!(whole(), Some(Levels([0, 0, 1, 0, 0])), "nothing changed, nothing is read again");
}

#[test]
fn whoever_asks_must_be_signed_in_and_ask_what_can_be() {
    let desk = Desk::open();
    desk.house.get("/api/v1/analysis", &[]).assert_problem(401, "session_missing");
    assert_eq!(
        desk.analysis("from_ms=&product=&by="),
        Analysis { hypotheses: desk.analysis("").hypotheses, ..Analysis::default() }
    );
    for query in ["from_ms=x", "rep=1", "by=year"] {
        let path = format!("/api/v1/analysis?{query}");
        desk.house.get(&path, &[("cookie", &desk.cookie)]).assert_problem(400, "bad_query");
    }
}

#[test]
fn its_tables_are_files_too() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    desk.write(&ana, sighting("=cmd", "Alpha", price("12.5"), None));
    for _ in 0..5 {
        desk.write(&ana, accepted("Alpha", AcceptanceLevel::Adopts, Some(Relation::Customer)));
    }
    let get = |query: &str| {
        let path = format!("/api/v1/analysis/export?{query}");
        desk.house.get(&path, &[("cookie", &desk.cookie)])
    };
    let csv = get("format=csv&table=prices");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"sightline-prices.csv\"");
    let csv = String::from_utf8(csv.body).unwrap();
    let line = csv.lines().nth(1).unwrap();
    assert!(
        line.starts_with("'=cmd,Alpha,EUR,,") && line.ends_with(",1,12.5,12.5,12.5,"),
        "{line}"
    );
    let ndjson = String::from_utf8(get("format=ndjson&table=acceptance").body).unwrap();
    let rows: Vec<serde_json::Value> =
        ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 3, "as a whole, of customers, of one week");
    assert!(rows.iter().all(|row| row["mean"] == 5.0 && row["notes"] == 5.0));
    assert!(rows[0]["favourable_low"].as_f64().unwrap() < 1.0);
    let xlsx = get("format=xlsx&product=alpha");
    assert_eq!(xlsx.status, 200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx.body)).unwrap();
    let mut read =
        |name: &str| std::io::read_to_string(&mut archive.by_name(name).unwrap()).unwrap();
    let book = read("xl/workbook.xml");
    for table in endpoint::export::TABLES {
        assert!(book.contains(&format!("name=\"{table}\"")), "{table}");
    }
    assert!(!read("xl/worksheets/sheet1.xml").contains("<f>"));
    get("format=csv&table=x").assert_problem(400, "bad_query");
    get("format=pdf").assert_problem(400, "bad_query");
    let path = "/api/v1/analysis/export?format=xlsx";
    desk.house.get(path, &[]).assert_problem(401, "session_missing");
}
