//! Names as they are compared.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that say how a company is owned, and nothing of who it is.
const LEGAL_FORMS: &[&str] = &[
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "snc",
    "sci",
    "scop",
    "ste",
    "societe",
    "ets",
    "etablissements",
    "cie",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "co",
    "company",
    "corp",
    "corporation",
    "inc",
    "incorporated",
    "llc",
    "llp",
    "ltd",
    "limited",
    "plc",
    "bv",
    "nv",
    "spa",
    "srl",
    "ab",
    "oy",
    "as",
    "aps",
    "group",
    "groupe",
    "holding",
];

/// A name without case, accents and double spaces: two names that fold to the same are one.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|character| character.to_ascii_lowercase()));
        } else {
            word.nfkd().filter(|it| !is_combining_mark(*it)).for_each(|it| push(&mut folded, it));
        }
    }
    folded
}

/// What has no decomposition, as people type it who lack the key.
fn push(folded: &mut String, character: char) {
    match character {
        'œ' | 'Œ' => folded.push_str("oe"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'ß' | 'ẞ' => folded.push_str("ss"),
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        '‘' | '’' => folded.push('\''),
        other => folded.extend(other.to_lowercase()),
    }
}

/// What is left of a name without punctuation and legal forms: "Dupont S.A." is "dupont".
pub(super) fn core(name: &str) -> String {
    let folded = fold(name).replace('.', "");
    let words: Vec<&str> =
        folded.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let telling: Vec<&str> =
        words.iter().copied().filter(|word| !LEGAL_FORMS.contains(word)).collect();
    if telling.is_empty() { words.join(" ") } else { telling.join(" ") }
}

/// Three characters in a row, of each word with two blanks before and one behind it.
pub(super) fn trigrams(core: &str) -> HashSet<[char; 3]> {
    let mut trigrams = HashSet::new();
    for word in core.split(' ').filter(|word| !word.is_empty()) {
        let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
        trigrams.extend(padded.windows(3).filter_map(|window| <[char; 3]>::try_from(window).ok()));
    }
    trigrams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_accents_and_spaces_are_one() {
        assert_eq!(fold("  Crédit\u{a0} AGRICOLE "), "credit agricole");
        assert_eq!(fold("Cre\u{301}dit agricole"), "credit agricole");
        assert_eq!(fold("Bœuf & Fils"), "boeuf & fils");
        assert_eq!(fold("L’Oréal"), "l'oreal");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ＡＢＣ"), "abc");
    }

    #[test]
    fn legal_forms_say_nothing_unless_they_are_all_there_is() {
        for name in ["Dupont SA", "DUPONT S.A.", "Sté Dupont", "Dupont, S.A.R.L."] {
            assert_eq!(core(name), "dupont", "{name}");
        }
        assert_eq!(core("SA"), "sa");
        assert_eq!(core("Müller & Söhne GmbH & Co. KG"), "muller sohne");
    }
}
