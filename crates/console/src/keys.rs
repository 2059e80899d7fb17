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
    Search,
    Export,
    Help,
    Back,
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
        _ => None,
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
    fn arrows_stay_with_what_scrolls_and_escape_works_everywhere() {
        assert_eq!(command("ArrowDown", false, Place::Page, false), Some(Command::Next));
        assert_eq!(command("ArrowDown", false, Place::Control, true), None);
        assert_eq!(command("Escape", false, Place::Typing, false), Some(Command::Back));
    }
}
