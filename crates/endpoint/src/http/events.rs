//! `GET /api/v1/events`: server-sent events (HTML standard §9.2) that tell a console to read again.
//! They carry no note, so that nothing has to be kept from anyone, and none that is lost is missed:
//! the next one says the same.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use protocol::console::work::EVENTS;
use protocol::{Code, Sha256};
use tokio::sync::watch;
use tokio::time::Instant;

use super::session::{SignedIn, token};
use super::{Endpoint, Refusal};
use crate::clock::now_ms;
use crate::storage::news::{News, news};
use crate::storage::users;

/// Has a proxy of nginx's kind hand on each event at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
/// The pause after a look: reps who come back together are one event, not thousands; and most
/// commits are nobody's news: tokens, pieces of photos.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a stream with nothing to tell looks whether its session still stands; and how often
/// it says a word, for proxies that end what is silent.
const LOOK_EVERY: Duration = Duration::from_secs(15);

pub(super) async fn events(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = token(&headers, endpoint.is_https()).ok_or(Code::SessionMissing)?;
    let commits = endpoint.storage.watch_commits();
    let told = endpoint.storage.read(news).await?;
    let watcher = Watcher { endpoint, session, commits, told, not_before: Instant::now() };
    let events = unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(LOOK_EVERY));
    Ok(([UNBUFFERED], events).into_response())
}

struct Watcher {
    endpoint: Endpoint,
    session: Sha256,
    commits: watch::Receiver<u64>,
    /// What was told last.
    told: News,
    /// When to look again at the earliest.
    not_before: Instant,
}

impl Watcher {
    /// The next event; none where the session or the endpoint ends.
    async fn next(&mut self) -> Option<Event> {
        let mut stopping = self.endpoint.stopping.clone();
        tokio::select! {
            event = self.news() => event,
            () = stopped(&mut stopping) => None,
        }
    }

    async fn news(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                committed = self.commits.changed() => committed.ok()?,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            tokio::time::sleep_until(self.not_before).await;
            self.not_before = Instant::now() + PAUSE;
            drop(self.commits.borrow_and_update());
            let session = self.session;
            let read = move |db: &_| Ok((users::session(db, session, now_ms())?, news(db)?));
            let (session, now) = self.endpoint.storage.read(read).await.ok()?;
            session?;
            if now != self.told {
                let [arrived, changed] = EVENTS;
                let name = if now.log > self.told.log { arrived } else { changed };
                self.told = now;
                return Some(Event::default().event(name).data(now.log.0.to_string()));
            }
        }
    }
}

/// Ends when it is told to; where nobody can tell, never.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|is_stopping| *is_stopping).await.is_err() {
        std::future::pending::<()>().await;
    }
}
