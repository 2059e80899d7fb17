//! x

/// In one language.
pub(crate) struct DataTexts {}
pub(super) const EN: DataTexts = DataTexts {};
pub(super) const FR: DataTexts = DataTexts {};
