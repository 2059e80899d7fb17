//! A questionnaire as it is filled in, and the reply that it becomes. No browser in here.

use device::Draft;
use protocol::mail::{Form, Item, TestGroup};
use protocol::note::AcceptanceLevel;
use protocol::reply::{ItemAnswer, Questionnaire};
use protocol::{Code, VisitId};

use super::draft::CUSTOMER;

/// What a chosen "yes" and "no" hold.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

/// The name of the field of an item, by its place.
pub(super) fn field(place: usize) -> String {
    format!("item-{place}")
}

/// The names of all fields.
pub(super) fn fields(group: &TestGroup) -> Vec<String> {
    let items = (0..group.items.len()).map(field);
    [CUSTOMER.to_owned()].into_iter().chain(items).collect()
}

/// Why a questionnaire cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// Nobody is named.
    Customer,
    /// No item is answered.
    Answers,
    /// It breaks a rule that both ends have.
    Rule(Code),
}

/// The answers that a filled form makes.
///
/// # Errors
/// What it lacks.
pub(super) fn read(
    group: &TestGroup,
    draft: &Draft,
    visit_id: Option<VisitId>,
) -> Result<Questionnaire, Lack> {
    let content = |name: &str| {
        let field = draft.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, content)| content.trim()).filter(|content| !content.is_empty())
    };
    let customer = content(CUSTOMER).ok_or(Lack::Customer)?.to_owned();
    let answer = |(place, item): (usize, &Item)| match content(&field(place)) {
        Some(content) => answer(&item.form, content),
        None => ItemAnswer::None,
    };
    let answers: Vec<ItemAnswer> = group.items.iter().enumerate().map(answer).collect();
    if answers.iter().all(|answer| *answer == ItemAnswer::None) {
        return Err(Lack::Answers);
    }
    let test_group_id = group.test_group_id;
    Ok(Questionnaire { test_group_id, customer, visit_id, answers })
}

fn answer(form: &Form, content: &str) -> ItemAnswer {
    match form {
        Form::Acceptance => {
            let mut levels = AcceptanceLevel::ALL.iter();
            let level = levels.find(|level| level.as_str() == content);
            level.map_or(ItemAnswer::None, |level| ItemAnswer::Acceptance(*level))
        }
        Form::YesNo => match content {
            YES => ItemAnswer::YesNo(true),
            NO => ItemAnswer::YesNo(false),
            _ => ItemAnswer::None,
        },
        Form::Choice(choices) => match content.parse::<u16>() {
            Ok(choice) if usize::from(choice) < choices.len() => ItemAnswer::Choice(choice),
            _ => ItemAnswer::None,
        },
        Form::Text => ItemAnswer::Text(content.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use protocol::{TestGroupId, Words};

    use super::*;

    fn group() -> TestGroup {
        let item = |form| Item { text: Words::default(), form };
        TestGroup {
            test_group_id: TestGroupId::new(1, [1; 10]),
            title: Words::default(),
            text: Words::default(),
            product: None,
            customers: vec!["Dupont".to_owned()],
            items: vec![
                item(Form::Acceptance),
                item(Form::YesNo),
                item(Form::Choice(vec![Words::default(), Words::default()])),
                item(Form::Text),
            ],
            expires_at_ms: None,
            is_closed: false,
        }
    }

    fn draft(fields: &[(&str, &str)]) -> Draft {
        let owned = |(name, content): &(&str, &str)| ((*name).to_owned(), (*content).to_owned());
        Draft { text: String::new(), fields: fields.iter().map(owned).collect() }
    }

    #[test]
    fn each_item_is_answered_in_its_own_form() {
        let filled = draft(&[
            ("customer", " Dupont "),
            ("item-0", "likes"),
            ("item-1", "no"),
            ("item-2", "1"),
            ("item-3", "trop lourd"),
        ]);
        let visit_id = Some(VisitId::new(1, [1; 10]));
        let read = read(&group(), &filled, visit_id).unwrap();
        assert_eq!((&*read.customer, read.visit_id), ("Dupont", visit_id));
        let expected = [
            ItemAnswer::Acceptance(AcceptanceLevel::Likes),
            ItemAnswer::YesNo(false),
            ItemAnswer::Choice(1),
            ItemAnswer::Text("trop lourd".to_owned()),
        ];
        assert_eq!(read.answers, expected);
    }

    #[test]
    fn an_item_may_be_left_out_but_not_all_and_not_the_customer() {
        let filled = draft(&[("customer", "Dupont"), ("item-1", "yes"), ("item-2", "9")]);
        let answers = read(&group(), &filled, None).unwrap().answers;
        let expected =
            [ItemAnswer::None, ItemAnswer::YesNo(true), ItemAnswer::None, ItemAnswer::None];
        assert_eq!(answers, expected);
        assert_eq!(read(&group(), &draft(&[("customer", "Dupont")]), None), Err(Lack::Answers));
        assert_eq!(read(&group(), &draft(&[("item-1", "yes")]), None), Err(Lack::Customer));
    }
}
