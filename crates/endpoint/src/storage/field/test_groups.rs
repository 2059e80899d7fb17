//! Test groups: customers who answer a short questionnaire, side by side with everyone else.

use std::collections::HashSet;

use protocol::console::decisions::Audience;
use protocol::console::field::{
    GroupAnswer, ItemResult, ReopenRequest, TestGroup, TestGroupDetail, TestGroupText,
};
use protocol::limits::{DETAIL_CHARS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use protocol::mail::{Content, Form, Referent};
use protocol::note::{AcceptanceLevel, Kind};
use protocol::reply::{ItemAnswer, Questionnaire};
use protocol::{Reply, TestGroupId, Words, mail};
use rusqlite::{Connection, params};

use super::briefings::as_u64;
use super::items::{Item, Stored};
use super::replies::{self, Received};
use super::{audience, check};
use crate::storage::StorageError;
use crate::storage::objection::{NotMade, Objection};
use crate::storage::reference::{Known, Meaning};

/// Most customers of a test group, and most people of marketing.
const CUSTOMERS_MAX: usize = 1_000;
const MARKETERS_MAX: usize = 100;

/// What its letters stand under: see [`Content::key`].
pub(super) fn key(test_group_id: TestGroupId) -> String {
    format!("test_group/{test_group_id}")
}

impl Item for TestGroupText {
    type Shown = TestGroup;
    type Detail = TestGroupDetail;

    const KIND: &'static str = "test_group";
    const LONG: &'static str = "$.none";

    fn check(&self, db: &Connection, before: Option<&Self>, now_ms: i64) -> Result<(), NotMade> {
        check::words("title", &self.title, NAME_CHARS_MAX)?;
        check::words_or_blank("text", &self.text, TEXT_CHARS_MAX)?;
        if let Some(product) = &self.product {
            check::name("product", product)?;
        }
        check::at_most("customers", self.customers.len(), CUSTOMERS_MAX)?;
        for (place, customer) in self.customers.iter().enumerate() {
            check::name(&format!("customers[{place}]"), customer)?;
        }
        check::at_most("marketers", self.marketers.len(), MARKETERS_MAX)?;
        for (place, email) in self.marketers.iter().enumerate() {
            let field = format!("marketers[{place}]");
            check::name(&field, email)?;
            if !email.contains('@') {
                return Err(Objection::field(format!("{field}: no e-mail address")).into());
            }
        }
        check::count("items", self.items.len())?;
        for (place, item) in self.items.iter().enumerate() {
            check::words(&format!("items[{place}].text"), &item.text, DETAIL_CHARS_MAX)?;
            if let Form::Choice(choices) = &item.form {
                let field = format!("items[{place}].form");
                if choices.is_empty() {
                    return Err(Objection::field(format!("{field}: no choices")).into());
                }
                check::choices(&field, choices)?;
            }
        }
        check::to_come("expires_at_ms", self.expires_at_ms, now_ms)?;
        if before.is_some_and(|before| !is_answered_alike(before, self)) {
            return Err(Objection::field("items: answered as when it began").into());
        }
        audience::check(db, &self.audience)
    }

    fn check_whole(&self) -> Result<(), Objection> {
        if self.items.is_empty() {
            return Err(Objection::field("items: nothing is asked"));
        }
        Ok(())
    }

    fn title(&self) -> &Words {
        &self.title
    }

    fn audience(&self) -> &Audience {
        &self.audience
    }

    fn expires_at_ms(&self) -> Option<i64> {
        self.expires_at_ms
    }

    fn reopened(
        self,
        _: &Connection,
        _: &[u8; 16],
        request: &ReopenRequest,
    ) -> Result<Self, NotMade> {
        Ok(Self { expires_at_ms: request.expires_at_ms, ..self })
    }

    fn letter(stored: &Stored<Self>) -> Content {
        let Stored { id, text, .. } = stored;
        Content::TestGroup(mail::TestGroup {
            test_group_id: TestGroupId::from_bytes(*id),
            title: text.title.clone(),
            text: text.text.clone(),
            product: text.product.clone(),
            customers: text.customers.clone(),
            items: text.items.clone(),
            expires_at_ms: text.expires_at_ms,
            is_closed: false,
        })
    }

    fn shown(
        db: &Connection,
        all: Vec<Stored<Self>>,
        now_ms: i64,
    ) -> Result<Vec<TestGroup>, StorageError> {
        let known = Known::load(db)?;
        all.into_iter().map(|stored| Ok(assess(db, &known, stored, now_ms)?.0)).collect()
    }

    fn detail(
        db: &Connection,
        stored: Stored<Self>,
        now_ms: i64,
    ) -> Result<TestGroupDetail, StorageError> {
        let known = Known::load(db)?;
        let (test_group, answers) = assess(db, &known, stored, now_ms)?;
        let results = results(&test_group.text, &answers);
        let (members, rest) = match (&test_group.text.product, test_group.published_at_ms) {
            (Some(product), Some(since_ms)) => {
                let members = members(&known, &test_group.text);
                let (members, rest) = acceptance(db, &known, product, since_ms, &members)?;
                (Some(members), Some(rest))
            }
            _ => (None, None),
        };
        Ok(TestGroupDetail { test_group, answers, results, rest, members })
    }
}

/// An answer names the place of its item: while answers come, places keep their meaning.
fn is_answered_alike(before: &TestGroupText, after: &TestGroupText) -> bool {
    let shape = |form: &Form| match form {
        Form::Acceptance => (0, 0),
        Form::YesNo => (1, 0),
        Form::Choice(choices) => (2, choices.len()),
        Form::Text => (3, 0),
    };
    before.items.iter().map(|it| shape(&it.form)).eq(after.items.iter().map(|it| shape(&it.form)))
}

fn members(known: &Known, text: &TestGroupText) -> HashSet<Meaning> {
    text.customers.iter().map(|name| known.meaning(Referent::Customer, name)).collect()
}

fn assess(
    db: &Connection,
    known: &Known,
    stored: Stored<TestGroupText>,
    now_ms: i64,
) -> Result<(TestGroup, Vec<GroupAnswer>), StorageError> {
    let members = members(known, &stored.text);
    let mut heard = HashSet::new();
    let mut answers = Vec::new();
    for received in replies::to(db, &stored.id)? {
        let Received { rep, received_at_ms, reply, .. } = received;
        let Reply::Questionnaire(Questionnaire { customer, answers: said, .. }) = reply else {
            continue;
        };
        // Newest first: of each customer the first that is found counts.
        let meaning = known.meaning(Referent::Customer, &customer);
        let is_member = members.contains(&meaning);
        if heard.insert(meaning) {
            answers.push(GroupAnswer { customer, is_member, rep, received_at_ms, answers: said });
        }
    }
    let answered = answers.iter().filter(|answer| answer.is_member).count();
    let test_group = TestGroup {
        test_group_id: TestGroupId::from_bytes(stored.id),
        version: stored.version,
        published_at_ms: stored.published_at_ms,
        closed_at_ms: stored.closed_at_ms(now_ms),
        answered: as_u64(answered),
        by: stored.by,
        text: stored.text,
    };
    Ok((test_group, answers))
}

fn results(text: &TestGroupText, answers: &[GroupAnswer]) -> Vec<ItemResult> {
    let of_item = |(place, item): (usize, &mail::Item)| {
        let places = match &item.form {
            Form::Acceptance => AcceptanceLevel::ALL.len(),
            Form::YesNo => 2,
            Form::Choice(choices) => choices.len(),
            Form::Text => 0,
        };
        let mut result = ItemResult { members: vec![0; places], rest: vec![0; places] };
        for answer in answers {
            let side = if answer.is_member { &mut result.members } else { &mut result.rest };
            let chosen = answer.answers.get(place).and_then(|said| place_of(&item.form, said));
            if let Some(count) = chosen.and_then(|chosen| side.get_mut(chosen)) {
                *count += 1;
            }
        }
        result
    };
    text.items.iter().enumerate().map(of_item).collect()
}

/// Which of an item's answers was given; none where it was left out, or is of another form.
fn place_of(form: &Form, said: &ItemAnswer) -> Option<usize> {
    match (form, said) {
        (Form::Acceptance, ItemAnswer::Acceptance(level)) => {
            Some(usize::from(level.step().saturating_sub(1)))
        }
        (Form::YesNo, ItemAnswer::YesNo(is_yes)) => Some(usize::from(!is_yes)),
        (Form::Choice(_), ItemAnswer::Choice(place)) => Some(usize::from(*place)),
        _ => None,
    }
}

/// How many notes say each step of acceptance of the product, on members and on other customers.
fn acceptance(
    db: &Connection,
    known: &Known,
    product: &str,
    since_ms: i64,
    members: &HashSet<Meaning>,
) -> Result<([u64; 5], [u64; 5]), StorageError> {
    let product = known.meaning(Referent::Product, product);
    let (mut of_members, mut of_rest) = ([0; 5], [0; 5]);
    let mut query = db.prepare_cached(
        "SELECT customer, product, body ->> '$.details.acceptance.level', count(*) FROM note
         WHERE kind = ?1 AND +received_at_ms >= ?2 AND withdrawn_at_ms IS NULL
            AND customer IS NOT NULL AND product IS NOT NULL
         GROUP BY 1, 2, 3",
    )?;
    let mut rows = query.query(params![Kind::Acceptance.as_str(), since_ms])?;
    while let Some(row) = rows.next()? {
        let (customer, of, level): (String, String, Option<String>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let step =
            AcceptanceLevel::ALL.iter().position(|known| level.as_deref() == Some(known.as_str()));
        let (Some(step), true) = (step, known.meaning(Referent::Product, &of) == product) else {
            continue;
        };
        let is_member = members.contains(&known.meaning(Referent::Customer, &customer));
        let side = if is_member { &mut of_members } else { &mut of_rest };
        side[step] += row.get::<_, u64>(3)?;
    }
    Ok((of_members, of_rest))
}
