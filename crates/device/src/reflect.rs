//! Calls by name into browser interfaces that web-sys does not offer as stable.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// `target.name`, none where it is absent.
pub(crate) fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(target, &name.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// `target.name(...arguments)`.
///
/// # Errors
/// What the call threw, or `undefined` where there is no such function.
pub(crate) fn call(
    target: &JsValue,
    name: &str,
    arguments: &[JsValue],
) -> Result<JsValue, JsValue> {
    let function: Function =
        get(target, name).and_then(|value| value.dyn_into().ok()).ok_or(JsValue::UNDEFINED)?;
    Reflect::apply(&function, target, &arguments.iter().collect::<Array>())
}

/// `new global[name](...arguments)`.
///
/// # Errors
/// What the constructor threw, or `undefined` where there is none.
pub(crate) fn construct(name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let constructor: Function = get(&js_sys::global(), name)
        .and_then(|value| value.dyn_into().ok())
        .ok_or(JsValue::UNDEFINED)?;
    Reflect::construct(&constructor, &arguments.iter().collect::<Array>())
}
