//! Folding: "Écart", "ecart" and "ÉCART" fold to the same, and so do "œuf" and "oeuf".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in small letters, without accents, with one space where it has any number, and none at
/// its ends.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        // Nearly all of them.
        if word.is_ascii() {
            folded.extend(word.chars().map(|character| character.to_ascii_lowercase()));
            continue;
        }
        for character in word.nfkd().filter(|character| !is_combining_mark(*character)) {
            for lower in character.to_lowercase() {
                match lower {
                    'œ' => folded.push_str("oe"),
                    'æ' => folded.push_str("ae"),
                    'ß' => folded.push_str("ss"),
                    'ø' => folded.push('o'),
                    'ł' => folded.push('l'),
                    '\u{2018}' | '\u{2019}' => folded.push('\''),
                    lower => folded.push(lower),
                }
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_spaces_are_folded_and_signs_are_kept() {
        assert_eq!(fold("  L\u{2019}ÉCART\u{a0} du\tcœur "), "l'ecart du coeur");
        assert_eq!(fold("e\u{301}cart"), fold("écart"));
        assert_eq!(fold("Müller & Söhne"), "muller & sohne");
        assert_eq!(fold(" \u{a0}"), "");
    }
}
