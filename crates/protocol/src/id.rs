//! Identifiers. Each is its own type, so that a note's id never passes for an operation's.

use core::fmt;
use core::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not a UUID")
    }
}

impl core::error::Error for NotAnId {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "text")] Uuid);

        impl $name {
            /// A UUIDv7 (RFC 9562 §5.7) of this moment (milliseconds since 1970, UTC) and these
            /// ten random bytes. Never a counter: a device that forgets its state repeats
            /// counters (SYNC.md §1, "Ids").
            #[must_use]
            pub const fn new(unix_ms: u64, chance: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &chance).into_uuid())
            }

            /// The sixteen bytes, as a database stores them.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id of these sixteen bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self.0.as_hyphenated(), out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({})", stringify!($name), self.0.as_hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    };
}

/// A UUID as its text. By hand: what uuid has for serde tells in words where a text is wrong, and
/// brings everything that such words are made of into the app.
mod text {
    use super::{Deserializer, Error, NotAnId, Serializer, Uuid, Visitor, fmt};

    pub(super) fn serialize<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Uuid, D::Error> {
        from.deserialize_str(Text)
    }

    struct Text;

    impl Visitor<'_> for Text {
        type Value = Uuid;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a UUID")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Uuid, E> {
            Uuid::try_parse(text).map_err(|_| E::custom(NotAnId))
        }
    }
}

id! {
    /// One observation, through all its edits.
    NoteId
}
id! {
    /// One save. Unique for ever, at every endpoint.
    OpId
}
id! {
    /// One photo, voice memo or file.
    AttachmentId
}
id! {
    /// One meeting with a customer. Made by the device; groups the notes that were written then.
    VisitId
}
id! {
    /// One request. The answer must echo it (SYNC.md fault 13).
    BatchId
}
id! {
    /// One enrolled browser. Issued by the endpoint.
    DeviceId
}
id! {
    /// One sales person. Issued by the endpoint.
    RepId
}
id! {
    /// Notes that say the same, gathered by marketing.
    TopicId
}
id! {
    /// One decision of marketing's.
    DecisionId
}
id! {
    /// One remark of marketing's in the thread of a note.
    RemarkId
}
id! {
    /// One question to the field.
    QuestionId
}
id! {
    /// One briefing, through all its revisions.
    BriefingId
}
id! {
    /// One claim of a briefing, which reps confirm or contradict.
    ClaimId
}
id! {
    /// One test group.
    TestGroupId
}
id! {
    /// One customer, product or competitor of the reference data.
    ReferenceId
}
id! {
    /// One deed of marketing's, which can be undone as a whole.
    DeedId
}
id! {
    /// One life of the endpoint's database: born with it, renewed at every restore
    /// (SYNC.md §1, "Restore safety").
    Epoch
}

/// Position of an operation in the endpoint's log. Only comparable within one [`Epoch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_later_millisecond_sort_later() {
        assert!(NoteId::new(1_000, [255; 10]) < NoteId::new(1_001, [0; 10]));
    }

    #[test]
    fn an_id_reads_back_as_written() {
        let id = OpId::new(1_700_000_000_000, [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(OpId::from_bytes(*id.as_bytes()), id);
        assert_eq!(&id.to_string()[14..15], "7", "version nibble of RFC 9562 §5.7");
        assert_eq!("x".parse::<OpId>(), Err(NotAnId));
    }
}
