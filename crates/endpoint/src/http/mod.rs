//! HTTP: which address is answered by which file.

mod body;
mod enrol;
mod export;
mod headers;
mod health;
mod inbox;
mod push;
mod refusal;
mod session;
mod site;
mod throttle;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use protocol::Code;
use tower_http::catch_panic::CatchPanicLayer;

use crate::storage::Storage;
use health::Counters;
pub(crate) use refusal::Refusal;
use site::Site;
use throttle::Throttle;

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct Endpoint {
    storage: Arc<Storage>,
    site: Arc<Site>,
    counters: Arc<Counters>,
    /// Guesses at invitations and sign-in links, by address.
    guesses: Arc<Throttle>,
    /// Whether browsers reach us by https; then cookies and HSTS insist on it.
    is_https: bool,
}

/// The whole of the endpoint's HTTP. `public_url` is what browsers call it by.
pub fn router(storage: Arc<Storage>, public_url: &str) -> Router {
    let endpoint = Endpoint {
        storage,
        site: Arc::new(Site::load()),
        counters: Arc::default(),
        guesses: Arc::default(),
        is_https: public_url.starts_with("https://"),
    };
    let api = Router::new()
        .route("/push", post(push::push))
        .route("/enrol", post(enrol::enrol))
        .route("/session", get(session::who).post(session::sign_in).delete(session::sign_out))
        .route("/notes", get(inbox::page))
        .route("/notes/{note_id}", get(inbox::detail))
        .route("/reps", get(inbox::reps))
        .route("/quarantine", get(inbox::quarantine))
        .route("/export", get(export::export))
        // Each handler reads its body under a limit of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(headers::never_stored())
        .fallback(|| async { Refusal::from(Code::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::from(Code::MethodNotAllowed) });
    Router::new()
        .nest("/api/v1", api)
        .route("/api", get(not_found))
        .route("/api/{*rest}", get(not_found).fallback(not_found))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(site::serve)
        .layer(CatchPanicLayer::custom(|_| -> Response {
            tracing::error!("a handler panicked");
            Refusal::from(Code::Internal).into_response()
        }))
        .layer(axum::middleware::from_fn_with_state(endpoint.clone(), headers::secure))
        .with_state(endpoint)
}

async fn not_found() -> Refusal {
    Refusal::from(Code::NotFound)
}
