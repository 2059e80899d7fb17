//! x
use leptos::prelude::*;
#[component]
pub(crate) fn People() -> impl IntoView {}
