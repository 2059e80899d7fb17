//! Which rows of a long list are in the page: those near the viewport. All rows are of one height
//! and all headings too, so where each is can be reckoned. Pure: lengths are CSS pixels.

use core::ops::Range;

use device::begun_ms;
use protocol::NoteId;

/// Rows beyond the viewport that are in the page at least: what Tab or a screen reader reaches next
/// is there before it comes into view.
const ROWS_BEYOND: f64 = 10.0;

/// The notes of one day, by their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    /// Its midnight, in milliseconds since 1970.
    pub(crate) midnight: i64,
    pub(crate) rows: Range<usize>,
}

/// What of the list the viewport shows, and how high things are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View {
    /// The viewport's upper edge, from the list's.
    pub(crate) top: f64,
    /// The viewport's height.
    pub(crate) height: f64,
    /// A row.
    pub(crate) row: f64,
    /// A day's heading.
    pub(crate) heading: f64,
}

/// Before anything is measured: a phone's.
impl Default for View {
    fn default() -> Self {
        Self { top: 0.0, height: 740.0, row: 92.0, heading: 42.0 }
    }
}

/// What stands in the list, one below the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Line {
    /// A day's heading, by its midnight.
    Day(i64),
    Note(NoteId),
}

/// What is in the page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Window {
    /// Height of everything before.
    pub(crate) before: f64,
    pub(crate) lines: Vec<Line>,
    /// Height of everything behind.
    pub(crate) behind: f64,
    /// The place behind its last note.
    pub(crate) end: usize,
}

/// The days of a list that is in the order in which notes were begun. `midnight_of` gives the
/// midnight before a moment, both in milliseconds since 1970; it is asked once a day.
pub(crate) fn days(ids: &[NoteId], midnight_of: impl Fn(i64) -> i64) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (place, note_id) in ids.iter().enumerate() {
        let at_ms = i64::try_from(begun_ms(*note_id)).unwrap_or(i64::MAX);
        match days.last_mut() {
            Some(day) if day.midnight <= at_ms => day.rows.end = place + 1,
            _ => days.push(Day { midnight: midnight_of(at_ms), rows: place..place + 1 }),
        }
    }
    days
}

/// What of this list is near the viewport.
pub(crate) fn window(days: &[Day], ids: &[NoteId], view: View) -> Window {
    let margin = view.height.max(ROWS_BEYOND * view.row);
    let (from, to) = (view.top - margin, view.top + view.height + margin);
    let mut window = Window::default();
    let (mut top, mut shown_to) = (0.0, 0.0);
    for day in days {
        let rows_top = top + view.heading;
        let bottom = rows_top + length(day.rows.len()) * view.row;
        if bottom >= from && top <= to {
            let first = day.rows.start;
            let place = |at: f64| (first + whole((at - rows_top) / view.row)).min(day.rows.end);
            let at = |place: usize| rows_top + length(place - first) * view.row;
            let rows = place(from)..place(to + view.row);
            let has_heading = rows_top >= from;
            if window.lines.is_empty() {
                window.before = if has_heading { top } else { at(rows.start) };
            }
            shown_to = at(rows.end);
            window.end = rows.end;
            window.lines.extend(has_heading.then_some(Line::Day(day.midnight)));
            let ids = ids.get(rows).unwrap_or_default();
            window.lines.extend(ids.iter().copied().map(Line::Note));
        } else if window.lines.is_empty() {
            // Nothing near the viewport yet, or nothing at all: the list was longer.
            window.before = bottom;
            shown_to = bottom;
        }
        top = bottom;
    }
    window.behind = top - shown_to;
    window
}

/// Where the row at this place begins, from the list's upper edge.
pub(crate) fn top_of(days: &[Day], place: usize, view: View) -> f64 {
    let headings = days.iter().filter(|day| day.rows.start <= place).count();
    length(headings) * view.heading + length(place) * view.row
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 rows")]
pub(crate) const fn length(rows: usize) -> f64 {
    rows as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
const fn whole(rows: f64) -> usize {
    rows as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 1_000;

    /// `count` notes a day on so many days, the newest first.
    fn list(days: u64, count: u64) -> Vec<NoteId> {
        let ids = (0..days).flat_map(|day| (0..count).map(move |n| day * 1_000 + n));
        let mut ids: Vec<NoteId> = ids.map(|ms| NoteId::new(ms, [0; 10])).collect();
        ids.reverse();
        ids
    }

    fn days_of(ids: &[NoteId]) -> Vec<Day> {
        days(ids, |ms| ms / DAY * DAY)
    }

    const VIEW: View = View { top: 0.0, height: 500.0, row: 50.0, heading: 20.0 };

    fn height_of(lines: &[Line]) -> f64 {
        let height = |line: &Line| match line {
            Line::Day(_) => VIEW.heading,
            Line::Note(_) => VIEW.row,
        };
        lines.iter().map(height).sum()
    }

    /// All of a list, as lines.
    fn lines(days: &[Day], ids: &[NoteId]) -> Vec<Line> {
        let of_day = |day: &Day| {
            let rows = ids[day.rows.clone()].iter().copied().map(Line::Note);
            [Line::Day(day.midnight)].into_iter().chain(rows).collect::<Vec<_>>()
        };
        days.iter().flat_map(of_day).collect()
    }

    #[test]
    fn notes_of_a_day_stand_together() {
        let days = days_of(&list(3, 2));
        let expected = [(2_000, 0..2), (1_000, 2..4), (0, 4..6)];
        assert_eq!(days, expected.map(|(midnight, rows)| Day { midnight, rows }));
        assert_eq!(days_of(&[]), []);
    }

    #[test]
    fn few_rows_are_in_the_page_wherever_it_is_scrolled_and_the_viewport_is_full() {
        for (count, a_day) in [(20, 100), (400, 1), (40, 7)] {
            let ids = list(count, a_day);
            let days = days_of(&ids);
            let all = lines(&days, &ids);
            let mut top = -300.0;
            while top < height_of(&all) + 300.0 {
                let Window { before, lines, behind, .. } =
                    window(&days, &ids, View { top, ..VIEW });
                assert!(lines.len() <= 46, "{} lines at {top}", lines.len());
                let sum = before + height_of(&lines) + behind;
                assert!((sum - height_of(&all)).abs() < 0.001, "at {top}: {before} … {behind}");
                // What is in the page is one piece of the list, and stands where it stands there.
                let mut at = 0.0;
                let mut shown = lines.iter();
                for line in &all {
                    let height = height_of(&[*line]);
                    let is_seen = at + height > top && at < top + VIEW.height;
                    let is_there = at >= before - 0.001 && shown.as_slice().first() == Some(line);
                    assert!(is_there || !is_seen, "{line:?} at {at}, scrolled to {top}");
                    if is_there {
                        shown.next();
                    }
                    at += height;
                }
                assert_eq!(shown.len(), 0, "scrolled to {top}");
                top += 123.0;
            }
        }
    }

    #[test]
    fn rows_stand_below_the_headings_of_their_days() {
        let days = days_of(&list(3, 2));
        let tops = [0, 1, 2, 5].map(|place| top_of(&days, place, VIEW));
        assert_eq!(tops, [20.0, 70.0, 140.0, 310.0]);
    }

    #[test]
    fn a_row_that_tab_reaches_next_is_in_the_page() {
        let ids = list(1, 1_000);
        let window = window(&days_of(&ids), &ids, View { top: 5_000.0, ..VIEW });
        // The last one that is seen is 109.
        assert_eq!(window.end, 120);
        assert_eq!(window.lines[0], Line::Note(ids[89]));
    }
}
