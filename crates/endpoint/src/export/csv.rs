//! Rows as CSV: UTF-8 with a byte order mark, cells that look like formulas quoted.

use std::borrow::Cow;
use std::io::Write;

use super::ExportError;
use super::row::Row;

pub(super) struct Rows<'a>(csv::Writer<&'a mut (dyn Write + Send)>);

impl<'a> Rows<'a> {
    pub(super) fn begin(output: &'a mut (dyn Write + Send)) -> Result<Self, ExportError> {
        // Without it, the commonest spreadsheet reads UTF-8 as Latin-1.
        output.write_all("\u{feff}".as_bytes())?;
        let mut rows = csv::Writer::from_writer(output);
        rows.write_record(Row::HEADINGS).map_err(unwritable)?;
        Ok(Self(rows))
    }

    pub(super) fn write(&mut self, row: &Row) -> Result<(), ExportError> {
        for (cell, heading) in row.cells().zip(Row::HEADINGS) {
            // A place of the south is a number with a sign.
            let cell = if *heading == "place" { Cow::Borrowed(cell) } else { no_formula(cell) };
            self.0.write_field(cell.as_bytes()).map_err(unwritable)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(unwritable)
    }

    pub(super) fn end(mut self) -> Result<(), ExportError> {
        Ok(self.0.flush()?)
    }
}

fn unwritable(error: csv::Error) -> ExportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ExportError::Output(error),
        other => ExportError::Form(format!("{other:?}")),
    }
}

/// A text that no spreadsheet takes for a formula (OWASP ASVS 5.0.0, 1.2.10).
pub(super) fn no_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_quoted() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@a", "\ta", "\ra", "\n=a", "\0=a"] {
            assert_eq!(no_formula(text), format!("'{text}"));
        }
        assert_eq!(no_formula("a=1"), "a=1");
    }
}
