//! What a bench measured, and whether that keeps its budget (DESIGN.md §7). Every bench speaks
//! through this crate, so that one table can hold them all.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

/// Names the file to which benches append their rows, one JSON a line. Without it a bench prints
/// its own table and fails where a budget is missed; with it, whoever named the file judges.
pub const ROWS_FILE: &str = "SIGHTLINE_BENCH_ROWS";

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was measured, and against what.
    pub name: String,
    /// The figure, in `unit`.
    pub measured: f64,
    /// What one of the figure is: `×` for a ratio, `ms`, `bytes` …
    pub unit: String,
    /// What the figure may be, none where it only helps to understand another row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// How the figure came about: the baseline's own value, the number of rounds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
}

/// What a figure may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// So much, or less.
    AtMost(f64),
    /// So much, or more.
    AtLeast(f64),
}

impl Row {
    /// A figure that only helps to understand.
    pub fn new(name: impl Into<String>, measured: f64, unit: impl Into<String>) -> Self {
        let (name, unit, basis) = (name.into(), unit.into(), String::new());
        Self { name, measured, unit, budget: None, basis }
    }

    /// The same, which must not be more than `most`.
    #[must_use]
    pub fn at_most(self, most: f64) -> Self {
        Self { budget: Some(Budget::AtMost(most)), ..self }
    }

    /// The same, which must not be less than `least`.
    #[must_use]
    pub fn at_least(self, least: f64) -> Self {
        Self { budget: Some(Budget::AtLeast(least)), ..self }
    }

    /// The same, with a word on how it came about.
    #[must_use]
    pub fn on(self, basis: impl Into<String>) -> Self {
        Self { basis: basis.into(), ..self }
    }

    /// Whether it keeps its budget, if it has one. A figure that is none keeps nothing.
    #[must_use]
    pub fn is_met(&self) -> bool {
        match self.budget {
            None => true,
            Some(Budget::AtMost(most)) => self.measured <= most,
            Some(Budget::AtLeast(least)) => self.measured >= least,
        }
    }

    const fn verdict(&self) -> &'static str {
        match self.budget {
            None => "",
            Some(_) => "ok",
        }
    }
}

/// The table of these rows: what, measured, budget, verdict.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut cells = vec![["row", "measured", "budget", ""].map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let budget = match row.budget {
            None => String::new(),
            Some(Budget::AtMost(most)) => format!("≤ {} {}", figure(most), row.unit),
            Some(Budget::AtLeast(least)) => format!("≥ {} {}", figure(least), row.unit),
        };
        let verdict = if row.is_met() { row.verdict() } else { "MISSED" };
        let name = match row.basis.as_str() {
            "" => row.name.clone(),
            basis => format!("{} ({basis})", row.name),
        };
        [name, format!("{} {}", figure(row.measured), row.unit), budget, verdict.to_owned()]
    }));
    let width = |column: usize| {
        cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: [usize; 4] = core::array::from_fn(|column| width(column).unwrap_or_default());
    let [name_width, measured_width, budget_width, _] = widths;
    let line = |[name, measured, budget, verdict]: &[String; 4]| {
        let line = format!(
            "{name:name_width$} | {measured:>measured_width$} | {budget:>budget_width$} | {verdict}"
        );
        line.trim_end_matches([' ', '|']).to_owned() + "\n"
    };
    cells.iter().map(line).collect()
}

/// Three digits that say something; none behind the point of what is large.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// Hands the rows of one bench on: into the file that [`ROWS_FILE`] names, else as a table on
/// standard output, with a failure where a budget is missed.
///
/// # Errors
/// Where they cannot be written.
pub fn report(rows: &[Row]) -> io::Result<ExitCode> {
    if let Some(file) = std::env::var_os(ROWS_FILE) {
        append(Path::new(&file), rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    write!(io::stdout(), "{}", table(rows))?;
    Ok(if rows.iter().all(Row::is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn append(file: &Path, rows: &[Row]) -> io::Result<()> {
    let mut file = File::options().create(true).append(true).open(file)?;
    for row in rows {
        writeln!(file, "{}", serde_json::to_string(row)?)?;
    }
    Ok(())
}

/// The rows in a file that benches appended to; none where no bench has written yet.
///
/// # Errors
/// Where it cannot be read.
pub fn read(file: &Path) -> io::Result<Vec<Row>> {
    match std::fs::read_to_string(file) {
        Ok(text) => text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The value that `share` of all are not above: 0.5 is the median. None of no values.
#[must_use]
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_kept_up_to_its_very_figure_and_never_by_what_is_no_figure() {
        assert!(Row::new("a", 2.0, "×").at_most(2.0).is_met());
        assert!(!Row::new("a", 2.01, "×").at_most(2.0).is_met());
        assert!(!Row::new("a", 0.84, "×").at_least(0.85).is_met());
        assert!(!Row::new("a", f64::NAN, "×").at_most(2.0).is_met());
        assert!(!Row::new("a", f64::NAN, "×").at_least(2.0).is_met());
    }

    #[test]
    fn the_table_says_what_was_missed() {
        let rows = [
            Row::new("backlog", 1.754, "×").at_most(2.0).on("raw POST 410 ms"),
            Row::new("intake", 0.571, "×").at_least(0.85),
            Row::new("notes", 10_000.0, "notes"),
        ];
        let expected = "\
row                       |    measured |   budget
backlog (raw POST 410 ms) |      1.75 × | ≤ 2.00 × | ok
intake                    |      0.57 × | ≥ 0.85 × | MISSED
notes                     | 10000 notes
";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn rows_survive_their_file() {
        let file = std::env::temp_dir().join(format!("rows-{}", std::process::id()));
        let rows = [Row::new("a", 1.5, "×").at_most(2.0), Row::new("b", 2.5, "ms").on("why")];
        append(&file, &rows[..1]).unwrap();
        append(&file, &rows[1..]).unwrap();
        assert_eq!(read(&file).unwrap(), rows);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(read(&file).unwrap(), []);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(percentile(&values, 0.5), Some(2.0));
        assert_eq!(percentile(&values, 0.95), Some(4.0));
        assert_eq!(percentile(&[7.0], 0.5), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
