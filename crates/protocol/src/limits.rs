//! A limit on everything that travels. Both ends enforce the same numbers.

/// Version of the envelope of push and pull (SYNC.md §1). The endpoint also accepts the two before.
pub const PROTOCOL: u16 = 1;

/// Version of the body of an operation. A body from a newer app is kept raw, in quarantine.
pub const SCHEMA: u16 = 1;

/// Oldest envelope that this endpoint still understands: N-2 (SYNC.md §1, "Errors").
pub const PROTOCOL_OLDEST: u16 = PROTOCOL.saturating_sub(2);

/// Longest text of a note, in Unicode scalar values.
pub const TEXT_CHARS_MAX: usize = 10_000;

/// Longest name of a customer, product, competitor or unit, in Unicode scalar values.
pub const NAME_CHARS_MAX: usize = 200;

/// Longest secondary text (terms, workaround, promise …), in Unicode scalar values.
pub const DETAIL_CHARS_MAX: usize = 2_000;

/// Most bytes of one push, before compression (SYNC.md §1, "Push").
pub const BATCH_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Most operations of one push (SYNC.md §1, "Push").
pub const BATCH_OPS_MAX: usize = 2_000;

/// Most bytes of one operation. Far above any valid note, far below a batch: what an old or
/// broken app wrote still reaches quarantine.
pub const OP_BYTES_MAX: usize = 512 * 1024;

/// Most operations of one question to `have` (SYNC.md §1, "Restore safety").
pub const HAVE_OPS_MAX: usize = 1_000;

/// Most changes of one page of a pull (SYNC.md §1, "Pull").
pub const PULL_CHANGES_MAX: u16 = 200;

/// Most parents of one operation. A note with more concurrent edits than this takes several steps
/// to become one again.
pub const PARENTS_MAX: usize = 64;

/// How long the content of a withdrawn note is kept, in milliseconds: 30 days (SYNC.md §1, "Edits
/// and withdrawals").
pub const BIN_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// Most bytes of one attachment: two hours of a voice memo, or several of the largest photos.
pub const ATTACHMENT_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Most bytes of one piece of an attachment on the device and of one request of its upload
/// (SYNC.md §1, "Attachments").
pub const ATTACHMENT_CHUNK_BYTES: usize = 256 * 1024;

/// Media type of push and pull. An answer of any other type is not ours (SYNC.md fault 13).
pub const MEDIA_TYPE: &str = "application/vnd.sightline.v1+json";

/// Media type of every error (RFC 9457 §3).
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// Most bytes of a briefing's text in one language, its pictures included: it has to reach a phone.
pub const BRIEFING_BYTES_MAX: usize = 1024 * 1024;

/// Most claims of a briefing, choices of a question, or items of a questionnaire.
pub const ITEMS_MAX: usize = 30;

/// Most bytes of a file that is imported into the reference data.
pub const IMPORT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most notes that one deed of marketing's changes.
pub const DEED_NOTES_MAX: usize = 1_000;
