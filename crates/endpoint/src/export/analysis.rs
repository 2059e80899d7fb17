//! The tables of an analysis: one as CSV, or all of them as sheets of a workbook.

use std::io::Write;

use protocol::console::analysis::{Analysis, Levels, PriceSeries, Spread};
use protocol::note::{Part, Relation, Urgency};
use protocol::price::Amount;
use rust_xlsxwriter::{Format as Look, Workbook};

use super::csv::no_formula;
use super::{ExportError, Format};

/// A cell of a table.
enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

/// One section of an analysis.
struct Table {
    /// Stable: what `table` names, and the sheet.
    name: &'static str,
    headings: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// Names of the tables, in the order of the sheets.
pub const TABLES: [&str; 8] =
    ["prices", "regions", "comparisons", "acceptance", "needs", "gaps", "hypotheses", "response"];

/// Writes an analysis: as XLSX all tables, as CSV or NDJSON the one of this name.
///
/// # Errors
/// Why it broke off; what was written stands.
pub fn write_analysis(
    analysis: &Analysis,
    format: Format,
    table: &str,
    output: &mut (dyn Write + Send),
) -> Result<(), ExportError> {
    let tables = tables(analysis);
    match format {
        Format::Xlsx => write_workbook(&tables, output)?,
        Format::Csv => {
            let table = tables.iter().find(|known| known.name == table);
            write_csv(table.ok_or_else(|| no_such(table_names()))?, output)?;
        }
        Format::Ndjson => {
            let table = tables.iter().find(|known| known.name == table);
            write_ndjson(table.ok_or_else(|| no_such(table_names()))?, output)?;
        }
    }
    Ok(output.flush()?)
}

fn table_names() -> String {
    TABLES.join(", ")
}

fn no_such(names: String) -> ExportError {
    ExportError::Form(format!("no such table; there are {names}"))
}

fn write_workbook(tables: &[Table], output: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    let mut book = Workbook::new();
    let bold = Look::new().set_bold();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name)?.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(table.headings) {
            sheet.write_string_with_format(0, column, *heading, &bold)?;
        }
        for (at, row) in (1..).zip(&table.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(text) => _ = sheet.write_string(at, column, text)?,
                    Cell::Number(number) => _ = sheet.write_number(at, column, *number)?,
                    Cell::Empty => {}
                }
            }
        }
    }
    Ok(book.save_to_writer(output)?)
}

fn write_csv(table: &Table, output: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    output.write_all("\u{feff}".as_bytes())?;
    let mut rows = csv::Writer::from_writer(output);
    let form = |error: csv::Error| ExportError::Form(error.to_string());
    rows.write_record(table.headings).map_err(form)?;
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => no_formula(text).into_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        });
        rows.write_record(cells).map_err(form)?;
    }
    Ok(rows.flush()?)
}

fn write_ndjson(table: &Table, output: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    for row in &table.rows {
        let mut object = serde_json::Map::new();
        for (heading, cell) in table.headings.iter().zip(row) {
            let value = match cell {
                Cell::Text(text) => text.as_str().into(),
                Cell::Number(number) => (*number).into(),
                Cell::Empty => serde_json::Value::Null,
            };
            object.insert((*heading).to_owned(), value);
        }
        writeln!(output, "{}", serde_json::Value::Object(object))?;
    }
    Ok(())
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn text_or_empty(text: Option<&str>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.to_owned()))
}

#[expect(clippy::cast_precision_loss, reason = "counts and times are far below 2^52")]
const fn count(count: u64) -> Cell {
    Cell::Number(count as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a spreadsheet has no exact decimals")]
fn amount(amount: Option<Amount>) -> Cell {
    amount.map_or(Cell::Empty, |it| Cell::Number(it.ten_thousandths() as f64 / 10_000.0))
}

fn tables(analysis: &Analysis) -> Vec<Table> {
    vec![
        prices(analysis),
        regions(analysis),
        comparisons(analysis),
        acceptance(analysis),
        needs(analysis),
        gaps(analysis),
        hypotheses(analysis),
        response(analysis),
    ]
}

fn whose(series: &PriceSeries) -> Vec<Cell> {
    vec![
        text(&*series.competitor),
        text_or_empty(series.product.as_deref()),
        text(series.currency.to_string()),
        text_or_empty(series.unit.as_deref()),
    ]
}

fn prices(analysis: &Analysis) -> Table {
    let mut rows = Vec::new();
    for series in &analysis.prices {
        for point in &series.points {
            let mut row = whose(series);
            row.extend([text(&*point.start), count(point.n)]);
            let amounts = [Some(point.low), Some(point.median), Some(point.high), point.ours];
            row.extend(amounts.map(amount));
            rows.push(row);
        }
    }
    let headings = &[
        "competitor",
        "product",
        "currency",
        "unit",
        "from",
        "sightings",
        "low",
        "median",
        "high",
        "ours",
    ];
    Table { name: "prices", headings, rows }
}

fn regions(analysis: &Analysis) -> Table {
    let mut rows = Vec::new();
    for series in &analysis.prices {
        for band in &series.regions {
            let mut row = whose(series);
            row.extend([text(&*band.region), count(band.n)]);
            row.extend([band.low, band.median, band.high].map(|it| amount(Some(it))));
            rows.push(row);
        }
    }
    let headings = &[
        "competitor",
        "product",
        "currency",
        "unit",
        "region",
        "sightings",
        "low",
        "median",
        "high",
    ];
    Table { name: "regions", headings, rows }
}

fn comparisons(analysis: &Analysis) -> Table {
    let compared = analysis.prices.iter().filter(|it| it.comparisons.iter().any(|it| *it > 0));
    let row = |series: &PriceSeries| {
        let mut row = vec![text(&*series.competitor), text_or_empty(series.product.as_deref())];
        row.extend(series.comparisons.map(count));
        row
    };
    let headings = &["competitor", "product", "cheaper", "same", "dearer"];
    Table { name: "comparisons", headings, rows: compared.map(row).collect() }
}

fn acceptance(analysis: &Analysis) -> Table {
    let mut rows = Vec::new();
    for product in &analysis.acceptance {
        let mut add = |relation: Cell, start: Cell, levels: &Levels| {
            let mut row = vec![text(&*product.product), relation, start];
            row.extend(levels.0.map(count));
            let number = |it: Option<f64>| it.map_or(Cell::Empty, Cell::Number);
            let favourable = levels.favourable();
            row.extend([
                count(levels.n()),
                number(levels.mean()),
                number(favourable.map(|it| it.0)),
                number(favourable.map(|it| it.1)),
                number(favourable.map(|it| it.2)),
            ]);
            rows.push(row);
        };
        add(Cell::Empty, Cell::Empty, &product.whole);
        for (relation, levels) in &product.relations {
            let name = relation.map_or("not said", Relation::as_str);
            add(text(name), Cell::Empty, levels);
        }
        for (start, levels) in &product.points {
            add(Cell::Empty, text(&**start), levels);
        }
    }
    let headings = &[
        "product",
        "relation",
        "from",
        "step_1",
        "step_2",
        "step_3",
        "step_4",
        "step_5",
        "notes",
        "mean",
        "favourable_low",
        "favourable",
        "favourable_high",
    ];
    Table { name: "acceptance", headings, rows }
}

fn needs(analysis: &Analysis) -> Table {
    let order = [Some(Urgency::Now), Some(Urgency::Soon), Some(Urgency::Someday), None];
    let rows = analysis.needs.iter().map(|need| {
        let mut row = vec![text(&*need.title), count(need.customers), count(need.notes)];
        let of = |urgency| need.urgencies.iter().find(|(known, _)| *known == urgency);
        row.extend(order.map(|urgency| count(of(urgency).map_or(0, |(_, count)| *count))));
        row
    });
    let headings = &["topic", "customers", "notes", "now", "soon", "someday", "not_said"];
    Table { name: "needs", headings, rows: rows.collect() }
}

fn gaps(analysis: &Analysis) -> Table {
    let rows = analysis.gaps.iter();
    let rows =
        rows.map(|(part, notes)| vec![text(part.map_or("not said", Part::as_str)), count(*notes)]);
    Table { name: "gaps", headings: &["part", "notes"], rows: rows.collect() }
}

fn hypotheses(analysis: &Analysis) -> Table {
    let rows = analysis.hypotheses.iter().map(|it| {
        let mut row = vec![text(it.hypothesis.as_str())];
        row.extend([it.named, it.confirmed, it.rejected, it.added].map(count));
        row
    });
    let headings = &["hypothesis", "named", "confirmed", "rejected", "added"];
    Table { name: "hypotheses", headings, rows: rows.collect() }
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^52")]
fn response(analysis: &Analysis) -> Table {
    let hours = |ms: i64| Cell::Number(ms as f64 / 3_600_000.0);
    let response = &analysis.response;
    let row = |(name, spread): (&str, Option<Spread>)| match spread {
        Some(it) => vec![text(name), count(it.n), hours(it.median_ms), hours(it.p90_ms)],
        None => vec![text(name), count(0), Cell::Empty, Cell::Empty],
    };
    let mut rows: Vec<Vec<Cell>> =
        [("read", response.read), ("classified", response.classified), ("closed", response.closed)]
            .into_iter()
            .map(row)
            .collect();
    rows.push(vec![text("open"), count(response.open), Cell::Empty, Cell::Empty]);
    let headings = &["until", "notes", "median_hours", "p90_hours"];
    Table { name: "response", headings, rows }
}
