//! A proxy before the endpoint that does what mobile links, portals and other proxies do, as told
//! or by chance.

mod exchange;
mod fault;
mod impostor;
mod message;
mod orders;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

pub use fault::{Fault, Spoil, Stranger};
use message::{Connection, Message};
use orders::Orders;

/// Where the interface begins; everything else is pages.
const API: &str = "/api/";
const PUSH: &str = "/api/v1/push";

/// Not a single byte of an answer, and Chromium and Firefox push again by themselves on a
/// connection that was kept alive: the app would never learn of the loss.
const SWALLOW: Fault = Fault::CutAnswer { bytes: 1 };

/// A proxy on a port of its own; ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

/// What all connections share.
#[derive(Debug)]
struct State {
    upstream: u16,
    orders: Mutex<Orders>,
    is_refusing: AtomicBool,
    /// Tells those that wait for nothing that it is over.
    healed: watch::Sender<()>,
    /// Tells those that wait behind another request that one was passed on.
    passing: Notify,
}

impl Proxy {
    /// Listens, and passes everything on to `upstream`, a loopback port.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start(upstream: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            upstream,
            orders: Mutex::default(),
            is_refusing: AtomicBool::new(false),
            healed: watch::Sender::new(()),
            passing: Notify::new(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self { port, state, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Does this to the next request whose path begins so. Several wait in line.
    pub fn strike(&self, path: &str, fault: Fault) {
        self.state.orders().strike(path, fault);
    }

    /// From now on strikes requests to the interface by chance, as `seed` tells: a share of
    /// `intensity` of them, between 0 and 1, and of connections a tenth of that.
    pub fn chaos(&self, seed: u64, intensity: f64) {
        self.state.orders().begin_chaos(seed, intensity);
    }

    /// Ends every fault, those that wait in line and those under way.
    pub fn heal(&self) {
        self.state.orders().heal();
        self.refuse(false);
        self.state.healed.send_replace(());
    }

    /// How often each fault struck, by name.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.state.orders().counts()
    }

    fn count_of(&self, fault: Fault) -> usize {
        self.counts().get(fault.name()).copied().unwrap_or_default()
    }

    /// Swallows the answer of the next push, after the endpoint gave it.
    pub fn swallow_next_answer(&self) {
        self.strike(PUSH, SWALLOW);
    }

    /// How many answers it cut.
    #[must_use]
    pub fn swallowed(&self) -> usize {
        self.count_of(SWALLOW)
    }

    /// Passes on only the first half of the next push, and waits with the rest until either side
    /// is gone.
    pub fn hold_next_push(&self) {
        self.strike(PUSH, Fault::Hold);
    }

    /// How many pushes it held so.
    #[must_use]
    pub fn held(&self) -> usize {
        self.count_of(Fault::Hold)
    }

    /// Closes each connection at once, and those that carry anything; or no longer.
    pub fn refuse(&self, is_refusing: bool) {
        self.state.is_refusing.store(is_refusing, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, fault: Fault) {
        self.orders().count(fault);
    }

    /// A connection of its own for each request: one that was kept could have died meanwhile.
    async fn connect(&self) -> std::io::Result<Connection> {
        Ok(Connection::new(TcpStream::connect(("127.0.0.1", self.upstream)).await?))
    }

    /// The endpoint's answer.
    async fn ask(&self, request: &Message) -> std::io::Result<Message> {
        let mut server = self.connect().await?;
        server.write(&request.bytes).await?;
        let answer = server.answer(request.method()).await?;
        let answer = answer.ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
        self.passed(request, &answer);
        Ok(answer)
    }

    fn passed(&self, request: &Message, answer: &Message) {
        self.orders().remember(request, answer);
        self.passing.notify_waiters();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        if state.is_refusing.load(Ordering::SeqCst) {
            continue;
        }
        let state = Arc::clone(&state);
        // A connection's end is its own affair.
        tokio::spawn(async move {
            let _ = exchange::serve(client, state).await;
        });
    }
}
