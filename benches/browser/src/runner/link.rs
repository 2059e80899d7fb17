//! A mobile link: a proxy that delays both ways and lets only so many bytes a second up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Half a round trip.
const DELAY: Duration = Duration::from_millis(50);
/// Five megabits a second.
const UP_BYTES_PER_S: f64 = 625_000.0;
/// What is on its way at once in one piece; at the rate above, 13 ms.
const PIECE_BYTES: usize = 8 * 1024;
/// Pieces on their way in one direction of a connection: more than the delay ever holds.
const PIECES_MAX: usize = 64;

/// Listens on a port of its own, and passes everything on to `upstream`, a loopback port.
pub(crate) async fn open(upstream: u16) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let up = Arc::new(Rate::new(Some(UP_BYTES_PER_S), Instant::now()));
    let down = Arc::new(Rate::new(None, Instant::now()));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (up, down) = (Arc::clone(&up), Arc::clone(&down));
            // A connection's end is its own affair.
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", upstream)).await?;
                client.set_nodelay(true)?;
                server.set_nodelay(true)?;
                let (client_out, client_in) = client.into_split();
                let (server_out, server_in) = server.into_split();
                tokio::join!(
                    pass_on(client_out, server_in, &up),
                    pass_on(server_out, client_in, &down)
                );
                anyhow::Ok(())
            });
        }
    });
    Ok(port)
}

/// A direction of the link, which all connections share.
struct Rate {
    bytes_per_s: Option<f64>,
    /// When the last byte that was let in will be through.
    free_at: Mutex<Instant>,
}

impl Rate {
    fn new(bytes_per_s: Option<f64>, now: Instant) -> Self {
        Self { bytes_per_s, free_at: Mutex::new(now) }
    }

    /// When the last of these bytes is through, if they are let in now.
    fn through_at(&self, bytes: usize, now: Instant) -> Instant {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let begins_at = (*free_at).max(now);
        let seconds = self.bytes_per_s.map_or(0.0, |rate| bytes as f64 / rate);
        *free_at = begins_at + Duration::from_secs_f64(seconds);
        *free_at
    }
}

/// One direction of one connection, until it ends.
async fn pass_on(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, rate: &Rate) {
    let (sending, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(PIECES_MAX);
    let letting_in = async move {
        let mut piece = vec![0; PIECE_BYTES];
        while let Ok(bytes @ 1..) = from.read(&mut piece).await {
            let through_at = rate.through_at(bytes, Instant::now());
            // The sender sees the link's own pace, as its socket fills up.
            sleep_until(through_at).await;
            let bytes = piece.get(..bytes).unwrap_or_default().to_vec();
            if sending.send((through_at + DELAY, bytes)).await.is_err() {
                break;
            }
        }
    };
    let letting_out = async move {
        while let Some((at, bytes)) = arriving.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(letting_in, letting_out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_the_link_shares_its_rate() {
        let began = Instant::now();
        let after = |ms| began + Duration::from_millis(ms);
        let rate = Rate::new(Some(1_000.0), began);
        assert_eq!(rate.through_at(500, began), after(500));
        assert_eq!(rate.through_at(500, began), after(1_000));
        assert_eq!(rate.through_at(500, after(5_000)), after(5_500));
        assert_eq!(Rate::new(None, began).through_at(1 << 30, after(7)), after(7));
    }
}
