//! How Sightline gets onto the home screen: by one button where the browser offers it, by its own
//! menu elsewhere. On iOS it must be there, or the browser forgets what is stored after a week
//! without a visit.

mod browser;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use wasm_bindgen::JsValue;

use crate::i18n::pages::use_page_texts;
use crate::session::use_session;
use crate::ui::icon::{self, Icon};

pub(crate) use browser::{Browser, Offer};

#[component]
pub(crate) fn InstallHelp() -> impl IntoView {
    let t = use_page_texts();
    let offer = use_session().install;
    let own = browser::this();
    let steps = move |browser: Browser| {
        let step = |step: &'static str| view! { <li>{step}</li> };
        view! { <ol class="steps">{(t.install_steps)(browser).iter().copied().map(step).collect_view()}</ol> }
    };
    let others = Browser::ALL.into_iter().filter(move |browser| *browser != own).map(|browser| {
        view! {
            <details class="extras">
                <summary>{(t.browser_name)(browser)}</summary>
                {steps(browser)}
            </details>
        }
    });
    let install = move || {
        offer.get().map(|offer| {
            view! {
                <button
                    class="button button-main"
                    data-testid="install-now"
                    on:click=move |_| {
                        let offer = offer.clone();
                        spawn_local(async move { offer.accept().await });
                    }
                >
                    {t.install_now}
                </button>
            }
        })
    };
    view! {
        <div class="device-screen">
            <div class="entry-head">
                <A href="/device" attr:class="icon-button" attr:aria-label=t.back>
                    <Icon path=icon::BACK />
                </A>
                <h1>{t.install_title}</h1>
            </div>
            {if browser::is_installed() {
                view! { <p role="status">{t.installed}</p> }.into_any()
            } else {
                view! {
                    <p>{t.install_why}</p>
                    {install}
                    <h2>{(t.browser_name)(own)}</h2>
                    {steps(own)}
                    <div>{others.collect_view()}</div>
                }
                .into_any()
            }}
        </div>
    }
}

/// Keeps the browser's own offer until the rep asks for it.
pub(crate) fn listen(offer: RwSignal<Option<Offer>, LocalStorage>) {
    let _ = window_event_listener_untyped("beforeinstallprompt", move |event| {
        event.prevent_default();
        offer.set(Some(Offer::of(JsValue::from(event))));
    });
}
