//! Headers that keep strangers out (SECURITY.md, "headers").

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use protocol::Code;
use tower_http::set_header::SetResponseHeaderLayer;

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
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(""))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if endpoint.is_https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// What the interface answers is never kept by anyone on the way.
pub(super) fn never_stored() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// Refuses what another site's page sends with our cookie or through our visitor's browser.
/// Browsers set Sec-Fetch-Site themselves; clients that are no browsers send none, and no cookie
/// that they were not given.
///
/// # Errors
/// [`Code::CrossSite`].
pub(super) fn same_site(headers: &HeaderMap) -> Result<(), Refusal> {
    match body::header_text(headers, HeaderName::from_static("sec-fetch-site")) {
        "" | "same-origin" | "none" => Ok(()),
        _ => Err(Code::CrossSite.into()),
    }
}
