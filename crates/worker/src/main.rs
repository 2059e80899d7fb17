//! The engine as the service worker loads it: the same as in the page, without the page. Offers
//! one function to `shell.js`, `drainOutbox(limitMs)`, a promise of whether all is sent.

#[cfg(target_arch = "wasm32")]
fn main() {
    use device::Device;
    use js_sys::{Promise, Reflect};
    use wasm_bindgen::JsValue;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen_futures::future_to_promise;

    // One engine for as long as the worker lives, however often it is woken.
    let device = Device::start_in_worker();
    let drain = Closure::<dyn Fn(u32) -> Promise>::new(move |limit_ms| {
        let device = device.clone();
        future_to_promise(async move {
            let is_drained = device.drain(limit_ms).await;
            Ok(JsValue::from(is_drained))
        })
    });
    // It fails only where the global object is frozen; then the worker finds no function, and the
    // page sends as if there were no background.
    let _ = Reflect::set(&js_sys::global(), &"drainOutbox".into(), &drain.into_js_value());
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
