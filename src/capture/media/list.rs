//! What the form holds, with what was not kept and why.

use leptos::prelude::*;

use super::{Doubt, Incoming, Kept, Media};
use crate::i18n::use_texts;
use crate::ui::attachment::AttachmentView;

#[component]
pub(super) fn List(media: Media) -> impl IntoView {
    let kept = move |kept: Kept| view! { <KeptRow media kept /> };
    let doubt = move |(index, doubt): (usize, Doubt)| {
        view! { <DoubtRow media index doubt /> }
    };
    view! {
        <ul class="media-list">{move || media.kept.get().into_iter().map(kept).collect_view()}</ul>
        <div role="alert" class="media-troubles">
            {move || media.doubts.get().into_iter().enumerate().map(doubt).collect_view()}
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

/// What went wrong. A picture that the browser cannot read is never sent silently: it may tell where
/// it was taken.
#[component]
fn DoubtRow(media: Media, index: usize, doubt: Doubt) -> impl IntoView {
    let t = use_texts();
    let is_picture = doubt.picture.is_some();
    let take_out = move || {
        let doubt =
            media.doubts.try_update(|doubts| (index < doubts.len()).then(|| doubts.remove(index)));
        doubt.flatten().and_then(|doubt| doubt.picture)
    };
    let send = move |_| media.take(take_out().map(Incoming::taken_as_it_is));
    let leave = move |_| {
        if let Some(picture) = take_out() {
            picture.forget();
        }
    };
    let (testid, word) = match is_picture {
        true => ("media-unread", t.leave_it),
        false => ("media-trouble", t.understood),
    };
    view! {
        <div class="alert" data-testid=testid>
            <p>{doubt.words}</p>
            <div class="choice-options">
                {is_picture.then(|| view! {
                    <button type="button" class="button" data-testid="media-as-it-is" on:click=send>
                        {t.send_as_it_is}
                    </button>
                })}
                <button type="button" class="button" data-testid="media-leave" on:click=leave>
                    {word}
                </button>
            </div>
        </div>
    }
}
