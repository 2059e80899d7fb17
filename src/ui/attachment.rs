//! A photo as a picture, a voice memo with a player, the name of anything else.

use leptos::prelude::*;
use protocol::Attachment;

use crate::i18n::{format, use_language, use_texts};

/// What an attachment is to whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Picture,
    Sound,
    File,
}

impl Look {
    fn of(media_type: &str) -> Self {
        // What a browser draws without loading anything else; SVG may.
        match media_type.split_once('/') {
            Some(("image", kind)) if !kind.starts_with("svg") => Self::Picture,
            Some(("audio", _)) => Self::Sound,
            _ => Self::File,
        }
    }
}

/// `url` is empty where its bytes are not at hand: then its name and size stand for it.
#[component]
pub(crate) fn AttachmentView(attachment: Attachment, url: String) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let name = attachment.name.unwrap_or_else(|| t.file.to_owned());
    let size = format::bytes(language, attachment.bytes);
    let look = if url.is_empty() { Look::File } else { Look::of(&attachment.media_type) };
    let picture = (look == Look::Picture)
        .then(|| view! { <img class="thumb" src=url.clone() alt=name.clone() /> });
    let player = (look == Look::Sound).then(|| {
        view! {
            <audio class="player" src=url.clone() aria-label=name.clone() controls preload="metadata"></audio>
        }
    });
    let address = (look == Look::File && !url.is_empty()).then_some(url);
    view! {
        {picture}
        {player}
        <span class="media-about">
            <a href=address download=name.clone()>{name.clone()}</a>
            <span class="quiet">{size}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_tells_how_it_is_shown() {
        for (media_type, look) in [
            ("image/jpeg", Look::Picture),
            ("image/svg+xml", Look::File),
            ("audio/webm", Look::Sound),
            ("video/mp4", Look::File),
            ("application/pdf", Look::File),
            ("", Look::File),
        ] {
            assert_eq!(Look::of(media_type), look, "{media_type}");
        }
    }
}
