//! `/healthz`, `/readyz` and `/metrics`: whether and how the endpoint lives. No note, no name.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use protocol::push::{Receipt, Verdict};

use super::{Endpoint, Refusal};
use crate::storage::notes;

/// What was done since the start.
#[derive(Default)]
pub(crate) struct Counters {
    pushes: AtomicU64,
    stored: AtomicU64,
    duplicate: AtomicU64,
    quarantined: AtomicU64,
    rejected: AtomicU64,
}

impl Counters {
    /// Counts one push that was answered.
    pub(crate) fn count(&self, receipts: &[Receipt]) {
        self.pushes.fetch_add(1, Ordering::Relaxed);
        for receipt in receipts {
            let counter = match receipt.verdict {
                Verdict::Stored => &self.stored,
                Verdict::Duplicate => &self.duplicate,
                Verdict::StoredQuarantined => &self.quarantined,
                Verdict::Rejected | Verdict::Retry => &self.rejected,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the database answers.
pub(super) async fn ready(State(endpoint): State<Endpoint>) -> Result<&'static str, Refusal> {
    endpoint.storage.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await?;
    Ok("ok\n")
}

/// Prometheus' text format.
pub(super) async fn metrics(
    State(endpoint): State<Endpoint>,
) -> Result<impl IntoResponse, Refusal> {
    let counters = &endpoint.counters;
    let ops = [
        ("stored", &counters.stored),
        ("duplicate", &counters.duplicate),
        ("quarantined", &counters.quarantined),
        ("rejected", &counters.rejected),
    ];
    let mut text = format!(
        "# TYPE sightline_pushes_total counter\nsightline_pushes_total {}\n\
         # TYPE sightline_ops_total counter\n",
        counters.pushes.load(Ordering::Relaxed)
    );
    for (verdict, counter) in ops {
        let count = counter.load(Ordering::Relaxed);
        let _ = writeln!(text, "sightline_ops_total{{verdict=\"{verdict}\"}} {count}");
    }
    endpoint.storage.show_all().await?;
    let notes = endpoint.storage.read(notes::count).await?;
    let _ = write!(
        text,
        "# TYPE sightline_commits_total counter\nsightline_commits_total {}\n\
         # TYPE sightline_notes gauge\nsightline_notes {notes}\n",
        endpoint.storage.commits()
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}
