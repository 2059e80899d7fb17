//! The token of a few minutes that every request needs (SECURITY.md, "device").

use protocol::BatchId;
use protocol::planted::{self, Bug};

use crate::effect::Effect;
use crate::engine::{Engine, Step};
use crate::event::Outcome;
use crate::phase::Call;
use crate::status::Reason;

/// What the engine knows of the driver's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// There is none, or it is refused.
    Absent,
    /// Just given, not tried yet.
    Fresh,
    /// The endpoint answered to it.
    Proven,
}

impl Token {
    pub(crate) const fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }

    /// It was good for an authentic answer.
    pub(crate) const fn prove(&mut self) {
        *self = Self::Proven;
    }
}

/// Bytes of a question for a token, about.
const BYTES: usize = 1_024;

impl Engine {
    pub(crate) fn fetch_token(&mut self, step: &mut Step<'_>) {
        let request_id = self.call(Call::Token, BYTES, step);
        step.effects.push(Effect::FetchToken { request_id });
    }

    pub(crate) fn token_ended(
        &mut self,
        request_id: BatchId,
        outcome: Outcome<()>,
        step: &mut Step<'_>,
    ) {
        let Some(call) = self.land(request_id, step) else { return };
        match outcome.into_result() {
            Ok(()) => {
                self.token = Token::Fresh;
                self.attempt(step);
            }
            Err(failure) => self.failed(call, failure, step),
        }
    }

    /// The request in flight, and no other, was refused for its token. An expired one is replaced
    /// at once; one that was never good is no reason to hurry.
    pub(crate) fn token_refused(&mut self, step: &mut Step<'_>) {
        if planted::is(Bug::TokenNeverRenewed) {
            return self.back_off(Reason::EndpointFailing, step);
        }
        let was = core::mem::replace(&mut self.token, Token::Absent);
        if was == Token::Proven {
            self.attempt(step);
        } else {
            self.back_off(Reason::EndpointFailing, step);
        }
    }
}
