//! What the inbox's address says: the filters and the open note. Reload and "back" live on it.

use protocol::console::people::UserId;
use protocol::console::work::WorkState;
use protocol::console::{InboxQuery, Says, Verdict, Without};
use protocol::note::Hypothesis;
use protocol::{Kind, NoteId, RepId, TopicId};

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
    pub(crate) state: Option<WorkState>,
    pub(crate) assignee: Option<UserId>,
    pub(crate) tag: Option<String>,
    /// Neither decided nor declined.
    pub(crate) open: bool,
    pub(crate) starred: bool,
    /// The notes that are out of sight, instead of the others.
    pub(crate) snoozed: bool,
    pub(crate) topic: Option<TopicId>,
    pub(crate) product: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) competitor: Option<String>,
    /// The customer's, else the rep's.
    pub(crate) region: Option<String>,
    pub(crate) segment: Option<String>,
    pub(crate) hypothesis: Option<Hypothesis>,
    /// What became of the hypothesis; it means nothing without one.
    pub(crate) verdict: Option<Verdict>,
    pub(crate) says: Option<Says>,
    pub(crate) without: Option<Without>,
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
            state: self.state,
            assignee: self.assignee,
            tag: self.tag.clone(),
            open: self.open,
            starred: self.starred,
            snoozed: self.snoozed,
            topic: self.topic,
            product: self.product.clone(),
            customer: self.customer.clone(),
            competitor: self.competitor.clone(),
            region: self.region.clone(),
            segment: self.segment.clone(),
            hypothesis: self.hypothesis,
            verdict: self.verdict,
            says: self.says.clone(),
            without: self.without,
            before: None,
            limit: None,
        }
    }

    /// The inbox's address with these filters and no note open.
    pub(crate) fn href(&self) -> String {
        format!("{BASE}/{}", self.parameters().finish())
    }

    /// As the address writes them; also what a saved view keeps.
    pub(crate) fn parameters(&self) -> QueryString {
        let (since, from, to) = match self.period {
            Period::Ever => (None, None, None),
            Period::Dates { from, to } => (None, from, to),
            other => (Some(other.as_str()), None, None),
        };
        QueryString::default()
            .with("kind", self.kind)
            .with("rep", self.rep)
            .with("since", since)
            .with("from", from)
            .with("to", to)
            .with("q", Some(&self.words).filter(|words| !words.is_empty()))
            .with("withdrawn", self.withdrawn.then_some(true))
            .with("state", self.state.map(WorkState::as_str))
            .with("assignee", self.assignee)
            .with("tag", self.tag.as_ref())
            .with("open", self.open.then_some(true))
            .with("starred", self.starred.then_some(true))
            .with("snoozed", self.snoozed.then_some(true))
            .with("topic", self.topic)
            .with("product", self.product.as_ref())
            .with("customer", self.customer.as_ref())
            .with("competitor", self.competitor.as_ref())
            .with("region", self.region.as_ref())
            .with("segment", self.segment.as_ref())
            .with("hypothesis", self.hypothesis.map(Hypothesis::as_str))
            .with("verdict", self.verdict.map(Verdict::as_str))
            .with("says", self.says.as_ref())
            .with("without", self.without.map(Without::as_str))
    }

    /// How many of those are set that a small screen folds away.
    pub(crate) fn folded(&self) -> usize {
        let Self { state, assignee, tag, region, hypothesis, withdrawn, .. } = self;
        let set = [
            state.is_some(),
            assignee.is_some(),
            tag.is_some(),
            region.is_some(),
            hypothesis.is_some(),
            *withdrawn,
        ];
        set.into_iter().filter(|is_set| *is_set).count()
    }
}

impl Address {
    /// Reads the parameters of an address; what makes no sense counts as absent.
    pub(crate) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name| parameter(name).and_then(|text| text.parse().ok());
        let text = |name| parameter(name).filter(|text| !text.trim().is_empty());
        let is_set = |name| parameter(name).as_deref() == Some("true");
        let state = |text: String| WorkState::ALL.iter().find(|it| it.as_str() == text).copied();
        let hypothesis =
            |text: String| Hypothesis::ALL.iter().find(|it| it.as_str() == text).copied();
        let verdict = |text: String| Verdict::ALL.iter().find(|it| it.as_str() == text).copied();
        let without = |text: String| Without::ALL.iter().find(|it| it.as_str() == text).copied();
        let hypothesis = parameter("hypothesis").and_then(hypothesis);
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
                withdrawn: is_set("withdrawn"),
                state: parameter("state").and_then(state),
                assignee: parameter("assignee").and_then(|text| text.parse().ok()).map(UserId),
                tag: text("tag"),
                open: is_set("open"),
                starred: is_set("starred"),
                snoozed: is_set("snoozed"),
                topic: parameter("topic").and_then(|text| text.parse().ok()),
                product: text("product"),
                customer: text("customer"),
                competitor: text("competitor"),
                region: text("region"),
                segment: text("segment"),
                hypothesis,
                verdict: hypothesis.and_then(|_| parameter("verdict")).and_then(verdict),
                says: parameter("says").and_then(|text| text.parse().ok()),
                without: parameter("without").and_then(without),
            },
            note: parameter("note").and_then(|text| text.parse().ok()),
        }
    }

    /// The address to go to.
    pub(crate) fn href(&self) -> String {
        format!("{BASE}/{}", self.filters.parameters().with("note", self.note).finish())
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
    use protocol::note::Part;

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
            ("state", "declined"),
            ("assignee", "7"),
            ("tag", "prix"),
            ("note", NOTE),
            ("x", "y"),
        ]);
        assert_eq!(address.filters.kind, Some(Kind::Gap));
        assert!(address.filters.withdrawn);
        assert_eq!(
            address.href(),
            format!(
                "/console/?kind=gap&since=7d&q=prix%20%C3%A9t%C3%A9&withdrawn=true&state=declined\
                 &assignee=7&tag=prix&note={NOTE}"
            )
        );
        assert_eq!(address.opened(None).note, None);
        assert_eq!(address.filtered(|filters| filters.kind = None).note, None);
    }

    #[test]
    fn the_endpoint_is_asked_for_every_filter_of_the_address() {
        let topic = "0192a3b4-0000-7000-8000-000000000002";
        let pairs = [
            ("state", "new"),
            ("assignee", "7"),
            ("tag", "prix"),
            ("starred", "true"),
            ("snoozed", "true"),
            ("topic", topic),
            ("product", "Zip"),
            ("customer", "Dupont"),
            ("competitor", "Acme"),
            ("region", "Nord"),
            ("segment", "Hotels"),
            ("hypothesis", "cycle"),
            ("verdict", "added"),
            ("says", "part:message"),
            ("without", "product"),
        ];
        let filters = read(&pairs).filters;
        assert!(pairs.iter().all(|(name, _)| filters.href().contains(&format!("{name}="))));
        let query = filters.query("2026-05-20".parse().unwrap(), utc_midnight);
        assert_eq!((query.state, query.assignee), (Some(WorkState::New), Some(UserId(7))));
        assert_eq!((query.starred, query.snoozed), (true, true));
        assert_eq!(query.topic.map(|it| it.to_string()).as_deref(), Some(topic));
        assert_eq!(query.hypothesis, Some(Hypothesis::Cycle));
        assert_eq!((query.verdict, query.without), (Some(Verdict::Added), Some(Without::Product)));
        assert_eq!(query.says, Some(Says::Part(Some(Part::Message))));
        let words = [query.tag, query.product, query.customer, query.competitor, query.region];
        assert_eq!(words.map(Option::unwrap), ["prix", "Zip", "Dupont", "Acme", "Nord"]);
        assert_eq!(query.segment.as_deref(), Some("Hotels"));
    }

    #[test]
    fn nonsense_in_an_address_counts_as_absent() {
        let address = read(&[
            ("kind", "joke"),
            ("rep", "x"),
            ("from", "2026-02-31"),
            ("withdrawn", "x"),
            ("note", "1"),
            ("state", "lost"),
            ("assignee", "me"),
            ("tag", " "),
            ("starred", "yes"),
            ("hypothesis", "x"),
            ("verdict", "added"),
            ("says", "joke"),
            ("without", "x"),
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
