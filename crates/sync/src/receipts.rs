//! What an answer says about each operation of the batch that it answers.

use protocol::planted::{self, Bug};
use protocol::push::{PushAnswer, Receipt, Verdict};
use protocol::{Code, OpId};

use crate::batch::Batch;
use crate::effect::Parked;

/// An answer, sorted. What is in neither list is not stored: it stays and is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sorted {
    pub(crate) confirmed: Vec<Receipt>,
    pub(crate) parked: Vec<Parked>,
    /// How many operations of the batch stay, for want of a receipt or because it says `retry`.
    pub(crate) staying: usize,
}

/// Receipts of operations that were not in the batch are ignored. Of several for one operation a
/// confirming one counts, else the first: answers only ever confirm.
pub(crate) fn sort(batch: &Batch, answer: PushAnswer) -> Sorted {
    // In the batch's own order, which is ascending.
    let mut told: Vec<(OpId, Option<Receipt>)> =
        batch.ops.iter().map(|op| (op.op_id, None)).collect();
    for receipt in answer.receipts {
        if let Ok(at) = told.binary_search_by_key(&receipt.op_id, |(op_id, _)| *op_id)
            && let Some((_, slot)) = told.get_mut(at)
            && slot
                .as_ref()
                .is_none_or(|first| receipt.verdict.is_confirmed() && !first.verdict.is_confirmed())
        {
            *slot = Some(receipt);
        }
    }
    let mut sorted = Sorted { confirmed: Vec::new(), parked: Vec::new(), staying: 0 };
    for (op_id, receipt) in told {
        match receipt {
            Some(receipt) if receipt.verdict.is_confirmed() => {
                sorted.confirmed.push(receipt);
            }
            None if planted::is(Bug::WholeBatchReceipt) => {
                let (verdict, seq, code) = (Verdict::Stored, None, None);
                sorted.confirmed.push(Receipt { op_id, verdict, seq, code });
            }
            Some(receipt) if receipt.verdict == Verdict::Rejected => {
                let code = receipt.code.unwrap_or(Code::Unknown);
                sorted.parked.push(Parked { op_id, code });
            }
            _ => sorted.staying += 1,
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use protocol::push::Lane;
    use protocol::{BatchId, Epoch, Seq};

    use super::*;
    use crate::event::OutboxOp;

    fn id(n: u64) -> OpId {
        OpId::new(n, [0; 10])
    }

    fn receipt(n: u64, verdict: Verdict) -> Receipt {
        Receipt { op_id: id(n), verdict, seq: Some(Seq(1)), code: None }
    }

    #[test]
    fn each_verdict_goes_its_way_and_strangers_are_ignored() {
        let batch = Batch {
            ops: (1..=6).map(|n| OutboxOp { op_id: id(n), bytes: 1 }).collect(),
            more: false,
        };
        let answer = PushAnswer {
            protocol: 1,
            batch_id: BatchId::new(1, [0; 10]),
            epoch: Epoch::new(1, [0; 10]),
            safe_seq: None,
            server_time_ms: 0,
            receipts: vec![
                receipt(99, Verdict::Stored),
                receipt(1, Verdict::Rejected),
                receipt(1, Verdict::Stored),
                receipt(2, Verdict::Duplicate),
                receipt(2, Verdict::Rejected),
                receipt(3, Verdict::StoredQuarantined),
                receipt(4, Verdict::Rejected),
                receipt(5, Verdict::Retry),
            ],
            lane: Lane::Normal,
        };
        let sorted = sort(&batch, answer);
        let confirmed: Vec<_> = sorted.confirmed.iter().map(|receipt| receipt.op_id).collect();
        assert_eq!(confirmed, [id(1), id(2), id(3)]);
        assert_eq!(sorted.parked, [Parked { op_id: id(4), code: Code::Unknown }]);
        assert_eq!(sorted.staying, 2);
    }
}
