//! To the field: briefings, questions and test groups reach their reps, and what comes back is
//! counted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use std::collections::BTreeMap;

use fixture::{Answer, Device, House, batch_id, body_of, create, note, op_id};
use protocol::console::decisions::Audience;
use protocol::console::field::{
    Briefing, BriefingDetail, BriefingText, Question, QuestionDetail, QuestionText, ReopenRequest,
    TestGroup, TestGroupDetail, TestGroupText,
};
use protocol::limits::{BRIEFING_BYTES_MAX, ITEMS_MAX};
use protocol::mail::{self, Claim, Content, Form, Item, Letter, Subject};
use protocol::note::{AcceptanceLevel, CustomerAcceptance, Details, Kind};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::reply::{Answer as Said, ItemAnswer, Questionnaire, Vote};
use protocol::{Action, ClaimId, Note, QuestionId, RepId, Reply, Words};
use serde::Serialize;
use serde_json::json;

struct Desk {
    house: House,
    cookie: String,
}

impl Desk {
    fn open() -> Self {
        let house = House::open();
        let cookie = house.marketer();
        Self { house, cookie }
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        version: Option<&str>,
        body: &impl Serialize,
    ) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        let mut headers = vec![
            ("cookie", &*self.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        headers.extend(version.map(|version| ("if-match", version)));
        self.house.send(method, &format!("/api/v1/{path}"), &headers, Some(&body))
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send("POST", path, None, body)
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        self.house.get(&format!("/api/v1/{path}"), &[("cookie", &self.cookie)]).json()
    }

    fn ask(&self, text: &QuestionText) -> Question {
        let question: Question = self.post("questions", text).json();
        self.post(&format!("questions/{}/publish", question.question_id), &json!(null)).json()
    }

    fn question(&self, id: QuestionId) -> QuestionDetail {
        self.get(&format!("questions/{id}"))
    }

    fn rep_id(device: &Device) -> RepId {
        device.admission.rep_id
    }

    /// What this device has from marketing after reading all there is, by key.
    fn mail(&self, device: &Device) -> BTreeMap<String, Content> {
        let mut mail = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/pull?limit=200&request_id={}{cursor}", batch_id());
            let answer: PullAnswer<RawChange> = self.house.get_as(device, &path).sealed_for(device);
            for raw in &answer.changes {
                let What::Mail(letter) = Change::read(raw).unwrap().what else { continue };
                let letter: Letter<'_> = serde_json::from_str(letter.get()).unwrap();
                match letter.content {
                    Some(content) => {
                        let content = serde_json::from_str(content.get()).unwrap();
                        mail.insert(letter.key, content)
                    }
                    None => mail.remove(&letter.key),
                };
            }
            if !answer.has_more {
                return mail;
            }
            cursor = format!("&cursor={}", answer.next_cursor);
        }
    }

    fn reply(&self, device: &Device, reply: Reply) {
        let op = body_of(Action::Reply(reply)).seal(op_id()).unwrap();
        let answer = self.house.push(device, [&*op.json]);
        assert!(answer.receipts[0].code.is_none(), "{answer:?}");
    }

    fn answer(&self, device: &Device, question_id: QuestionId, choice: u16) {
        let choice = Some(choice);
        self.reply(device, Reply::Answer(Said { question_id, choice, text: None, customer: None }));
    }
}

fn words(text: &str) -> Words {
    Words { en: text.to_owned(), fr: format!("{text} (fr)") }
}

fn briefing(audience: Audience) -> BriefingText {
    BriefingText {
        subject: Subject::Product("Alpha".to_owned()),
        phase: Some(mail::Phase::Teach),
        title: words("Alpha, in short"),
        text: words("# Alpha\n<script>alert(1)</script>"),
        claims: vec![claim(1, "cheaper to run"), claim(2, "lighter")],
        is_acknowledgement_wanted: true,
        audience,
    }
}

fn claim(number: u8, text: &str) -> Claim {
    Claim {
        claim_id: ClaimId::new(1, [number; 10]),
        text: words(text),
        source: "the lab".to_owned(),
        checked_day: Some("2026-05-01".to_owned()),
    }
}

fn question(audience: Audience) -> QuestionText {
    QuestionText {
        text: words("Do they ask for white?"),
        choices: vec![words("yes"), words("no")],
        product: None,
        audience,
        quota: None,
        expires_at_ms: None,
    }
}

fn group(audience: Audience, customers: &[&str]) -> TestGroupText {
    let item = |text, form| Item { text: words(text), form };
    TestGroupText {
        title: words("White Alpha"),
        text: Words::default(),
        product: Some("Alpha".to_owned()),
        customers: customers.iter().map(|&name| name.to_owned()).collect(),
        audience,
        marketers: vec!["marie@example.org".to_owned()],
        items: vec![
            item("How is it taken?", Form::Acceptance),
            item("Would they buy?", Form::YesNo),
            item("Which size?", Form::Choice(vec![words("S"), words("L")])),
            item("Why?", Form::Text),
        ],
        expires_at_ms: None,
    }
}

#[test]
fn a_briefing_is_written_published_read_and_voted_on() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let text = briefing(Audience::Everyone);
    let answer = desk.post("briefings", &text);
    assert_eq!(answer.header("etag"), "\"1\"");
    let made: Briefing = answer.json();
    let id = made.briefing_id;
    assert_eq!((made.revision, made.published_at_ms, made.has_unpublished), (0, None, true));
    assert_eq!((made.reps, made.by.as_str()), (2, "marie@example.org"));
    assert!(desk.mail(&ana).is_empty(), "a draft reaches nobody");

    let published: Briefing = desk.post(&format!("briefings/{id}/publish"), &json!(null)).json();
    assert_eq!((published.revision, published.has_unpublished), (1, false));
    let key = format!("briefing/{id}");
    let Content::Briefing(letter) = &desk.mail(&ana)[&key] else { panic!() };
    assert_eq!((&letter.text, letter.revision), (&text.text, 1), "byte for byte");

    let acknowledge = |revision| Reply::Acknowledgement { briefing_id: id, revision };
    desk.reply(&ana, acknowledge(1));
    let vote = |number, is_true, text: &str| {
        let claim_id = ClaimId::new(1, [number; 10]);
        let text = (!text.is_empty()).then(|| text.to_owned());
        Reply::Vote(Vote { briefing_id: id, claim_id, is_true, text })
    };
    desk.reply(&ana, vote(1, true, ""));
    desk.reply(&ben, vote(1, true, "at first"));
    desk.reply(&ben, vote(1, false, "the new Zeta runs cheaper"));
    let detail: BriefingDetail = desk.get(&format!("briefings/{id}"));
    let readers: Vec<_> =
        detail.readers.iter().map(|it| (&*it.name, it.acknowledged.map(|it| it.0))).collect();
    assert_eq!(readers, [("Ana", Some(1)), ("Ben", None)]);
    assert_eq!(detail.briefing.acknowledged, 1);
    let votes = &detail.votes[0];
    assert_eq!((votes.holds, votes.holds_not), (1, 1), "of each the last word counts");
    let why = ("Ben".to_owned(), false, "the new Zeta runs cheaper".to_owned());
    assert_eq!(votes.reasons, [why]);
    assert_eq!((detail.votes[1].holds, detail.votes[1].holds_not), (0, 0));

    // A second edition: what was read is the first.
    let text = BriefingText { title: words("Alpha, again"), ..text };
    let path = format!("briefings/{id}");
    desk.send("PUT", &path, Some("\"1\""), &text).json::<Briefing>();
    let Content::Briefing(letter) = &desk.mail(&ana)[&key] else { panic!() };
    assert_eq!(letter.revision, 1, "not before it is published");
    desk.post(&format!("{path}/publish"), &json!(null)).json::<Briefing>();
    let again: Briefing = desk.post(&format!("{path}/publish"), &json!(null)).json();
    assert_eq!((again.revision, again.acknowledged), (2, 0), "to publish twice is once");
    desk.reply(&ana, acknowledge(2));
    let list: Vec<Briefing> = desk.get("briefings");
    assert_eq!((list[0].acknowledged, &list[0].text.text), (1, &Words::default()));
}

#[test]
fn a_change_names_the_version_that_it_changes() {
    let desk = Desk::open();
    let text = briefing(Audience::Everyone);
    let made: Briefing = desk.post("briefings", &text).json();
    let path = format!("briefings/{}", made.briefing_id);
    desk.send("PUT", &path, None, &text).assert_problem(428, "match_missing");
    assert_eq!(desk.send("PUT", &path, Some("\"1\""), &text).header("etag"), "\"2\"");
    let detail =
        desk.send("PUT", &path, Some("\"1\""), &text).assert_problem(412, "changed_meanwhile");
    assert!(detail.contains('2'), "{detail}");
    desk.send("PUT", &path, Some("W/\"2\""), &text).assert_problem(412, "changed_meanwhile");
    let publish = format!("{path}/publish");
    desk.send("POST", &publish, Some("\"1\""), &json!(null))
        .assert_problem(412, "changed_meanwhile");
    assert_eq!(desk.send("POST", &publish, Some("\"2\""), &json!(null)).status, 200);
    assert_eq!(desk.send("PUT", &path, Some("*"), &text).status, 200);
    desk.send("PUT", "briefings/x", Some("*"), &text).assert_problem(404, "not_found");
    let other = format!("briefings/{}", ClaimId::new(1, [9; 10]));
    desk.send("PUT", &other, Some("*"), &text).assert_problem(404, "not_found");
    desk.post(&format!("{other}/publish"), &json!(null)).assert_problem(404, "not_found");
}

#[test]
fn a_change_of_audience_takes_back_what_others_had() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let only = |device: &Device| Audience::Reps(vec![Desk::rep_id(device)]);
    let made: Briefing = desk.post("briefings", &briefing(only(&ana))).json();
    let path = format!("briefings/{}", made.briefing_id);
    let publish = || desk.post(&format!("{path}/publish"), &json!(null)).json::<Briefing>();
    let change = |audience| {
        desk.send("PUT", &path, Some("*"), &briefing(audience)).json::<Briefing>();
    };
    let have = || (desk.mail(&ana).len(), desk.mail(&ben).len());
    publish();
    assert_eq!(have(), (1, 0));
    change(Audience::Everyone);
    publish();
    assert_eq!(have(), (1, 1));
    change(only(&ben));
    assert_eq!(have(), (1, 1), "not before it is published");
    publish();
    assert_eq!(have(), (0, 1));
    change(only(&ana));
    publish();
    assert_eq!(have(), (1, 0), "back and forth");
}

#[test]
fn a_question_closes_at_its_quota_and_late_answers_are_heard() {
    let desk = Desk::open();
    let reps: Vec<Device> = ["Ana", "Ben", "Cleo"].map(|name| desk.house.enrol(name)).into();
    let asked = Audience::Reps(reps.iter().map(Desk::rep_id).collect());
    let made = desk.ask(&QuestionText { quota: Some(2), ..question(asked) });
    let id = made.question_id;
    assert_eq!((made.reps, made.answered, made.closed_at_ms), (3, 0, None));
    let is_closed = |device: &Device| match &desk.mail(device)[&format!("question/{id}")] {
        Content::Question(question) => question.is_closed,
        other => panic!("{other:?}"),
    };
    desk.answer(&reps[0], id, 0);
    desk.answer(&reps[0], id, 1);
    assert!(!is_closed(&reps[2]), "one rep who answers twice is one");
    desk.answer(&reps[1], id, 1);
    assert!(is_closed(&reps[2]) && is_closed(&reps[0]));
    desk.answer(&reps[2], id, 0);
    let detail = desk.question(id);
    assert_eq!(detail.question.answered, 2);
    assert!(detail.question.closed_at_ms.is_some());
    assert_eq!(detail.chosen, [1, 2], "of each rep the last word counts");
    let heard: Vec<_> = detail.answers.iter().map(|it| (&*it.rep, it.is_late)).collect();
    assert_eq!(heard, [("Cleo", true), ("Ben", false), ("Ana", false), ("Ana", false)]);
    let path = format!("questions/{id}");
    let text = question(Audience::Everyone);
    desk.send("PUT", &path, Some("*"), &text).assert_problem(409, "closed");
    desk.post(&format!("{path}/publish"), &json!(null)).assert_problem(409, "closed");
    assert_eq!(desk.post(&format!("{path}/close"), &json!(null)).status, 200, "closed is closed");
}

#[test]
fn a_question_closes_by_hand_and_by_time() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let by_hand = desk.ask(&question(Audience::Everyone)).question_id;
    let path = format!("questions/{by_hand}");
    // Somebody is writing another text: whoever has the question hears of its end, not of that.
    let other = QuestionText { text: words("Something else?"), ..question(Audience::Everyone) };
    desk.send("PUT", &path, Some("*"), &other).json::<Question>();
    let closed: Question = desk.post(&format!("{path}/close"), &json!(null)).json();
    assert!(closed.closed_at_ms.is_some());
    let soon = endpoint::clock::now_ms() + 300;
    let by_time =
        desk.ask(&QuestionText { expires_at_ms: Some(soon), ..question(Audience::Everyone) });
    std::thread::sleep(std::time::Duration::from_millis(400));
    let detail = desk.question(by_time.question_id);
    assert_eq!(detail.question.closed_at_ms, Some(soon), "be it that nobody has closed it");
    desk.answer(&ana, by_time.question_id, 0);
    assert!(desk.question(by_time.question_id).answers[0].is_late);
    desk.house.write(|db| endpoint::storage::field::expire(db, endpoint::clock::now_ms())).unwrap();
    for id in [by_hand, by_time.question_id] {
        let Content::Question(letter) = &desk.mail(&ana)[&format!("question/{id}")] else {
            panic!()
        };
        assert!(letter.is_closed);
        assert_eq!(letter.text, words("Do they ask for white?"));
    }
}

#[test]
fn what_was_published_by_mistake_is_taken_back_and_published_anew_it_is_newer() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let made: Briefing = desk.post("briefings", &briefing(Audience::Everyone)).json();
    let path = format!("briefings/{}", made.briefing_id);
    let take_back =
        |version| desk.send("POST", &format!("{path}/take-back"), version, &json!(null));
    let publish = || desk.post(&format!("{path}/publish"), &json!(null)).json::<Briefing>();
    assert_eq!(take_back(None).status, 200, "a draft is nobody's");
    publish();
    assert_eq!((desk.mail(&ana).len(), desk.mail(&ben).len()), (1, 1));
    let read = Reply::Acknowledgement { briefing_id: made.briefing_id, revision: 1 };
    desk.reply(&ana, read);
    take_back(Some("\"7\"")).assert_problem(412, "changed_meanwhile");
    let taken: Briefing = take_back(Some("\"1\"")).json();
    assert_eq!((taken.published_at_ms, taken.has_unpublished), (None, true));
    assert_eq!((desk.mail(&ana).len(), desk.mail(&ben).len()), (0, 0));
    let again = publish();
    assert_eq!((again.revision, again.acknowledged), (2, 0), "it is to be read anew");
    assert_eq!((desk.mail(&ana).len(), desk.mail(&ben).len()), (1, 1));

    let asked = desk.ask(&QuestionText { quota: Some(1), ..question(Audience::Everyone) });
    let path = format!("questions/{}", asked.question_id);
    let taken: Question = desk.post(&format!("{path}/take-back"), &json!(null)).json();
    assert_eq!((taken.published_at_ms, taken.closed_at_ms), (None, None));
    desk.answer(&ben, asked.question_id, 0);
    let detail = desk.question(asked.question_id);
    assert_eq!(
        (detail.question.closed_at_ms, detail.answers.len()),
        (None, 1),
        "heard, and a draft"
    );
    assert_eq!(desk.mail(&ben).len(), 1, "the briefing");
    let deeds =
        "SELECT count(*) FROM deed WHERE what IN ('briefing_taken_back', 'question_taken_back')";
    assert_eq!(desk.house.count_now(deeds), 2);
}

#[test]
fn a_closed_question_is_reopened_until_another_day_and_for_more_answers() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let made = desk.ask(&QuestionText { quota: Some(1), ..question(Audience::Everyone) });
    let id = made.question_id;
    let path = format!("questions/{id}");
    let reopen = |expires_at_ms, quota| {
        desk.post(&format!("{path}/reopen"), &ReopenRequest { expires_at_ms, quota })
    };
    let told = |device: &Device| match &desk.mail(device)[&format!("question/{id}")] {
        Content::Question(question) => question.clone(),
        other => panic!("{other:?}"),
    };
    let detail = reopen(None, None).assert_problem(422, "invalid_field");
    assert_eq!(detail, "question: not closed");
    // Somebody is writing another text: whoever has the question hears that it is open, not of that.
    let other = QuestionText {
        text: words("Something else?"),
        quota: Some(1),
        ..question(Audience::Everyone)
    };
    desk.send("PUT", &path, Some("*"), &other).json::<Question>();
    desk.answer(&ana, id, 0);
    assert!(told(&ben).is_closed);
    let detail = reopen(None, Some(1)).assert_problem(422, "invalid_field");
    assert_eq!(detail, "quota: 1 have answered");
    let past = endpoint::clock::now_ms() - 1;
    reopen(Some(past), Some(2)).assert_problem(422, "invalid_field");
    let soon = endpoint::clock::now_ms() + 3_600_000;
    let open: Question = reopen(Some(soon), Some(2)).json();
    assert_eq!((open.closed_at_ms, open.text.quota, open.version), (None, Some(2), 3));
    assert_eq!(open.published_at_ms, made.published_at_ms, "it was asked when it was asked");
    let letter = told(&ben);
    assert_eq!((letter.is_closed, letter.expires_at_ms), (false, Some(soon)));
    assert_eq!(letter.text, words("Do they ask for white?"));
    desk.answer(&ben, id, 1);
    let detail = desk.question(id);
    assert!(detail.question.closed_at_ms.is_some(), "at its new quota");
    assert_eq!(detail.chosen, [1, 1]);
    assert!(told(&ana).is_closed);

    let text = group(Audience::Everyone, &["Dupont"]);
    let made: TestGroup = desk.post("test-groups", &text).json();
    let path = format!("test-groups/{}", made.test_group_id);
    desk.post(&format!("{path}/publish"), &json!(null)).json::<TestGroup>();
    desk.post(&format!("{path}/close"), &json!(null)).json::<TestGroup>();
    let open: TestGroup = desk.post(&format!("{path}/reopen"), &ReopenRequest::default()).json();
    assert_eq!(open.closed_at_ms, None);
    let Content::TestGroup(letter) =
        &desk.mail(&ana)[&format!("test_group/{}", made.test_group_id)]
    else {
        panic!()
    };
    assert!(!letter.is_closed);
    let deeds =
        "SELECT count(*) FROM deed WHERE what IN ('question_reopened', 'test_group_reopened')";
    assert_eq!(desk.house.count_now(deeds), 2);
}

#[test]
fn a_quota_that_was_made_smaller_closes_what_has_enough() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let made = desk.ask(&QuestionText { quota: Some(5), ..question(Audience::Everyone) });
    desk.answer(&ana, made.question_id, 0);
    let path = format!("questions/{}", made.question_id);
    let text = QuestionText { quota: Some(1), ..question(Audience::Everyone) };
    desk.send("PUT", &path, Some("*"), &text).json::<Question>();
    let published: Question = desk.post(&format!("{path}/publish"), &json!(null)).json();
    assert!(published.closed_at_ms.is_some());
    assert_eq!(published.published_at_ms, made.published_at_ms, "it was asked when it was asked");
}

#[test]
fn a_test_group_stands_beside_the_rest() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let sa = json!({ "of": "customer", "name": "Dupont SA" });
    let entry: protocol::console::reference::ReferenceEntry = desk.post("reference", &sa).json();
    let alias = json!({ "name": "Dupont" });
    desk.post(&format!("reference/{}/aliases", entry.reference_id), &alias);
    let text = group(Audience::Everyone, &["Dupont SA", "Café Rive"]);
    let made: TestGroup = desk.post("test-groups", &text).json();
    let id = made.test_group_id;
    let begun: TestGroup = desk.post(&format!("test-groups/{id}/publish"), &json!(null)).json();
    assert!(begun.published_at_ms.is_some());
    assert!(desk.mail(&ana).contains_key(&format!("test_group/{id}")));

    let answer = |customer: &str, level, is_yes, size| {
        let answers = vec![
            ItemAnswer::Acceptance(level),
            ItemAnswer::YesNo(is_yes),
            ItemAnswer::Choice(size),
            ItemAnswer::Text("so".to_owned()),
        ];
        let customer = customer.to_owned();
        desk.reply(
            &ana,
            Reply::Questionnaire(Questionnaire {
                test_group_id: id,
                customer,
                visit_id: None,
                answers,
            }),
        );
    };
    answer("dupont", AcceptanceLevel::Rejects, false, 0);
    answer("DUPONT SA", AcceptanceLevel::Likes, true, 1);
    answer("CAFE RIVE", AcceptanceLevel::Adopts, true, 1);
    answer("Elsewhere", AcceptanceLevel::Open, false, 9);
    let accept = |customer: Option<&str>, level| {
        let level = Some(level);
        let details = Details::Acceptance(CustomerAcceptance { level, relation: None });
        let customer = customer.map(str::to_owned);
        let product = Some("ALPHA".to_owned());
        let note = Note { customer, product, details, ..note(Kind::Acceptance, "x") };
        desk.house.push(&ana, [&*create(note).json]);
    };
    accept(Some("Dupont"), AcceptanceLevel::Likes);
    accept(Some("Elsewhere"), AcceptanceLevel::Reluctant);
    accept(Some("Nowhere"), AcceptanceLevel::Reluctant);
    accept(None, AcceptanceLevel::Adopts);
    let detail: TestGroupDetail = desk.get(&format!("test-groups/{id}"));
    assert_eq!(detail.test_group.answered, 2);
    let said: Vec<_> = detail.answers.iter().map(|it| (&*it.customer, it.is_member)).collect();
    assert_eq!(said, [("Elsewhere", false), ("CAFE RIVE", true), ("DUPONT SA", true)]);
    let results: Vec<_> =
        detail.results.iter().map(|it| (it.members.clone(), it.rest.clone())).collect();
    let expected = [
        (vec![0, 0, 0, 1, 1], vec![0, 0, 1, 0, 0]),
        (vec![2, 0], vec![0, 1]),
        (vec![0, 2], vec![0, 0]),
        (vec![], vec![]),
    ];
    assert_eq!(results, expected);
    assert_eq!(detail.members, Some([0, 0, 0, 1, 0]));
    assert_eq!(detail.rest, Some([0, 2, 0, 0, 0]), "notes on nobody are on no other customer");

    let mut other = text;
    other.items.pop();
    let path = format!("test-groups/{id}");
    let detail = desk.send("PUT", &path, Some("*"), &other).assert_problem(422, "invalid_field");
    assert!(detail.starts_with("items"), "{detail}");
    desk.post(&format!("{path}/close"), &json!(null)).json::<TestGroup>();
    let Content::TestGroup(letter) = &desk.mail(&ana)[&format!("test_group/{id}")] else {
        panic!()
    };
    assert!(letter.is_closed);
}

#[test]
fn what_cannot_be_is_refused_by_the_name_of_its_field() {
    let desk = Desk::open();
    let everyone = || Audience::Everyone;
    let refused = |path: &str, text: serde_json::Value, field: &str| {
        let detail = desk.post(path, &text).assert_problem(422, "invalid_field");
        assert!(detail.starts_with(field), "{detail}, not {field}");
    };
    let with = |text: &dyn Fn(&mut BriefingText)| {
        let mut made = briefing(everyone());
        text(&mut made);
        serde_json::to_value(made).unwrap()
    };
    refused("briefings", with(&|it| it.title = Words::default()), "title");
    refused("briefings", with(&|it| it.title.fr = "x".repeat(201)), "title");
    refused("briefings", with(&|it| it.subject = Subject::Product(" ".to_owned())), "subject");
    refused("briefings", with(&|it| it.claims = vec![claim(1, "a"); 2]), "claims[1].claim_id");
    refused("briefings", with(&|it| it.claims[0].text = Words::default()), "claims[0].text");
    let day = |day: &str| Some(day.to_owned());
    refused(
        "briefings",
        with(&|it| it.claims[0].checked_day = day("2026-02-30")),
        "claims[0].checked",
    );
    let many = |it: &mut BriefingText| {
        it.claims = (0..=u8::try_from(ITEMS_MAX).unwrap()).map(|at| claim(at, "c")).collect();
    };
    refused("briefings", with(&many), "claims: 31");
    refused("briefings", with(&|it| it.audience = Audience::Authors), "audience");
    let nobody = RepId::new(1, [7; 10]);
    refused("briefings", with(&|it| it.audience = Audience::Reps(vec![nobody])), "audience");
    refused(
        "briefings",
        with(&|it| it.text.en = "![a](data:image/svg+xml;base64,PHN2Zz4=)".to_owned()),
        "text.en",
    );
    for kind in ["text/html", "image/gif", "application/pdf"] {
        let text = |it: &mut BriefingText| it.text.fr = format!("![a](data:{kind};base64,AAAA)");
        refused("briefings", with(&text), "text.fr");
    }

    let with = |text: &dyn Fn(&mut QuestionText)| {
        let mut made = question(everyone());
        text(&mut made);
        serde_json::to_value(made).unwrap()
    };
    refused("questions", with(&|it| it.text = Words::default()), "text");
    refused("questions", with(&|it| it.choices = vec![words("a"); 31]), "choices: 31");
    refused("questions", with(&|it| it.choices.truncate(1)), "choices");
    refused("questions", with(&|it| it.choices[1] = Words::default()), "choices[1]");
    refused("questions", with(&|it| it.quota = Some(0)), "quota");
    refused("questions", with(&|it| it.expires_at_ms = Some(1)), "expires_at_ms");

    let with = |text: &dyn Fn(&mut TestGroupText)| {
        let mut made = group(everyone(), &["a"]);
        text(&mut made);
        serde_json::to_value(made).unwrap()
    };
    refused("test-groups", with(&|it| it.customers.push(String::new())), "customers[1]");
    refused("test-groups", with(&|it| it.items[2].form = Form::Choice(vec![])), "items[2].form");
    refused("test-groups", with(&|it| it.marketers = vec!["x".to_owned()]), "marketers[0]");
    refused("test-groups", with(&|it| it.expires_at_ms = Some(1)), "expires_at_ms");

    assert_eq!(desk.house.count_now("SELECT count(*) FROM field_item"), 0, "none was kept");
    desk.post("briefings", &json!({})).assert_problem(400, "malformed_request");
    let empty: TestGroup =
        desk.post("test-groups", &TestGroupText { items: vec![], ..group(everyone(), &[]) }).json();
    let publish = format!("test-groups/{}/publish", empty.test_group_id);
    let detail = desk.post(&publish, &json!(null)).assert_problem(422, "invalid_field");
    assert!(detail.starts_with("items"), "{detail}");
    let to_nobody: Question = desk.post("questions", &question(Audience::Reps(vec![]))).json();
    let publish = format!("questions/{}/publish", to_nobody.question_id);
    desk.post(&publish, &json!(null)).assert_problem(422, "invalid_field");
}

#[test]
fn five_megabytes_of_markdown_are_too_large_and_one_with_scripts_is_kept_as_it_is() {
    let desk = Desk::open();
    let evil = "<script>alert('x')</script>[a](javascript:alert(1))\n";
    let mut text = briefing(Audience::Everyone);
    text.text.en = evil.repeat(5 * 1024 * 1024 / evil.len());
    let detail = desk.post("briefings", &text).assert_problem(413, "too_large");
    assert!(detail.starts_with("text.en"), "{detail}");
    text.text.en = evil.repeat(300_000);
    desk.post("briefings", &text).assert_problem(413, "too_large");
    text.text.en = evil.repeat(BRIEFING_BYTES_MAX / evil.len());
    let made: Briefing = desk.post("briefings", &text).json();
    desk.post(&format!("briefings/{}/publish", made.briefing_id), &json!(null)).json::<Briefing>();
    let ana = desk.house.enrol("Ana");
    let mail = desk.mail(&ana);
    let Some(Content::Briefing(letter)) = mail.values().next() else { panic!() };
    assert_eq!(letter.text.en, text.text.en);
}

#[test]
fn all_of_it_is_for_those_who_are_signed_in_and_every_deed_is_a_line_of_the_audit() {
    let desk = Desk::open();
    let json = [("content-type", "application/json")];
    for path in ["briefings", "questions", "test-groups"] {
        let path = format!("/api/v1/{path}");
        desk.house.get(&path, &[]).assert_problem(401, "session_missing");
        desk.house.send("POST", &path, &json, Some(b"{}")).assert_problem(401, "session_missing");
    }
    let made = desk.ask(&question(Audience::Everyone));
    desk.post(&format!("questions/{}/close", made.question_id), &json!(null));
    let deeds = "SELECT count(*) FROM deed WHERE about = 'Do they ask for white?'
        AND what IN ('question_made', 'question_published', 'question_closed')
        AND subject = (SELECT item_id FROM field_item)";
    assert_eq!(desk.house.count_now(deeds), 3);
}
