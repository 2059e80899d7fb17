//! What the address asks for and no choice shows, as chips that a press takes away.

use leptos::prelude::*;
use protocol::console::{Says, Without};

use crate::address::{Address, Filters};
use crate::locale::{fill, use_locale};
use crate::navigation::use_navigation;
use crate::texts::Texts;
use crate::topics::use_topic_title;

/// The chips.
#[component]
pub(super) fn Chips(address: Memo<Address>) -> impl IntoView {
    let locale = use_locale();
    let (texts, all) = (&locale.texts.work, locale.texts);
    let navigation = use_navigation();
    let topic = Memo::new(move |_| address.with(|address| address.filters.topic));
    let topic_title = use_topic_title(topic);
    let chip = move |label: String, take_away: fn(&mut Filters)| {
        let go = move |_| navigation.go(&address.get_untracked().filtered(take_away).href());
        view! {
            <li>
                <button
                    type="button"
                    class="chip"
                    aria-label=fill(texts.without_filter, "{filter}", &label)
                    on:click=go
                >
                    {label.clone()}
                    <span aria-hidden="true">"×"</span>
                </button>
            </li>
        }
    };
    let chips = move || {
        let filters = address.with(|address| address.filters.clone());
        let mut chips = Vec::new();
        if filters.open {
            chips.push(chip(texts.still_open.to_owned(), |to| to.open = false));
        }
        if filters.starred {
            chips.push(chip(texts.view_starred.to_owned(), |to| to.starred = false));
        }
        if filters.snoozed {
            chips.push(chip(texts.view_snoozed.to_owned(), |to| to.snoozed = false));
        }
        if filters.topic.is_some() {
            let title = topic_title.get().unwrap_or_else(|| "…".to_owned());
            let label = fill(texts.in_topic, "{title}", &title);
            chips.push(chip(label, |to| to.topic = None));
        }
        if let Some(name) = filters.product {
            chips.push(chip(format!("{}: {name}", all.product), |to| to.product = None));
        }
        if let Some(name) = filters.customer {
            chips.push(chip(format!("{}: {name}", all.customer), |to| to.customer = None));
        }
        if let Some(name) = filters.competitor {
            chips.push(chip(format!("{}: {name}", all.competitor), |to| to.competitor = None));
        }
        if let Some(name) = filters.segment {
            let label = format!("{}: {name}", all.pages.analysis.segment);
            chips.push(chip(label, |to| to.segment = None));
        }
        if let Some(verdict) = filters.verdict {
            let label = all.pages.analysis.verdict(verdict).to_owned();
            chips.push(chip(label, |to| to.verdict = None));
        }
        if let Some(says) = filters.says {
            chips.push(chip(said(&says, all), |to| to.says = None));
        }
        if let Some(without) = filters.without {
            chips.push(chip(lacking(without, all).to_owned(), |to| to.without = None));
        }
        (!chips.is_empty()).then(|| view! { <ul class="tags">{chips}</ul> })
    };
    view! { {chips} }
}

fn said(says: &Says, texts: &Texts) -> String {
    let work = &texts.work;
    match says {
        Says::Price(currency, unit) => {
            let unit = unit.iter().map(|unit| format!("/{unit}")).collect::<String>();
            fill(work.priced_in, "{measure}", &format!("{currency}{unit}"))
        }
        Says::Level => work.says_level.to_owned(),
        Says::LevelOf(relation) => {
            fill(work.says_level_of, "{of}", texts.pages.analysis.of_whom(*relation))
        }
        Says::Part(part) => {
            let part = part.map_or(texts.pages.analysis.unsaid, |part| texts.part_word(part));
            format!("{}: {part}", texts.part)
        }
    }
}

const fn lacking(without: Without, texts: &Texts) -> &'static str {
    match without {
        Without::Product => texts.work.without_product,
        Without::Topic => texts.work.without_topic,
    }
}
