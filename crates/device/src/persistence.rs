//! Asks the browser to keep what is stored (SYNC.md fault 5).

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::reflect;

/// Firefox, headless, never settles `persist()`.
const ANSWER_MS_MAX: u32 = 3_000;

pub(crate) async fn ask() -> bool {
    let Some(storage) =
        web_sys::window().and_then(|window| reflect::get(&window.navigator(), "storage"))
    else {
        return false;
    };
    let asked = reflect::call(&storage, "persist", &[])
        .and_then(|promise| promise.dyn_into::<js_sys::Promise>());
    let Ok(asked) = asked.map(JsFuture::from) else { return false };
    match select(asked, TimeoutFuture::new(ANSWER_MS_MAX)).await {
        Either::Left((granted, _)) => granted.is_ok_and(|granted| granted.is_truthy()),
        Either::Right(_) => false,
    }
}
