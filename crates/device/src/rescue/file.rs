//! What a rescue file is made of: a first line that people can read, and what is encrypted: a table
//! of contents as JSON, its length before it, and the bytes of the attachments behind it, in their
//! order.

use protocol::RepId;
use serde::{Deserialize, Serialize};

use crate::json;
use crate::storage_error::StorageError;
use crate::store::uploads::Upload;

/// The first line of each file. The number is the format's.
const FIRST_LINE: &[u8] = b"Sightline rescue file 1\n";

/// What is rescued.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// Whose notes these are; none where they were written before anyone enrolled.
    pub(super) rep_id: Option<RepId>,
    pub(super) rep_name: String,
    /// Operations as they travel, ascending.
    pub(super) ops: Vec<String>,
    /// Attachments with all their bytes.
    pub(super) attachments: Vec<(Upload, Vec<u8>)>,
}

#[derive(Serialize, Deserialize)]
struct Table {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rep_id: Option<RepId>,
    rep_name: String,
    ops: Vec<String>,
    uploads: Vec<Upload>,
}

impl Content {
    pub(super) fn encode(self) -> Result<Vec<u8>, StorageError> {
        let Self { rep_id, rep_name, ops, attachments } = self;
        let (uploads, pieces): (Vec<Upload>, Vec<Vec<u8>>) = attachments.into_iter().unzip();
        let table = json::write(&Table { rep_id, rep_name, ops, uploads })?;
        let length = u64::try_from(table.len()).unwrap_or(u64::MAX);
        let mut plain = length.to_le_bytes().to_vec();
        plain.extend(table.as_bytes());
        pieces.iter().for_each(|bytes| plain.extend(bytes));
        Ok(plain)
    }

    /// None where it is not what [`Content::encode`] wrote.
    pub(super) fn decode(plain: &[u8]) -> Option<Self> {
        let (length, rest) = plain.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (table, mut rest) = rest.split_at_checked(length)?;
        let table: Table = json::read(core::str::from_utf8(table).ok()?).ok()?;
        let mut attachments = Vec::with_capacity(table.uploads.len());
        for upload in table.uploads {
            let length = usize::try_from(upload.attachment.bytes).ok()?;
            let (bytes, behind) = rest.split_at_checked(length)?;
            attachments.push((upload, bytes.to_vec()));
            rest = behind;
        }
        let Table { rep_id, rep_name, ops, .. } = table;
        rest.is_empty().then_some(Self { rep_id, rep_name, ops, attachments })
    }
}

/// The file that holds these encrypted bytes.
pub(super) fn framed(sealed: &[u8]) -> Vec<u8> {
    [FIRST_LINE, sealed].concat()
}

/// The encrypted bytes of a file; none where it is no rescue file.
pub(super) fn unframed(file: &[u8]) -> Option<&[u8]> {
    file.strip_prefix(FIRST_LINE)
}

#[cfg(test)]
mod tests {
    use protocol::{Attachment, AttachmentId, OpId, Sha256};

    use super::*;

    fn content() -> Content {
        let attachment = Attachment {
            attachment_id: AttachmentId::new(2, [0; 10]),
            sha256: Sha256::of(b"bytes"),
            bytes: 5,
            media_type: "image/jpeg".to_owned(),
            name: None,
        };
        let upload = Upload { op_id: OpId::new(1, [0; 10]), attachment, code: None };
        Content {
            rep_id: Some(RepId::from_bytes([1; 16])),
            rep_name: "Awa".to_owned(),
            ops: vec!["{}".to_owned(), "\u{1f469}".to_owned()],
            attachments: vec![(upload, b"bytes".to_vec())],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = content().encode().unwrap();
        assert_eq!(Content::decode(&plain), Some(content()));
        assert_eq!(unframed(&framed(b"sealed")), Some(&b"sealed"[..]));
        assert_eq!(unframed(b"%PDF-1.7"), None);
    }

    #[test]
    fn a_plain_text_that_is_cut_or_too_long_is_not_read() {
        let plain = content().encode().unwrap();
        for length in 0..plain.len() {
            assert_eq!(Content::decode(&plain[..length]), None, "{length} bytes");
        }
        assert_eq!(Content::decode(&[&plain[..], b"x"].concat()), None);
        assert_eq!(Content::decode(&u64::MAX.to_le_bytes()), None);
    }
}
