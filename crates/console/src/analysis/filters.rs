//! Which notes are analysed; it stands in the address.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::RepId;
use protocol::console::Rep;
use protocol::console::analysis::{Analysis, AnalysisQuery, Span};

use crate::account::use_account;
use crate::address::BASE;
use crate::api::{self, ApiError};
use crate::clock;
use crate::day::Day;
use crate::locale::use_locale;
use crate::navigation::use_navigation;
use crate::query_string::QueryString;

/// The filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filters {
    pub(super) since: Since,
    pub(super) product: Option<String>,
    pub(super) rep: Option<RepId>,
    pub(super) region: Option<String>,
    pub(super) segment: Option<String>,
    pub(super) by: Span,
}

/// When received, in days of the reader's own calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Since {
    #[default]
    Ever,
    /// The last thirteen weeks.
    Quarter,
    /// The last 52 weeks.
    Year,
    Dates {
        from: Option<Day>,
        to: Option<Day>,
    },
}

impl Since {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ever => "",
            Self::Quarter => "13w",
            Self::Year => "52w",
            Self::Dates { .. } => "dates",
        }
    }

    const fn weeks(self) -> Option<i32> {
        match self {
            Self::Quarter => Some(13),
            Self::Year => Some(52),
            Self::Ever | Self::Dates { .. } => None,
        }
    }
}

impl Filters {
    /// Reads the parameters of an address; what makes no sense counts as absent.
    pub(super) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name| parameter(name).and_then(|text| text.parse().ok());
        let text = |name| parameter(name).filter(|text| !text.trim().is_empty());
        let since = match (parameter("since").as_deref(), day("from"), day("to")) {
            (Some("13w"), ..) => Since::Quarter,
            (Some("52w"), ..) => Since::Year,
            (_, None, None) => Since::Ever,
            (_, from, to) => Since::Dates { from, to },
        };
        Self {
            since,
            product: text("product"),
            rep: parameter("rep").and_then(|text| text.parse().ok()),
            region: text("region"),
            segment: text("segment"),
            by: match parameter("by").as_deref() {
                Some("quarter") => Span::Quarter,
                _ => Span::Week,
            },
        }
    }

    /// The address to go to.
    pub(super) fn href(&self) -> String {
        let (since, from, to) = match self.since {
            Since::Ever => (None, None, None),
            Since::Dates { from, to } => (None, from, to),
            other => (Some(other.as_str()), None, None),
        };
        let query = QueryString::default()
            .with("since", since)
            .with("from", from)
            .with("to", to)
            .with("product", self.product.as_ref())
            .with("rep", self.rep)
            .with("region", self.region.as_ref())
            .with("segment", self.segment.as_ref())
            .with("by", (self.by == Span::Quarter).then_some("quarter"));
        format!("{BASE}/analysis{}", query.finish())
    }

    /// The first and the last day; none where there is no bound.
    pub(super) fn dates(&self, today: Day) -> (Option<Day>, Option<Day>) {
        match (self.since, self.since.weeks()) {
            (Since::Dates { from, to }, _) => (from, to),
            (_, Some(weeks)) => (Some(clock::day_after(today, 1 - 7 * weeks)), None),
            (_, None) => (None, None),
        }
    }

    /// The question to the endpoint; `midnight` as for the inbox's filters.
    pub(super) fn query(&self, today: Day, midnight: impl Fn(Day, i32) -> i64) -> AnalysisQuery {
        let (from_ms, to_ms) = match (self.since, self.since.weeks()) {
            (Since::Dates { from, to }, _) => {
                (from.map(|day| midnight(day, 0)), to.map(|day| midnight(day, 1)))
            }
            (_, weeks) => (weeks.map(|weeks| midnight(today, 1 - 7 * weeks)), None),
        };
        AnalysisQuery {
            from_ms,
            to_ms,
            product: self.product.clone(),
            rep: self.rep,
            region: self.region.clone(),
            segment: self.segment.clone(),
            by: self.by,
        }
    }
}

/// The choices above the charts.
#[component]
pub(super) fn FilterBar(
    filters: Memo<Filters>,
    answer: RwSignal<Option<Result<Analysis, ApiError>>>,
) -> impl IntoView {
    let all = use_locale().texts;
    let texts = &all.pages.analysis;
    let navigation = use_navigation();
    let account = use_account();
    let go = move |change: &dyn Fn(&mut Filters)| {
        let mut to = filters.get_untracked();
        change(&mut to);
        navigation.go(&to.href());
    };
    // What can be chosen: what occurs, and what is chosen already.
    let named = move |list: fn(&Analysis) -> &Vec<String>,
                      chosen: fn(&Filters) -> &Option<String>| {
        Memo::new(move |before: Option<&Vec<String>>| {
            let found = answer.with(|answer| match answer {
                Some(Ok(answer)) => Some(list(answer).clone()),
                _ => None,
            });
            let mut names = found.or_else(|| before.cloned()).unwrap_or_default();
            if let Some(chosen) = filters.with(|filters| chosen(filters).clone())
                && !names.contains(&chosen)
            {
                names.push(chosen);
            }
            names
        })
    };
    let products = named(|answer| &answer.products, |filters| &filters.product);
    let regions = named(|answer| &answer.regions, |filters| &filters.region);
    let segments = named(|answer| &answer.segments, |filters| &filters.segment);
    let reps = RwSignal::new(Vec::<Rep>::new());
    spawn_local(async move {
        if let Ok(found) = account.heed(api::reps().await) {
            reps.try_set(found);
        }
    });
    let rep_names = Memo::new(move |_| {
        let choice = |rep: &Rep| (rep.rep_id.to_string(), rep.name.clone());
        reps.with(|reps| reps.iter().map(choice).collect::<Vec<_>>())
    });
    let pairs = move |names: Memo<Vec<String>>| {
        Memo::new(move |_| {
            names.with(|names| names.iter().map(|name| (name.clone(), name.clone())).collect())
        })
    };
    let some = |text: String| (!text.is_empty()).then_some(text);
    let today = clock::today();
    let dates = Since::Dates { from: Some(clock::day_after(today, -27)), to: Some(today) };
    let times = [
        (Since::Ever, texts.ever),
        (Since::Quarter, texts.quarter_year),
        (Since::Year, texts.year),
        (dates, all.dates),
    ];
    let time = move |(since, name): (Since, &'static str)| {
        let selected = move || filters.with(|filters| filters.since.as_str() == since.as_str());
        view! { <option value=since.as_str() prop:selected=selected>{name}</option> }
    };
    let by = move |(span, name, value): (Span, &'static str, &'static str)| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="by"
                    value=value
                    prop:checked=move || filters.with(|filters| filters.by == span)
                    on:change=move |_| go(&|to| to.by = span)
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <div class="page-filters" role="group" aria-label=all.filters>
            <div class="field">
                <label for="analysis-time">{all.received}</label>
                <select
                    id="analysis-time"
                    class="input"
                    data-testid="analysis-time"
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        let choice = times.iter().find(|(since, _)| since.as_str() == value);
                        let since = choice.map_or(Since::Ever, |(since, _)| *since);
                        go(&|to| to.since = since);
                    }
                >
                    {times.map(time).collect_view()}
                </select>
            </div>
            <Dates filters />
            <Choice
                id="analysis-product"
                label=all.product
                none=texts.all_products
                choices=pairs(products)
                chosen=Signal::derive(move || filters.with(|to| to.product.clone()))
                on_change=move |text| go(&|to| to.product = some(String::clone(&text)))
            />
            <Choice
                id="analysis-rep"
                label=all.rep
                none=all.all_reps
                choices=rep_names
                chosen=Signal::derive(move || filters.with(|to| to.rep.map(|rep| rep.to_string())))
                on_change=move |text: String| go(&|to| to.rep = text.parse().ok())
            />
            <Choice
                id="analysis-region"
                label=texts.region
                none=texts.all_regions
                choices=pairs(regions)
                chosen=Signal::derive(move || filters.with(|to| to.region.clone()))
                on_change=move |text| go(&|to| to.region = some(String::clone(&text)))
            />
            <Choice
                id="analysis-segment"
                label=texts.segment
                none=texts.all_segments
                choices=pairs(segments)
                chosen=Signal::derive(move || filters.with(|to| to.segment.clone()))
                on_change=move |text| go(&|to| to.segment = some(String::clone(&text)))
            />
            <fieldset class="segments">
                <legend class="visually-hidden">{texts.by}</legend>
                {[(Span::Week, texts.by_week, "week"), (Span::Quarter, texts.by_quarter, "quarter")]
                    .map(by)
                    .collect_view()}
            </fieldset>
        </div>
    }
}

/// One of those that there are, or all.
#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    /// The word for all of them.
    none: &'static str,
    /// Values with their names.
    choices: Memo<Vec<(String, String)>>,
    chosen: Signal<Option<String>>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let option = move |(value, name): (String, String)| {
        let own = value.clone();
        let selected = move || chosen.with(|chosen| chosen.as_deref() == Some(&*own));
        view! { <option value=value prop:selected=selected>{name}</option> }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                class="input"
                data-testid=id
                data-set=move || chosen.with(Option::is_some).then_some("true")
                on:change=move |event| on_change.run(event_target_value(&event))
            >
                <option value="" prop:selected=move || chosen.with(Option::is_none)>{none}</option>
                {move || choices.get().into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// The two dates, where the time is between dates.
#[component]
fn Dates(filters: Memo<Filters>) -> impl IntoView {
    let texts = use_locale().texts;
    let navigation = use_navigation();
    let dates = Memo::new(move |_| match filters.with(|filters| filters.since) {
        Since::Dates { from, to } => Some((from, to)),
        _ => None,
    });
    let shown = Memo::new(move |_| dates.get().is_some());
    let go = move |from: Option<Day>, to: Option<Day>| {
        let filters = Filters { since: Since::Dates { from, to }, ..filters.get_untracked() };
        navigation.go(&filters.href());
    };
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let from = move || dates.get().and_then(|(from, _)| from);
    let to = move || dates.get().and_then(|(_, to)| to);
    view! {
        <Show when=move || shown.get()>
            <div class="field">
                <label for="analysis-from">{texts.from}</label>
                <input
                    id="analysis-from"
                    class="input"
                    type="date"
                    prop:value=move || text(from())
                    on:change=move |event| go(event_target_value(&event).parse().ok(), untrack(to))
                />
            </div>
            <div class="field">
                <label for="analysis-to">{texts.to}</label>
                <input
                    id="analysis-to"
                    class="input"
                    type="date"
                    prop:value=move || text(to())
                    on:change=move |event| {
                        go(untrack(from), event_target_value(&event).parse().ok());
                    }
                />
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Filters {
        Filters::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn filters_are_written_as_they_read() {
        let filters = read(&[
            ("since", "13w"),
            ("product", "Zip"),
            ("region", "Nord"),
            ("by", "quarter"),
            ("x", "y"),
        ]);
        assert_eq!(filters.by, Span::Quarter);
        assert_eq!(
            filters.href(),
            "/console/analysis?since=13w&product=Zip&region=Nord&by=quarter"
        );
        assert_eq!(read(&[("since", "x"), ("rep", "1"), ("segment", " ")]), Filters::default());
    }

    #[test]
    fn times_cover_whole_days() {
        let today: Day = "2026-05-20".parse().unwrap();
        let midnight = |day: Day, later: i32| i64::from(day.day) + i64::from(later);
        let query = read(&[("since", "13w")]).query(today, midnight);
        assert_eq!((query.from_ms, query.to_ms), (Some(20 - 90), None));
        let dates = read(&[("from", "2026-05-03"), ("to", "2026-05-04")]);
        let query = dates.query(today, midnight);
        assert_eq!((query.from_ms, query.to_ms), (Some(3), Some(5)), "the last day is included");
    }
}
