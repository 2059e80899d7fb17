//! Asks the browser to keep what is stored (SYNC.md fault 5).

use core::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::global;

/// Firefox, headless, never settles `persist()`.
const ANSWER_MS_MAX: u32 = 3_000;

pub(crate) async fn ask() -> bool {
    let Some(storage) = global::navigator("storage") else { return false };
    let asked = pin!(global::promised(&storage, "persist", &[]));
    match select(asked, TimeoutFuture::new(ANSWER_MS_MAX)).await {
        Either::Left((granted, _)) => granted.is_ok_and(|granted| granted.is_truthy()),
        Either::Right(_) => false,
    }
}
