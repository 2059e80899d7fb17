//! The notes of the view as a file: links that the browser downloads.

use leptos::prelude::*;

use super::feed::Feed;
use crate::api::{ExportFormat, export_href};
use crate::icons::Icon;
use crate::locale::use_locale;

/// The menu's id, for the key that opens it.
pub(super) const MENU: &str = "export";

/// The menu.
#[component]
pub(super) fn Export(feed: Feed) -> impl IntoView {
    let texts = use_locale().texts;
    let link = move |format, name, used_for, test_id| {
        view! {
            <a href=move || export_href(format, &feed.query()) download="" data-testid=test_id>
                <strong>{name}</strong>
                " "
                <span class="quiet">{used_for}</span>
            </a>
        }
    };
    view! {
        <details class="menu export" id=MENU>
            <summary aria-label=texts.export title=texts.export>{Icon::Download.view()}</summary>
            <div class="menu-body">
                <p class="menu-title">{texts.export_hint}</p>
                {link(ExportFormat::Csv, texts.export_csv, texts.export_csv_for, "export-csv")}
                {link(ExportFormat::Xlsx, texts.export_xlsx, texts.export_xlsx_for, "export-xlsx")}
                {link(
                    ExportFormat::Ndjson,
                    texts.export_ndjson,
                    texts.export_ndjson_for,
                    "export-ndjson",
                )}
            </div>
        </details>
    }
}
