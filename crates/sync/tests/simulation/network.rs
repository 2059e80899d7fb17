//! What the network does to one push.

use sync::PushOutcome;

use crate::chance::Chance;

/// The fate of one push. Times are milliseconds from its start.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// When the endpoint gets it: never, once, or several times.
    pub(crate) arrives_ms: Vec<u64>,
    /// How long each answer takes on its way back, and whether it is cut.
    pub(crate) back_ms: u64,
    pub(crate) cut: bool,
    /// Answers come twice.
    pub(crate) doubled: bool,
    /// The answer of an earlier push comes instead, from some cache.
    pub(crate) replayed: bool,
    /// Something else ends it, then.
    pub(crate) ends: Option<(u64, PushOutcome)>,
}

fn by_a_proxy(status: u16) -> PushOutcome {
    PushOutcome::Refused { status, code: None, retry_after_ms: None }
}

/// Draws a fate.
pub(crate) fn fate(faulty: bool, chance: &mut Chance) -> Fate {
    let mut fate = Fate {
        arrives_ms: vec![20 + chance.below(200)],
        back_ms: 20 + chance.below(200),
        ..Fate::default()
    };
    if !faulty || chance.permille(600) {
        return fate;
    }
    let soon_ms = chance.below(5_000);
    let statuses = [302, 401, 403, 404, 407, 408, 425, 502, 503, 504, 511];
    match chance.below(10) {
        0 => (fate.arrives_ms, fate.ends) = (vec![], Some((soon_ms, PushOutcome::NetworkFailed))),
        1 => (fate.arrives_ms, fate.ends) = (vec![], Some((soon_ms, PushOutcome::NotOurs))),
        2 => fate.cut = true,
        3 => (fate.arrives_ms, fate.ends) = (vec![], Some((30_000, PushOutcome::TimedOut))),
        // Arrives, is committed, and the answer comes long after everyone gave up.
        4 => {
            (fate.back_ms, fate.ends) =
                (chance.below(90_000), Some((30_000, PushOutcome::TimedOut)))
        }
        5 => fate.arrives_ms = vec![chance.below(60_000), chance.below(60_000)],
        6 => fate.doubled = true,
        7 => fate.replayed = true,
        // No answer at all, not even the driver's.
        8 => fate.arrives_ms = vec![],
        _ => {
            let status = statuses[chance.below(statuses.len() as u64) as usize];
            (fate.arrives_ms, fate.ends) = (vec![], Some((soon_ms, by_a_proxy(status))));
        }
    }
    fate
}

/// A proxy's own limit on a request's size.
pub(crate) fn too_large() -> PushOutcome {
    by_a_proxy(413)
}

/// A firewall's dislike.
pub(crate) fn filtered() -> PushOutcome {
    by_a_proxy(403)
}
