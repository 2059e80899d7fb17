//! Exports: the notes of a query as CSV or XLSX for spreadsheets, or as NDJSON for programs.

mod analysis;
mod csv;
mod row;
mod xlsx;

use std::io::Write;

use protocol::console::{InboxNote, InboxQuery};
use rusqlite::Connection;

use crate::storage::{StorageError, notes};
pub use analysis::{TABLES, write_analysis};
use row::Row;

/// Notes read at a time.
const PAGE: u16 = 200;

/// A form to export in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line; texts byte for byte.
    Ndjson,
    /// For spreadsheets: UTF-8 with a byte order mark, cells that look like formulas quoted.
    Csv,
    /// A workbook: every cell is typed, none is a formula.
    Xlsx,
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
    output: &mut (dyn Write + Send),
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
            let mut rows = csv::Rows::begin(&mut *output)?;
            for_each_row(connection, query, |row| rows.write(row))?;
            rows.end()?;
        }
        Format::Xlsx => {
            let mut workbook = xlsx::Workbook::begin()?;
            for_each_row(connection, query, |row| workbook.write(row))?;
            workbook.end(&mut *output)?;
        }
    }
    Ok(output.flush()?)
}

/// What was written beside a note is a row as well: no words are left out.
fn for_each_row(
    connection: &Connection,
    query: &InboxQuery,
    mut write: impl FnMut(&Row) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for_each(connection, query, |note| {
        let mut all = [&note.note].into_iter().chain(&note.siblings);
        all.try_for_each(|words| write(&Row::of(note, words)))
    })
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
