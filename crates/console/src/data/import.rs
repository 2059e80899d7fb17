//! A CSV file into the reference data: first a preview, then the good lines, all or none.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use protocol::console::reference::{ImportError, ImportReport, ReferenceText};
use protocol::limits::IMPORT_BYTES_MAX;
use protocol::mail::Referent;
use web_sys::{File, HtmlInputElement};

use super::{Changes, plural};
use crate::account::use_account;
use crate::api;
use crate::chart::{Cell, Table};
use crate::form::{fresh_id, words_with_detail};
use crate::locale::{Locale, fill, use_locale};

/// How many errors are listed; a file with more has another mistake.
const ERRORS_SHOWN: usize = 100;

/// The section.
#[component]
pub(super) fn Import(of: Referent) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.data;
    let account = use_account();
    let changes = expect_context::<Changes>();
    let file = RwSignal::new_local(None::<File>);
    let report = RwSignal::new(None::<(ImportReport, bool)>);
    let error = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let send = move |is_preview: bool| {
        let Some(file) = file.get_untracked() else {
            return error.set(Some(texts.file_missing.to_owned()));
        };
        if is_busy.get_untracked() {
            return;
        }
        error.set(None);
        if file.size() > IMPORT_BYTES_MAX as f64 {
            let most = locale.bytes(IMPORT_BYTES_MAX as u64);
            return error.set(Some(fill(texts.file_too_large, "{most}", &most)));
        }
        is_busy.set(true);
        spawn_local(async move {
            match account.heed(api::reference::import(of, is_preview, &file).await) {
                Ok(found) => {
                    report.try_set(Some((found, is_preview)));
                    if !is_preview {
                        changes.happened();
                    }
                }
                Err(refused) => {
                    error.try_set(Some(words_with_detail(&refused, locale.texts)));
                }
            }
            is_busy.try_set(false);
        });
    };
    let picked = move |event: web_sys::Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        file.set(input.and_then(|input| input.files()?.item(0)));
        report.set(None);
        error.set(None);
    };
    let id = fresh_id();
    let can_write = move || {
        report.with(|report| {
            report.as_ref().is_some_and(|(it, is_preview)| *is_preview && it.new + it.changed > 0)
        })
    };
    let shown =
        move || report.get().map(|(report, is_preview)| report_view(report, is_preview, locale));
    view! {
        <section class="page-section" aria-labelledby="data-import">
            <h2 id="data-import">{fill(texts.import, "{what}", plural(of, locale))}</h2>
            <p class="quiet">{texts.import_about[of as usize]}</p>
            <div class="row-form">
                <div class="field">
                    <label for=id.clone()>{texts.file}</label>
                    <input
                        id=id
                        class="input"
                        type="file"
                        accept=".csv,.tsv,.txt,text/csv"
                        data-testid="import-file"
                        on:change=picked
                    />
                </div>
                <button
                    type="button"
                    class="button"
                    data-testid="import-preview"
                    aria-disabled=move || is_busy.get().then_some("true")
                    on:click=move |_| send(true)
                >
                    {texts.preview}
                </button>
                <Show when=can_write>
                    <button
                        type="button"
                        class="button button-main"
                        data-testid="import-write"
                        aria-disabled=move || is_busy.get().then_some("true")
                        on:click=move |_| send(false)
                    >
                        {texts.write}
                    </button>
                </Show>
            </div>
            <p class="error" role="alert" data-testid="import-error">{move || error.get()}</p>
            <div class="stack" aria-live="polite" data-testid="import-report">{shown}</div>
        </section>
    }
}

fn report_view(report: ImportReport, is_preview: bool, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.pages.data;
    let ImportReport { separator, new, changed, same, sample, errors } = report;
    let number = |count: u64| locale.number(count as usize);
    let counts = if is_preview { texts.would_be } else { texts.was };
    let counts = fill(counts, "{new}", &number(new));
    let counts = fill(&counts, "{changed}", &number(changed));
    let counts = fill(&counts, "{same}", &number(same));
    let separator = match separator {
        '\t' => texts.tab.to_owned(),
        other => format!("“{other}”"),
    };
    let separator = fill(texts.separator, "{s}", &separator);
    let rows: Vec<_> = sample.iter().map(|text| sample_row(text, locale)).collect();
    let head = vec![
        (texts.name, false),
        (locale.texts.pages.analysis.region, false),
        (locale.texts.pages.analysis.segment, false),
        (texts.list_price, true),
    ];
    let sample = (!rows.is_empty()).then(|| {
        view! { <Table caption=texts.sample.to_owned() head=head rows=rows shown=true /> }
    });
    let wrong = (!errors.is_empty()).then(|| {
        let more = errors.len().saturating_sub(ERRORS_SHOWN);
        let more = (more > 0).then(|| view! { <p>{locale.count(&texts.more_errors, more)}</p> });
        let count = locale.count(&texts.n_errors, errors.len());
        let lines: Vec<_> =
            errors.into_iter().take(ERRORS_SHOWN).map(|error| error_view(error, locale)).collect();
        view! {
            <div class="notice" data-tone="trouble">
                <h3>{count}</h3>
                <ul class="stack-close" data-testid="import-errors">{lines}</ul>
                {more}
            </div>
        }
    });
    view! {
        <p data-testid="import-counts">{counts} " " <span class="quiet">{separator}</span></p>
        {sample}
        {wrong}
    }
}

fn sample_row(text: &ReferenceText, locale: Locale) -> Vec<Cell> {
    let or_none = |text: Option<&String>| Cell::words(text.map_or("—", String::as_str));
    let price = text.price.as_ref().map_or_else(|| "—".to_owned(), |price| locale.price(price));
    vec![
        Cell::words(text.name.clone()),
        or_none(text.region.as_ref()),
        or_none(text.segment.as_ref()),
        Cell::number(price),
    ]
}

fn error_view(error: ImportError, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.pages.data;
    let line = usize::try_from(error.line).unwrap_or(usize::MAX);
    let line = fill(texts.line, "{n}", &locale.number(line));
    let found = (!error.found.is_empty()).then(|| view! { <code>{error.found}</code> });
    view! {
        <li>
            <strong>{line}</strong>
            " "
            {texts.import_error(&error.code)}
            " "
            {found}
        </li>
    }
}
