//! What other apps shared, as the service worker leaves it.
#![cfg(target_arch = "wasm32")]

mod shim;

use device::shared;
use shim::js;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Leaves two shares behind, as `takeShared` of crates/worker/src/shell.js does.
async fn leave() {
    js("(async () => {
        await caches.delete('sightline-shared');
        const cache = await caches.open('sightline-shared');
        await cache.put('/share/1/words', new Response('Prospectus'));
        const file = new File(['picture'], 'étagère 1.png', { type: 'image/png' });
        const headers = { 'content-type': file.type, 'x-name': encodeURIComponent(file.name) };
        await cache.put('/share/1/0', new Response(file, { headers }));
        await cache.put('/share/2/words', new Response('https://example.org/x'));
    })()")
    .await;
}

#[wasm_bindgen_test]
async fn what_was_shared_waits_until_each_of_it_is_taken_in() {
    leave().await;
    let waiting = shared::waiting().await;
    let words: Vec<&str> = waiting.words.iter().map(|(_, words)| &**words).collect();
    assert_eq!(words, ["Prospectus", "https://example.org/x"]);
    let [(key, file)] = &*waiting.files else { panic!("{:?}", waiting.files) };
    assert_eq!((file.name(), file.type_()), ("étagère 1.png".to_owned(), "image/png".to_owned()));
    assert!((file.size() - 7.0).abs() < f64::EPSILON);
    shared::forget(key).await;
    let waiting = shared::waiting().await;
    assert_eq!((waiting.words.len(), waiting.files.len()), (2, 0));
    for (key, _) in &waiting.words {
        shared::forget(key).await;
    }
    assert!(shared::waiting().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_browser_without_caches_has_nothing_waiting() {
    leave().await;
    js("(() => {
        const real = CacheStorage.prototype.open;
        CacheStorage.prototype.open = () => Promise.reject(new DOMException('no', 'SecurityError'));
        (globalThis.mended ??= []).push(() => CacheStorage.prototype.open = real);
    })()")
    .await;
    let waiting = shared::waiting().await;
    shim::heal().await;
    assert!(waiting.is_empty());
    assert!(!shared::waiting().await.is_empty(), "it was taken away");
}
