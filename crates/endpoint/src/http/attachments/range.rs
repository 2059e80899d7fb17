//! `Range`: one span of bytes (RFC 9110 §14.2). What asks for anything else is answered with the
//! whole, as the RFC allows.

use std::ops::Range;

/// The bytes that the header asks for, of so many; none where it is answered with all of them.
#[must_use]
pub fn wanted(header: &str, bytes: u64) -> Option<Range<u64>> {
    let (unit, span) = header.trim().split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = span.trim().split_once('-')?;
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(bytes),
        (Some(first), None) if last.is_empty() => first..bytes,
        (None, Some(length)) if first.is_empty() => bytes.saturating_sub(length)..bytes,
        _ => return None,
    };
    (!range.is_empty()).then_some(range)
}

fn number(digits: &str) -> Option<u64> {
    // `parse` takes a sign as well.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_span_is_understood() {
        for (header, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("Bytes = 2-5", 2..6),
            ("bytes=8-", 8..10),
            ("bytes=8-99", 8..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            let expected = (header != "Bytes = 2-5").then_some(range);
            assert_eq!(wanted(header, 10), expected, "{header}");
        }
    }

    #[test]
    fn anything_else_gets_the_whole() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=-0",
            "bytes=5-2",
            "bytes=10-",
            "bytes=10-12",
            "bytes=0-1,3-4",
            "bytes=+1-2",
            "lines=0-1",
            "bytes=18446744073709551616-",
        ] {
            assert_eq!(wanted(header, 10), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_lies_within(header in "bytes=[0-9]{0,20}-[0-9]{0,20}|.{0,40}", bytes: u64) {
            if let Some(range) = wanted(&header, bytes) {
                prop_assert!(range.start < range.end && range.end <= bytes);
            }
        }
    }
}
