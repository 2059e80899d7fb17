//! The text of a briefing in one language: a field, pictures into it, how large it is, and how reps
//! will see it.

use core::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use protocol::limits::BRIEFING_BYTES_MAX;
use web_sys::{ClipboardEvent, File, FileList, HtmlInputElement};

use super::pictures::{Pictures, insert, mark, size};
use super::{markdown, picture, preview};
use crate::form::fresh_id;
use crate::locale::{fill, use_locale};

/// How long somebody has to pause before the preview follows.
const PAUSE: Duration = Duration::from_millis(250);

/// The editor.
#[component]
pub(super) fn TextEditor(
    label: String,
    /// The language's code.
    lang: &'static str,
    test_id: &'static str,
    /// With short names of pictures.
    text: RwSignal<String>,
    pictures: RwSignal<Pictures>,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.field;
    let id = fresh_id();
    let field = NodeRef::<html::Textarea>::new();
    let said = RwSignal::new(None::<&'static str>);
    let shown = RwSignal::new(text.get_untracked());
    let mut follow = debounce(PAUSE, move |text: String| drop(shown.try_set(text)));
    Effect::new(move || follow(text.get()));
    let bytes =
        Memo::new(move |_| text.with(|text| pictures.with(|pictures| size(text, pictures))));
    let is_too_large = move || bytes.get() > BRIEFING_BYTES_MAX;

    let add = move |files: Vec<File>| {
        let cursor = move || {
            let end = || text.with_untracked(|text| text.encode_utf16().count() as u32);
            let cursor =
                field.get_untracked().and_then(|field| field.selection_end().ok().flatten());
            cursor.unwrap_or_else(end)
        };
        said.set(Some(texts.picture_coming));
        spawn_local(async move {
            let mut words = None;
            for file in files {
                match picture::redraw(&file).await {
                    Ok(data) => {
                        let name = file.name();
                        let alt = name.rsplit_once('.').map_or(&*name, |(name, _)| name);
                        let mut piece = String::new();
                        pictures.try_update(|pictures| piece = mark(&data, alt, pictures));
                        let place = cursor();
                        text.try_update(|text| {
                            *text = insert(text, place, &format!("\n\n{piece}\n\n"));
                        });
                    }
                    Err(picture::Undecodable) => words = Some(texts.picture_unreadable),
                }
            }
            said.try_set(words);
        });
    };
    let pasted = move |event: ClipboardEvent| {
        let files = event.clipboard_data().and_then(|data| data.files());
        let files = files.as_ref().map(pictures_of).unwrap_or_default();
        if !files.is_empty() {
            event.prevent_default();
            add(files);
        }
    };
    let picked = move |event: web_sys::Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let files = input.files().as_ref().map(pictures_of).unwrap_or_default();
        add(files);
        // So that the same file can be picked again.
        input.set_value("");
    };
    let rendered = move || {
        if is_too_large() {
            return view! { <p class="quiet">{texts.too_large_to_show}</p> }.into_any();
        }
        let blocks = shown.with(|text| pictures.with_untracked(|it| markdown::read(text, it)));
        if blocks.is_empty() {
            return view! { <p class="quiet">{texts.preview_empty}</p> }.into_any();
        }
        preview::text(blocks)
    };
    let how_large = move || {
        let words = fill(texts.bytes_of, "{n}", &locale.bytes(bytes.get() as u64));
        fill(&words, "{most}", &locale.bytes(BRIEFING_BYTES_MAX as u64))
    };
    let preview_label = format!("{} · {label}", texts.preview);
    view! {
        <div class="stack-close">
            <div class="field">
                <label for=id.clone()>{label}</label>
                <textarea
                    id=id
                    class="input prose-source"
                    rows="12"
                    lang=lang
                    data-testid=test_id
                    node_ref=field
                    prop:value=text
                    aria-invalid=move || is_too_large().then_some("true")
                    on:input=move |event| text.set(event_target_value(&event))
                    on:paste=pasted
                ></textarea>
            </div>
            <div class="row-of">
                <label class="button picker">
                    {texts.add_picture}
                    <input
                        type="file"
                        accept="image/*"
                        multiple
                        data-testid=format!("{test_id}-picture")
                        on:change=picked
                    />
                </label>
                <span class=move || if is_too_large() { "error" } else { "quiet" }>
                    {how_large}
                </span>
                <span class="quiet" role="status">{move || said.get()}</span>
            </div>
            <h3 class="visually-hidden">{preview_label.clone()}</h3>
            <div class="prose" role="group" aria-label=preview_label lang=lang tabindex="0">
                {rendered}
            </div>
        </div>
    }
}

fn pictures_of(files: &FileList) -> Vec<File> {
    let all = (0..files.length()).filter_map(|index| files.item(index));
    all.filter(|file| file.type_().starts_with("image/")).collect()
}
