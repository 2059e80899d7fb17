//! Customers, products and competitors.

use gloo_net::http::{Request, RequestBuilder};
use protocol::ReferenceId;
use protocol::console::reference::{
    AliasRequest, ImportReport, MergeRequest, ReferencePage, ReferenceText, UnknownName,
};
use protocol::mail::Referent;
use wasm_bindgen::JsValue;

use super::write::{bare, done};
use super::{ApiError, accepted, get, prepared};
use crate::query_string::QueryString;

const ADDRESS: &str = "/api/v1/reference";

/// `GET /api/v1/reference`: those with these words in their name or an alias, behind this name.
pub(crate) async fn page(
    of: Referent,
    words: &str,
    after: Option<&str>,
) -> Result<ReferencePage, ApiError> {
    let query = QueryString::default()
        .with("of", Some(of.as_str()))
        .with("q", Some(words).filter(|words| !words.is_empty()))
        .with("after", after);
    get(&format!("{ADDRESS}{}", query.finish())).await
}

/// `POST /api/v1/reference`
pub(crate) async fn make(text: &ReferenceText) -> Result<(), ApiError> {
    done(Request::post(ADDRESS), text).await
}

/// `PUT /api/v1/reference/{id}`
pub(crate) async fn change(id: ReferenceId, text: &ReferenceText) -> Result<(), ApiError> {
    done(Request::put(&format!("{ADDRESS}/{id}")), text).await
}

/// `DELETE /api/v1/reference/{id}`: it goes, and its letter with it; the notes stay.
pub(crate) async fn remove(id: ReferenceId) -> Result<(), ApiError> {
    bare(Request::delete(&format!("{ADDRESS}/{id}"))).await
}

/// `POST /api/v1/reference/{id}/aliases`
pub(crate) async fn add_alias(id: ReferenceId, name: String) -> Result<(), ApiError> {
    done(Request::post(&format!("{ADDRESS}/{id}/aliases")), &AliasRequest { name }).await
}

/// `DELETE /api/v1/reference/{id}/aliases`
pub(crate) async fn take_alias(id: ReferenceId, name: &str) -> Result<(), ApiError> {
    let query = QueryString::default().with("name", Some(name)).finish();
    bare(Request::delete(&format!("{ADDRESS}/{id}/aliases{query}"))).await
}

/// `POST /api/v1/reference/{id}/merge`
pub(crate) async fn merge(id: ReferenceId, other: ReferenceId) -> Result<(), ApiError> {
    done(Request::post(&format!("{ADDRESS}/{id}/merge")), &MergeRequest { other }).await
}

/// `GET /api/v1/reference/unknown`
pub(crate) async fn unknown(of: Referent) -> Result<Vec<UnknownName>, ApiError> {
    get(&format!("{ADDRESS}/unknown?of={}", of.as_str())).await
}

/// `POST /api/v1/reference/import` with the bytes of a file, as they are.
pub(crate) async fn import(
    of: Referent,
    is_preview: bool,
    file: &web_sys::File,
) -> Result<ImportReport, ApiError> {
    let query = QueryString::default()
        .with("of", Some(of.as_str()))
        .with("preview", is_preview.then_some(true));
    let request = csv(Request::post(&format!("{ADDRESS}/import{}", query.finish())));
    let body: JsValue = file.into();
    let request = prepared(request).body(body).map_err(|_| ApiError::Unreadable)?;
    accepted(request.send().await).await?.json().await.map_err(|_| ApiError::Unreadable)
}

fn csv(request: RequestBuilder) -> RequestBuilder {
    request.header("content-type", "text/csv")
}
