//! Each mark of the analysis leads to its notes: what it counts is what the inbox finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod desk;
mod fixture;

use std::collections::BTreeSet;

use desk::Desk;
use fixture::{Device, create, note};
use protocol::console::analysis::Analysis;
use protocol::console::work::Change;
use protocol::note::{
    AcceptanceLevel, CompetitorSighting, CustomerAcceptance, Details, Gap, Hypothesis, Kind, Part,
    Relation,
};
use protocol::{Currency, Note, NoteId, Price};
use serde_json::json;

const WEEK_MS: i64 = 7 * 24 * 3_600 * 1_000;
/// A Monday.
const FIRST_MS: i64 = 1_779_062_400_000;

/// One of a few, by number; the numbers are coprime, so that nothing goes together by chance.
fn pick<T: Clone>(of: &[T], number: usize) -> T {
    of[number % of.len()].clone()
}

fn written(number: usize) -> Note {
    let name = |of: &[Option<&str>], step: usize| pick(of, number / step).map(str::to_owned);
    let hypotheses = [
        vec![],
        vec![Hypothesis::Clientele],
        vec![],
        vec![Hypothesis::Cycle, Hypothesis::Clientele],
        vec![Hypothesis::Technique],
        vec![],
        vec![Hypothesis::Cycle],
    ];
    let kind = pick(&Kind::ALL, number);
    let details = match kind {
        Kind::Competitor => Details::Competitor(CompetitorSighting {
            competitor: name(&[Some("Zeta"), Some("ZETA"), Some("Omega"), None], 4),
            price: pick(
                &[Some("12/kg"), Some("13/KG"), None, Some("9"), Some("11 CHF"), Some("7/Stück")],
                number / 4,
            )
            .map(|text| Price::parse(text, Currency::EUR).unwrap()),
            ..Default::default()
        }),
        Kind::Acceptance => Details::Acceptance(CustomerAcceptance {
            level: pick(
                &[Some(AcceptanceLevel::Likes), None, Some(AcceptanceLevel::Rejects)],
                number / 4,
            ),
            relation: pick(&[Some(Relation::Customer), Some(Relation::Prospect), None], number / 5),
        }),
        Kind::Need => Details::empty(Kind::Need),
        Kind::Gap => Details::Gap(Gap {
            part: pick(&[Some(Part::Message), None, Some(Part::Operations)], number / 4),
            ..Default::default()
        }),
    };
    Note {
        customer: name(
            &[Some("Dupont"), None, Some("DUPONT sa"), Some("Maier"), Some("Nobody"), Some(" ")],
            3,
        ),
        product: name(&[Some("Alpha"), Some("alpha"), Some("Beta"), None], 7),
        hypotheses: pick(&hypotheses, number / 2),
        details,
        ..note(kind, &format!("note {number}"))
    }
}

/// Two reps from somewhere and one from nowhere, customers with regions and without.
fn full() -> (Desk, Vec<Device>) {
    let desk = Desk::open();
    let reps: Vec<Device> = ["Ana", "Ben", "Chloe"].map(|name| desk.house.enrol(name)).into();
    for (name, region) in [("Ana", "South"), ("Ben", "north")] {
        let sql = format!("UPDATE rep SET region = '{region}' WHERE name = '{name}'");
        desk.house.write(move |db| Ok(db.execute_batch(&sql)?)).unwrap();
    }
    let reference = |text: serde_json::Value| -> String {
        let made: serde_json::Value = desk.post("/api/v1/reference", &text).json();
        made["reference_id"].as_str().unwrap().to_owned()
    };
    let dupont = reference(
        json!({ "of": "customer", "name": "Dupont", "region": "North", "segment": "Hotels" }),
    );
    desk.post(&format!("/api/v1/reference/{dupont}/aliases"), &json!({ "name": "Dupont SA" }));
    reference(json!({ "of": "customer", "name": "Maier", "segment": "hôtels" }));
    reference(json!({ "of": "customer", "name": "Nobody", "region": "East" }));
    for (number, rep) in (0..240).zip(reps.iter().cycle()) {
        desk.house.push(rep, [&*create(written(number)).json]);
    }
    desk.house.write(endpoint::storage::view::catch_up).unwrap();
    let sql = format!("UPDATE note SET received_at_ms = {FIRST_MS} + seq / 49 * {WEEK_MS}");
    desk.house.write(move |db| Ok(db.execute_batch(&sql)?)).unwrap();
    (desk, reps)
}

/// How many notes the inbox finds, page by page.
fn found(desk: &Desk, query: &str) -> u64 {
    ids(desk, query).len() as u64
}

fn ids(desk: &Desk, query: &str) -> BTreeSet<NoteId> {
    let (mut ids, mut before) = (BTreeSet::new(), String::new());
    loop {
        let page = desk.page(&format!("{query}&limit=50{before}"));
        for note in &page.notes {
            assert!(ids.insert(note.note_id), "{query}: a note twice");
        }
        let Some(next) = page.next_before else { return ids };
        before = format!("&before={}", next.0);
    }
}

fn analysis(desk: &Desk, query: &str) -> Analysis {
    desk.get(&format!("/api/v1/analysis?{query}")).json()
}

/// Every mark with a count, and the filters that lead to its notes.
fn marks(analysis: &Analysis) -> Vec<(String, u64)> {
    let mut marks = vec![(String::new(), analysis.notes)];
    for series in &analysis.prices {
        let unit = series.unit.iter().map(|unit| format!("/{unit}")).collect::<String>();
        let product = series.product.as_ref();
        let product = product.map_or("without=product".to_owned(), |it| format!("product={it}"));
        let behind = format!(
            "kind=competitor&competitor={}&{product}&says=price:{}{unit}",
            series.competitor, series.currency
        );
        for point in &series.points {
            marks.push((format!("{behind}&{}", week(&point.start)), point.n));
        }
        for band in &series.regions {
            marks.push((format!("{behind}&region={}", band.region), band.n));
        }
    }
    for product in &analysis.acceptance {
        let behind = format!("kind=acceptance&product={}", product.product);
        marks.push((format!("{behind}&says=level"), product.whole.n()));
        for (relation, levels) in &product.relations {
            let relation = relation.map_or("unsaid", Relation::as_str);
            marks.push((format!("{behind}&says=level:{relation}"), levels.n()));
        }
        for (start, levels) in &product.points {
            marks.push((format!("{behind}&says=level&{}", week(start)), levels.n()));
        }
    }
    for need in &analysis.needs {
        let topic = need.topic.map_or("without=topic".to_owned(), |id| format!("topic={id}"));
        marks.push((format!("kind=need&{topic}"), need.notes));
    }
    for (part, count) in &analysis.gaps {
        let part = part.map_or("unsaid", Part::as_str);
        marks.push((format!("kind=gap&says=part:{part}"), *count));
    }
    for one in &analysis.hypotheses {
        let behind = format!("hypothesis={}", one.hypothesis.as_str());
        marks.push((behind.clone(), one.named + one.added));
        for (verdict, count) in [
            ("named", one.named),
            ("confirmed", one.confirmed),
            ("rejected", one.rejected),
            ("added", one.added),
        ] {
            marks.push((format!("{behind}&verdict={verdict}"), count));
        }
    }
    marks
}

fn week(start: &str) -> String {
    let day: jiff::civil::Date = start.parse().unwrap();
    let from = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
    format!("from_ms={from}&to_ms={}", from + WEEK_MS)
}

#[test]
fn what_a_mark_counts_is_what_its_filters_find() {
    let (desk, _) = full();
    let all: Vec<NoteId> = ids(&desk, "").into_iter().collect();
    let some = |step: usize, from: usize| -> Vec<NoteId> {
        all.iter().skip(from).step_by(step).copied().collect()
    };
    desk.apply(&some(3, 0), Change::Hypotheses(Some(vec![Hypothesis::Clientele])));
    desk.apply(&some(5, 1), Change::Hypotheses(Some(Vec::new())));
    desk.apply(&some(15, 1), Change::Hypotheses(None));
    desk.topic("Longer handles", &some(11, 2));
    let time = format!("from_ms={}&to_ms={}", FIRST_MS + WEEK_MS, FIRST_MS + 3 * WEEK_MS);
    let (mut asked, mut hit) = (0, 0);
    for filters in [
        "",
        "region=NORTH",
        "region=south",
        "region=East&segment=hotels",
        "region=nowhere",
        "segment=HOTELS",
        "segment=hotels&region=north",
        &time,
        &format!("{time}&region=North"),
    ] {
        for (mark, count) in marks(&analysis(&desk, filters)) {
            let is_dated = mark.contains("from_ms") && filters.contains("from_ms");
            let filters = if is_dated { filters.trim_start_matches(&time) } else { filters };
            let query = format!("{mark}&{filters}");
            assert_eq!(found(&desk, &query), count, "{query}");
            asked += 1;
            hit += u64::from(count > 0);
        }
    }
    assert!(asked > 300 && hit > 200, "{asked} marks, {hit} with notes");
    let regions = analysis(&desk, "").regions;
    assert_eq!(regions, ["East", "North", "South"], "each once, however it is written");
}

#[test]
fn the_other_filters_go_with_them() {
    let (desk, reps) = full();
    let (north, said) = (ids(&desk, "region=north"), ids(&desk, "hypothesis=clientele"));
    let both: BTreeSet<NoteId> = north.intersection(&said).copied().collect();
    assert!(!both.is_empty() && both.len() < north.len() && both.len() < said.len());
    assert_eq!(ids(&desk, "region=north&hypothesis=clientele"), both);
    let ben = format!("rep={}", reps[1].admission.rep_id);
    for more in [&ben, "kind=gap", "product=alpha", "q=note", "customer=dupont", "state=new"] {
        for (filter, those) in [("region=north", &north), ("hypothesis=clientele", &said)] {
            let expected: BTreeSet<NoteId> =
                ids(&desk, more).intersection(those).copied().collect();
            assert_eq!(ids(&desk, &format!("{filter}&{more}")), expected, "{filter}, {more}");
        }
    }
    let csv = desk.get("/api/v1/export?format=ndjson&region=north&hypothesis=clientele");
    assert_eq!(String::from_utf8(csv.body).unwrap().lines().count(), both.len());
    for query in ["hypothesis=x", "hypothesis=cycle&verdict=x", "says=joke", "without=x"] {
        desk.get(&format!("/api/v1/notes?{query}")).assert_problem(400, "bad_query");
    }
}

#[test]
fn edits_withdrawals_and_undone_deeds_are_followed() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let with = |hypotheses: &[Hypothesis]| Note {
        hypotheses: hypotheses.to_vec(),
        ..note(Kind::Gap, "a gap")
    };
    let first = create(with(&[Hypothesis::Cycle, Hypothesis::Cycle]));
    desk.house.push(&ana, [&*first.json]);
    let told = |verdict: &str| found(&desk, &format!("hypothesis=cycle{verdict}"));
    assert_eq!([told(""), told("&verdict=named"), told("&verdict=added")], [1, 1, 0]);
    let note_id = desk.page("").notes[0].note_id;
    let deed = desk.apply(&[note_id], Change::Hypotheses(Some(vec![Hypothesis::Clientele])));
    assert_eq!([told(""), told("&verdict=rejected")], [1, 1]);
    assert_eq!(found(&desk, "hypothesis=clientele&verdict=added"), 1);
    desk.undo(deed.deed_id);
    assert_eq!([told("&verdict=named"), told("&verdict=rejected")], [1, 0]);
    let value: serde_json::Value = serde_json::from_str(&first.json).unwrap();
    let mut last = serde_json::from_value(value["op_id"].clone()).unwrap();
    let mut go_on = |action| {
        let body = protocol::OpBody { note_id, parents: vec![last], ..fixture::body_of(action) };
        last = desk.push(&ana, &body).op_id;
    };
    go_on(protocol::Action::Edit(with(&[Hypothesis::Technique])));
    assert_eq!((told(""), found(&desk, "hypothesis=technique")), (0, 1));
    go_on(protocol::Action::Withdraw);
    assert_eq!(found(&desk, "hypothesis=technique"), 0);
    assert_eq!(found(&desk, "hypothesis=technique&withdrawn=true"), 1);
    let after = endpoint::clock::now_ms() + protocol::limits::BIN_MS + 1_000;
    desk.house.write(move |db| endpoint::storage::notes::empty_bin(db, after)).unwrap();
    assert_eq!(desk.house.count("SELECT count(*) FROM supposed"), 0);
}
