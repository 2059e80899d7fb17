//! What the inbox's address says: the filters and the open note. Reload and "back" live on it.

use protocol::console::InboxQuery;
use protocol::{Kind, NoteId, RepId};

use crate::day::Day;
use crate::query_string::QueryString;

/// Where the console lives; the endpoint serves it there.
pub(crate) const BASE: &str = "/console";

/// The filters and the open note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) filters: Filters,
    pub(crate) note: Option<NoteId>,
}

/// Which notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filters {
    pub(crate) kind: Option<Kind>,
    pub(crate) rep: Option<RepId>,
    pub(crate) period: Period,
    pub(crate) words: String,
    /// The notes that their reps took back, instead of the others.
    pub(crate) withdrawn: bool,
}

/// When received, in days of the reader's own calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Period {
    #[default]
    Ever,
    Today,
    Week,
    Month,
    Dates {
        from: Option<Day>,
        to: Option<Day>,
    },
}

impl Period {
    /// The name in the address and of the choice; dates have their own parameters.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ever => "",
            Self::Today => "today",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Dates { .. } => "dates",
        }
    }

    /// Milliseconds since 1970 from which and before which. `midnight` tells when the day that
    /// lies so many days from another begins for the reader.
    fn bounds_ms(
        self,
        today: Day,
        midnight: impl Fn(Day, i32) -> i64,
    ) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Ever => (None, None),
            Self::Today => (Some(midnight(today, 0)), None),
            Self::Week => (Some(midnight(today, -6)), None),
            Self::Month => (Some(midnight(today, -29)), None),
            Self::Dates { from, to } => {
                (from.map(|day| midnight(day, 0)), to.map(|day| midnight(day, 1)))
            }
        }
    }
}

impl Filters {
    /// The question to the endpoint.
    pub(crate) fn query(&self, today: Day, midnight: impl Fn(Day, i32) -> i64) -> InboxQuery {
        let (from_ms, to_ms) = self.period.bounds_ms(today, midnight);
        let words = self.words.trim();
        InboxQuery {
            kind: self.kind,
            rep: self.rep,
            from_ms,
            to_ms,
            q: (!words.is_empty()).then(|| words.to_owned()),
            withdrawn: self.withdrawn,
            ..InboxQuery::default()
        }
    }
}

impl Address {
    /// Reads the parameters of an address; what makes no sense counts as absent.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name| parameter(name).and_then(|text| text.parse().ok());
        let period = match (parameter("since").as_deref(), day("from"), day("to")) {
            (Some("today"), ..) => Period::Today,
            (Some("7d"), ..) => Period::Week,
            (Some("30d"), ..) => Period::Month,
            (_, None, None) => Period::Ever,
            (_, from, to) => Period::Dates { from, to },
        };
        Self {
            filters: Filters {
                kind: parameter("kind").and_then(|text| text.parse().ok()),
                rep: parameter("rep").and_then(|text| text.parse().ok()),
                period,
                words: parameter("q").unwrap_or_default(),
                withdrawn: parameter("withdrawn").as_deref() == Some("true"),
            },
            note: parameter("note").and_then(|text| text.parse().ok()),
        }
    }

    /// The address to go to.
    pub(crate) fn href(&self) -> String {
        let Filters { kind, rep, period, words, withdrawn } = &self.filters;
        let (since, from, to) = match *period {
            Period::Ever => (None, None, None),
            Period::Dates { from, to } => (None, from, to),
            other => (Some(other.as_str()), None, None),
        };
        let query = QueryString::default()
            .with("kind", *kind)
            .with("rep", *rep)
            .with("since", since)
            .with("from", from)
            .with("to", to)
            .with("q", Some(words).filter(|words| !words.is_empty()))
            .with("withdrawn", withdrawn.then_some(true))
            .with("note", self.note)
            .finish();
        format!("{BASE}/{query}")
    }

    /// The same view with other filters; the open note belongs to the old ones and closes.
    pub(crate) fn filtered(&self, change: impl FnOnce(&mut Filters)) -> Self {
        let mut filters = self.filters.clone();
        change(&mut filters);
        Self { filters, note: None }
    }

    /// The same view with this note open, or none.
    pub(crate) fn opened(&self, note: Option<NoteId>) -> Self {
        Self { filters: self.filters.clone(), note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "0192a3b4-0000-7000-8000-000000000001";

    fn read(pairs: &[(&str, &str)]) -> Address {
        Address::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn utc_midnight(day: Day, days_later: i32) -> i64 {
        i64::from(day.day) + i64::from(days_later)
    }

    #[test]
    fn an_address_is_written_as_it_reads() {
        let address = read(&[
            ("kind", "gap"),
            ("since", "7d"),
            ("q", "prix été"),
            ("withdrawn", "true"),
            ("note", NOTE),
            ("x", "y"),
        ]);
        assert_eq!(address.filters.kind, Some(Kind::Gap));
        assert!(address.filters.withdrawn);
        assert_eq!(
            address.href(),
            format!(
                "/console/?kind=gap&since=7d&q=prix%20%C3%A9t%C3%A9&withdrawn=true&note={NOTE}"
            )
        );
        assert_eq!(address.opened(None).note, None);
        assert_eq!(address.filtered(|filters| filters.kind = None).note, None);
    }

    #[test]
    fn nonsense_in_an_address_counts_as_absent() {
        let address = read(&[
            ("kind", "joke"),
            ("rep", "x"),
            ("from", "2026-02-31"),
            ("withdrawn", "x"),
            ("note", "1"),
        ]);
        assert_eq!(address, Address::default());
        assert_eq!(address.href(), "/console/");
    }

    #[test]
    fn periods_cover_whole_days_of_the_reader() {
        let today: Day = "2026-05-20".parse().unwrap();
        let bounds = |period: Period| period.bounds_ms(today, utc_midnight);
        assert_eq!(bounds(Period::Ever), (None, None));
        assert_eq!(bounds(Period::Today), (Some(20), None));
        assert_eq!(bounds(Period::Week), (Some(14), None));
        assert_eq!(bounds(Period::Month), (Some(-9), None));
        let dates = read(&[("from", "2026-05-03"), ("to", "2026-05-04")]).filters.period;
        assert_eq!(bounds(dates), (Some(3), Some(5)), "the last day is included");
    }

    #[test]
    fn blank_words_ask_for_nothing() {
        let today: Day = "2026-05-20".parse().unwrap();
        let query = |words: &str| {
            Filters { words: words.to_owned(), ..Filters::default() }.query(today, utc_midnight).q
        };
        assert_eq!(query("  "), None);
        assert_eq!(query(" prix "), Some("prix".to_owned()));
    }
}
