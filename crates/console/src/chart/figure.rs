//! A chart with its name, what it rests on, and its table; the reader chooses which is shown.

use leptos::prelude::*;

use super::table::{Cell, Table};
use crate::form::fresh_id;
use crate::locale::use_locale;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Both,
    Chart,
    Table,
}

impl Shown {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Chart => "chart",
            Self::Table => "table",
        }
    }
}

/// The figure.
#[component]
pub(crate) fn Figure(
    /// Its name.
    title: String,
    /// What it rests on, and what to mind.
    #[prop(optional, into)]
    about: String,
    /// Whether a heading right above says the name already.
    #[prop(optional)]
    is_named_above: bool,
    /// The columns of the table; see [`Table`].
    head: Vec<(&'static str, bool)>,
    /// The rows of the table.
    rows: Vec<Vec<Cell>>,
    /// The drawing.
    children: Children,
) -> impl IntoView {
    let texts = &use_locale().texts.pages.chart;
    let shown = RwSignal::new(Shown::Both);
    let group = fresh_id();
    let choice = move |(choice, name): (Shown, &'static str)| {
        let group = group.clone();
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group
                    prop:checked=move || shown.get() == choice
                    on:change=move |_| shown.set(choice)
                />
                <span>{name}</span>
            </label>
        }
    };
    let choices =
        [(Shown::Both, texts.both), (Shown::Chart, texts.chart), (Shown::Table, texts.table)];
    let legend = title.clone();
    view! {
        <figure class="figure" data-shown=move || shown.get().as_str()>
            <figcaption>
                <h3 class=is_named_above.then_some("visually-hidden")>{title.clone()}</h3>
                {(!about.is_empty()).then(|| view! { <p class="quiet">{about}</p> })}
            </figcaption>
            <fieldset class="segments figure-choice">
                <legend class="visually-hidden">{format!("{}: {legend}", texts.show)}</legend>
                {choices.map(choice).collect_view()}
            </fieldset>
            <div class="figure-body">
                <div class="figure-chart">{children()}</div>
                <div class="figure-table">
                    <Table
                        caption=title
                        head=head
                        rows=rows
                        shown=Signal::derive(move || shown.get() != Shown::Chart)
                    />
                </div>
            </div>
        </figure>
    }
}
