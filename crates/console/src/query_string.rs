//! Writes the query part of an address (RFC 3986 §3.4, as forms encode it).

use core::fmt::Display;

/// Pairs of a query, each value percent-encoded.
#[derive(Default)]
pub(crate) struct QueryString(String);

impl QueryString {
    /// Adds `key=value`; `None` adds nothing. Keys are ours and need no encoding.
    pub(crate) fn with(mut self, key: &str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(key);
        self.0.push('=');
        self.0.push_str(&encoded(&value.to_string()));
        self
    }

    /// The query with its question mark, or nothing where there is no pair.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// A text as a part of an address: all but unreserved characters percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_and_absent_ones_left_out() {
        let query = QueryString::default()
            .with("q", Some("été & 50 %+"))
            .with("rep", None::<String>)
            .with("limit", Some(50))
            .finish();
        assert_eq!(query, "?q=%C3%A9t%C3%A9%20%26%2050%20%25%2B&limit=50");
        assert_eq!(QueryString::default().finish(), "");
    }
}
