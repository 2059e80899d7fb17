//! Numbers, times and prices by locale, from the browser's `Intl`.

use core::cell::RefCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use protocol::{ClientTime, Price};
use wasm_bindgen::JsValue;

use super::{Language, Plural};

/// Which parts of a moment are shown, and how: options of `Intl.DateTimeFormat`.
type Parts = &'static [(&'static str, &'static str)];

/// What writes moments, and for whom and where it does.
struct Clock {
    language: Language,
    parts: Parts,
    /// The rep may travel while the page is open.
    offset_minutes: f64,
    format: Function,
}

thread_local! {
    /// Those that were used: the browser takes as long to make one as to use it a hundred times.
    static CLOCKS: RefCell<Vec<Clock>> = const { RefCell::new(Vec::new()) };
    /// The same for numbers.
    static NUMBERS: RefCell<Vec<(Language, Function)>> = const { RefCell::new(Vec::new()) };
}

fn locales(language: Language) -> Array {
    Array::of1(&language.locale().into())
}

fn options(entries: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in entries {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

/// The form of a text that goes with this number, the number put in by locale.
pub(crate) fn plural(language: Language, plural: Plural, n: u32) -> String {
    let rules = Intl::PluralRules::new(&locales(language), &Object::new());
    let form = if rules.select(f64::from(n)) == "one" { plural.one } else { plural.other };
    form.replace("{n}", &number(language, f64::from(n)))
}

/// A number: "2,500".
pub(crate) fn number(language: Language, value: f64) -> String {
    let format = NUMBERS.with_borrow_mut(|made| {
        if let Some((_, format)) = made.iter().find(|(of, _)| *of == language) {
            return format.clone();
        }
        let format = Intl::NumberFormat::new(&locales(language), &Object::new()).format();
        made.push((language, format.clone()));
        format
    });
    called(&format, &value.into())
}

/// A size: "12 MB", "12 Mo".
pub(crate) fn megabytes(language: Language, bytes: f64) -> String {
    let style = options(&[("style", "unit"), ("unit", "megabyte")]);
    let _ = Reflect::set(&style, &"maximumFractionDigits".into(), &0.into());
    let format = Intl::NumberFormat::new(&locales(language), &style);
    called(&format.format(), &(bytes / 1_000_000.0).into())
}

/// The time of day: "14:05".
pub(crate) fn time(language: Language, unix_ms: f64) -> String {
    date_with(language, unix_ms, &[("timeStyle", "short")])
}

/// Date and time: "23 Nov 2026, 14:05".
pub(crate) fn date_time(language: Language, unix_ms: f64) -> String {
    date_with(language, unix_ms, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The day: "Monday 23 November".
pub(crate) fn day(language: Language, unix_ms: f64) -> String {
    date_with(language, unix_ms, &[("weekday", "long"), ("day", "numeric"), ("month", "long")])
}

/// The date: "23 November", with its year where that is another one than today's.
pub(crate) fn date(language: Language, unix_ms: f64) -> String {
    let year = |date: Date| date.get_full_year();
    let is_of_this_year = year(Date::new(&unix_ms.into())) == year(Date::new_0());
    let parts: Parts = if is_of_this_year {
        &[("day", "numeric"), ("month", "long")]
    } else {
        &[("day", "numeric"), ("month", "long"), ("year", "numeric")]
    };
    date_with(language, unix_ms, parts)
}

/// A calendar date as in ISO 8601; as it was written where it is none.
pub(crate) fn calendar_day(language: Language, day: &str) -> String {
    // With a time it is this place's day; without, it would be the day of UTC (ECMA-262, Date.parse).
    let unix_ms = Date::parse(&format!("{day}T00:00"));
    if unix_ms.is_nan() { day.to_owned() } else { date(language, unix_ms) }
}

/// Local midnight of this week's Monday, in milliseconds since 1970.
pub(crate) fn monday(unix_ms: f64) -> f64 {
    let date = Date::new(&midnight(unix_ms).into());
    date.set_date(date.get_date() + 7 - (date.get_day() + 6) % 7);
    date.set_date(date.get_date() - 7);
    date.get_time()
}

fn date_with(language: Language, unix_ms: f64, parts: Parts) -> String {
    let offset_minutes = Date::new_0().get_timezone_offset();
    let format = CLOCKS.with_borrow_mut(|made| {
        made.retain(|it| (it.offset_minutes - offset_minutes).abs() < 1.0);
        if let Some(it) = made.iter().find(|it| it.language == language && it.parts == parts) {
            return it.format.clone();
        }
        let format = Intl::DateTimeFormat::new(&locales(language), &options(parts)).format();
        made.push(Clock { language, parts, offset_minutes, format: format.clone() });
        format
    });
    called(&format, &Date::new(&unix_ms.into()).into())
}

/// A price as people of this locale write it: "12,50 € / kg".
pub(crate) fn price(language: Language, price: &Price) -> String {
    let style = [("style", "currency"), ("currency", &*price.currency.to_string())];
    let style = options(&style);
    let _ = Reflect::set(&style, &"maximumFractionDigits".into(), &4.into());
    let format = Intl::NumberFormat::new(&locales(language), &style);
    #[expect(clippy::cast_precision_loss, reason = "at most 16 digits, and shown only")]
    let amount = price.amount.ten_thousandths() as f64 / 10_000.0;
    let amount = called(&format.format(), &amount.into());
    price.unit.iter().fold(amount, |amount, unit| format!("{amount} / {unit}"))
}

/// A size as people read it: "2.3 MB", "2,3 Mo".
pub(crate) fn bytes(language: Language, bytes: u64) -> String {
    const KILO: f64 = 1_000.0;
    #[expect(clippy::cast_precision_loss, reason = "shown only")]
    let bytes = bytes as f64;
    let (unit, amount) = if bytes < KILO * KILO {
        ("kilobyte", (bytes / KILO).max(0.1))
    } else {
        ("megabyte", bytes / KILO / KILO)
    };
    let style = options(&[("style", "unit"), ("unit", unit)]);
    let digits = i32::from(amount < 10.0);
    let _ = Reflect::set(&style, &"maximumFractionDigits".into(), &digits.into());
    let format = Intl::NumberFormat::new(&locales(language), &style);
    called(&format.format(), &amount.into())
}

fn called(format: &Function, value: &JsValue) -> String {
    format
        .call1(&JsValue::UNDEFINED, value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Milliseconds since 1970 as `Intl` takes them.
#[expect(clippy::cast_precision_loss, reason = "exact for 280,000 years")]
pub(crate) const fn unix_ms(time: ClientTime) -> f64 {
    time.unix_ms as f64
}

/// The same of a moment of marketing's.
#[expect(clippy::cast_precision_loss, reason = "exact for 280,000 years")]
pub(crate) const fn at_ms(unix_ms: i64) -> f64 {
    unix_ms as f64
}

/// The same of a moment that an id tells.
#[expect(clippy::cast_precision_loss, reason = "exact for 280,000 years")]
pub(crate) const fn date_ms(unix_ms: u64) -> f64 {
    unix_ms as f64
}

/// Local midnight of the day that holds this moment, in milliseconds since 1970.
pub(crate) fn midnight(unix_ms: f64) -> f64 {
    let date = Date::new(&unix_ms.into());
    date.set_hours(0);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    date.get_time()
}
