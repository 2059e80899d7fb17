//! SHA-256 of what a rep wrote: by it the endpoint tells a repeat from a reused id.

use sha2::Digest;

use crate::hex::bytes;

bytes! {
    /// A SHA-256 digest; travels as 64 lower-case hexadecimal digits.
    Sha256, 32
}

impl Sha256 {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(sha2::Sha256::digest(bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::NotHex;

    #[test]
    fn knows_the_digest_of_fips_180() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(b"abc").to_string(), expected);
        assert_eq!(expected.parse(), Ok(Sha256::of(b"abc")));
        assert_eq!(expected.to_uppercase().parse::<Sha256>(), Err(NotHex));
        assert_eq!(expected[1..].parse::<Sha256>(), Err(NotHex));
    }
}
