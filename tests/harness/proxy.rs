//! A proxy before the endpoint that loses answers and refuses connections, as mobile links do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What marks the beginning of a push.
const PUSH: &[u8] = b"POST /api/v1/push";

/// A proxy on a port of its own; ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    orders: Arc<Orders>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Orders {
    /// Answers to pushes that are to be swallowed.
    to_swallow: AtomicUsize,
    swallowed: AtomicUsize,
    /// Pushes that are to be cut in the middle of the request.
    to_hold: AtomicUsize,
    held: AtomicUsize,
    is_refusing: AtomicBool,
}

impl Proxy {
    /// Listens, and passes everything on to `upstream`, a loopback port.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start(upstream: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let orders = Arc::new(Orders::default());
        let task = tokio::spawn(accept(listener, upstream, Arc::clone(&orders)));
        Ok(Self { port, orders, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Swallows the answer of the next push, after the endpoint gave it.
    pub fn swallow_next_answer(&self) {
        self.orders.to_swallow.fetch_add(1, Ordering::SeqCst);
    }

    /// How many answers it swallowed.
    #[must_use]
    pub fn swallowed(&self) -> usize {
        self.orders.swallowed.load(Ordering::SeqCst)
    }

    /// Passes on only the first half of the next push, and waits with the rest until either side
    /// is gone.
    pub fn hold_next_push(&self) {
        self.orders.to_hold.fetch_add(1, Ordering::SeqCst);
    }

    /// How many pushes it cut in the middle.
    #[must_use]
    pub fn held(&self) -> usize {
        self.orders.held.load(Ordering::SeqCst)
    }

    /// Closes each connection at once, and those that carry anything; or no longer.
    pub fn refuse(&self, is_refusing: bool) {
        self.orders.is_refusing.store(is_refusing, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, upstream: u16, orders: Arc<Orders>) {
    while let Ok((client, _)) = listener.accept().await {
        if orders.is_refusing.load(Ordering::SeqCst) {
            continue;
        }
        let orders = Arc::clone(&orders);
        // A connection's end is its own affair.
        tokio::spawn(async move {
            let _ = pass_on(client, upstream, &orders).await;
        });
    }
}

/// Both directions, until one ends. HTTP/1.1 without pipelining, as browsers speak it: the first
/// bytes from the server after a push are its answer.
async fn pass_on(mut client: TcpStream, upstream: u16, orders: &Orders) -> Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", upstream)).await?;
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    let mut is_push_open = false;
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Some(bytes) = up.get(..read?).filter(|bytes| !bytes.is_empty()) else { break };
                let is_push = bytes.starts_with(PUSH);
                if is_push && take(&orders.to_hold) {
                    server.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default()).await?;
                    orders.held.fetch_add(1, Ordering::SeqCst);
                    // Ends when the endpoint dies or gives up on the rest.
                    let _ = server.read(&mut down).await;
                    break;
                }
                is_push_open |= is_push;
                server.write_all(bytes).await?;
            }
            read = server.read(&mut down) => {
                let Some(bytes) = down.get(..read?).filter(|bytes| !bytes.is_empty()) else { break };
                if orders.is_refusing.load(Ordering::SeqCst) {
                    break;
                }
                if core::mem::take(&mut is_push_open) && take(&orders.to_swallow) {
                    // Not a single byte, and Chromium and Firefox push again by themselves on a
                    // connection that was kept alive: the app would never learn of the loss.
                    client.write_all(bytes.get(..1).unwrap_or_default()).await?;
                    orders.swallowed.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                client.write_all(bytes).await?;
            }
        }
    }
    Ok(())
}

/// Takes one of these orders, if there is any.
fn take(orders: &AtomicUsize) -> bool {
    orders.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
