//! IndexedDB as the store uses it: values under text keys, in transactions that commit only when
//! told to. Our own, and no library: every store function is made of these calls, and a library's
//! generic requests were half of what a phone has to load (docs/ARCHITECTURE.md).

mod request;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequestReadyState,
    IdbTransaction,
};

use self::request::Ear;
pub(crate) use self::request::Request;
use crate::reflect;
use crate::storage_error::StorageError;

/// No limit, for [`Store::values`] and [`Store::keys`].
pub(crate) const ALL: u32 = u32::MAX;

/// An open database.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Database(IdbDatabase);

impl Database {
    /// Opens a database, which `upgrade` first brings from an older version (0: none) to this one.
    ///
    /// # Errors
    /// Why it does not open.
    pub(crate) async fn open(
        name: &str,
        version: u32,
        upgrade: fn(old_version: u32) -> Vec<&'static str>,
    ) -> Result<Self, StorageError> {
        let factory = reflect::get(&js_sys::global(), "indexedDB")
            .ok_or_else(|| StorageError::Unavailable("no IndexedDB".to_owned()))?;
        let factory: IdbFactory = factory.unchecked_into();
        let opening = factory.open_with_u32(name, version)?;
        let (request, upgrading) = (opening.clone(), opening.clone());
        // What it throws aborts the upgrade, and with it the opening.
        let on_upgrade = Closure::<dyn FnMut(JsValue) -> Result<(), JsValue>>::new(move |event| {
            create_stores(&upgrading, &upgrade(old_version(&event)))
        });
        opening.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let mut unwaited = Unwaited(Some(opening.clone()));
        let opened = Request::new(request.unchecked_into()).await;
        unwaited.0 = None;
        opening.set_onupgradeneeded(None);
        Ok(Self(opened?.unchecked_into()))
    }

    /// Calls `lost` once another tab wants a newer version, or the browser took this handle away.
    pub(crate) fn on_lost(&self, lost: impl Fn() + 'static) {
        let listener: Function = Closure::<dyn Fn()>::new(lost).into_js_value().unchecked_into();
        self.0.set_onversionchange(Some(&listener));
        self.0.set_onclose(Some(&listener));
    }

    /// Closes it, once its transactions have ended.
    pub(crate) fn close(&self) {
        self.0.close();
    }

    /// A transaction that reads these stores.
    pub(crate) fn read(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.transaction(stores, "readonly")
    }

    /// A transaction that writes these stores, and is on the disk once it commits: the browsers'
    /// default is not (SYNC.md fault 1).
    pub(crate) fn write(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.transaction(stores, "readwrite")
    }

    fn transaction(&self, stores: &[&str], mode: &str) -> Result<Transaction, StorageError> {
        let stores: Array = stores.iter().copied().map(JsValue::from_str).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        // By name: web-sys does not offer the options as stable.
        let transaction =
            reflect::call(&self.0, "transaction", &[stores.into(), mode.into(), options.into()])?;
        Ok(Transaction { transaction: transaction.unchecked_into(), ear: None, is_over: false })
    }
}

/// An opening that was given up closes what it opens after all: a handle that nobody has hears of no
/// newer version, and would block it.
struct Unwaited(Option<IdbOpenDbRequest>);

impl Drop for Unwaited {
    fn drop(&mut self) {
        let Some(opening) = self.0.take() else { return };
        let late = opening.clone();
        let close = move || {
            if let Ok(database) = late.result() {
                database.unchecked_into::<IdbDatabase>().close();
            }
        };
        if opening.ready_state() == IdbRequestReadyState::Done {
            return close();
        }
        let listener = Closure::once_into_js(close);
        opening.set_onsuccess(Some(listener.unchecked_ref()));
    }
}

fn old_version(event: &JsValue) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ours are small")]
    let version =
        reflect::get(event, "oldVersion").and_then(|it| it.as_f64()).unwrap_or(0.0) as u32;
    version
}

fn create_stores(opening: &IdbOpenDbRequest, names: &[&str]) -> Result<(), JsValue> {
    let database: IdbDatabase = opening.result()?.unchecked_into();
    for name in names {
        database.create_object_store(name)?;
    }
    Ok(())
}

/// All or nothing: what is not committed, since its future failed or was given up, is undone.
#[derive(Debug)]
pub(crate) struct Transaction {
    transaction: IdbTransaction,
    /// None until it is to be committed.
    ear: Option<Ear>,
    is_over: bool,
}

impl Transaction {
    /// One of its stores.
    pub(crate) fn store(&self, name: &str) -> Result<Store, StorageError> {
        Ok(Store(self.transaction.object_store(name)?))
    }

    /// Commits. Done once the browser says that it is complete.
    ///
    /// # Errors
    /// Why nothing was written.
    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        self.begin_commit()?.await
    }

    /// The same in two steps, so that more can be asked of the browser before it is done.
    ///
    /// # Errors
    /// That it does not even begin.
    pub(crate) fn begin_commit(
        mut self,
    ) -> Result<impl Future<Output = Result<(), StorageError>>, StorageError> {
        let ear = self.ear.get_or_insert_default();
        self.transaction.set_oncomplete(Some(ear.listener()));
        self.transaction.set_onabort(Some(ear.listener()));
        // By name: web-sys calls it deprecated, which it is not.
        reflect::call(&self.transaction, "commit", &[])?;
        self.is_over = true;
        Ok(self.end())
    }

    async fn end(mut self) -> Result<(), StorageError> {
        let ear = self.ear.get_or_insert_default();
        if ear.await == "complete" {
            return Ok(());
        }
        // Quota: only `abort` fires, no `error`, and some browsers do not say why (SYNC.md fault 4).
        Err(self.transaction.error().map_or(StorageError::Full, StorageError::from))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // A listener must not be called once it is gone.
        if self.ear.is_some() {
            self.transaction.set_oncomplete(None);
            self.transaction.set_onabort(None);
        }
        if !self.is_over {
            // It throws where the transaction has ended by itself: then there is nothing to undo.
            let _ = self.transaction.abort();
        }
    }
}

/// A store within a transaction. A call begins at once; await what it returns while the transaction
/// lives, and nothing else.
#[derive(Debug)]
pub(crate) struct Store(IdbObjectStore);

impl Store {
    /// The value under this key, `undefined` where there is none.
    pub(crate) fn get(&self, key: &str) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.get(&key.into())?))
    }

    /// Writes a value, in place of the one under this key.
    pub(crate) fn put(&self, key: &str, value: &JsValue) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.put_with_key(value, &key.into())?))
    }

    /// Takes away what is under this key, if anything.
    pub(crate) fn delete(&self, key: &str) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.delete(&key.into())?))
    }

    /// Takes away everything within this range of keys.
    pub(crate) fn delete_range(&self, range: &JsValue) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.delete(range)?))
    }

    /// Takes away everything.
    pub(crate) fn clear(&self) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.clear()?))
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.count()?))
    }

    /// Up to `limit` values of this range, in the order of their keys.
    pub(crate) fn values(&self, range: &JsValue, limit: u32) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.get_all_with_key_and_limit(range, limit)?))
    }

    /// Up to `limit` texts of this range with their keys, in their order. One read for all: a `get`
    /// each takes many times as long.
    pub(crate) async fn rows(
        &self,
        range: &JsValue,
        limit: u32,
    ) -> Result<Vec<(String, String)>, StorageError> {
        let (keys, values) = (self.keys(range, limit)?, self.values(range, limit)?);
        Ok(keys.texts().await?.into_iter().zip(values.texts().await?).collect())
    }

    /// Up to `limit` keys of this range, in their order.
    pub(crate) fn keys(&self, range: &JsValue, limit: u32) -> Result<Request, StorageError> {
        Ok(Request::new(self.0.get_all_keys_with_key_and_limit(range, limit)?))
    }
}

/// Every key.
pub(crate) const fn everything() -> JsValue {
    JsValue::UNDEFINED
}

/// The keys after this one.
pub(crate) fn after(key: &str) -> Result<JsValue, StorageError> {
    Ok(IdbKeyRange::lower_bound_with_open(&key.into(), true)?.into())
}

/// The keys up to this one, which is among them.
pub(crate) fn up_to(key: &str) -> Result<JsValue, StorageError> {
    Ok(IdbKeyRange::upper_bound(&key.into())?.into())
}

/// The keys from this one to that one; `is_open`: without the last.
pub(crate) fn between(from: &str, to: &str, is_open: bool) -> Result<JsValue, StorageError> {
    let (from, to) = (from.into(), to.into());
    let range = IdbKeyRange::bound_with_lower_open_and_upper_open(&from, &to, false, is_open)?;
    Ok(range.into())
}
