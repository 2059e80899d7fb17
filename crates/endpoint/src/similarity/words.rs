//! The words of a text that say what it is about, in English or French.

use super::fold::fold;

/// A word that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it has in common with its other forms: "freezes" and "freezing" are "freez".
    pub stem: String,
    /// As it was written, in small letters.
    pub spelling: String,
}

/// The words of a text without those that every text has, and whether it denies something: "plays
/// all discs" and "does not play all discs" are of the same words.
#[must_use]
pub fn words(text: &str) -> (Vec<Word>, bool) {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let (mut words, mut is_negated) = (Vec::new(), false);
    for token in text.split(|character: char| !(character.is_alphanumeric() || character == '\'')) {
        if token.ends_with("n't") {
            is_negated = true;
            continue;
        }
        // What stands before or behind an apostrophe is short: "l'écart", "it's".
        for spelling in token.split('\'') {
            let folded = fold(spelling);
            is_negated |= NEGATIONS.binary_search(&&*folded).is_ok();
            if folded.chars().nth(1).is_some() && STOP_WORDS.binary_search(&&*folded).is_err() {
                words.push(Word { stem: stem(&folded), spelling: spelling.to_owned() });
            }
        }
    }
    (words, is_negated)
}

/// Takes off the endings of plurals and verbs. Too light to be right each time; wrong in the same
/// way for the same word, which is what matters.
fn stem(word: &str) -> String {
    let mut stem = match word.strip_suffix("ies") {
        Some(root) if root.len() > 1 => format!("{root}y"),
        _ => word.to_owned(),
    };
    if stem.len() > 3
        && stem.ends_with(['s', 'x'])
        && !stem.ends_with("ss")
        && !stem.ends_with("us")
    {
        stem.pop();
    }
    let ending = ["ing", "ed", "ly"].iter().find(|ending| {
        stem.strip_suffix(**ending).is_some_and(|root| root.chars().nth(2).is_some())
    });
    if let Some(ending) = ending {
        stem.truncate(stem.len().saturating_sub(ending.len()));
        let mut ends = stem.chars().rev();
        if let (Some(last), Some(before)) = (ends.next(), ends.next())
            && last == before
            && !matches!(last, 'l' | 's')
        {
            stem.pop();
        }
    }
    if stem.len() > 4 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

/// What a word begins with in all its forms, folded; the whole of a short one.
#[must_use]
pub fn beginning(spelling: &str) -> String {
    let folded = fold(spelling);
    let stem = stem(&folded);
    let shared = folded.chars().zip(stem.chars()).take_while(|(a, b)| a == b);
    let shared: String = shared.map(|(character, _)| character).collect();
    if shared.chars().nth(BEGINNING_CHARS_MIN - 1).is_some() { shared } else { folded }
}

/// Shorter beginnings are those of too many words.
pub const BEGINNING_CHARS_MIN: usize = 4;

/// Folded, in order.
const NEGATIONS: &[&str] = &[
    "aucun", "aucune", "cannot", "cant", "doesnt", "dont", "isnt", "jamais", "ne", "neither",
    "never", "no", "none", "nor", "not", "nothing", "pas", "personne", "rien", "sans", "wasnt",
    "without", "wont",
];

/// Folded, in order.
const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "ai", "ainsi", "all", "alors", "also", "am", "an",
    "and", "any", "are", "as", "assez", "at", "au", "aucun", "aucune", "aussi", "autre", "autres",
    "aux", "avaient", "avait", "avant", "avec", "avoir", "avons", "be", "beaucoup", "because",
    "been", "before", "being", "bien", "both", "but", "by", "can", "cannot", "cant", "car", "ce",
    "ceci", "cela", "celle", "celles", "celui", "ces", "cet", "cette", "ceux", "chaque", "chez",
    "ci", "comme", "comment", "contre", "could", "dans", "de", "deja", "depuis", "des", "deux",
    "did", "dit", "do", "does", "doesnt", "doing", "donc", "done", "dont", "down", "du", "each",
    "elle", "elles", "en", "encore", "entre", "est", "et", "etaient", "etait", "ete", "etre",
    "eux", "even", "ever", "fait", "faut", "few", "font", "for", "from", "further", "get", "gets",
    "getting", "got", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his",
    "how", "if", "il", "ils", "in", "into", "is", "isnt", "it", "its", "itself", "jamais", "je",
    "jusqu", "just", "la", "le", "les", "leur", "leurs", "like", "lorsque", "lui", "ma", "mais",
    "make", "makes", "may", "me", "meme", "memes", "mes", "might", "moi", "moins", "mon", "more",
    "most", "much", "must", "my", "myself", "ne", "neither", "never", "ni", "no", "none", "nor",
    "nos", "not", "nothing", "notre", "nous", "now", "of", "off", "on", "once", "one", "only",
    "ont", "or", "other", "ou", "our", "ours", "out", "over", "own", "par", "parce", "pas",
    "personne", "peu", "peut", "plus", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle",
    "quelles", "quels", "qui", "quite", "quoi", "rather", "re", "really", "rien", "sa", "same",
    "sans", "se", "ses", "she", "should", "si", "so", "some", "son", "sont", "sous", "such", "sur",
    "ta", "tes", "than", "that", "the", "their", "them", "then", "there", "these", "they", "thing",
    "things", "this", "those", "through", "to", "toi", "ton", "too", "tous", "tout", "toute",
    "toutes", "tres", "trop", "tu", "two", "un", "under", "une", "until", "up", "upon", "us",
    "use", "used", "uses", "using", "ve", "very", "via", "vos", "votre", "vous", "was", "wasnt",
    "we", "well", "were", "what", "when", "where", "which", "while", "who", "whom", "why", "will",
    "with", "without", "wont", "would", "yet", "you", "your", "yours",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).0.into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn the_lists_are_in_order() {
        assert!(NEGATIONS.is_sorted() && STOP_WORDS.is_sorted());
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        assert_eq!(stems("The batteries"), stems("a battery"));
        assert_eq!(stems("It freezes"), stems("freezing!"));
        assert_eq!(stems("stopped"), stems("stopping"));
        assert_eq!(stems("Les délais"), stems("un delai"));
        assert_eq!(stems("prix élevé"), stems("PRIX ELEVE"));
        assert_eq!(stems("the of à et la"), [""; 0]);
    }

    #[test]
    fn a_beginning_is_that_of_all_forms() {
        assert_eq!(beginning("Batteries"), beginning("battery")[..6]);
        assert_eq!(beginning("Délais"), "delai");
        assert_eq!(beginning("prix"), "prix");
        assert_eq!(beginning("red"), "red");
    }

    #[test]
    fn apostrophes_and_denials_are_understood_in_both_languages() {
        assert_eq!(stems("l\u{2019}écart d'aujourd'hui"), ["ecart", "aujourd", "hui"]);
        for text in ["It doesn't play", "won\u{2019}t", "never", "Il ne joue pas", "sans batterie"]
        {
            assert!(words(text).1, "{text}");
        }
        assert!(!words("It plays everything, notably discs").1);
    }
}
