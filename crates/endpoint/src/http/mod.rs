//! HTTP: which address is answered by which file.

mod analysis;
pub mod attachments;
mod body;
mod conditional;
mod decisions;
mod deeds;
mod desk;
mod device;
mod devices;
mod enrol;
mod events;
mod export;
mod field;
mod have;
mod headers;
mod health;
mod inbox;
mod people;
mod pull;
mod push;
mod reference;
mod refusal;
mod session;
mod site;
mod throttle;
mod token;
mod topics;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post, put};
use protocol::Code;
use tokio::sync::{Semaphore, watch};
use tower_http::catch_panic::CatchPanicLayer;

use crate::storage::Storage;
use crate::storage::facts::Facts;
use health::Counters;
pub(crate) use refusal::Refusal;
pub use site::Files;
use site::Site;
use throttle::Throttle;

/// Most exports at once: each holds a connection for as long as its reader takes.
const EXPORTS_MAX: usize = 4;

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct Endpoint {
    storage: Arc<Storage>,
    site: Arc<Site>,
    counters: Arc<Counters>,
    /// Guesses at invitations and sign-in links, by address.
    guesses: Arc<Throttle>,
    exports: Arc<Semaphore>,
    /// Turns true when the endpoint is about to stop: what would never end by itself ends then.
    stopping: watch::Receiver<bool>,
    /// What analysis counts; it catches up before each use.
    facts: Arc<Mutex<Facts>>,
    /// What browsers call us by.
    public_url: Arc<str>,
}

impl Endpoint {
    /// Whether browsers reach us by https; then cookies and HSTS insist on it.
    fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The whole of the endpoint's HTTP. `public_url` is what browsers call it by.
pub fn router(storage: Arc<Storage>, public_url: &str) -> Router {
    router_with_site(storage, public_url, site::built)
}

/// The same with other pages than the ones inside this binary.
pub fn router_with_site(storage: Arc<Storage>, public_url: &str, files: Files) -> Router {
    // Nobody ever says stop.
    whole(storage, public_url, files, watch::channel(false).1)
}

/// The same; what would never end by itself ends when `stopping` turns true.
pub fn router_until(
    storage: Arc<Storage>,
    public_url: &str,
    stopping: watch::Receiver<bool>,
) -> Router {
    whole(storage, public_url, site::built, stopping)
}

fn whole(
    storage: Arc<Storage>,
    public_url: &str,
    files: Files,
    stopping: watch::Receiver<bool>,
) -> Router {
    let endpoint = Endpoint {
        storage,
        site: Arc::new(Site::load(files)),
        counters: Arc::default(),
        guesses: Arc::default(),
        exports: Arc::new(Semaphore::new(EXPORTS_MAX)),
        stopping,
        facts: Arc::default(),
        public_url: public_url.into(),
    };
    Router::new()
        .nest("/api", Router::new().nest("/v1", api()).fallback(not_found))
        // A nested router does not see its own address with a slash behind it.
        .route("/api/", any(not_found))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(site::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(|_| -> Response {
            tracing::error!("a handler panicked");
            Refusal::from(Code::Internal).into_response()
        }))
        .layer(axum::middleware::from_fn_with_state(endpoint.clone(), headers::secure))
        .with_state(endpoint)
}

fn api() -> Router<Endpoint> {
    Router::new()
        .route("/push", post(push::push))
        .route("/pull", get(pull::pull))
        .route("/have", post(have::have))
        .route("/enrol", post(enrol::enrol))
        .route("/token", post(token::token))
        .route("/devices", get(devices::list))
        .route("/devices/{device_id}/revoke", post(devices::revoke))
        .route("/session", get(session::who).post(session::sign_in).delete(session::sign_out))
        .route("/notes", get(inbox::page))
        .route("/notes/{note_id}", get(inbox::detail))
        .route("/reps", get(inbox::reps))
        .route("/quarantine", get(inbox::quarantine))
        .route("/export", get(export::export))
        .route("/notes/{note_id}/remarks", post(deeds::remark))
        .route("/attachments/{attachment_id}/transcript", put(deeds::transcript))
        .route("/deeds", get(deeds::audit).post(deeds::apply))
        .route("/deeds/{deed_id}/undo", post(deeds::undo))
        .route("/views", get(deeds::views).post(deeds::save_view))
        .route("/views/{name}", delete(deeds::forget_view))
        .route("/digest", get(deeds::digest))
        .route("/digest/{week}/opened", put(deeds::digest_opened))
        .route("/events", get(events::events))
        .route("/notes/{note_id}/similar", get(topics::similar))
        .route("/topics/suggestions", get(topics::suggestions))
        .route("/topics", get(topics::list).post(topics::make))
        .route("/topics/{topic_id}", get(topics::detail).patch(topics::patch))
        .route("/decisions", get(decisions::list).post(decisions::make))
        .route("/decisions/{decision_id}", get(decisions::detail).put(decisions::put))
        .route("/decisions/{decision_id}/publish", post(decisions::publish))
        .route("/analysis", get(analysis::analysis))
        .route("/analysis/export", get(analysis::export))
        .merge(field::routes())
        .merge(people::routes())
        .merge(reference::routes())
        .merge(attachments::routes())
        // Each handler reads its body under a limit of its own.
        .layer(DefaultBodyLimit::disable())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

async fn not_found() -> Refusal {
    Refusal::from(Code::NotFound)
}

async fn method_not_allowed() -> Refusal {
    Refusal::from(Code::MethodNotAllowed)
}
