//! HTTP to the endpoint: one request, one answer, within a time limit. What an answer means is its
//! caller's to say; whether it is the endpoint's at all is told here (SYNC.md fault 13).

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use protocol::limits::{MEDIA_TYPE, PROBLEM_MEDIA_TYPE};
use protocol::{Code, MacKey, Problem, attachment, seal};
use serde::de::DeserializeOwned;
use sync::Outcome;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, Request, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, Response,
};

use crate::{global, json, reflect};

/// Media type of what is not sealed.
pub(crate) const JSON: &str = "application/json";
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

/// A request.
pub(crate) struct Ask<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub token: Option<&'a str>,
    pub body: Body,
    /// Beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// Longest wait for the whole answer.
    pub limit_ms: u64,
}

/// What a request carries.
pub(crate) enum Body {
    Nothing,
    /// Of this media type; compressed where that is worth it.
    Text(&'static str, String),
    Bytes(&'static str, Uint8Array),
}

/// An answer that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    media_type: String,
    retry_after_ms: Option<u64>,
    /// See [`attachment::WORD_HEADER`].
    word: Option<String>,
    text: String,
}

impl Answer {
    /// A sealed answer: of our media type, and with a seal of this key.
    pub(crate) fn sealed<T: DeserializeOwned>(&self, key: &MacKey) -> Result<T, Failure> {
        opened(key, self.success(MEDIA_TYPE)?)
    }

    /// An answer to somebody who has no key to know the endpoint by.
    pub(crate) fn unsealed<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        json::read(self.success(JSON)?).map_err(|_| Failure::NotOurs)
    }

    /// The sealed word that an answer to an upload bears.
    pub(crate) fn word<T: DeserializeOwned>(&self, key: &MacKey) -> Result<T, Failure> {
        self.refusal()?;
        let word = self.word.as_deref().ok_or(Failure::NotOurs)?;
        opened(key, word)
    }

    fn success(&self, expected: &str) -> Result<&str, Failure> {
        self.refusal()?;
        if self.media_type == expected { Ok(&self.text) } else { Err(Failure::NotOurs) }
    }

    fn refusal(&self) -> Result<(), Failure> {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        let problem = (self.media_type == PROBLEM_MEDIA_TYPE)
            .then(|| json::read::<Problem>(&self.text).ok())
            .flatten();
        Err(Failure::Refused {
            status: self.status,
            code: problem.map(|problem| problem.code),
            retry_after_ms: self.retry_after_ms,
        })
    }
}

/// What this key sealed.
fn opened<T: DeserializeOwned>(key: &MacKey, text: &str) -> Result<T, Failure> {
    seal::verify(key, text).map_err(|_| Failure::NotOurs)?;
    json::read(text).map_err(|_| Failure::NotOurs)
}

/// For the engine.
pub(crate) fn outcome<A>(result: Result<A, Failure>) -> Outcome<A> {
    match result {
        Ok(answer) => Outcome::Answered(answer),
        Err(Failure::Refused { status, code, retry_after_ms }) => {
            Outcome::Refused { status, code, retry_after_ms }
        }
        Err(Failure::NotOurs) => Outcome::NotOurs,
        Err(Failure::Unreachable) => Outcome::NetworkFailed,
        Err(Failure::TimedOut) => Outcome::TimedOut,
    }
}

/// Asks, and waits for the whole answer.
pub(crate) async fn ask(ask: Ask<'_>) -> Result<Answer, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::Unreachable)?;
    let limit_ms = u32::try_from(ask.limit_ms).unwrap_or(u32::MAX).min(i32::MAX as u32);
    let exchange = Box::pin(exchange(ask, &controller));
    match select(exchange, TimeoutFuture::new(limit_ms)).await {
        Either::Left((answer, _)) => answer.map_err(|_| Failure::Unreachable),
        Either::Right(_) => {
            controller.abort();
            Err(Failure::TimedOut)
        }
    }
}

async fn exchange(ask: Ask<'_>, controller: &AbortController) -> Result<Answer, JsValue> {
    let init = RequestInit::new();
    let headers = Headers::new()?;
    headers.set("accept", &format!("{MEDIA_TYPE}, {JSON}, {PROBLEM_MEDIA_TYPE}"))?;
    if let Some(token) = ask.token {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    for (name, value) in &ask.headers {
        headers.set(name, value)?;
    }
    match ask.body {
        Body::Nothing => {}
        Body::Text(media_type, text) => {
            headers.set("content-type", media_type)?;
            let bytes = match gzip(&text).await {
                Some(compressed) => {
                    headers.set("content-encoding", "gzip")?;
                    compressed
                }
                None => Uint8Array::from(text.as_bytes()),
            };
            init.set_body(&bytes);
        }
        Body::Bytes(media_type, bytes) => {
            headers.set("content-type", media_type)?;
            init.set_body(&bytes);
        }
    }
    init.set_method(ask.method);
    init.set_headers(&headers);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&controller.signal()));
    let request = Request::new_with_str_and_init(ask.path, &init)?;
    let response = global::promised(&js_sys::global(), "fetch", &[request.into()]).await?;
    read(response.dyn_into()?).await
}

async fn read(response: Response) -> Result<Answer, JsValue> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let media_type = header("content-type").unwrap_or_default();
    let retry_after_ms = header("retry-after").and_then(|header| retry_after_ms(&header));
    let word = header(attachment::WORD_HEADER);
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer {
        status: response.status(),
        media_type: media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim_ascii()
            .to_ascii_lowercase(),
        retry_after_ms,
        word,
        text,
    })
}

/// Retry-After in seconds (RFC 9110 §10.2.3). Its other form, a date, would trust two clocks.
fn retry_after_ms(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim_ascii().parse().ok()?;
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
    use protocol::have::HaveAnswer;
    use protocol::{BatchId, Epoch};

    use super::*;

    fn answer(status: u16, media_type: &str, text: &str) -> Answer {
        let (media_type, text) = (media_type.to_owned(), text.to_owned());
        Answer { status, media_type, retry_after_ms: None, word: None, text }
    }

    fn key() -> MacKey {
        MacKey::from_bytes([7; 32])
    }

    fn have() -> HaveAnswer {
        HaveAnswer {
            protocol: 1,
            request_id: BatchId::new(1, [0; 10]),
            epoch: Epoch::new(1, [0; 10]),
            safe_seq: None,
            server_time_ms: 0,
            held: Vec::new(),
        }
    }

    #[test]
    fn only_a_sealed_answer_of_our_media_type_is_the_endpoints() {
        let sealed = seal::seal(&key(), &have()).unwrap();
        assert_eq!(answer(200, MEDIA_TYPE, &sealed).sealed(&key()), Ok(have()));
        let forged = seal::seal(&MacKey::from_bytes([8; 32]), &have()).unwrap();
        let strangers = [
            answer(200, "text/html", "<h1>Welcome to our hotel</h1>"),
            answer(200, "text/html", &sealed),
            answer(200, MEDIA_TYPE, "{"),
            answer(200, MEDIA_TYPE, &serde_json::to_string(&have()).unwrap()),
            answer(200, MEDIA_TYPE, &forged),
            answer(204, MEDIA_TYPE, ""),
        ];
        for stranger in strangers {
            let read = stranger.sealed::<HaveAnswer>(&key());
            assert_eq!(read, Err(Failure::NotOurs), "{stranger:?}");
        }
    }

    #[test]
    fn a_success_of_an_upload_counts_only_with_the_endpoints_word() {
        let said = |word: Option<String>| Answer { word, ..answer(204, "", "") };
        let word = seal::seal(&key(), &have()).unwrap();
        assert_eq!(said(Some(word.clone())).word(&key()), Ok(have()));
        assert_eq!(said(None).word::<HaveAnswer>(&key()), Err(Failure::NotOurs));
        let other = said(Some(word)).word::<HaveAnswer>(&MacKey::from_bytes([8; 32]));
        assert_eq!(other, Err(Failure::NotOurs));
    }

    #[test]
    fn a_problem_tells_its_code_and_a_proxys_error_does_not() {
        let code = |answer: &Answer| match answer.sealed::<HaveAnswer>(&key()) {
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
