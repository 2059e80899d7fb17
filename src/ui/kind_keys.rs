//! The four keys, one a kind: on a phone at the bottom of the home screen, on a laptop always.

use leptos::prelude::*;
use leptos_router::components::A;
use protocol::Kind;

use super::icon::{self, Icon};
use crate::i18n::use_texts;
use crate::shortcuts;

#[component]
pub(crate) fn KindKeys() -> impl IntoView {
    let t = use_texts();
    let key = move |kind: Kind| {
        view! {
            <li data-kind=kind.as_str()>
                <A
                    href=format!("/new/{kind}")
                    attr:class="kind-key"
                    attr:aria-keyshortcuts=shortcuts::key_of(kind)
                    attr:data-testid=format!("capture-{kind}")
                >
                    <Icon path=icon::of_kind(kind) />
                    <span class="kind-word">{(t.kind_key)(kind)}</span>
                    <kbd aria-hidden="true">{shortcuts::key_of(kind)}</kbd>
                </A>
            </li>
        }
    };
    view! {
        <section class="kind-keys" aria-label=t.new_note>
            <ul>{Kind::ALL.map(key).collect_view()}</ul>
        </section>
    }
}
