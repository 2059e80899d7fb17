//! Photos and files of the open note: what is a picture is shown, everything else is a link.

use leptos::prelude::*;
use protocol::Attachment;
use protocol::console::NoteAttachment;

use super::transcript::Transcript;
use super::viewer::{Picture, Viewer};
use crate::icons::Icon;
use crate::locale::use_locale;

/// All of a note's.
#[component]
pub(super) fn Attachments(attachments: Vec<NoteAttachment>) -> impl IntoView {
    let texts = use_locale().texts;
    let shown = RwSignal::new(None::<usize>);
    let mut pictures = Vec::new();
    let mut place_of = |attachment: &Attachment, is_complete: bool| {
        let is_picture = is_complete && attachment.media_type.starts_with("image/");
        is_picture.then(|| {
            let name = attachment.name.clone();
            let name = name.unwrap_or_else(|| texts.attachment_unnamed.to_owned());
            pictures.push(Picture { href: href_of(attachment), name });
            pictures.len() - 1
        })
    };
    let item = |NoteAttachment { attachment, is_complete, transcript }: NoteAttachment| {
        let picture = place_of(&attachment, is_complete);
        let id = attachment.attachment_id;
        view! {
            <li data-testid="note-attachment" data-complete=is_complete.to_string()>
                {if is_complete {
                    if attachment.media_type.starts_with("audio/") {
                        view! {
                            <Memo attachment />
                            <Transcript id known=transcript />
                        }
                        .into_any()
                    } else {
                        view! { <Arrived attachment picture shown /> }.into_any()
                    }
                } else {
                    view! { <Awaited attachment /> }.into_any()
                }}
            </li>
        }
    };
    let items = attachments.into_iter().map(item).collect_view();
    view! {
        <section class="attachments" aria-labelledby="attachments-title">
            <h2 id="attachments-title">{texts.attachments}</h2>
            <ul>{items}</ul>
            <Viewer pictures shown />
        </section>
    }
}

fn href_of(attachment: &Attachment) -> String {
    format!("/api/v1/attachments/{}", attachment.attachment_id)
}

/// A voice memo, played where it stands. The endpoint calls it a video, as its first bytes do not tell
/// the two apart; a player of sounds takes both.
#[component]
fn Memo(attachment: Attachment) -> impl IntoView {
    let href = href_of(&attachment);
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
/// as such only where its bytes agree. A click opens the viewer; a modified one another tab.
#[component]
fn Arrived(
    attachment: Attachment,
    /// Its place among the note's pictures.
    picture: Option<usize>,
    shown: RwSignal<Option<usize>>,
) -> impl IntoView {
    let is_picture = RwSignal::new(attachment.media_type.starts_with("image/"));
    let href = href_of(&attachment);
    let source = href.clone();
    let clicked = move |click: web_sys::MouseEvent| {
        let modified = click.ctrl_key() || click.meta_key() || click.shift_key();
        if !modified && picture.is_some() && is_picture.get_untracked() {
            click.prevent_default();
            shown.set(picture);
        }
    };
    view! {
        // The endpoint tells a browser what is to be looked at and what to be kept as a file.
        <a class="attachment" href=href target="_blank" rel="noopener" on:click=clicked>
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
