//! x
use leptos::prelude::*;
#[component]
pub(crate) fn Data() -> impl IntoView {}
