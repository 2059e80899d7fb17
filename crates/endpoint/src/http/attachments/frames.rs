//! The bytes of a request's body as they come, with a limit on how long we wait for more.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::StreamExt;

/// Longest silence. After it the connection is as good as dead, and what came is kept
/// (SYNC.md §1, "Errors").
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// What comes next.
pub(super) enum Next {
    /// Some bytes.
    Bytes(Bytes),
    /// The body has ended as it should.
    End,
    /// The client is gone, or silent.
    BrokenOff,
}

/// A body without its first bytes.
pub(super) struct Frames {
    stream: BodyDataStream,
    skip: u64,
}

impl Frames {
    /// The body, but not its first `skip` bytes: they are here already.
    pub(super) fn new(body: Body, skip: u64) -> Self {
        Self { stream: body.into_data_stream(), skip }
    }

    pub(super) async fn next(&mut self) -> Next {
        loop {
            let frame = tokio::time::timeout(SILENCE_MAX, self.stream.next()).await;
            let mut bytes = match frame {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(None) => return Next::End,
                Ok(Some(Err(_))) | Err(_) => return Next::BrokenOff,
            };
            let skipped = bytes.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
            let rest = bytes.split_off(skipped);
            self.skip -= bytes.len() as u64;
            if !rest.is_empty() {
                return Next::Bytes(rest);
            }
        }
    }

    /// What is left of the body.
    pub(super) fn into_rest(self) -> Body {
        Body::new(self.stream)
    }
}
