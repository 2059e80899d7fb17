//! `Upload-Metadata`: what a tus client says about a file (tus 1.0, creation).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::Attachment;
use protocol::limits::NAME_CHARS_MAX;

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not pairs of a key and a value in base64.
    #[error("Upload-Metadata is not a list of keys and base64 values")]
    Malformed,
    /// One of ours is not there. Public clients have to be told to send it.
    #[error("Upload-Metadata needs {0}")]
    Missing(&'static str),
    /// A value that cannot be.
    #[error("Upload-Metadata has a value of {0} that cannot be")]
    Impossible(&'static str),
}

/// The attachment of this many bytes that the header announces: `attachment_id` and `sha256`, and
/// if known `media_type` and `name`, or what public clients call them, `filetype` and `filename`.
///
/// # Errors
/// What is wrong with the header.
pub fn attachment(header: &str, bytes: u64) -> Result<Attachment, Fault> {
    let values = values(header)?;
    let text = |key: &'static str| values.get(key).filter(|text| !text.is_empty());
    let short = |key: &'static str| match text(key) {
        Some(text) if text.chars().count() > NAME_CHARS_MAX => Err(Fault::Impossible(key)),
        text => Ok(text.cloned()),
    };
    let attachment_id = text("attachment_id").ok_or(Fault::Missing("attachment_id"))?;
    let sha256 = text("sha256").ok_or(Fault::Missing("sha256"))?;
    let media_type = short("media_type")?.or(short("filetype")?);
    Ok(Attachment {
        attachment_id: attachment_id.parse().map_err(|_| Fault::Impossible("attachment_id"))?,
        sha256: sha256.parse().map_err(|_| Fault::Impossible("sha256"))?,
        bytes,
        media_type: media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        name: short("name")?.or(short("filename")?),
    })
}

/// Pairs parted by commas, key and value by a space; a key may stand alone, and none twice.
fn values(header: &str) -> Result<BTreeMap<&str, String>, Fault> {
    let mut values = BTreeMap::new();
    for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).map_err(|_| Fault::Malformed)?;
        let value = String::from_utf8(value).map_err(|_| Fault::Malformed)?;
        if values.insert(key, value).is_some() {
            return Err(Fault::Malformed);
        }
    }
    Ok(values)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where it fails")]
mod tests {
    use proptest::prelude::*;
    use protocol::{AttachmentId, Sha256};

    use super::*;

    fn header(pairs: &[(&str, &str)]) -> String {
        let pairs = pairs.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
        pairs.collect::<Vec<_>>().join(",")
    }

    fn ours() -> (String, String) {
        let id = AttachmentId::new(1, [2; 10]).to_string();
        (id, Sha256::of(b"x").to_string())
    }

    #[test]
    fn what_a_device_says_is_read_back() {
        let (id, sha256) = ours();
        let header = header(&[
            ("attachment_id", &id),
            ("sha256", &sha256),
            ("media_type", "image/jpeg"),
            ("name", "Été, vu.jpg"),
        ]);
        let attachment = attachment(&header, 5).unwrap();
        assert_eq!(attachment.attachment_id.to_string(), id);
        assert_eq!(attachment.sha256.to_string(), sha256);
        assert_eq!(attachment.bytes, 5);
        assert_eq!(attachment.media_type, "image/jpeg");
        assert_eq!(attachment.name.as_deref(), Some("Été, vu.jpg"));
    }

    #[test]
    fn the_names_of_public_clients_are_understood() {
        let (id, sha256) = ours();
        let header = header(&[
            ("filename", "a.ogg"),
            ("filetype", "audio/ogg"),
            ("attachment_id", &id),
            ("sha256", &sha256),
        ]);
        let attachment = attachment(&header, 1).unwrap();
        assert_eq!(attachment.media_type, "audio/ogg");
        assert_eq!(attachment.name.as_deref(), Some("a.ogg"));
    }

    #[test]
    fn what_is_missing_or_cannot_be_is_named() {
        let (id, sha256) = ours();
        let long = "é".repeat(NAME_CHARS_MAX + 1);
        for (given, fault) in [
            (String::new(), Fault::Missing("attachment_id")),
            (header(&[("filename", "x"), ("filetype", "y")]), Fault::Missing("attachment_id")),
            (header(&[("attachment_id", &id)]), Fault::Missing("sha256")),
            (header(&[("attachment_id", "1"), ("sha256", &sha256)]), {
                Fault::Impossible("attachment_id")
            }),
            (header(&[("attachment_id", &id), ("sha256", "ab")]), Fault::Impossible("sha256")),
            (
                header(&[("attachment_id", &id), ("sha256", &sha256), ("name", &long)]),
                Fault::Impossible("name"),
            ),
            ("attachment_id ***".to_owned(), Fault::Malformed),
            ("a YQ==,a YQ==".to_owned(), Fault::Malformed),
            (format!("a {}", STANDARD.encode([0xff])), Fault::Malformed),
        ] {
            assert_eq!(attachment(&given, 1), Err(fault), "{given}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,300}") {
            let _ = attachment(&text, 1);
        }

        #[test]
        fn whatever_is_said_is_heard(name in "[^\u{0}]{1,200}") {
            let (id, sha256) = ours();
            let header =
                header(&[("name", &name), ("sha256", &sha256), ("attachment_id", &id)]);
            prop_assert_eq!(attachment(&header, 1).unwrap().name, Some(name));
        }
    }
}
