//! The device as the page's scripts call it: `globalThis.device`, whose functions give promises.

#[cfg(target_arch = "wasm32")]
mod bridge {
    use core::fmt::Display;
    use core::future::Future;

    use browser_bench::{note, sentences};
    use device::{Device, State};
    use js_sys::{Function, Object, Promise, Reflect};
    use wasm_bindgen::JsValue;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen_futures::future_to_promise;

    /// Puts the device into the global object.
    pub(crate) fn offer() {
        let device = Device::start();
        let offered = Object::new();
        put(&offered, "enrol", {
            let device = device.clone();
            move |invitation| {
                let device = device.clone();
                async move {
                    let invitation = invitation.as_string().unwrap_or_default();
                    let enrolled = device.enrol(&invitation, "bench").await;
                    enrolled.map(|_| JsValue::UNDEFINED).map_err(thrown)
                }
            }
        });
        put(&offered, "begin", {
            let device = device.clone();
            move |_| {
                let device = device.clone();
                async move {
                    let begun = device.begin().await.map_err(thrown)?;
                    begun.map(|_| JsValue::UNDEFINED).ok_or_else(|| thrown("not enrolled"))
                }
            }
        });
        put(&offered, "save", {
            let device = device.clone();
            let sentences = sentences();
            move |number| {
                let device = device.clone();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "small"
                )]
                let number = number.as_f64().unwrap_or_default() as usize;
                let note = note(&sentences, number);
                async move { device.save(note).await.map(|_| JsValue::UNDEFINED).map_err(thrown) }
            }
        });
        put(&offered, "list", {
            let device = device.clone();
            move |limit| {
                let device = device.clone();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "small"
                )]
                let limit = limit.as_f64().unwrap_or_default() as u32;
                async move {
                    let notes = device.notes(None, limit).await.map_err(thrown)?;
                    Ok(JsValue::from(notes.len()))
                }
            }
        });
        put(&offered, "pending", {
            let device = device.clone();
            move |_| {
                let device = device.clone();
                async move {
                    let outlook = device.outlook().await.map_err(thrown)?;
                    Ok(JsValue::from(outlook.pending))
                }
            }
        });
        put(&offered, "isIdle", {
            let device = device.clone();
            move |_| {
                let device = device.clone();
                async move {
                    let outlook = device.outlook().await.map_err(thrown)?;
                    Ok(JsValue::from(outlook.status.state == State::Idle))
                }
            }
        });
        put(&offered, "onChange", move |listener| {
            let device = device.clone();
            async move {
                let listener = Function::from(listener);
                device.on_change(move || {
                    let _ = listener.call0(&JsValue::UNDEFINED);
                });
                Ok(JsValue::UNDEFINED)
            }
        });
        // Fails only where the global object is frozen; the page finds no device then, and says so.
        let _ = Reflect::set(&js_sys::global(), &"device".into(), &offered);
    }

    fn put<W, F>(object: &Object, name: &str, work: W)
    where
        W: Fn(JsValue) -> F + 'static,
        F: Future<Output = Result<JsValue, JsValue>> + 'static,
    {
        let function = Closure::<dyn Fn(JsValue) -> Promise>::new(move |argument| {
            future_to_promise(work(argument))
        });
        let _ = Reflect::set(object, &name.into(), &function.into_js_value());
    }

    fn thrown(error: impl Display) -> JsValue {
        js_sys::Error::new(&error.to_string()).into()
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    bridge::offer();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
