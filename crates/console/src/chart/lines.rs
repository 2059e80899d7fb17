//! Values over time: a line through the middles, a band or whiskers from low to high.

use leptos::prelude::*;
use leptos::svg;

use super::scale::Scale;

const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

/// One week or quarter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    /// Its first day, as a number.
    pub(crate) day: i64,
    /// Where the line goes through; none where there is too little to say so.
    pub(crate) middle: Option<f64>,
    /// From where to where; none where there are counts alone.
    pub(crate) reach: Option<(f64, f64)>,
    /// The notes behind it.
    pub(crate) href: String,
    /// What the pointer tells.
    pub(crate) title: String,
}

/// All that a chart draws.
#[derive(Debug, Clone)]
pub(crate) struct Plot {
    /// Oldest first.
    pub(crate) marks: Vec<Mark>,
    /// A second line to compare with, dashed.
    pub(crate) compared: Vec<(i64, f64)>,
    /// The axis of values: round values with their words.
    pub(crate) values: Vec<(f64, String)>,
    /// The axis of time: days with their words.
    pub(crate) days: Vec<(i64, String)>,
    /// Whether reaches are joined to a band; else each has a whisker of its own.
    pub(crate) is_band: bool,
    /// In units of the drawing.
    pub(crate) size: (f64, f64),
}

#[derive(Clone, Copy)]
struct Frame {
    x: Scale,
    y: Scale,
}

impl Frame {
    fn of(plot: &Plot) -> Self {
        let (width, height) = plot.size;
        let days = || {
            let marks = plot.marks.iter().map(|mark| mark.day);
            marks.chain(plot.compared.iter().map(|(day, _)| *day)).map(as_f64)
        };
        let values = || plot.values.iter().map(|(value, _)| *value);
        Self {
            x: Scale { values: reach(days()), places: (LEFT + 12.0, width - RIGHT - 12.0) },
            y: Scale { values: reach(values()), places: (height - BOTTOM, TOP) },
        }
    }

    fn place(&self, day: i64, value: f64) -> (f64, f64) {
        (self.x.at(as_f64(day)), self.y.at(value))
    }
}

/// The drawing. The table beside it says the same, so screen readers skip it.
#[component]
pub(crate) fn Lines(plot: Plot) -> impl IntoView {
    let frame = Frame::of(&plot);
    let (width, height) = plot.size;
    let line = path(plot.marks.iter().map(|mark| mark.middle.map(|m| frame.place(mark.day, m))));
    let compared = path(plot.compared.iter().map(|(day, value)| Some(frame.place(*day, *value))));
    let band = plot.is_band.then(|| area(&plot.marks, frame));
    let (start, end) = (LEFT, width - RIGHT);
    let grid = plot.values.iter().map(|(value, words)| {
        let y = frame.y.at(*value);
        view! {
            <g>
                <line class="chart-grid" x1=start x2=end y1=y y2=y />
                <text class="chart-word" x=LEFT - 8.0 y=y + 4.0 text-anchor="end">{words.clone()}</text>
            </g>
        }
    });
    let days = plot.days.iter().map(|(day, words)| {
        let x = frame.x.at(as_f64(*day));
        view! {
            <g>
                <line class="chart-grid" x1=x x2=x y1=height - BOTTOM y2=height - BOTTOM + 5.0 />
                <text class="chart-word" x=x y=height - 6.0 text-anchor="middle">{words.clone()}</text>
            </g>
        }
    });
    let ours = plot.compared.iter().map(|(day, value)| {
        let (x, y) = frame.place(*day, *value);
        view! { <g><rect class="chart-compared-mark" x=x - 3.0 y=y - 3.0 width=6 height=6 /></g> }
    });
    let is_band = plot.is_band;
    let marks = plot
        .marks
        .iter()
        .enumerate()
        .map(|(index, mark)| mark_view(mark, frame, is_band && is_joined(&plot.marks, index)));
    view! {
        <div class="chart-scroll">
            <svg
                class="chart"
                viewBox=format!("0 0 {width} {height}")
                aria-hidden="true"
                focusable="false"
            >
                {grid.collect_view()} {days.collect_view()}
                {band.map(|band| view! { <g><path class="chart-band" d=band /></g> })}
                <path class="chart-compared" d=compared /> <path class="chart-line" d=line />
                {ours.collect_view()} {marks.collect_view()}
            </svg>
        </div>
    }
}

fn mark_view(mark: &Mark, frame: Frame, is_in_band: bool) -> impl IntoView + use<> {
    let x = frame.x.at(as_f64(mark.day));
    let floor = frame.y.at(frame.y.values.0);
    let whisker = mark.reach.filter(|_| !is_in_band).map(|(low, high)| {
        let (low, high) = (frame.y.at(low), frame.y.at(high));
        view! {
            <g class="chart-whisker">
                <line x1=x x2=x y1=low y2=high />
                <line x1=x - 4.0 x2=x + 4.0 y1=low y2=low />
                <line x1=x - 4.0 x2=x + 4.0 y1=high y2=high />
            </g>
        }
    });
    // Without a middle the mark is hollow: something was seen, too little to say more.
    let (y, class) = match (mark.middle, mark.reach) {
        (Some(middle), _) => (frame.y.at(middle), "chart-mark"),
        (None, Some((low, high))) => {
            (frame.y.at(f64::midpoint(low, high)), "chart-mark chart-mark-few")
        }
        (None, None) => (floor, "chart-mark chart-mark-few"),
    };
    // Made by hand: the macro would take a link and its title for HTML here.
    let content = view! {
        <rect class="chart-hit" x=x - 9.0 y=TOP width=18 height=(floor - TOP).max(0.0) />
        <circle class=class cx=x cy=y r=4.5 />
    };
    let link = svg::a()
        .class("chart-link")
        .attr("href", mark.href.clone())
        .attr("tabindex", "-1")
        .child((svg::title().child(mark.title.clone()), content));
    view! { <g>{whisker} {link}</g> }
}

/// A line through all places, broken where there is none.
fn path(places: impl Iterator<Item = Option<(f64, f64)>>) -> String {
    let mut path = String::new();
    let mut is_broken = true;
    for place in places {
        if let Some((x, y)) = place {
            path.push_str(&format!("{}{x:.1} {y:.1}", if is_broken { 'M' } else { 'L' }));
        }
        is_broken = place.is_none();
    }
    path
}

/// Whether the mark and one beside it have a middle: then a line and a band go through both.
fn is_joined(marks: &[Mark], index: usize) -> bool {
    let has_middle = |index: usize| marks.get(index).is_some_and(|mark| mark.middle.is_some());
    has_middle(index)
        && (index.checked_sub(1).is_some_and(has_middle) || has_middle(index.saturating_add(1)))
}

/// The bands of all stretches of marks that have a middle.
fn area(marks: &[Mark], frame: Frame) -> String {
    let stretches = marks.split(|mark| mark.middle.is_none() || mark.reach.is_none());
    let mut path = String::new();
    for stretch in stretches.filter(|stretch| stretch.len() > 1) {
        let reaches = stretch.iter().filter_map(|mark| Some((mark.day, mark.reach?)));
        let above = reaches.clone().map(|(day, (_, high))| frame.place(day, high));
        let below = reaches.rev().map(|(day, (low, _))| frame.place(day, low));
        for (index, (x, y)) in above.chain(below).enumerate() {
            path.push_str(&format!("{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' }));
        }
        path.push('Z');
    }
    path
}

fn reach(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

#[expect(clippy::cast_precision_loss, reason = "days are far below 2^52")]
const fn as_f64(day: i64) -> f64 {
    day as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(day: i64, middle: Option<f64>, reach: Option<(f64, f64)>) -> Mark {
        Mark { day, middle, reach, href: String::new(), title: String::new() }
    }

    #[test]
    fn a_line_breaks_where_there_is_too_little() {
        let places = [Some((0.0, 1.0)), Some((2.0, 3.0)), None, Some((4.0, 5.0))];
        assert_eq!(path(places.into_iter()), "M0.0 1.0L2.0 3.0M4.0 5.0");
        assert_eq!(path([None, None].into_iter()), "");
    }

    #[test]
    fn a_band_goes_there_above_and_back_below() {
        let frame = Frame {
            x: Scale { values: (0.0, 10.0), places: (0.0, 10.0) },
            y: Scale { values: (0.0, 10.0), places: (0.0, 10.0) },
        };
        let marks = [
            mark(0, Some(2.0), Some((1.0, 3.0))),
            mark(7, Some(3.0), Some((2.0, 4.0))),
            mark(8, None, Some((2.0, 4.0))),
            mark(9, Some(3.0), Some((2.0, 4.0))),
        ];
        assert_eq!(
            [0, 1, 2, 3].map(|index| is_joined(&marks, index)),
            [true, true, false, false],
            "what stands alone shows its reach by itself"
        );
        assert_eq!(area(&marks, frame), "M0.0 3.0L7.0 4.0L7.0 2.0L0.0 1.0Z");
    }
}
