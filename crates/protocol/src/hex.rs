//! Fixed numbers of bytes that travel as lower-case hexadecimal digits: digests, keys, signatures.

use core::fmt;

/// Why a text is not so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotHex;

impl fmt::Display for NotHex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not the right number of lower-case hexadecimal digits")
    }
}

impl core::error::Error for NotHex {}

/// The bytes of exactly `N` pairs of lower-case hexadecimal digits.
pub(crate) fn parse<const N: usize>(text: &str) -> Result<[u8; N], NotHex> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(NotHex),
    };
    if text.len() != 2 * N {
        return Err(NotHex);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}

pub(crate) fn write(bytes: &[u8], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// A type of so many bytes that is written and read as hexadecimal digits. `secret` ones never
/// show them in a log.
macro_rules! bytes {
    ($(#[$doc:meta])* $name:ident, $length:literal $(, $secret:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Of these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes, as a database stores them.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::hex::write(&self.0, out)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                bytes!(@debug self, out, $name $(, $secret)?)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::hex::NotHex;

            fn from_str(text: &str) -> Result<Self, $crate::hex::NotHex> {
                $crate::hex::parse(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
    (@debug $self:ident, $out:ident, $name:ident) => {
        write!($out, "{}({})", stringify!($name), $self)
    };
    (@debug $self:ident, $out:ident, $name:ident, secret) => {
        $out.write_str(concat!(stringify!($name), "(…)"))
    };
}

pub(crate) use bytes;

#[cfg(test)]
mod tests {
    use super::*;

    bytes! {
        /// For the tests.
        Two, 2
    }
    bytes! {
        /// For the tests.
        Hidden, 2, secret
    }

    #[test]
    fn only_the_very_digits_read_back() {
        assert_eq!("00ff".parse(), Ok(Two::from_bytes([0, 255])));
        assert_eq!(Two([0, 255]).as_bytes(), &[0, 255]);
        assert_eq!(Two([0, 255]).to_string(), "00ff");
        for wrong in ["", "00f", "00ff0", "00FF", "00f\u{e9}", "0x0f", " 0ff"] {
            assert_eq!(wrong.parse::<Two>(), Err(NotHex), "{wrong}");
        }
        assert_eq!(serde_json::from_str::<Two>("\"00ff\"").unwrap(), Two([0, 255]));
        assert!(serde_json::from_str::<Two>("255").is_err());
    }

    #[test]
    fn a_secret_stays_out_of_logs() {
        assert_eq!(
            format!("{:?} {:?}", Two([1, 2]), Hidden::from_bytes([1, 2])),
            "Two(0102) Hidden(…)"
        );
        assert_eq!(Hidden([1, 2]).as_bytes(), &[1, 2]);
    }
}
