//! How long marketing takes.

use protocol::console::analysis::{Response, Spread};

use super::{Sample, as_u64, at_share};
use crate::storage::facts::Fact;

pub(super) fn times(sample: &Sample<'_>) -> Response {
    let spread = |until: fn(&Fact) -> Option<i64>| {
        // A clock that was set back makes no answer older than its question.
        let took = |fact: &&Fact| Some((until(fact)? - fact.received_at_ms).max(0));
        let mut times_ms: Vec<i64> = sample.chosen.iter().filter_map(took).collect();
        Some(Spread {
            n: as_u64(times_ms.len()),
            median_ms: at_share(&mut times_ms, 50)?,
            p90_ms: at_share(&mut times_ms, 90)?,
        })
    };
    Response {
        read: spread(|fact| fact.read_at_ms),
        classified: spread(|fact| fact.classified_at_ms),
        closed: spread(|fact| fact.closed_at_ms),
        open: as_u64(sample.chosen.iter().filter(|fact| fact.closed_at_ms.is_none()).count()),
    }
}
