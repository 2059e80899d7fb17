//! What to say about each problem that the endpoint reports, by its stable code.

use protocol::Code;

/// One sentence a problem, and what to do where somebody can.
pub(crate) struct ProblemTexts {
    pub(crate) text_empty: &'static str,
    pub(crate) text_too_long: &'static str,
    pub(crate) price_not_understood: &'static str,
    pub(crate) unknown_kind: &'static str,
    pub(crate) future_schema: &'static str,
    pub(crate) malformed_op: &'static str,
    pub(crate) hash_mismatch: &'static str,
    pub(crate) id_reuse: &'static str,
    pub(crate) unsupported_action: &'static str,
    pub(crate) note_of_another: &'static str,
    pub(crate) attachment_too_large: &'static str,
    pub(crate) bad_query: &'static str,
    pub(crate) device_revoked: &'static str,
    pub(crate) wrong_device: &'static str,
    pub(crate) session_missing: &'static str,
    pub(crate) sign_in_refused: &'static str,
    pub(crate) cross_site: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) too_many_requests: &'static str,
    pub(crate) internal: &'static str,
    pub(crate) unavailable: &'static str,
    pub(crate) storage_full: &'static str,
    pub(crate) invalid_field: &'static str,
    pub(crate) changed_meanwhile: &'static str,
    pub(crate) name_taken: &'static str,
    pub(crate) not_undoable: &'static str,
    pub(crate) closed: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) forbidden: &'static str,
    /// Whatever the console itself never causes, or a newer endpoint invents.
    pub(crate) unexpected: &'static str,
}

impl ProblemTexts {
    /// The text of this code.
    pub(crate) const fn of(&self, code: Code) -> &'static str {
        match code {
            Code::TextEmpty => self.text_empty,
            Code::TextTooLong => self.text_too_long,
            Code::PriceNotUnderstood => self.price_not_understood,
            Code::UnknownKind => self.unknown_kind,
            Code::FutureSchema => self.future_schema,
            Code::MalformedOp => self.malformed_op,
            Code::HashMismatch => self.hash_mismatch,
            Code::IdReuse => self.id_reuse,
            Code::UnsupportedAction => self.unsupported_action,
            Code::NoteOfAnother => self.note_of_another,
            Code::AttachmentTooLarge => self.attachment_too_large,
            Code::BadQuery => self.bad_query,
            Code::DeviceRevoked => self.device_revoked,
            Code::WrongDevice => self.wrong_device,
            Code::SessionMissing => self.session_missing,
            Code::SignInRefused => self.sign_in_refused,
            Code::CrossSite => self.cross_site,
            Code::NotFound => self.not_found,
            Code::TooManyRequests => self.too_many_requests,
            Code::Internal => self.internal,
            Code::Unavailable => self.unavailable,
            Code::StorageFull => self.storage_full,
            Code::InvalidField => self.invalid_field,
            Code::ChangedMeanwhile => self.changed_meanwhile,
            Code::NameTaken => self.name_taken,
            Code::NotUndoable => self.not_undoable,
            Code::Closed => self.closed,
            Code::TooLarge => self.too_large,
            Code::Forbidden => self.forbidden,
            _ => self.unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::texts::{EN, FR};

    #[test]
    fn what_lands_in_quarantine_has_words_of_its_own_in_both_languages() {
        let codes = [
            Code::TextEmpty,
            Code::TextTooLong,
            Code::PriceNotUnderstood,
            Code::UnknownKind,
            Code::FutureSchema,
            Code::MalformedOp,
            Code::HashMismatch,
            Code::IdReuse,
            Code::UnsupportedAction,
            Code::NoteOfAnother,
            Code::AttachmentTooLarge,
            Code::Unknown,
        ];
        for texts in [&EN, &FR] {
            let words: BTreeSet<_> = codes.iter().map(|code| texts.problems.of(*code)).collect();
            assert_eq!(words.len(), codes.len());
        }
    }

    #[test]
    fn no_code_is_shown_bare() {
        for code in Code::ALL {
            assert_ne!(EN.problems.of(*code), FR.problems.of(*code), "{code}");
        }
    }
}
