//! What a rep chose: language and appearance. Nothing that would be missed.

use crate::i18n::Language;
use crate::local_storage;

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
    Language::of_tag(&local_storage::word(LANGUAGE)?)
}

pub(crate) fn set_language(language: Language) {
    local_storage::keep_word(LANGUAGE, language.tag());
}

pub(crate) fn theme() -> Theme {
    let name = local_storage::word(THEME).unwrap_or_default();
    Theme::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or(Theme::Auto)
}

pub(crate) fn set_theme(theme: Theme) {
    local_storage::keep_word(THEME, theme.name());
    apply_theme(theme);
}

/// Remembers that the first screen has something to show.
pub(crate) fn note_that_there_are_notes() {
    if local_storage::text(HAS_NOTES).is_none() {
        local_storage::keep_true(HAS_NOTES);
    }
}

/// Puts the appearance on the page: tokens.css reads `data-theme`.
pub(crate) fn apply_theme(theme: Theme) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", theme.name());
    }
}
