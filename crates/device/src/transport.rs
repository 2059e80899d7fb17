//! HTTP to the endpoint. Only an answer in our own media type counts (SYNC.md fault 13).

use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::limits::{MEDIA_TYPE, PROBLEM_MEDIA_TYPE};
use protocol::push::PushAnswer;
use protocol::{Code, Problem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, Request, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

use crate::reflect;

/// Longest wait for an answer. On a link too slow for it the engine makes the batches smaller.
#[expect(clippy::cast_possible_truncation, reason = "30,000 fits")]
const ANSWER_MS_MAX: u32 = sync::PUSH_MS_MAX as u32;
/// Below this, compression costs more than it saves.
const GZIP_BYTES_MIN: usize = 1_024;
/// Longest Retry-After that is believed.
const RETRY_AFTER_S_MAX: u64 = 86_400;

/// Why there is no answer to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The endpoint, or something before it, refused.
    Refused { status: u16, code: Option<Code>, retry_after_ms: Option<u64> },
    /// A success that is not the endpoint's: a captive portal, a proxy.
    NotOurs,
    /// No answer: no network, a redirect, a broken connection.
    Unreachable,
    /// No answer in time.
    TimedOut,
}

/// Sends a batch.
pub(crate) async fn push(secret: &str, body: String) -> Result<PushAnswer, Failure> {
    let answer = post("/api/v1/push", MEDIA_TYPE, Some(secret), body).await?;
    answer.read(MEDIA_TYPE)
}

/// Asks to become a device.
pub(crate) async fn enrol(request: &EnrolRequest) -> Result<EnrolAnswer, Failure> {
    let body = serde_json::to_string(request).map_err(|_| Failure::Unreachable)?;
    let answer = post("/api/v1/enrol", "application/json", None, body).await?;
    answer.read("application/json")
}

struct Answer {
    status: u16,
    media_type: String,
    retry_after_ms: Option<u64>,
    text: String,
}

impl Answer {
    fn read<T: serde::de::DeserializeOwned>(&self, expected: &str) -> Result<T, Failure> {
        if (200..300).contains(&self.status) {
            if self.media_type != expected {
                return Err(Failure::NotOurs);
            }
            return serde_json::from_str(&self.text).map_err(|_| Failure::NotOurs);
        }
        let problem = (self.media_type == PROBLEM_MEDIA_TYPE)
            .then(|| serde_json::from_str::<Problem>(&self.text).ok())
            .flatten();
        Err(Failure::Refused {
            status: self.status,
            code: problem.map(|problem| problem.code),
            retry_after_ms: self.retry_after_ms,
        })
    }
}

async fn post(
    path: &str,
    media_type: &str,
    secret: Option<&str>,
    body: String,
) -> Result<Answer, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::Unreachable)?;
    let timeout = {
        let controller = controller.clone();
        Timeout::new(ANSWER_MS_MAX, move || controller.abort())
    };
    let outcome = exchange(path, media_type, secret, body, &controller).await;
    drop(timeout);
    outcome.map_err(|_| {
        if controller.signal().aborted() { Failure::TimedOut } else { Failure::Unreachable }
    })
}

async fn exchange(
    path: &str,
    media_type: &str,
    secret: Option<&str>,
    body: String,
    controller: &AbortController,
) -> Result<Answer, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", media_type)?;
    headers.set("accept", &format!("{media_type}, {PROBLEM_MEDIA_TYPE}"))?;
    if let Some(secret) = secret {
        headers.set("authorization", &format!("Bearer {secret}"))?;
    }
    let bytes = match gzip(&body).await {
        Some(compressed) => {
            headers.set("content-encoding", "gzip")?;
            compressed
        }
        None => Uint8Array::from(body.as_bytes()),
    };
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&bytes);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&controller.signal()));
    let request = Request::new_with_str_and_init(path, &init)?;
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let response: Response =
        JsFuture::from(window.fetch_with_request(&request)).await?.dyn_into()?;
    let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
    let media_type = header("content-type");
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer {
        status: response.status(),
        media_type: media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        retry_after_ms: retry_after_ms(&header("retry-after")),
        text,
    })
}

/// Retry-After in seconds (RFC 9110 §10.2.3). Its other form, a date, would trust two clocks.
fn retry_after_ms(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim().parse().ok()?;
    Some(seconds.min(RETRY_AFTER_S_MAX) * 1_000)
}

/// The gzip of a text, none where it is short or the browser cannot.
async fn gzip(text: &str) -> Option<Uint8Array> {
    if text.len() < GZIP_BYTES_MIN {
        return None;
    }
    let stream = reflect::construct("CompressionStream", &["gzip".into()]).ok()?;
    let blob = web_sys::Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())).ok()?;
    let readable = reflect::call(&blob, "stream", &[]).ok()?;
    let compressed = reflect::call(&readable, "pipeThrough", &[stream]).ok()?;
    let response = reflect::construct("Response", &[compressed]).ok()?;
    let response: Response = response.dyn_into().ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, media_type: &str, text: &str) -> Answer {
        let (media_type, text) = (media_type.to_owned(), text.to_owned());
        Answer { status, media_type, retry_after_ms: None, text }
    }

    #[test]
    fn a_portal_that_says_200_is_not_the_endpoint() {
        let portal = answer(200, "text/html", "<h1>Welcome to our hotel</h1>");
        assert_eq!(portal.read::<PushAnswer>(MEDIA_TYPE), Err(Failure::NotOurs));
        let broken = answer(200, MEDIA_TYPE, "{");
        assert_eq!(broken.read::<PushAnswer>(MEDIA_TYPE), Err(Failure::NotOurs));
    }

    #[test]
    fn a_problem_tells_its_code_and_a_proxys_error_does_not() {
        let code = |answer: &Answer| match answer.read::<PushAnswer>(MEDIA_TYPE) {
            Err(Failure::Refused { status, code, .. }) => (status, code),
            other => panic!("{other:?}"),
        };
        let problem = serde_json::to_string(&Problem::new(Code::TokenUnknown, None)).unwrap();
        let ours = answer(401, PROBLEM_MEDIA_TYPE, &problem);
        assert_eq!(code(&ours), (401, Some(Code::TokenUnknown)));
        assert_eq!(code(&answer(502, "text/html", "<h1>Bad gateway</h1>")), (502, None));
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_bounded() {
        assert_eq!(retry_after_ms(" 7 "), Some(7_000));
        assert_eq!(retry_after_ms("99999999999"), Some(86_400_000));
        assert_eq!(retry_after_ms("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}
