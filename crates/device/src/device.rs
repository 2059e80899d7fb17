//! The one facade between the app and everything below: screens talk to [`Device`] alone.

mod mail;
mod media;

use core::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use futures_util::future::{Either, select};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::limits::{NAME_CHARS_MAX, SCHEMA};
use protocol::note::Fault;
use protocol::op::SealedOp;
use protocol::{Action, Attachment, Code, Note, NoteId, OpBody, OpId, Place, VisitId, proof};
use sync::{Event, REQUEST_MS_MAX, State, Status};
use wasm_bindgen_futures::spawn_local;

use crate::background::{Background, Behind, Copies};
use crate::connection::Connection;
use crate::draft_owner::DraftOwner;
use crate::geolocation::{self, PlaceError};
use crate::key::{self, KeyError};
use crate::rescue::{Rescue, RescueError};
use crate::room::{self, Room};
use crate::storage_error::StorageError;
use crate::store::drafts::{self, Draft, DraftFor};
use crate::store::identity::{self, Identity};
use crate::store::notes::{self, StoredNote};
use crate::store::outbox;
use crate::store::save::{self, Change, Save};
use crate::store::visits::{self, Visit};
use crate::store::waiting::{self, Waiting};
use crate::transport::{self, Ask, Body, Failure, JSON};
use crate::{chance, clock, json, persistence, rescue, shell};

pub(crate) use media::described;
pub use media::{Held, NewMedia};

/// Before what could not be loaded is asked for again.
const LOAD_AGAIN_MS: u32 = 10_000;

/// How often a worker looks whether it is done.
const DRAIN_LOOK_MS: u32 = 250;

/// A pause in which what was saved gets its second copy.
const COPY_AFTER_MS: u32 = 1_000;

/// How often screens are told of what the engine does.
const TOLD_EVERY_MS: u32 = 100;

type Listeners = Rc<RefCell<Vec<Box<dyn Fn()>>>>;

/// Calls `tell` at once, and then not before a pause has passed, however often it is asked to: a
/// screen looks into the database, which a backlog on its way needs for itself.
fn seldom(tell: impl Fn() + Clone + 'static) -> impl Fn() + 'static {
    let (is_pause, is_news) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    move || {
        if is_pause.replace(true) {
            return is_news.set(true);
        }
        tell();
        let (is_pause, is_news, tell) = (Rc::clone(&is_pause), Rc::clone(&is_news), tell.clone());
        let over = move || {
            is_pause.set(false);
            if is_news.replace(false) {
                tell();
            }
        };
        Timeout::new(TOLD_EVERY_MS, over).forget();
    }
}

/// This browser as an enrolled (or not yet enrolled) device of a rep.
#[derive(Clone)]
pub struct Device {
    connection: Connection,
    /// Empty until it is loaded; what it has to know by then is in the database.
    behind: Rc<OnceCell<Rc<dyn Behind>>>,
    listeners: Listeners,
    /// See [`Outlook::spared`].
    spared: Rc<Cell<usize>>,
    /// Until what was saved is copied.
    copying: Rc<RefCell<Option<Timeout>>>,
}

/// How much waits, and how sending goes: what the quiet status line shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Operations that marketing has not confirmed.
    pub pending: u32,
    /// What those are to a rep; none where there are too many to be told apart.
    pub waiting: Option<Waiting>,
    /// Operations and attachments that were refused and stay here.
    pub held: u32,
    /// When the oldest of the pending ones was saved: milliseconds since 1970, by this device's
    /// clock of that moment.
    pub oldest_unsent_ms: Option<u64>,
    /// Attachments on their way.
    pub uploads: u32,
    /// Changes that only a newer version of the app can show.
    pub unknown_changes: u32,
    /// When marketing last confirmed something: milliseconds since 1970, by this device's clock.
    pub last_confirmed_ms: Option<u64>,
    /// Unsent operations of a database that the browser lost, kept in a second copy until their rep
    /// has enrolled again.
    pub spared: usize,
    /// Where the engine stands.
    pub status: Status,
}

/// Why a note is not saved. What was typed stays on the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The note breaks these rules.
    #[error("the note breaks {} rules", .0.len())]
    Faults(Vec<Fault>),
    /// The attachment is empty or too large.
    #[error("the attachment is refused: {0}")]
    Attachment(Code),
    /// The file cannot be read any more: it is gone, or was changed since it was chosen.
    #[error("the file cannot be read any more")]
    FileGone,
    /// The note is not on this device.
    #[error("the note is not here")]
    NoSuchNote,
    /// The device's storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why this browser is not enrolled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The endpoint refused, with this code.
    #[error("refused: {0}")]
    Refused(Code),
    /// No answer from the endpoint: try again with the same link.
    #[error("the endpoint is out of reach")]
    Unreachable,
    /// Notes of an earlier enrolment are unsent; they must not become another rep's
    /// (SYNC.md fault 16).
    #[error("notes of another rep are unsent")]
    UnsentOfAnother,
    /// This browser, or this mode of it, keeps no key: without one nobody could tell this device
    /// from another (SYNC.md fault 9).
    #[error("the browser keeps no key")]
    KeyNotKept,
    /// The device's storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<KeyError> for EnrolError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotKept => Self::KeyNotKept,
            KeyError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Device {
    /// This browser's device, in a page. Opens nothing yet: storage errors show where they matter.
    #[must_use]
    pub fn start() -> Self {
        let device = Self::alone();
        device.put_in_a_page(&Background::here());
        device
    }

    /// The same for a page that comes before what sends: notes are saved meanwhile. `load` gives it,
    /// or none where it cannot be had now; then it is asked again.
    #[must_use]
    pub fn start_ahead<F>(load: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Option<Background>>,
    {
        let device = Self::alone();
        let waiting = device.clone();
        spawn_local(async move {
            let background = loop {
                match load().await {
                    Some(background) => break background,
                    None => TimeoutFuture::new(LOAD_AGAIN_MS).await,
                }
            };
            waiting.put_in_a_page(&background);
            // What fails here shows where the screens read.
            let _ = waiting.begin().await;
            waiting.tell();
        });
        device
    }

    /// The same in a worker, without what only a page needs: its every byte is loaded.
    #[must_use]
    pub fn start_in_worker() -> Self {
        let device = Self::alone();
        device.put(&Background::here(), || {});
        device
    }

    fn alone() -> Self {
        Self {
            connection: Connection::default(),
            behind: Rc::default(),
            listeners: Listeners::default(),
            spared: Rc::default(),
            copying: Rc::default(),
        }
    }

    fn put_in_a_page(&self, background: &Background) {
        let behind = self.put(background, shell::sync_in_background);
        if let Some(window) = web_sys::window() {
            behind.attend(&window);
        }
    }

    fn put(&self, background: &Background, call_worker: fn()) -> Rc<dyn Behind> {
        let start = || {
            let heard = Rc::clone(&self.listeners);
            let on_change = seldom(move || heard.borrow().iter().for_each(|listener| listener()));
            background.start(self.connection.clone(), Box::new(on_change), call_worker)
        };
        Rc::clone(self.behind.get_or_init(start))
    }

    fn behind(&self) -> Option<Rc<dyn Behind>> {
        self.behind.get().cloned()
    }

    fn status(&self) -> Status {
        self.behind().map_or(Status::BEFORE_ANYTHING, |behind| behind.status())
    }

    /// Calls `listener` whenever a screen may have something new to show, in this tab or by
    /// another one, for as long as the page lives.
    pub fn on_change(&self, listener: impl Fn() + 'static) {
        self.listeners.borrow_mut().push(Box::new(listener));
    }

    /// Who this device is, none before enrolment.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn identity(&self) -> Result<Option<Identity>, StorageError> {
        identity::read(&self.connection).await
    }

    /// Begins to send, if this device is enrolled.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn begin(&self) -> Result<Option<Identity>, StorageError> {
        let identity = self.identity().await?;
        if let Some(Identity { device_id, .. }) = identity
            && let Some(behind) = self.behind()
        {
            behind.begin(device_id).await?;
        }
        self.tend_spare();
        Ok(identity)
    }

    /// Nobody waits for it: what the database has is saved.
    fn tend_spare(&self) {
        let Some(behind) = self.behind() else { return };
        let device = self.clone();
        spawn_local(async move {
            let Some(Copies { returned, spared }) = behind.tend_copies().await else { return };
            if device.spared.replace(spared) != spared || returned > 0 {
                device.changed();
            }
        });
    }

    /// Sends what waits here, for at most `limit_ms` milliseconds. True once nothing is left to be
    /// done, or nothing can be done since this browser is no device of a rep; false where the time
    /// is up or the storage fails. For a worker, which has no page that would look on.
    pub async fn drain(&self, limit_ms: u32) -> bool {
        let draining = Box::pin(async {
            self.begin().await?;
            while !self.is_drained().await? {
                TimeoutFuture::new(DRAIN_LOOK_MS).await;
            }
            Ok::<_, StorageError>(())
        });
        match select(draining, TimeoutFuture::new(limit_ms)).await {
            Either::Left((drained, _)) => drained.is_ok(),
            Either::Right(_) => false,
        }
    }

    async fn is_drained(&self) -> Result<bool, StorageError> {
        Ok(match self.status().state {
            State::NotEnrolled => true,
            State::Idle => outbox::backlog(&self.connection).await?.pending == 0,
            State::Looking | State::Sending | State::Waiting { .. } => false,
        })
    }

    /// Makes this browser a device of the invited rep.
    ///
    /// # Errors
    /// Why it is not enrolled. A lost answer can be asked for again with the same invitation.
    pub async fn enrol(&self, invitation: &str, name: &str) -> Result<Identity, EnrolError> {
        let owner = identity::owner(&self.connection).await?;
        let key = key::for_enrolment(&self.connection).await?;
        let public_key = key.public_key().await.map_err(|_| EnrolError::KeyNotKept)?;
        let message = proof::for_enrolment(invitation);
        let signature = key.sign(&message).await.map_err(|_| EnrolError::KeyNotKept)?;
        let request = EnrolRequest {
            invitation: invitation.to_owned(),
            public_key,
            signature,
            device_name: name.to_owned(),
        };
        let answer = ask_to_enrol(&request).await?;
        let waits = outbox::backlog(&self.connection).await?;
        let is_another = owner.is_some_and(|owner| owner.is_another(&answer));
        if is_another && waits.pending + waits.held + waits.uploads > 0 {
            return Err(EnrolError::UnsentOfAnother);
        }
        let identity = Identity::new(answer, public_key);
        identity::write(&self.connection, &identity, &key).await?;
        // Read by a fresh connection before it is trusted (SYNC.md fault 9).
        self.connection.drop_handle();
        self.trust(&identity).await?;
        Ok(identity)
    }

    async fn trust(&self, written: &Identity) -> Result<(), EnrolError> {
        if self.identity().await?.as_ref() != Some(written) {
            let reason = "the enrolment did not read back".to_owned();
            return Err(StorageError::Lost(reason).into());
        }
        let key = key::of_device(&self.connection).await?.ok_or(EnrolError::KeyNotKept)?;
        if !key::works(&key).await {
            return Err(EnrolError::KeyNotKept);
        }
        if let Some(behind) = self.behind() {
            behind.begin(written.device_id).await?;
        }
        self.tend_spare();
        Ok(())
    }

    /// Saves a new note. When this returns, the note is on this device's disk.
    ///
    /// # Errors
    /// Why nothing was saved.
    pub async fn save(&self, note: Note) -> Result<StoredNote, SaveError> {
        self.create(note, &[]).await
    }

    async fn create(&self, note: Note, media: &[Attachment]) -> Result<StoredNote, SaveError> {
        let faults = note.faults();
        if !faults.is_empty() {
            return Err(SaveError::Faults(faults));
        }
        let now_ms = clock::now_ms();
        let note_id = NoteId::new(now_ms, chance::bytes()?);
        let op_id = OpId::new(now_ms, chance::bytes()?);
        let saved_at = clock::client_time();
        let body = OpBody {
            schema: SCHEMA,
            note_id,
            parents: Vec::new(),
            saved_at,
            action: Action::Create(note.clone()),
        };
        let op = sealed(op_id, &body)?;
        let adoptions = media::adoptions(note_id, &[op_id], note.kind().into(), media)?;
        let view = StoredNote::begun(note_id, op_id, saved_at, note);
        let saving = Save { op, view, adoptions };
        save::save(&self.connection, &saving).await?;
        self.changed();
        self.copy_soon();
        Ok(saving.view)
    }

    /// Saves another content of a note, at any time, also while it is being sent. What another
    /// device wrote at the same time stands beside it.
    ///
    /// # Errors
    /// Why nothing was saved.
    pub async fn edit(&self, note_id: NoteId, note: Note) -> Result<(), SaveError> {
        let faults = note.faults();
        if !faults.is_empty() {
            return Err(SaveError::Faults(faults));
        }
        self.change(note_id, Action::Edit(note)).await
    }

    /// Takes a note back.
    ///
    /// # Errors
    /// Why nothing was saved.
    pub async fn withdraw(&self, note_id: NoteId) -> Result<(), SaveError> {
        self.change(note_id, Action::Withdraw).await
    }

    async fn change(&self, note_id: NoteId, action: Action) -> Result<(), SaveError> {
        let stored = notes::one(&self.connection, note_id).await?;
        let parents = stored.ok_or(SaveError::NoSuchNote)?.heads();
        let op_id = OpId::new(clock::now_ms(), chance::bytes()?);
        let saved_at = clock::client_time();
        let body = OpBody { schema: SCHEMA, note_id, parents, saved_at, action };
        let change = Change { op: sealed(op_id, &body)?, body };
        save::change(&self.connection, &change).await?;
        self.changed();
        self.copy_soon();
        Ok(())
    }

    /// Gives what was saved its second copy in the next pause: whoever saves again waits for no
    /// other disk.
    fn copy_soon(&self) {
        let device = self.clone();
        let timer = Timeout::new(COPY_AFTER_MS, move || device.tend_spare());
        *self.copying.borrow_mut() = Some(timer);
    }

    /// Something was saved in this tab.
    fn changed(&self) {
        if let Some(behind) = self.behind() {
            behind.saved();
        }
        self.tell();
    }

    /// Screens of this tab may have something new to show.
    fn tell(&self) {
        self.listeners.borrow().iter().for_each(|listener| listener());
    }

    /// Makes this tab the owner of a draft, for as long as what this returns is kept. Another tab that
    /// had it is told by the `on_lost` of its own call.
    pub async fn own_draft(
        &self,
        of: impl Into<DraftFor>,
        on_lost: impl Fn() + 'static,
    ) -> DraftOwner {
        DraftOwner::take(&of.into().key(), on_lost).await
    }

    /// Begins a visit. One that was still running ends where this one begins.
    ///
    /// # Errors
    /// Why it is not begun.
    pub async fn start_visit(&self, customer: &str) -> Result<Visit, StorageError> {
        let customer = customer.trim().chars().take(NAME_CHARS_MAX).collect();
        let visit_id = VisitId::new(clock::now_ms(), chance::bytes()?);
        let started_at = clock::client_time();
        let visit = Visit { visit_id, customer, started_at, finished_at: None };
        visits::start(&self.connection, &visit).await?;
        self.tell();
        Ok(visit)
    }

    /// Ends a visit.
    ///
    /// # Errors
    /// Why it goes on.
    pub async fn finish_visit(&self, visit_id: VisitId) -> Result<(), StorageError> {
        visits::finish(&self.connection, visit_id, clock::client_time()).await?;
        self.tell();
        Ok(())
    }

    /// The visit that is under way, if one is.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn running_visit(&self) -> Result<Option<Visit>, StorageError> {
        let newest = visits::page(&self.connection, None, 1).await?.pop();
        Ok(newest.filter(|visit| visit.finished_at.is_none()))
    }

    /// One visit, none if this device does not have it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn visit(&self, visit_id: VisitId) -> Result<Option<Visit>, StorageError> {
        visits::one(&self.connection, visit_id).await
    }

    /// Up to `limit` visits, newest first, those after `after` in the list if it is given.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn visits(
        &self,
        after: Option<VisitId>,
        limit: u32,
    ) -> Result<Vec<Visit>, StorageError> {
        visits::page(&self.connection, after, limit).await
    }

    /// The notes of a visit, newest first.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn notes_of_visit(&self, visit: &Visit) -> Result<Vec<StoredNote>, StorageError> {
        visits::notes_of(&self.connection, visit).await
    }

    /// Up to `limit` notes, newest first, those after `after` in the list if it is given.
    ///
    /// # Errors
    /// Why the storage failed; never read as "no notes".
    pub async fn notes(
        &self,
        after: Option<NoteId>,
        limit: u32,
    ) -> Result<Vec<StoredNote>, StorageError> {
        notes::page(&self.connection, after, limit).await
    }

    /// Notes that were begun at this time or later, in milliseconds since 1970; newest first.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn notes_since(&self, from_ms: u64) -> Result<Vec<StoredNote>, StorageError> {
        notes::since(&self.connection, from_ms).await
    }

    /// All notes on a customer whose name `is_theirs`, newest first. Every note is looked through:
    /// not for a start.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn notes_of_customer(
        &self,
        is_theirs: impl Fn(&str) -> bool,
    ) -> Result<Vec<StoredNote>, StorageError> {
        notes::of_customer(&self.connection, is_theirs).await
    }

    /// One note, none if this device does not have it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn note(&self, note_id: NoteId) -> Result<Option<StoredNote>, StorageError> {
        notes::one(&self.connection, note_id).await
    }

    /// What was typed and not saved.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn draft(&self, of: impl Into<DraftFor>) -> Result<Option<Draft>, StorageError> {
        drafts::read(&self.connection, of.into()).await
    }

    /// Keeps what was typed; an empty draft is taken away.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn keep_draft(
        &self,
        of: impl Into<DraftFor>,
        draft: &Draft,
    ) -> Result<(), StorageError> {
        drafts::keep(&self.connection, of.into(), draft).await
    }

    /// How much waits, and how sending goes.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn outlook(&self) -> Result<Outlook, StorageError> {
        let (backlog, waiting) = waiting::told_apart(&self.connection).await?;
        Ok(Outlook {
            pending: backlog.pending,
            waiting,
            held: backlog.held,
            oldest_unsent_ms: backlog.oldest_ms,
            uploads: backlog.uploads,
            unknown_changes: backlog.unknown_changes,
            last_confirmed_ms: backlog.last_confirmed_ms,
            spared: self.spared.get(),
            status: self.status(),
        })
    }

    /// Tries again now, what was held included: the rep asked for it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn send_now(&self) -> Result<(), StorageError> {
        outbox::release_held(&self.connection).await?;
        if let Some(behind) = self.behind() {
            Rc::clone(&behind).report(Event::Visible);
            behind.saved();
        }
        Ok(())
    }

    /// Asks the browser not to evict what is stored. False where it declines, cannot, or does not
    /// answer in time: Firefox may never settle the question.
    pub async fn persist(&self) -> bool {
        persistence::ask().await
    }

    /// Roughly where this device is. The browser asks the rep the first time.
    ///
    /// # Errors
    /// Why that is not known.
    pub async fn place(&self) -> Result<Place, PlaceError> {
        geolocation::coarse().await
    }

    /// How much room there is; none where the browser does not tell.
    pub async fn room(&self) -> Option<Room> {
        room::here().await
    }

    /// All that is unsent, photos included, as one file that opens with this passphrase; none where
    /// nothing is.
    ///
    /// # Errors
    /// Why there is no file.
    pub async fn rescue(&self, passphrase: &str) -> Result<Option<Rescue>, RescueError> {
        rescue::make(&self.connection, passphrase).await
    }

    /// Takes in what a rescue file holds, and sends it. Tells how many operations came in; those
    /// that are here, or were, do not count.
    ///
    /// # Errors
    /// Why nothing more came in.
    pub async fn bring_in(&self, file: &[u8], passphrase: &str) -> Result<usize, RescueError> {
        let count = rescue::bring_in(&self.connection, file, passphrase).await?;
        self.changed();
        Ok(count)
    }
}

/// Written down once; from now on only these bytes count.
fn sealed(op_id: OpId, body: &OpBody) -> Result<SealedOp, StorageError> {
    Ok(SealedOp::of(op_id, &json::write(body)?))
}

async fn ask_to_enrol(request: &EnrolRequest) -> Result<EnrolAnswer, EnrolError> {
    let body = json::write(request).map_err(StorageError::from)?;
    let asked = transport::ask(Ask {
        method: "POST",
        path: "/api/v1/enrol",
        token: None,
        body: Body::Text(JSON, body),
        headers: Vec::new(),
        limit_ms: REQUEST_MS_MAX,
    });
    asked.await.and_then(|answer| answer.unsealed()).map_err(|failure| match failure {
        Failure::Refused { code: Some(code), .. } => EnrolError::Refused(code),
        _ => EnrolError::Unreachable,
    })
}
