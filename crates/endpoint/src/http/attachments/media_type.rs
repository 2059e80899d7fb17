//! What an attachment is, by its own first bytes; what its device says is not believed
//! (SECURITY.md, "uploads").

/// Media type and file extension.
pub(super) type Kind = (&'static str, &'static str);

/// Told from their first bytes, and harmless in a browser that opens them.
const KNOWN: [(&str, Kind); 11] = [
    ("image/jpeg", ("image/jpeg", "jpg")),
    ("image/png", ("image/png", "png")),
    ("image/webp", ("image/webp", "webp")),
    ("image/gif", ("image/gif", "gif")),
    ("audio/ogg", ("audio/ogg", "ogg")),
    ("audio/opus", ("audio/ogg", "opus")),
    ("audio/m4a", ("audio/mp4", "m4a")),
    ("audio/aac", ("audio/aac", "aac")),
    ("video/mp4", ("video/mp4", "mp4")),
    ("video/webm", ("video/webm", "webm")),
    ("application/pdf", ("application/pdf", "pdf")),
];
/// Everything else.
const UNKNOWN: Kind = ("application/octet-stream", "bin");

/// What begins with these bytes.
pub(super) fn of(first_bytes: &[u8]) -> Kind {
    let found = infer::get(first_bytes).map(|kind| kind.mime_type());
    let known = KNOWN.iter().find(|(name, _)| found == Some(*name));
    known.map_or(UNKNOWN, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let mut webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
        webm.resize(300, 0);
        for (bytes, media_type) in [
            (&b"\xff\xd8\xff\xe0\x00\x10JFIF"[..], "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
            (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"GIF89a\x01\x00\x01\x00", "image/gif"),
            (b"OggS\x00\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", "audio/ogg"),
            (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "audio/mp4"),
            (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
            (&webm, "video/webm"),
            (b"%PDF-1.7\n", "application/pdf"),
        ] {
            assert_eq!(of(bytes).0, media_type);
        }
    }

    #[test]
    fn what_a_browser_could_run_is_nothing_but_bytes() {
        for bytes in [
            &b""[..],
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            b"#!/bin/sh\nrm -r /",
            b"MZ\x90\x00\x03",
            b"\x7fELF\x02\x01\x01",
            b"PK\x03\x04\x14\x00",
        ] {
            assert_eq!(of(bytes), UNKNOWN);
        }
    }
}
