//! What travels, and what becomes of it on its way.

use std::rc::Rc;

use protocol::enrol::Admission;
use protocol::have::HaveRequest;
use protocol::{Attachment, AttachmentId, BatchId, Code, DeviceId, MacKey, OpId};

use crate::chance::Chance;
use crate::device::Place;
use crate::faults::{Fault, FaultSet};

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) from: Place,
    pub(crate) life: u64,
    pub(crate) request_id: BatchId,
    pub(crate) device_id: DeviceId,
    pub(crate) admission: Admission,
    /// What its answer is sealed with.
    pub(crate) key: MacKey,
    pub(crate) token: Option<Rc<str>>,
    pub(crate) ask: Ask,
    /// What it counts on its way.
    pub(crate) bytes: usize,
}

/// What is asked.
#[derive(Debug)]
pub(crate) enum Ask {
    Token,
    Push { body: String, op_ids: Vec<OpId> },
    Have(HaveRequest),
    Pull { cursor: Option<String> },
    Upload { attachment_id: AttachmentId, step: Step },
}

/// A step of an upload.
#[derive(Debug)]
pub(crate) enum Step {
    /// Begin it, or tell how far it is.
    Begin(Rc<Attachment>),
    /// A piece that begins there.
    Piece { at: u64, data: Vec<u8> },
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A 200 of our media type.
    Ours(Rc<str>),
    /// A token, in plain JSON.
    Token(Rc<str>),
    /// A 200 of somebody else, with this page.
    Page,
    /// Another status.
    Refused { status: u16, code: Option<Code>, retry_after_ms: Option<u64> },
    /// The connection breaks.
    Broken,
    /// The driver gives up.
    TimedOut,
}

impl Reply {
    pub(crate) const fn refused(code: Code) -> Self {
        Self::Refused { status: code.status(), code: Some(code), retry_after_ms: None }
    }

    const fn by_a_proxy(status: u16) -> Self {
        Self::Refused { status, code: None, retry_after_ms: None }
    }
}

/// The fate of one request. Times are milliseconds from its start.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// When the endpoint gets it: never, once, or twice.
    pub(crate) arrives_ms: Vec<u64>,
    /// How long each answer takes on its way back.
    pub(crate) back_ms: u64,
    pub(crate) spoilt: Option<Spoilt>,
    /// Something else ends it, then.
    pub(crate) ends: Option<(u64, Reply)>,
    /// Which trouble it was.
    pub(crate) fault: Option<Fault>,
}

/// What happens to an answer on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoilt {
    Cut,
    Twice,
    /// The answer to an earlier request comes instead.
    Replayed,
    /// A byte is another.
    Changed,
    /// Somebody answers in the endpoint's name: all is stored, or the device is shut out.
    MadeUp,
}

const PROXY_STATUSES: [u16; 12] = [204, 302, 401, 403, 404, 407, 408, 425, 502, 503, 504, 511];

/// Draws a fate. Always draws the same numbers, whatever trouble there is, so that switching one
/// kind off leaves the rest of a seed as it was.
pub(crate) fn fate(
    faults: FaultSet,
    trouble_permille: u64,
    gives_up_ms: u64,
    chance: &mut Chance,
) -> Fate {
    let mut fate = Fate {
        arrives_ms: vec![20 + chance.below(200)],
        back_ms: 20 + chance.below(200),
        ..Fate::default()
    };
    let is_troubled = chance.permille(trouble_permille);
    let (kind, draw, soon_ms) = (chance.below(10), chance.next(), chance.below(5_000));
    let fault = match kind {
        0 => Fault::Lost,
        1 => Fault::Doubled,
        2 | 3 => Fault::Late,
        4 => Fault::Cut,
        5 => Fault::Silence,
        6 => Fault::Portal,
        7 => Fault::Proxy,
        8 => Fault::Replayed,
        _ => Fault::Forged,
    };
    if !is_troubled || !faults.has(fault) {
        return fate;
    }
    fate.fault = Some(fault);
    let end = |reply| (Vec::new(), Some((soon_ms, reply)));
    match fault {
        Fault::Lost if draw % 2 == 0 => (fate.arrives_ms, fate.ends) = end(Reply::Broken),
        Fault::Lost => fate.ends = Some((gives_up_ms, Reply::TimedOut)),
        Fault::Doubled if draw % 2 == 0 => fate.spoilt = Some(Spoilt::Twice),
        // At the heels of the first, or much later.
        Fault::Doubled if draw % 4 == 1 => {
            let first_ms = fate.arrives_ms[0];
            fate.arrives_ms.push(first_ms + draw / 4 % 50);
        }
        Fault::Doubled => fate.arrives_ms.push(draw % 60_000),
        Fault::Late if draw % 2 == 0 => {
            // It arrives, is committed, and its answer comes long after everyone gave up.
            fate.back_ms = draw / 2 % 120_000;
            fate.ends = Some((gives_up_ms, Reply::TimedOut));
        }
        Fault::Late => {
            fate.arrives_ms = vec![draw / 2 % 300_000];
            fate.ends = Some((gives_up_ms, Reply::TimedOut));
        }
        Fault::Cut => fate.spoilt = Some(Spoilt::Cut),
        Fault::Portal => (fate.arrives_ms, fate.ends) = end(Reply::Page),
        Fault::Proxy => {
            let status = PROXY_STATUSES[draw as usize % PROXY_STATUSES.len()];
            (fate.arrives_ms, fate.ends) = end(Reply::by_a_proxy(status));
        }
        Fault::Replayed => fate.spoilt = Some(Spoilt::Replayed),
        Fault::Forged if draw % 2 == 0 => fate.spoilt = Some(Spoilt::Changed),
        Fault::Forged => fate.spoilt = Some(Spoilt::MadeUp),
        _ => fate.arrives_ms = Vec::new(),
    }
    fate
}

/// A proxy's own limit on a request's size.
pub(crate) const fn too_large() -> Reply {
    Reply::by_a_proxy(413)
}

/// A firewall's dislike.
pub(crate) const fn filtered() -> Reply {
    Reply::by_a_proxy(403)
}
