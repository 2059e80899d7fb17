//! What briefings, questions and test groups are made of, for two who write at once.

use protocol::console::field::{BriefingText, QuestionText, TestGroupText};
use protocol::mail::{Claim, Form, Item, Subject};

use super::audience;
use super::pictures::{Pictures, fold};
use crate::locale::{Locale, fill};
use crate::merge::{Part, Parts, in_language, part};

impl Parts for BriefingText {
    const PARTS: &'static [Part<Self>] = &[
        part!(subject, |texts| texts.pages.field.about_what.to_owned(), |text, locale| {
            let texts = &locale.texts.pages.field;
            let kind = match &text.subject {
                Subject::Product(_) => texts.on_product,
                Subject::Competitor(_) => texts.on_competitor,
            };
            format!("{kind}: {}", text.subject.name())
        },),
        part!(phase, |texts| texts.pages.field.phase_label.to_owned(), |text, locale| {
            let texts = &locale.texts.pages.field;
            text.phase.map_or(texts.no_phase, |phase| texts.phase(phase)).to_owned()
        },),
        part!(
            title.en,
            |texts| in_language(texts.pages.field.title_label, false, texts),
            |text, _| text.title.en.clone(),
        ),
        part!(
            title.fr,
            |texts| in_language(texts.pages.field.title_label, true, texts),
            |text, _| text.title.fr.clone(),
        ),
        part!(
            text.en,
            |texts| in_language(texts.pages.field.text_label, false, texts),
            |text, _| fold(&text.text.en, &mut Pictures::new()),
        ),
        part!(
            text.fr,
            |texts| in_language(texts.pages.field.text_label, true, texts),
            |text, _| fold(&text.text.fr, &mut Pictures::new()),
        ),
        part!(claims, |texts| texts.pages.field.claims.to_owned(), |text, locale| lines(
            text.claims.iter().map(|claim| claimed(claim, locale))
        ),),
        part!(
            is_acknowledgement_wanted,
            |texts| texts.pages.field.acknowledgement_wanted.to_owned(),
            |text, locale| {
                let texts = &locale.texts.pages.field;
                if text.is_acknowledgement_wanted { texts.yes } else { texts.no }.to_owned()
            },
        ),
        part!(audience, |texts| texts.pages.field.audience.to_owned(), |text, locale| {
            audience::words(&text.audience, locale)
        },),
    ];
}

impl Parts for QuestionText {
    const PARTS: &'static [Part<Self>] = &[
        part!(
            text.en,
            |texts| in_language(texts.pages.field.question_label, false, texts),
            |text, _| text.text.en.clone(),
        ),
        part!(
            text.fr,
            |texts| in_language(texts.pages.field.question_label, true, texts),
            |text, _| text.text.fr.clone(),
        ),
        part!(choices, |texts| texts.pages.field.choices.to_owned(), |text, locale| lines(
            text.choices.iter().map(|choice| locale.words(choice))
        ),),
        part!(product, |texts| texts.pages.field.product_optional.to_owned(), |text, _| text
            .product
            .clone()
            .unwrap_or_default(),),
        part!(quota, |texts| texts.pages.field.quota.to_owned(), |text, locale| {
            text.quota.map(|quota| locale.number(quota as usize)).unwrap_or_default()
        },),
        part!(expires_at_ms, |texts| texts.pages.field.expires.to_owned(), |text, locale| {
            last_day(text.expires_at_ms, locale)
        },),
        part!(audience, |texts| texts.pages.field.who_is_asked.to_owned(), |text, locale| {
            audience::words(&text.audience, locale)
        },),
    ];
}

impl Parts for TestGroupText {
    const PARTS: &'static [Part<Self>] = &[
        part!(
            title.en,
            |texts| in_language(texts.pages.field.title_label, false, texts),
            |text, _| text.title.en.clone(),
        ),
        part!(
            title.fr,
            |texts| in_language(texts.pages.field.title_label, true, texts),
            |text, _| text.title.fr.clone(),
        ),
        part!(
            text.en,
            |texts| in_language(texts.pages.field.group_text, false, texts),
            |text, _| text.text.en.clone(),
        ),
        part!(
            text.fr,
            |texts| in_language(texts.pages.field.group_text, true, texts),
            |text, _| text.text.fr.clone(),
        ),
        part!(product, |texts| texts.pages.field.group_product.to_owned(), |text, _| text
            .product
            .clone()
            .unwrap_or_default(),),
        part!(customers, |texts| texts.pages.field.group_customers.to_owned(), |text, _| lines(
            text.customers.iter().cloned()
        ),),
        part!(audience, |texts| texts.pages.field.group_reps.to_owned(), |text, locale| {
            audience::words(&text.audience, locale)
        },),
        part!(marketers, |texts| texts.pages.field.group_marketers.to_owned(), |text, _| lines(
            text.marketers.iter().cloned()
        ),),
        part!(items, |texts| texts.pages.field.items.to_owned(), |text, locale| lines(
            text.items.iter().map(|item| asked(item, locale))
        ),),
        part!(
            expires_at_ms,
            |texts| texts.pages.field.expires.to_owned(),
            |text, locale| last_day(text.expires_at_ms, locale),
        ),
    ];
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// "Half the price of Zip (price list, 3 May)".
fn claimed(claim: &Claim, locale: Locale) -> String {
    let day = claim.checked_day.as_deref().map(|day| locale.calendar_day(day));
    let source = Some(claim.source.clone()).filter(|source| !source.is_empty());
    let known: Vec<String> = source.into_iter().chain(day).collect();
    let text = locale.words(&claim.text);
    if known.is_empty() { text } else { format!("{text} ({})", known.join(", ")) }
}

/// "Which lid? (one of several: Red / Green)".
fn asked(item: &Item, locale: Locale) -> String {
    let [acceptance, yes_no, choice, text] = locale.texts.pages.field.forms;
    let form = match &item.form {
        Form::Acceptance => acceptance.to_owned(),
        Form::YesNo => yes_no.to_owned(),
        Form::Choice(choices) => {
            let choices: Vec<String> = choices.iter().map(|it| locale.words(it)).collect();
            format!("{choice}: {}", choices.join(" / "))
        }
        Form::Text => text.to_owned(),
    };
    format!("{} ({form})", locale.words(&item.text))
}

/// "until 3 May".
fn last_day(expires_at_ms: Option<i64>, locale: Locale) -> String {
    let day = expires_at_ms.map(|at_ms| locale.day(at_ms - 1));
    day.map(|day| fill(locale.texts.pages.field.until_day, "{t}", &day)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use protocol::console::decisions::Audience;
    use protocol::mail::Phase;
    use protocol::{ClaimId, Words};

    use super::super::sheet::Paper;
    use super::super::{briefing, group, question};
    use super::*;
    use crate::merge::testing::expect_whole;

    fn words(en: &str, fr: &str) -> Words {
        Words { en: en.to_owned(), fr: fr.to_owned() }
    }

    #[test]
    fn every_field_of_a_briefing_is_a_part() {
        let other = BriefingText {
            subject: Subject::Competitor("Acme".to_owned()),
            phase: Some(Phase::ALL[0]),
            title: words("a", "b"),
            text: words("c", "d"),
            claims: vec![Claim {
                claim_id: ClaimId::new(1, [0; 10]),
                text: words("e", ""),
                source: String::new(),
                checked_day: None,
            }],
            is_acknowledgement_wanted: false,
            audience: Audience::Reps(Vec::new()),
        };
        expect_whole(&briefing::Sheet::blank(), &other);
    }

    #[test]
    fn every_field_of_a_question_is_a_part() {
        let other = QuestionText {
            text: words("a", "b"),
            choices: vec![words("c", "d")],
            product: Some("Zip".to_owned()),
            audience: Audience::Reps(Vec::new()),
            quota: Some(3),
            expires_at_ms: Some(1),
        };
        expect_whole(&question::Sheet::blank(), &other);
    }

    #[test]
    fn every_field_of_a_test_group_is_a_part() {
        let other = TestGroupText {
            title: words("a", "b"),
            text: words("c", "d"),
            product: Some("Zip".to_owned()),
            customers: vec!["Dupont".to_owned()],
            audience: Audience::Reps(Vec::new()),
            marketers: vec!["ann@example.com".to_owned()],
            items: vec![Item { text: words("e", "f"), form: Form::YesNo }],
            expires_at_ms: Some(1),
        };
        expect_whole(&group::Sheet::blank(), &other);
    }
}
