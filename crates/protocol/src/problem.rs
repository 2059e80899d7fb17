//! Errors as RFC 9457 problem details with a stable code. Texts for people live with the app's
//! and the console's other texts, by code, in both languages.

use core::fmt;
use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $wire:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong. The names on the wire are stable: never change or reuse one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)+
            /// A code of a newer endpoint, unknown to this version.
            Unknown,
        }

        impl Code {
            /// All codes that this version issues.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ Self::Unknown => "unknown" }
            }

            /// The HTTP status that goes with it (RFC 9110 §15) where it answers a whole request.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// A short summary in English that never changes for the code (RFC 9457 §3.1.4).
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ Self::Unknown => "Unknown problem" }
            }
        }
    };
}

codes! {
    // What a note can break; found on the device, and by the endpoint's quarantine.
    /// A note without words.
    TextEmpty = "text_empty", 422, "The note has no text";
    /// A text over its limit.
    TextTooLong = "text_too_long", 422, "A text of the note is too long";
    /// A price that is not one plain amount.
    PriceNotUnderstood = "price_not_understood", 422, "The price is not understood";

    // What lands in quarantine.
    /// A kind of note that this version does not know.
    UnknownKind = "unknown_kind", 422, "The kind of note is unknown";
    /// Written by an app newer than this endpoint.
    FutureSchema = "future_schema", 422, "The note was written by a newer app";
    /// Not the shape of an operation.
    MalformedOp = "malformed_op", 422, "The operation cannot be read";
    /// The bytes are not those that were hashed.
    HashMismatch = "hash_mismatch", 422, "The operation does not match its hash";
    /// An op_id that is taken by other content.
    IdReuse = "id_reuse", 409, "The operation's id is taken by other content";
    /// An action that this version stores but cannot show.
    UnsupportedAction = "unsupported_action", 422, "The action is not supported";
    /// A change of a note that is another rep's.
    NoteOfAnother = "note_of_another", 422, "The note belongs to another rep";
    /// Handed over by a device that an admin shut out.
    Deposited = "deposited", 422, "The device was revoked";
    /// An attachment beyond the limits of both ends.
    AttachmentTooLarge = "attachment_too_large", 413, "The attachment is too large";

    // What a whole request can break.
    /// Not JSON, or not the shape of this request.
    MalformedRequest = "malformed_request", 400, "The request cannot be read";
    /// Bytes that are not UTF-8.
    InvalidUtf8 = "invalid_utf8", 400, "The request is not valid UTF-8";
    /// A gzip stream that breaks off or is corrupt.
    BrokenGzip = "broken_gzip", 400, "The compressed request is broken off or corrupt";
    /// A Content-Encoding other than gzip or identity.
    UnsupportedEncoding = "unsupported_encoding", 415, "The content encoding is not supported";
    /// A Content-Type other than the one that is asked for.
    UnsupportedMediaType = "unsupported_media_type", 415, "The media type is not supported";
    /// More bytes or operations than a push may have.
    BatchTooLarge = "batch_too_large", 413, "The batch is too large";
    /// An envelope too old or too new.
    UnsupportedProtocol = "unsupported_protocol", 426, "The protocol version is not supported";
    /// A cursor that this endpoint did not give to this device.
    CursorInvalid = "cursor_invalid", 400, "The cursor is not valid";
    /// A cursor of an earlier life of the database: begin again without one.
    CursorGone = "cursor_gone", 410, "The cursor is of an earlier time";
    /// More operations than one question may have.
    TooManyOps = "too_many_ops", 413, "The question names too many operations";
    /// The upload does not go on from there (tus 1.0, PATCH).
    OffsetMismatch = "offset_mismatch", 409, "The upload is at another offset";
    /// The piece's checksum is another (tus 1.0, checksum).
    ChecksumMismatch = "checksum_mismatch", 460, "The piece does not match its checksum";
    /// The whole does not match the hash that it was announced with.
    AttachmentMismatch = "attachment_mismatch", 422, "The attachment does not match its hash";
    /// An attachment_id that is taken by other content.
    AttachmentReuse = "attachment_reuse", 409, "The attachment's id is taken by other content";
    /// A version of tus other than 1.0.0.
    UnsupportedTus = "unsupported_tus", 412, "The version of tus is not supported";
    /// An upload that was given up or ended.
    UploadGone = "upload_gone", 410, "The upload is no more";
    /// A query parameter with a value that cannot be.
    BadQuery = "bad_query", 400, "A query parameter is not valid";

    // Who may come in.
    /// No token, or not in the form `Bearer …`.
    TokenMissing = "token_missing", 401, "A device token is needed";
    /// A token that no device has, or that has expired: ask for another.
    TokenUnknown = "token_unknown", 401, "The device token is unknown or has expired";
    /// No such device, and no admission that this endpoint once gave it.
    DeviceUnknown = "device_unknown", 401, "The device is unknown";
    /// A challenge that was not given here, was used, or has expired, or a wrong signature: one
    /// answer, so that nobody can probe.
    ProofRefused = "proof_refused", 403, "The proof is not valid";
    /// The device was shut out by an admin.
    DeviceRevoked = "device_revoked", 401, "The device was revoked";
    /// The token is another device's than the request names.
    WrongDevice = "wrong_device", 403, "The token belongs to another device";
    /// No such invitation.
    InvitationUnknown = "invitation_unknown", 404, "The invitation is unknown";
    /// Consumed already, by another device.
    InvitationUsed = "invitation_used", 409, "The invitation was used already";
    /// Older than 72 hours.
    InvitationExpired = "invitation_expired", 410, "The invitation has expired";
    /// Nobody is signed in.
    SessionMissing = "session_missing", 401, "Sign in first";
    /// Signed in, and not allowed to.
    Forbidden = "forbidden", 403, "This is for admins";
    /// No such sign-in link, or used, or expired: one answer, so that nobody can probe.
    SignInRefused = "sign_in_refused", 403, "The sign-in link is not valid any more";
    /// A request that did not come from our own pages.
    CrossSite = "cross_site", 403, "The request came from another site";

    // What marketing asks for.
    /// A field that is empty, too long, or says what cannot be; the detail names it.
    InvalidField = "invalid_field", 422, "A field is not valid";
    /// Somebody changed it meanwhile (RFC 9110 §13.1.1).
    ChangedMeanwhile = "changed_meanwhile", 412, "It was changed meanwhile";
    /// A change has to say in `If-Match` what it changes (RFC 6585 §3).
    MatchMissing = "match_missing", 428, "The request must say which version it changes";
    /// The name is taken.
    NameTaken = "name_taken", 409, "The name is taken";
    /// What was done cannot be undone any more: something was built on it.
    NotUndoable = "not_undoable", 409, "It cannot be undone any more";
    /// What is asked for is closed: a merged topic, an ended question.
    Closed = "closed", 409, "It is closed";
    /// More bytes than this may have.
    TooLarge = "too_large", 413, "It is too large";

    // The rest.
    /// No such resource.
    NotFound = "not_found", 404, "There is nothing here";
    /// Not with this method.
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// Too many requests; Retry-After says how long to wait.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// The endpoint failed; nothing was stored.
    Internal = "internal", 500, "The endpoint failed";
    /// The endpoint is busy or shutting down; Retry-After says how long to wait.
    Unavailable = "unavailable", 503, "The endpoint is not available now";
    /// The endpoint's disk is full.
    StorageFull = "storage_full", 507, "The endpoint has no room left";
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl core::error::Error for Code {}

// By the table of names: derived, a comparison with each of them is code of its own in the app.
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(from)?;
        let code = Self::ALL.iter().find(|code| code.as_str() == name);
        Ok(code.copied().unwrap_or(Self::Unknown))
    }
}

/// An error answer: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// "about:blank": the code says it all (RFC 9457 §4.2.1).
    #[serde(rename = "type")]
    pub kind: String,
    /// [`Code::title`].
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code.
    pub code: Code,
    /// What went wrong this time, in English, for developers and logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// The problem of this code, with what went wrong this time.
    #[must_use]
    pub fn new(code: Code, detail: Option<String>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
        }
    }

    #[test]
    fn a_code_of_a_newer_endpoint_is_no_failure() {
        assert_eq!(serde_json::from_str::<Code>("\"from_2030\"").unwrap(), Code::Unknown);
    }
}
