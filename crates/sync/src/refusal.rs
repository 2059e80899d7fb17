//! What an HTTP answer other than 200 means: one table (SYNC.md §1, "Errors").
//!
//! No entry deletes anything. An operation is parked only for what the endpoint itself says of
//! its content or its size; never for who sends it, for a failure, or for a proxy's opinion.

use protocol::Code;
use protocol::planted::{self, Bug};

use crate::status::Reason;

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Change nothing, back off.
    Wait(Reason),
    /// As long as Retry-After says; without it, back off.
    Busy,
    /// A long wait, and say so.
    Full,
    /// Back off; after five alike halve; step over an operation that is refused alone, for this
    /// pass through the outbox.
    Isolate,
    /// Halve at once; park an operation that is refused alone, with this code.
    Halve(Code),
    /// The token is refused: get another.
    NewToken,
    /// This device is shut out: hand over what it holds.
    Deposit,
    /// The cursor is of an earlier time: begin the pull anew.
    Resync,
    /// The endpoint is in another epoch: offer again; its next answer tells which.
    OfferAgain,
    /// Stop sending; try again every fifteen minutes and at each start.
    Hold(Reason),
}

/// The table.
pub(crate) fn measure(status: u16, code: Option<Code>) -> Measure {
    match (status, code) {
        (403, None) if planted::is(Bug::ParkedByFirewall) => Measure::Halve(Code::Unknown),
        (426, Some(code)) if planted::is(Bug::ParkedByVersion) => Measure::Halve(code),
        (507, Some(code)) if planted::is(Bug::ParkedByFullDisk) => Measure::Halve(code),
        (401, Some(Code::TokenUnknown | Code::TokenMissing)) => Measure::NewToken,
        (401, Some(Code::DeviceRevoked)) => Measure::Deposit,
        (401, Some(_)) => Measure::Hold(Reason::NeedsEnrolment),
        (403, Some(Code::WrongDevice)) => Measure::Hold(Reason::WrongDevice),
        (426, _) => Measure::Hold(Reason::UpdateNeeded),
        (410, Some(Code::CursorGone)) | (400, Some(Code::CursorInvalid)) => Measure::Resync,
        // Which offset is right is asked again by the next step of the upload.
        (409, Some(Code::OffsetMismatch)) | (410, Some(Code::UploadGone)) => Measure::Isolate,
        (409 | 422, Some(code)) if is_about_an_attachment(code) => Measure::Halve(code),
        (409, _) => Measure::OfferAgain,
        (413, code) => Measure::Halve(code.unwrap_or(Code::BatchTooLarge)),
        (400 | 422, Some(code)) if is_about_content(code) => Measure::Halve(code),
        (429 | 503, _) => Measure::Busy,
        (507, _) => Measure::Full,
        // Not from our endpoint: proxies, gateways and portals.
        (401 | 407 | 408 | 425 | 502 | 504 | 511, _) => Measure::Wait(Reason::NotOurs),
        // A firewall that dislikes a note's words must not hold up the others (SYNC.md fault 20).
        (400..=599, _) => Measure::Isolate,
        _ => Measure::Wait(Reason::NotOurs),
    }
}

/// Whether the code speaks of what is in the request, not of how it came.
const fn is_about_content(code: Code) -> bool {
    matches!(
        code,
        Code::MalformedRequest
            | Code::InvalidUtf8
            | Code::MalformedOp
            | Code::HashMismatch
            | Code::UnknownKind
            | Code::FutureSchema
            | Code::TextEmpty
            | Code::TextTooLong
            | Code::PriceNotUnderstood
            | Code::UnsupportedAction
    )
}

const fn is_about_an_attachment(code: Code) -> bool {
    matches!(code, Code::AttachmentMismatch | Code::AttachmentReuse | Code::AttachmentTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let table = [
            (302, None, Measure::Wait(Reason::NotOurs)),
            (204, None, Measure::Wait(Reason::NotOurs)),
            (400, None, Measure::Isolate),
            (400, Some(Code::MalformedRequest), Measure::Halve(Code::MalformedRequest)),
            (400, Some(Code::BrokenGzip), Measure::Isolate),
            (401, None, Measure::Wait(Reason::NotOurs)),
            (401, Some(Code::TokenUnknown), Measure::NewToken),
            (401, Some(Code::DeviceUnknown), Measure::Hold(Reason::NeedsEnrolment)),
            (401, Some(Code::DeviceRevoked), Measure::Deposit),
            (400, Some(Code::CursorInvalid), Measure::Resync),
            (410, Some(Code::CursorGone), Measure::Resync),
            (410, None, Measure::Isolate),
            (409, Some(Code::OffsetMismatch), Measure::Isolate),
            (409, Some(Code::AttachmentReuse), Measure::Halve(Code::AttachmentReuse)),
            (422, Some(Code::AttachmentMismatch), Measure::Halve(Code::AttachmentMismatch)),
            (403, Some(Code::ProofRefused), Measure::Isolate),
            (403, None, Measure::Isolate),
            (403, Some(Code::WrongDevice), Measure::Hold(Reason::WrongDevice)),
            (404, Some(Code::NotFound), Measure::Isolate),
            (407, None, Measure::Wait(Reason::NotOurs)),
            (409, None, Measure::OfferAgain),
            (413, None, Measure::Halve(Code::BatchTooLarge)),
            (415, Some(Code::UnsupportedMediaType), Measure::Isolate),
            (422, Some(Code::MalformedOp), Measure::Halve(Code::MalformedOp)),
            (426, Some(Code::UnsupportedProtocol), Measure::Hold(Reason::UpdateNeeded)),
            (429, Some(Code::TooManyRequests), Measure::Busy),
            (500, Some(Code::Internal), Measure::Isolate),
            (502, None, Measure::Wait(Reason::NotOurs)),
            (503, None, Measure::Busy),
            (507, Some(Code::StorageFull), Measure::Full),
        ];
        for (status, code, expected) in table {
            assert_eq!(measure(status, code), expected, "{status} {code:?}");
        }
    }

    #[test]
    fn only_size_and_content_ever_park() {
        let codes = Code::ALL.iter().copied().map(Some).chain([None, Some(Code::Unknown)]);
        for code in codes {
            for status in 0..=999 {
                if let Measure::Halve(_) = measure(status, code) {
                    assert!(matches!(status, 400 | 409 | 413 | 422), "{status} {code:?}");
                }
            }
        }
    }
}
