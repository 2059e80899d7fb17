//! A folder of the origin private file system (OPFS), by its promises alone: web-sys has no part of
//! it that could be written from a page in few bytes.

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::global::{self, promised};
use crate::reflect;

/// A folder.
pub(super) struct Folder(JsValue);

impl Folder {
    /// The browser's own, above all others.
    ///
    /// # Errors
    /// Why it cannot be had: some browsers have none, others none in a private window.
    pub(super) async fn root() -> Result<Self, JsValue> {
        let storage = global::navigator("storage").ok_or(JsValue::UNDEFINED)?;
        Ok(Self(promised(&storage, "getDirectory", &[]).await?))
    }

    /// The folder of this name in this one, made if it is not there.
    pub(super) async fn folder(&self, name: &str) -> Result<Self, JsValue> {
        let arguments = [name.into(), or_made()?];
        Ok(Self(promised(&self.0, "getDirectoryHandle", &arguments).await?))
    }

    /// The names of everything in it, sorted.
    pub(super) async fn names(&self) -> Result<Vec<String>, JsValue> {
        let names = reflect::call(&self.0, "keys", &[])?;
        let found = Array::new();
        while let Some(name) = reflect::get(&promised(&names, "next", &[]).await?, "value") {
            found.push(&name);
        }
        // By the browser: it has the code for it already.
        Ok(found.sort().iter().filter_map(|name| name.as_string()).collect())
    }

    /// The text of a file.
    pub(super) async fn read(&self, name: &str) -> Result<String, JsValue> {
        let handle = promised(&self.0, "getFileHandle", &[name.into()]).await?;
        let file = promised(&handle, "getFile", &[]).await?;
        promised(&file, "text", &[]).await?.as_string().ok_or(JsValue::UNDEFINED)
    }

    /// Writes a file as a whole: what is not closed takes no earlier one's place.
    pub(super) async fn write(&self, name: &str, text: &str) -> Result<(), JsValue> {
        let handle = promised(&self.0, "getFileHandle", &[name.into(), or_made()?]).await?;
        let file = promised(&handle, "createWritable", &[]).await?;
        promised(&file, "write", &[text.into()]).await?;
        promised(&file, "close", &[]).await?;
        Ok(())
    }

    /// Takes a file away, or a folder with all that is in it.
    pub(super) async fn remove(&self, name: &str) -> Result<(), JsValue> {
        let all = js_sys::Object::new();
        js_sys::Reflect::set(&all, &"recursive".into(), &true.into())?;
        let removal = reflect::call(&self.0, "removeEntry", &[name.into(), all.into()])?;
        JsFuture::from(js_sys::Promise::resolve(&removal)).await?;
        Ok(())
    }
}

fn or_made() -> Result<JsValue, JsValue> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"create".into(), &true.into())?;
    Ok(options.into())
}
