//! What a note holds besides words, as far as it is on this device, and what became of it.

use device::{StorageError, UploadState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Attachment;

use crate::i18n::pages::use_page_texts;
use crate::session::use_session;
use crate::ui::attachment::AttachmentView;
use crate::ui::object_url::ObjectUrl;

#[component]
pub(super) fn Attachments(attachments: Vec<Attachment>) -> impl IntoView {
    let t = use_page_texts();
    let row = |attachment: Attachment| view! { <AttachmentRow attachment /> };
    view! {
        <section class="media" aria-labelledby="attachments">
            <h2 id="attachments">{t.attachments}</h2>
            <ul class="media-list media-shown">{attachments.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

#[component]
fn AttachmentRow(attachment: Attachment) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let attachment_id = attachment.attachment_id;
    // Read once: its bytes never change, and a player is not to be drawn anew while it plays.
    let url = RwSignal::new_local(None::<ObjectUrl>);
    let (device, content) = (session.device(), attachment.clone());
    spawn_local(async move {
        if let Ok(Some(content)) = device.content(&content).await {
            let _ = url.try_set(ObjectUrl::of(&content).ok());
        }
    });
    let state = RwSignal::new_local(None::<Result<Option<UploadState>, StorageError>>);
    Effect::new(move || {
        session.changes.track();
        let device = session.device();
        spawn_local(async move {
            let now = Some(device.upload_state(attachment_id).await);
            if state.try_with_untracked(|state| *state != now) == Some(true) {
                state.set(now);
            }
        });
    });
    let told = move || {
        let (name, mark, words) = match state.get()? {
            Ok(Some(UploadState::Waiting)) => ("saved", "○", t.will_be_sent.to_owned()),
            Ok(Some(UploadState::Sent)) => ("sent", "✓", t.sent.to_owned()),
            Ok(Some(UploadState::Held(code))) => {
                ("held", "!", format!("{}: {}", t.held, (t.problem)(code)))
            }
            Ok(None) => ("", "", t.not_here.to_owned()),
            Err(error) => ("held", "!", t.storage_error(&error).to_owned()),
        };
        Some(view! {
            <span class="state" data-state=name>
                <span aria-hidden="true">{mark}</span>
                {words}
            </span>
        })
    };
    let shown = move || {
        let url = url.with(|url| url.as_ref().map(|url| url.as_str().to_owned()));
        view! { <AttachmentView attachment=attachment.clone() url=url.unwrap_or_default() /> }
    };
    view! {
        <li class="media-item" data-testid="note-attachment">{shown} {told}</li>
    }
}
