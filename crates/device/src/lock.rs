//! One batch in flight for each origin: a Web Lock between tabs. A courtesy that saves traffic;
//! correctness never rests on it (SYNC.md fault 17).

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{global, reflect};

/// This tab's hold on a lock.
#[derive(Clone)]
pub(crate) struct Lock {
    name: Rc<str>,
    release: Rc<RefCell<Option<Function>>>,
}

impl Lock {
    /// The one of batches.
    pub(crate) fn of_push() -> Self {
        Self::named("sightline-push")
    }

    /// One of this name, which this tab does not hold yet.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.into(), release: Rc::default() }
    }

    /// Takes the lock if no other tab has it, or from whoever has it if `steal`. True where the
    /// browser has no locks. `on_lost` is called when another tab steals it.
    pub(crate) async fn acquire(&self, steal: bool, on_lost: impl Fn() + 'static) -> bool {
        self.release();
        let Some(locks) = global::navigator("locks") else { return true };
        let mut on_lost = Some(on_lost);
        let granted = Promise::new(&mut |resolve, _| {
            let requested = self.request(&locks, steal, resolve.clone());
            match (requested, on_lost.take()) {
                (Ok(holding), Some(on_lost)) => spawn_local(async move {
                    if JsFuture::from(holding).await.is_err() {
                        on_lost();
                    }
                }),
                // A browser that has locks and refuses them here: go without.
                _ => answer(&resolve, true),
            }
        });
        JsFuture::from(granted).await.is_ok_and(|granted| granted.is_truthy())
    }

    /// Lets another tab send.
    pub(crate) fn release(&self) {
        if let Some(release) = self.release.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    /// Answers `granted` with whether the lock is ours. The promise is kept when the lock is
    /// given back and broken when it is stolen.
    fn request(&self, locks: &JsValue, steal: bool, granted: Function) -> Result<Promise, JsValue> {
        let release = Rc::clone(&self.release);
        let on_answer = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            answer(&granted, !lock.is_null());
            if lock.is_null() {
                return JsValue::UNDEFINED;
            }
            // The lock is ours until this promise is kept.
            Promise::new(&mut |done, _| *release.borrow_mut() = Some(done)).into()
        });
        let options = Object::new();
        Reflect::set(&options, &if steal { "steal" } else { "ifAvailable" }.into(), &true.into())?;
        reflect::call(locks, "request", &[(&*self.name).into(), options.into(), on_answer])?
            .dyn_into()
    }
}

fn answer(resolve: &Function, granted: bool) {
    let _ = resolve.call1(&JsValue::UNDEFINED, &granted.into());
}
