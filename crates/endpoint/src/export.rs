//! Exports: the notes of a query as CSV for spreadsheets or as NDJSON for programs.

use std::io::Write;

use protocol::Note;
use protocol::console::{InboxNote, InboxQuery};
use protocol::note::{AcceptanceLevel, Comparison, Details, Part, Relation, Urgency};
use protocol::price::Price;
use rusqlite::Connection;
use serde::Serialize;

use crate::storage::{StorageError, notes};

/// Notes read at a time.
const PAGE: u16 = 200;

/// A form to export in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line; texts byte for byte.
    Ndjson,
    /// For spreadsheets: UTF-8 with a byte order mark, cells that look like formulas quoted.
    Csv,
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The notes could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Nobody takes the output any more.
    #[error("the output could not be written: {0}")]
    Output(#[from] std::io::Error),
    /// A note could not be put into its form.
    #[error("a note could not be written: {0}")]
    Form(String),
}

/// Writes every note of the query, newest first; `query.before` and `query.limit` are not heeded.
///
/// # Errors
/// Why it broke off; what was written stands.
pub fn write(
    connection: &Connection,
    query: &InboxQuery,
    format: Format,
    output: &mut dyn Write,
) -> Result<(), ExportError> {
    match format {
        Format::Ndjson => {
            for_each(connection, query, |note| {
                let line = serde_json::to_string(note)
                    .map_err(|error| ExportError::Form(error.to_string()))?;
                Ok(writeln!(output, "{line}")?)
            })?;
        }
        Format::Csv => {
            // Without it, the commonest spreadsheet reads UTF-8 as Latin-1.
            output.write_all("\u{feff}".as_bytes())?;
            let mut rows = csv::Writer::from_writer(&mut *output);
            for_each(connection, query, |note| {
                // What was written beside it is a row as well: no words are left out.
                [&note.note].into_iter().chain(&note.siblings).try_for_each(|words| {
                    rows.serialize(Row::of(note, words))
                        .map_err(|error| ExportError::Form(error.to_string()))
                })
            })?;
            rows.flush()?;
        }
    }
    Ok(output.flush()?)
}

fn for_each(
    connection: &Connection,
    query: &InboxQuery,
    mut write: impl FnMut(&InboxNote) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut query = InboxQuery { before: None, limit: Some(PAGE), ..query.clone() };
    loop {
        let page = notes::page(connection, &query)?;
        page.notes.iter().try_for_each(&mut write)?;
        if page.next_before.is_none() {
            return Ok(());
        }
        query.before = page.next_before;
    }
}

/// One note as a row, or what was written beside it: that row has the same `note_id`; the fields' names are the headings, which stay stable.
#[derive(Default, Serialize)]
struct Row {
    note_id: String,
    received_at: String,
    saved_at: String,
    rep: String,
    kind: &'static str,
    text: String,
    customer: String,
    product: String,
    competitor: String,
    price: String,
    our_price: String,
    comparison: &'static str,
    terms: String,
    validity: String,
    seen_at: String,
    acceptance: Option<u8>,
    relation: &'static str,
    urgency: &'static str,
    workaround: String,
    would_pay: String,
    promised: String,
    happened: String,
    part: &'static str,
    hypotheses: String,
    visit_id: String,
    place: String,
    withdrawn: &'static str,
    state: &'static str,
    topic: String,
    tags: String,
    declined_because: String,
}

impl Row {
    fn of(inbox: &InboxNote, note: &Note) -> Self {
        let InboxNote { note_id, rep, saved_at, received_at_ms, work, .. } = inbox;
        let hypotheses: Vec<_> = note.hypotheses.iter().map(|one| one.as_str()).collect();
        let row = Self {
            note_id: note_id.to_string(),
            received_at: iso(*received_at_ms),
            saved_at: cell(&iso(saved_at.unix_ms)),
            rep: cell(&rep.name),
            kind: note.kind().as_str(),
            text: cell(&note.text),
            customer: cell_or_empty(note.customer.as_ref()),
            product: cell_or_empty(note.product.as_ref()),
            hypotheses: hypotheses.join(" "),
            visit_id: note.visit_id.map(|id| id.to_string()).unwrap_or_default(),
            place: note.place.map(|place| place.to_string()).unwrap_or_default(),
            withdrawn: if inbox.is_withdrawn { "yes" } else { "" },
            state: work.state.as_str(),
            topic: cell_or_empty(work.topic.as_ref().map(|topic| &topic.title)),
            tags: cell(&work.tags.join(" | ")),
            declined_because: work
                .reason
                .as_ref()
                .map(|reason| cell(reason.pick(false)))
                .unwrap_or_default(),
            ..Self::default()
        };
        row.with(&note.details)
    }

    fn with(self, details: &Details) -> Self {
        let price = |price: &Option<Price>| {
            price.as_ref().map(|it| cell(&it.to_string())).unwrap_or_default()
        };
        match details {
            Details::Competitor(sighting) => Self {
                competitor: cell_or_empty(sighting.competitor.as_ref()),
                price: price(&sighting.price),
                our_price: price(&sighting.our_price),
                comparison: sighting.comparison.map(Comparison::as_str).unwrap_or_default(),
                terms: cell_or_empty(sighting.terms.as_ref()),
                validity: cell_or_empty(sighting.validity.as_ref()),
                seen_at: cell_or_empty(sighting.seen_at.as_ref()),
                ..self
            },
            Details::Acceptance(acceptance) => Self {
                acceptance: acceptance.level.map(AcceptanceLevel::step),
                relation: acceptance.relation.map(Relation::as_str).unwrap_or_default(),
                ..self
            },
            Details::Need(need) => Self {
                urgency: need.urgency.map(Urgency::as_str).unwrap_or_default(),
                workaround: cell_or_empty(need.workaround.as_ref()),
                would_pay: price(&need.would_pay),
                ..self
            },
            Details::Gap(gap) => Self {
                promised: cell_or_empty(gap.promised.as_ref()),
                happened: cell_or_empty(gap.happened.as_ref()),
                part: gap.part.map(Part::as_str).unwrap_or_default(),
                ..self
            },
        }
    }
}

fn cell_or_empty(text: Option<&String>) -> String {
    text.map(|text| cell(text)).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula (OWASP ASVS 5.0.0, 1.2.10).
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// RFC 3339 in UTC; a clock beyond jiff's 9,999 years reads as its number.
fn iso(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms)
        .map_or_else(|_| unix_ms.to_string(), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_quoted() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@a", "\ta", "\ra", "\n=a", "\0=a"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("a=1"), "a=1");
    }
}
