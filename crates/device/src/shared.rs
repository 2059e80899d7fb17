//! What other apps shared into this one: the service worker leaves it in a cache of its own, where
//! it stays until it is taken in (crates/worker/src/shell.js).

use js_sys::{Array, decode_uri_component};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FilePropertyBag, Request, Response};

use crate::{global, reflect};

/// Its cache; the worker names it so as well.
const CACHE: &str = "sightline-shared";
/// The header that holds a file's name, percent-encoded.
const NAME: &str = "x-name";

/// Where something shared lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

/// What was shared and not taken in yet.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// Title, words and address of each time, in their order.
    pub words: Vec<(Key, String)>,
    /// The files.
    pub files: Vec<(Key, File)>,
}

impl Shared {
    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.files.is_empty()
    }
}

/// Everything that waits; nothing where the browser keeps no caches.
pub async fn waiting() -> Shared {
    read().await.unwrap_or_default()
}

async fn read() -> Result<Shared, JsValue> {
    let cache = cache().await?;
    let mut shared = Shared::default();
    let requests: Array = global::promised(&cache, "keys", &[]).await?.dyn_into()?;
    for request in requests.iter() {
        let key = Key(request.clone().unchecked_into::<Request>().url());
        let response: Response = global::promised(&cache, "match", &[request]).await?.dyn_into()?;
        match response.headers().get(NAME)? {
            None => {
                let words = global::promised(&response, "text", &[]).await?;
                shared.words.push((key, words.as_string().unwrap_or_default()));
            }
            Some(name) => {
                let content: Blob = global::promised(&response, "blob", &[]).await?.dyn_into()?;
                shared.files.push((key, file(&content, &name)?));
            }
        }
    }
    Ok(shared)
}

/// Takes something away that was taken in, or that nobody wants.
pub async fn forget(key: &Key) {
    // Left there, it is offered once more: nothing is lost.
    if let Ok(cache) = cache().await {
        let _ = global::promised(&cache, "delete", &[(&*key.0).into()]).await;
    }
}

async fn cache() -> Result<JsValue, JsValue> {
    let caches = reflect::get(&js_sys::global(), "caches").ok_or(JsValue::UNDEFINED)?;
    global::promised(&caches, "open", &[CACHE.into()]).await
}

fn file(content: &Blob, name: &str) -> Result<File, JsValue> {
    let name = decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from);
    let options = FilePropertyBag::new();
    options.set_type(&content.type_());
    File::new_with_blob_sequence_and_options(&Array::of1(content), &name, &options)
}
