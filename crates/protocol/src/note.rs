//! A note: one observation from the field, of one of four kinds (DESIGN.md §1).

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::choice::choice;
use crate::id::VisitId;
use crate::limits::{DETAIL_CHARS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::place::Place;
use crate::price::Price;
use crate::problem::Code;

/// The four kinds, in the order of the home screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A competitor's offer, seen in the field.
    Competitor,
    /// How well a customer or prospect accepts a product.
    Acceptance,
    /// Something that a customer needs and nobody sells.
    Need,
    /// What was promised and what happened differ.
    Gap,
}

impl Kind {
    /// All kinds, in the order of the home screen.
    pub const ALL: [Self; 4] = [Self::Competitor, Self::Acceptance, Self::Need, Self::Gap];

    /// The kind's name on the wire, in addresses and in test ids.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Competitor => "competitor",
            Self::Acceptance => "acceptance",
            Self::Need => "need",
            Self::Gap => "gap",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(Code::UnknownKind)
    }
}

/// One observation. Immutable once saved: an edit is a new operation on the same note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The rep's words, exactly as typed: never trimmed, never normalised.
    pub text: String,
    /// Who was visited; free text until marketing ties it to reference data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Our product that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The visit during which it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// Roughly where it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Why the rep thinks this is so: none, one or more of four.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<Hypothesis>,
    /// What only this kind of note has.
    pub details: Details,
}

/// What only one kind of note has. Everything in it is optional: a rep who has ten seconds
/// writes the words alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Details {
    /// See [`Kind::Competitor`].
    Competitor(CompetitorSighting),
    /// See [`Kind::Acceptance`].
    Acceptance(CustomerAcceptance),
    /// See [`Kind::Need`].
    Need(UnmetNeed),
    /// See [`Kind::Gap`].
    Gap(Gap),
}

impl Details {
    /// Details of this kind with nothing filled in.
    #[must_use]
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Competitor => Self::Competitor(CompetitorSighting::default()),
            Kind::Acceptance => Self::Acceptance(CustomerAcceptance::default()),
            Kind::Need => Self::Need(UnmetNeed::default()),
            Kind::Gap => Self::Gap(Gap::default()),
        }
    }
}

/// Who offers what, at which price, and how that compares with ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetitorSighting {
    /// The competitor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competitor: Option<String>,
    /// Their price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Our price for the same, as the customer knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub our_price: Option<Price>,
    /// Theirs against ours, when there are no figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Payment, delivery, quantity: whatever the price hangs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// How long the offer stands, in the rep's words or as a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<String>,
    /// Where it was seen: a shelf, a quotation, a fair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<String>,
}

/// How a customer or prospect takes to a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAcceptance {
    /// The step on the scale of five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<AcceptanceLevel>,
    /// Whether they buy from us already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

/// What a customer needs and nobody sells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetNeed {
    /// How they manage today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// How soon they want it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// What they would pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_pay: Option<Price>,
}

/// Where theory and practice part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// What was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<String>,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<String>,
    /// Which part of the plan is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

choice! {
    /// Their price against ours.
    Comparison {
        /// Theirs is lower.
        Cheaper = "cheaper",
        /// No difference worth naming.
        Same = "same",
        /// Theirs is higher.
        Dearer = "dearer",
    }
}
choice! {
    /// Five steps from refusal to adoption.
    AcceptanceLevel {
        /// 1: will not have it.
        Rejects = "rejects",
        /// 2: has doubts.
        Reluctant = "reluctant",
        /// 3: would listen.
        Open = "open",
        /// 4: likes it.
        Likes = "likes",
        /// 5: uses it or orders it.
        Adopts = "adopts",
    }
}
choice! {
    /// Whether the person already buys from us.
    Relation {
        /// Buys already.
        Customer = "customer",
        /// Does not buy yet.
        Prospect = "prospect",
    }
}
choice! {
    /// How soon a need wants an answer.
    Urgency {
        /// Some day.
        Someday = "someday",
        /// Within the season.
        Soon = "soon",
        /// It stops them today.
        Now = "now",
    }
}
choice! {
    /// What marketing can rectify, and operations besides.
    Part {
        /// Who we address.
        TargetMarket = "target_market",
        /// What we say.
        Message = "message",
        /// What we sell.
        ProductComposition = "product_composition",
        /// How we deliver.
        Operations = "operations",
    }
}
choice! {
    /// The rep's explanation of what was seen.
    Hypothesis {
        /// Another kind of customer would respond.
        Clientele = "clientele",
        /// Another way of selling would work.
        Technique = "technique",
        /// They see the product otherwise than it is.
        Perception = "perception",
        /// They decide slower, faster or at another time.
        Cycle = "cycle",
    }
}

impl AcceptanceLevel {
    /// The step, 1 to 5.
    #[must_use]
    pub const fn step(self) -> u8 {
        self as u8 + 1
    }
}

/// A field of a note, to set an error beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The words.
    Text,
    /// The customer's name.
    Customer,
    /// The product's name.
    Product,
    /// The competitor's name.
    Competitor,
    /// Their price, or what they would pay.
    Price,
    /// Our price.
    OurPrice,
    /// Any of the folded texts.
    Details,
}

/// One rule that a note breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub field: Field,
    /// Which rule.
    pub code: Code,
}

impl Note {
    /// The kind, as told by the details.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.details {
            Details::Competitor(_) => Kind::Competitor,
            Details::Acceptance(_) => Kind::Acceptance,
            Details::Need(_) => Kind::Need,
            Details::Gap(_) => Kind::Gap,
        }
    }

    /// The competitor's name, where this kind has one.
    #[must_use]
    pub fn competitor(&self) -> Option<&str> {
        match &self.details {
            Details::Competitor(sighting) => sighting.competitor.as_deref(),
            _ => None,
        }
    }

    /// The rules that this note breaks, none if it may be saved. The app checks before it saves,
    /// the endpoint before it shows a note in the inbox.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.text.trim().is_empty() {
            faults.push(Fault { field: Field::Text, code: Code::TextEmpty });
        }
        let mut bound = |field, text: Option<&str>, chars_max| {
            if text.is_some_and(|text| text.chars().nth(chars_max).is_some()) {
                faults.push(Fault { field, code: Code::TextTooLong });
            }
        };
        bound(Field::Text, Some(&self.text), TEXT_CHARS_MAX);
        bound(Field::Customer, self.customer.as_deref(), NAME_CHARS_MAX);
        bound(Field::Product, self.product.as_deref(), NAME_CHARS_MAX);
        let unit = |price: &'_ Option<Price>| price.as_ref().and_then(|price| price.unit.clone());
        match &self.details {
            Details::Competitor(sighting) => {
                bound(Field::Competitor, sighting.competitor.as_deref(), NAME_CHARS_MAX);
                bound(Field::Price, unit(&sighting.price).as_deref(), NAME_CHARS_MAX);
                bound(Field::OurPrice, unit(&sighting.our_price).as_deref(), NAME_CHARS_MAX);
                bound(Field::Details, sighting.terms.as_deref(), DETAIL_CHARS_MAX);
                bound(Field::Details, sighting.validity.as_deref(), DETAIL_CHARS_MAX);
                bound(Field::Details, sighting.seen_at.as_deref(), DETAIL_CHARS_MAX);
            }
            Details::Acceptance(_) => {}
            Details::Need(need) => {
                bound(Field::Details, need.workaround.as_deref(), DETAIL_CHARS_MAX);
                bound(Field::Price, unit(&need.would_pay).as_deref(), NAME_CHARS_MAX);
            }
            Details::Gap(gap) => {
                bound(Field::Details, gap.promised.as_deref(), DETAIL_CHARS_MAX);
                bound(Field::Details, gap.happened.as_deref(), DETAIL_CHARS_MAX);
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str) -> Note {
        Note {
            text: text.to_owned(),
            customer: None,
            product: None,
            visit_id: None,
            place: None,
            hypotheses: Vec::new(),
            details: Details::empty(Kind::Competitor),
        }
    }

    #[test]
    fn words_alone_make_a_note() {
        assert_eq!(note("cheaper at Dupont").faults(), []);
    }

    #[test]
    fn blank_words_do_not() {
        let expected = [Fault { field: Field::Text, code: Code::TextEmpty }];
        assert_eq!(note(" \n\u{a0}").faults(), expected);
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert_eq!(note(&"é".repeat(TEXT_CHARS_MAX)).faults(), []);
        let expected = [Fault { field: Field::Text, code: Code::TextTooLong }];
        assert_eq!(note(&"é".repeat(TEXT_CHARS_MAX + 1)).faults(), expected);
    }

    #[test]
    fn the_wire_form_is_short_and_names_the_kind() {
        let json = serde_json::to_string(&note("x")).unwrap();
        assert_eq!(json, r#"{"text":"x","details":{"competitor":{}}}"#);
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note("x"));
    }

    #[test]
    fn a_newer_app_may_add_fields() {
        let json = r#"{"text":"x","mood":1,"details":{"competitor":{"shelf":"A"}}}"#;
        assert_eq!(serde_json::from_str::<Note>(json).unwrap(), note("x"));
    }
}
