//! What all sections need: the language, the filters, and the addresses of notes.

use protocol::console::analysis::Span;
use protocol::console::{Says, Verdict, Without};
use protocol::note::Hypothesis;
use protocol::{Kind, TopicId};

use super::filters::Filters;
use crate::address::BASE;
use crate::chart::end_of;
use crate::clock;
use crate::day::Day;
use crate::locale::{Locale, fill};
use crate::query_string::QueryString;
use crate::texts::pages::AnalysisTexts;

/// See the module.
#[derive(Clone)]
pub(super) struct View {
    pub(super) locale: Locale,
    pub(super) filters: Filters,
    today: Day,
}

/// Which notes a mark stands for, besides what the filters say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Behind<'a> {
    pub(super) kind: Option<Kind>,
    pub(super) product: Option<&'a str>,
    pub(super) competitor: Option<&'a str>,
    pub(super) topic: Option<TopicId>,
    pub(super) region: Option<&'a str>,
    pub(super) hypothesis: Option<Hypothesis>,
    pub(super) verdict: Option<Verdict>,
    pub(super) says: Option<&'a Says>,
    pub(super) without: Option<Without>,
    /// The week or quarter that begins on this day.
    pub(super) start: Option<Day>,
}

impl View {
    pub(super) fn of(locale: Locale, filters: Filters) -> Self {
        Self { locale, filters, today: clock::today() }
    }

    pub(super) const fn texts(&self) -> &'static AnalysisTexts {
        &self.locale.texts.pages.analysis
    }

    /// The inbox with these notes.
    pub(super) fn href(&self, behind: Behind<'_>) -> String {
        href(&self.filters, self.filters.dates(self.today), behind)
    }

    /// "18 May 26", "Q2 2026".
    pub(super) fn start(&self, day: Day) -> String {
        match self.filters.by {
            Span::Week => self.locale.short_day(day),
            Span::Quarter => {
                let quarter =
                    fill(self.texts().quarter, "{q}", &((day.month - 1) / 3 + 1).to_string());
                fill(&quarter, "{y}", &day.year.to_string())
            }
        }
    }

    /// A count, as the reader's language writes it.
    pub(super) fn number(&self, count: u64) -> String {
        self.locale.number(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

fn href(filters: &Filters, dates: (Option<Day>, Option<Day>), behind: Behind<'_>) -> String {
    let (from, to) = match behind.start {
        // The first and the last span may reach beyond what the filters let in.
        Some(start) => {
            let end = end_of(start, filters.by);
            (
                Some(dates.0.map_or(start, |from| from.max(start))),
                Some(dates.1.map_or(end, |to| to.min(end))),
            )
        }
        None => dates,
    };
    let query = QueryString::default()
        .with("kind", behind.kind)
        .with("rep", filters.rep)
        .with("from", from)
        .with("to", to)
        .with("topic", behind.topic)
        .with("product", behind.product.or(filters.product.as_deref()))
        .with("competitor", behind.competitor)
        .with("region", behind.region.or(filters.region.as_deref()))
        .with("segment", filters.segment.as_ref())
        .with("hypothesis", behind.hypothesis.map(Hypothesis::as_str))
        .with("verdict", behind.verdict.map(Verdict::as_str))
        .with("says", behind.says)
        .with("without", behind.without.map(Without::as_str));
    format!("{BASE}/{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_mark_leads_to_the_notes_of_its_week() {
        let behind = Behind {
            kind: Some(Kind::Competitor),
            product: Some("Zip & Co"),
            competitor: Some("Acme"),
            start: Some(day("2026-05-18")),
            ..Behind::default()
        };
        assert_eq!(
            href(&Filters::default(), (None, None), behind),
            "/console/?kind=competitor&from=2026-05-18&to=2026-05-24&product=Zip%20%26%20Co\
             &competitor=Acme"
        );
    }

    #[test]
    fn a_mark_leads_no_further_than_the_region_and_segment_that_are_looked_at() {
        let filters = Filters {
            region: Some("Nord".to_owned()),
            segment: Some("Hotels".to_owned()),
            ..Filters::default()
        };
        let to = |behind| href(&filters, (None, None), behind);
        assert_eq!(to(Behind::default()), "/console/?region=Nord&segment=Hotels");
        let gap = Says::Part(None);
        assert_eq!(
            to(Behind { region: Some("Est"), says: Some(&gap), ..Behind::default() }),
            "/console/?region=Est&segment=Hotels&says=part%3Aunsaid"
        );
        let hypothesis = Some(Hypothesis::Cycle);
        assert_eq!(
            to(Behind { hypothesis, verdict: Some(Verdict::Added), ..Behind::default() }),
            "/console/?region=Nord&segment=Hotels&hypothesis=cycle&verdict=added"
        );
    }

    #[test]
    fn a_mark_at_the_edge_leads_to_no_note_beyond_the_filters() {
        let behind = Behind { start: Some(day("2026-04-01")), ..Behind::default() };
        let filters = Filters { by: Span::Quarter, ..Filters::default() };
        assert_eq!(
            href(&filters, (Some(day("2026-04-10")), Some(day("2026-05-20"))), behind),
            "/console/?from=2026-04-10&to=2026-05-20"
        );
    }
}
