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
    pub(crate) invalid_field: &'static str,
    pub(crate) name_taken: &'static str,
    pub(crate) changed_meanwhile: &'static str,
    pub(crate) is_closed: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) forbidden: &'static str,
}

/// English.
pub(super) const EN: SharedTexts = SharedTexts {
    in_english: "English",
    in_french: "French",
    not_yet: "Not yet",
    add: "Add",
    take_away: "Take {name} away",
    working: "One moment",
    invalid_field: "A field is empty, too long, or says what cannot be.",
    name_taken: "Another one has this name already.",
    changed_meanwhile: "Somebody changed this meanwhile.",
    is_closed: "It is closed and cannot be changed any more.",
    too_large: "It is too large.",
    forbidden: "Only administrators can do this.",
};

/// French.
pub(super) const FR: SharedTexts = SharedTexts {
    in_english: "anglais",
    in_french: "français",
    not_yet: "Pas encore",
    add: "Ajouter",
    take_away: "Retirer {name}",
    working: "Un instant",
    invalid_field: "Un champ est vide, trop long, ou dit ce qui ne peut être.",
    name_taken: "Un autre porte déjà ce nom.",
    changed_meanwhile: "Quelqu’un a changé ceci entre-temps.",
    is_closed: "C’est clos et ne peut plus être changé.",
    too_large: "C’est trop volumineux.",
    forbidden: "Seuls les administrateurs le peuvent.",
};
