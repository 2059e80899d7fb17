//! What can happen to a request between a browser and the endpoint (SYNC.md §3).

/// One fault. Those of the link come first, then those of what stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends before anything was passed on.
    Drop,
    /// The same, by RST.
    Reset,
    /// Nothing moves any more, until the client gives up or the proxy is healed.
    Stall,
    /// Half of the request arrives; the rest is waited for until the endpoint gives up.
    Hold,
    /// So many bytes of the request arrive, and both connections end.
    CutRequest {
        /// How many; a request that is shorter passes unhurt.
        bytes: usize,
    },
    /// The request arrives, and so many bytes of its answer.
    CutAnswer {
        /// How many; an answer that is shorter passes unhurt.
        bytes: usize,
    },
    /// Request and answer trickle.
    Slow {
        /// How fast.
        bytes_per_s: u32,
    },
    /// The request arrives twice at once.
    Duplicate,
    /// The connection ends, and the request arrives after the next one.
    Late,
    /// Not passed on; answered by what was answered to an earlier request of that path.
    Replay,
    /// Not passed on; answered by somebody else.
    Stranger(Stranger),
    /// Passed on and done, but its answer is changed on the way.
    Spoil(Spoil),
}

/// Who answers in the endpoint's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// A captive portal: 200 with a page.
    Portal,
    /// One that sends elsewhere: 302.
    Redirect,
    /// A proxy that wants a login: 407.
    ProxyLogin,
    /// A network that wants one: 511 (RFC 6585 §6).
    NetworkLogin,
    /// A gateway with nothing behind it: 502.
    BadGateway,
}

/// How an answer is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoil {
    /// It says gzip, and is not.
    BrokenGzip,
    /// Its date is years away.
    ForeignDate,
    /// Its media type is a page's.
    MediaType,
    /// One bit of its body is turned, so that its MAC is wrong.
    FlippedBit,
}

impl Fault {
    /// Under which name it is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Reset => "reset",
            Self::Stall => "stall",
            Self::Hold => "hold",
            Self::CutRequest { .. } => "request cut",
            Self::CutAnswer { .. } => "answer cut",
            Self::Slow { .. } => "slow",
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::Replay => "replay",
            Self::Stranger(Stranger::Portal) => "200 of a portal",
            Self::Stranger(Stranger::Redirect) => "302",
            Self::Stranger(Stranger::ProxyLogin) => "407",
            Self::Stranger(Stranger::NetworkLogin) => "511",
            Self::Stranger(Stranger::BadGateway) => "502",
            Self::Spoil(Spoil::BrokenGzip) => "broken gzip",
            Self::Spoil(Spoil::ForeignDate) => "foreign date",
            Self::Spoil(Spoil::MediaType) => "wrong media type",
            Self::Spoil(Spoil::FlippedBit) => "flipped bit",
        }
    }

    /// Any of them, by chance.
    pub(super) fn random(chance: &mut fastrand::Rng) -> Self {
        // About the size of a small push and of its answer.
        let bytes = chance.usize(..1_500);
        let all = [
            Self::Drop,
            Self::Reset,
            Self::Stall,
            Self::Hold,
            Self::CutRequest { bytes },
            Self::CutAnswer { bytes: bytes / 2 },
            Self::Slow { bytes_per_s: chance.u32(200..20_000) },
            Self::Duplicate,
            Self::Late,
            Self::Replay,
            Self::Stranger(Stranger::Portal),
            Self::Stranger(Stranger::Redirect),
            Self::Stranger(Stranger::ProxyLogin),
            Self::Stranger(Stranger::NetworkLogin),
            Self::Stranger(Stranger::BadGateway),
            Self::Spoil(Spoil::BrokenGzip),
            Self::Spoil(Spoil::ForeignDate),
            Self::Spoil(Spoil::MediaType),
            Self::Spoil(Spoil::FlippedBit),
        ];
        chance.choice(all).unwrap_or(Self::Drop)
    }
}
