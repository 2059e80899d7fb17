//! Bugs that an engine or its driver could have, to show that the simulation can fail.

use protocol::push::{PushAnswer, Receipt, Verdict};
use protocol::{Code, Epoch, OpId, Seq};
use sync::{Confirmed, Effect, Event, Parked, PushOutcome};

use crate::tab::Pushed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plant {
    Nothing,
    /// Rows leave the outbox when they are sent.
    DequeuesBeforeReceipt,
    /// Any answer confirms the whole batch.
    ConfirmsTheWholeBatch,
    /// A portal's 200 is a success.
    TrustsAnyTwoHundred,
    /// A 401 throws the batch away.
    DropsOn401,
    /// Retry-After is not read.
    IgnoresRetryAfter,
    /// Nothing is tried again unless something happens.
    HasNoTimer,
    /// A storage error reads as an empty outbox.
    ReadsErrorsAsEmpty,
}

fn all_stored(pushed: &Pushed) -> Vec<Receipt> {
    let receipt = |op_id: &OpId| Receipt {
        op_id: *op_id,
        verdict: Verdict::Stored,
        seq: Some(Seq(1)),
        code: None,
    };
    pushed.op_ids.iter().map(receipt).collect()
}

fn forged(pushed: &Pushed) -> PushOutcome {
    PushOutcome::Answered(PushAnswer {
        protocol: 1,
        batch_id: pushed.header.batch_id,
        epoch: Epoch::new(1, [1; 10]),
        safe_seq: None,
        server_time_ms: 0,
        receipts: all_stored(pushed),
        mac: None,
    })
}

impl Plant {
    pub(crate) const BUGS: [Self; 7] = [
        Self::DequeuesBeforeReceipt,
        Self::ConfirmsTheWholeBatch,
        Self::TrustsAnyTwoHundred,
        Self::DropsOn401,
        Self::IgnoresRetryAfter,
        Self::HasNoTimer,
        Self::ReadsErrorsAsEmpty,
    ];

    /// What the engine is told instead.
    pub(crate) fn event(self, mut event: Event, pushed: Option<&Pushed>) -> Event {
        match (self, &mut event, pushed) {
            (Self::ReadsErrorsAsEmpty, Event::OutboxUnreadable { turn }, _) => {
                return Event::BatchRead { turn: *turn, ops: Vec::new(), more: false };
            }
            (plant, Event::PushEnded { batch_id, outcome }, Some(pushed))
                if *batch_id == pushed.header.batch_id =>
            {
                match (plant, &mut *outcome) {
                    (Self::TrustsAnyTwoHundred, PushOutcome::NotOurs) => *outcome = forged(pushed),
                    (Self::ConfirmsTheWholeBatch, PushOutcome::Answered(answer)) => {
                        answer.receipts = all_stored(pushed);
                    }
                    (Self::IgnoresRetryAfter, PushOutcome::Refused { retry_after_ms, .. }) => {
                        *retry_after_ms = None;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        event
    }

    /// What the store is told besides.
    pub(crate) fn settles_too(
        self,
        event: &Event,
        effects: &[Effect],
        pushed: Option<&Pushed>,
    ) -> (Vec<Confirmed>, Vec<Parked>) {
        let (mut confirmed, mut parked) = (Vec::new(), Vec::new());
        for effect in effects {
            if let (Self::DequeuesBeforeReceipt, Effect::Push { header, op_ids }) = (self, effect) {
                let pushed = Pushed { header: header.clone(), op_ids: op_ids.clone() };
                let epoch = Epoch::new(1, [1; 10]);
                let confirm = |receipt| Confirmed { receipt, epoch };
                confirmed.extend(all_stored(&pushed).into_iter().map(confirm));
            }
        }
        if let (
            Self::DropsOn401,
            Event::PushEnded { outcome: PushOutcome::Refused { status: 401, .. }, .. },
            Some(pushed),
        ) = (self, event, pushed)
        {
            let code = Code::TokenUnknown;
            parked.extend(pushed.op_ids.iter().map(|&op_id| Parked { op_id, code }));
        }
        (confirmed, parked)
    }
}
