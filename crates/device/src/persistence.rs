//! Asks the browser to keep what is stored (SYNC.md fault 5), and how much room there is.

use core::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::{global, reflect};

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

/// How much of its storage this origin uses, in bytes, as far as the browser tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// What is stored.
    pub used: f64,
    /// What may be.
    pub quota: f64,
}

pub(crate) async fn room() -> Option<Room> {
    let storage = global::navigator("storage")?;
    let estimate = global::promised(&storage, "estimate", &[]).await.ok()?;
    let bytes = |name| reflect::get(&estimate, name)?.as_f64();
    Some(Room { used: bytes("usage")?, quota: bytes("quota")? })
}
