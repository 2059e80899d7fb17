//! What to know before and during a visit: earlier notes on the customer, what marketing decided
//! since, what it asks, what it teaches on the products that they talk of, and the test groups that
//! they belong to.

use device::{Device, Given, StorageError, StoredNote, Visit};
use protocol::mail::{Briefing, Decision, Question, Subject, TestGroup};
use protocol::{NoteId, VisitId};

use crate::from_marketing::{
    Letter, answer_to, briefings, decisions, groups, is_over_at, led, led_to, now_ms, questions,
};
use crate::ui::names::is_same_name;

/// Visits that are looked through for the last one to the same customer.
const VISITS: u32 = 200;
/// Earlier notes that are shown.
const EARLIER: usize = 20;
/// Decisions and briefings that are shown.
const TOLD: usize = 10;

/// Whom and what a pack is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    Visit(VisitId),
    /// Before there is a visit.
    Customer(String),
}

/// All that goes with a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pack {
    pub(super) customer: String,
    /// None before there is one.
    pub(super) visit: Option<Visit>,
    /// Those of the visit.
    pub(super) notes: Vec<StoredNote>,
    /// Those on the customer from before.
    pub(super) earlier: Vec<StoredNote>,
    pub(super) told: Told,
    /// What the rep replied, newest first.
    pub(super) replies: Vec<Given>,
}

/// What marketing tells for a visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Each with the customer's notes that led to it.
    pub(super) decisions: Vec<(Decision, Vec<NoteId>)>,
    /// Open ones; those on the customer's products first.
    pub(super) questions: Vec<Question>,
    pub(super) briefings: Vec<Briefing>,
    pub(super) groups: Vec<TestGroup>,
}

/// What marketing told so far.
struct Mail {
    decisions: Vec<Letter<Decision>>,
    questions: Vec<Letter<Question>>,
    briefings: Vec<Letter<Briefing>>,
    groups: Vec<Letter<TestGroup>>,
}

/// Reads a pack; none where there is no such visit.
pub(super) async fn read(device: Device, of: Of) -> Result<Option<Pack>, StorageError> {
    let (customer, visit) = match of {
        Of::Customer(customer) => (customer, None),
        Of::Visit(visit_id) => match device.visit(visit_id).await? {
            Some(visit) => (visit.customer.clone(), Some(visit)),
            None => return Ok(None),
        },
    };
    let visit_id = visit.as_ref().map(|visit| visit.visit_id);
    let notes = match &visit {
        Some(visit) => device.notes_of_visit(visit).await?,
        None => Vec::new(),
    };
    let mut theirs = device.notes_of_customer(|name| is_same_name(name, &customer)).await?;
    theirs.retain(|stored| !stored.is_withdrawn);
    let visits = device.visits(None, VISITS).await?;
    let since_ms = last_visit_ms(&visits, &customer, visit_id);
    let mail = Mail {
        decisions: decisions(&device).await?,
        questions: questions(&device).await?,
        briefings: briefings(&device).await?,
        groups: groups(&device).await?,
    };
    let replies = device.replies().await?;
    let told = select(&customer, &theirs, since_ms, mail, &replies, now_ms());
    let is_earlier = |stored: &StoredNote| visit.is_none() || stored.note.visit_id != visit_id;
    let earlier = theirs.into_iter().filter(is_earlier).take(EARLIER).collect();
    Ok(Some(Pack { customer, visit, notes, earlier, told, replies }))
}

/// When the visit before this one began, of visits that are newest first.
fn last_visit_ms(visits: &[Visit], customer: &str, this: Option<VisitId>) -> Option<i64> {
    let before = |visit: &&Visit| {
        this.is_none_or(|this| visit.visit_id < this) && is_same_name(&visit.customer, customer)
    };
    visits.iter().find(before).map(|visit| visit.started_at.unix_ms)
}

/// What of the mail goes with a customer, by the notes on them.
fn select(
    customer: &str,
    notes: &[StoredNote],
    since_ms: Option<i64>,
    mail: Mail,
    replies: &[Given],
    now_ms: i64,
) -> Told {
    let is_theirs = |product: Option<&str>| {
        let products = || notes.iter().filter_map(|stored| stored.note.product.as_deref());
        product.is_some_and(|product| products().any(|name| is_same_name(name, product)))
    };
    let is_rival = |competitor: &str| {
        let mut rivals = notes.iter().filter_map(|stored| stored.note.competitor());
        rivals.any(|name| is_same_name(name, competitor))
    };
    let led = led(notes.iter().filter_map(|stored| stored.progress.as_ref()));
    let decisions = mail.decisions.into_iter().map(|letter| {
        let notes = led_to(&led, letter.it.decision_id);
        (letter.it, notes)
    });
    let decisions = decisions.filter(|(decision, notes)| {
        since_ms.is_none_or(|since_ms| decision.at_ms >= since_ms)
            && (!notes.is_empty() || is_theirs(decision.product.as_deref()))
    });
    let mut questions: Vec<Question> = mail.questions.into_iter().map(|letter| letter.it).collect();
    questions.retain(|it| {
        !it.is_closed
            && !is_over_at(now_ms, it.expires_at_ms)
            && answer_to(replies, it.question_id).is_none()
    });
    questions.sort_by_key(|it| !is_theirs(it.product.as_deref()));
    let briefings = mail.briefings.into_iter().map(|letter| letter.it);
    let briefings = briefings.filter(|it| match &it.subject {
        Subject::Product(name) => is_theirs(Some(name)),
        Subject::Competitor(name) => is_rival(name),
    });
    let groups = mail.groups.into_iter().map(|letter| letter.it).filter(|it| {
        !it.is_closed
            && !is_over_at(now_ms, it.expires_at_ms)
            && it.customers.iter().any(|name| is_same_name(name, customer))
    });
    Told {
        decisions: decisions.take(TOLD).collect(),
        questions,
        briefings: briefings.take(TOLD).collect(),
        groups: groups.collect(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::mail::Rectified;
    use protocol::reply::{Answer, Reply};
    use protocol::{BriefingId, ClientTime, DecisionId, OpId, QuestionId, TestGroupId, Words};

    use super::*;
    use crate::notes::test_note;

    fn letter<T>(it: T) -> Letter<T> {
        Letter { it, is_seen: false }
    }

    fn decision(n: u64, product: &str, at_ms: i64) -> Letter<Decision> {
        letter(Decision {
            decision_id: DecisionId::new(n, [1; 10]),
            rectified: Rectified::Message,
            title: Words::default(),
            text: Words::default(),
            from_day: None,
            product: Some(product.to_owned()),
            at_ms,
        })
    }

    fn question(n: u64, product: Option<&str>, is_closed: bool) -> Letter<Question> {
        letter(Question {
            question_id: QuestionId::new(n, [1; 10]),
            text: Words::default(),
            choices: Vec::new(),
            product: product.map(str::to_owned),
            asked_at_ms: 0,
            expires_at_ms: None,
            is_closed,
        })
    }

    fn briefing(n: u64, product: &str) -> Letter<Briefing> {
        letter(Briefing {
            briefing_id: BriefingId::new(n, [1; 10]),
            revision: 1,
            subject: Subject::Product(product.to_owned()),
            phase: None,
            title: Words::default(),
            text: Words::default(),
            claims: Vec::new(),
            is_acknowledgement_wanted: false,
            at_ms: 0,
        })
    }

    fn group(n: u64, customer: &str) -> Letter<TestGroup> {
        letter(TestGroup {
            test_group_id: TestGroupId::new(n, [1; 10]),
            title: Words::default(),
            text: Words::default(),
            product: None,
            customers: vec!["Moulin".to_owned(), customer.to_owned()],
            items: Vec::new(),
            expires_at_ms: None,
            is_closed: false,
        })
    }

    #[test]
    fn a_pack_has_what_goes_with_the_customer_and_nothing_else() {
        let mut note = test_note(5);
        note.note.customer = Some("Épicerie".to_owned());
        note.note.product = Some("Thé vert".to_owned());
        let mut expired = question(9, None, false);
        expired.it.expires_at_ms = Some(39);
        let mail = Mail {
            decisions: vec![
                decision(3, "the vert", 30),
                decision(2, "Café", 30),
                decision(1, "Thé vert", 10),
            ],
            questions: vec![
                question(4, None, false),
                expired,
                question(3, Some("Thé vert"), false),
                question(2, None, true),
                question(1, None, false),
            ],
            briefings: vec![briefing(2, "Thé Vert"), briefing(1, "Café")],
            groups: vec![group(2, "epicerie"), group(1, "Garage")],
        };
        let answered = Given {
            op_id: OpId::new(1, [1; 10]),
            note_id: test_note(1).note_id,
            saved_at: ClientTime { unix_ms: 1, utc_offset_minutes: 0 },
            reply: Reply::Answer(Answer {
                question_id: QuestionId::new(1, [1; 10]),
                choice: None,
                text: Some("oui".to_owned()),
                customer: None,
            }),
            is_sent: false,
        };
        let told = select("Epicerie", &[note], Some(20), mail, &[answered], 40);
        let decided: Vec<_> = told.decisions.iter().map(|(it, _)| it.decision_id).collect();
        assert_eq!(decided, [DecisionId::new(3, [1; 10])]);
        let asked: Vec<_> = told.questions.iter().map(|it| it.question_id).collect();
        assert_eq!(asked, [QuestionId::new(3, [1; 10]), QuestionId::new(4, [1; 10])]);
        assert_eq!(told.briefings.len(), 1);
        assert_eq!(told.groups.len(), 1);
        assert_eq!(told.groups[0].test_group_id, TestGroupId::new(2, [1; 10]));
    }

    #[test]
    fn the_last_visit_is_the_one_before_to_the_same_customer() {
        let visit = |n: u64, customer: &str| Visit {
            visit_id: VisitId::new(n, [1; 10]),
            customer: customer.to_owned(),
            started_at: ClientTime { unix_ms: i64::try_from(n).unwrap(), utc_offset_minutes: 0 },
            finished_at: None,
        };
        let visits =
            [visit(9, "Dupont"), visit(7, "Moulin"), visit(5, "dupont "), visit(3, "Dupont")];
        let this = Some(visits[0].visit_id);
        assert_eq!(last_visit_ms(&visits, "Dupont", this), Some(5));
        assert_eq!(last_visit_ms(&visits, "Dupont", None), Some(9));
        assert_eq!(last_visit_ms(&visits, "Garage", None), None);
    }
}
