//! Makes visible what raw text could hide: control characters and marks that turn the writing
//! direction (SECURITY.md, "input").

/// The text with such characters written as their numbers: ‹U+202E›.
pub(super) fn marks(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for character in raw.chars() {
        if is_hidden(character) {
            text.push_str(&format!("‹U+{:04X}›", u32::from(character)));
        } else {
            text.push(character);
        }
    }
    text
}

const fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_ascii_control() || matches!(character, '\u{80}'..='\u{9f}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_marks_are_written_out_and_all_else_stays() {
        assert_eq!(marks("a\u{202e}b\0\u{7f}"), "a‹U+202E›b‹U+0000›‹U+007F›");
        assert_eq!(marks("{\"text\":\"été 👩‍🚀\"}\n\t"), "{\"text\":\"été 👩‍🚀\"}\n\t");
    }
}
