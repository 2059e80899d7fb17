//! What the reader prefers, remembered in this browser: language, theme, single keys.

use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const KEY: &str = "sightline.console.preferences";

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    English,
    French,
}

impl Language {
    /// All, in the order in which they are offered.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::French];

    /// The primary subtag (BCP 47).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its own name for itself; the same in every language.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The first of the reader's languages that the console speaks, else English.
    pub(crate) fn best_of(tags: &[String]) -> Self {
        tags.iter()
            .find_map(|tag| Self::ALL.into_iter().find(|language| language.speaks(tag)))
            .unwrap_or(Self::English)
    }

    /// The reader's own variant of this language, for dates and numbers: fr-CA is not fr-FR.
    pub(crate) fn locale_of(self, tags: &[String]) -> String {
        let well_formed =
            |tag: &&String| tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let own = tags.iter().filter(well_formed).find(|tag| self.speaks(tag));
        own.map_or_else(|| self.tag().to_owned(), Clone::clone)
    }

    fn speaks(self, tag: &str) -> bool {
        tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(self.tag()))
    }
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value of `data-theme` on the root element; none follows the system (tokens.css).
    pub(crate) const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    language: Option<Language>,
    #[serde(default)]
    theme: Theme,
    #[serde(default = "yes")]
    single_keys: bool,
}

const fn yes() -> bool {
    true
}

/// The preferences, as signals.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    /// What the browser asks for, best first (BCP 47).
    pub(crate) browser_tags: StoredValue<Vec<String>>,
    pub(crate) language: RwSignal<Language>,
    pub(crate) theme: RwSignal<Theme>,
    pub(crate) single_keys: RwSignal<bool>,
}

impl Preferences {
    /// Reads what was remembered, marks the root element, and remembers every change. A browser
    /// that keeps nothing still works: the preferences then last as long as the page.
    pub(crate) fn begin() -> Self {
        let tags: Vec<String> =
            window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
        let stored: Option<Stored> = LocalStorage::get(KEY).ok();
        let language = stored.as_ref().and_then(|stored| stored.language);
        let preferences = Self {
            language: RwSignal::new(language.unwrap_or_else(|| Language::best_of(&tags))),
            theme: RwSignal::new(stored.as_ref().map_or(Theme::Auto, |stored| stored.theme)),
            single_keys: RwSignal::new(stored.is_none_or(|stored| stored.single_keys)),
            browser_tags: StoredValue::new(tags),
        };
        Effect::new(move |before: Option<()>| preferences.keep(before.is_some()));
        preferences
    }

    fn keep(self, changed: bool) {
        let (language, theme) = (self.language.get(), self.theme.get());
        let single_keys = self.single_keys.get();
        if let Some(root) = document().document_element() {
            let marked = root.set_attribute("lang", language.tag());
            let themed = match theme.attribute() {
                Some(theme) => root.set_attribute("data-theme", theme),
                None => root.remove_attribute("data-theme"),
            };
            if marked.and(themed).is_err() {
                leptos::logging::warn!("the root element takes no attributes");
            }
        }
        let stored = Stored { language: Some(language), theme, single_keys };
        if changed && LocalStorage::set(KEY, stored).is_err() {
            leptos::logging::warn!("this browser does not keep preferences");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn the_first_language_that_we_speak_wins() {
        assert_eq!(Language::best_of(&tags(&["de-CH", "fr-CH", "en"])), Language::French);
        assert_eq!(Language::best_of(&tags(&["FR"])), Language::French);
        assert_eq!(Language::best_of(&tags(&["frr", "de"])), Language::English);
        assert_eq!(Language::best_of(&[]), Language::English);
    }

    #[test]
    fn numbers_follow_the_readers_own_variant() {
        let browser = tags(&["fr-CA", "en-CA", "en-US"]);
        assert_eq!(Language::French.locale_of(&browser), "fr-CA");
        assert_eq!(Language::English.locale_of(&browser), "en-CA");
        assert_eq!(Language::French.locale_of(&tags(&["en-GB"])), "fr");
        assert_eq!(Language::French.locale_of(&tags(&["fr_FR@euro"])), "fr");
    }
}
