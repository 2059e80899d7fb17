//! The reader's language at work: its texts, and numbers, dates and prices by `Intl`.

mod numbers;

use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use protocol::Price;
use wasm_bindgen::JsValue;

use crate::clock;
use crate::day::Day;
use crate::preferences::{Language, Preferences};
use crate::texts::{EN, FR, Plural, Texts};

/// Texts and formats of one language. The page is built anew when the language changes, so that
/// views take their texts once.
#[derive(Clone, Copy)]
pub(crate) struct Locale {
    pub(crate) texts: &'static Texts,
    formats: StoredValue<Formats, LocalStorage>,
}

struct Formats {
    tags: Array,
    number: Function,
    plural: Intl::PluralRules,
    relative_day: Intl::RelativeTimeFormat,
    day: Function,
    day_and_year: Function,
    time: Function,
    moment: Function,
}

/// The locale of the page.
pub(crate) fn use_locale() -> Locale {
    expect_context()
}

impl Locale {
    /// The locale of this language, in the variant that the browser asks for.
    pub(crate) fn of(language: Language, preferences: Preferences) -> Self {
        let tag = preferences.browser_tags.with_value(|tags| language.locale_of(tags));
        let tags = Array::of1(&JsValue::from_str(&tag));
        let date =
            |pairs: &[(&str, &str)]| Intl::DateTimeFormat::new(&tags, &options(pairs)).format();
        let formats = Formats {
            number: Intl::NumberFormat::new(&tags, &options(&[])).format(),
            plural: Intl::PluralRules::new(&tags, &options(&[])),
            relative_day: Intl::RelativeTimeFormat::new(&tags, &options(&[("numeric", "auto")])),
            day: date(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            day_and_year: date(&[("dateStyle", "long")]),
            time: date(&[("timeStyle", "short")]),
            moment: date(&[("dateStyle", "medium"), ("timeStyle", "short")]),
            tags,
        };
        let texts = match language {
            Language::English => &EN,
            Language::French => &FR,
        };
        Self { texts, formats: StoredValue::new_local(formats) }
    }

    /// "1,234".
    pub(crate) fn number(&self, number: usize) -> String {
        self.formats.with_value(|formats| call(&formats.number, &(number as f64).into()))
    }

    /// "1.4 MB", "12 kB".
    pub(crate) fn bytes(&self, bytes: u64) -> String {
        let (unit, of_unit) = if bytes < 1_000_000 { ("kilobyte", 1e3) } else { ("megabyte", 1e6) };
        let options = options(&[("style", "unit"), ("unit", unit)]);
        set(&options, "maximumSignificantDigits", &2.into());
        #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
        let number = (bytes as f64 / of_unit).into();
        self.formats.with_value(|formats| {
            call(&Intl::NumberFormat::new(&formats.tags, &options).format(), &number)
        })
    }

    /// How old something is, in one unit and as short as can be: "3d", "5h"; in full "3 days".
    pub(crate) fn age(&self, age_ms: i64, in_full: bool) -> String {
        let (number, unit) = age_unit(age_ms);
        let display = if in_full { "long" } else { "narrow" };
        let options = options(&[("style", "unit"), ("unit", unit), ("unitDisplay", display)]);
        self.formats.with_value(|formats| {
            call(&Intl::NumberFormat::new(&formats.tags, &options).format(), &number.into())
        })
    }

    /// "3 new notes".
    pub(crate) fn count(&self, plural: &Plural, number: usize) -> String {
        let one = self.formats.with_value(|formats| formats.plural.select(number as f64) == "one");
        fill(if one { plural.one } else { plural.other }, "{n}", &self.number(number))
    }

    /// "12.50 €/kg", with up to the four decimals that an amount may have.
    pub(crate) fn price(&self, price: &Price) -> String {
        let pairs = [("style", "currency"), ("currency", &*price.currency.to_string())];
        let options = options(&pairs);
        set(&options, "maximumFractionDigits", &4.into());
        // As text: `Intl` then rounds nothing, and an old browser makes a number of it.
        let amount = price.amount.to_string().into();
        let mut text = self.formats.with_value(|formats| {
            call(&Intl::NumberFormat::new(&formats.tags, &options).format(), &amount)
        });
        if let Some(unit) = &price.unit {
            text.push('/');
            text.push_str(unit);
        }
        text
    }

    /// "Today", "Yesterday", "Sunday 3 May", "3 May 2024".
    pub(crate) fn day(&self, unix_ms: i64) -> String {
        let (day, today) = (clock::day_at(unix_ms), clock::today());
        self.formats.with_value(|formats| {
            if day == today || day == clock::day_after(today, -1) {
                let days = if day == today { 0.0 } else { -1.0 };
                return String::from(formats.relative_day.format(days, "day"));
            }
            let format = if day.year == today.year { &formats.day } else { &formats.day_and_year };
            call(format, &clock::date(unix_ms).into())
        })
    }

    /// "3 May 2026", of a calendar date as in ISO 8601; what is none stays as it is.
    pub(crate) fn calendar_day(&self, iso: &str) -> String {
        let Ok(day) = iso.parse::<Day>() else { return iso.to_owned() };
        let date = clock::date(clock::midnight_ms(day, 0));
        self.formats.with_value(|formats| call(&formats.day_and_year, &date.into()))
    }

    /// Whether the reader reads French.
    pub(crate) fn is_french(&self) -> bool {
        self.texts.work.is_french
    }

    /// "14:32".
    pub(crate) fn time(&self, unix_ms: i64) -> String {
        self.formats.with_value(|formats| call(&formats.time, &clock::date(unix_ms).into()))
    }

    /// "3 May 2026, 14:32".
    pub(crate) fn moment(&self, unix_ms: i64) -> String {
        self.formats.with_value(|formats| call(&formats.moment, &clock::date(unix_ms).into()))
    }
}

/// An age in the largest unit that it fills once.
fn age_unit(age_ms: i64) -> (u32, &'static str) {
    let minutes = u32::try_from(age_ms.max(0) / 60_000).unwrap_or(u32::MAX);
    match minutes {
        0..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    }
}

/// Puts a value where a text has its mark.
pub(crate) fn fill(text: &str, mark: &str, value: &str) -> String {
    text.replacen(mark, value, 1)
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in pairs {
        set(&options, key, &JsValue::from_str(value));
    }
    options
}

fn set(options: &Object, key: &str, value: &JsValue) {
    // Fails on frozen objects only, and this one is ours.
    let _ = Reflect::set(options, &JsValue::from_str(key), value);
}

fn call(format: &Function, value: &JsValue) -> String {
    let text = format.call1(&JsValue::UNDEFINED, value);
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_largest_unit_that_it_fills() {
        assert_eq!(age_unit(-5), (0, "minute"));
        assert_eq!(age_unit(59 * 60_000), (59, "minute"));
        assert_eq!(age_unit(23 * 3_600_000), (23, "hour"));
        assert_eq!(age_unit(50 * 3_600_000), (2, "day"));
    }

    #[test]
    fn a_value_goes_where_the_mark_stands() {
        assert_eq!(fill("the newest {n} are shown", "{n}", "1,000"), "the newest 1,000 are shown");
        assert_eq!(fill("at {host}", "{host}", "{host}"), "at {host}");
    }
}
