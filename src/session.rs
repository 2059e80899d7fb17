//! What all screens share: the device, and signals that follow it.

use core::cell::Cell;
use std::rc::Rc;

use device::shell;
use device::{Device, Identity, Outlook, State, StorageError};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::NoteId;

use crate::i18n::Language;
use crate::install::{self, Offer};
use crate::lazy;

/// Between two reads of a screen, in milliseconds.
const PAUSE_MS: u32 = 200;

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) words: &'static str,
    /// The note that it was done to, where it can be undone.
    pub(crate) undo: Option<NoteId>,
}

/// Shared by all screens; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    device: StoredValue<Device, LocalStorage>,
    /// Who this device is enrolled for: none until that is read.
    pub(crate) identity: RwSignal<Option<Result<Option<Identity>, StorageError>>, LocalStorage>,
    /// How much waits: none until that is read.
    pub(crate) outlook: RwSignal<Option<Result<Outlook, StorageError>>, LocalStorage>,
    /// Counts changes to what is stored; a list that reads it reads again.
    pub(crate) changes: RwSignal<u32>,
    /// A newer version of the app, ready to be used.
    pub(crate) update: RwSignal<Option<shell::Update>, LocalStorage>,
    /// The browser's own offer to install the app, if it made one.
    pub(crate) install: RwSignal<Option<Offer>, LocalStorage>,
    /// What was just done, to be said once by the next screen.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// The language of the page.
    pub(crate) language: RwSignal<Language>,
}

impl Session {
    /// Starts the device and follows it.
    pub(crate) fn start() -> Self {
        let device = Device::start_ahead(lazy::background);
        let session = Self {
            device: StoredValue::new_local(device.clone()),
            identity: RwSignal::new_local(None),
            outlook: RwSignal::new_local(None),
            changes: RwSignal::new(0),
            update: RwSignal::new_local(None),
            install: RwSignal::new_local(None),
            notice: RwSignal::new(None),
            language: RwSignal::new(Language::preferred()),
        };
        session.follow(&device);
        session.begin();
        lazy::load_ahead();
        install::listen(session.install);
        shell::install(move |update| session.update.set(Some(update)));
        session
    }

    /// Reads who this device is and begins to send; again after a storage error.
    pub(crate) fn begin(self) {
        let device = self.device();
        spawn_local(async move {
            self.identity.set(Some(device.begin().await));
            self.changes.update(|changes| *changes += 1);
            device.persist().await;
        });
    }

    pub(crate) fn device(self) -> Device {
        self.device.get_value()
    }

    /// Reads whenever something changed, for as long as the screen is there: one read at a time, and
    /// after a pause one more if something changed meanwhile: a backlog on its way changes much. What stays the same is not drawn anew under the
    /// finger.
    pub(crate) fn watch<T, F>(
        self,
        read: impl Fn(Device) -> F + 'static,
    ) -> RwSignal<Option<T>, LocalStorage>
    where
        T: PartialEq + 'static,
        F: Future<Output = T> + 'static,
    {
        let shown = RwSignal::new_local(None);
        let read = Rc::new(read);
        let (is_reading, is_stale) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        Effect::new(move || {
            self.changes.track();
            if is_reading.replace(true) {
                return is_stale.set(true);
            }
            let (read, is_reading, is_stale) =
                (Rc::clone(&read), Rc::clone(&is_reading), Rc::clone(&is_stale));
            spawn_local(async move {
                loop {
                    is_stale.set(false);
                    let found = Some(read(self.device()).await);
                    match shown.try_with_untracked(|shown| *shown != found) {
                        Some(true) => shown.set(found),
                        Some(false) => {}
                        None => return,
                    }
                    TimeoutFuture::new(PAUSE_MS).await;
                    if !is_stale.get() {
                        break;
                    }
                }
                is_reading.set(false);
            });
        });
        shown
    }

    /// Reads the outlook whenever something changed: one read at a time, and one more if
    /// something changed meanwhile.
    fn follow(self, device: &Device) {
        let (reading, stale) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let reader = device.clone();
        let refresh = move || {
            if reading.replace(true) {
                stale.set(true);
                return;
            }
            let (reader, reading, stale) = (reader.clone(), Rc::clone(&reading), Rc::clone(&stale));
            spawn_local(async move {
                loop {
                    stale.set(false);
                    let outlook = reader.outlook().await;
                    if matches!(&outlook, Ok(outlook) if outlook.status.state == State::NotEnrolled)
                    {
                        // Before enrolment, or after marketing shut this device out.
                        self.identity.set(Some(reader.identity().await));
                    }
                    self.outlook.set(Some(outlook));
                    self.changes.update(|changes| *changes += 1);
                    if !stale.get() {
                        break;
                    }
                }
                reading.set(false);
            });
        };
        refresh();
        device.on_change(refresh);
    }
}

/// The session of the page.
pub(crate) fn use_session() -> Session {
    expect_context()
}
