//! x
use leptos::prelude::*;
#[component]
pub(crate) fn Field() -> impl IntoView {}
