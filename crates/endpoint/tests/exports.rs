//! Exports: every note once, safe in a spreadsheet as CSV, byte for byte as NDJSON.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::{House, create, gap, note};
use protocol::console::InboxNote;
use protocol::note::{CompetitorSighting, CustomerAcceptance, Details, Kind};
use protocol::price::{Currency, Price};
use protocol::{ClientTime, Note, OpBody};

fn export(house: &House, query: &str) -> (String, fixture::Answer) {
    let cookie = house.marketer();
    let answer = house.get(&format!("/api/v1/export?{query}"), &[("cookie", &cookie)]);
    assert_eq!(answer.status, 200);
    (String::from_utf8(answer.body.clone()).unwrap(), answer)
}

/// Rows by heading.
fn rows(csv: &str) -> Vec<std::collections::HashMap<String, String>> {
    let text = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn ndjson_is_every_note_byte_for_byte() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let texts = [
        "=HYPERLINK(\"http://evil\")".to_owned(),
        "two\nlines\r\nand \u{2028} more".to_owned(),
        "👩‍🚀 « déjà » \u{0} \u{202e}".to_owned(),
        "x".repeat(4_000),
    ];
    texts.iter().for_each(|text| _ = house.push(&ana, [&*gap(text).json]));
    let (ndjson, answer) = export(&house, "format=ndjson");
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sightline.ndjson\"");
    let notes: Vec<InboxNote> =
        ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let exported: Vec<_> = notes.into_iter().rev().map(|note| note.note.text).collect();
    assert_eq!(exported, texts);
}

#[test]
fn csv_cells_are_never_formulas_and_newlines_stay_inside() {
    let house = House::open();
    let ana = house.enrol("=cmd|' /C calc'!A0");
    let evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\u{0}=1",
        "plain, \"quoted\"\r\n=HYPERLINK(\"x\")\n\"",
        "a;b\tc",
    ];
    for text in evil {
        let note = Note {
            customer: Some(text.to_owned()),
            product: Some(text.to_owned()),
            details: Details::Competitor(CompetitorSighting {
                competitor: Some(text.to_owned()),
                terms: Some(text.to_owned()),
                validity: Some(text.to_owned()),
                seen_at: Some(text.to_owned()),
                ..CompetitorSighting::default()
            }),
            ..note(Kind::Competitor, text)
        };
        house.push(&ana, [&*create(note).json]);
    }
    let (csv, answer) = export(&house, "format=csv");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sightline.csv\"");
    let rows = rows(&csv);
    assert_eq!(rows.len(), evil.len(), "no newline smuggles in a row");
    for (row, text) in rows.iter().rev().zip(evil) {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
        let expected = if is_formula { format!("'{text}") } else { text.to_owned() };
        for column in ["text", "customer", "product", "competitor", "terms", "validity", "seen_at"]
        {
            assert_eq!(row[column], expected, "{column}");
        }
        for (column, cell) in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{column}: {cell:?}");
        }
        assert_eq!(row["rep"], "'=cmd|' /C calc'!A0");
    }
}

#[test]
fn csv_tells_prices_levels_and_times_plainly() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let sighting = Details::Competitor(CompetitorSighting {
        price: Some(Price::parse("12,50 €", Currency::EUR).unwrap()),
        ..CompetitorSighting::default()
    });
    house.push(&ana, [&*create(Note { details: sighting, ..note(Kind::Gap, "a") }).json]);
    let acceptance = Details::Acceptance(CustomerAcceptance {
        level: Some(protocol::note::AcceptanceLevel::Likes),
        ..CustomerAcceptance::default()
    });
    house.push(&ana, [&*create(Note { details: acceptance, ..note(Kind::Gap, "b") }).json]);
    // A device whose clock is out of this world.
    let mut body: OpBody = fixture::body_of(protocol::Action::Create(note(Kind::Gap, "c")));
    body.saved_at = ClientTime { unix_ms: i64::MIN, utc_offset_minutes: i16::MIN };
    house.push(&ana, [&*body.seal(fixture::op_id()).unwrap().json]);
    let rows = rows(&export(&house, "format=csv").0);
    assert_eq!(rows[2]["price"], "12.5 EUR");
    assert_eq!(rows[2]["kind"], "competitor");
    assert_eq!(rows[2]["saved_at"], "2023-11-14T22:13:20Z");
    assert_eq!(rows[1]["acceptance"], "4");
    assert_eq!(rows[0]["saved_at"], format!("'{}", i64::MIN));
}

#[test]
fn an_export_heeds_the_filters_and_holds_more_than_a_page() {
    let house = House::open();
    let ana = house.enrol("Ana");
    for batch in 0..5 {
        let ops: Vec<_> = (0..200).map(|index| gap(&format!("note {batch} {index}"))).collect();
        house.push(&ana, ops.iter().map(|op| &*op.json));
    }
    house.push(&ana, [&*create(note(Kind::Need, "déjà vu")).json]);
    assert_eq!(export(&house, "format=ndjson").0.lines().count(), 1_001);
    assert_eq!(export(&house, "format=ndjson&limit=7&before=3").0.lines().count(), 1_001);
    assert_eq!(export(&house, "format=ndjson&kind=gap").0.lines().count(), 1_000);
    assert_eq!(export(&house, "format=csv&q=deja").0.lines().count(), 2);
    assert_eq!(export(&house, "format=csv&q=nowhere").0.lines().count(), 1, "the headings");
}

#[test]
fn exports_that_nobody_reads_do_not_keep_others_from_working() {
    use std::io::{Read, Write};
    use std::time::{Duration, Instant};
    let house = House::open();
    let ana = house.enrol("Ana");
    for _ in 0..4 {
        let ops: Vec<_> = (0..190).map(|_| gap(&"x".repeat(9_000))).collect();
        house.push(&ana, ops.iter().map(|op| &*op.json));
    }
    let cookie = house.marketer();
    let mut stuck = Vec::new();
    for _ in 0..12 {
        let mut stream = std::net::TcpStream::connect(house.address).unwrap();
        let head = format!(
            "GET /api/v1/export?format=ndjson HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stuck.push(stream);
    }
    // Each has its turn or was refused one; an export asked for before could take one from them.
    for stream in &mut stuck {
        stream.read_exact(&mut [0; b"HTTP/1.1 200".len()]).unwrap();
    }
    let answer = house.get("/api/v1/export?format=ndjson", &[("cookie", &cookie)]);
    answer.assert_problem(503, "unavailable");
    assert_ne!(answer.header("retry-after"), "");
    assert_eq!(house.get("/api/v1/notes?limit=1", &[("cookie", &cookie)]).status, 200);
    house.push(&ana, [&*gap("still goes in").json]);
    drop(stuck);
    let end = Instant::now() + Duration::from_secs(30);
    while house.get("/api/v1/export?format=csv", &[("cookie", &cookie)]).status != 200 {
        assert!(Instant::now() < end, "their turns are not given back");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The first sheet of a workbook, as its XML.
fn sheet(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut file = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::read_to_string(&mut file).unwrap()
}

#[test]
fn a_workbook_holds_texts_as_texts_and_no_formula() {
    let house = House::open();
    let ana = house.enrol("=cmd|' /C calc'!A0");
    let evil = ["=1+1", "@SUM(A1)", "a\u{1}b <c> & \"d\"", "two\nlines", "'=quoted already"];
    for text in evil {
        let acceptance = Details::Acceptance(CustomerAcceptance {
            level: Some(protocol::note::AcceptanceLevel::Likes),
            ..CustomerAcceptance::default()
        });
        house.push(&ana, [&*create(Note { details: acceptance, ..note(Kind::Gap, text) }).json]);
    }
    let cookie = house.marketer();
    let answer = house.get("/api/v1/export?format=xlsx", &[("cookie", &cookie)]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sightline.xlsx\"");
    assert!(answer.header("content-type").ends_with("spreadsheetml.sheet"));
    let sheet = sheet(&answer.body);
    assert_eq!(sheet.matches("<row ").count(), evil.len() + 1, "the headings, and every note");
    assert!(!sheet.contains("<f>"), "no formula");
    assert_eq!(sheet.matches("<v>4</v>").count(), evil.len(), "a step is a number");
    for text in ["=1+1", "@SUM(A1)", "a_x0001_b &lt;c&gt; &amp; ", "two\nlines", "'=quoted already"]
    {
        assert!(sheet.contains(text), "{text:?} is not in {sheet}");
    }
    assert!(!sheet.contains("'=1+1"), "typed, it needs no mark");
}
