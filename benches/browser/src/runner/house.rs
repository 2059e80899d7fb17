//! The server of the page: the endpoint's own addresses, the page's files, orders and reports.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::Bytes;
use axum::extract::{Path as Address, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Json, Router, middleware};
use rustix::process::Pid;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, watch};
use tower::ServiceExt;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::browser::Browser;
use crate::ground::Ground;
use crate::order::{Numbered, Order, Report};

/// Longest that one order may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// The running server, and the page's other end.
pub(crate) struct House {
    shared: Arc<Shared>,
    port: u16,
    given: AtomicU64,
    reports: Mutex<mpsc::Receiver<Report>>,
}

struct Shared {
    ground: Ground,
    /// Told again to a page that asks again, until it is reported on: a request may get lost.
    current: watch::Sender<Option<Numbered>>,
    reporting: mpsc::Sender<Report>,
    batches: RwLock<Vec<Bytes>>,
    /// There is no network.
    is_unplugged: AtomicBool,
    /// Whose memory the page may ask for.
    browser: RwLock<Option<Pid>>,
}

impl House {
    /// Serves `ground` and the files of `page` on a port of its own.
    pub(crate) async fn open(ground: Ground, page: &Path) -> Result<Self> {
        Self::open_with_site(ground, page, None).await
    }

    /// The same with the app itself, from its folder.
    pub(crate) async fn open_with_site(
        ground: Ground,
        page: &Path,
        site: Option<&Path>,
    ) -> Result<Self> {
        let (reporting, reports) = mpsc::channel(1);
        let current = watch::Sender::new(None);
        let shared = Arc::new(Shared {
            ground,
            current,
            reporting,
            batches: RwLock::default(),
            is_unplugged: AtomicBool::new(false),
            browser: RwLock::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let service = router(Arc::clone(&shared), page, site)
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Ok(Self { shared, port, given: AtomicU64::default(), reports: Mutex::new(reports) })
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.shared.ground
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// From now on nobody answers but to the page's own requests.
    pub(crate) fn unplug(&self) {
        self.shared.is_unplugged.store(true, Ordering::Relaxed);
    }

    /// The page may ask how much memory this browser holds.
    pub(crate) fn weigh(&self, browser: &Browser) {
        *self.shared.browser.write().unwrap_or_else(PoisonError::into_inner) = browser.group();
    }

    /// What the page may fetch to send it raw.
    pub(crate) fn offer(&self, batches: Vec<Bytes>) {
        *self.shared.batches.write().unwrap_or_else(PoisonError::into_inner) = batches;
    }

    /// Has the page do this, and tells what it reports.
    pub(crate) async fn perform<T: DeserializeOwned>(&self, order: Order) -> Result<T> {
        let shown = format!("{order:?}");
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        self.shared.current.send_replace(Some(Numbered { number, order }));
        let mut reports = self.reports.lock().await;
        let report = tokio::time::timeout(PATIENCE, reports.recv())
            .await
            .with_context(|| format!("no word from the page on {shown}"))?;
        match report.context("the server is gone")? {
            Report::Done(figures) => serde_json::from_value(figures).context(shown),
            Report::Failed(why) => bail!("{shown}: {why}"),
        }
    }
}

fn router(shared: Arc<Shared>, page: &Path, site: Option<&Path>) -> Router {
    // Isolated pages have a clock of five microseconds; all others one of a hundred.
    let header = |name, value| {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        SetResponseHeaderLayer::overriding(name, value)
    };
    let app = match site {
        Some(site) => Router::new().fallback_service(ServeDir::new(site)),
        None => Router::new(),
    };
    let app = app.route("/api/{*path}", any(endpoint));
    let unplugged = middleware::from_fn_with_state(Arc::clone(&shared), unplugged);
    Router::new()
        .route("/bench/order", get(order))
        .route("/bench/report/{number}", post(report))
        .route("/bench/batch/{number}", get(batch))
        .route("/bench/memory", get(memory))
        .nest_service("/bench/page", ServeDir::new(page))
        .merge(app.layer(unplugged))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("cross-origin-embedder-policy", "require-corp"))
        .layer(header("cache-control", "no-store"))
        // A peer's endpoint serves the page itself.
        .layer(header("access-control-allow-origin", "*"))
        .with_state(shared)
}

/// Where there is no network, only the browser's own cache answers.
async fn unplugged(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    match shared.is_unplugged.load(Ordering::Relaxed) {
        true => Err(StatusCode::SERVICE_UNAVAILABLE),
        false => Ok(next.run(request).await),
    }
}

/// Everything else is the endpoint's, whichever lives now.
async fn endpoint(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match shared.ground.router().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Waits for the next order.
async fn order(State(shared): State<Arc<Shared>>) -> Result<Json<Numbered>, StatusCode> {
    let mut current = shared.current.subscribe();
    let order = current.wait_for(Option::is_some).await.map_err(|_| StatusCode::GONE)?;
    order.clone().map(Json).ok_or(StatusCode::GONE)
}

/// A plain text, since a page of another origin may send no other without asking first. A report
/// on anything but the current order is one that was sent twice.
async fn report(
    State(shared): State<Arc<Shared>>,
    Address(number): Address<u64>,
    report: String,
) -> Result<(), StatusCode> {
    let report = serde_json::from_str(&report).map_err(|_| StatusCode::BAD_REQUEST)?;
    let is_current = shared
        .current
        .send_if_modified(|current| current.take_if(|current| current.number == number).is_some());
    if is_current {
        shared.reporting.send(report).await.map_err(|_| StatusCode::GONE)?;
    }
    Ok(())
}

async fn memory(State(shared): State<Arc<Shared>>) -> Result<String, StatusCode> {
    let group = *shared.browser.read().unwrap_or_else(PoisonError::into_inner);
    let bytes = Browser::memory(group.ok_or(StatusCode::NOT_FOUND)?);
    bytes.map(|bytes| bytes.to_string()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn batch(
    State(shared): State<Arc<Shared>>,
    Address(number): Address<usize>,
) -> Result<Bytes, StatusCode> {
    let batches = shared.batches.read().unwrap_or_else(PoisonError::into_inner);
    batches.get(number).cloned().ok_or(StatusCode::NOT_FOUND)
}
