//! The world of one seed: its parts, its time, and what happens in it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use protocol::{OpId, RepId};
use sync::{Effect, Event};

use crate::agenda::{Agenda, MINUTE_MS};
use crate::broken::{Broken, Checked};
use crate::chance::Chance;
use crate::device::{Device, Place};
use crate::faults::{Fault, FaultSet};
use crate::marketing::Chore;
use crate::network::{Reply, Request, Spoilt};
use crate::scenario::Scenario;
use crate::server::Server;
use crate::tally::Tally;
use crate::trace::Trace;
use crate::writing::Written;

/// More happenings than any seed needs: a hot loop.
const HAPPENINGS_MAX: u64 = 200_000;
/// How often a world at rest is looked at.
const LOOK_EVERY_MS: u64 = MINUTE_MS / 2;

/// Something that is to happen.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    /// An engine hears of something, if the tab still lives this life.
    Tell { place: Place, life: u64, event: Event },
    /// An engine's deadline, if it is still this one.
    Timer { place: Place, timer: u64 },
    /// A transaction of the device's store.
    Work { place: Place, life: u64, effect: Effect },
    /// A request reaches the endpoint.
    Arrive { request: Rc<Request>, back_ms: u64, spoilt: Option<Spoilt> },
    /// The one writer gets to a push.
    Write { request: Rc<Request>, known: Vec<OpId>, back_ms: u64, spoilt: Option<Spoilt> },
    /// A reply, or the lack of one, reaches the driver.
    Land { request: Rc<Request>, reply: Reply },
    /// A rep saves.
    Save { place: Place, count: u64 },
    /// A person, or the browser, does something that an engine hears of.
    Trigger { place: Place },
    /// A person looks at a tab.
    LookAt { place: Place },
    /// A tab opens, or the browser starts the worker.
    Open { place: Place },
    /// The tab has read who it is.
    Boot { place: Place, life: u64 },
    /// A tab or the worker ends.
    Kill { place: Place },
    /// The device loses power.
    PowerLoss { device: usize },
    /// A tab is frozen.
    Freeze { place: Place },
    /// It goes on.
    Thaw { place: Place, life: u64 },
    /// The device's clock is set.
    SetClock { device: usize },
    /// The network goes away for so long.
    GoOffline { device: usize, for_ms: u64 },
    /// It is back.
    GoOnline { device: usize },
    /// The rep enrols this browser, for the first time or again.
    Enrol { device: usize },
    /// Something at marketing's.
    Chore(Chore),
    /// All trouble ends.
    Heal,
    /// Is all at rest?
    Look,
}

pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) agenda: Agenda<Happening>,
    pub(crate) chance: Chance,
    pub(crate) trace: Trace,
    pub(crate) tally: Tally,
    pub(crate) devices: Vec<Device>,
    pub(crate) reps: Vec<RepId>,
    pub(crate) server: Server,
    /// How often a request meets with trouble, in a thousand.
    pub(crate) trouble_permille: u64,
    /// Trouble goes on.
    pub(crate) is_troubled: bool,
    /// Whether somebody mends what is mendable once trouble ends.
    pub(crate) gets_mended: bool,
    /// Every operation that was ever written, and on which device.
    pub(crate) written: BTreeMap<OpId, (usize, Rc<Written>)>,
    /// Those of which "Saved" was said.
    pub(crate) said: BTreeSet<OpId>,
    /// Those that a shut-out device handed over before it was wiped.
    pub(crate) given_up: BTreeSet<OpId>,
    pub(crate) healed_at_ms: Option<u64>,
    is_at_rest: bool,
}

impl World {
    pub(crate) fn new(scenario: Scenario, is_printed: bool) -> Checked<Self> {
        let mut chance = Chance::new(scenario.seed, 2);
        let server = Server::new(&mut chance)?;
        let trouble_permille = chance.pick(&[50, 200, 400, 800]);
        let gets_mended = !chance.permille(150);
        let mut world = Self {
            scenario,
            agenda: Agenda::new(),
            chance,
            trace: Trace::new(is_printed),
            tally: Tally::default(),
            devices: Vec::new(),
            reps: Vec::new(),
            server,
            trouble_permille,
            is_troubled: true,
            gets_mended,
            written: BTreeMap::new(),
            said: BTreeSet::new(),
            given_up: BTreeSet::new(),
            healed_at_ms: None,
            is_at_rest: false,
        };
        world.plan_everything()?;
        Ok(world)
    }

    /// Lives through all of it.
    pub(crate) fn run(mut self) -> (Result<(), Broken>, Tally) {
        let result = self.live().and_then(|()| self.check_at_rest());
        self.tally.trace_hash = self.trace.hash();
        if let Err(broken) = &result {
            self.trace.line(self.agenda.now_ms(), || broken.to_string());
        }
        (result, self.tally)
    }

    fn live(&mut self) -> Checked {
        while !self.is_at_rest {
            let Some(what) = self.agenda.next() else { break };
            self.tally.happenings += 1;
            if self.tally.happenings > HAPPENINGS_MAX {
                return Err(Broken::new(14, "too much happens: a hot loop"));
            }
            self.trace.fold(self.agenda.now_ms());
            self.trace.fold(self.chance.state());
            self.happen(what)?;
        }
        Ok(())
    }

    fn happen(&mut self, what: Happening) -> Checked {
        match what {
            Happening::Tell { place, life, event } => self.hear(place, life, event)?,
            Happening::Timer { place, timer } => {
                if self.tab(place).timer == timer {
                    let life = self.tab(place).life;
                    self.hear(place, life, Event::Timeout)?;
                }
            }
            Happening::Work { place, life, effect } => self.work(place, life, effect)?,
            Happening::Arrive { request, back_ms, spoilt } => {
                self.arrive(request, back_ms, spoilt)?;
            }
            Happening::Write { request, known, back_ms, spoilt } => {
                self.write(request, &known, back_ms, spoilt)?;
            }
            Happening::Land { request, reply } => self.land(&request, reply)?,
            Happening::Save { place, count } => self.save(place, count)?,
            Happening::Trigger { place } => self.trigger(place)?,
            Happening::LookAt { place } => {
                let life = self.tab(place).life;
                self.hear(place, life, Event::Visible)?;
            }
            Happening::Open { place } => self.open(place),
            Happening::Boot { place, life } => self.boot(place, life)?,
            Happening::Kill { place } => self.kill(place),
            Happening::PowerLoss { device } => self.lose_power(device),
            Happening::Freeze { place } => self.freeze(place),
            Happening::Thaw { place, life } => self.thaw(place, life)?,
            Happening::SetClock { device } => self.set_clock(device),
            Happening::GoOffline { device, for_ms } => self.go_offline(device, for_ms),
            Happening::GoOnline { device } => self.go_online(device)?,
            Happening::Enrol { device } => self.enrol(device)?,
            Happening::Chore(chore) => self.chore(chore)?,
            Happening::Heal => self.heal()?,
            Happening::Look => {
                self.is_at_rest = self.look()?;
                if !self.is_at_rest {
                    self.plan(LOOK_EVERY_MS, Happening::Look);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn plan(&mut self, in_ms: u64, what: Happening) {
        self.agenda.plan(in_ms, what);
    }

    /// Whether trouble of this kind strikes now. Always draws, so that switching one kind off
    /// leaves the rest of a seed as it was.
    pub(crate) fn strikes(&mut self, fault: Fault, permille: u64) -> bool {
        let drawn = self.chance.permille(permille);
        let strikes = drawn && self.is_troubled && self.has(fault);
        if strikes {
            self.tally.faults += 1;
        }
        strikes
    }

    pub(crate) const fn has(&self, fault: Fault) -> bool {
        self.scenario.faults.has(fault)
    }

    pub(crate) const fn faults(&self) -> FaultSet {
        if self.is_troubled { self.scenario.faults } else { FaultSet::NONE }
    }

    /// The time by this device's clock.
    pub(crate) fn device_ms(&self, device: usize) -> u64 {
        self.agenda.now_ms().wrapping_add(self.devices[device].clock_off_ms)
    }

    pub(crate) fn tab(&self, place: Place) -> &crate::device::Tab {
        &self.devices[place.device].tabs[place.tab]
    }

    pub(crate) fn tab_mut(&mut self, place: Place) -> &mut crate::device::Tab {
        &mut self.devices[place.device].tabs[place.tab]
    }

    pub(crate) fn say(&self, words: impl FnOnce() -> String) {
        self.trace.line(self.agenda.now_ms(), words);
    }
}
