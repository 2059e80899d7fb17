//! Decisions: drafts, publishing, what reps are told, and two marketers at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod desk;
mod fixture;

use desk::{Desk, words};
use fixture::{Answer, Device, note_id};
use protocol::console::decisions::{Audience, Decision, DecisionDetail, DecisionText};
use protocol::console::topics::{Topic, TopicChange};
use protocol::console::work::{Change, WorkState};
use protocol::mail::{Content, Decision as Letter, Rectified};
use protocol::{DecisionId, NoteId, RepId, TopicId};

fn text(audience: Audience, note_ids: &[NoteId], topic_ids: &[TopicId]) -> DecisionText {
    DecisionText {
        rectified: Rectified::Message,
        title: words("Say that it is quiet", "Dire qu'il est silencieux"),
        text: words("From June on", "Dès juin"),
        from_day: Some("2026-06-01".to_owned()),
        product: Some("Four".to_owned()),
        audience,
        note_ids: note_ids.to_vec(),
        topic_ids: topic_ids.to_vec(),
    }
}

fn draft(desk: &Desk, text: &DecisionText) -> Decision {
    let answer = desk.post("/api/v1/decisions", text);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let decision: Decision = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer.header("location"), path(&decision));
    decision
}

fn path(decision: &Decision) -> String {
    format!("/api/v1/decisions/{}", decision.decision_id)
}

fn put(desk: &Desk, decision: &Decision, text: &DecisionText) -> Answer {
    let tag = format!("\"{}\"", decision.version);
    desk.send("PUT", &path(decision), &[("if-match", &tag)], text)
}

fn publish(desk: &Desk, decision: &Decision) -> Answer {
    let tag = format!("\"{}\"", decision.version);
    desk.send("POST", &format!("{}/publish", path(decision)), &[("if-match", &tag)], &())
}

fn letters(desk: &Desk, device: &Device) -> Vec<Letter> {
    let letter = |content| match content {
        Content::Decision(letter) => Some(letter),
        _ => None,
    };
    desk.mail(device).into_iter().filter_map(letter).collect()
}

const fn rep(device: &Device) -> RepId {
    device.admission.rep_id
}

#[test]
fn publishing_decides_the_cited_notes_and_tells_their_authors_in_both_languages() {
    let desk = Desk::open();
    let (ana, ben, cleo) =
        (desk.house.enrol("Ana"), desk.house.enrol("Ben"), desk.house.enrol("Cleo"));
    let (by_itself, by_topic) = (desk.gap(&ana, "loud"), desk.gap(&ben, "too loud"));
    let topic = desk.topic("Noise", &[by_topic]);
    let draft = draft(&desk, &text(Audience::Authors, &[by_itself], &[topic.topic_id]));
    assert_eq!((draft.notes, draft.reps, draft.version), (2, 2, 1));
    assert_eq!(desk.state(by_itself), WorkState::New, "a draft decides nothing");
    assert_eq!(letters(&desk, &ana), []);
    let published = publish(&desk, &draft);
    assert_eq!(published.header("etag"), "\"2\"");
    let published: Decision = published.json();
    for (device, note) in [(&ana, by_itself), (&ben, by_topic)] {
        assert_eq!(desk.state(note), WorkState::Decided);
        let told = desk.progress(device, note).unwrap();
        assert_eq!(told.decisions, [draft.decision_id]);
        assert_eq!(told.decided_at_ms, published.published_at_ms);
        assert!(told.read_at_ms.is_some());
        let letters = letters(&desk, device);
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].title.fr, "Dire qu'il est silencieux");
        assert_eq!(letters[0].from_day.as_deref(), Some("2026-06-01"));
    }
    assert_eq!(letters(&desk, &cleo), [], "she wrote nothing of it");
    let detail = desk.detail(by_topic);
    assert_eq!(detail.decisions[0].decision_id, draft.decision_id);
    assert_eq!(detail.deeds.last().unwrap().what, "decision_published");
    let detail: DecisionDetail = desk.get(&path(&draft)).json();
    let cited: Vec<_> = detail.notes.iter().map(|note| note.note_id).collect();
    assert_eq!(cited, [by_topic, by_itself]);
    assert_eq!(detail.topics[0].title, "Noise");
    let told: Vec<_> = detail.deeds.iter().map(|deed| &*deed.what).collect();
    assert_eq!(told, ["decision_made", "decision_published"]);
    publish(&desk, &published).assert_problem(409, "closed");
    let listed: Vec<Decision> = desk.get("/api/v1/decisions").json();
    assert_eq!(listed, [published]);
}

#[test]
fn everyone_some_or_the_authors_are_told_and_what_holds_last_is_what_they_have() {
    let desk = Desk::open();
    let (ana, ben, cleo) =
        (desk.house.enrol("Ana"), desk.house.enrol("Ben"), desk.house.enrol("Cleo"));
    let cited = [desk.gap(&ana, "loud")];
    let draft = draft(&desk, &text(Audience::Everyone, &cited, &[]));
    let mut decision: Decision = publish(&desk, &draft).json();
    let told = || [&ana, &ben, &cleo].map(|device| letters(&desk, device).len());
    assert_eq!(told(), [1, 1, 1]);
    let late = desk.house.enrol("Dora");
    assert_eq!(letters(&desk, &late).len(), 1, "reps of tomorrow too");
    for (audience, expected) in [
        (Audience::Reps(vec![rep(&ben)]), [1, 1, 0]),
        (Audience::Authors, [1, 0, 0]),
        (Audience::Reps(vec![rep(&cleo), rep(&ana)]), [1, 0, 1]),
        (Audience::Everyone, [1, 1, 1]),
    ] {
        decision = put(&desk, &decision, &text(audience.clone(), &cited, &[])).json();
        assert_eq!(told(), expected, "{audience:?}");
    }
    let later = DecisionText {
        title: words("Say that it is silent", ""),
        ..text(Audience::Everyone, &cited, &[])
    };
    let changed: Decision = put(&desk, &decision, &later).json();
    assert_eq!(letters(&desk, &ben)[0].title.en, "Say that it is silent", "at once");
    assert_eq!(changed.published_at_ms, decision.published_at_ms);
}

#[test]
fn a_note_that_is_taken_out_stands_as_it_did_before_unless_another_decision_cites_it() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids: Vec<_> = (0..4).map(|index| desk.gap(&ana, &format!("note {index}"))).collect();
    desk.apply(&ids[1..2], Change::Read);
    desk.apply(&ids[2..3], Change::Classify(None));
    let declined = desk.apply(&ids[3..], Change::Decline(words("no", "non")));
    let declined_at_ms = desk.progress(&ana, ids[3]).unwrap().declined.unwrap().at_ms;
    let first = draft(&desk, &text(Audience::Authors, &ids, &[]));
    let first: Decision = publish(&desk, &first).json();
    assert!(ids.iter().all(|id| desk.state(*id) == WorkState::Decided));
    assert_eq!(desk.work(ids[3]).reason, None, "it is not declined any more");
    assert_eq!(desk.progress(&ana, ids[3]).unwrap().declined, None);
    desk.undo(declined.deed_id).assert_problem(409, "not_undoable");
    for change in [Change::Reopen, Change::Decline(words("no", "non")), Change::Read] {
        assert_eq!(desk.apply(&ids[..1], change).changed, [], "a decision cites it");
    }
    let second = draft(&desk, &text(Audience::Authors, &ids[..1], &[]));
    let second: Decision = publish(&desk, &second).json();
    let told = desk.progress(&ana, ids[0]).unwrap();
    assert_eq!(told.decisions, [second.decision_id, first.decision_id], "the latest first");
    let empty: Decision = put(&desk, &first, &text(Audience::Authors, &[], &[])).json();
    assert_eq!((empty.notes, empty.reps), (0, 0));
    let states: Vec<_> = ids.iter().map(|id| desk.state(*id)).collect();
    let expected =
        [WorkState::Decided, WorkState::Read, WorkState::Classified, WorkState::Declined];
    assert_eq!(states, expected);
    assert_eq!(desk.progress(&ana, ids[0]).unwrap().decisions, [second.decision_id]);
    let declined = desk.progress(&ana, ids[3]).unwrap().declined.unwrap();
    assert_eq!((declined.at_ms, &*declined.reason.fr), (declined_at_ms, "non"));
    assert_eq!(letters(&desk, &ana).len(), 1, "of the first she hears no more");
    put(&desk, &second, &text(Audience::Authors, &[], &[])).json::<Decision>();
    assert_eq!(desk.state(ids[0]), WorkState::New);
    assert_eq!(desk.progress(&ana, ids[0]), None);
}

#[test]
fn what_a_topic_brought_stays_cited_and_what_comes_to_it_is_cited_with_the_next_change() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (old, new) = (desk.gap(&ana, "old"), desk.gap(&ana, "new"));
    let topic = desk.topic("Noise", &[old]);
    let text = text(Audience::Authors, &[], &[topic.topic_id]);
    let decision: Decision = publish(&desk, &draft(&desk, &text)).json();
    desk.apply(&[new], Change::Classify(Some(topic.topic_id)));
    assert_eq!(desk.state(new), WorkState::Classified);
    let other = desk.topic("Sound", &[]);
    let change = TopicChange { merge_into: Some(other.topic_id), ..TopicChange::default() };
    let tag = [("if-match", "\"1\"")];
    let address = format!("/api/v1/topics/{}", topic.topic_id);
    desk.send("PATCH", &address, &tag, &change).json::<Topic>();
    let decision: Decision = put(&desk, &decision, &text).json();
    assert_eq!(decision.notes, 1, "its notes are another topic's now; the old one stays cited");
    assert_eq!((desk.state(old), desk.state(new)), (WorkState::Decided, WorkState::Classified));
    let text = DecisionText { topic_ids: vec![other.topic_id], ..text };
    let decision: Decision = put(&desk, &decision, &text).json();
    assert_eq!((decision.notes, desk.state(new)), (2, WorkState::Decided));
    let closed = DecisionText { topic_ids: vec![topic.topic_id], ..text };
    put(&desk, &decision, &closed).assert_problem(409, "closed");
    assert_eq!(desk.state(new), WorkState::Decided, "what is refused changes nothing");
}

#[test]
fn of_two_marketers_at_once_the_later_one_learns_the_version_and_nothing_is_lost() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let cited = [desk.gap(&ana, "loud")];
    let text = text(Audience::Authors, &cited, &[]);
    let decision = draft(&desk, &text);
    let wins = std::thread::scope(|scope| {
        let ask = |index: usize| {
            let (desk, decision, text) = (&desk, &decision, &text);
            scope.spawn(move || {
                let title = words(&format!("Title {index}"), "");
                let answer = put(desk, decision, &DecisionText { title, ..text.clone() });
                if answer.status == 200 {
                    return 1;
                }
                assert_eq!(answer.assert_problem(412, "changed_meanwhile"), "the version is 2");
                0
            })
        };
        let asked: Vec<_> = (0..8).map(ask).collect();
        asked.into_iter().map(|it| it.join().unwrap()).sum::<usize>()
    });
    assert_eq!(wins, 1);
    publish(&desk, &decision).assert_problem(412, "changed_meanwhile");
    assert_eq!(desk.state(cited[0]), WorkState::New);
    let detail: DecisionDetail = desk.get(&path(&decision)).json();
    let current: Decision = publish(&desk, &detail.decision).json();
    assert_eq!((current.version, current.text.title), (3, detail.decision.text.title));
    desk.send("PUT", &path(&decision), &[], &text).assert_problem(428, "match_missing");
    let address = format!("{}/publish", path(&decision));
    desk.send("POST", &address, &[], &()).assert_problem(428, "match_missing");
}

#[test]
fn what_cannot_be_is_refused() {
    let desk = Desk::open();
    let fine = text(Audience::Everyone, &[], &[]);
    for text in [
        DecisionText { title: words(" ", "\u{a0}"), ..fine.clone() },
        DecisionText { title: words(&"x".repeat(201), ""), ..fine.clone() },
        DecisionText { text: words("", &"x".repeat(10_001)), ..fine.clone() },
        DecisionText { from_day: Some("2026-02-30".to_owned()), ..fine.clone() },
        DecisionText { from_day: Some("soon".to_owned()), ..fine.clone() },
        DecisionText { product: Some(" ".to_owned()), ..fine.clone() },
        DecisionText { note_ids: (0..1_001).map(|_| note_id()).collect(), ..fine.clone() },
        DecisionText { topic_ids: vec![TopicId::new(1, [1; 10]); 31], ..fine.clone() },
    ] {
        desk.post("/api/v1/decisions", &text).assert_problem(422, "invalid_field");
    }
    for text in [
        DecisionText { note_ids: vec![note_id()], ..fine.clone() },
        DecisionText { topic_ids: vec![TopicId::new(1, [1; 10])], ..fine.clone() },
        DecisionText { audience: Audience::Reps(vec![RepId::new(1, [1; 10])]), ..fine.clone() },
    ] {
        desk.post("/api/v1/decisions", &text).assert_problem(404, "not_found");
    }
    assert_eq!(desk.get("/api/v1/decisions").json::<Vec<Decision>>(), []);
    let unknown = format!("/api/v1/decisions/{}", DecisionId::new(1, [1; 10]));
    desk.get(&unknown).assert_problem(404, "not_found");
    let tag = [("if-match", "\"1\"")];
    desk.send("PUT", &unknown, &tag, &fine).assert_problem(404, "not_found");
    let nobody = desk.house.get("/api/v1/decisions", &[]);
    nobody.assert_problem(401, "session_missing");
}
