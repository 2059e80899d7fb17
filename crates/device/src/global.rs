//! What a page and a worker both have, by one way: a service worker has no `window`.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::reflect;

/// `navigator.name`, none where it is absent.
pub(crate) fn navigator(name: &str) -> Option<JsValue> {
    reflect::get(&reflect::get(&js_sys::global(), "navigator")?, name)
}

/// What `target.name(...arguments)` promises.
///
/// # Errors
/// What the call threw or the promise was broken with.
pub(crate) async fn promised(
    target: &JsValue,
    name: &str,
    arguments: &[JsValue],
) -> Result<JsValue, JsValue> {
    let promise: Promise = reflect::call(target, name, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}
