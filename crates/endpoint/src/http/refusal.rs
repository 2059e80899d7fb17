//! Every error answer: problem details with a stable code (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::limits::PROBLEM_MEDIA_TYPE;
use protocol::{Code, Problem};

use crate::storage::StorageError;
use crate::storage::objection::Objection;

/// How long a busy endpoint asks to be left alone.
const BUSY_S: u64 = 2;

/// Why a request is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Code,
    detail: Option<String>,
    retry_after_s: Option<u64>,
}

impl Refusal {
    /// This code, with what went wrong this time.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()), retry_after_s: None }
    }

    /// The same by another code, where it has this one.
    pub(crate) fn with(self, code: Code, other: Code) -> Self {
        let code = if self.code == code { other } else { self.code };
        Self { code, ..self }
    }

    /// Come again after so many seconds.
    pub(crate) const fn later(code: Code, retry_after_s: u64) -> Self {
        Self { code, detail: None, retry_after_s: Some(retry_after_s) }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, detail: None, retry_after_s: None }
    }
}

impl From<Objection> for Refusal {
    fn from(Objection { code, detail }: Objection) -> Self {
        Self::new(code, detail)
    }
}

impl From<StorageError> for Refusal {
    /// What the database said is for the log alone: it may quote what people wrote.
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy | StorageError::Closed => Self::later(Code::Unavailable, BUSY_S),
            StorageError::Full => Self::from(Code::StorageFull),
            StorageError::Database(reason) => {
                tracing::error!(reason, "the database failed");
                Self::from(Code::Internal)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem::new(self.code, self.detail);
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let media_type = HeaderValue::from_static(PROBLEM_MEDIA_TYPE);
        let mut response = (status, [(header::CONTENT_TYPE, media_type)], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::TokenMissing {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
