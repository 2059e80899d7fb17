//! What a note says besides its words, as labelled facts in the order of reading.

use protocol::note::{AcceptanceLevel, CompetitorSighting, CustomerAcceptance, Gap, UnmetNeed};
use protocol::{Details, Note, Place, Price};

use crate::texts::Texts;

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: Value,
}

/// What a fact holds; how it looks is the view's affair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// The rep's own words.
    Text(String),
    /// One of a few choices, in the reader's language.
    Word(&'static str),
    Words(Vec<&'static str>),
    Price(Price),
    Level(AcceptanceLevel),
    Place(Place),
}

/// All facts that the note has.
pub(crate) fn facts(note: &Note, texts: &'static Texts) -> Vec<Fact> {
    let mut list = FactList(Vec::new());
    list.text(texts.customer, note.customer.as_ref());
    list.text(texts.product, note.product.as_ref());
    match &note.details {
        Details::Competitor(sighting) => sighting_facts(&mut list, sighting, texts),
        Details::Acceptance(acceptance) => acceptance_facts(&mut list, acceptance, texts),
        Details::Need(need) => need_facts(&mut list, need, texts),
        Details::Gap(gap) => gap_facts(&mut list, gap, texts),
    }
    if let Some(place) = note.place {
        list.push(texts.place, Value::Place(place));
    }
    if !note.hypotheses.is_empty() {
        let words = note.hypotheses.iter().map(|one| texts.hypothesis_word(*one)).collect();
        list.push(texts.hypotheses, Value::Words(words));
    }
    list.0
}

/// Who and what the note is about, for its line in the list: competitor, customer, product.
pub(crate) fn subjects(note: &Note) -> impl Iterator<Item = &str> {
    [note.competitor(), note.customer.as_deref(), note.product.as_deref()].into_iter().flatten()
}

/// The one fact of a kind that a list shows.
pub(crate) fn gist(note: &Note, texts: &'static Texts) -> Option<Value> {
    match &note.details {
        Details::Competitor(sighting) => {
            let compared = sighting.comparison.map(|one| Value::Word(texts.comparison_word(one)));
            sighting.price.clone().map(Value::Price).or(compared)
        }
        Details::Acceptance(acceptance) => acceptance.level.map(Value::Level),
        Details::Need(need) => need.urgency.map(|one| Value::Word(texts.urgency_word(one))),
        Details::Gap(gap) => gap.part.map(|one| Value::Word(texts.part_word(one))),
    }
}

fn sighting_facts(list: &mut FactList, sighting: &CompetitorSighting, texts: &'static Texts) {
    list.text(texts.competitor, sighting.competitor.as_ref());
    list.price(texts.their_price, sighting.price.as_ref());
    list.price(texts.our_price, sighting.our_price.as_ref());
    list.word(texts.comparison, sighting.comparison.map(|one| texts.comparison_word(one)));
    list.text(texts.terms, sighting.terms.as_ref());
    list.text(texts.validity, sighting.validity.as_ref());
    list.text(texts.seen_at, sighting.seen_at.as_ref());
}

fn acceptance_facts(list: &mut FactList, acceptance: &CustomerAcceptance, texts: &'static Texts) {
    if let Some(level) = acceptance.level {
        list.push(texts.level, Value::Level(level));
    }
    list.word(texts.relation, acceptance.relation.map(|one| texts.relation_word(one)));
}

fn need_facts(list: &mut FactList, need: &UnmetNeed, texts: &'static Texts) {
    list.text(texts.workaround, need.workaround.as_ref());
    list.word(texts.urgency, need.urgency.map(|one| texts.urgency_word(one)));
    list.price(texts.would_pay, need.would_pay.as_ref());
}

fn gap_facts(list: &mut FactList, gap: &Gap, texts: &'static Texts) {
    list.text(texts.promised, gap.promised.as_ref());
    list.text(texts.happened, gap.happened.as_ref());
    list.word(texts.part, gap.part.map(|one| texts.part_word(one)));
}

struct FactList(Vec<Fact>);

impl FactList {
    fn push(&mut self, label: &'static str, value: Value) {
        self.0.push(Fact { label, value });
    }

    fn text(&mut self, label: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            self.push(label, Value::Text(text.clone()));
        }
    }

    fn word(&mut self, label: &'static str, word: Option<&'static str>) {
        if let Some(word) = word {
            self.push(label, Value::Word(word));
        }
    }

    fn price(&mut self, label: &'static str, price: Option<&Price>) {
        if let Some(price) = price {
            self.push(label, Value::Price(price.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Kind;

    use super::*;
    use crate::texts::{EN, FR};

    fn note(json: &str) -> Note {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_fact_of_a_note_is_listed() {
        let note = note(
            r#"{"text":"x","customer":"Dupont","product":"Zip","hypotheses":["cycle"],"details":
            {"competitor":{"competitor":"Acme","price":{"amount":"9.9","currency":"EUR"},
            "our_price":{"amount":"12","currency":"EUR"},"comparison":"cheaper","terms":"30 d",
            "validity":"June","seen_at":"fair"}}}"#,
        );
        let labels: Vec<_> = facts(&note, &EN).into_iter().map(|fact| fact.label).collect();
        assert_eq!(
            labels,
            [
                "Customer",
                "Product",
                "Competitor",
                "Their price",
                "Our price",
                "Than ours",
                "Terms",
                "Valid",
                "Seen at",
                "The rep’s hypothesis",
            ]
        );
        assert_eq!(subjects(&note).collect::<Vec<_>>(), ["Acme", "Dupont", "Zip"]);
        assert!(matches!(gist(&note, &EN), Some(Value::Price(_))));
    }

    #[test]
    fn choices_are_told_in_the_readers_language() {
        let gap = note(r#"{"text":"x","details":{"gap":{"part":"product_composition"}}}"#);
        assert_eq!(gist(&gap, &FR), Some(Value::Word("Composition du produit")));
        let need = note(r#"{"text":"x","details":{"need":{"urgency":"now"}}}"#);
        assert_eq!(gist(&need, &EN), Some(Value::Word("Now")));
    }

    #[test]
    fn words_alone_have_no_facts() {
        for kind in Kind::ALL {
            let bare = note(&format!(r#"{{"text":"x","details":{{"{kind}":{{}}}}}}"#));
            assert_eq!(facts(&bare, &EN), []);
            assert_eq!(gist(&bare, &EN), None);
        }
    }
}
