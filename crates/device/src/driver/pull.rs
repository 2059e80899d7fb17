//! Pull: a page of changes, fetched and applied (SYNC.md §1, "Pull").

use protocol::BatchId;
use protocol::limits::PULL_CHANGES_MAX;
use sync::{PageHead, REQUEST_MS_MAX};

use super::Driver;
use crate::storage_error::StorageError;
use crate::store::Written;
use crate::store::pull::{self, Page};
use crate::transport::{self, Ask, Body, Failure};

/// A page, by the request that it answers.
pub(crate) struct Fetched {
    request_id: BatchId,
    page: Page,
}

impl Driver {
    pub(super) async fn pull(&self, request_id: BatchId) -> Result<PageHead, Failure> {
        let (identity, token) = self.credentials().await?;
        let Ok(cursor) = pull::cursor(&self.connection).await else {
            return Err(Failure::Unreachable);
        };
        let path = path(cursor.as_deref(), request_id);
        let answer = transport::ask(Ask {
            method: "GET",
            path: &path,
            token: Some(&token),
            body: Body::Nothing,
            headers: Vec::new(),
            limit_ms: REQUEST_MS_MAX,
        });
        let page: Page = answer.await?.sealed(&identity.receipt_key)?;
        if page.request_id != request_id || page.cursor_seen != cursor {
            return Err(Failure::NotOurs);
        }
        let head = PageHead {
            epoch: page.epoch,
            safe_seq: page.safe_seq,
            server_time_ms: page.server_time_ms,
            has_more: page.has_more,
        };
        *self.page.borrow_mut() = Some(Fetched { request_id, page });
        Ok(head)
    }

    pub(super) async fn apply_page(&self, request_id: BatchId) -> Result<Written, StorageError> {
        let fetched = self.page.take().filter(|fetched| fetched.request_id == request_id);
        let Some(Fetched { page, .. }) = fetched else {
            return Err(StorageError::Lost("the page is gone".to_owned()));
        };
        pull::apply(&self.connection, &page).await
    }
}

/// A cursor is the endpoint's to make: whatever is in it, it stays one parameter.
fn path(cursor: Option<&str>, request_id: BatchId) -> String {
    let mut path = format!("/api/v1/pull?limit={PULL_CHANGES_MAX}&request_id={request_id}");
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
    }
    path
}
