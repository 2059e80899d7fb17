//! The reader's clock and calendar: the only place that asks what time it is.

use js_sys::Date;

use crate::day::Day;

/// Today, where the reader is.
pub(crate) fn today() -> Day {
    day_of(&Date::new_0())
}

/// This moment: milliseconds since 1970, UTC.
pub(crate) fn now_ms() -> i64 {
    Date::now() as i64
}

/// The reader's day of this moment (milliseconds since 1970, UTC).
pub(crate) fn day_at(unix_ms: i64) -> Day {
    day_of(&date(unix_ms))
}

/// When the day `days_later` days after `day` begins for the reader: milliseconds since 1970, UTC.
/// The browser counts, since days of 23 and 25 hours exist.
pub(crate) fn midnight_ms(day: Day, days_later: i32) -> i64 {
    begin(day, days_later).get_time() as i64
}

/// The day `days_later` days after `day`.
pub(crate) fn day_after(day: Day, days_later: i32) -> Day {
    day_of(&begin(day, days_later))
}

/// This moment as JavaScript's own type, for `Intl`.
pub(crate) fn date(unix_ms: i64) -> Date {
    Date::new(&(unix_ms as f64).into())
}

fn begin(day: Day, days_later: i32) -> Date {
    Date::new_with_year_month_day(
        u32::from(day.year),
        i32::from(day.month) - 1,
        i32::from(day.day) + days_later,
    )
}

fn day_of(date: &Date) -> Day {
    Day {
        year: date.get_full_year() as u16,
        month: date.get_month() as u8 + 1,
        day: date.get_date() as u8,
    }
}
