//! The world: virtual time, what happens in it, and the invariants of SYNC.md §2.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use protocol::limits::OP_BYTES_MAX;
use protocol::push::PushAnswer;
use protocol::{BatchId, DeviceId, Epoch, OpId};
use sync::{Confirmed, Effect, Engine, Event, Parked, PushOutcome, State};

use crate::chance::Chance;
use crate::endpoint::Endpoint;
use crate::network::{self, Fate};
use crate::plant::Plant;
use crate::store::{Nature, Row, Store};
use crate::tab::{Pushed, Tab};

const MINUTE_MS: u64 = 60_000;
const START_MS: u64 = 1_700_000_000_000;
/// Once faults stop, all is quiet within so long: four times the longest wait, which is a
/// quarter of an hour and a fifth of it.
const HEALED_WITHIN_MS: u64 = 4 * 18 * MINUTE_MS;
/// How much longer each operation that is never mended may hold up the others: five failures
/// alike and the search for it, with backoff.
const ISOLATED_WITHIN_MS: u64 = 60 * MINUTE_MS;
/// More happenings than any seed needs: a hot loop.
const HAPPENINGS_MAX: u64 = 300_000;

/// What one seed, or the sum of many, came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) saves: u64,
    pub(crate) pushes: u64,
    pub(crate) faults: u64,
    pub(crate) parked: u64,
    pub(crate) healed_in_ms_max: u64,
    pub(crate) trace_hash: u64,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: &Self) {
        self.saves += other.saves;
        self.pushes += other.pushes;
        self.faults += other.faults;
        self.parked += other.parked;
        self.healed_in_ms_max = self.healed_in_ms_max.max(other.healed_in_ms_max);
        self.trace_hash ^= other.trace_hash;
    }
}

/// Something that is to happen.
#[derive(Debug, Clone)]
enum Happening {
    Tell { tab: usize, life: u64, event: Event },
    Timer { tab: usize, timer: u64 },
    Save { tab: usize, burst: u64 },
    Trigger { tab: usize },
    Kill { tab: usize },
    Open { tab: usize },
    ClockJump,
    Arrive { tab: usize, life: u64, pushed: Pushed, back_ms: u64, cut: bool, doubled: bool },
    Settle { tab: usize, life: u64, told: Event, confirmed: Vec<Confirmed>, parked: Vec<Parked> },
    Heal,
}

/// Keeps a hash of everything that is written to it (FNV-1a).
#[derive(Debug)]
struct Trace(u64);

impl std::fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct World {
    now_ms: u64,
    /// How far the device's clock is off; wraps.
    clock_off_ms: u64,
    chance: Chance,
    plant: Plant,
    print: bool,
    trace: Option<Trace>,
    agenda: BTreeMap<(u64, u64), Happening>,
    planned: u64,
    tabs: Vec<Tab>,
    store: Store,
    endpoint: Endpoint,
    lock: Option<usize>,
    locks_disabled: bool,
    proxy_bytes_max: usize,
    faulty: bool,
    /// Whether the endpoint, and the firewall before it, are mended when all else is.
    mended: bool,
    last_answer: Option<PushAnswer>,
    outcome: Outcome,
}

impl World {
    pub(crate) fn new(seed: u64, plant: Plant, print: bool) -> Self {
        let mut chance = Chance::new(seed);
        let tabs = (0..=chance.below(2)).map(|_| Tab::closed()).collect();
        let proxy_bytes_max = if chance.permille(100) { 300_000 } else { 3_000_000 };
        let locks_disabled = chance.permille(150);
        let mended = !chance.permille(150);
        let mut world = Self {
            now_ms: START_MS,
            clock_off_ms: 0,
            chance,
            plant,
            print,
            trace: None,
            agenda: BTreeMap::new(),
            planned: 0,
            tabs,
            store: Store::default(),
            endpoint: Endpoint::default(),
            lock: None,
            locks_disabled,
            proxy_bytes_max,
            faulty: true,
            mended,
            last_answer: None,
            outcome: Outcome::default(),
        };
        world.plan_a_day();
        world
    }

    /// Also hashes every event and effect.
    pub(crate) fn hashed(mut self) -> Self {
        self.trace = Some(Trace(0xcbf2_9ce4_8422_2325));
        self
    }

    fn plan_a_day(&mut self) {
        let length_ms = (1 + self.chance.below(60)) * MINUTE_MS;
        for tab in 0..self.tabs.len() {
            self.plan(self.chance.clone().below(1_000), Happening::Open { tab });
        }
        let tabs = self.tabs.len() as u64;
        // The search for dozens of bad ones among thousands takes days, and as many happenings.
        let backlog = self.mended && self.chance.permille(30);
        for _ in 0..=self.chance.below(25) {
            let tab = self.chance.below(tabs) as usize;
            let burst = 1 + if self.chance.permille(200) { self.chance.below(60) } else { 0 };
            let burst = if backlog { burst * 40 } else { burst };
            let at_ms = self.chance.below(length_ms);
            self.plan(at_ms, Happening::Save { tab, burst });
        }
        for _ in 0..self.chance.below(60) {
            let (tab, at_ms) = (self.chance.below(tabs) as usize, self.chance.below(length_ms));
            let what = match self.chance.below(20) {
                0 => Happening::Kill { tab },
                1 => Happening::ClockJump,
                _ => Happening::Trigger { tab },
            };
            self.plan(at_ms, what);
        }
        self.plan(length_ms, Happening::Heal);
    }

    fn plan(&mut self, in_ms: u64, what: Happening) {
        self.planned += 1;
        self.agenda.insert((self.now_ms + in_ms, self.planned), what);
    }

    fn fault(&mut self, permille: u64) -> bool {
        let strikes = self.faulty && self.chance.permille(permille);
        self.outcome.faults += u64::from(strikes);
        strikes
    }

    fn device_ms(&self) -> u64 {
        self.now_ms.wrapping_add(self.clock_off_ms)
    }

    /// Lets everything happen, until all is quiet.
    pub(crate) fn run(mut self) -> Result<Outcome, String> {
        let mut healed_at_ms = u64::MAX;
        let mut happenings = 0_u64;
        let mut quiet_within_ms = HEALED_WITHIN_MS;
        while let Some(((at_ms, _), what)) = self.agenda.pop_first() {
            self.now_ms = at_ms;
            if matches!(what, Happening::Heal) {
                healed_at_ms = at_ms;
                let stuck = self.store.outbox.iter().filter(|id| self.is_stuck(id)).count();
                quiet_within_ms += stuck as u64 * ISOLATED_WITHIN_MS;
            }
            self.happen(what)
                .map_err(|why| format!("{why} at {} s", (at_ms - START_MS) / 1_000))?;
            happenings += 1;
            if !self.faulty && self.is_quiet() {
                break;
            }
            if happenings > HAPPENINGS_MAX {
                return Err("14: a hot loop".to_owned());
            }
            if at_ms.saturating_sub(healed_at_ms) > quiet_within_ms {
                break;
            }
        }
        self.check_at_rest()?;
        self.outcome.healed_in_ms_max = self.now_ms - healed_at_ms;
        self.outcome.saves = self.store.saved.len() as u64;
        self.outcome.parked = self.store.parked.len() as u64;
        self.outcome.faults += self.endpoint.faults;
        self.outcome.trace_hash = self.trace.as_ref().map_or(0, |trace| trace.0);
        Ok(self.outcome)
    }

    /// Whether no try will ever send it. It must not hold up another (SYNC.md fault 20).
    fn is_stuck(&self, op_id: &OpId) -> bool {
        !self.mended && self.store.saved[op_id].nature.is_mendable()
    }

    fn is_mended(&self) -> bool {
        self.mended && !self.faulty
    }

    fn is_quiet(&self) -> bool {
        let idle = |tab: &Tab| tab.engine.as_ref().map(|e| e.status().state) == Some(State::Idle);
        if self.store.outbox.is_empty() {
            return self.tabs.iter().all(idle);
        }
        self.store.outbox.iter().all(|op_id| self.is_stuck(op_id))
    }

    /// SYNC.md §2, 1 and 5.
    fn check_at_rest(&self) -> Result<(), String> {
        if !self.is_quiet() {
            let states: Vec<_> =
                self.tabs.iter().map(|t| t.engine.as_ref().map(Engine::status)).collect();
            let unsent = self.store.outbox.len();
            return Err(format!("5: {unsent} unsent long after the last fault: {states:?}"));
        }
        for op_id in self.store.saved.keys() {
            let there = self.endpoint.stored.contains_key(op_id);
            let parked = self.store.parked.contains_key(op_id);
            let confirmed = self.store.confirmed.contains(op_id);
            if self.store.outbox.contains(op_id) {
                continue;
            }
            if confirmed == parked || (confirmed && !there) {
                return Err(format!(
                    "1: {op_id} there {there}, confirmed {confirmed}, parked {parked}"
                ));
            }
        }
        if self.endpoint.stored.keys().any(|id| !self.store.saved.contains_key(id)) {
            return Err("3: an operation that nobody saved".to_owned());
        }
        Ok(())
    }

    fn happen(&mut self, what: Happening) -> Result<(), String> {
        match what {
            Happening::Tell { tab, life, event } => {
                if self.tabs[tab].life == life {
                    self.tell(tab, event)?;
                }
            }
            Happening::Timer { tab, timer } => {
                if self.tabs[tab].timer == timer {
                    self.tell(tab, Event::Timeout)?;
                }
            }
            Happening::Save { tab, burst } => self.save(tab, burst)?,
            Happening::Trigger { tab } => self.trigger(tab)?,
            Happening::Kill { tab } => self.kill(tab),
            Happening::Open { tab } => self.open(tab)?,
            Happening::ClockJump => self.clock_jump(),
            Happening::Arrive { tab, life, pushed, back_ms, cut, doubled } => {
                self.arrive(tab, life, &pushed, back_ms, (cut, doubled));
            }
            Happening::Settle { tab, life, told, confirmed, parked } => {
                self.store.settle(&confirmed, &parked);
                self.wake_others(tab);
                if !self.fault(20) {
                    self.plan(1, Happening::Tell { tab, life, event: told });
                }
            }
            Happening::Heal => {
                self.faulty = false;
                for tab in 0..self.tabs.len() {
                    if self.tabs[tab].engine.is_none() {
                        self.open(tab)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, tab: usize) -> Result<(), String> {
        let engine = Engine::new(self.device_ms());
        self.tabs[tab].replace(Some(engine));
        self.enrol(tab)
    }

    fn enrol(&mut self, tab: usize) -> Result<(), String> {
        let device_id = DeviceId::new(1, [1; 10]);
        let epoch = self.chance.permille(500).then(|| Epoch::new(1, [1; 10]));
        self.tell(tab, Event::Enrolled { device_id, epoch })
    }

    /// The device's clock goes up to two years off. Forward, every wait of the engine's is over,
    /// as after a long sleep; it cannot tell the two apart.
    fn clock_jump(&mut self) {
        self.outcome.faults += 1;
        let (before_ms, two_years_ms) = (self.device_ms(), 2 * 365 * 24 * 60 * MINUTE_MS);
        let off_ms = self.chance.below(2 * two_years_ms);
        self.clock_off_ms = off_ms.wrapping_sub(two_years_ms);
        if self.device_ms() > before_ms {
            self.tabs.iter_mut().for_each(Tab::slept);
        }
    }

    fn kill(&mut self, tab: usize) {
        self.outcome.faults += 1;
        self.tabs[tab].replace(None);
        if self.lock == Some(tab) {
            self.lock = None;
        }
        let in_ms = self.chance.below(5 * MINUTE_MS);
        self.plan(in_ms, Happening::Open { tab });
    }

    fn save(&mut self, tab: usize, burst: u64) -> Result<(), String> {
        for _ in 0..burst {
            let nature = match self.chance.below(60) {
                0 => Nature::Quarantined,
                1 => Nature::Rejected,
                2 => Nature::Unreadable,
                3 => Nature::Crashing,
                4 => Nature::Filtered,
                5 => Nature::Forgotten,
                _ => Nature::Plain,
            };
            let bytes = match self.chance.below(100) {
                0 => OP_BYTES_MAX + 1,
                1 | 2 => OP_BYTES_MAX - 100_000 + self.chance.below(100_000) as usize,
                _ => 200 + self.chance.below(4_000) as usize,
            };
            let op_id = OpId::new(self.device_ms(), self.chance.bytes());
            self.store.save(op_id, Row { bytes, nature });
        }
        self.wake_others(tab);
        self.tell(tab, Event::Saved)
    }

    fn wake_others(&mut self, tab: usize) {
        for other in 0..self.tabs.len() {
            if other != tab && !self.fault(200) {
                let life = self.tabs[other].life;
                self.plan(1, Happening::Tell { tab: other, life, event: Event::Woken });
            }
        }
    }

    fn trigger(&mut self, tab: usize) -> Result<(), String> {
        // A person who taps around makes many of them.
        for _ in 0..=self.chance.below(4) {
            let event = match self.chance.below(30) {
                0 => return self.enrol(tab),
                1..8 => Event::Online,
                8..12 => Event::Offline,
                12..20 => Event::Visible,
                20..24 => Event::PageShown,
                24 => Event::LockGranted,
                25 => Event::LockDenied,
                26 => Event::LockLost,
                _ => Event::Timeout,
            };
            self.tell(tab, event)?;
        }
        Ok(())
    }

    /// Gives a tab's engine an event, does what it asks for, and sets its timer.
    fn tell(&mut self, tab: usize, event: Event) -> Result<(), String> {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let device_ms = self.device_ms();
            let this = &mut self.tabs[tab];
            this.before(&event, self.now_ms);
            let Some(engine) = &mut this.engine else { return Ok(()) };
            let was = engine.status().state;
            let twisted = self.plant.event(event.clone(), this.pushed.as_ref());
            let chance = &mut self.chance;
            let effects = engine.handle(twisted, device_ms, &mut || chance.next());
            let deadline_ms = engine.deadline_ms();
            self.note(tab, &event, &effects, deadline_ms);
            self.tabs[tab].after(&event, was)?;
            let too = self.plant.settles_too(&event, &effects, self.tabs[tab].pushed.as_ref());
            self.settle_now(&too.0, &too.1)?;
            for effect in effects {
                events.extend(self.act(tab, effect)?);
            }
            self.tabs[tab].timer += 1;
            if let Some(at_ms) = deadline_ms.filter(|_| self.plant != Plant::HasNoTimer) {
                let timer = self.tabs[tab].timer;
                self.plan(at_ms.saturating_sub(device_ms), Happening::Timer { tab, timer });
            }
        }
        Ok(())
    }

    fn note(&mut self, tab: usize, event: &Event, effects: &[Effect], deadline_ms: Option<u64>) {
        let now_ms = self.now_ms - START_MS;
        if self.print {
            eprintln!(
                "{now_ms:>9} tab {tab} {event:?}\n      -> {effects:?} until {deadline_ms:?}"
            );
        }
        if let Some(trace) = &mut self.trace {
            let written = write!(trace, "{now_ms} {tab} {event:?} {effects:?} {deadline_ms:?}");
            assert!(written.is_ok());
        }
    }

    /// Does one effect; returns what the engine is told at once.
    fn act(&mut self, tab: usize, effect: Effect) -> Result<Option<Event>, String> {
        let life = self.tabs[tab].life;
        match effect {
            Effect::StatusChanged => {}
            Effect::ReleaseLock => {
                if self.lock == Some(tab) {
                    self.lock = None;
                }
            }
            Effect::AcquireLock { steal } => {
                if self.fault(20) {
                    return Ok(None);
                }
                return Ok(Some(self.lock(tab, steal)));
            }
            Effect::ReadBatch { turn, after, ops_max, bytes_max } => {
                if self.fault(20) {
                    return Ok(None);
                }
                let (ops, more) = self.store.read(after, ops_max, bytes_max);
                let event = if self.fault(50) {
                    Event::OutboxUnreadable { turn }
                } else {
                    Event::BatchRead { turn, ops, more }
                };
                let slow_ms = if self.fault(20) { 60_000 } else { 10 };
                let in_ms = self.chance.below(slow_ms);
                self.plan(in_ms, Happening::Tell { tab, life, event });
            }
            Effect::Push { header, op_ids } => {
                let pushed = Pushed { header, op_ids };
                self.tabs[tab].push(pushed.clone(), &self.store, self.now_ms)?;
                self.post(tab, pushed);
            }
            Effect::Settle { turn, confirmed, parked } => {
                self.check_settlement(&confirmed, &parked)?;
                let in_ms = self.chance.below(20);
                if self.fault(60) {
                    let event = Event::SettleFailed { turn };
                    self.plan(in_ms, Happening::Tell { tab, life, event });
                } else if !self.fault(20) {
                    let told = Event::Settled { turn };
                    let what = Happening::Settle { tab, life, told, confirmed, parked };
                    self.plan(in_ms, what);
                }
            }
        }
        Ok(None)
    }

    fn lock(&mut self, tab: usize, steal: bool) -> Event {
        if self.locks_disabled {
            return Event::LockGranted;
        }
        if let Some(holder) = self.lock.filter(|holder| *holder != tab) {
            if !steal {
                return Event::LockDenied;
            }
            let life = self.tabs[holder].life;
            self.plan(0, Happening::Tell { tab: holder, life, event: Event::LockLost });
        }
        self.lock = Some(tab);
        Event::LockGranted
    }

    /// SYNC.md §2, 2, 4 and 6: nothing is confirmed that is not committed there, and nothing is
    /// parked that another try could send.
    fn check_settlement(&self, confirmed: &[Confirmed], parked: &[Parked]) -> Result<(), String> {
        for Confirmed { receipt, .. } in confirmed {
            if !self.endpoint.stored.contains_key(&receipt.op_id) {
                return Err(format!("6: {} confirmed before its commit", receipt.op_id));
            }
        }
        for Parked { op_id, code } in parked {
            let row = self.store.saved.get(op_id).ok_or("3: parks what was never saved")?;
            let for_good = matches!(row.nature, Nature::Rejected | Nature::Unreadable)
                || row.bytes > OP_BYTES_MAX.min(self.proxy_bytes_max);
            if !for_good {
                return Err(format!("4: {op_id} parked with {code}, though it is {row:?}"));
            }
        }
        Ok(())
    }

    fn settle_now(&mut self, confirmed: &[Confirmed], parked: &[Parked]) -> Result<(), String> {
        self.check_settlement(confirmed, parked)?;
        self.store.settle(confirmed, parked);
        Ok(())
    }

    fn post(&mut self, tab: usize, pushed: Pushed) {
        self.outcome.pushes += 1;
        let life = self.tabs[tab].life;
        let rows = || pushed.op_ids.iter().map(|id| self.store.saved[id]);
        let batch_id = pushed.header.batch_id;
        let mut fate = network::fate(self.faulty, &mut self.chance);
        let filtered = !self.is_mended() && rows().any(|row| row.nature == Nature::Filtered);
        if rows().map(|row| row.bytes).sum::<usize>() > self.proxy_bytes_max {
            fate = Fate { ends: Some((100, network::too_large())), ..Fate::default() };
        } else if filtered {
            fate = Fate { ends: Some((100, network::filtered())), ..Fate::default() };
        }
        let clean = fate.ends.is_none() && !fate.cut && !fate.doubled && !fate.replayed;
        self.outcome.faults += u64::from(!clean);
        if let Some((in_ms, outcome)) = fate.ends {
            self.end(tab, life, in_ms, batch_id, outcome);
        }
        if let Some(answer) = self.last_answer.clone().filter(|_| fate.replayed) {
            self.end(tab, life, 50, batch_id, PushOutcome::Answered(answer));
        }
        for in_ms in fate.arrives_ms {
            let (cut, doubled, pushed) = (fate.cut, fate.doubled, pushed.clone());
            let back_ms = fate.back_ms;
            self.plan(in_ms, Happening::Arrive { tab, life, pushed, back_ms, cut, doubled });
        }
    }

    fn end(&mut self, tab: usize, life: u64, in_ms: u64, batch_id: BatchId, outcome: PushOutcome) {
        let event = Event::PushEnded { batch_id, outcome };
        self.plan(in_ms, Happening::Tell { tab, life, event });
    }

    fn arrive(
        &mut self,
        tab: usize,
        life: u64,
        pushed: &Pushed,
        back_ms: u64,
        (cut, doubled): (bool, bool),
    ) {
        let ops: Vec<_> = pushed.op_ids.iter().map(|id| (*id, self.store.saved[id])).collect();
        let outcome = self.endpoint.push(
            &pushed.header,
            &ops,
            (self.faulty, self.is_mended()),
            &mut self.chance,
        );
        if let PushOutcome::Answered(answer) = &outcome {
            self.last_answer = Some(answer.clone());
        }
        let batch_id = pushed.header.batch_id;
        let outcome = if cut { PushOutcome::NetworkFailed } else { outcome };
        if doubled {
            self.end(tab, life, back_ms * 3, batch_id, outcome.clone());
        }
        self.end(tab, life, back_ms, batch_id, outcome);
    }
}
