//! English and French. Texts are values of [`Texts`]; numbers, dates and plurals come from the
//! browser's `Intl`, by the rep's own locale (fr-CA and fr-FR differ).
//!
//! A language change rebuilds the page (see `app.rs`), so a view reads its texts once, as plain
//! values, and pays nothing for being translatable.

mod en;
pub(crate) mod format;
mod fr;
pub(crate) mod pages;
mod texts;

use device::{SaveError, StorageError};
use leptos::prelude::use_context;
use protocol::{Currency, Words};

pub(crate) use texts::{Plural, Texts};

use crate::preferences;

/// A language of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::French];

    /// BCP 47.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its name in itself.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    pub(crate) const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &en::EN,
            Self::French => &fr::FR,
        }
    }

    /// The language of a BCP 47 tag, none if the app does not speak it.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// What marketing wrote, in this language where it is.
    pub(crate) fn pick(self, words: &Words) -> &str {
        words.pick(self == Self::French)
    }

    /// What the rep chose, else the first of the browser's languages that the app speaks.
    pub(crate) fn preferred() -> Self {
        preferences::language()
            .or_else(|| browser_tags().iter().find_map(|tag| Self::of_tag(tag)))
            .unwrap_or(Self::English)
    }

    /// The locale for numbers and dates: the browser's own variant of this language if it has one.
    pub(crate) fn locale(self) -> String {
        browser_tags()
            .into_iter()
            .find(|tag| Self::of_tag(tag) == Some(self))
            .unwrap_or_else(|| self.tag().to_owned())
    }

    /// The currency that a bare number means, by the region of the locale; the euro elsewhere.
    pub(crate) fn currency(self) -> Currency {
        let locale = self.locale();
        let code = match locale.rsplit('-').next() {
            Some("US") => "USD",
            Some("GB") => "GBP",
            Some("CA") => "CAD",
            Some("CH") => "CHF",
            _ => return Currency::EUR,
        };
        Currency::new(code).unwrap_or(Currency::EUR)
    }
}

fn browser_tags() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The language of the page that is being built.
pub(crate) fn use_language() -> Language {
    use_context().unwrap_or(Language::English)
}

/// The texts of the page that is being built.
pub(crate) fn use_texts() -> &'static Texts {
    use_language().texts()
}

impl Texts {
    /// What a storage error means to a rep, and what to do.
    pub(crate) const fn storage_error(&self, error: &StorageError) -> &'static str {
        match error {
            StorageError::Unavailable(_) => self.storage_unavailable,
            StorageError::Blocked => self.storage_blocked,
            StorageError::Outdated => self.storage_outdated,
            StorageError::Full => self.storage_full,
            StorageError::Lost(_) => self.storage_lost,
            StorageError::Unreadable(_) => self.storage_unreadable,
        }
    }

    /// Why something is not saved.
    pub(crate) fn save_error(&self, error: &SaveError) -> &'static str {
        match error {
            SaveError::Faults(faults) => {
                faults.first().map_or(self.not_saved, |fault| (self.problem)(fault.code))
            }
            SaveError::Attachment(code) => (self.problem)(*code),
            SaveError::FileGone => self.file_gone,
            SaveError::NoSuchNote => self.note_missing,
            SaveError::Storage(error) => self.storage_error(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Code;

    use super::*;

    #[test]
    fn a_tag_gives_its_language() {
        assert_eq!(Language::of_tag("fr-CA"), Some(Language::French));
        assert_eq!(Language::of_tag("EN"), Some(Language::English));
        assert_eq!(Language::of_tag("de-CH"), None);
    }

    #[test]
    fn every_error_code_has_words_in_both_languages() {
        for code in Code::ALL {
            let (english, french) = ((en::EN.problem)(*code), (fr::FR.problem)(*code));
            assert!(english.len() > 10 && french.len() > 10 && english != french, "{code}");
        }
    }

    #[test]
    fn plurals_keep_their_number() {
        for texts in [&en::EN, &fr::FR] {
            for plural in [texts.notes_waiting, texts.answers_waiting, texts.much_waiting] {
                assert!(plural.one.contains("{n}") && plural.other.contains("{n}"));
            }
            let of_what = [texts.waiting_offline, texts.waiting_online, texts.stays_until_enrolled];
            for plural in of_what {
                assert!(plural.one.contains("{what}") && plural.other.contains("{what}"));
            }
            assert!(texts.sending.contains("{what}"));
        }
    }
}
