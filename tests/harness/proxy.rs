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

    /// Refuses connections, or no longer.
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
                is_push_open |= bytes.starts_with(PUSH);
                server.write_all(bytes).await?;
            }
            read = server.read(&mut down) => {
                let Some(bytes) = down.get(..read?).filter(|bytes| !bytes.is_empty()) else { break };
                if orders.is_refusing.load(Ordering::SeqCst) {
                    break;
                }
                if core::mem::take(&mut is_push_open) && orders.take_swallow() {
                    break;
                }
                client.write_all(bytes).await?;
            }
        }
    }
    Ok(())
}

impl Orders {
    fn take_swallow(&self) -> bool {
        let taken =
            self.to_swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if taken.is_ok() {
            self.swallowed.fetch_add(1, Ordering::SeqCst);
        }
        taken.is_ok()
    }
}
