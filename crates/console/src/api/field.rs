//! Briefings, questions and test groups.

use core::fmt::Display;

use gloo_net::http::Request;
use protocol::console::field::ReopenRequest;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::write::{answered, bare, done, of_version};
use super::{ApiError, get};

/// What goes to the field; each has the same addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Briefings,
    Questions,
    TestGroups,
}

impl Shelf {
    const fn address(self) -> &'static str {
        match self {
            Self::Briefings => "/api/v1/briefings",
            Self::Questions => "/api/v1/questions",
            Self::TestGroups => "/api/v1/test-groups",
        }
    }

    /// All that lie on it.
    pub(crate) async fn list<T: DeserializeOwned>(self) -> Result<Vec<T>, ApiError> {
        get(self.address()).await
    }

    /// One, with what came back.
    pub(crate) async fn open<T: DeserializeOwned>(self, id: impl Display) -> Result<T, ApiError> {
        get(&format!("{}/{id}", self.address())).await
    }

    /// A new draft; the answer is what a list shows of it.
    pub(crate) async fn make<T: DeserializeOwned>(
        self,
        text: &impl Serialize,
    ) -> Result<T, ApiError> {
        answered(Request::post(self.address()), text).await
    }

    /// Another text in place of that of this version.
    pub(crate) async fn change(
        self,
        id: impl Display,
        version: i64,
        text: &impl Serialize,
    ) -> Result<(), ApiError> {
        let request = Request::put(&format!("{}/{id}", self.address()));
        done(of_version(request, version), text).await
    }

    /// Sends it to reps, as it stands.
    pub(crate) async fn publish(self, id: impl Display, version: i64) -> Result<(), ApiError> {
        let request = Request::post(&format!("{}/{id}/publish", self.address()));
        bare(of_version(request, version)).await
    }

    /// Takes it away from reps again.
    pub(crate) async fn take_back(self, id: impl Display, version: i64) -> Result<(), ApiError> {
        let request = Request::post(&format!("{}/{id}/take-back", self.address()));
        bare(of_version(request, version)).await
    }

    /// Asks for replies again.
    pub(crate) async fn reopen(
        self,
        id: impl Display,
        version: i64,
        request: &ReopenRequest,
    ) -> Result<(), ApiError> {
        let to = Request::post(&format!("{}/{id}/reopen", self.address()));
        done(of_version(to, version), request).await
    }

    /// Ends it.
    pub(crate) async fn close(self, id: impl Display, version: i64) -> Result<(), ApiError> {
        let request = Request::post(&format!("{}/{id}/close", self.address()));
        bare(of_version(request, version)).await
    }
}
