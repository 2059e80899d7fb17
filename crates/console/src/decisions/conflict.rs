//! Two marketers wrote at once: which of what each wrote stays, field by field.

use leptos::prelude::*;
use protocol::console::decisions::{Audience, DecisionText};

use crate::locale::{Locale, use_locale};
use crate::texts::WorkTexts;

/// A part of a decision that two people can have written differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Rectified,
    TitleEn,
    TitleFr,
    TextEn,
    TextFr,
    FromDay,
    Product,
    Audience,
    Notes,
    Topics,
}

impl Field {
    const ALL: [Self; 10] = [
        Self::Rectified,
        Self::TitleEn,
        Self::TitleFr,
        Self::TextEn,
        Self::TextFr,
        Self::FromDay,
        Self::Product,
        Self::Audience,
        Self::Notes,
        Self::Topics,
    ];

    fn is_same(self, one: &DecisionText, other: &DecisionText) -> bool {
        match self {
            Self::Rectified => one.rectified == other.rectified,
            Self::TitleEn => one.title.en == other.title.en,
            Self::TitleFr => one.title.fr == other.title.fr,
            Self::TextEn => one.text.en == other.text.en,
            Self::TextFr => one.text.fr == other.text.fr,
            Self::FromDay => one.from_day == other.from_day,
            Self::Product => one.product == other.product,
            Self::Audience => one.audience == other.audience,
            Self::Notes => one.note_ids == other.note_ids,
            Self::Topics => one.topic_ids == other.topic_ids,
        }
    }

    /// Takes this part of one text over into another.
    pub(super) fn take(self, from: &DecisionText, to: &mut DecisionText) {
        match self {
            Self::Rectified => to.rectified = from.rectified,
            Self::TitleEn => to.title.en.clone_from(&from.title.en),
            Self::TitleFr => to.title.fr.clone_from(&from.title.fr),
            Self::TextEn => to.text.en.clone_from(&from.text.en),
            Self::TextFr => to.text.fr.clone_from(&from.text.fr),
            Self::FromDay => to.from_day.clone_from(&from.from_day),
            Self::Product => to.product.clone_from(&from.product),
            Self::Audience => to.audience.clone_from(&from.audience),
            Self::Notes => to.note_ids.clone_from(&from.note_ids),
            Self::Topics => to.topic_ids.clone_from(&from.topic_ids),
        }
    }

    fn name(self, texts: &WorkTexts) -> String {
        match self {
            Self::Rectified => texts.rectifies.to_owned(),
            Self::TitleEn => format!("{} · English", texts.title),
            Self::TitleFr => format!("{} · Français", texts.title),
            Self::TextEn => format!("{} · English", texts.what_changes),
            Self::TextFr => format!("{} · Français", texts.what_changes),
            Self::FromDay => texts.from_when.to_owned(),
            Self::Product => texts.about_product.to_owned(),
            Self::Audience => texts.audience.to_owned(),
            Self::Notes => texts.cited_notes.to_owned(),
            Self::Topics => texts.cited_topics.to_owned(),
        }
    }

    fn value(self, of: &DecisionText, locale: Locale) -> String {
        let texts = &locale.texts.work;
        match self {
            Self::Rectified => texts.rectified(of.rectified).to_owned(),
            Self::TitleEn => of.title.en.clone(),
            Self::TitleFr => of.title.fr.clone(),
            Self::TextEn => of.text.en.clone(),
            Self::TextFr => of.text.fr.clone(),
            Self::FromDay => {
                of.from_day.as_deref().map(|day| locale.calendar_day(day)).unwrap_or_default()
            }
            Self::Product => of.product.clone().unwrap_or_default(),
            Self::Audience => match &of.audience {
                Audience::Everyone => texts.everyone.to_owned(),
                Audience::Authors => texts.authors.to_owned(),
                Audience::Reps(reps) => locale.count(&texts.reps, reps.len()),
            },
            Self::Notes => locale.count(&locale.texts.notes_shown, of.note_ids.len()),
            Self::Topics => locale.count(&texts.topics_counted, of.topic_ids.len()),
        }
    }
}

/// What one's own and the other's version make, and where somebody has to choose.
///
/// What only one of the two changed since `base` is theirs without a question; what both wrote the
/// same is no conflict either.
pub(super) fn merged(
    base: &DecisionText,
    own: &DecisionText,
    theirs: &DecisionText,
) -> (DecisionText, Vec<Field>) {
    let mut text = own.clone();
    let mut conflicts = Vec::new();
    for field in Field::ALL {
        if field.is_same(own, theirs) {
            continue;
        }
        if field.is_same(own, base) {
            field.take(theirs, &mut text);
        } else if !field.is_same(theirs, base) {
            conflicts.push(field);
        }
    }
    (text, conflicts)
}

/// Both versions side by side, a choice each. `choose` gets the fields that are to be theirs.
#[component]
pub(super) fn Conflict(
    own: DecisionText,
    theirs: DecisionText,
    fields: Vec<Field>,
    choose: Callback<Vec<Field>>,
) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let theirs_wins = RwSignal::new(Vec::<Field>::new());
    let row = |field: Field| {
        let is_theirs = RwSignal::new(false);
        let (own_value, their_value) = (field.value(&own, locale), field.value(&theirs, locale));
        let pick = move |is_this: bool| {
            is_theirs.set(is_this);
            theirs_wins.update(|fields| {
                fields.retain(|it| *it != field);
                if is_this {
                    fields.push(field);
                }
            });
        };
        let option = move |is_this: bool, label: &'static str, value: String| {
            view! {
                <label class="version">
                    <input
                        type="radio"
                        name=format!("conflict-{field:?}")
                        prop:checked=move || is_theirs.get() == is_this
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
        view! {
            <fieldset class="choice">
                <legend>{field.name(texts)}</legend>
                <div class="versions">
                    {option(false, texts.your_version, own_value)}
                    {option(true, texts.their_version, their_value)}
                </div>
            </fieldset>
        }
    };
    let rows = fields.into_iter().map(row).collect_view();
    view! {
        <section class="conflict" data-testid="decision-conflict">
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::seed::blank;

    #[test]
    fn what_only_one_changed_needs_no_choice() {
        let base = blank();
        let (mut own, mut theirs) = (base.clone(), base.clone());
        own.title.en = "Mine".to_owned();
        theirs.text.fr = "Le leur".to_owned();
        let (text, conflicts) = merged(&base, &own, &theirs);
        assert_eq!((text.title.en.as_str(), text.text.fr.as_str()), ("Mine", "Le leur"));
        assert_eq!(conflicts, []);
    }

    #[test]
    fn what_both_changed_is_asked_unless_they_agree() {
        let base = blank();
        let (mut own, mut theirs) = (base.clone(), base.clone());
        own.title.en = "Mine".to_owned();
        theirs.title.en = "Theirs".to_owned();
        own.product = Some("Zip".to_owned());
        theirs.product = Some("Zip".to_owned());
        let (text, conflicts) = merged(&base, &own, &theirs);
        assert_eq!(conflicts, [Field::TitleEn]);
        assert_eq!(text.title.en, "Mine", "until somebody chooses");
    }

    #[test]
    fn every_field_is_compared_and_taken() {
        let mut other = blank();
        other.rectified = protocol::mail::Rectified::TargetMarket;
        other.title.en = "a".to_owned();
        other.title.fr = "b".to_owned();
        other.text.en = "c".to_owned();
        other.text.fr = "d".to_owned();
        other.from_day = Some("2026-06-01".to_owned());
        other.product = Some("e".to_owned());
        other.audience = Audience::Everyone;
        other.note_ids.push(protocol::NoteId::new(1, [0; 10]));
        other.topic_ids.push(protocol::TopicId::new(1, [0; 10]));
        let mut text = blank();
        for field in Field::ALL {
            assert!(!field.is_same(&text, &other), "{field:?}");
            field.take(&other, &mut text);
        }
        assert_eq!(text, other);
    }
}
