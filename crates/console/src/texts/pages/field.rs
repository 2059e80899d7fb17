//! x

/// In one language.
pub(crate) struct FieldTexts {}
pub(super) const EN: FieldTexts = FieldTexts {};
pub(super) const FR: FieldTexts = FieldTexts {};
