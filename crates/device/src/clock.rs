//! The device's clock. What it says is data, never order or expiry (SYNC.md §1, "Ids").

use protocol::ClientTime;

use crate::reflect;

/// Milliseconds since 1970, UTC, by this device's clock.
#[must_use]
pub fn now_ms() -> u64 {
    // `as` saturates: a clock before 1970 reads as 1970.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let now = js_sys::Date::now() as u64;
    now
}

/// Local time less UTC, in minutes.
#[must_use]
pub fn utc_offset_minutes() -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours")]
    let offset = -js_sys::Date::new_0().get_timezone_offset() as i16;
    offset
}

/// Milliseconds since 1970 that never go back while the page lives, whatever is done to the
/// clock: what the engine counts its waits by.
pub(crate) fn steady_ms() -> u64 {
    let performance = reflect::get(&js_sys::global(), "performance");
    let read = |name: &str| reflect::get(performance.as_ref()?, name)?.as_f64();
    let elapsed = performance
        .as_ref()
        .and_then(|performance| reflect::call(performance, "now", &[]).ok()?.as_f64());
    match (read("timeOrigin"), elapsed) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        (Some(origin), Some(elapsed)) => (origin + elapsed) as u64,
        _ => now_ms(),
    }
}

pub(crate) fn client_time() -> ClientTime {
    ClientTime {
        unix_ms: i64::try_from(now_ms()).unwrap_or(i64::MAX),
        utc_offset_minutes: utc_offset_minutes(),
    }
}
