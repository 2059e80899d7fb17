//! Lying bars with their words beside them, with an interval where there is one.

use leptos::prelude::*;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    /// The notes behind it.
    pub(crate) href: Option<String>,
    /// The parts of its length, from 0 to 1; the first is full, the others ever paler.
    pub(crate) parts: Vec<f64>,
    /// From where to where, from 0 to 1.
    pub(crate) interval: Option<(f64, f64)>,
    /// What it says, in words.
    pub(crate) words: String,
}

/// The bars. The table beside them says the same, so screen readers skip them.
#[component]
pub(crate) fn Bars(bars: Vec<Bar>) -> impl IntoView {
    let row = |bar: Bar| {
        let label = match bar.href {
            Some(href) => view! { <a href=href tabindex="-1">{bar.label}</a> }.into_any(),
            None => bar.label.into_any(),
        };
        let interval = bar.interval.map(|(low, high)| {
            let (low, high) = (percent(low), percent(high));
            view! {
                <g class="bar-interval">
                    <line x1=low x2=high y1=6 y2=6 />
                    <line x1=low x2=low y1=3 y2=9 />
                    <line x1=high x2=high y1=3 y2=9 />
                </g>
            }
        });
        view! {
            <li>
                <span class="bar-label">{label}</span>
                <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" focusable="false">
                    <line class="bar-ground" x1=0 x2=100 y1=11.5 y2=11.5 />
                    {rects(&bar.parts)} {interval}
                </svg>
                <span class="bar-words">{bar.words}</span>
            </li>
        }
    };
    view! { <ul class="bars" aria-hidden="true">{bars.into_iter().map(row).collect_view()}</ul> }
}

fn rects(parts: &[f64]) -> impl IntoView + use<> {
    let rect = |(index, (start, width)): (usize, (f64, f64))| {
        view! { <g><rect class="bar-part" data-part=index x=start width=width y=1 height=10 /></g> }
    };
    stacked(parts).into_iter().enumerate().map(rect).collect_view()
}

/// Where each part begins and how wide it is, in hundredths, never beyond the end.
fn stacked(parts: &[f64]) -> Vec<(f64, f64)> {
    let mut start = 0.0;
    let place = |part: &f64| {
        let width = percent(*part).min(100.0 - start);
        start += width;
        (start - width, width)
    };
    parts.iter().map(place).collect()
}

fn percent(share: f64) -> f64 {
    if share.is_finite() { (share * 100.0).clamp(0.0, 100.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other_and_stay_within() {
        assert_eq!(stacked(&[0.5, 0.25]), [(0.0, 50.0), (50.0, 25.0)]);
        assert_eq!(stacked(&[0.75, 0.5]), [(0.0, 75.0), (75.0, 25.0)]);
        assert_eq!(stacked(&[f64::NAN, 1.0]), [(0.0, 0.0), (0.0, 100.0)]);
    }
}
