//! Decisions: a board of what marketing rectifies, and the editor of one.

mod board;
mod cited;
mod drafts;
mod editor;
mod fields;
mod parts;
pub(crate) mod seed;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::DecisionId;

use crate::locale::use_locale;
use crate::page;

/// Which of its parts the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Board,
    New,
    One(DecisionId),
}

impl Part {
    /// What the parameters of an address ask for.
    fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let decision = parameter("decision").and_then(|text| text.parse().ok());
        match decision {
            Some(decision_id) => Self::One(decision_id),
            None if parameter("new").as_deref() == Some("true") => Self::New,
            None => Self::Board,
        }
    }
}

/// The screen.
#[component]
pub(crate) fn Decisions() -> impl IntoView {
    let texts = &use_locale().texts.work;
    let query = use_query_map();
    let part = Memo::new(move |_| query.with(|query| Part::read(|name| query.get(name))));
    page::set_title(texts.decisions);
    view! {
        <div class="sheet decisions">
            {move || match part.get() {
                Part::Board => view! { <board::Board /> }.into_any(),
                Part::New => view! { <editor::NewDecision /> }.into_any(),
                Part::One(decision_id) => {
                    view! { <editor::OneDecision decision_id /> }.into_any()
                }
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_part() {
        let read = |name: &'static str, value: &'static str| {
            Part::read(|it| (it == name).then(|| value.to_owned()))
        };
        assert_eq!(read("new", "true"), Part::New);
        assert_eq!(read("decision", "x"), Part::Board);
        let id = "0192a3b4-0000-7000-8000-000000000001";
        assert_eq!(read("decision", id), Part::One(id.parse().unwrap()));
    }
}
