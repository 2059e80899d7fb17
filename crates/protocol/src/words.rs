//! What marketing writes, in the languages of its reps.

use serde::{Deserialize, Serialize};

/// A text in English, French or both. Whoever reads the other language sees the one there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// In English; empty if nobody wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// In French; empty if nobody wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fr: String,
}

impl Words {
    /// The text for a reader of French, or of English.
    #[must_use]
    pub fn pick(&self, is_french: bool) -> &str {
        let (own, other) = if is_french { (&self.fr, &self.en) } else { (&self.en, &self.fr) };
        if own.trim().is_empty() { other } else { own }
    }

    /// Whether nobody wrote anything.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.en.trim().is_empty() && self.fr.trim().is_empty()
    }

    /// The longer of the two, in Unicode scalar values.
    #[must_use]
    pub fn chars_max(&self) -> usize {
        self.en.chars().count().max(self.fr.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_the_other_language_sees_the_one_there_is() {
        let words = Words { en: "New price".to_owned(), fr: "  ".to_owned() };
        assert_eq!(words.pick(true), "New price");
        assert_eq!(words.pick(false), "New price");
        assert!(!words.is_blank());
        assert!(Words::default().is_blank());
    }
}
