//! What a form holds, and how it becomes a note. No browser in here but the signals.

use device::Draft;
use leptos::prelude::*;
use protocol::note::{
    AcceptanceLevel, Comparison, CompetitorSighting, CustomerAcceptance, Details, Fault, Field,
    Gap, Hypothesis, Part, Relation, UnmetNeed, Urgency,
};
use protocol::{Currency, Kind, Note, Price};

/// A field beside the words. Choices hold the wire name of what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Customer,
    Product,
    Competitor,
    Price,
    OurPrice,
    Comparison,
    Terms,
    Validity,
    SeenAt,
    Level,
    Relation,
    Urgency,
    Workaround,
    Promised,
    Happened,
    Part,
    Clientele,
    Technique,
    Perception,
    Cycle,
    Place,
}

impl Input {
    const ALL: [Self; 21] = [
        Self::Customer,
        Self::Product,
        Self::Competitor,
        Self::Price,
        Self::OurPrice,
        Self::Comparison,
        Self::Terms,
        Self::Validity,
        Self::SeenAt,
        Self::Level,
        Self::Relation,
        Self::Urgency,
        Self::Workaround,
        Self::Promised,
        Self::Happened,
        Self::Part,
        Self::Clientele,
        Self::Technique,
        Self::Perception,
        Self::Cycle,
        Self::Place,
    ];

    /// Its name in a stored draft and in the page. Never change one: drafts outlive updates.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Product => "product",
            Self::Competitor => "competitor",
            Self::Price => "price",
            Self::OurPrice => "our-price",
            Self::Comparison => "comparison",
            Self::Terms => "terms",
            Self::Validity => "validity",
            Self::SeenAt => "seen-at",
            Self::Level => "level",
            Self::Relation => "relation",
            Self::Urgency => "urgency",
            Self::Workaround => "workaround",
            Self::Promised => "promised",
            Self::Happened => "happened",
            Self::Part => "part",
            Self::Clientele => "clientele",
            Self::Technique => "technique",
            Self::Perception => "perception",
            Self::Cycle => "cycle",
            Self::Place => "place",
        }
    }

    /// Beside which field of the note its error stands.
    pub(crate) const fn field(self) -> Field {
        match self {
            Self::Customer => Field::Customer,
            Self::Product => Field::Product,
            Self::Competitor => Field::Competitor,
            Self::Price => Field::Price,
            Self::OurPrice => Field::OurPrice,
            _ => Field::Details,
        }
    }

    /// The checkbox of a hypothesis.
    pub(crate) const fn of_hypothesis(hypothesis: Hypothesis) -> Self {
        match hypothesis {
            Hypothesis::Clientele => Self::Clientele,
            Hypothesis::Technique => Self::Technique,
            Hypothesis::Perception => Self::Perception,
            Hypothesis::Cycle => Self::Cycle,
        }
    }
}

/// What a ticked checkbox holds.
pub(crate) const TICKED: &str = "yes";

/// A form that is being filled in; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) text: RwSignal<String>,
    inputs: [RwSignal<String>; Input::ALL.len()],
    /// While a save is under way, or done: then the draft is the save's to take away.
    pub(crate) is_saving: RwSignal<bool>,
    /// Once another tab goes on with the same draft: then it is that tab's to keep.
    pub(crate) is_elsewhere: RwSignal<bool>,
}

impl Form {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: RwSignal::default(),
            inputs: Input::ALL.map(|_| RwSignal::default()),
            is_saving: RwSignal::new(false),
            is_elsewhere: RwSignal::new(false),
        }
    }

    pub(crate) const fn input(&self, input: Input) -> RwSignal<String> {
        self.inputs[input as usize]
    }

    /// What is typed so far, tracked.
    pub(crate) fn draft(&self) -> Draft {
        let filled = |input: Input| {
            let content = self.input(input).get();
            (!content.is_empty()).then(|| (input.name().to_owned(), content))
        };
        Draft { text: self.text.get(), fields: Input::ALL.into_iter().filter_map(filled).collect() }
    }

    /// What is typed so far; empty once the form is gone.
    pub(crate) fn draft_untracked(&self) -> Draft {
        untrack(|| self.draft())
    }

    /// Brings a draft back. What was typed meanwhile comes after it, unless one has the other's
    /// words already: what was typed before a reload is in both.
    pub(crate) fn restore(&self, draft: Draft) {
        self.text.update(|text| {
            let typed = core::mem::replace(text, draft.text);
            if typed.starts_with(text.as_str()) {
                *text = typed;
            } else if !text.contains(&typed) {
                text.push('\n');
                text.push_str(&typed);
            }
        });
        for (name, content) in draft.fields {
            let input = Input::ALL.into_iter().find(|input| input.name() == name);
            if let Some(signal) = input.map(|input| self.input(input))
                && signal.with_untracked(String::is_empty)
            {
                signal.set(content);
            }
        }
    }
}

/// The note that a form's content makes. Of which visit it is, no field says.
///
/// # Errors
/// Every rule that it breaks, and where.
pub(crate) fn read(kind: Kind, draft: &Draft, currency: Currency) -> Result<Note, Vec<Fault>> {
    let mut faults = Vec::new();
    let content = |input: Input| {
        let named = draft.fields.iter().find(|(name, _)| name == input.name());
        named.map(|(_, content)| content.trim()).filter(|content| !content.is_empty())
    };
    let text = |input| content(input).map(str::to_owned);
    let mut price = |input: Input| {
        Price::parse(content(input)?, currency)
            .map_err(|code| faults.push(Fault { field: input.field(), code }))
            .ok()
    };
    let details = match kind {
        Kind::Competitor => Details::Competitor(CompetitorSighting {
            competitor: text(Input::Competitor),
            price: price(Input::Price),
            our_price: price(Input::OurPrice),
            comparison: chosen(Comparison::ALL, Comparison::as_str, content(Input::Comparison)),
            terms: text(Input::Terms),
            validity: text(Input::Validity),
            seen_at: text(Input::SeenAt),
        }),
        Kind::Acceptance => Details::Acceptance(CustomerAcceptance {
            level: chosen(AcceptanceLevel::ALL, AcceptanceLevel::as_str, content(Input::Level)),
            relation: chosen(Relation::ALL, Relation::as_str, content(Input::Relation)),
        }),
        Kind::Need => Details::Need(UnmetNeed {
            workaround: text(Input::Workaround),
            urgency: chosen(Urgency::ALL, Urgency::as_str, content(Input::Urgency)),
            would_pay: price(Input::Price),
        }),
        Kind::Gap => Details::Gap(Gap {
            promised: text(Input::Promised),
            happened: text(Input::Happened),
            part: chosen(Part::ALL, Part::as_str, content(Input::Part)),
        }),
    };
    let hypotheses = Hypothesis::ALL
        .iter()
        .copied()
        .filter(|hypothesis| content(Input::of_hypothesis(*hypothesis)).is_some())
        .collect();
    let note = Note {
        text: draft.text.clone(),
        customer: text(Input::Customer),
        product: text(Input::Product),
        visit_id: None,
        place: content(Input::Place).and_then(|place| place.parse().ok()),
        hypotheses,
        details,
    };
    faults.splice(0..0, note.faults());
    if faults.is_empty() { Ok(note) } else { Err(faults) }
}

/// What a form shows of a note: the content that makes the same note again.
pub(crate) fn write(note: &Note) -> Draft {
    let mut fields = Vec::new();
    let mut set = |input: Input, content: Option<String>| {
        fields.extend(content.map(|content| (input.name().to_owned(), content)));
    };
    let word = |word: Option<&'static str>| word.map(str::to_owned);
    let price = |price: &Option<Price>| price.as_ref().map(typed);
    set(Input::Customer, note.customer.clone());
    set(Input::Product, note.product.clone());
    match &note.details {
        Details::Competitor(sighting) => {
            set(Input::Competitor, sighting.competitor.clone());
            set(Input::Price, price(&sighting.price));
            set(Input::OurPrice, price(&sighting.our_price));
            set(Input::Comparison, word(sighting.comparison.map(Comparison::as_str)));
            set(Input::Terms, sighting.terms.clone());
            set(Input::Validity, sighting.validity.clone());
            set(Input::SeenAt, sighting.seen_at.clone());
        }
        Details::Acceptance(acceptance) => {
            set(Input::Level, word(acceptance.level.map(AcceptanceLevel::as_str)));
            set(Input::Relation, word(acceptance.relation.map(Relation::as_str)));
        }
        Details::Need(need) => {
            set(Input::Workaround, need.workaround.clone());
            set(Input::Urgency, word(need.urgency.map(Urgency::as_str)));
            set(Input::Price, price(&need.would_pay));
        }
        Details::Gap(gap) => {
            set(Input::Promised, gap.promised.clone());
            set(Input::Happened, gap.happened.clone());
            set(Input::Part, word(gap.part.map(Part::as_str)));
        }
    }
    set(Input::Place, note.place.map(|place| place.to_string()));
    for hypothesis in &note.hypotheses {
        set(Input::of_hypothesis(*hypothesis), Some(TICKED.to_owned()));
    }
    // In the order in which a form tells what is typed.
    fields.sort_by_key(|(name, _)| Input::ALL.iter().position(|input| input.name() == name));
    Draft { text: note.text.clone(), fields }
}

/// A price as somebody could have typed it. Three digits behind a point would read as thousands:
/// one more keeps them what they are.
fn typed(price: &Price) -> String {
    let text = price.to_string();
    if Price::parse(&text, price.currency).as_ref() == Ok(price) {
        return text;
    }
    text.replacen(' ', "0 ", 1)
}

fn chosen<T: Copy>(all: &[T], name: fn(T) -> &'static str, content: Option<&str>) -> Option<T> {
    let content = content?;
    all.iter().copied().find(|choice| name(*choice) == content)
}

#[cfg(test)]
mod tests {
    use protocol::Code;

    use super::*;

    fn draft(text: &str, fields: &[(&str, &str)]) -> Draft {
        let fields = fields.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect();
        Draft { text: text.to_owned(), fields }
    }

    #[test]
    fn a_filled_form_becomes_a_note_and_the_words_stay_as_typed() {
        let draft = draft(
            " moins cher chez eux \n",
            &[("competitor", " Dupont "), ("price", "12,50 €"), ("clientele", TICKED)],
        );
        let note = read(Kind::Competitor, &draft, Currency::EUR).unwrap();
        assert_eq!(note.text, " moins cher chez eux \n");
        assert_eq!(note.competitor(), Some("Dupont"));
        assert_eq!(note.hypotheses, [Hypothesis::Clientele]);
        let Details::Competitor(sighting) = note.details else { panic!("{:?}", note.details) };
        assert_eq!(sighting.price.unwrap().to_string(), "12.5 EUR");
    }

    #[test]
    fn what_was_typed_before_the_draft_came_stands_behind_it() {
        Owner::new().with(|| {
            let form = Form::new(Kind::Need);
            form.text.set("typed".to_owned());
            form.restore(draft("", &[]));
            assert_eq!(form.text.get_untracked(), "typed");
            form.restore(draft("kept", &[]));
            assert_eq!(form.text.get_untracked(), "kept\ntyped");
            form.restore(draft("kept\ntyped", &[]));
            form.text.update(|text| text.push_str(" more"));
            form.restore(draft("kept\ntyped", &[]));
            assert_eq!(form.text.get_untracked(), "kept\ntyped more", "before a reload");
            form.restore(draft("kept\ntyped more words", &[]));
            assert_eq!(form.text.get_untracked(), "kept\ntyped more words");
        });
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let draft = draft("", &[("price", "1e309"), ("our-price", "x")]);
        let faults = read(Kind::Competitor, &draft, Currency::EUR).unwrap_err();
        let expected = [
            (Field::Text, Code::TextEmpty),
            (Field::Price, Code::PriceNotUnderstood),
            (Field::OurPrice, Code::PriceNotUnderstood),
        ];
        assert_eq!(faults, expected.map(|(field, code)| Fault { field, code }));
    }

    #[test]
    fn every_acceptance_step_is_read_back() {
        for level in AcceptanceLevel::ALL {
            let draft = draft("x", &[("level", level.as_str())]);
            let note = read(Kind::Acceptance, &draft, Currency::EUR).unwrap();
            let Details::Acceptance(acceptance) = note.details else { panic!() };
            assert_eq!(acceptance.level, Some(*level));
        }
    }

    #[test]
    fn an_edit_that_changes_nothing_makes_the_same_note() {
        let filled = [
            (
                Kind::Competitor,
                &[
                    ("customer", "Garage Moulin"),
                    ("competitor", "Dupont"),
                    ("price", "1.2990 EUR/kg"),
                    ("our-price", "1299 CHF"),
                    ("comparison", "cheaper"),
                    ("terms", "30 jours"),
                    ("validity", "fin mai"),
                    ("seen-at", "rayon"),
                    ("clientele", TICKED),
                    ("cycle", TICKED),
                ][..],
            ),
            (Kind::Acceptance, &[("level", "likes"), ("relation", "prospect")][..]),
            (
                Kind::Need,
                &[
                    ("product", "X2"),
                    ("price", "0.5 EUR"),
                    ("urgency", "now"),
                    ("workaround", "à la main"),
                ][..],
            ),
            (
                Kind::Gap,
                &[
                    ("promised", "48 h"),
                    ("happened", "9 jours"),
                    ("part", "operations"),
                    ("place", "48.86,2.29"),
                ][..],
            ),
        ];
        // The prices name their currency, whatever a bare number would mean by now.
        let dollars = Currency::new("USD").unwrap();
        for (kind, fields) in filled {
            let note = read(kind, &draft(" deux\nlignes ", fields), Currency::EUR).unwrap();
            let again = write(&note);
            assert_eq!(again.fields.len(), fields.len(), "{again:?}");
            assert_eq!(read(kind, &again, dollars).unwrap(), note);
        }
    }

    #[test]
    fn inputs_stand_at_their_own_place() {
        for (index, input) in Input::ALL.into_iter().enumerate() {
            assert_eq!(input as usize, index, "{}", input.name());
        }
    }
}
