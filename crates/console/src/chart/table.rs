//! A chart's figures as a table.

use leptos::prelude::*;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    href: Option<String>,
    is_number: bool,
}

impl Cell {
    /// Words.
    pub(crate) fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, is_number: false }
    }

    /// A number, as the reader's language writes it.
    pub(crate) fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, is_number: true }
    }

    /// The same, leading to its notes.
    pub(crate) fn to(self, href: Option<String>) -> Self {
        Self { href, ..self }
    }
}

/// A table whose first column names the row.
#[component]
pub(crate) fn Table(
    /// Names the table for screen readers.
    caption: String,
    /// The columns: their names, and whether they hold numbers.
    head: Vec<(&'static str, bool)>,
    rows: Vec<Vec<Cell>>,
    /// Whether it is shown; a hidden one is there for screen readers, without stops for the
    /// keyboard.
    #[prop(into)]
    shown: Signal<bool>,
) -> impl IntoView {
    let heads = head.into_iter().map(|(name, is_number)| {
        view! { <th scope="col" data-number=is_number.then_some("true")>{name}</th> }
    });
    let content = move |cell: Cell| match cell.href {
        Some(href) => {
            let stop = move || (!shown.get()).then_some("-1");
            view! { <a href=href tabindex=stop>{cell.text}</a> }.into_any()
        }
        None => cell.text.into_any(),
    };
    let row = move |cells: Vec<Cell>| {
        let cells = cells.into_iter().enumerate().map(|(index, cell)| {
            let number = cell.is_number.then_some("true");
            if index == 0 {
                view! { <th scope="row" data-number=number>{content(cell)}</th> }.into_any()
            } else {
                view! { <td data-number=number>{content(cell)}</td> }.into_any()
            }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    let name = caption.clone();
    view! {
        <div
            class="table-scroll"
            // No landmark: a page has many of these.
            role="group"
            aria-label=name
            tabindex=move || if shown.get() { "0" } else { "-1" }
        >
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
