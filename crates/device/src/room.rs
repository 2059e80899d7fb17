//! Whether there is room for media. Words come first: the last of the room is theirs
//! (SYNC.md fault 4).

use core::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::{global, reflect};

/// What no photo may take, in bytes: thousands of notes.
const OF_WORDS: f64 = 8.0 * 1024.0 * 1024.0;

/// A browser that does not answer by then is not waited for.
const ANSWER_MS_MAX: u32 = 1_000;

/// Whether so many bytes fit beside the words that are still to come. True where the browser does
/// not tell: then the write itself does.
pub(crate) async fn has_room_for(bytes: f64) -> bool {
    let Some(storage) = global::navigator("storage") else { return true };
    let asked = pin!(global::promised(&storage, "estimate", &[]));
    let Either::Left((Ok(estimate), _)) = select(asked, TimeoutFuture::new(ANSWER_MS_MAX)).await
    else {
        return true;
    };
    let number = |name| reflect::get(&estimate, name).and_then(|number| number.as_f64());
    match (number("quota"), number("usage")) {
        (Some(quota), Some(usage)) => usage + bytes + OF_WORDS <= quota,
        _ => true,
    }
}
