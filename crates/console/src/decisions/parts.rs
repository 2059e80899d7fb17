//! What a decision is made of, for two who write at once.

use protocol::console::decisions::{Audience, DecisionText};

use crate::merge::{Part, Parts, in_language, part};

impl Parts for DecisionText {
    const PARTS: &'static [Part<Self>] = &[
        part!(rectified, |texts| texts.work.rectifies.to_owned(), |text, locale| locale
            .texts
            .work
            .rectified(text.rectified)
            .to_owned(),),
        part!(title.en, |texts| in_language(texts.work.title, false, texts), |text, _| text
            .title
            .en
            .clone(),),
        part!(title.fr, |texts| in_language(texts.work.title, true, texts), |text, _| text
            .title
            .fr
            .clone(),),
        part!(text.en, |texts| in_language(texts.work.what_changes, false, texts), |text, _| text
            .text
            .en
            .clone(),),
        part!(text.fr, |texts| in_language(texts.work.what_changes, true, texts), |text, _| text
            .text
            .fr
            .clone(),),
        part!(from_day, |texts| texts.work.from_when.to_owned(), |text, locale| {
            let day = text.from_day.as_deref();
            day.map(|day| locale.calendar_day(day)).unwrap_or_default()
        },),
        part!(product, |texts| texts.work.about_product.to_owned(), |text, _| text
            .product
            .clone()
            .unwrap_or_default(),),
        part!(audience, |texts| texts.work.audience.to_owned(), |text, locale| {
            let texts = &locale.texts.work;
            match &text.audience {
                Audience::Everyone => texts.everyone.to_owned(),
                Audience::Authors => texts.authors.to_owned(),
                Audience::Reps(reps) => locale.count(&texts.reps, reps.len()),
            }
        },),
        part!(note_ids, |texts| texts.work.cited_notes.to_owned(), |text, locale| locale
            .count(&locale.texts.notes_shown, text.note_ids.len()),),
        part!(topic_ids, |texts| texts.work.cited_topics.to_owned(), |text, locale| locale
            .count(&locale.texts.work.topics_counted, text.topic_ids.len()),),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::seed::blank;
    use crate::merge::testing::expect_whole;

    #[test]
    fn every_field_is_a_part() {
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
        expect_whole(&blank(), &other);
    }
}
