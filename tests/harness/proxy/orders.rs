//! What is to happen to which request, and what has happened.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::API;
use super::fault::Fault;
use super::message::Message;

#[derive(Debug, Default)]
pub(super) struct Orders {
    queue: VecDeque<(String, Fault)>,
    chaos: Option<Chaos>,
    counts: BTreeMap<&'static str, usize>,
    /// The last answer of each path.
    earlier: HashMap<String, Message>,
}

/// Faults by chance, the same for the same seed and the same order of requests.
#[derive(Debug)]
struct Chaos {
    chance: fastrand::Rng,
    intensity: f64,
}

impl Orders {
    /// Puts a fault in line for the next request whose path begins so.
    pub(super) fn strike(&mut self, path: &str, fault: Fault) {
        self.queue.push_back((path.to_owned(), fault));
    }

    pub(super) fn begin_chaos(&mut self, seed: u64, intensity: f64) {
        self.chaos = Some(Chaos { chance: fastrand::Rng::with_seed(seed), intensity });
    }

    pub(super) fn heal(&mut self) {
        self.queue.clear();
        self.chaos = None;
    }

    /// What is to happen to a request.
    pub(super) fn take(&mut self, path: &str) -> Option<Fault> {
        let ordered = self.queue.iter().position(|(beginning, _)| path.starts_with(beginning));
        if let Some((_, fault)) = ordered.and_then(|at| self.queue.remove(at)) {
            return Some(fault);
        }
        // Pages come from the service worker.
        let chaos = self.chaos.as_mut().filter(|_| path.starts_with(API))?;
        (chaos.chance.f64() < chaos.intensity).then(|| Fault::random(&mut chaos.chance))
    }

    /// What is to happen to a connection that was just made: a tenth as often.
    pub(super) fn take_for_connection(&mut self) -> Option<Fault> {
        let chaos = self.chaos.as_mut()?;
        let is_struck = chaos.chance.f64() < chaos.intensity / 10.0;
        is_struck.then(|| if chaos.chance.bool() { Fault::Drop } else { Fault::Reset })
    }

    pub(super) fn count(&mut self, fault: Fault) {
        *self.counts.entry(fault.name()).or_default() += 1;
    }

    pub(super) fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.counts.clone()
    }

    /// What was answered to an earlier request of this path.
    pub(super) fn earlier(&self, request: &Message) -> Option<Message> {
        self.earlier.get(&resource(request)).cloned()
    }

    pub(super) fn remember(&mut self, request: &Message, answer: &Message) {
        if request.path().starts_with(API) {
            self.earlier.insert(resource(request), answer.clone());
        }
    }
}

fn resource(request: &Message) -> String {
    let path = request.path();
    format!("{} {}", request.method(), path.split('?').next().unwrap_or(path))
}
