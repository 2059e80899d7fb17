//! Where this device is, asked of the browser, which asks the rep.

use js_sys::{Function, Object, Promise, Reflect};
use protocol::Place;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{global, reflect};

/// A place of some minutes ago is as good.
const MAXIMUM_AGE_MS: u32 = 10 * 60_000;
/// In a cellar there is none.
const TIMEOUT_MS: u32 = 15_000;
/// `GeolocationPositionError.PERMISSION_DENIED`.
const PERMISSION_DENIED: f64 = 1.0;

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The rep, or the phone's settings, do not allow it.
    #[error("not allowed")]
    Denied,
    /// The browser does not know it, or not in time.
    #[error("not known")]
    Unknown,
}

/// Roughly where this device is.
pub(crate) async fn coarse() -> Result<Place, PlaceError> {
    let geolocation = global::navigator("geolocation").ok_or(PlaceError::Unknown)?;
    let options = Object::new();
    for (name, value) in [("maximumAge", MAXIMUM_AGE_MS), ("timeout", TIMEOUT_MS)] {
        Reflect::set(&options, &name.into(), &value.into()).map_err(|_| PlaceError::Unknown)?;
    }
    let asked = Promise::new(&mut |found: Function, failed: Function| {
        let arguments = [found.into(), failed.clone().into(), options.clone().into()];
        if let Err(error) = reflect::call(&geolocation, "getCurrentPosition", &arguments) {
            let _ = failed.call1(&JsValue::UNDEFINED, &error);
        }
    });
    match JsFuture::from(asked).await {
        Ok(position) => place(&position).ok_or(PlaceError::Unknown),
        Err(error) => {
            let code = reflect::get(&error, "code").and_then(|code| code.as_f64());
            Err(if code == Some(PERMISSION_DENIED) {
                PlaceError::Denied
            } else {
                PlaceError::Unknown
            })
        }
    }
}

fn place(position: &JsValue) -> Option<Place> {
    let coordinates = reflect::get(position, "coords")?;
    let degrees = |name| reflect::get(&coordinates, name)?.as_f64();
    Place::coarse(degrees("latitude")?, degrees("longitude")?)
}
