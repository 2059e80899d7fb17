//! Reference data from a CSV file, as spreadsheets write it: any of three separators, headings in
//! English or French, errors line by line. All good lines are written, or none.

use std::collections::HashSet;

use csv::StringRecord;
use protocol::console::people::UserId;
use protocol::console::reference::{ImportError, ImportReport, ReferenceText};
use protocol::limits::NAME_CHARS_MAX;
use protocol::mail::Referent;
use protocol::{Currency, Price};
use rusqlite::Connection;

use super::{Known, claim, find, fold, put_changed, put_new, tidy};
use crate::chance;
use crate::storage::objection::NotMade;
use crate::storage::{StorageError, audit};

/// Good lines that are shown.
const SAMPLE: usize = 20;
/// Most errors that are told.
const ERRORS_MAX: usize = 500;
/// Most characters of what is wrong.
const FOUND_CHARS_MAX: usize = 100;
const SEPARATORS: [char; 3] = [',', ';', '\t'];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Region,
    Segment,
    Price,
    Currency,
    Unit,
    Aliases,
}

impl Column {
    fn of(heading: &str) -> Option<Self> {
        Some(match fold(heading).as_str() {
            "name" | "nom" => Self::Name,
            "region" => Self::Region,
            "segment" => Self::Segment,
            "price" | "prix" => Self::Price,
            "currency" | "devise" | "monnaie" => Self::Currency,
            "unit" | "unite" => Self::Unit,
            "aliases" | "alias" => Self::Aliases,
            _ => return None,
        })
    }
}

/// A good line. What it does not say is none.
struct Line {
    number: u64,
    text: ReferenceText,
    aliases: Vec<String>,
}

/// What a file says.
pub struct Table {
    separator: char,
    lines: Vec<Line>,
    errors: Vec<ImportError>,
}

fn wrong(line: u64, code: &str, found: &str) -> ImportError {
    let found = found.chars().take(FOUND_CHARS_MAX).collect();
    ImportError { line, code: code.to_owned(), found }
}

/// Reads a file; what is wrong with it is in the table.
#[must_use]
pub fn read_csv(bytes: &[u8], of: Referent) -> Table {
    let mut table = Table { separator: ',', lines: Vec::new(), errors: Vec::new() };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            // Guessing at another encoding would turn names into others, quietly.
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            let begin = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let rest = bytes.get(begin..).unwrap_or_default();
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let words = String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len())]);
            let line = u64::try_from(line).unwrap_or(u64::MAX);
            table.errors.push(wrong(line, "not_utf8", &words));
            return table;
        }
    };
    table.separator = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(table.separator).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut lines = Lines::of(text);
    let mut columns: Option<Vec<Option<Column>>> = None;
    let mut names = HashSet::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let begin = record.position().map_or(0, csv::Position::byte);
        let number = lines.go_to(usize::try_from(begin).unwrap_or(usize::MAX));
        let Some(columns) = &columns else {
            let read: Vec<_> = record.iter().map(Column::of).collect();
            if !read.contains(&Some(Column::Name)) || has_twice(&read) {
                let headings: Vec<&str> = record.iter().collect();
                table.errors.push(wrong(number, "columns_wrong", &headings.join(", ")));
                return table;
            }
            columns = Some(read);
            continue;
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match line(number, &record, columns, of) {
            Ok(line) if !names.insert(fold(&line.text.name)) => {
                table.errors.push(wrong(number, "name_twice", &line.text.name));
            }
            Ok(line) => table.lines.push(line),
            Err(error) => table.errors.push(error),
        }
    }
    if columns.is_none() {
        table.errors.push(wrong(1, "columns_wrong", ""));
    }
    table
}

/// Counts lines as an editor shows them. The reader's own count lags behind line ends of two
/// characters and blank lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn of(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the first byte from here on that ends none.
    fn go_to(&mut self, begin: usize) -> u64 {
        while let Some(byte) = self.bytes.get(self.at) {
            let is_end = matches!(byte, b'\n' | b'\r');
            if self.at >= begin && !is_end {
                break;
            }
            let is_half = *byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
            self.line += u64::from(is_end && !is_half);
            self.at += 1;
        }
        self.line
    }
}

fn has_twice(columns: &[Option<Column>]) -> bool {
    let known: Vec<Column> = columns.iter().copied().flatten().collect();
    known.iter().enumerate().any(|(at, column)| known[..at].contains(column))
}

/// The one of which the first line has most, outside quotes.
fn separator(text: &str) -> char {
    let heading = text.lines().next().unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = [0; SEPARATORS.len()];
    for character in heading.chars() {
        is_quoted ^= character == '"';
        if let Some(at) = SEPARATORS.iter().position(|it| *it == character && !is_quoted) {
            counts[at] += 1;
        }
    }
    // Of as many the first.
    let most = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or_default();
    SEPARATORS[most]
}

fn line(
    number: u64,
    record: &StringRecord,
    columns: &[Option<Column>],
    of: Referent,
) -> Result<Line, ImportError> {
    // Spreadsheets leave out empty cells at the end of a line, or add some.
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let cells: Vec<&str> = record.iter().collect();
        return Err(wrong(number, "columns_wrong", &cells.join(", ")));
    }
    let cell = |column: Column| -> Option<&str> {
        let at = columns.iter().position(|it| *it == Some(column))?;
        record.get(at).map(str::trim).filter(|cell| !cell.is_empty())
    };
    let name = cell(Column::Name).filter(|name| !fold(name).is_empty());
    let name = name.ok_or_else(|| wrong(number, "name_missing", ""))?;
    let aliases: Vec<String> = cell(Column::Aliases)
        .into_iter()
        .flat_map(|aliases| aliases.split('|'))
        .map(str::trim)
        .filter(|alias| !fold(alias).is_empty())
        .map(str::to_owned)
        .collect();
    let words = [Some(name), cell(Column::Region), cell(Column::Segment), cell(Column::Unit)];
    let is_long = |words: &&str| words.chars().nth(NAME_CHARS_MAX).is_some();
    let long = words.into_iter().flatten().chain(aliases.iter().map(String::as_str)).find(is_long);
    if let Some(long) = long {
        return Err(wrong(number, "name_too_long", long));
    }
    let text = ReferenceText {
        of,
        name: name.to_owned(),
        region: cell(Column::Region).map(str::to_owned),
        segment: cell(Column::Segment).map(str::to_owned),
        price: price(number, cell(Column::Price), cell(Column::Currency), cell(Column::Unit))?,
    };
    let text = tidy(&text).map_err(|_| wrong(number, "name_missing", name))?;
    Ok(Line { number, text, aliases })
}

fn price(
    number: u64,
    price: Option<&str>,
    currency: Option<&str>,
    unit: Option<&str>,
) -> Result<Option<Price>, ImportError> {
    let currency = match currency {
        None => Currency::EUR,
        Some(code) => Currency::new(code).map_err(|_| wrong(number, "currency_unknown", code))?,
    };
    let Some(text) = price else { return Ok(None) };
    let read = Price::parse(text, currency);
    let read = read.map_err(|_| wrong(number, "price_not_understood", text))?;
    Ok(Some(Price { unit: read.unit.or_else(|| unit.map(str::to_owned)), ..read }))
}

/// Tells what a table would change, and, unless it is but a preview, changes it. A blank cell says
/// nothing: what is known stays.
///
/// # Errors
/// Why the database failed; then nothing was written.
pub fn import(
    db: &Connection,
    of: Referent,
    table: Table,
    is_preview: bool,
    by: UserId,
    now_ms: i64,
) -> Result<ImportReport, NotMade> {
    let known = Known::load(db)?;
    let Table { separator, lines, errors } = table;
    let mut report =
        ImportReport { separator, new: 0, changed: 0, same: 0, sample: Vec::new(), errors };
    // Names that this file gave a meaning, which nothing else may have any more.
    let mut claimed = HashSet::new();
    let mut touched = HashSet::new();
    for line in lines {
        let Line { number, text, aliases } = line;
        let before = known.entry(of, &fold(&text.name));
        let holder = before.map(|entry| entry.reference_id);
        let is_taken = |name: &str| {
            let folded = fold(name);
            let other = known.entry(of, &folded).map(|entry| entry.reference_id);
            other.is_some_and(|other| Some(other) != holder) || claimed.contains(&folded)
        };
        let mut names = std::iter::once(&text.name).chain(&aliases);
        let is_second = holder.is_some_and(|id| touched.contains(&id));
        if let Some(taken) = names.find(|name| is_second || is_taken(name)) {
            report.errors.push(wrong(number, "name_twice", taken));
            continue;
        }
        touched.extend(holder);
        claimed.extend(std::iter::once(&text.name).chain(&aliases).map(|name| fold(name)));
        let stored = holder.map(|id| find(db, id)).transpose()?.flatten();
        let text = match (&stored, before) {
            (Some(stored), Some(before)) => ReferenceText {
                of,
                // A file that says it in other letters renames; one that uses an alias does not.
                name: if fold(&text.name) == fold(&before.name) {
                    text.name
                } else {
                    stored.name.clone()
                },
                region: text.region.or_else(|| stored.region.clone()),
                segment: text.segment.or_else(|| stored.segment.clone()),
                price: text.price.or_else(|| stored.price.clone()),
            },
            _ => text,
        };
        let is_new_alias = |alias: &&String| known.entry(of, &fold(alias)).is_none();
        let new_aliases: Vec<&String> = aliases.iter().filter(is_new_alias).collect();
        let count = match &stored {
            None => &mut report.new,
            Some(stored) if *stored == text && new_aliases.is_empty() => &mut report.same,
            Some(_) => &mut report.changed,
        };
        *count += 1;
        if report.sample.len() < SAMPLE {
            report.sample.push(text.clone());
        }
        if is_preview {
            continue;
        }
        let id = match (holder, &stored) {
            (Some(id), Some(stored)) => {
                if *stored != text {
                    put_changed(db, id, stored, &text)?;
                }
                id
            }
            _ => {
                let id = chance::reference_id()?;
                put_new(db, id, &text)?;
                id
            }
        };
        new_aliases.into_iter().try_for_each(|alias| claim(db, id, of, alias, true))?;
    }
    report.errors.sort_by_key(|error| error.line);
    report.errors.truncate(ERRORS_MAX);
    if !is_preview && report.new + report.changed > 0 {
        let about = format!("{}: {} new, {} changed", of.as_str(), report.new, report.changed);
        let recorded = audit::record(db, by, "reference_imported", Some(&about), None, now_ms);
        recorded.map_err(|error: StorageError| NotMade::from(error))?;
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(u64, String)> {
        let table = read_csv(text.as_bytes(), Referent::Product);
        table.errors.into_iter().map(|error| (error.line, error.code)).collect()
    }

    #[test]
    fn the_separator_is_the_one_the_headings_have() {
        for (headings, expected) in [
            ("name,region", ','),
            ("nom;région;prix", ';'),
            ("name\tprice", '\t'),
            ("\"name, or so\";region", ';'),
            ("name", ','),
        ] {
            assert_eq!(separator(headings), expected, "{headings}");
        }
    }

    #[test]
    fn lines_are_read_in_french_and_broken_ones_are_told_by_line() {
        let text = "\u{feff}Nom;Prix;Devise;Unité;Alias\r\n\
            Alpha;12,50;;kg;A|Al\r\n\
            ;1;;;\r\n\
            Beta;douze;;;\r\n\
            Gamma;1;EURO;;\r\n\
            alpha;2;;;\r\n\
            \r\n\
            Delta;1;CHF;;;surplus\r\n\
            Epsilon\r\n";
        let expected = [
            (3, "name_missing"),
            (4, "price_not_understood"),
            (5, "currency_unknown"),
            (6, "name_twice"),
            (8, "columns_wrong"),
        ];
        assert_eq!(codes(text), expected.map(|(line, code)| (line, code.to_owned())));
        let table = read_csv(text.as_bytes(), Referent::Product);
        assert_eq!(table.lines.len(), 2);
        assert_eq!(table.lines[0].text.price.as_ref().unwrap().to_string(), "12.5 EUR/kg");
        assert_eq!(table.lines[0].aliases, ["A", "Al"]);
    }

    #[test]
    fn other_encodings_and_other_tables_are_refused() {
        let table = read_csv(b"name;region\nCaf\xe9;Nord\n", Referent::Customer);
        assert_eq!((table.errors[0].line, &*table.errors[0].code), (2, "not_utf8"));
        assert!(table.lines.is_empty());
        assert_eq!(codes("a,b\n1,2"), [(1, "columns_wrong".to_owned())]);
        assert_eq!(codes("name,name\n1,2"), [(1, "columns_wrong".to_owned())]);
        assert_eq!(codes(""), [(1, "columns_wrong".to_owned())]);
    }
}
