//! Drives the sync engine: carries out its effects with this browser and reports what happened.
//! Holds no rule of its own; every decision is the engine's. Each file has the effects of one part
//! of the contract.

mod pull;
mod push;
mod sweep;
mod token;
mod upload;

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use protocol::limits::BATCH_OPS_MAX;
use protocol::{DeviceId, Epoch};
use sync::{Effect, Engine, Event, State, Status, Turn};
use wasm_bindgen_futures::spawn_local;

use crate::chance;
use crate::channel::Channel;
use crate::clock::{now_ms, steady_ms};
use crate::connection::Connection;
use crate::lock::Lock;
use crate::spare;
use crate::storage_error::StorageError;
use crate::store::identity::Identity;
use crate::store::{self, Written, epochs, identity, outbox, uploads, wipe};
use crate::transport::{self, Answer, Ask, Body, Failure};

pub(crate) struct Driver {
    engine: RefCell<Engine>,
    connection: Connection,
    lock: Lock,
    channel: Channel,
    /// The token of a few minutes; never stored.
    token: RefCell<Option<token::Token>>,
    /// What was read of the outbox, for the pushes to come.
    reads: RefCell<push::Reads>,
    /// The page that was pulled and not yet applied.
    page: RefCell<Option<pull::Fetched>>,
    /// How far the endpoint said that it has come with an upload.
    upload: Cell<Option<upload::Reached>>,
    timer: RefCell<Option<Timeout>>,
    /// Which timer is armed, so that an unchanged deadline keeps its timer.
    deadline_ms: Cell<Option<u64>>,
    /// Called whenever a screen may have something new to show.
    on_change: Box<dyn Fn()>,
    /// Asks for the worker, which sends with every page closed. A worker asks for none.
    call_worker: fn(),
}

impl Driver {
    /// Starts the engine on this connection. `on_change` is called whenever a screen may have
    /// something new to show, `call_worker` whenever the worker may have to go on.
    pub(crate) fn start(
        connection: Connection,
        on_change: Box<dyn Fn()>,
        call_worker: fn(),
    ) -> Rc<Self> {
        Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let woken = weak.clone();
            let channel = Channel::join(move || {
                if let Some(driver) = woken.upgrade() {
                    driver.report(Event::Woken);
                    (driver.on_change)();
                }
            });
            Self {
                engine: RefCell::new(Engine::new(steady_ms(), BATCH_OPS_MAX)),
                connection,
                lock: Lock::of_push(),
                channel,
                token: RefCell::default(),
                reads: RefCell::default(),
                page: RefCell::default(),
                upload: Cell::default(),
                timer: RefCell::default(),
                deadline_ms: Cell::default(),
                on_change,
                call_worker,
            }
        })
    }

    /// Begins, or begins anew, as this device.
    ///
    /// # Errors
    /// Why the storage failed.
    pub(crate) async fn begin(self: &Rc<Self>, device_id: DeviceId) -> Result<(), StorageError> {
        let memory = epochs::memory(&self.connection).await?;
        self.report(Event::Enrolled { device_id, memory });
        Ok(())
    }

    /// Tells the engine, and sets going what it asks for, in its order: none waits for the end of
    /// another, since the next batch is read while one is in flight.
    pub(crate) fn report(self: &Rc<Self>, event: Event) {
        let effects = self.engine.borrow_mut().handle(event, steady_ms(), &mut chance::number);
        self.arm_timer();
        for effect in effects {
            let driver = Rc::clone(self);
            spawn_local(async move {
                if let Some(event) = driver.carry_out(effect).await {
                    driver.report(event);
                }
            });
        }
    }

    /// A note was saved in this tab.
    pub(crate) fn saved(self: &Rc<Self>) {
        self.channel.tell();
        self.report(Event::Saved);
    }

    /// Nobody looks any more, and the page may never run again: what is under way is the worker's.
    pub(crate) fn left(&self) {
        if !matches!(self.status().state, State::Idle | State::NotEnrolled) {
            (self.call_worker)();
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn status(&self) -> Status {
        self.engine.borrow().status()
    }

    async fn carry_out(self: &Rc<Self>, effect: Effect) -> Option<Event> {
        Some(match effect {
            Effect::AcquireLock { steal } => self.acquire_lock(steal).await,
            Effect::ReleaseLock => {
                self.lock.release();
                return None;
            }
            Effect::FetchToken { request_id } => {
                let outcome = transport::outcome(self.fetch_token().await);
                Event::TokenEnded { request_id, outcome }
            }
            Effect::ReadBatch { turn, after, ops_max, bytes_max } => {
                self.read_batch(turn, after, ops_max, bytes_max).await
            }
            Effect::Push { header, op_ids } => {
                let batch_id = header.batch_id;
                let outcome = transport::outcome(self.push(header, &op_ids).await);
                Event::PushEnded { batch_id, outcome }
            }
            Effect::Settle { turn, depositor, witness, confirmed, parked } => {
                let (here, now_ms) = (&self.connection, now_ms());
                let settling =
                    outbox::settle(here, depositor, witness, &confirmed, &parked, now_ms);
                self.written(turn, settling.await)
            }
            Effect::AdoptEpoch { turn, from, epoch } => {
                self.upload.set(None);
                self.written(turn, epochs::adopt(&self.connection, from, epoch).await)
            }
            Effect::ReadConfirmed { turn, after, ops_max } => {
                self.read_confirmed(turn, after, ops_max).await
            }
            Effect::AskHave { request_id, op_ids } => {
                let outcome = transport::outcome(self.ask_have(request_id, op_ids).await);
                Event::HaveEnded { request_id, outcome }
            }
            Effect::Reconcile { turn, witness, held, missing } => {
                let reconciling =
                    store::sweep::reconcile(&self.connection, witness, &held, &missing);
                self.written(turn, reconciling.await)
            }
            Effect::FinishSweep { turn, witness, safe_seq } => {
                let finishing = store::sweep::finish(&self.connection, witness, safe_seq, now_ms());
                self.written(turn, finishing.await)
            }
            Effect::Pull { request_id } => {
                let outcome = transport::outcome(self.pull(request_id).await);
                Event::PullEnded { request_id, outcome }
            }
            Effect::ApplyPage { turn, request_id, .. } => {
                self.written(turn, self.apply_page(request_id).await)
            }
            Effect::BeginResync { turn } => {
                let begun = store::pull::begin_resync(&self.connection).await;
                self.written(turn, begun.map(|()| Written::Done))
            }
            Effect::ReadUpload { turn, after } => self.read_upload(turn, after).await,
            Effect::Upload { request_id, attachment_id } => {
                let outcome = transport::outcome(self.upload(attachment_id).await);
                Event::UploadEnded { request_id, outcome }
            }
            Effect::SettleUpload { turn, attachment_id, end } => {
                let settling = uploads::settle(&self.connection, attachment_id, end);
                self.written(turn, settling.await)
            }
            Effect::Wipe { turn, device_id, epoch } => self.wipe(turn, device_id, epoch).await,
            Effect::Recover => {
                self.connection.drop_handle();
                return None;
            }
            Effect::StatusChanged => {
                (self.on_change)();
                if matches!(self.status().state, State::Waiting { .. }) {
                    (self.call_worker)();
                }
                return None;
            }
        })
    }

    async fn acquire_lock(self: &Rc<Self>, steal: bool) -> Event {
        let losing = Rc::downgrade(self);
        let on_lost = move || {
            if let Some(driver) = losing.upgrade() {
                driver.report(Event::LockLost);
            }
        };
        if self.lock.acquire(steal, on_lost).await { Event::LockGranted } else { Event::LockDenied }
    }

    /// What became of a write. Everyone who shows notes may have something new to show.
    fn written(&self, turn: Turn, written: Result<Written, StorageError>) -> Event {
        self.channel.tell();
        (self.on_change)();
        match written {
            Ok(Written::Done) => Event::Settled { turn },
            Ok(Written::EpochMoved(memory)) => Event::EpochMoved { turn, memory },
            Ok(Written::Refused) | Err(_) => Event::SettleFailed { turn },
        }
    }

    async fn wipe(&self, turn: Turn, device_id: DeviceId, epoch: Option<Epoch>) -> Event {
        let identity = self.identity().await;
        let wiped = wipe::wipe(&self.connection, device_id, epoch).await;
        if wiped == Ok(Written::Done) {
            self.token.take();
            if let Ok(Identity { rep_id, .. }) = identity {
                spare::forget(rep_id).await;
            }
        }
        self.written(turn, wiped)
    }

    /// Who asks, and with which token. Where there is none, as if the endpoint had refused it: then
    /// the engine fetches one.
    async fn credentials(&self) -> Result<(Identity, String), Failure> {
        let identity = self.identity().await?;
        let token = self.token_of(&identity)?;
        Ok((identity, token))
    }

    fn token_of(&self, identity: &Identity) -> Result<String, Failure> {
        let token = self.token.borrow();
        let token = token.as_ref().filter(|token| token.device_id == identity.device_id);
        Ok(token.ok_or_else(token::missing)?.text.clone())
    }

    /// Read each time: another tab may have enrolled anew.
    async fn identity(&self) -> Result<Identity, Failure> {
        match identity::read(&self.connection).await {
            Ok(Some(identity)) => Ok(identity),
            Ok(None) | Err(_) => Err(Failure::Unreachable),
        }
    }

    /// Posts JSON that fits this many bytes a second, see [`sync::request_ms_max`].
    async fn post(&self, path: &str, token: Option<&str>, body: Body) -> Result<Answer, Failure> {
        let bytes = match &body {
            Body::Nothing => 0,
            Body::Text(_, text) => text.len(),
            Body::Bytes(_, bytes) => bytes.length() as usize,
        };
        let limit_ms = sync::request_ms_max(bytes);
        let headers = Vec::new();
        transport::ask(Ask { method: "POST", path, token, body, headers, limit_ms }).await
    }

    fn arm_timer(self: &Rc<Self>) {
        let deadline_ms = self.engine.borrow().deadline_ms();
        if deadline_ms == self.deadline_ms.get() {
            return;
        }
        self.deadline_ms.set(deadline_ms);
        let timer = deadline_ms.map(|deadline_ms| {
            let wait_ms =
                u32::try_from(deadline_ms.saturating_sub(steady_ms())).unwrap_or(u32::MAX);
            let driver = Rc::clone(self);
            // setTimeout takes a signed number: beyond it, a wait would be none at all.
            Timeout::new(wait_ms.min(i32::MAX as u32), move || {
                driver.deadline_ms.set(None);
                driver.report(Event::Timeout);
            })
        });
        *self.timer.borrow_mut() = timer;
    }
}
