//! Whatever a device says of an upload in its headers: no panic, and what is taken is within the
//! limits of both ends.
#![no_main]

use endpoint::http::attachments::checksum::Checksum;
use endpoint::http::attachments::{metadata, range};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let bytes = u64::try_from(data.len()).unwrap_or(1).max(1);
    if let Ok(attachment) = metadata::attachment(text, bytes) {
        assert!(attachment.is_within_limits());
    }
    if let Ok(checksum) = Checksum::read(text) {
        assert!(!checksum.is_of(data), "a text that holds its own hash");
    }
    if let Some(range) = range::wanted(text, bytes) {
        assert!(range.start < range.end && range.end <= bytes);
    }
});
