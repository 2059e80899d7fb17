//! The rescue file: all that is unsent as one encrypted file, when nothing else helps; and the way
//! back in on another device.

use core::fmt;

use device::RescueError;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, HtmlAnchorElement, Url};

use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{format, use_language};
use crate::session::use_session;

/// What the file is called, wherever the browser puts it.
const FILE_NAME: &str = "sightline.rescue";

/// What came of it: said once, good or bad.
#[derive(Clone)]
enum Said {
    Done(String),
    Failed(String),
}

#[component]
pub(super) fn Rescue() -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    let passphrase = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let said = RwSignal::new(None::<Said>);
    let chosen = NodeRef::<leptos::html::Input>::new();

    let make = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let made = session.device().rescue(&passphrase.get_untracked()).await;
            said.set(Some(match made {
                Ok(None) => Said::Done(t.rescue_nothing.to_owned()),
                Err(error) => Said::Failed(words(t, &error)),
                Ok(Some(rescue)) => match download(&rescue.file) {
                    Ok(()) => {
                        Said::Done(format::plural(language, t.rescue_made, count(rescue.ops)))
                    }
                    Err(_) => Said::Failed(t.rescue_no_download.to_owned()),
                },
            }));
            is_busy.set(false);
        });
    };
    let bring_in = move |_| {
        let file = chosen.get_untracked().and_then(|input| input.files()?.get(0));
        let Some(file) = file else {
            return said.set(Some(Said::Failed(t.rescue_choose_first.to_owned())));
        };
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let brought = match read(&file).await {
                Some(file) => session.device().bring_in(&file, &passphrase.get_untracked()).await,
                None => Err(RescueError::NotOurs),
            };
            said.set(Some(match brought {
                Ok(0) => Said::Done(t.rescue_known.to_owned()),
                Ok(ops) => Said::Done(format::plural(language, t.rescue_brought, count(ops))),
                Err(error) => Said::Failed(words(t, &error)),
            }));
            is_busy.set(false);
        });
    };
    let done = move || match said.get() {
        Some(Said::Done(words)) => words,
        _ => String::new(),
    };
    let failed = move || match said.get() {
        Some(Said::Failed(words)) => words,
        _ => String::new(),
    };
    view! {
        <details class="extras rescue">
            <summary>{t.rescue_title}</summary>
            <div class="extras-fields">
                <p>{t.rescue_explained}</p>
                <div class="field">
                    <label for="rescue-passphrase">{t.passphrase}</label>
                    <input
                        id="rescue-passphrase"
                        class="input"
                        type="password"
                        autocomplete="new-password"
                        data-testid="rescue-passphrase"
                        aria-describedby="rescue-rule"
                        prop:value=move || passphrase.get()
                        on:input=move |event| passphrase.set(event_target_value(&event))
                    />
                    <p id="rescue-rule" class="quiet">{t.passphrase_rule}</p>
                </div>
                <button
                    class="button"
                    data-testid="rescue-make"
                    disabled=move || is_busy.get()
                    on:click=make
                >
                    {t.rescue_make}
                </button>
                <div class="field">
                    <label for="rescue-file">{t.rescue_file}</label>
                    <input
                        id="rescue-file"
                        class="input"
                        type="file"
                        data-testid="rescue-file"
                        node_ref=chosen
                    />
                </div>
                <button
                    class="button"
                    data-testid="rescue-bring-in"
                    disabled=move || is_busy.get()
                    on:click=bring_in
                >
                    {t.rescue_bring_in}
                </button>
                <p role="status" data-testid="rescue-done">{done}</p>
                <p class="error" role="alert" data-testid="rescue-error">{failed}</p>
            </div>
        </details>
    }
}

fn count(ops: usize) -> u32 {
    u32::try_from(ops).unwrap_or(u32::MAX)
}

fn words(t: &PageTexts, error: &RescueError) -> String {
    match error {
        RescueError::PassphraseTooShort => t.passphrase_rule.to_owned(),
        RescueError::NotOurs => t.rescue_not_ours.to_owned(),
        RescueError::NotOpened => t.rescue_not_opened.to_owned(),
        RescueError::NotEnrolled => t.enrol_first.to_owned(),
        RescueError::OfAnother(name) => said_of(t.rescue_of_another, name),
        RescueError::NoCryptography => t.enrol_no_key.to_owned(),
        RescueError::Storage(error) => t.storage_error(error).to_owned(),
    }
}

fn said_of(text: &str, name: impl fmt::Display) -> String {
    text.replace("{name}", &name.to_string())
}

/// None where the file is gone or was changed since it was chosen.
async fn read(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Hands the file to the browser's downloads.
fn download(bytes: &[u8]) -> Result<(), JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(FILE_NAME);
    link.click();
    // The click has begun the download, which holds the bytes for itself.
    Url::revoke_object_url(&address)
}
