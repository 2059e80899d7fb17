//! Moves to another address of the console without a reload.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use wasm_bindgen::JsValue;
use web_sys::{Element, MouseEvent};

use crate::address::{Address, BASE};

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// The router's way to navigate, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(crate) struct Navigation(StoredValue<Navigate, LocalStorage>);

/// The navigation of the page.
pub(crate) fn use_navigation() -> Navigation {
    expect_context()
}

/// What the address says now.
pub(crate) fn use_address() -> Memo<Address> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| Address::read(|name| query.get(name))))
}

impl Navigation {
    /// Takes the router's; within a `Router` only.
    pub(crate) fn of_router() -> Self {
        Self(StoredValue::new_local(Box::new(use_navigate())))
    }

    /// Goes there; "back" comes here again.
    pub(crate) fn go(self, href: &str) {
        // leptos_router 0.8 compares with a stack of its own before it adds to the browser's
        // history, and after a `replace` and a "back" that stack is wrong: the page moved and the
        // address did not. So the entry is added here, and the router only ever replaces.
        let added = window().history().and_then(|history| history.push_state(&JsValue::NULL, ""));
        if added.is_err() {
            leptos::logging::warn!("the browser's history takes no entry");
        }
        self.replace(href);
    }

    /// Goes there; "back" skips this address.
    pub(crate) fn replace(self, href: &str) {
        let options = NavigateOptions {
            resolve: false,
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        self.0.with_value(|navigate| navigate(href, options));
    }

    /// Follows a link of the console that was clicked; leaves every other click to the browser.
    pub(crate) fn follow(self, click: &MouseEvent) {
        let modified = click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key();
        if click.button() != 0 || modified || click.default_prevented() {
            return;
        }
        let target = click.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let is_plain =
            |link: &Element| !link.has_attribute("download") && !link.has_attribute("target");
        let Some(link) = link.filter(is_plain) else { return };
        let href = link.get_attribute("href").unwrap_or_default();
        if href.starts_with(&format!("{BASE}/")) {
            click.prevent_default();
            self.go(&href);
        }
    }
}
