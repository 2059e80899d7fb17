//! Folding: text as somebody in a hurry types it, without accents, capitals or punctuation. "Écart",
//! "ecart" and "ÉCART" fold to the same, and so do "œuf" and "oeuf".

use std::cell::RefCell;

thread_local! {
    /// Characters that the browser has folded, in order: a text repeats a few dozens of them.
    static FOLDED: RefCell<Vec<(char, String)>> = const { RefCell::new(Vec::new()) };
}

/// A text folded: each of its words with one space before it, so that a word which begins with
/// `w` is found as `" w"`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 1);
    folded.push(' ');
    text.chars().for_each(|character| fold_onto(&mut folded, character));
    folded
}

/// Puts a character behind a text that is folded already: as a letter or two, as one space where it
/// ends a word, as nothing where it is a mark on the letter before it.
pub fn fold_onto(folded: &mut String, character: char) {
    match character {
        'a'..='z' | '0'..='9' => folded.push(character),
        'A'..='Z' => folded.push(character.to_ascii_lowercase()),
        _ if is_gap(character) => {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        _ => FOLDED.with_borrow_mut(|known| {
            let place = known.binary_search_by_key(&character, |(known, _)| *known);
            let place = place.unwrap_or_else(|place| {
                known.insert(place, (character, letters(character)));
                place
            });
            folded.push_str(known.get(place).map_or("", |(_, letters)| letters));
        }),
    }
}

/// Whether it stands between words: signs, punctuation, spaces, currencies, arrows.
const fn is_gap(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{bf}'
            | '×'
            | '÷'
            | '\u{2000}'..='\u{206f}'
            | '\u{20a0}'..='\u{20cf}'
            | '\u{2190}'..='\u{23ff}'
            | '\u{3000}'..='\u{303f}'
            | '\u{fe00}'..='\u{fe0f}'
    )
}

/// The plain letters of a character that is not plain.
fn letters(character: char) -> String {
    let mut letters = String::new();
    for part in decomposed(character).chars() {
        match part {
            // The marks that a decomposition takes off a letter.
            '\u{300}'..='\u{36f}' => {}
            'œ' => letters.push_str("oe"),
            'æ' => letters.push_str("ae"),
            'ß' => letters.push_str("ss"),
            'ø' => letters.push('o'),
            'ł' => letters.push('l'),
            part => letters.push(part),
        }
    }
    letters
}

/// In small letters, with the marks behind the letters that bear them. By the browser, which has
/// Unicode's tables.
#[cfg(target_arch = "wasm32")]
fn decomposed(character: char) -> String {
    let mut bytes = [0; 4];
    let text = js_sys::JsString::from(&*character.encode_utf8(&mut bytes));
    text.normalize("NFKD").to_lower_case().into()
}

/// The same without a browser, where only tests run: they get by with the letters of French.
#[cfg(not(target_arch = "wasm32"))]
fn decomposed(character: char) -> String {
    let small = character.to_lowercase();
    small
        .flat_map(|small| match small {
            'à' => ['a', '\u{300}'],
            'â' => ['a', '\u{302}'],
            'ç' => ['c', '\u{327}'],
            'è' => ['e', '\u{300}'],
            'é' => ['e', '\u{301}'],
            'ê' => ['e', '\u{302}'],
            'ë' => ['e', '\u{308}'],
            'î' => ['i', '\u{302}'],
            'ï' => ['i', '\u{308}'],
            'ô' => ['o', '\u{302}'],
            'ö' => ['o', '\u{308}'],
            'ù' => ['u', '\u{300}'],
            'û' => ['u', '\u{302}'],
            'ü' => ['u', '\u{308}'],
            other => [other, '\u{300}'],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What holds with the browser's tables and without.
    fn both() {
        assert_eq!(fold("Écart"), " ecart");
        assert_eq!(fold("L’œuf, 12,50 € !"), " l oeuf 12 50 ");
        assert_eq!(fold("ÇA Où\nNoël"), " ca ou noel");
        // Decomposed already, as some keyboards type it.
        assert_eq!(fold("e\u{301}cart"), " ecart");
        assert_eq!(fold(""), " ");
    }

    #[test]
    #[cfg(not(target_arch = "wasm32"))]
    fn accents_capitals_and_punctuation_fold_away() {
        both();
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_browser_folds_every_script() {
        both();
        assert_eq!(fold("Weiß Łódź SØR İzmir"), " weiss lodz sor izmir");
        assert_eq!(fold("ΆΝΝΑ Ёлка"), " αννα елка");
        assert_eq!(fold("ﬁn"), " fin");
    }
}
