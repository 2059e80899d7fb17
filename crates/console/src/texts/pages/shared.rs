//! Words that several pages say.

/// In one language.
pub(crate) struct SharedTexts {
    pub(crate) in_english: &'static str,
    pub(crate) in_french: &'static str,
    pub(crate) not_yet: &'static str,
    pub(crate) add: &'static str,
    /// `{name}` stands for what is taken away.
    pub(crate) take_away: &'static str,
    pub(crate) working: &'static str,
}

/// English.
pub(super) const EN: SharedTexts = SharedTexts {
    in_english: "English",
    in_french: "French",
    not_yet: "Not yet",
    add: "Add",
    take_away: "Take {name} away",
    working: "One moment",
};

/// French.
pub(super) const FR: SharedTexts = SharedTexts {
    in_english: "anglais",
    in_french: "français",
    not_yet: "Pas encore",
    add: "Ajouter",
    take_away: "Retirer {name}",
    working: "Un instant",
};
