//! Numbers that analysis shows: shares, means, lengths of time, short days; and texts in two languages.

use js_sys::Intl;
use leptos::prelude::*;
use protocol::Words;
use wasm_bindgen::JsValue;

use super::{Locale, call, options, set};
use crate::clock;
use crate::day::Day;

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

impl Locale {
    /// "42%", of a share from 0 to 1.
    pub(crate) fn percent(&self, share: f64) -> String {
        self.formatted(share, &[("style", "percent")], None)
    }

    /// "3.8".
    pub(crate) fn decimal(&self, number: f64) -> String {
        self.formatted(number, &[], Some(1))
    }

    /// "35 minutes", "3.2 days".
    pub(crate) fn length(&self, length_ms: i64) -> String {
        #[expect(clippy::cast_precision_loss, reason = "one digit is shown")]
        let (number, unit) = in_units(length_ms as f64);
        let pairs = [("style", "unit"), ("unit", unit), ("unitDisplay", "long")];
        self.formatted(number, &pairs, Some(1))
    }

    /// "18 May 26".
    pub(crate) fn short_day(&self, day: Day) -> String {
        let pairs = [("day", "numeric"), ("month", "short"), ("year", "2-digit")];
        self.formats.with_value(|formats| {
            let format = Intl::DateTimeFormat::new(&formats.tags, &options(&pairs)).format();
            call(&format, &clock::date(clock::midnight_ms(day, 0)).into())
        })
    }

    /// What marketing wrote, in the reader's language where there is one.
    pub(crate) fn words(&self, words: &Words) -> String {
        let tag = self.formats.with_value(|formats| formats.tags.get(0).as_string());
        words.pick(tag.is_some_and(|tag| tag.starts_with("fr"))).to_owned()
    }

    fn formatted(&self, number: f64, pairs: &[(&str, &str)], digits: Option<u8>) -> String {
        let options = options(pairs);
        if let Some(digits) = digits {
            set(&options, "maximumFractionDigits", &JsValue::from(digits));
        }
        self.formats.with_value(|formats| {
            call(&Intl::NumberFormat::new(&formats.tags, &options).format(), &number.into())
        })
    }
}

/// The number and the unit, of those that people say, in which a length is short to tell.
fn in_units(length_ms: f64) -> (f64, &'static str) {
    if length_ms < HOUR_MS {
        ((length_ms / MINUTE_MS).round(), "minute")
    } else if length_ms < 2.0 * DAY_MS {
        (length_ms / HOUR_MS, "hour")
    } else {
        (length_ms / DAY_MS, "day")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_the_unit_that_people_would_take() {
        assert_eq!(in_units(90_000.0), (2.0, "minute"));
        assert_eq!(in_units(36.0 * HOUR_MS), (36.0, "hour"));
        assert_eq!(in_units(60.0 * HOUR_MS), (2.5, "day"));
    }
}
