//! What is left of a name when it is compared with another.

use std::collections::HashSet;

use crate::similarity::fold::fold;

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
