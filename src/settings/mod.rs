//! Settings: language and appearance.

use leptos::prelude::*;

use crate::i18n::Language;
use crate::i18n::pages::use_page_texts;
use crate::preferences::{self, Theme};
use crate::session::use_session;
use crate::ui::choice::{Choice, Choices};

#[component]
pub(crate) fn Settings() -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let language = RwSignal::new(session.language.get_untracked().tag().to_owned());
    Effect::new(move |earlier: Option<()>| {
        let chosen = language.with(|tag| Language::of_tag(tag));
        if let (Some(()), Some(chosen)) = (earlier, chosen) {
            preferences::set_language(chosen);
            session.language.set(chosen);
        }
    });
    let theme = RwSignal::new(preferences::theme().name().to_owned());
    Effect::new(move |earlier: Option<()>| {
        let chosen = Theme::ALL.into_iter().find(|one| theme.with(|name| name == one.name()));
        if let (Some(()), Some(chosen)) = (earlier, chosen) {
            preferences::set_theme(chosen);
        }
    });
    let theme_label = move |theme: Theme| match theme {
        Theme::Auto => t.theme_auto,
        Theme::Light => t.theme_light,
        Theme::Dark => t.theme_dark,
    };
    let languages = Language::ALL.map(|language| Choice {
        value: language.tag().to_owned(),
        label: language.own_name().to_owned(),
        testid: Some(format!("language-{}", language.tag())),
    });
    let themes = Theme::ALL.map(|theme| Choice {
        value: theme.name().to_owned(),
        label: theme_label(theme).to_owned(),
        testid: Some(format!("theme-{}", theme.name())),
    });
    view! {
        <div class="settings-screen">
            <h1>{t.settings_title}</h1>
            <Choices legend=t.language name="language" choices=languages.into() chosen=language />
            <Choices legend=t.theme name="theme" choices=themes.into() chosen=theme />
        </div>
    }
}
