//! SYNC.md §2, 14: no retry storm when ten thousand devices come back at once.

use std::collections::BTreeMap;

use protocol::limits::BATCH_OPS_MAX;
use protocol::{BatchId, DeviceId, OpId};
use sync::{Effect, Engine, Event, Memory, OutboxOp, Outcome};

const DEVICES: u64 = 10_000;
const START_MS: u64 = 1_700_000_000_000;
const MINUTE_MS: u64 = 60_000;
/// Each tries for so long without a network.
const OFFLINE_MS: u64 = 10 * MINUTE_MS;

/// A device with one unsent note, whose requests all fail.
struct Phone {
    engine: Engine,
    chance: u64,
}

impl Phone {
    fn new(n: u64) -> Self {
        Self {
            engine: Engine::new(START_MS, BATCH_OPS_MAX),
            chance: n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        }
    }

    /// Tells the engine, and answers what it asks of its own device; gives what it asks of others.
    fn tell(&mut self, event: Event, now_ms: u64) -> Option<BatchId> {
        let mut events = vec![event];
        let mut asked = None;
        while let Some(event) = events.pop() {
            let chance = &mut self.chance;
            let mut next = || {
                *chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e);
                *chance ^ (*chance >> 29)
            };
            for effect in self.engine.handle(event, now_ms, &mut next) {
                match effect {
                    Effect::AcquireLock { .. } => events.push(Event::LockGranted),
                    Effect::ReadBatch { turn, .. } => {
                        let ops = vec![OutboxOp { op_id: OpId::new(1, [0; 10]), bytes: 300 }];
                        events.push(Event::BatchRead { turn, ops, more: false });
                    }
                    Effect::FetchToken { request_id } => asked = Some(request_id),
                    Effect::Push { header, .. } => asked = Some(header.batch_id),
                    _ => {}
                }
            }
        }
        asked
    }

    /// What was asked fails; what is asked next, perhaps at once.
    fn fails(&mut self, request_id: BatchId, now_ms: u64) -> Option<BatchId> {
        self.tell(Event::TokenEnded { request_id, outcome: Outcome::NetworkFailed }, now_ms)
    }

    /// Tries from `now_ms` to `until_ms`, in vain. Tells when, and what is under way at the end.
    fn try_in_vain(
        &mut self,
        mut asked: Option<BatchId>,
        mut now_ms: u64,
        until_ms: u64,
    ) -> (Vec<u64>, Option<BatchId>) {
        let mut tries_ms = Vec::new();
        loop {
            asked = match (asked, self.engine.deadline_ms()) {
                (Some(request_id), _) => {
                    tries_ms.push(now_ms);
                    self.fails(request_id, now_ms)
                }
                (None, Some(at_ms)) if at_ms.max(now_ms) < until_ms => {
                    now_ms = now_ms.max(at_ms);
                    self.tell(Event::Timeout, now_ms)
                }
                (None, _) => return (tries_ms, asked),
            };
        }
    }
}

#[test]
fn ten_thousand_devices_spread_their_first_attempts() {
    let returns_ms = START_MS + OFFLINE_MS;
    let mut a_second: BTreeMap<u64, u64> = BTreeMap::new();
    for n in 0..DEVICES {
        let mut phone = Phone::new(n);
        let device_id = DeviceId::new(START_MS, [1; 10]);
        let enrolled = Event::Enrolled { device_id, memory: Memory::default() };
        let asked = phone.tell(enrolled, START_MS);
        let (_, asked) = phone.try_in_vain(asked, START_MS, returns_ms);
        // The network returns, all hear of it in the same moment, and the endpoint is dead.
        let asked = phone.tell(Event::Online, returns_ms).or(asked);
        let (tries_ms, _) = phone.try_in_vain(asked, returns_ms, returns_ms + MINUTE_MS);
        for at_ms in tries_ms {
            *a_second.entry((at_ms - returns_ms) / 1_000).or_default() += 1;
        }
    }
    // Two seconds of jitter: a little over half of them in any one second.
    let most = a_second.values().max().copied().unwrap_or_default();
    assert!(most <= DEVICES * 6 / 10, "{most} requests in one second: {a_second:?}");
    let all: u64 = a_second.values().sum();
    assert!((DEVICES / 2..=DEVICES * 4).contains(&all), "{all} requests in a minute");
}
