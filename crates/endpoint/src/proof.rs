//! Whether a device's signature is good: ECDSA over P-256 with SHA-256 (FIPS 186-5 §6).

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature as Ecdsa, VerifyingKey};
use protocol::{PublicKey, Signature};

/// Whether the private half of this key signed this message. A key that is no point of the curve
/// signed nothing.
#[must_use]
pub fn is_valid(public_key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let key = VerifyingKey::from_sec1_bytes(public_key.as_bytes());
    let signature = Ecdsa::from_slice(signature.as_bytes());
    key.is_ok_and(|key| signature.is_ok_and(|it| key.verify(message, &it).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made by OpenSSL 3.0 (`openssl dgst -sha256 -sign`), its DER written as r and s. This s is in
    // the upper half, as WebCrypto's may be.
    const KEY: &str = concat!(
        "0444d45404ada0b6366469cb07d9ceaab1d46d061329cea3124a5e14df0abebe1d",
        "2808fb3f16b21908e4258c6f94d2a7d1855e021cc7927011cdbaba0d3512b35e"
    );
    const SIGNATURE: &str = concat!(
        "3da1a8dc57f0446c52712d07f390de05dd5e579647f216b2fe3fdb50b3d875cc",
        "96adc8fbf0b7605193d9f966e7a26899012c36ae3d3cfe7b390b0b49bb3ba2c2"
    );
    const MESSAGE: &[u8] = b"sightline token 1\nabc";

    #[test]
    fn a_signature_by_another_implementation_is_good_for_its_message_and_key_alone() {
        let (key, signature) = (KEY.parse().unwrap(), SIGNATURE.parse().unwrap());
        assert!(is_valid(&key, MESSAGE, &signature));
        assert!(!is_valid(&key, b"sightline token 1\nabd", &signature));
        for byte in 0..64 {
            let mut bytes = *signature.as_bytes();
            bytes[byte] ^= 1;
            assert!(!is_valid(&key, MESSAGE, &Signature::from_bytes(bytes)), "byte {byte}");
        }
    }

    #[test]
    fn what_is_no_key_or_no_signature_is_refused() {
        let (key, signature): (PublicKey, _) = (KEY.parse().unwrap(), SIGNATURE.parse().unwrap());
        let mut off_the_curve = *key.as_bytes();
        off_the_curve[64] ^= 1;
        for bytes in [[0; 65], [4; 65], [255; 65], off_the_curve] {
            assert!(!is_valid(&PublicKey::from_bytes(bytes), MESSAGE, &signature));
        }
        for bytes in [[0; 64], [255; 64]] {
            assert!(!is_valid(&key, MESSAGE, &Signature::from_bytes(bytes)));
        }
    }
}
