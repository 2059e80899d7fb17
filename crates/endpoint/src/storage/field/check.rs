//! What a text for the field must not be. Each objection names the field.

use protocol::limits::{ITEMS_MAX, NAME_CHARS_MAX};
use protocol::{Code, Words};

use crate::storage::objection::Objection;

/// Not blank, and no longer than so many characters in either language.
pub(super) fn words(field: &str, words: &Words, chars_max: usize) -> Result<(), Objection> {
    if words.is_blank() {
        return Err(Objection::field(format!("{field}: blank")));
    }
    words_or_blank(field, words, chars_max)
}

/// No longer than so many characters in either language.
pub(super) fn words_or_blank(
    field: &str,
    words: &Words,
    chars_max: usize,
) -> Result<(), Objection> {
    length(field, words.chars_max(), chars_max)
}

/// No longer than so many characters.
pub(super) fn text(field: &str, text: &str, chars_max: usize) -> Result<(), Objection> {
    length(field, text.chars().count(), chars_max)
}

fn length(field: &str, chars: usize, chars_max: usize) -> Result<(), Objection> {
    if chars <= chars_max {
        return Ok(());
    }
    Err(Objection::field(format!("{field}: {chars} characters, at most {chars_max}")))
}

/// A name that says something.
pub(super) fn name(field: &str, name: &str) -> Result<(), Objection> {
    if name.trim().is_empty() {
        return Err(Objection::field(format!("{field}: blank")));
    }
    text(field, name, NAME_CHARS_MAX)
}

/// Not more than a list may have.
pub(super) fn count(field: &str, count: usize) -> Result<(), Objection> {
    at_most(field, count, ITEMS_MAX)
}

/// Not more than so many.
pub(super) fn at_most(field: &str, count: usize, count_max: usize) -> Result<(), Objection> {
    if count <= count_max {
        return Ok(());
    }
    Err(Objection::field(format!("{field}: {count}, at most {count_max}")))
}

/// Answers to choose from: none, or two and more.
pub(super) fn choices(field: &str, choices: &[Words]) -> Result<(), Objection> {
    count(field, choices.len())?;
    if choices.len() == 1 {
        return Err(Objection::field(format!("{field}: one alone is no choice")));
    }
    for (place, choice) in choices.iter().enumerate() {
        words(&format!("{field}[{place}]"), choice, NAME_CHARS_MAX)?;
    }
    Ok(())
}

/// A moment that is still to come.
pub(super) fn to_come(field: &str, at_ms: Option<i64>, now_ms: i64) -> Result<(), Objection> {
    if at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
        return Err(Objection::field(format!("{field}: it has passed")));
    }
    Ok(())
}

/// A calendar date as in ISO 8601.
pub(super) fn day(field: &str, day: Option<&str>) -> Result<(), Objection> {
    let is_day = |day: &str| day.len() == 10 && day.parse::<jiff::civil::Date>().is_ok();
    if day.is_some_and(|day| !is_day(day)) {
        return Err(Objection::field(format!("{field}: not a day such as 2026-06-01")));
    }
    Ok(())
}

/// Not more bytes than it may have.
pub(super) fn bytes(field: &str, text: &str, bytes_max: usize) -> Result<(), Objection> {
    if text.len() <= bytes_max {
        return Ok(());
    }
    let detail = format!("{field}: {} bytes, at most {bytes_max}", text.len());
    Err(Objection::new(Code::TooLarge, detail))
}
