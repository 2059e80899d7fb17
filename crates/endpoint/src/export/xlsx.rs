//! Rows as a workbook. A text is typed as one, so that nothing in it is a formula; no cell needs a
//! mark before it. Rows wait in a temporary file, not in memory, until the workbook is written.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook as Book, Worksheet, XlsxError};

use super::ExportError;
use super::row::Row;

/// Rows of a sheet, the headings included; Excel has no more.
const ROWS_MAX: u32 = 1_048_576;
/// Columns that hold numbers.
const NUMBERS: &[&str] = &["acceptance"];
/// Characters that a column with much text is wide, and others.
const WIDE: f64 = 60.0;
const NARROW: f64 = 18.0;

pub(super) struct Workbook {
    book: Book,
    sheets: u32,
    /// The next row of the last sheet.
    row: u32,
}

impl Workbook {
    pub(super) fn begin() -> Result<Self, ExportError> {
        let mut workbook = Self { book: Book::new(), sheets: 0, row: 0 };
        workbook.begin_sheet()?;
        Ok(workbook)
    }

    fn begin_sheet(&mut self) -> Result<(), ExportError> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => "Sightline".to_owned(),
            number => format!("Sightline {number}"),
        };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(Row::HEADINGS) {
            let width = if *heading == "text" { WIDE } else { NARROW };
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(0, column, *heading, &bold)?;
        }
        self.row = 1;
        Ok(())
    }

    pub(super) fn write(&mut self, row: &Row) -> Result<(), ExportError> {
        if self.row == ROWS_MAX {
            self.begin_sheet()?;
        }
        let at = self.row;
        let last = usize::try_from(self.sheets - 1).unwrap_or_default();
        let sheet = self.book.worksheet_from_index(last)?;
        for ((column, cell), heading) in (0..).zip(row.cells()).zip(Row::HEADINGS) {
            put(sheet, at, column, cell, NUMBERS.contains(heading))?;
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn end(mut self, output: &mut (dyn Write + Send)) -> Result<(), ExportError> {
        Ok(self.book.save_to_writer(output)?)
    }
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &str,
    is_number: bool,
) -> Result<(), XlsxError> {
    match cell.parse::<f64>() {
        _ if cell.is_empty() => Ok(()),
        Ok(number) if is_number => sheet.write_number(row, column, number).map(drop),
        _ => sheet.write_string(row, column, cell).map(drop),
    }
}

impl From<XlsxError> for ExportError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::Output(error),
            other => Self::Form(other.to_string()),
        }
    }
}
