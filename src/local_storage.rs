//! The browser's local storage, for what nobody would miss. Each value is a word of ours, kept as JSON
//! since the page itself reads it so before the app is there (`src/early/early.js`).
//!
//! A kept crate would bring a JSON parser and its tables of numbers, 9 KB of the first load.

use web_sys::Storage;

/// None where the browser keeps nothing, as in some private modes.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is kept under this key, as it is.
pub(crate) fn text(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// The word under this key.
pub(crate) fn word(key: &str) -> Option<String> {
    Some(text(key)?.trim_matches('"').to_owned())
}

/// Keeps a word. Where the browser keeps nothing, it lasts as long as the page.
pub(crate) fn keep_word(key: &str, word: &str) {
    keep(key, &format!("\"{word}\""));
}

/// Keeps that something is so.
pub(crate) fn keep_true(key: &str) {
    keep(key, "true");
}

fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Takes away what is under this key.
pub(crate) fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}
