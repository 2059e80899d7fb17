//! What is searched for, and where a text has it. Pure: folded text in, places out.

use device::fold::{fold, fold_onto};
use protocol::Note;
use protocol::note::Details;

/// Words that must all be in a note, each as the beginning of one of its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<String>);

/// A part of a text that is a match, or that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_match: bool,
}

impl Query {
    /// What somebody typed.
    pub(crate) fn new(typed: &str) -> Self {
        let folded = fold(typed);
        let words = folded.split(' ').filter(|word| !word.is_empty());
        Self(words.map(|word| format!(" {word}")).collect())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a folded text has all its words.
    pub(crate) fn is_in(&self, folded: &str) -> bool {
        self.0.iter().all(|word| folded.contains(&**word))
    }

    /// The parts of a text, in order; all of the text is in them.
    pub(crate) fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut done = 0;
        let mut push = |from: usize, to: usize, is_match| {
            if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
                pieces.push(Piece { text, is_match });
            }
        };
        for (from, to) in self.places(text) {
            push(done, from, false);
            push(from, to, true);
            done = to;
        }
        push(done, text.len(), false);
        pieces
    }

    /// A text from a little before its first match on, where that is behind the `shown` characters
    /// that are seen for certain.
    pub(crate) fn excerpt(&self, text: &str, shown: usize) -> String {
        let first = self.places(text).first().map_or(0, |(from, _)| *from);
        let before = text.get(..first).unwrap_or_default();
        if before.chars().nth(shown).is_none() {
            return text.to_owned();
        }
        let from = before.char_indices().rev().nth(shown / 3).map_or(0, |(at, _)| at);
        // From the next word on.
        let from = before.get(from..).and_then(|kept| kept.find(' ')).map_or(first, |at| from + at);
        format!("…{}", text.get(from..).unwrap_or_default())
    }

    /// Whether any of its words is in a text.
    pub(crate) fn touches(&self, text: &str) -> bool {
        let folded = fold(text);
        self.0.iter().any(|word| folded.contains(&**word))
    }

    /// Where its words are in a text, as byte ranges in order that do not overlap.
    fn places(&self, text: &str) -> Vec<(usize, usize)> {
        if self.is_empty() {
            return Vec::new();
        }
        // Of each byte of the folded text, which character it comes from.
        let (mut folded, mut origins) = (" ".to_owned(), vec![0]);
        for (at, character) in text.char_indices() {
            fold_onto(&mut folded, character);
            origins.resize(folded.len(), at);
        }
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (start, _) in folded.match_indices(' ') {
            let rest = folded.get(start..).unwrap_or_default();
            let matches = self.0.iter().filter(|word| rest.starts_with(&***word));
            let Some(len) = matches.map(String::len).max() else { continue };
            let origin_of = |at: usize| origins.get(at).copied().unwrap_or(text.len());
            let last = origin_of(start + len - 1);
            // All of the character that the match ends in, and the marks behind it.
            let after = origins.get(start + len..).unwrap_or_default();
            let to = after.iter().find(|origin| **origin > last).copied().unwrap_or(text.len());
            let from = origin_of(start + 1);
            places.push((from, to));
        }
        places
    }
}

/// Everything of a note that is searched, the words first.
pub(crate) fn searched(note: &Note) -> impl Iterator<Item = &str> {
    let names = [note.customer.as_deref(), note.product.as_deref(), note.competitor()];
    [Some(&*note.text)].into_iter().chain(names).chain(details(note)).flatten()
}

/// Its detail texts, which a row shows only where they match.
pub(crate) fn details(note: &Note) -> [Option<&str>; 3] {
    match &note.details {
        Details::Competitor(it) => {
            [it.terms.as_deref(), it.validity.as_deref(), it.seen_at.as_deref()]
        }
        Details::Acceptance(_) => [None; 3],
        Details::Need(it) => [it.workaround.as_deref(), None, None],
        Details::Gap(it) => [it.promised.as_deref(), it.happened.as_deref(), None],
    }
}

#[cfg(test)]
mod tests {
    use protocol::Kind;
    use protocol::note::Gap;

    use super::*;

    /// A text with its matches in brackets.
    fn marked(typed: &str, text: &str) -> String {
        let pieces = Query::new(typed).pieces(text).into_iter();
        pieces
            .map(|it| if it.is_match { format!("[{}]", it.text) } else { it.text.to_owned() })
            .collect()
    }

    fn is_found(typed: &str, text: &str) -> bool {
        Query::new(typed).is_in(&fold(text))
    }

    #[test]
    fn accents_and_capitals_make_no_difference() {
        assert!(is_found("ecart", "L’Écart de prix"));
        assert!(is_found("ÉCART", "un ecart"));
        assert!(is_found("oeuf", "Un œuf"));
        assert!(is_found("œuf", "des oeufs"));
    }

    #[test]
    fn every_word_is_required_and_its_beginning_is_enough() {
        assert!(is_found("dup cher", "Moins cher chez Dupont"));
        assert!(!is_found("dup dear", "Moins cher chez Dupont"));
        assert!(!is_found("pont", "Moins cher chez Dupont"));
    }

    #[test]
    fn punctuation_is_no_word() {
        assert!(Query::new(" , ’ ").is_empty());
        assert!(is_found("12,50", "à 12,50 €"));
    }

    #[test]
    fn what_matches_is_marked_in_the_text_as_it_was_typed() {
        assert_eq!(marked("ecart", "L’Écart, un ÉCARTEMENT"), "L’[Écart], un [ÉCART]EMENT");
        assert_eq!(marked("oe", "œuf d’œuvre"), "[œ]uf d’[œ]uvre");
        assert_eq!(marked("o", "œuf"), "[œ]uf");
        assert_eq!(marked("e", "e\u{301}cart"), "[e\u{301}]cart");
        assert_eq!(marked("du dupont", "Dupont, Durand"), "[Dupont], [Du]rand");
        assert_eq!(marked("x", "rien"), "rien");
        assert_eq!(marked("", "rien"), "rien");
        assert_eq!(marked("fin", "à la fin"), "à la [fin]");
    }

    #[test]
    fn an_excerpt_shows_a_match_that_is_far_behind() {
        let query = Query::new("carton");
        let text = format!("{} sous le carton bleu", "mot ".repeat(40));
        let excerpt = query.excerpt(&text, 70);
        assert!(excerpt.starts_with("… ") && excerpt.ends_with("sous le carton bleu"), "{excerpt}");
        assert!(excerpt.chars().count() < 60, "{excerpt}");
        assert_eq!(query.excerpt("un carton", 70), "un carton");
        let unbroken = format!("{} carton", "é".repeat(200));
        assert!(query.excerpt(&unbroken, 70).contains("carton"));
    }

    #[test]
    fn detail_texts_are_searched_too() {
        let gap = Gap { promised: Some("48 h".to_owned()), ..Gap::default() };
        let note = Note {
            text: "Livré tard".to_owned(),
            customer: Some("Moulin".to_owned()),
            product: None,
            visit_id: None,
            place: None,
            hypotheses: Vec::new(),
            details: Details::Gap(gap),
        };
        assert_eq!(searched(&note).collect::<Vec<_>>(), ["Livré tard", "Moulin", "48 h"]);
        assert_eq!(note.kind(), Kind::Gap);
        assert!(Query::new("48 z").touches("48 h") && !Query::new("49").touches("48 h"));
    }
}
