//! x

/// In one language.
pub(crate) struct PeopleTexts {}
pub(super) const EN: PeopleTexts = PeopleTexts {};
pub(super) const FR: PeopleTexts = PeopleTexts {};
