//! A model of marketing's endpoint: one table with a unique op_id, receipts after the commit.

use std::collections::BTreeMap;

use protocol::push::{PushAnswer, PushHeader, Receipt, Verdict};
use protocol::{Code, Epoch, OpId, Seq};
use sync::PushOutcome;

use crate::chance::Chance;
use crate::store::{Nature, Row};

#[derive(Debug, Default)]
pub(crate) struct Endpoint {
    pub(crate) stored: BTreeMap<OpId, Seq>,
    pub(crate) faults: u64,
}

fn refused(code: Code, retry_after_ms: Option<u64>) -> PushOutcome {
    PushOutcome::Refused { status: code.status(), code: Some(code), retry_after_ms }
}

impl Endpoint {
    /// The endpoint's answer to one push; what it says is stored is stored when it returns.
    pub(crate) fn push(
        &mut self,
        header: &PushHeader,
        ops: &[(OpId, Row)],
        (faulty, mended): (bool, bool),
        chance: &mut Chance,
    ) -> PushOutcome {
        if faulty && chance.permille(250) {
            self.faults += 1;
            return self.fail(ops, chance);
        }
        let has = |nature| ops.iter().any(|(_, row)| row.nature == nature);
        if has(Nature::Unreadable) {
            return refused(Code::MalformedRequest, None);
        }
        if !mended && has(Nature::Crashing) {
            return refused(Code::Internal, None);
        }
        let mut receipts = self.commit(ops, mended);
        if faulty && chance.permille(200) {
            self.faults += 1;
            Self::spoil(&mut receipts, chance);
        }
        PushOutcome::Answered(PushAnswer {
            protocol: 1,
            batch_id: header.batch_id,
            epoch: Epoch::new(1, [1; 10]),
            safe_seq: None,
            server_time_ms: 0,
            receipts,
            mac: None,
        })
    }

    fn commit(&mut self, ops: &[(OpId, Row)], mended: bool) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for (op_id, row) in ops {
            let (verdict, code) = match row.nature {
                Nature::Rejected => (Verdict::Rejected, Some(Code::TextTooLong)),
                Nature::Forgotten if !mended => continue,
                _ if self.stored.contains_key(op_id) => (Verdict::Duplicate, None),
                Nature::Quarantined => (Verdict::StoredQuarantined, Some(Code::UnknownKind)),
                _ => (Verdict::Stored, None),
            };
            let next = Seq(self.stored.len() as i64 + 1);
            let seq = verdict.is_confirmed().then(|| *self.stored.entry(*op_id).or_insert(next));
            receipts.push(Receipt { op_id: *op_id, verdict, seq, code });
        }
        receipts
    }

    /// Receipts go missing, ask for another try, come twice, or are of strangers.
    fn spoil(receipts: &mut Vec<Receipt>, chance: &mut Chance) {
        match chance.below(4) {
            0 => receipts.retain(|_| chance.permille(500)),
            1 => receipts.clear(),
            2 => {
                for receipt in receipts.iter_mut().filter(|r| r.verdict.is_confirmed()) {
                    receipt.verdict = Verdict::Retry;
                }
            }
            _ => {
                let stranger = OpId::new(chance.below(1 << 40), chance.bytes());
                let verdict = Verdict::Rejected;
                receipts.push(Receipt { op_id: stranger, verdict, seq: None, code: None });
                receipts.extend_from_within(..);
            }
        }
    }

    /// Some error; a 500 comes before or after the commit.
    fn fail(&mut self, ops: &[(OpId, Row)], chance: &mut Chance) -> PushOutcome {
        let told = Some(chance.below(300_000));
        match chance.below(12) {
            0 => refused(Code::TokenUnknown, None),
            1 => refused(Code::DeviceRevoked, None),
            2 => refused(Code::WrongDevice, None),
            3 => PushOutcome::Refused { status: 409, code: None, retry_after_ms: None },
            4 => refused(Code::UnsupportedProtocol, None),
            5 | 6 => refused(Code::TooManyRequests, told),
            7 => refused(Code::Unavailable, told),
            8 => refused(Code::StorageFull, None),
            9 => refused(Code::Unavailable, None),
            10 => refused(Code::Internal, None),
            _ => {
                self.commit(ops, false);
                refused(Code::Internal, None)
            }
        }
    }
}
