//! Headers that keep strangers out (SECURITY.md, "headers").

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use protocol::Code;

use super::{Endpoint, Refusal, body};

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(self), microphone=(self), geolocation=(self)"),
];

/// The policy of every page, `scripts` being the hashes of its inline scripts.
pub(crate) fn content_security_policy(scripts: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; connect-src 'self'; \
         img-src 'self' blob:; media-src 'self' blob:; style-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Puts them on every answer.
pub(super) async fn secure(
    State(endpoint): State<Endpoint>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_api = path == "/api" || path.starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_api {
        // What the interface answers is never kept by anyone on the way.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(""))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if endpoint.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// Refuses what another site's page sends with our cookie or through our visitor's browser.
/// Browsers set Sec-Fetch-Site themselves, older ones at least Origin; clients that are no
/// browsers set neither, and have no cookie that they were not given. What changes something by
/// a cookie has to show one of the two.
///
/// # Errors
/// [`Code::CrossSite`].
pub(super) fn same_site(
    method: &Method,
    headers: &HeaderMap,
    public_url: &str,
) -> Result<(), Refusal> {
    let site = body::header_text(headers, HeaderName::from_static("sec-fetch-site"));
    let origin = body::header_text(headers, header::ORIGIN);
    let is_ours = match (site, origin) {
        ("same-origin" | "none", _) => true,
        ("", "") => method.is_safe() || !headers.contains_key(header::COOKIE),
        ("", origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            origin == public_url.trim_end_matches('/')
                || host == body::header_text(headers, header::HOST)
        }
        _ => false,
    };
    if is_ours { Ok(()) } else { Err(Code::CrossSite.into()) }
}
