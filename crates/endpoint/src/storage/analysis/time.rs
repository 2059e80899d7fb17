//! Weeks and quarters, in UTC.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use protocol::console::analysis::{Span, Start};

const DAY_MS: i64 = 24 * 3_600 * 1_000;
const EPOCH: Date = date(1970, 1, 1);

/// The first day of a week or quarter, in days since 1970.
pub(super) type Day = i64;

/// Tells in which week or quarter a moment is.
pub(super) struct Calendar {
    by: Span,
    /// First days of quarters by day: dates are reckoned once for each.
    quarters: HashMap<Day, Day>,
}

impl Calendar {
    pub(super) fn by(by: Span) -> Self {
        Self { by, quarters: HashMap::new() }
    }

    /// The first day of the span that this moment (milliseconds since 1970, UTC) is in.
    pub(super) fn start(&mut self, at_ms: i64) -> Day {
        let day = at_ms.div_euclid(DAY_MS);
        match self.by {
            // 1970 began on a Thursday.
            Span::Week => day - (day + 3).rem_euclid(7),
            Span::Quarter => *self.quarters.entry(day).or_insert_with(|| first_of_quarter(day)),
        }
    }
}

fn date_of(day: Day) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

fn first_of_quarter(day: Day) -> Day {
    let Some(here) = date_of(day) else { return day };
    let first = date(here.year(), (here.month() - 1) / 3 * 3 + 1, 1);
    first.since(EPOCH).map_or(day, |span| i64::from(span.get_days()))
}

/// As in ISO 8601.
pub(super) fn text(day: Day) -> Start {
    date_of(day).map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(by: Span, moment: &str) -> String {
        let moment: jiff::Timestamp = moment.parse().unwrap();
        text(Calendar::by(by).start(moment.as_millisecond()))
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(start(Span::Week, "2026-05-18T00:00:00Z"), "2026-05-18");
        assert_eq!(start(Span::Week, "2026-05-24T23:59:59.999Z"), "2026-05-18");
        assert_eq!(start(Span::Week, "2026-05-25T00:00:00Z"), "2026-05-25");
        assert_eq!(start(Span::Week, "1969-12-31T12:00:00Z"), "1969-12-29");
        assert_eq!(start(Span::Week, "2027-01-01T00:00:00Z"), "2026-12-28");
    }

    #[test]
    fn quarters_are_the_calendars() {
        assert_eq!(start(Span::Quarter, "2026-03-31T23:59:59Z"), "2026-01-01");
        assert_eq!(start(Span::Quarter, "2026-04-01T00:00:00Z"), "2026-04-01");
        assert_eq!(start(Span::Quarter, "2024-02-29T00:00:00Z"), "2024-01-01");
        assert_eq!(start(Span::Quarter, "1969-11-05T00:00:00Z"), "1969-10-01");
    }
}
