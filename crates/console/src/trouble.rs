//! Something went wrong: why, and a way on. Never shown as "empty".

use leptos::prelude::*;

use crate::api::ApiError;
use crate::icons::Icon;
use crate::locale::use_locale;
use crate::texts::Texts;

/// The words for an error.
pub(crate) const fn words(error: &ApiError, texts: &Texts) -> &'static str {
    match error {
        ApiError::Problem(problem) => texts.problems.of(problem.code),
        ApiError::NoAnswer => texts.no_answer,
        ApiError::Unreadable => texts.unreadable,
    }
}

/// The words with a button that tries again.
#[component]
pub(crate) fn Trouble(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let texts = use_locale().texts;
    view! {
        <div class="trouble" role="alert">
            {Icon::Warning.view()}
            <p>{words(&error, texts)}</p>
            <button type="button" class="button" on:click=move |_| retry.run(())>
                {texts.retry}
            </button>
        </div>
    }
}
