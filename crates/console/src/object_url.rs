//! Bytes with an address of their own. The page shows no `data:` address (SECURITY.md, "headers").

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};

/// An address for these bytes, which lasts as long as the view that asks for it; empty where the
/// browser has none.
pub(crate) fn of_bytes(bytes: &[u8], media_type: &str) -> String {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let address = Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .unwrap_or_default();
    let revoked = address.clone();
    // The browser forgets it with the page at the latest.
    on_cleanup(move || _ = Url::revoke_object_url(&revoked));
    address
}

/// The same for what a `data:` address holds in base64.
pub(crate) fn of_data(data: &str) -> String {
    let Some((head, base64)) = data.split_once(";base64,") else { return String::new() };
    let media_type = head.strip_prefix("data:").unwrap_or_default();
    // Each character of what `atob` gives is a byte.
    let bytes: Vec<u8> = window()
        .atob(base64)
        .unwrap_or_default()
        .chars()
        .filter_map(|character| u8::try_from(u32::from(character)).ok())
        .collect();
    of_bytes(&bytes, media_type)
}
