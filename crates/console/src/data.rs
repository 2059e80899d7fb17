//! Another person's page, which the merge puts here.

use leptos::prelude::*;

/// The screen.
#[component]
pub(crate) fn Data() -> impl IntoView {}
