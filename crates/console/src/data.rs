//! Data: customers, products and competitors, and the names that reps write for them.

mod edit;
mod entries;
mod entry;
mod import;
mod unknown;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::mail::Referent;

use crate::address::BASE;
use crate::locale::{Locale, use_locale};
use crate::page;
use crate::query_string::QueryString;

/// Asks again for what may have changed.
#[derive(Clone, Copy)]
pub(crate) struct Changes(RwSignal<u32>);

impl Changes {
    /// Something was changed.
    fn happened(self) {
        self.0.try_update(|count| *count = count.wrapping_add(1));
    }

    /// Whoever asks here hears of every change.
    fn track(self) {
        self.0.track();
    }
}

/// The screen.
#[component]
pub(crate) fn Data() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let query = use_query_map();
    let of = Memo::new(move |_| {
        let name = query.with(|query| query.get("of"));
        let of = Referent::ALL.iter().find(|of| Some(of.as_str()) == name.as_deref());
        of.copied().unwrap_or(Referent::Customer)
    });
    provide_context(Changes(RwSignal::new(0)));
    page::set_title(texts.title);
    let link = move |one: &Referent| {
        let one = *one;
        let current = move || (of.get() == one).then_some("page");
        view! {
            <li><a href=address(one) aria-current=current>{plural(one, locale)}</a></li>
        }
    };
    view! {
        <div class="page data-page">
            <header class="page-head">
                <h1>{texts.title}</h1>
                <nav aria-label=texts.title>
                    <ul class="tabs">{Referent::ALL.iter().map(link).collect_view()}</ul>
                </nav>
            </header>
            {move || {
                let of = of.get();
                view! {
                    <unknown::Unknown of />
                    <import::Import of />
                    <entries::Entries of />
                }
            }}
            <Exports />
        </div>
    }
}

/// The address of the page with these.
fn address(of: Referent) -> String {
    let of = Some(of).filter(|of| *of != Referent::Customer).map(Referent::as_str);
    format!("{BASE}/data{}", QueryString::default().with("of", of).finish())
}

/// "Customers".
fn plural(of: Referent, locale: Locale) -> &'static str {
    locale.texts.pages.data.plurals[of as usize]
}

/// All notes as a file.
#[component]
fn Exports() -> impl IntoView {
    let texts = &use_locale().texts.pages.data;
    let link = |(format, name): (&'static str, &'static str)| {
        let href = format!(
            "/api/v1/export{}",
            QueryString::default().with("format", Some(format)).finish()
        );
        view! {
            <a class="button" href=href download="" data-testid=format!("data-export-{format}")>
                {name}
            </a>
        }
    };
    view! {
        <section class="page-section" aria-labelledby="data-export">
            <h2 id="data-export">{texts.export}</h2>
            <p class="quiet">{texts.export_about}</p>
            <p class="row-of">
                {[("csv", "CSV"), ("xlsx", "XLSX"), ("ndjson", "NDJSON")].map(link).collect_view()}
            </p>
        </section>
    }
}
