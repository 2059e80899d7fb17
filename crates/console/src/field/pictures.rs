//! Pictures of a text. On the wire they stand in it as `data:` addresses; who writes sees
//! "picture:1" in their place, as nobody can work with 200,000 letters in a line.

use std::sync::Arc;

/// The pictures that short names stand for, the first being 1.
pub(super) type Pictures = Vec<Arc<str>>;

const DATA: &str = "](data:image/";
const SHORT: &str = "](picture:";

/// The text with a short name in place of each picture; the pictures are added.
pub(super) fn fold(text: &str, pictures: &mut Pictures) -> String {
    let mut short = String::with_capacity(text.len().min(1 << 16));
    let mut rest = text;
    while let Some(start) = rest.find(DATA) {
        let (before, from) = rest.split_at(start);
        let Some(end) = from.find(')') else { break };
        short.push_str(before);
        short.push_str(SHORT);
        short.push_str(&number_of(&from[2..end], pictures).to_string());
        rest = &from[end..];
    }
    short.push_str(rest);
    short
}

/// The text as it travels.
pub(super) fn unfold(short: &str, pictures: &Pictures) -> String {
    let mut text = String::with_capacity(short.len());
    let mut rest = short;
    while let Some(start) = rest.find(SHORT) {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let name = &from[2..];
        let end = name.find(')').unwrap_or(name.len());
        text.push_str("](");
        text.push_str(named(&name[..end], pictures).map_or(&name[..end], |data| &**data));
        rest = &name[end..];
    }
    text.push_str(rest);
    text
}

/// How many bytes the text will have as it travels, without making it.
pub(super) fn size(short: &str, pictures: &Pictures) -> usize {
    let names = short.match_indices(SHORT).filter_map(|(start, _)| {
        let name = &short[start + 2..];
        let name = &name[..name.find(')')?];
        Some(named(name, pictures)?.len().saturating_sub(name.len()))
    });
    short.len() + names.sum::<usize>()
}

/// The picture of this short name: "picture:1".
pub(super) fn named<'a>(name: &str, pictures: &'a Pictures) -> Option<&'a Arc<str>> {
    let number: usize = name.strip_prefix("picture:")?.parse().ok()?;
    pictures.get(number.checked_sub(1)?)
}

/// What to write where this picture belongs.
pub(super) fn mark(data: &str, alt: &str, pictures: &mut Pictures) -> String {
    // Brackets would end the words, a line break the picture.
    let alt: String =
        alt.chars().filter(|it| !matches!(it, '[' | ']' | '\n' | '\r' | '\\')).collect();
    format!("![{alt}{SHORT}{})", number_of(data, pictures))
}

/// Puts a piece into a text before its n-th UTF-16 unit, as a field counts; at the end where there
/// are fewer.
pub(super) fn insert(text: &str, utf16: u32, piece: &str) -> String {
    let mut units = 0;
    let place = text.char_indices().find(|(_, it)| {
        let is_here = units >= utf16;
        units += it.len_utf16() as u32;
        is_here
    });
    let (before, after) = text.split_at(place.map_or(text.len(), |(place, _)| place));
    format!("{before}{piece}{after}")
}

fn number_of(data: &str, pictures: &mut Pictures) -> usize {
    if let Some(place) = pictures.iter().position(|one| &**one == data) {
        return place + 1;
    }
    pictures.push(data.into());
    pictures.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a ![x](data:image/png;base64,AAAA) b ![](data:image/webp;base64,BB==)\n\
                        ![again](data:image/png;base64,AAAA) [l](https://x.example)";

    #[test]
    fn pictures_are_folded_and_come_back() {
        let mut pictures = Pictures::new();
        let short = fold(TEXT, &mut pictures);
        assert_eq!(
            short,
            "a ![x](picture:1) b ![](picture:2)\n![again](picture:1) [l](https://x.example)"
        );
        assert_eq!(pictures.len(), 2, "the same picture is kept once");
        assert_eq!(unfold(&short, &pictures), TEXT);
        assert_eq!(size(&short, &pictures), TEXT.len());
    }

    #[test]
    fn what_is_no_picture_stays_as_it_is() {
        let mut pictures = Pictures::new();
        for text in ["", "![x](data:image/png;base64,never closed", "![x](picture:9) é ](picture:"]
        {
            assert_eq!(fold(text, &mut pictures), text);
            assert_eq!(unfold(text, &pictures), text);
            assert_eq!(size(text, &pictures), text.len());
        }
        assert!(named("picture:0", &vec!["x".into()]).is_none());
    }

    #[test]
    fn a_picture_goes_where_the_cursor_is() {
        assert_eq!(insert("aé😀b", 4, "|"), "aé😀|b");
        assert_eq!(insert("ab", 0, "|"), "|ab");
        assert_eq!(insert("ab", 99, "|"), "ab|");
        let mut pictures = Pictures::new();
        assert_eq!(mark("data:image/webp;base64,A", "a [b]", &mut pictures), "![a b](picture:1)");
    }
}
