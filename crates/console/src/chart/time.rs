//! Days as numbers on an axis.

use protocol::console::analysis::Span;

use crate::day::Day;

/// Days since 1970-01-01 in the calendar of today (H. Hinnant, "days_from_civil").
pub(crate) fn day_number(day: Day) -> i64 {
    let month = i64::from(day.month);
    let year = i64::from(day.year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day.day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The last day of the week or quarter that begins on this day.
pub(crate) fn end_of(start: Day, span: Span) -> Day {
    match span {
        Span::Week => day_of(day_number(start) + 6),
        Span::Quarter => {
            let (year, month) = match start.month {
                10.. => (start.year + 1, 1),
                month => (start.year, month + 3),
            };
            day_of(day_number(Day { year, month, day: 1 }) - 1)
        }
    }
}

/// Which of these days, oldest first, carry a label, that no two stand nearer than the `most`-th
/// part of the whole time: the last always does.
pub(crate) fn labelled(days: &[i64], most: i64) -> Vec<i64> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let gap = (last - first) / most.max(1);
    let mut named = vec![*last];
    for day in days.iter().rev().skip(1) {
        if named.last().is_some_and(|later| later - day >= gap.max(1)) {
            named.push(*day);
        }
    }
    named.reverse();
    named
}

/// The inverse of [`day_number`] ("civil_from_days").
pub(crate) fn day_of(number: i64) -> Day {
    let number = number + 719_468;
    let era = number.div_euclid(146_097);
    let of_era = number.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Day { year: year as u16, month: month as u8, day: day as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_and_found_again() {
        assert_eq!(day_number(day("1970-01-01")), 0);
        assert_eq!(day_number(day("2000-03-01")), 11_017);
        assert_eq!(day_number(day("2026-05-18")), 20_591);
        for number in (0..80_000).step_by(97) {
            assert_eq!(day_number(day_of(number)), number);
        }
    }

    #[test]
    fn spans_end_on_the_day_before_the_next() {
        assert_eq!(end_of(day("2026-12-28"), Span::Week), day("2027-01-03"));
        assert_eq!(end_of(day("2026-01-01"), Span::Quarter), day("2026-03-31"));
        assert_eq!(end_of(day("2026-10-01"), Span::Quarter), day("2026-12-31"));
    }

    #[test]
    fn labels_keep_their_distance_and_the_last_day_always_has_one() {
        assert_eq!(labelled(&[0, 7, 14], 6), [0, 7, 14]);
        assert_eq!(labelled(&[0, 7, 70, 77, 140], 4), [7, 77, 140]);
        assert_eq!(labelled(&[0, 130, 140], 4), [0, 140]);
        assert_eq!(labelled(&[5], 4), [5]);
        assert_eq!(labelled(&[], 6), [] as [i64; 0]);
    }
}
