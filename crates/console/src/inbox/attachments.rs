//! Photos and files of the open note: what is a picture is shown, everything else is a link.

use leptos::prelude::*;
use protocol::Attachment;
use protocol::console::NoteAttachment;

use crate::icons::Icon;
use crate::locale::use_locale;

/// All of a note's.
#[component]
pub(super) fn Attachments(attachments: Vec<NoteAttachment>) -> impl IntoView {
    let texts = use_locale().texts;
    let item = |NoteAttachment { attachment, is_complete, .. }: NoteAttachment| {
        view! {
            <li data-testid="note-attachment" data-complete=is_complete.to_string()>
                {if is_complete {
                    if attachment.media_type.starts_with("audio/") {
                        view! { <Memo attachment /> }.into_any()
                    } else {
                        view! { <Arrived attachment /> }.into_any()
                    }
                } else {
                    view! { <Awaited attachment /> }.into_any()
                }}
            </li>
        }
    };
    view! {
        <section class="attachments" aria-labelledby="attachments-title">
            <h2 id="attachments-title">{texts.attachments}</h2>
            <ul>{attachments.into_iter().map(item).collect_view()}</ul>
        </section>
    }
}

/// A voice memo, played where it stands. The endpoint calls it a video, as its first bytes do not tell
/// the two apart; a player of sounds takes both.
#[component]
fn Memo(attachment: Attachment) -> impl IntoView {
    let href = format!("/api/v1/attachments/{}", attachment.attachment_id);
    let label = attachment.name.clone();
    view! {
        <div class="attachment attachment-memo">
            <audio
                controls
                preload="metadata"
                src=href.clone()
                aria-label=label
                data-testid="memo-player"
            ></audio>
            <a href=href target="_blank" rel="noopener"><Name attachment /></a>
        </div>
    }
}

/// One that is here whole. What its device calls a picture is tried as one: the endpoint serves it
/// as such only where its bytes agree.
#[component]
fn Arrived(attachment: Attachment) -> impl IntoView {
    let is_picture = RwSignal::new(attachment.media_type.starts_with("image/"));
    let href = format!("/api/v1/attachments/{}", attachment.attachment_id);
    let source = href.clone();
    view! {
        // The endpoint tells a browser what is to be looked at and what to be kept as a file.
        <a class="attachment" href=href target="_blank" rel="noopener">
            {move || {
                if is_picture.get() {
                    view! {
                        // Its name stands below.
                        <img
                            src=source.clone()
                            alt=""
                            loading="lazy"
                            on:error=move |_| is_picture.set(false)
                        />
                    }
                    .into_any()
                } else {
                    Icon::Download.view().into_any()
                }
            }}
            <Name attachment />
        </a>
    }
}

#[component]
fn Awaited(attachment: Attachment) -> impl IntoView {
    let texts = use_locale().texts;
    view! {
        <div class="attachment">
            <Name attachment />
            <span class="quiet">{texts.attachment_awaited}</span>
        </div>
    }
}

#[component]
fn Name(attachment: Attachment) -> impl IntoView {
    let locale = use_locale();
    let name = attachment.name.unwrap_or_else(|| locale.texts.attachment_unnamed.to_owned());
    view! {
        <span class="attachment-name">
            <bdi>{name}</bdi>
            " "
            <span class="quiet">{locale.bytes(attachment.bytes)}</span>
        </span>
    }
}
