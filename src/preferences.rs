//! What a rep chose: language and appearance. Nothing that would be missed (gloo-storage).

use gloo_storage::{LocalStorage, Storage};

use crate::i18n::Language;

const LANGUAGE: &str = "language";
const THEME: &str = "theme";
/// Read by the page itself, before the app is there (src/early).
const HAS_NOTES: &str = "has-notes";

/// The appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the phone has it.
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

pub(crate) fn language() -> Option<Language> {
    Language::of_tag(&LocalStorage::get::<String>(LANGUAGE).ok()?)
}

/// Where the browser keeps no preferences the choice lasts as long as the page.
pub(crate) fn set_language(language: Language) {
    let _ = LocalStorage::set(LANGUAGE, language.tag());
}

pub(crate) fn theme() -> Theme {
    let name = LocalStorage::get::<String>(THEME).unwrap_or_default();
    Theme::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or(Theme::Auto)
}

pub(crate) fn set_theme(theme: Theme) {
    let _ = LocalStorage::set(THEME, theme.name());
    apply_theme(theme);
}

/// Remembers that the first screen has something to show.
pub(crate) fn note_that_there_are_notes() {
    if !LocalStorage::get(HAS_NOTES).unwrap_or(false) {
        let _ = LocalStorage::set(HAS_NOTES, true);
    }
}

/// Puts the appearance on the page: tokens.css reads `data-theme`.
pub(crate) fn apply_theme(theme: Theme) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", theme.name());
    }
}
