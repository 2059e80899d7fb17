//! What a rep adds besides words: photos, voice memos, files. Each is on the disk as soon as it is
//! there, as a part of the draft; saving the note takes it over.

mod intake;
mod list;
mod memo;

use std::rc::Rc;

use device::{Device, DraftFor, Held, Memo};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Attachment;
use web_sys::Blob;

use crate::i18n::{Texts, use_texts};
use crate::session::use_session;
use crate::ui::object_url::ObjectUrl;
use intake::{FileInput, Queue};
pub(super) use intake::{Incoming, take_dropped, take_pasted};
use list::List;
use memo::{MemoKey, Recorder};

/// How often it is looked whether what is under way is done, in milliseconds.
const LOOK_MS: u32 = 50;

/// Something that the draft holds.
#[derive(Clone)]
pub(super) struct Kept {
    attachment: Attachment,
    /// None where its bytes could not be read back just now.
    url: Option<Rc<ObjectUrl>>,
}

impl Kept {
    fn new(attachment: Attachment, content: Option<&Blob>) -> Self {
        let url = content.and_then(|content| ObjectUrl::of(content).ok()).map(Rc::new);
        Self { attachment, url }
    }
}

/// Something that was not kept, or only in part, and why.
#[derive(Clone)]
struct Doubt {
    words: String,
    /// A picture that the browser cannot read: the rep says what becomes of it.
    picture: Option<Incoming>,
}

/// What a form holds besides words; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Media {
    t: &'static Texts,
    device: StoredValue<Device, LocalStorage>,
    of: DraftFor,
    kept: RwSignal<Vec<Kept>, LocalStorage>,
    /// Until all that the draft holds is in [`Self::kept`].
    is_restoring: RwSignal<bool>,
    doubts: RwSignal<Vec<Doubt>, LocalStorage>,
    /// Photos and files on their way to the disk.
    queue: StoredValue<Rc<Queue>, LocalStorage>,
    is_taking: RwSignal<bool>,
    /// While the browser asks whether the microphone may be used.
    is_asking: RwSignal<bool>,
    /// The voice memo that is being recorded.
    memo: RwSignal<Option<Memo>, LocalStorage>,
}

impl Media {
    /// Of a draft, with what it holds already.
    pub(super) fn of(of: DraftFor) -> Self {
        let media = Self {
            t: use_texts(),
            device: StoredValue::new_local(use_session().device()),
            of,
            kept: RwSignal::new_local(Vec::new()),
            is_restoring: RwSignal::new(true),
            doubts: RwSignal::new_local(Vec::new()),
            queue: StoredValue::new_local(Rc::default()),
            is_taking: RwSignal::new(false),
            is_asking: RwSignal::new(false),
            memo: RwSignal::new_local(None),
        };
        media.restore();
        on_cleanup(move || media.stop_memo());
        media
    }

    fn restore(self) {
        let device = self.device.get_value();
        spawn_local(async move {
            match device.draft_media(self.of).await {
                Ok(Held { media, unfinished }) => {
                    for attachment in media {
                        let content = device.content(&attachment).await.ok().flatten();
                        self.add(Kept::new(attachment, content.as_ref()));
                    }
                    if let Some(error) = unfinished {
                        self.tell(None, &[self.t.memo_not_whole, self.t.save_error(&error)]);
                    }
                }
                Err(error) => self.tell(None, &[self.t.storage_error(&error)]),
            }
            let _ = self.is_restoring.try_set(false);
        });
    }

    /// Shows it, in the order in which they came. Gone with the form, it stays in the draft.
    fn add(self, new: Kept) {
        let id = |kept: &Kept| kept.attachment.attachment_id;
        let _ = self.kept.try_update(|kept| {
            // What is being restored may just have been chosen.
            if let Err(place) = kept.binary_search_by_key(&id(&new), id) {
                kept.insert(place, new);
            }
        });
    }

    /// Tells what went wrong, and with which file, if it is about one.
    fn tell(self, name: Option<&str>, words: &[&'static str]) {
        self.doubt(name, words, None);
    }

    fn doubt(self, name: Option<&str>, words: &[&'static str], picture: Option<Incoming>) {
        let name = name.map(|name| format!("{name}: ")).unwrap_or_default();
        let words = name + &words.join(" ");
        let _ = self.doubts.try_update(|doubts| doubts.push(Doubt { words, picture }));
    }

    fn remove(self, attachment: &Attachment) {
        let (device, attachment_id) = (self.device.get_value(), attachment.attachment_id);
        let name = attachment.name.clone();
        spawn_local(async move {
            match device.remove_media(self.of, attachment_id).await {
                Ok(()) => {
                    let is_other = |kept: &Kept| kept.attachment.attachment_id != attachment_id;
                    let _ = self.kept.try_update(|kept| kept.retain(is_other));
                }
                Err(error) => self.tell(name.as_deref(), &[self.t.storage_error(&error)]),
            }
        });
    }

    /// Whether a photo, a file or a memo is not on the disk whole yet, or not known here.
    pub(super) fn is_under_way(self) -> bool {
        let is_on = |signal: RwSignal<bool>| signal.try_get_untracked().unwrap_or(false);
        is_on(self.is_restoring)
            || is_on(self.is_taking)
            || self.memo.try_with_untracked(Option::is_some).unwrap_or(false)
    }

    /// Ends a memo that is being recorded, and waits until all is on the disk. False where something
    /// is not kept: the rep should see that before the form is gone.
    pub(super) async fn settle(self) -> bool {
        let doubts = || self.doubts.try_with_untracked(Vec::len).unwrap_or(0);
        let before = doubts();
        self.stop_memo();
        while self.is_under_way() {
            TimeoutFuture::new(LOOK_MS).await;
        }
        doubts() == before
    }

    /// Whether the rep has yet to say what becomes of a picture.
    pub(super) fn is_undecided(self) -> bool {
        untrack(|| !self.has_decided())
    }

    /// The same turned around, tracked.
    pub(super) fn has_decided(self) -> bool {
        self.doubts.with(|doubts| doubts.iter().all(|doubt| doubt.picture.is_none()))
    }

    /// What the note is to take over.
    pub(super) fn attachments(self) -> Vec<Attachment> {
        self.kept.with_untracked(|kept| kept.iter().map(|it| it.attachment.clone()).collect())
    }
}

/// What the form holds, and the keys to add more.
#[component]
pub(super) fn MediaField(media: Media) -> impl IntoView {
    let t = use_texts();
    let keys = move || {
        if media.memo.with(Option::is_some) {
            return view! { <Recorder media /> }.into_any();
        }
        view! {
            <div class="media-keys">
                <FileInput media label=t.camera testid="note-camera" accept="image/*" is_camera=true />
                <FileInput media label=t.photo testid="note-photo" accept="image/*" is_camera=false />
                <MemoKey media />
                <FileInput media label=t.file testid="note-file" accept="" is_camera=false />
            </div>
        }
        .into_any()
    };
    view! {
        <div class="media" role="group" aria-label=t.attachments>
            <List media />
            <p class="quiet" role="status" data-testid="media-status">
                {move || media.is_taking.get().then_some(t.preparing)}
            </p>
            {keys}
        </div>
    }
}
