//! `/api/v1/attachments`: devices upload by tus 1.0 (<https://tus.io/protocols/resumable-upload>:
//! creation, creation with upload, checksum, termination, expiration), marketing downloads.
//!
//! One file a request; `metadata`, `checksum` and `range` read headers and know nothing else.

pub mod checksum;
mod create;
mod download;
mod frames;
mod media_type;
pub mod metadata;
mod offset;
mod patch;
pub mod range;
mod receive;
mod terminate;
mod word;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use protocol::limits::ATTACHMENT_BYTES_MAX;
use protocol::{AttachmentId, Code};

use super::device::Bearer;
use super::{Endpoint, Refusal, body};
use crate::storage::attachments::Upload;
use crate::storage::ops::Sender;

/// The only version of tus that there is.
const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,checksum,termination,expiration";
/// Media type of every piece (tus 1.0, PATCH).
const PIECE_MEDIA_TYPE: &str = "application/offset+octet-stream";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

const METHODS_OF_ALL: HeaderValue = HeaderValue::from_static("OPTIONS, POST");
const METHODS_OF_ONE: HeaderValue = HeaderValue::from_static("DELETE, GET, HEAD, OPTIONS, PATCH");

pub(super) fn routes() -> Router<Endpoint> {
    Router::new().route("/attachments", any(all)).route("/attachments/{attachment_id}", any(one))
}

async fn all(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match method(&parts) {
        Method::OPTIONS => Ok(options()),
        Method::POST => create::create(&endpoint, &parts.headers, body).await,
        _ => refuse(Code::MethodNotAllowed, &parts, body).await,
    };
    as_tus(answer.into_response(), METHODS_OF_ALL)
}

async fn one(
    State(endpoint): State<Endpoint>,
    Path(attachment_id): Path<String>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let method = method(&parts);
    let answer = match (method, attachment_id.parse::<AttachmentId>()) {
        (Method::OPTIONS, _) => Ok(options()),
        (_, Err(_)) => refuse(Code::NotFound, &parts, body).await,
        (Method::GET, Ok(id)) => download::download(&endpoint, &mut parts, id).await,
        (Method::HEAD, Ok(id)) => offset::offset(&endpoint, &parts.headers, id).await,
        (Method::PATCH, Ok(id)) => patch::patch(&endpoint, &parts.headers, body, id).await,
        (Method::DELETE, Ok(id)) => terminate::terminate(&endpoint, &parts.headers, id).await,
        (_, Ok(_)) => refuse(Code::MethodNotAllowed, &parts, body).await,
    };
    as_tus(answer.into_response(), METHODS_OF_ONE)
}

/// The method that is meant: some clients and proxies can send none but GET and POST (tus 1.0,
/// X-HTTP-Method-Override). One that cannot be a method is as good as one that is not allowed.
fn method(parts: &Parts) -> Method {
    match body::header_text(&parts.headers, METHOD_OVERRIDE) {
        "" => parts.method.clone(),
        meant => meant.parse().unwrap_or(Method::TRACE),
    }
}

async fn refuse(code: Code, parts: &Parts, body: Body) -> Result<Response, Refusal> {
    body::discard(&parts.headers, body).await;
    Err(code.into())
}

/// What can be done here; needs no token.
fn options() -> Response {
    let headers = [
        (TUS_VERSION, HeaderValue::from_static(VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(ATTACHMENT_BYTES_MAX)),
        (
            HeaderName::from_static("tus-checksum-algorithm"),
            HeaderValue::from_static(checksum::ALGORITHMS),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// What tus wants on each answer, errors among them.
fn as_tus(mut response: Response, methods: HeaderValue) -> Response {
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    if status == StatusCode::PRECONDITION_FAILED {
        headers.insert(TUS_VERSION, HeaderValue::from_static(VERSION));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, methods);
    }
    response
}

/// The device that asks, by tus in our version and with a token that is good.
async fn sender(endpoint: &Endpoint, headers: &HeaderMap) -> Result<Sender, Refusal> {
    if body::header_text(headers, TUS_RESUMABLE) != VERSION {
        return Err(Refusal::new(Code::UnsupportedTus, format!("send Tus-Resumable: {VERSION}")));
    }
    let caller = Bearer::of(endpoint, headers).await?.caller;
    if caller.is_revoked {
        return Err(Code::DeviceRevoked.into());
    }
    Ok(Sender { device_id: caller.device_id, rep_id: caller.rep_id })
}

/// A header that holds a whole number, if it is there.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|it| it.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok());
    let bad = || Refusal::new(Code::MalformedRequest, format!("{name} is not a whole number"));
    number.map(Some).ok_or_else(bad)
}

/// A header that has to be there and hold a whole number.
fn needed_number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Refusal> {
    let missing = || Refusal::new(Code::MalformedRequest, format!("{name} is missing"));
    number(headers, name)?.ok_or_else(missing)
}

/// How far an upload is, as tus says it.
fn progress(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(upload.offset));
    // A date that HTTP cannot say is left out: clients live without it.
    let expires = upload.expires_at_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let expires =
        expires.and_then(|at| DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok());
    if let Some(expires) = expires.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    headers
}
