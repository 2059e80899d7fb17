//! Epochs: each life of the endpoint's database has one (SYNC.md §1, "Restore safety").

use protocol::Epoch;
use protocol::planted::{self, Bug};

use crate::effect::{Effect, Witness};
use crate::engine::{Engine, Step};
use crate::phase::Task;
use crate::status::Reason;

impl Engine {
    /// Whether an authentic answer of this epoch and time may be acted upon. If not, the next
    /// step is under way: an answer of an older epoch is ignored; one of a new epoch makes it the
    /// present one first, and what was asked is asked again there.
    pub(crate) fn is_present(
        &mut self,
        epoch: Epoch,
        server_time_ms: i64,
        step: &mut Step<'_>,
    ) -> bool {
        if self.epoch() != Some(epoch) {
            if self.memory.past_epochs.contains(&epoch) {
                self.unanswered(Reason::NotOurs, step);
            } else {
                let turn = self.store(Task::AdoptEpoch, step);
                let from = self.epoch();
                step.effects.push(Effect::AdoptEpoch { turn, from, epoch });
                self.adopting = Some(epoch);
            }
            return false;
        }
        let unix_ms = i64::try_from(step.unix_ms).unwrap_or(i64::MAX);
        self.clock_ahead_ms = Some(unix_ms.saturating_sub(server_time_ms));
        self.token.prove();
        self.word = Some(Self::witness(epoch, server_time_ms));
        true
    }

    pub(crate) fn epoch_adopted(&mut self, step: &mut Step<'_>) {
        let past = core::mem::replace(&mut self.memory.epoch, self.adopting.take());
        self.memory.past_epochs.extend(past);
        self.sweep.restart(!planted::is(Bug::SweepForgotten));
        self.pulling.is_due = true;
        self.uploading.is_due = true;
        self.pass.restart();
        self.attempt(step);
    }

    /// Here and now, by an authentic answer.
    pub(crate) const fn witness(epoch: Epoch, server_time_ms: i64) -> Witness {
        Witness { epoch, server_time_ms }
    }
}
