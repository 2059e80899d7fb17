//! A note as a row of cells.

use protocol::Note;
use protocol::console::InboxNote;
use protocol::note::{AcceptanceLevel, Comparison, Details, Part, Relation, Urgency};
use protocol::price::Price;

macro_rules! columns {
    ($($name:ident),+ $(,)?) => {
        /// One note as a row, or what was written beside it: that row has the same `note_id`.
        #[derive(Default)]
        pub(super) struct Row { $($name: String),+ }

        impl Row {
            /// What stands above each cell; stable.
            pub(super) const HEADINGS: &[&str] = &[$(stringify!($name)),+];

            /// The cells, in the order of their headings, as they are.
            pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
                [$(&*self.$name),+].into_iter()
            }
        }
    };
}

columns! {
    note_id, received_at, saved_at, rep, kind, text, customer, product, competitor, price, our_price,
    comparison, terms, validity, seen_at, acceptance, relation, urgency, workaround, would_pay,
    promised, happened, part, hypotheses, visit_id, place, withdrawn, state, topic, tags,
    declined_because,
}

impl Row {
    pub(super) fn of(inbox: &InboxNote, note: &Note) -> Self {
        let InboxNote { note_id, rep, saved_at, received_at_ms, work, .. } = inbox;
        let hypotheses: Vec<_> = note.hypotheses.iter().map(|one| one.as_str()).collect();
        let row = Self {
            note_id: note_id.to_string(),
            received_at: iso(*received_at_ms),
            saved_at: iso(saved_at.unix_ms),
            rep: rep.name.clone(),
            kind: note.kind().as_str().to_owned(),
            text: note.text.clone(),
            customer: or_empty(&note.customer),
            product: or_empty(&note.product),
            hypotheses: hypotheses.join(" "),
            visit_id: note.visit_id.map(|id| id.to_string()).unwrap_or_default(),
            place: note.place.map(|place| place.to_string()).unwrap_or_default(),
            withdrawn: choice(inbox.is_withdrawn.then_some("yes")),
            state: work.state.as_str().to_owned(),
            topic: work.topic.as_ref().map(|topic| topic.title.clone()).unwrap_or_default(),
            tags: work.tags.join(" | "),
            declined_because: choice(work.reason.as_ref().map(|reason| reason.pick(false))),
            ..Self::default()
        };
        row.with(&note.details)
    }

    fn with(self, details: &Details) -> Self {
        let price =
            |price: &Option<Price>| price.as_ref().map(Price::to_string).unwrap_or_default();
        match details {
            Details::Competitor(sighting) => Self {
                competitor: or_empty(&sighting.competitor),
                price: price(&sighting.price),
                our_price: price(&sighting.our_price),
                comparison: choice(sighting.comparison.map(Comparison::as_str)),
                terms: or_empty(&sighting.terms),
                validity: or_empty(&sighting.validity),
                seen_at: or_empty(&sighting.seen_at),
                ..self
            },
            Details::Acceptance(acceptance) => Self {
                acceptance: choice(acceptance.level.map(step)),
                relation: choice(acceptance.relation.map(Relation::as_str)),
                ..self
            },
            Details::Need(need) => Self {
                urgency: choice(need.urgency.map(Urgency::as_str)),
                workaround: or_empty(&need.workaround),
                would_pay: price(&need.would_pay),
                ..self
            },
            Details::Gap(gap) => Self {
                promised: or_empty(&gap.promised),
                happened: or_empty(&gap.happened),
                part: choice(gap.part.map(Part::as_str)),
                ..self
            },
        }
    }
}

fn or_empty(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn choice(name: Option<&str>) -> String {
    name.unwrap_or_default().to_owned()
}

const fn step(level: AcceptanceLevel) -> &'static str {
    match level {
        AcceptanceLevel::Rejects => "1",
        AcceptanceLevel::Reluctant => "2",
        AcceptanceLevel::Open => "3",
        AcceptanceLevel::Likes => "4",
        AcceptanceLevel::Adopts => "5",
    }
}

/// RFC 3339 in UTC; a clock beyond jiff's 9,999 years reads as its number.
fn iso(unix_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(unix_ms)
        .map_or_else(|_| unix_ms.to_string(), |moment| moment.to_string())
}
