//! Message authentication (HMAC-SHA256, RFC 2104): by it a device knows the endpoint's word, and
//! the endpoint knows what it once gave out.

use hmac::{Hmac, Mac as _};

use crate::hex::bytes;

bytes! {
    /// A key of 256 bits. Never shown in a log.
    MacKey, 32, secret
}

bytes! {
    /// A message's HMAC-SHA256; travels as 64 lower-case hexadecimal digits.
    Mac, 32
}

impl MacKey {
    /// The MAC of these parts under this key. Each part is preceded by its length, so that
    /// `("ab", "c")` and `("a", "bc")` differ.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> Mac {
        Mac::from_bytes(self.fed(parts).finalize().into_bytes().into())
    }

    /// Whether this is their MAC; takes as long for a wrong one as for the right one.
    #[must_use]
    pub fn is_mac(&self, parts: &[&[u8]], mac: &Mac) -> bool {
        self.fed(parts).verify_slice(mac.as_bytes()).is_ok()
    }

    /// A key for one purpose, derived from this one.
    #[must_use]
    pub fn derive(&self, parts: &[&[u8]]) -> Self {
        Self::from_bytes(*self.mac(parts).as_bytes())
    }

    fn fed(&self, parts: &[&[u8]]) -> Hmac<sha2::Sha256> {
        // A key of any length is taken: the error cannot be. An empty key would make a MAC that
        // nobody checks for, never one that passes.
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.as_bytes())
            .unwrap_or_else(|_| Hmac::<sha2::Sha256>::new(&Default::default()));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keys_and_bits_all_count() {
        let key = MacKey::from_bytes([1; 32]);
        let mac = key.mac(&[b"ab", b"c"]);
        assert!(key.is_mac(&[b"ab", b"c"], &mac));
        assert!(!key.is_mac(&[b"a", b"bc"], &mac));
        assert!(!key.is_mac(&[b"abc"], &mac));
        assert!(!MacKey::from_bytes([2; 32]).is_mac(&[b"ab", b"c"], &mac));
        assert_ne!(key.derive(&[b"receipts"]), key.derive(&[b"cursors"]));
        for bit in 0..256 {
            let mut bytes = *mac.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.is_mac(&[b"ab", b"c"], &Mac::from_bytes(bytes)), "bit {bit}");
        }
    }

    #[test]
    fn is_the_hmac_of_rfc_2104() {
        // Computed with Python's hmac: key 32 x 0x0b, message 8 bytes of length 8 and "Hi There".
        let key = MacKey::from_bytes([0x0b; 32]);
        assert_eq!(key.mac(&[b"Hi There"]).to_string(), EXPECTED);
    }

    const EXPECTED: &str = "0bc448fbd942bda00fa596aed1a2014da91bb53394aafc0fd1b510d9ce5de26a";
}
