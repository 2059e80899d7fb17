//! How much room there is. Words come first: the last of it is theirs (SYNC.md fault 4).

use core::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::{global, reflect};

/// What no photo may take, in bytes: thousands of notes.
const OF_WORDS: f64 = 8.0 * 1024.0 * 1024.0;

/// A browser that does not answer by then is not waited for.
const ANSWER_MS_MAX: u32 = 1_000;

/// What this origin stores, in bytes, as far as the browser tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// What is stored.
    pub used: f64,
    /// What may be.
    pub quota: f64,
}

/// None where the browser does not tell, or not in time.
pub(crate) async fn here() -> Option<Room> {
    let storage = global::navigator("storage")?;
    let asked = pin!(global::promised(&storage, "estimate", &[]));
    let Either::Left((Ok(estimate), _)) = select(asked, TimeoutFuture::new(ANSWER_MS_MAX)).await
    else {
        return None;
    };
    let bytes = |name| reflect::get(&estimate, name)?.as_f64();
    Some(Room { used: bytes("usage")?, quota: bytes("quota")? })
}

/// Whether so many bytes fit beside the words that are still to come. True where the browser does
/// not tell: then the write itself does.
pub(crate) async fn has_room_for(bytes: f64) -> bool {
    here().await.is_none_or(|Room { used, quota }| used + bytes + OF_WORDS <= quota)
}
