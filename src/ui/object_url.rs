//! An address for bytes that the browser holds, for as long as something shows them.

use wasm_bindgen::JsValue;
use web_sys::{Blob, Url};

/// Revoked when it is dropped: until then the browser keeps the bytes.
pub(crate) struct ObjectUrl(String);

impl ObjectUrl {
    /// # Errors
    /// What the browser says against it.
    pub(crate) fn of(content: &Blob) -> Result<Self, JsValue> {
        Url::create_object_url_with_blob(content).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
