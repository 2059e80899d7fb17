//! What the form holds, with what was not kept and why.

use leptos::prelude::*;

use super::{Incoming, Kept, Media, Trouble};
use crate::i18n::use_texts;
use crate::ui::attachment::AttachmentView;

#[component]
pub(super) fn List(media: Media) -> impl IntoView {
    let kept = move |kept: Kept| view! { <KeptRow media kept /> };
    let unread = move |(index, incoming): (usize, Incoming)| {
        view! { <UnreadRow media index incoming /> }
    };
    let trouble = move |(index, trouble): (usize, Trouble)| {
        view! { <TroubleRow media index trouble /> }
    };
    view! {
        <ul class="media-list">{move || media.kept.get().into_iter().map(kept).collect_view()}</ul>
        <div role="alert" class="media-troubles">
            {move || media.unread.get().into_iter().enumerate().map(unread).collect_view()}
            {move || media.troubles.get().into_iter().enumerate().map(trouble).collect_view()}
        </div>
    }
}

#[component]
fn KeptRow(media: Media, kept: Kept) -> impl IntoView {
    let t = use_texts();
    let Kept { attachment, url } = kept;
    let name = attachment.name.clone().unwrap_or_default();
    let (shown, sha256) = (attachment.clone(), attachment.sha256.to_string());
    let url = url.map(|url| url.as_str().to_owned()).unwrap_or_default();
    view! {
        <li class="media-item" data-testid="note-media" data-sha256=sha256>
            <AttachmentView attachment=shown url />
            <button
                type="button"
                class="button button-plain"
                data-testid="media-remove"
                aria-label=format!("{} {name}", t.remove)
                on:click=move |_| media.remove(&attachment)
            >
                {t.remove}
            </button>
        </li>
    }
}

/// A picture that the browser cannot read. Never sent silently: it may tell where it was taken.
#[component]
fn UnreadRow(media: Media, index: usize, incoming: Incoming) -> impl IntoView {
    let t = use_texts();
    let name = incoming.file.name();
    let take_out = move || {
        media.unread.try_update(|unread| (index < unread.len()).then(|| unread.remove(index)))
    };
    let send = move |_| media.take(take_out().flatten().map(Incoming::taken_as_it_is));
    let leave = move |_| {
        if let Some(incoming) = take_out().flatten() {
            incoming.forget();
        }
    };
    view! {
        <div class="alert" data-testid="media-unread">
            <p>{name}": "{t.picture_unread}</p>
            <p class="pair">
                <button type="button" class="button" data-testid="media-as-it-is" on:click=send>
                    {t.send_as_it_is}
                </button>
                <button type="button" class="button" data-testid="media-leave" on:click=leave>
                    {t.leave_it}
                </button>
            </p>
        </div>
    }
}

#[component]
fn TroubleRow(media: Media, index: usize, trouble: Trouble) -> impl IntoView {
    let t = use_texts();
    let Trouble { name, words } = trouble;
    let name = name.map(|name| format!("{name}: "));
    let dismiss = move |_| {
        media.troubles.update(|troubles| {
            if index < troubles.len() {
                troubles.remove(index);
            }
        });
    };
    view! {
        <p class="media-trouble error" data-testid="media-trouble">
            <span>{name}{words.join(" ")}</span>
            <button type="button" class="button button-plain" on:click=dismiss>{t.understood}</button>
        </p>
    }
}
