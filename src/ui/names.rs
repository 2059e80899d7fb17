//! Names to choose from while somebody types: marketing's first, then the rep's own. Any other text
//! may stand in the field as well, and is told to be new.

use device::Device;
use device::fold::fold;
use leptos::prelude::*;
use protocol::mail::Referent;

use crate::i18n::use_texts;

/// Names that can be chosen by one tap.
const TAPPABLE: usize = 3;
/// Names that a list below the field offers while somebody types.
const LISTED: usize = 12;

/// A name, and what of it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    text: String,
    folded: String,
}

impl Name {
    fn new(text: String) -> Self {
        let folded = fold(&text).trim_end().to_owned();
        Self { text, folded }
    }
}

/// The names that may be meant at a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Marketing's; empty until they are read.
    listed: Vec<Name>,
    /// The rep's own, the likeliest first.
    own: Vec<Name>,
}

impl Names {
    /// Takes in the names that the rep wrote, the likeliest first.
    pub(crate) fn set_own(&mut self, names: Vec<String>) {
        self.own = names.into_iter().map(Name::new).collect();
    }

    /// Takes in the names that marketing has.
    pub(crate) fn set_listed(&mut self, names: Vec<String>) {
        self.listed = names.into_iter().map(Name::new).collect();
    }

    /// Those that may be meant by what is typed, the best first: names that begin so, then names
    /// with a word that does, of each marketing's first. Of nothing typed, the rep's likeliest.
    fn meant(&self, typed: &str, limit: usize) -> Vec<String> {
        let typed = fold(typed).trim_end().to_owned();
        if typed.is_empty() {
            return self.own.iter().take(limit).map(|name| name.text.clone()).collect();
        }
        let mut meant: Vec<&Name> = Vec::new();
        for is_beginning in [true, false] {
            for name in self.listed.iter().chain(&self.own) {
                let is_meant = match is_beginning {
                    true => name.folded.starts_with(&typed),
                    false => name.folded.contains(&typed),
                };
                let is_known = || meant.iter().any(|known| known.folded == name.folded);
                if meant.len() < limit && is_meant && !is_known() {
                    meant.push(name);
                }
            }
        }
        meant.into_iter().map(|name| name.text.clone()).collect()
    }

    /// Whether marketing has names, and this is none of them, nor the beginning of one: that is
    /// still being written.
    fn is_new(&self, typed: &str) -> bool {
        let typed = fold(typed).trim_end().to_owned();
        !typed.is_empty()
            && !self.listed.is_empty()
            && !self.listed.iter().any(|name| name.folded.starts_with(&typed))
    }
}

/// Whether two names mean the same customer, product or competitor.
pub(crate) fn is_same_name(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let a = a.trim();
    !a.is_empty() && a == b.trim()
}

/// Whether a name has a word that begins with what is typed.
pub(crate) fn is_like(name: &str, typed: &str) -> bool {
    fold(name).contains(fold(typed).trim_end())
}

/// Marketing's names of one sort; none where the storage fails, as a form works without.
pub(crate) async fn listed(device: Device, of: Referent) -> Vec<String> {
    let references = device.references(of).await.unwrap_or_default();
    references.into_iter().map(|reference| reference.name).collect()
}

/// What stands below a field for a name: those to be tapped, and a word where the name is new.
/// `list_id` is the one that the field names as its list.
#[component]
pub(crate) fn Suggestions(
    #[prop(into)] names: Signal<Names, LocalStorage>,
    content: RwSignal<String>,
    list_id: String,
) -> impl IntoView {
    let t = use_texts();
    let meant =
        Memo::new(move |_| names.with(|names| content.with(|typed| names.meant(typed, LISTED))));
    let tap = move |name: String| {
        let chosen = name.clone();
        view! {
            <button
                type="button"
                class="chip"
                data-testid="suggestion"
                on:click=move |_| content.set(chosen.clone())
            >
                {name}
            </button>
        }
    };
    let option = |name: &String| view! { <option value=name.clone()></option> };
    let list = move || meant.with(|meant| meant.iter().map(option).collect_view());
    let taps = move || {
        let meant = meant.get();
        // What is in the field already needs no tap.
        let is_done = content.with(|typed| meant.first() == Some(typed));
        (!is_done).then(|| meant.into_iter().take(TAPPABLE).map(tap).collect_view())
    };
    let is_new = Memo::new(move |_| names.with(|names| content.with(|typed| names.is_new(typed))));
    view! {
        <datalist id=list_id>{list}</datalist>
        <div class="suggestions">{taps}</div>
        <p class="quiet new-name" aria-live="polite" data-testid="new-name">
            {move || is_new.get().then_some(t.new_name)}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        names.set_own(owned(&["Garage Zed", "epicerie du coin", "Moulin"]));
        names.set_listed(owned(&["Au Coin Vert", "Coiffure Line", "Épicerie du Coin"]));
        names
    }

    #[test]
    fn marketings_names_come_first_and_those_that_begin_so_before_others() {
        assert_eq!(names().meant("COI", 5), ["Coiffure Line", "Au Coin Vert", "Épicerie du Coin"]);
        assert_eq!(names().meant("coi", 1), ["Coiffure Line"]);
        assert_eq!(names().meant("epi", 5), ["Épicerie du Coin"]);
        assert_eq!(names().meant("mou", 5), ["Moulin"]);
        assert_eq!(names().meant("xyz", 5), [""; 0]);
    }

    #[test]
    fn names_are_the_same_whatever_their_accents_and_capitals() {
        assert!(is_same_name("Épicerie  du Coin", "epicerie du coin "));
        assert!(!is_same_name("Dupont", "Dupond"));
        assert!(!is_same_name("", " "));
        assert!(is_like("Épicerie du Coin", "coi") && !is_like("Épicerie du Coin", "oin"));
    }

    #[test]
    fn an_empty_field_offers_whom_the_rep_writes_of_most() {
        assert_eq!(names().meant(" ", 2), ["Garage Zed", "epicerie du coin"]);
    }

    #[test]
    fn a_name_is_new_only_where_marketing_has_names_and_not_this_one() {
        assert!(names().is_new("Moulin") && names().is_new("Épicerie du Coin Rouge"));
        assert!(!names().is_new("epicerie  du COIN") && !names().is_new("Epi"));
        assert!(!names().is_new("") && !Names::default().is_new("Moulin"));
    }
}
