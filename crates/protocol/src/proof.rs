//! How a device proves who it is: an ECDSA signature (P-256, SHA-256; FIPS 186-5 §6) by a key that
//! never leaves it (SECURITY.md, "device").
//!
//! What is signed always begins with what it is for, so that a proof for one purpose is none for
//! another.

use crate::hex::bytes;

bytes! {
    /// A P-256 public key: the 65 bytes of the uncompressed point (SEC 1 §2.3.3), as WebCrypto's
    /// `raw` format gives them.
    PublicKey, 65
}

bytes! {
    /// An ECDSA signature: r and s of 32 bytes each, as WebCrypto gives them (IEEE P1363).
    Signature, 64
}

/// What a device signs to enrol.
#[must_use]
pub fn for_enrolment(invitation: &str) -> Vec<u8> {
    signed("sightline enrol 1\n", invitation)
}

/// What a device signs to get a token.
#[must_use]
pub fn for_token(challenge: &str) -> Vec<u8> {
    signed("sightline token 1\n", challenge)
}

fn signed(purpose: &str, text: &str) -> Vec<u8> {
    [purpose.as_bytes(), text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_for_one_purpose_is_none_for_another() {
        assert_ne!(for_enrolment("x"), for_token("x"));
    }
}
