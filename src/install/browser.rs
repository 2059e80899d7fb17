//! Which browser this is, as far as its menus matter.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A browser whose menu differs from the others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browser {
    Ios,
    AndroidChrome,
    AndroidFirefox,
    MacSafari,
    DesktopChromium,
    DesktopFirefox,
}

impl Browser {
    pub(crate) const ALL: [Self; 6] = [
        Self::Ios,
        Self::AndroidChrome,
        Self::AndroidFirefox,
        Self::MacSafari,
        Self::DesktopChromium,
        Self::DesktopFirefox,
    ];

    /// By what it says of itself; an iPad says that it is a Mac, but has a touch screen.
    fn of(agent: &str, has_touch: bool) -> Self {
        let says = |word: &str| agent.contains(word);
        if says("iPhone") || says("iPad") || (says("Macintosh") && has_touch) {
            Self::Ios
        } else if says("Android") {
            if says("Firefox") { Self::AndroidFirefox } else { Self::AndroidChrome }
        } else if says("Firefox") {
            Self::DesktopFirefox
        } else if says("Macintosh") && !says("Chrome") {
            Self::MacSafari
        } else {
            Self::DesktopChromium
        }
    }
}

/// The browser of this page.
pub(crate) fn this() -> Browser {
    let Some(window) = web_sys::window() else { return Browser::DesktopChromium };
    let navigator = window.navigator();
    let agent = navigator.user_agent().unwrap_or_default();
    Browser::of(&agent, navigator.max_touch_points() > 0)
}

/// Whether the page runs as an app of its own, without the browser's bars.
pub(crate) fn is_installed() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let standalone = window.match_media("(display-mode: standalone)").ok().flatten();
    let ios = Reflect::get(&window.navigator(), &"standalone".into());
    standalone.is_some_and(|query| query.matches()) || ios.is_ok_and(|it| it.is_truthy())
}

/// The browser's offer to install the page; only Chromium makes one.
#[derive(Clone)]
pub(crate) struct Offer(JsValue);

impl Offer {
    pub(super) const fn of(event: JsValue) -> Self {
        Self(event)
    }

    /// Lets the browser ask. Whatever comes of it, the browser shows it.
    pub(super) async fn accept(&self) {
        let prompt = Reflect::get(&self.0, &"prompt".into());
        let Some(prompt) = prompt.ok().and_then(|it| it.dyn_into::<Function>().ok()) else {
            return;
        };
        if let Ok(asked) = prompt.call0(&self.0) {
            let _ = JsFuture::from(Promise::resolve(&asked)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_browser_is_known_by_what_it_says() {
        let table = [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Safari/604",
                true,
                Browser::Ios,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605",
                true,
                Browser::Ios,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605",
                false,
                Browser::MacSafari,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/131.0 Safari/537",
                false,
                Browser::DesktopChromium,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/131.0 Mobile Safari/537",
                true,
                Browser::AndroidChrome,
            ),
            (
                "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
                true,
                Browser::AndroidFirefox,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                false,
                Browser::DesktopFirefox,
            ),
        ];
        for (agent, has_touch, browser) in table {
            assert_eq!(Browser::of(agent, has_touch), browser, "{agent}");
        }
    }
}
