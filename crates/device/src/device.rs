//! The one facade between the app and everything below: screens talk to [`Device`] alone.

use core::cell::RefCell;
use std::rc::Rc;

use protocol::enrol::EnrolRequest;
use protocol::limits::SCHEMA;
use protocol::note::Fault;
use protocol::{Action, Code, Kind, Note, NoteId, OpBody, OpId};
use sync::{Event, Status};

use crate::connection::Connection;
use crate::driver::Driver;
use crate::storage_error::StorageError;
use crate::store::drafts::{self, Draft};
use crate::store::identity::{self, Identity};
use crate::store::notes::{self, NoteState, StoredNote};
use crate::store::outbox;
use crate::store::save::{self, Save};
use crate::transport::{self, Failure};
use crate::{chance, clock};

type Listeners = Rc<RefCell<Vec<Box<dyn Fn()>>>>;

/// This browser as an enrolled (or not yet enrolled) device of a rep.
#[derive(Clone)]
pub struct Device {
    connection: Connection,
    driver: Rc<Driver>,
    listeners: Listeners,
}

/// How much waits, and how sending goes: what the quiet status line shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Operations that marketing has not confirmed.
    pub pending: u32,
    /// Operations that were refused and stay here.
    pub held: u32,
    /// When marketing last confirmed something: milliseconds since 1970, by this device's clock.
    pub last_confirmed_ms: Option<u64>,
    /// Where the engine stands.
    pub status: Status,
}

/// Why a note is not saved. What was typed stays on the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The note breaks these rules.
    #[error("the note breaks {} rules", .0.len())]
    Faults(Vec<Fault>),
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
    /// The device's storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Device {
    /// This browser's device. Opens nothing yet: storage errors show where they matter.
    #[must_use]
    pub fn start() -> Self {
        let connection = Connection::default();
        let listeners = Listeners::default();
        let heard = Rc::clone(&listeners);
        let driver = Driver::start(connection.clone(), move || {
            heard.borrow().iter().for_each(|listener| listener());
        });
        Self { connection, driver, listeners }
    }

    /// Calls `listener` whenever a screen may have something new to show, in this tab or by
    /// another one, for as long as the page lives.
    pub fn on_change(&self, listener: impl Fn() + 'static) {
        self.listeners.borrow_mut().push(Box::new(listener));
    }

    /// Who this device is, none before enrolment. Tells the engine, which then begins to send.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn identity(&self) -> Result<Option<Identity>, StorageError> {
        let identity = identity::read(&self.connection).await?;
        Ok(identity)
    }

    /// Begins to send, if this device is enrolled.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn begin(&self) -> Result<Option<Identity>, StorageError> {
        let identity = self.identity().await?;
        if let Some(Identity { device_id, epoch, .. }) = identity {
            self.driver.report(Event::Enrolled { device_id, epoch: Some(epoch) });
        }
        Ok(identity)
    }

    /// Makes this browser a device of the invited rep.
    ///
    /// # Errors
    /// Why it is not enrolled. A lost answer can be asked for again with the same invitation.
    pub async fn enrol(&self, invitation: &str, name: &str) -> Result<Identity, EnrolError> {
        let earlier = identity::read(&self.connection).await?;
        let secret = identity::enrolling_secret(&self.connection).await?;
        let request = EnrolRequest {
            invitation: invitation.to_owned(),
            device_secret: secret.clone(),
            device_name: name.to_owned(),
        };
        let answer = transport::enrol(&request).await.map_err(|failure| match failure {
            Failure::Refused { code: Some(code), .. } => EnrolError::Refused(code),
            _ => EnrolError::Unreachable,
        })?;
        let waits = outbox::backlog(&self.connection).await?;
        let is_another = earlier.is_some_and(|earlier| earlier.rep_id != answer.rep_id);
        if is_another && waits.pending + waits.held > 0 {
            return Err(EnrolError::UnsentOfAnother);
        }
        let identity = Identity {
            device_id: answer.device_id,
            rep_id: answer.rep_id,
            rep_name: answer.rep_name,
            epoch: answer.epoch,
            secret,
        };
        identity::write(&self.connection, &identity).await?;
        // Read by a fresh connection before it is trusted (SYNC.md fault 9).
        self.connection.drop_handle();
        if self.begin().await?.as_ref() != Some(&identity) {
            let reason = "the enrolment did not read back".to_owned();
            return Err(StorageError::Lost(reason).into());
        }
        identity::forget_enrolling_secret(&self.connection).await?;
        Ok(identity)
    }

    /// Saves a new note. When this returns, the note is on this device's disk.
    ///
    /// # Errors
    /// Why nothing was saved.
    pub async fn save(&self, note: Note) -> Result<StoredNote, SaveError> {
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
        let op = body.seal(op_id).map_err(StorageError::from)?;
        let view =
            StoredNote { note_id, op_id, saved_at, state: NoteState::Saved, code: None, note };
        let saving = Save { op, view };
        save::save(&self.connection, &saving).await?;
        self.driver.saved();
        self.listeners.borrow().iter().for_each(|listener| listener());
        Ok(saving.view)
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

    /// One note, none if this device does not have it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn note(&self, note_id: NoteId) -> Result<Option<StoredNote>, StorageError> {
        notes::one(&self.connection, note_id).await
    }

    /// What was typed and not saved, for this kind.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn draft(&self, kind: Kind) -> Result<Option<Draft>, StorageError> {
        drafts::read(&self.connection, kind).await
    }

    /// Keeps what was typed; an empty draft is taken away.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn keep_draft(&self, kind: Kind, draft: &Draft) -> Result<(), StorageError> {
        drafts::keep(&self.connection, kind, draft).await
    }

    /// How much waits, and how sending goes.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn outlook(&self) -> Result<Outlook, StorageError> {
        let backlog = outbox::backlog(&self.connection).await?;
        Ok(Outlook {
            pending: backlog.pending,
            held: backlog.held,
            last_confirmed_ms: backlog.last_confirmed_ms,
            status: self.driver.status(),
        })
    }

    /// Tries again now, what was held included: the rep asked for it.
    ///
    /// # Errors
    /// Why the storage failed.
    pub async fn send_now(&self) -> Result<(), StorageError> {
        outbox::release_held(&self.connection).await?;
        self.driver.report(Event::Visible);
        self.driver.saved();
        Ok(())
    }

    /// Asks the browser not to evict what is stored. False where it declines, cannot, or does not
    /// answer in time: Firefox may never settle the question.
    pub async fn persist(&self) -> bool {
        crate::persistence::ask().await
    }
}
