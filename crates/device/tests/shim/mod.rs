//! A browser that fails as told (SYNC.md §3): the n-th call of a method throws, or the script at
//! hand does something worse.

use wasm_bindgen_futures::JsFuture;

/// Runs JavaScript; a promise is awaited.
pub async fn js(script: &str) -> bool {
    let value = js_sys::eval(script).unwrap();
    JsFuture::from(js_sys::Promise::resolve(&value)).await.unwrap().is_truthy()
}

/// Nothing stored and no fault. Deleting the database waits until every handle of an earlier test
/// has closed itself on `versionchange` (fault 6).
pub async fn empty() {
    heal().await;
    let deleted = js("new Promise((done) => {
        const request = indexedDB.deleteDatabase('sightline');
        request.onsuccess = () => done(true);
        request.onerror = () => done(false);
    })");
    assert!(deleted.await, "the database could not be deleted");
}

/// The next `times` calls of this method throw this error instead.
pub async fn inject(method: &str, times: u32, error: &str) {
    let (interface, name) = method.split_once('.').unwrap();
    js(&format!(
        "(() => {{
            const target = {interface}.prototype, real = target.{name};
            let left = {times};
            target.{name} = function (...given) {{
                if (left-- > 0) throw new DOMException('injected', '{error}');
                return real.apply(this, given);
            }};
            (globalThis.mended ??= []).push(() => target.{name} = real);
        }})()"
    ))
    .await;
}

/// Takes every fault away.
pub async fn heal() {
    js("(globalThis.mended ??= []).splice(0).reverse().forEach((mend) => mend())").await;
}
