//! Inviting a rep: a name, then a link that is good once, to send or to scan.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::people::{InvitationRequest, OneTimeLink};

use super::Refresh;
use crate::account::use_account;
use crate::api;
use crate::form::{TextField, words_with_detail};
use crate::locale::{fill, use_locale};
use crate::object_url;

/// The form, and the link that came of it.
#[component]
pub(super) fn Invite() -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let account = use_account();
    let refresh = expect_context::<Refresh>();
    let (name, region) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let link = RwSignal::new(None::<(String, OneTimeLink)>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if is_busy.get_untracked() {
            return;
        }
        if wanted.is_empty() {
            return error.set(Some(texts.name_missing.to_owned()));
        }
        is_busy.set(true);
        error.set(None);
        let region_text = region.get_untracked().trim().to_owned();
        let request = InvitationRequest {
            name: wanted.clone(),
            region: (!region_text.is_empty()).then_some(region_text),
        };
        spawn_local(async move {
            match account.heed(api::people::invite(&request).await) {
                Ok(made) => {
                    link.try_set(Some((wanted, made)));
                    name.try_set(String::new());
                    refresh.0.run(());
                }
                Err(refused) => {
                    error.try_set(Some(words_with_detail(&refused, locale.texts)));
                }
            }
            is_busy.try_set(false);
        });
    };
    let shown = move || {
        link.get().map(|(name, link)| {
            view! { <Link title=fill(texts.link_for, "{name}", &name) about=texts.invite_about link /> }
        })
    };
    view! {
        <section class="stack" aria-labelledby="invite-title">
            <h2 id="invite-title">{texts.invite}</h2>
            <form class="row-form" on:submit=submit>
                <TextField
                    label=texts.name
                    value=name
                    on_input=move |text| name.set(text)
                    test_id="invite-name"
                />
                <TextField
                    label=texts.region
                    value=region
                    on_input=move |text| region.set(text)
                    test_id="invite-region"
                />
                <button
                    class="button button-main"
                    data-testid="invite-send"
                    aria-disabled=move || is_busy.get().then_some("true")
                >
                    {texts.invite_send}
                </button>
            </form>
            <p class="error" role="alert">{move || error.get()}</p>
            <div aria-live="polite">{shown}</div>
        </section>
    }
}

/// A link that is shown once: to copy, or to scan.
#[component]
pub(super) fn Link(title: String, about: &'static str, link: OneTimeLink) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let OneTimeLink { link, qr_svg, expires_at_ms } = link;
    // As an image it runs nothing.
    let picture = object_url::of_bytes(qr_svg.as_bytes(), "image/svg+xml");
    let said = RwSignal::new("");
    let copied = link.clone();
    let copy = move |_| {
        let text = copied.clone();
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            // Only offered by browsers over HTTPS and on this machine itself.
            let is_there = !wasm_bindgen::JsValue::from(clipboard.clone()).is_undefined();
            let is_done = is_there
                && wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await.is_ok();
            said.try_set(if is_done { texts.copied } else { texts.copy_by_hand });
        });
    };
    let until = fill(texts.good_until, "{t}", &locale.moment(expires_at_ms));
    view! {
        <div class="notice one-time">
            <div class="stack-close">
                <h3>{title}</h3>
                <p>{about}</p>
                <code class="command" data-testid="invite-link">{link}</code>
                <div class="row-of">
                    <button type="button" class="button" data-testid="invite-copy" on:click=copy>
                        {texts.copy}
                    </button>
                    <span class="quiet" role="status">{move || said.get()}</span>
                </div>
                <p class="quiet">{until}</p>
            </div>
            <img class="qr" src=picture alt=texts.qr_alt width="200" height="200" />
        </div>
    }
}
