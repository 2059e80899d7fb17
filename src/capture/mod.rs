//! Quick entry: the words first, one question of the kind, everything else folded.

mod autosave;
mod context;
mod fields;
mod form;
mod media;
mod place;
mod undo;

use std::rc::Rc;

use device::{Device, Draft, DraftFor, SaveError, shared};
use leptos::ev;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use protocol::note::{Fault, Field};
use protocol::{Attachment, Kind, Note, NoteId, VisitId};

use crate::early;
use crate::i18n::{use_language, use_texts};
use crate::session::{Notice, use_session};
use crate::ui::icon::{self, Icon};
use crate::ui::storage_alert::StorageAlert;
use context::Known;
use fields::{Extras, Question, Who};
use form::Form;
use media::{Incoming, Media, MediaField, take_dropped, take_pasted};
pub(crate) use undo::Undo;

#[component]
pub(crate) fn Capture() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    // Another kind is another form, with a draft of its own.
    let kind = Memo::new(move |_| params.with(|params| params.get("kind")?.parse::<Kind>().ok()));
    // Each further note has a form of its own, too.
    let (count, set_count) = signal(0_u32);
    let another = Callback::new(move |()| set_count.update(|count| *count += 1));
    move || match (kind.get(), count.get()) {
        (Some(kind), _) => view! { <QuickEntry kind said=None another=Some(another) /> }.into_any(),
        (None, _) => view! { <p class="empty">{t.not_found}</p> }.into_any(),
    }
}

/// The same form, filled with what a note says.
#[component]
pub(crate) fn Edit() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    let params = use_params_map();
    let note_id = params.with_untracked(|params| params.get("id")?.parse::<NoteId>().ok());
    // Read once: what arrives meanwhile must not change the text under the pen.
    let read = RwSignal::new_local(None);
    spawn_local(async move {
        let stored = match note_id {
            Some(note_id) => session.device().note(note_id).await,
            None => Ok(None),
        };
        let _ = read.try_set(Some(stored));
    });
    move || {
        read.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(None) => view! { <p class="empty">{t.note_missing}</p> }.into_any(),
            Ok(Some(stored)) => {
                let kind = stored.note.kind();
                let said = Some((stored.note_id, stored.note));
                view! { <QuickEntry kind said another=None /> }.into_any()
            }
        })
    }
}

/// Where a save leads.
#[derive(Clone, Copy)]
enum Then {
    Leave,
    Another,
}

/// The visit under way; a storage that does not tell it keeps no note from being saved.
async fn running_visit(device: &Device) -> Option<VisitId> {
    device.running_visit().await.ok().flatten().map(|visit| visit.visit_id)
}

/// What a form shows of a note: the draft of one more that says the same.
pub(crate) fn draft_of(note: &Note) -> Draft {
    form::write(note)
}

/// Saves the words, as a new note together with what it holds, or as an edit of the one that is
/// stored already.
async fn store(
    device: &Device,
    stored: Option<(NoteId, Note)>,
    note: Note,
    held: &[Attachment],
) -> Result<NoteId, SaveError> {
    match stored {
        None => device.save_with(note, held).await,
        Some((note_id, said)) if said == note => Ok(note_id),
        Some((note_id, _)) => device.edit(note_id, note).await.map(|()| note_id),
    }
}

/// Takes in the files that another app shared; the words are in the draft by now.
fn take_shared(media: Media) {
    spawn_local(async move {
        let files = shared::waiting().await.files.into_iter();
        media.take(files.map(|(key, file)| Incoming::shared(file, key)));
    });
}

/// Says that another tab goes on with this draft, and takes it back where it is asked to.
#[component]
fn Elsewhere(form: Form) -> impl IntoView {
    let t = use_texts();
    let take_back = |_| {
        let _ = window().location().reload();
    };
    move || {
        form.is_elsewhere.get().then(|| {
            view! {
                <div class="alert" role="alert" data-testid="draft-elsewhere">
                    <p>{t.draft_elsewhere}</p>
                    <button type="button" class="button" on:click=take_back>{t.draft_here}</button>
                </div>
            }
        })
    }
}

/// For a new note, or for one that says something already.
#[component]
fn QuickEntry(
    kind: Kind,
    said: Option<(NoteId, Note)>,
    /// Opens a form for another note, where one may follow.
    another: Option<Callback<()>>,
) -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new(kind);
    let faults = RwSignal::new(Vec::<Fault>::new());
    let failure = RwSignal::new(None::<(&'static str, &'static str)>);
    let text_field = NodeRef::<Textarea>::new();
    let draft_of = said.as_ref().map_or(DraftFor::New(kind), |(id, _)| DraftFor::Edit(*id));
    let said_draft = said.as_ref().map(|(_, note)| form::write(note));
    let visit_id = said.as_ref().and_then(|(_, note)| note.visit_id);
    let is_new = said.is_none();
    let (back, title) = match &said {
        Some((note_id, _)) => (format!("/notes/{note_id}"), t.edit),
        None => ("/".to_owned(), (t.kind_name)(kind)),
    };
    let done = back.clone();
    // What is stored by now; where an edit's photo failed, its words are.
    let stored = StoredValue::new(said);
    let media = Media::of(draft_of);
    if use_query_map().with_untracked(|query| query.get_str("shared").is_some()) {
        take_shared(media);
    }
    form.text.set(early::words(draft_of));
    autosave::keep(session.device(), form, draft_of, said_draft);
    Effect::new(move || {
        if let Some(field) = text_field.get() {
            early::hand_over(&field);
        }
    });

    let notice = session.notice.get_untracked();
    session.notice.set(None);
    // Read while the rep writes, so that a save has one thing less to wait for.
    let visit = StoredValue::new_local(None::<Option<VisitId>>);
    if is_new {
        let device = session.device();
        spawn_local(async move {
            let running = running_visit(&device).await;
            let _ = visit.try_set_value(Some(running));
        });
    }
    let names = Known::new(session);

    Effect::new(move || {
        // What a failure said of a picture holds no more.
        if media.has_decided() {
            failure.set(None);
        }
    });
    // One copy of the code, however often it is called.
    let save: Rc<dyn Fn(Then)> = Rc::new(move |then| {
        // The form may be gone since a photo was waited for.
        if form.is_saving.try_get_untracked().unwrap_or(true) {
            return;
        }
        if media.is_undecided() {
            return failure.set(Some((t.not_saved, t.picture_undecided)));
        }
        let mut note = match form::read(kind, &form.draft(), language.currency()) {
            Ok(note) => note,
            Err(found) => return faults.set(found),
        };
        faults.set(Vec::new());
        failure.set(None);
        form.is_saving.set(true);
        let (device, navigate): (Device, _) = (session.device(), navigate.clone());
        let done = done.clone();
        let held = media.attachments();
        spawn_local(async move {
            note.visit_id = match visit_id {
                None if is_new => match visit.try_get_value().flatten() {
                    Some(read) => read,
                    None => running_visit(&device).await,
                },
                of_note => of_note,
            };
            let before = stored.get_value();
            let is_first = before.is_none();
            let note_id = match store(&device, before, note.clone(), &held).await {
                Ok(note_id) => note_id,
                Err(error) => {
                    form.is_saving.set(false);
                    return match error {
                        SaveError::Faults(found) => faults.set(found),
                        error => failure.set(Some((t.not_saved, t.save_error(&error)))),
                    };
                }
            };
            early::forget(draft_of);
            stored.set_value(Some((note_id, note)));
            if !is_first && let Err(error) = device.adopt(note_id, &held).await {
                form.is_saving.set(false);
                return failure.set(Some((t.media_not_saved, t.save_error(&error))));
            }
            // Words alone: a photo would stay with the note that is taken back.
            let undo = (is_new && held.is_empty()).then_some(note_id);
            session.notice.set(Some(Notice { words: t.saved_here, undo }));
            match (then, another) {
                (Then::Another, Some(another)) => another.run(()),
                _ => navigate(&done, leptos_router::NavigateOptions::default()),
            }
        });
    });
    let submit: Rc<dyn Fn(Then)> = Rc::new(move |then| {
        if !media.is_under_way() {
            return save(then);
        }
        let save = Rc::clone(&save);
        // The words are read only then: the rep may go on typing.
        spawn_local(async move {
            if media.settle().await {
                save(then);
            } else {
                let _ = failure.try_set(Some((t.not_saved, t.media_look)));
            }
        });
    });
    let by_keyboard = {
        let submit = Rc::clone(&submit);
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                submit(if event.shift_key() { Then::Another } else { Then::Leave });
            }
        }
    };
    let more = {
        let submit = Rc::clone(&submit);
        move || {
            let submit = Rc::clone(&submit);
            another.map(|_| {
                view! {
                    <button
                        type="button"
                        class="button"
                        data-testid="note-save-more"
                        aria-label=t.save_more
                        aria-keyshortcuts="Control+Shift+Enter"
                        on:click=move |_| submit(Then::Another)
                    >
                        {t.save_more_short}
                    </button>
                }
            })
        }
    };
    let fault_at = move |field: Field| {
        let fault = faults.with(|faults| faults.iter().find(|fault| fault.field == field).copied());
        fault.map(|fault| (t.problem)(fault.code))
    };
    let text_fault = move || fault_at(Field::Text);

    view! {
        <form
            class="entry"
            data-kind=kind.as_str()
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit(Then::Leave);
            }
            on:keydown=by_keyboard
            on:paste=move |event| take_pasted(media, &event)
            on:dragover=move |event| take_dropped(media, &event)
            on:drop=move |event| take_dropped(media, &event)
        >
            <div class="entry-head">
                <A href=back attr:class="icon-button" attr:aria-label=t.back><Icon path=icon::BACK /></A>
                <h1><Icon path=icon::of_kind(kind) />{title}</h1>
            </div>
            <Elsewhere form />
            <p class="notice" role="status" data-testid="notice">
                {notice.map(|notice| notice.words)}
            </p>
            <div class="field">
                <label class="visually-hidden" for="note-text">{t.text_label}</label>
                <textarea
                    id="note-text"
                    class="input note-text"
                    data-testid="note-text"
                    placeholder=(t.kind_prompt)(kind)
                    rows="5"
                    autocapitalize="sentences"
                    enterkeyhint="enter"
                    node_ref=text_field
                    prop:value=move || form.text.get()
                    on:input=move |event| form.text.set(event_target_value(&event))
                    aria-invalid=move || text_fault().is_some().to_string()
                    aria-describedby="note-text-error"
                ></textarea>
                <p id="note-text-error" class="error" role="alert" data-testid="field-error">
                    {text_fault}
                </p>
            </div>
            <MediaField media />
            <Question form names fault_at=Callback::new(fault_at) />
            <Who form names fault_at=Callback::new(fault_at) />
            <Extras form fault_at=Callback::new(fault_at) />
            <div class="entry-foot">
                <p class="error" role="alert" data-testid="form-error">
                    {move || failure.get().map(|(what, why)| format!("{what} {why}"))}
                </p>
                <button
                    type="submit"
                    class="button button-main save"
                    data-testid="note-save"
                    aria-keyshortcuts="Control+Enter"
                >
                    {t.save}
                </button>
                {more()}
            </div>
        </form>
    }
}
