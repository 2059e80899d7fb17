//! Drives the sync engine: carries out its effects with this browser and reports what happened.
//! Holds no rule of its own; every decision is the engine's.

use core::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use protocol::OpId;
use protocol::push::PushHeader;
use sync::{Effect, Engine, Event, OutboxOp, PushOutcome, Status, Turn};
use wasm_bindgen_futures::spawn_local;

use crate::chance;
use crate::channel::Channel;
use crate::clock::{now_ms, steady_ms};
use crate::connection::Connection;
use crate::lock::Lock;
use crate::store::{identity, outbox};
use crate::transport::{self, Failure};
use crate::triggers;

/// Reads whose texts are kept for the push to come, as the engine asks for.
const READS_KEPT: usize = 2;

pub(crate) struct Driver {
    engine: RefCell<Engine>,
    connection: Connection,
    lock: Lock,
    channel: Channel,
    /// The texts of the latest reads, newest last.
    texts: RefCell<Vec<HashMap<OpId, String>>>,
    timer: RefCell<Option<Timeout>>,
    /// Which timer is armed, so that an unchanged deadline keeps its timer.
    deadline_ms: Cell<Option<u64>>,
    /// Called whenever a screen may have something new to show.
    on_change: Box<dyn Fn()>,
}

impl Driver {
    /// Starts the engine on this connection. `on_change` is called whenever a screen may have
    /// something new to show.
    pub(crate) fn start(connection: Connection, on_change: impl Fn() + 'static) -> Rc<Self> {
        let driver = Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let woken = weak.clone();
            let channel = Channel::join(move || {
                if let Some(driver) = woken.upgrade() {
                    driver.report(Event::Woken);
                    (driver.on_change)();
                }
            });
            Self {
                engine: RefCell::new(Engine::new(steady_ms())),
                connection,
                lock: Lock::default(),
                channel,
                texts: RefCell::default(),
                timer: RefCell::default(),
                deadline_ms: Cell::default(),
                on_change: Box::new(on_change),
            }
        });
        if let Some(window) = web_sys::window() {
            let reporting = Rc::clone(&driver);
            triggers::listen(&window, Rc::new(move |event| reporting.report(event)));
            if !window.navigator().on_line() {
                driver.report(Event::Offline);
            }
        }
        driver
    }

    /// Tells the engine, and carries out what it asks for.
    pub(crate) fn report(self: &Rc<Self>, event: Event) {
        let effects = self.engine.borrow_mut().handle(event, steady_ms(), &mut chance::number);
        self.arm_timer();
        if effects.is_empty() {
            return;
        }
        let driver = Rc::clone(self);
        spawn_local(async move {
            for effect in effects {
                if let Some(event) = driver.carry_out(effect).await {
                    driver.report(event);
                }
            }
        });
    }

    /// A note was saved in this tab.
    pub(crate) fn saved(self: &Rc<Self>) {
        self.channel.tell();
        self.report(Event::Saved);
    }

    pub(crate) fn status(&self) -> Status {
        self.engine.borrow().status()
    }

    async fn carry_out(self: &Rc<Self>, effect: Effect) -> Option<Event> {
        match effect {
            Effect::AcquireLock { steal } => {
                let losing = Rc::downgrade(self);
                let on_lost = move || {
                    if let Some(driver) = losing.upgrade() {
                        driver.report(Event::LockLost);
                    }
                };
                let is_ours = self.lock.acquire(steal, on_lost).await;
                Some(if is_ours { Event::LockGranted } else { Event::LockDenied })
            }
            Effect::ReleaseLock => {
                self.lock.release();
                None
            }
            Effect::ReadBatch { turn, after, ops_max, bytes_max } => {
                Some(self.read_batch(turn, after, ops_max, bytes_max).await)
            }
            Effect::Push { header, op_ids } => {
                let batch_id = header.batch_id;
                let outcome = self.push(header, &op_ids).await;
                Some(Event::PushEnded { batch_id, outcome })
            }
            Effect::Settle { turn, confirmed, parked } => {
                let settled = outbox::settle(&self.connection, &confirmed, &parked, now_ms()).await;
                self.channel.tell();
                (self.on_change)();
                Some(match settled {
                    Ok(()) => Event::Settled { turn },
                    Err(_) => Event::SettleFailed { turn },
                })
            }
            Effect::StatusChanged => {
                (self.on_change)();
                None
            }
        }
    }

    async fn read_batch(
        &self,
        turn: Turn,
        after: Option<OpId>,
        ops_max: usize,
        bytes_max: usize,
    ) -> Event {
        let Ok(batch) = outbox::read_batch(&self.connection, after, ops_max, bytes_max).await
        else {
            return Event::OutboxUnreadable { turn };
        };
        let ops = batch
            .ops
            .iter()
            .map(|(op_id, text)| OutboxOp { op_id: *op_id, bytes: text.len() })
            .collect();
        let mut texts = self.texts.borrow_mut();
        if texts.len() == READS_KEPT {
            texts.remove(0);
        }
        texts.push(batch.ops.into_iter().collect());
        Event::BatchRead { turn, ops, more: batch.more }
    }

    async fn push(&self, header: PushHeader, op_ids: &[OpId]) -> PushOutcome {
        let Ok(Some(identity)) = identity::read(&self.connection).await else {
            return PushOutcome::NetworkFailed;
        };
        let body = {
            let reads = self.texts.borrow();
            let ops = op_ids.iter().filter_map(|op_id| {
                reads.iter().rev().find_map(|texts| texts.get(op_id)).map(String::as_str)
            });
            header.encode(ops)
        };
        let Ok(body) = body else { return PushOutcome::NetworkFailed };
        match transport::push(&identity.secret, body).await {
            Ok(answer) => PushOutcome::Answered(answer),
            Err(Failure::Refused { status, code, retry_after_ms }) => {
                PushOutcome::Refused { status, code, retry_after_ms }
            }
            Err(Failure::NotOurs) => PushOutcome::NotOurs,
            Err(Failure::Unreachable) => PushOutcome::NetworkFailed,
            Err(Failure::TimedOut) => PushOutcome::TimedOut,
        }
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
