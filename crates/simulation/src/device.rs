//! A device: its store, the lock between its tabs, its clock, and the tabs themselves.

pub(crate) mod store;

use std::collections::VecDeque;
use std::rc::Rc;

use protocol::{AttachmentId, BatchId, OpId};
use sync::{Engine, Event};

use crate::device::store::{Page, Store};
use crate::writing::Written;

/// Two tabs and the worker.
pub(crate) const PLACES: usize = 3;
/// Which of them is the service worker.
pub(crate) const WORKER: usize = 2;

/// Where an engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) device: usize,
    pub(crate) tab: usize,
}

/// How the tab's handle of the database does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Handle {
    #[default]
    Well,
    /// Fails at once; the driver opens another when it notices.
    Dead,
    /// Never answers.
    Hanging,
}

/// One browser of one rep.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) rep: usize,
    pub(crate) store: Store,
    pub(crate) lock: Option<usize>,
    pub(crate) has_locks: bool,
    pub(crate) is_offline: bool,
    /// How far its clock is off; wraps.
    pub(crate) clock_off_ms: u64,
    pub(crate) proxy_bytes_max: usize,
    pub(crate) tabs: [Tab; PLACES],
    /// When its latest requests left, for [`crate::invariants`].
    pub(crate) sent_at_ms: VecDeque<u64>,
    /// The latest answers to push, have and pull, as some cache on the way keeps them.
    pub(crate) cached: [Option<Rc<str>>; 3],
}

impl Device {
    pub(crate) fn new(rep: usize, has_locks: bool, proxy_bytes_max: usize) -> Self {
        Self {
            rep,
            store: Store::default(),
            lock: None,
            has_locks,
            is_offline: false,
            clock_off_ms: 0,
            proxy_bytes_max,
            tabs: Default::default(),
            sent_at_ms: VecDeque::new(),
            cached: [const { None }; 3],
        }
    }
}

/// One tab or the worker.
#[derive(Debug, Default)]
pub(crate) struct Tab {
    /// None while it is closed.
    pub(crate) engine: Option<Engine>,
    /// Which opening this is: whatever was meant for an earlier one is lost.
    pub(crate) life: u64,
    pub(crate) timer: u64,
    pub(crate) is_frozen: bool,
    /// It will be, as soon as it has the lock.
    pub(crate) freezes_with_lock: bool,
    /// What a frozen tab hears when it thaws.
    pub(crate) unheard: Vec<Event>,
    pub(crate) handle: Handle,
    /// Kept in memory, never stored.
    pub(crate) token: Option<Rc<str>>,
    /// The texts of the two latest reads, as the engine asks for.
    pub(crate) reads: VecDeque<Vec<Rc<Written>>>,
    /// The page of the latest pull.
    pub(crate) page: Option<(BatchId, Page)>,
    /// How far the endpoint said that an upload is.
    pub(crate) upload: Option<(AttachmentId, u64)>,
    /// The request whose end the engine waits for.
    pub(crate) calling: Option<Calling>,
    /// The endpoint asked for quiet until then.
    pub(crate) not_before_ms: u64,
}

/// A request in flight, as the engine named it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calling {
    pub(crate) request_id: BatchId,
    pub(crate) given_up_at_ms: u64,
}

impl Tab {
    /// Opens or closes it.
    pub(crate) fn replace(&mut self, engine: Option<Engine>) {
        let (life, timer) = (self.life + 1, self.timer);
        *self = Self { engine, life, timer, ..Self::default() };
    }

    /// The device slept, or its clock says so: no wait binds any more.
    pub(crate) const fn slept(&mut self) {
        self.not_before_ms = 0;
        self.calling = None;
    }

    /// The text of an operation that was read lately.
    pub(crate) fn text(&self, op_id: &OpId) -> Option<&Rc<Written>> {
        self.reads.iter().rev().flatten().find(|op| op.op_id == *op_id)
    }

    /// Keeps what was read for the push to come.
    pub(crate) fn keep(&mut self, read: Vec<Rc<Written>>) {
        if self.reads.len() == 2 {
            self.reads.pop_front();
        }
        self.reads.push_back(read);
    }
}
