//! x

/// In one language.
pub(crate) struct SharedTexts {}
pub(super) const EN: SharedTexts = SharedTexts {};
pub(super) const FR: SharedTexts = SharedTexts {};
