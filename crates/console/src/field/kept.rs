//! What was typed and not saved, for as long as the tab lives: whoever comes back finds it again.

use gloo_storage::{SessionStorage, Storage};

use super::sheet::Paper;

fn key<P: Paper>(id: Option<&str>) -> String {
    format!("unsaved/{:?}/{}", P::TAB, id.unwrap_or("new"))
}

/// Keeps it, with the version that it changes. Where the browser has no room nothing is kept.
pub(super) fn keep<P: Paper>(id: Option<&str>, version: Option<i64>, text: &P::Text) {
    if SessionStorage::set(key::<P>(id), (version, text)).is_err() {
        leptos::logging::warn!("what is typed is not kept: the browser has no room for it");
    }
}

/// What was kept, and which version it changes.
pub(super) fn find<P: Paper>(id: Option<&str>) -> Option<(Option<i64>, P::Text)> {
    SessionStorage::get(key::<P>(id)).ok()
}

/// It is saved, or not wanted any more.
pub(super) fn forget<P: Paper>(id: Option<&str>) {
    SessionStorage::delete(key::<P>(id));
}
