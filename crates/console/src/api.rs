//! The endpoint's answers, typed. Same origin only; the session's cookie travels by itself.

mod work;

pub(crate) use work::*;
pub(crate) mod analysis;
pub(crate) mod field;
pub(crate) mod people;
pub(crate) mod reference;
mod write;

use gloo_net::http::{Request, RequestBuilder, Response};
use protocol::console::work::WorkState;
use protocol::console::{
    InboxPage, InboxQuery, NoteDetail, QuarantinePage, Rep, Session, SignInRequest, Verdict,
    Without,
};
use protocol::limits::PROBLEM_MEDIA_TYPE;
use protocol::note::Hypothesis;
use protocol::{Code, NoteId, Problem};
use serde::de::DeserializeOwned;

use crate::query_string::QueryString;

/// How long an answer may take before the reader hears of it.
const ANSWER_MS_MAX: u32 = 20_000;

/// Why there is no answer to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The endpoint said no, and why.
    Problem(Problem),
    /// Nobody answered, or too late.
    NoAnswer,
    /// Something answered that is not this endpoint, or another version of it.
    Unreadable,
}

impl ApiError {
    /// Whether nobody is signed in any more (RFC 9110 §15.5.2).
    pub(crate) const fn is_signed_out(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == 401)
    }
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Csv,
    Xlsx,
    Ndjson,
}

/// `GET /api/v1/session`
pub(crate) async fn session() -> Result<Session, ApiError> {
    get("/api/v1/session").await
}

/// `POST /api/v1/session`
pub(crate) async fn sign_in(code: String) -> Result<(), ApiError> {
    let request = prepared(Request::post("/api/v1/session")).json(&SignInRequest { code });
    accepted(request.map_err(|_| ApiError::Unreadable)?.send().await).await.map(drop)
}

/// `DELETE /api/v1/session`
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    accepted(prepared(Request::delete("/api/v1/session")).send().await).await.map(drop)
}

/// `GET /api/v1/notes`
pub(crate) async fn notes(query: &InboxQuery) -> Result<InboxPage, ApiError> {
    get(&format!("/api/v1/notes{}", inbox_query(QueryString::default(), query).finish())).await
}

/// `GET /api/v1/notes/{note_id}`
pub(crate) async fn note(note_id: NoteId) -> Result<NoteDetail, ApiError> {
    get(&format!("/api/v1/notes/{note_id}")).await
}

/// `GET /api/v1/reps`
pub(crate) async fn reps() -> Result<Vec<Rep>, ApiError> {
    get("/api/v1/reps").await
}

/// `GET /api/v1/quarantine`
pub(crate) async fn quarantine() -> Result<QuarantinePage, ApiError> {
    get("/api/v1/quarantine").await
}

/// Where the browser downloads the notes of a view.
pub(crate) fn export_href(format: ExportFormat, query: &InboxQuery) -> String {
    let format = match format {
        ExportFormat::Csv => "csv",
        ExportFormat::Xlsx => "xlsx",
        ExportFormat::Ndjson => "ndjson",
    };
    let start = QueryString::default().with("format", Some(format));
    format!("/api/v1/export{}", inbox_query(start, query).finish())
}

fn inbox_query(start: QueryString, query: &InboxQuery) -> QueryString {
    start
        .with("kind", query.kind)
        .with("rep", query.rep)
        .with("from_ms", query.from_ms)
        .with("to_ms", query.to_ms)
        .with("q", query.q.as_ref())
        .with("withdrawn", query.withdrawn.then_some(true))
        .with("state", query.state.map(WorkState::as_str))
        .with("assignee", query.assignee)
        .with("tag", query.tag.as_ref())
        .with("open", query.open.then_some(true))
        .with("starred", query.starred.then_some(true))
        .with("snoozed", query.snoozed.then_some(true))
        .with("topic", query.topic)
        .with("product", query.product.as_ref())
        .with("customer", query.customer.as_ref())
        .with("competitor", query.competitor.as_ref())
        .with("region", query.region.as_ref())
        .with("segment", query.segment.as_ref())
        .with("hypothesis", query.hypothesis.map(Hypothesis::as_str))
        .with("verdict", query.verdict.map(Verdict::as_str))
        .with("says", query.says.as_ref())
        .with("without", query.without.map(Without::as_str))
        .with("before", query.before.map(|seq| seq.0))
        .with("limit", query.limit)
}

async fn get<T: DeserializeOwned>(address: &str) -> Result<T, ApiError> {
    let response = accepted(prepared(Request::get(address)).send().await).await?;
    response.json().await.map_err(|_| ApiError::Unreadable)
}

fn prepared(request: RequestBuilder) -> RequestBuilder {
    let limit = web_sys::AbortSignal::timeout_with_u32(ANSWER_MS_MAX);
    request.header("accept", "application/json").abort_signal(Some(&limit))
}

async fn accepted(answer: Result<Response, gloo_net::Error>) -> Result<Response, ApiError> {
    let response = answer.map_err(|_| ApiError::NoAnswer)?;
    if response.ok() {
        return Ok(response);
    }
    let media_type = response.headers().get("content-type").unwrap_or_default();
    let (status, body) = (response.status(), response.text().await.unwrap_or_default());
    Err(refusal(status, &media_type, &body))
}

/// What a refusal means. A proxy in front of the endpoint may refuse too, in words of its own.
fn refusal(status: u16, media_type: &str, body: &str) -> ApiError {
    let ours = media_type.split(';').next().is_some_and(|media| media.trim() == PROBLEM_MEDIA_TYPE);
    match serde_json::from_str::<Problem>(body) {
        Ok(problem) if ours => ApiError::Problem(problem),
        _ if matches!(status, 502..=504) => {
            ApiError::Problem(Problem::new(Code::Unavailable, None))
        }
        _ if status == 429 => ApiError::Problem(Problem::new(Code::TooManyRequests, None)),
        _ => ApiError::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Kind, Seq};

    use super::*;

    #[test]
    fn an_export_asks_for_what_the_view_shows() {
        let query = InboxQuery {
            kind: Some(Kind::Competitor),
            from_ms: Some(5),
            q: Some("prix & délai".to_owned()),
            before: Some(Seq(7)),
            ..InboxQuery::default()
        };
        assert_eq!(
            export_href(ExportFormat::Csv, &query),
            "/api/v1/export?format=csv&kind=competitor&from_ms=5&q=prix%20%26%20d%C3%A9lai&before=7"
        );
    }

    #[test]
    fn a_refusal_is_read_by_its_media_type() {
        let problem = Problem::new(Code::SessionMissing, None);
        let body = serde_json::to_string(&problem).unwrap();
        let refused = refusal(401, "application/problem+json; charset=utf-8", &body);
        assert_eq!(refused, ApiError::Problem(problem));
        assert!(refused.is_signed_out());
        assert_eq!(refusal(403, "text/html", "<h1>Captive portal</h1>"), ApiError::Unreadable);
        let busy = refusal(503, "text/html", "");
        assert_eq!(busy, ApiError::Problem(Problem::new(Code::Unavailable, None)));
    }
}
