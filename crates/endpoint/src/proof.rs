//! Checks what a device signed (ECDSA with P-256 and SHA-256, FIPS 186-5 §6).

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature as Ecdsa, VerifyingKey};
use protocol::{PublicKey, Signature};

/// Whether the key's owner signed this message. False for what is no point of the curve or no
/// signature.
#[must_use]
pub fn is_valid(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let key = VerifyingKey::from_sec1_bytes(key.as_bytes());
    let signature = Ecdsa::from_slice(signature.as_bytes());
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;

    use super::*;

    #[test]
    fn only_the_owners_signature_of_this_very_message_counts() {
        let signing = SigningKey::from_slice(&[7; 32]).unwrap();
        let point = signing.verifying_key().to_encoded_point(false);
        let key = PublicKey::from_bytes(point.as_bytes().try_into().unwrap());
        let signed: Ecdsa = signing.sign(b"challenge");
        let signature = Signature::from_bytes(signed.to_bytes().into());
        assert!(is_valid(&key, b"challenge", &signature));
        assert!(!is_valid(&key, b"challengf", &signature));
        assert!(!is_valid(&PublicKey::from_bytes([4; 65]), b"challenge", &signature));
        for bytes in [[0; 64], [255; 64]] {
            assert!(!is_valid(&key, b"challenge", &Signature::from_bytes(bytes)));
        }
    }
}
