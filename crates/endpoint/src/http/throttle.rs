//! Slows down guessing at invitations, sign-in links and proofs: a bucket of attempts for each
//! address.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use protocol::Code;

use super::Refusal;

/// Attempts that an address may make at once.
const BURST: f64 = 30.0;
/// Attempts a second that come back.
const REFILL_PER_S: f64 = 0.5;
/// Most addresses that are remembered; beyond it the fullest buckets are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// Who asks, as far as the network tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        Ok(Self(network(address)))
    }
}

/// One line of a provider is a whole /64 of IPv6: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[derive(Default)]
pub(crate) struct Throttle {
    buckets: Mutex<HashMap<Client, Bucket>>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Throttle {
    /// Counts one attempt.
    ///
    /// # Errors
    /// Where there were too many; tells when to come again.
    pub(crate) fn spend(&self, client: Client) -> Result<(), Refusal> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if buckets.len() >= ADDRESSES_MAX {
            buckets.retain(|_, bucket| bucket.refilled(now) < BURST);
        }
        let bucket = buckets.entry(client).or_insert(Bucket { tokens: BURST, at: now });
        bucket.tokens = bucket.refilled(now);
        bucket.at = now;
        enough(bucket.tokens)?;
        bucket.tokens -= 1.0;
        Ok(())
    }

    /// Whether an attempt may be made; counts none.
    ///
    /// # Errors
    /// Where there were too many; tells when to come again.
    pub(crate) fn has_left(&self, client: Client) -> Result<(), Refusal> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        buckets.get(&client).map_or(Ok(()), |bucket| enough(bucket.refilled(now)))
    }

    /// An attempt that was right costs nothing: a whole team enrols from one address.
    pub(crate) fn forgive(&self, client: Client) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(&client) {
            bucket.tokens = (bucket.tokens + 1.0).min(BURST);
        }
    }
}

fn enough(tokens: f64) -> Result<(), Refusal> {
    if tokens >= 1.0 {
        return Ok(());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 or 2")]
    let wait_s = ((1.0 - tokens) / REFILL_PER_S).ceil() as u64;
    Err(Refusal::later(Code::TooManyRequests, wait_s))
}

impl Bucket {
    fn refilled(&self, now: Instant) -> f64 {
        let seconds = now.duration_since(self.at).as_secs_f64();
        seconds.mul_add(REFILL_PER_S, self.tokens).min(BURST)
    }
}
