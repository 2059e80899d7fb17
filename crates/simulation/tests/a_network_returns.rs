//! SYNC.md §2, 14: no retry storm when ten thousand devices come back at once.

use std::collections::BTreeMap;

use protocol::{BatchId, DeviceId, OpId};
use sync::{Effect, Engine, Event, Memory, OutboxOp, Outcome};

const DEVICES: u64 = 10_000;
const START_MS: u64 = 1_700_000_000_000;
/// Each tries for so long without a network.
const OFFLINE_MS: u64 = 10 * 60_000;

/// A device with one unsent note, whose requests all fail.
struct Phone {
    engine: Engine,
    chance: u64,
}

impl Phone {
    fn new(n: u64) -> Self {
        Self { engine: Engine::new(START_MS), chance: n.wrapping_mul(0x9e37_79b9_7f4a_7c15) }
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
}

#[test]
fn ten_thousand_devices_spread_their_first_attempts() {
    let mut a_second: BTreeMap<u64, u64> = BTreeMap::new();
    for n in 0..DEVICES {
        let mut phone = Phone::new(n);
        let device_id = DeviceId::new(START_MS, [1; 10]);
        let mut asked = phone.tell(Event::Enrolled { device_id, memory: Memory::default() }, START_MS);
        let mut now_ms = START_MS;
        // Offline for a while: every request fails at once.
        while now_ms < START_MS + OFFLINE_MS {
            asked = match asked {
                Some(request_id) => {
                    phone.tell(Event::TokenEnded { request_id, outcome: Outcome::NetworkFailed }, now_ms)
                }
                None => {
                    let Some(at_ms) = phone.engine.deadline_ms() else { break };
                    now_ms = now_ms.max(at_ms).min(START_MS + OFFLINE_MS);
                    phone.tell(Event::Timeout, now_ms)
                }
            };
        }
        // The network returns, everybody hears of it in the same moment, and the endpoint is dead.
        asked = phone.tell(Event::Online, now_ms).or(asked);
        let mut left = 20;
        while left > 0 && now_ms < START_MS + OFFLINE_MS + 60_000 {
            left -= 1;
            asked = match asked {
                Some(request_id) => {
                    *a_second.entry((now_ms - START_MS - OFFLINE_MS) / 1_000).or_default() += 1;
                    phone.tell(Event::TokenEnded { request_id, outcome: Outcome::NetworkFailed }, now_ms)
                }
                None => {
                    let Some(at_ms) = phone.engine.deadline_ms() else { break };
                    now_ms = now_ms.max(at_ms);
                    phone.tell(Event::Timeout, now_ms)
                }
            };
        }
    }
    let (second, most) = a_second.iter().max_by_key(|(_, count)| **count).unwrap();
    // Two seconds of jitter: at most a little over half of them in any one second.
    assert!(*most <= DEVICES * 6 / 10, "{most} requests in second {second}: {a_second:?}");
    let all: u64 = a_second.values().sum();
    assert!(all >= DEVICES / 2 && all <= DEVICES * 4, "{all} requests in a minute");
}
