//! `Upload-Checksum`: what the bytes of one request hash to (tus 1.0, checksum).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::Sha256;
use sha1::Digest;

/// What `Tus-Checksum-Algorithm` says. tus wants SHA-1 everywhere; it shows an accident, and the
/// whole attachment's SHA-256 shows everything else.
pub const ALGORITHMS: &str = "sha1,sha256";

/// What the bytes have to hash to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// By SHA-1.
    Sha1([u8; 20]),
    /// By SHA-256.
    Sha256(Sha256),
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another algorithm.
    #[error("Upload-Checksum is by none of {ALGORITHMS}")]
    UnknownAlgorithm,
    /// Not a digest in base64 behind it.
    #[error("Upload-Checksum is not an algorithm and a base64 digest")]
    Malformed,
}

impl Checksum {
    /// Reads the header.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(header: &str) -> Result<Self, Fault> {
        let (algorithm, digest) = header.trim().split_once(' ').ok_or(Fault::Malformed)?;
        let digest = || STANDARD.decode(digest.trim()).map_err(|_| Fault::Malformed);
        match algorithm {
            "sha1" => digest()?.try_into().map(Self::Sha1).map_err(|_| Fault::Malformed),
            "sha256" => {
                let digest = digest()?.try_into().map_err(|_| Fault::Malformed)?;
                Ok(Self::Sha256(Sha256::from_bytes(digest)))
            }
            _ => Err(Fault::UnknownAlgorithm),
        }
    }

    /// Whether these bytes hash to it.
    #[must_use]
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Sha1(digest) => <[u8; 20]>::from(sha1::Sha1::digest(bytes)) == *digest,
            Self::Sha256(digest) => Sha256::of(bytes) == *digest,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where it fails")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_protocol_is_right() {
        // tus 1.0, checksum: "hello world".
        let checksum = Checksum::read("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=").unwrap();
        assert!(checksum.is_of(b"hello world"));
        assert!(!checksum.is_of(b"hello World"));
    }

    #[test]
    fn what_cannot_be_checked_is_refused() {
        assert_eq!(Checksum::read("md5 XrY7u+Ae7tCTyyK7j1rNww=="), Err(Fault::UnknownAlgorithm));
        for header in ["", "sha1", "sha1 ", "sha1 YQ==", "sha256 ***", "sha256  "] {
            assert_eq!(Checksum::read(header), Err(Fault::Malformed), "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,100}") {
            let _ = Checksum::read(&text);
        }

        #[test]
        fn a_digest_is_of_its_bytes_alone(bytes: Vec<u8>, other: Vec<u8>) {
            let digest = STANDARD.encode(Sha256::of(&bytes).as_bytes());
            let checksum = Checksum::read(&format!("sha256 {digest}")).unwrap();
            prop_assert!(checksum.is_of(&bytes));
            prop_assert_eq!(checksum.is_of(&other), bytes == other);
        }
    }
}
