//! Two marketers wrote at once: which of what each wrote stays, part by part.

use leptos::prelude::*;

use crate::locale::{Locale, use_locale};
use crate::texts::Texts;

/// A part of a text that two people can have written differently.
pub(crate) struct Part<T> {
    pub(crate) name: fn(&Texts) -> String,
    /// What it says, in words.
    pub(crate) value: fn(&T, Locale) -> String,
    pub(crate) is_same: fn(&T, &T) -> bool,
    /// Takes this part of the first over into the second.
    pub(crate) take: fn(&T, &mut T),
}

/// A text that is made of parts.
pub(crate) trait Parts: Clone + Send + Sync + 'static {
    /// All that it is made of.
    const PARTS: &'static [Part<Self>];
}

/// A [`Part`]: its field, its name, and what it says in words.
macro_rules! part {
    ($($field:ident).+, $name:expr, $value:expr $(,)?) => {
        $crate::merge::Part {
            name: $name,
            value: $value,
            is_same: |one, other| one.$($field).+ == other.$($field).+,
            take: |from, to| to.$($field).+.clone_from(&from.$($field).+),
        }
    };
}

pub(crate) use part;

/// The name of a part that is in one of the two languages.
pub(crate) fn in_language(label: &str, is_french: bool, texts: &Texts) -> String {
    let shared = &texts.pages.shared;
    format!("{label} · {}", if is_french { shared.in_french } else { shared.in_english })
}

/// What one's own and the other's version make, and which parts somebody has to choose.
///
/// What only one of the two changed since `base` is theirs without a question; what both wrote the
/// same is no conflict either. Where nobody knows any more what one's own began with, all that
/// differs is asked.
pub(crate) fn merged<T: Parts>(base: Option<&T>, own: &T, theirs: &T) -> (T, Vec<usize>) {
    let mut text = own.clone();
    let mut conflicts = Vec::new();
    for (place, part) in T::PARTS.iter().enumerate() {
        let is_changed = |by: &T| base.is_none_or(|base| !(part.is_same)(by, base));
        if (part.is_same)(own, theirs) {
            continue;
        }
        if !is_changed(own) {
            (part.take)(theirs, &mut text);
        } else if is_changed(theirs) {
            conflicts.push(place);
        }
    }
    (text, conflicts)
}

/// Takes these parts of one text over into another.
pub(crate) fn take<T: Parts>(places: &[usize], from: &T, to: &mut T) {
    for part in places.iter().filter_map(|place| T::PARTS.get(*place)) {
        (part.take)(from, to);
    }
}

/// Both versions side by side, a choice each. `choose` gets the parts that are to be theirs.
#[component]
pub(crate) fn Conflict<T: Parts>(
    own: T,
    theirs: T,
    places: Vec<usize>,
    #[prop(into)] choose: Callback<Vec<usize>>,
    test_id: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let theirs_wins = RwSignal::new(Vec::<usize>::new());
    let row = |place: usize| {
        let part = T::PARTS.get(place)?;
        let is_theirs = move || theirs_wins.with(|places| places.contains(&place));
        let pick = move |is_this: bool| {
            theirs_wins.update(|places| {
                places.retain(|it| *it != place);
                if is_this {
                    places.push(place);
                }
            });
        };
        let option = move |is_this: bool, label: &'static str, value: String| {
            view! {
                <label class="version">
                    <input
                        type="radio"
                        name=format!("conflict-{place}")
                        prop:checked=move || is_theirs() == is_this
                        on:change=move |_| pick(is_this)
                    />
                    <span>
                        <span class="quiet">{label}</span>
                        <span class="version-text" dir="auto">
                            {if value.is_empty() { texts.nothing.to_owned() } else { value }}
                        </span>
                    </span>
                </label>
            }
        };
        let (own_value, their_value) = ((part.value)(&own, locale), (part.value)(&theirs, locale));
        Some(view! {
            <fieldset class="choice">
                <legend>{(part.name)(locale.texts)}</legend>
                <div class="versions">
                    {option(false, texts.your_version, own_value)}
                    {option(true, texts.their_version, their_value)}
                </div>
            </fieldset>
        })
    };
    let rows = places.into_iter().filter_map(row).collect_view();
    view! {
        <section class="conflict" data-testid=test_id>
            <div role="alert">
                <h2>{texts.changed_meanwhile}</h2>
                <p>{texts.changed_meanwhile_about}</p>
            </div>
            {rows}
            <button
                type="button"
                class="button button-main"
                data-testid="conflict-save"
                on:click=move |_| choose.run(theirs_wins.get_untracked())
            >
                {texts.save_as_chosen}
            </button>
        </section>
    }
}

/// For tests of each kind of text.
#[cfg(test)]
pub(crate) mod testing {
    use core::fmt::Debug;

    use super::Parts;

    /// Fails where two texts that differ in everything become the same without all of their parts:
    /// then one would be lost where two people write at once.
    pub(crate) fn expect_whole<T: Parts + PartialEq + Debug>(blank: &T, other: &T) {
        let mut text = blank.clone();
        for (place, part) in T::PARTS.iter().enumerate() {
            assert!(!(part.is_same)(&text, other), "part {place} is the same");
            (part.take)(other, &mut text);
            assert!((part.is_same)(&text, other), "part {place} is not taken");
        }
        assert_eq!(&text, other, "what no part has");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    struct Text {
        title: String,
        quota: Option<u32>,
    }

    impl Parts for Text {
        const PARTS: &'static [Part<Self>] = &[
            part!(title, |_| "Title".to_owned(), |text, _| text.title.clone()),
            part!(quota, |_| "Quota".to_owned(), |text, _| format!("{:?}", text.quota)),
        ];
    }

    fn text(title: &str, quota: Option<u32>) -> Text {
        Text { title: title.to_owned(), quota }
    }

    #[test]
    fn what_only_one_changed_needs_no_choice() {
        let base = Text::default();
        let (own, theirs) = (text("Mine", None), text("", Some(3)));
        assert_eq!(merged(Some(&base), &own, &theirs), (text("Mine", Some(3)), Vec::new()));
    }

    #[test]
    fn what_both_changed_is_asked_unless_they_agree() {
        let base = text("Before", None);
        let (own, theirs) = (text("Mine", Some(3)), text("Theirs", Some(3)));
        let (mut together, conflicts) = merged(Some(&base), &own, &theirs);
        assert_eq!(conflicts, [0]);
        assert_eq!(together.title, "Mine", "until somebody chooses");
        take(&conflicts, &theirs, &mut together);
        assert_eq!(together, theirs);
    }

    #[test]
    fn without_a_base_all_that_differs_is_asked() {
        let (own, theirs) = (text("Mine", Some(3)), text("Theirs", None));
        assert_eq!(merged(None, &own, &theirs), (own, vec![0, 1]));
    }

    #[test]
    fn all_of_it_is_parts() {
        testing::expect_whole(&Text::default(), &text("a", Some(1)));
    }
}
