//! What a key means in the inbox. Single keys can be switched off (WCAG 2.1.4).

/// Where the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A field that takes what is typed.
    Typing,
    /// The list, or nowhere in particular.
    Page,
    /// Another control or text, which has its own use of the arrows.
    Control,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Next,
    Previous,
    /// Chooses the note, or no longer.
    Choose,
    /// Chooses the note and the next one, and goes there.
    ChooseNext,
    /// The same upwards.
    ChoosePrevious,
    Do(Verb),
    /// Gathers the open note and those similar to it.
    Gather,
    Undo,
    Search,
    Export,
    Help,
    Back,
}

/// What somebody does with notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Read,
    Classify,
    Topic,
    Decide,
    Decline,
    Assign,
    Star,
    Snooze,
    Tag,
    Reopen,
}

impl Verb {
    /// All, in the order in which they are offered.
    pub(crate) const ALL: [Self; 10] = [
        Self::Read,
        Self::Classify,
        Self::Topic,
        Self::Decide,
        Self::Decline,
        Self::Assign,
        Self::Star,
        Self::Snooze,
        Self::Tag,
        Self::Reopen,
    ];

    /// Its key (`KeyboardEvent.key`).
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Read => "r",
            Self::Classify => "c",
            Self::Topic => "t",
            Self::Decide => "d",
            Self::Decline => "x",
            Self::Assign => "a",
            Self::Star => "s",
            Self::Snooze => "z",
            Self::Tag => "l",
            Self::Reopen => "o",
        }
    }

    /// Its name, as tests know it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Classify => "classify",
            Self::Topic => "topic",
            Self::Decide => "decide",
            Self::Decline => "decline",
            Self::Assign => "assign",
            Self::Star => "star",
            Self::Snooze => "snooze",
            Self::Tag => "tag",
            Self::Reopen => "reopen",
        }
    }
}

/// The command of this key (`KeyboardEvent.key`), if it is one here.
pub(crate) fn command(
    key: &str,
    modified: bool,
    place: Place,
    single_keys: bool,
) -> Option<Command> {
    if modified {
        return None;
    }
    match key {
        "Escape" => Some(Command::Back),
        "ArrowDown" if place == Place::Page => Some(Command::Next),
        "ArrowUp" if place == Place::Page => Some(Command::Previous),
        _ if place == Place::Typing || !single_keys => None,
        "j" => Some(Command::Next),
        "k" => Some(Command::Previous),
        "/" => Some(Command::Search),
        "e" => Some(Command::Export),
        "?" => Some(Command::Help),
        "v" => Some(Command::Choose),
        "J" => Some(Command::ChooseNext),
        "K" => Some(Command::ChoosePrevious),
        "g" => Some(Command::Gather),
        "u" => Some(Command::Undo),
        _ => Verb::ALL.into_iter().find(|verb| verb.key() == key).map(Command::Do),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_commands_only_where_nobody_types() {
        assert_eq!(command("j", false, Place::Page, true), Some(Command::Next));
        assert_eq!(command("j", false, Place::Control, true), Some(Command::Next));
        assert_eq!(command("j", false, Place::Typing, true), None);
        assert_eq!(command("?", false, Place::Page, false), None, "switched off");
        assert_eq!(command("e", true, Place::Page, true), None, "Ctrl+E is the browser's");
    }

    #[test]
    fn every_key_means_one_thing() {
        let taken = ["j", "k", "J", "K", "/", "e", "?", "v", "g", "u"];
        for (index, verb) in Verb::ALL.into_iter().enumerate() {
            assert_eq!(command(verb.key(), false, Place::Page, true), Some(Command::Do(verb)));
            assert_eq!(command(verb.key(), false, Place::Typing, true), None);
            assert!(!taken.contains(&verb.key()), "{}", verb.key());
            assert!(Verb::ALL[..index].iter().all(|other| other.key() != verb.key()));
        }
    }

    #[test]
    fn arrows_stay_with_what_scrolls_and_escape_works_everywhere() {
        assert_eq!(command("ArrowDown", false, Place::Page, false), Some(Command::Next));
        assert_eq!(command("ArrowDown", false, Place::Control, true), None);
        assert_eq!(command("Escape", false, Place::Typing, false), Some(Command::Back));
    }
}
