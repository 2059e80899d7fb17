//! Topics: gathering, renaming, merging and parting, and counting who said it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod desk;
mod fixture;

use std::collections::BTreeSet;

use desk::{Desk, words};
use fixture::{Answer, Device, note, note_id};
use protocol::console::topics::{Similar, Suggestion, Topic, TopicChange, TopicRequest};
use protocol::console::work::{Change, WorkState};
use protocol::note::Kind;
use protocol::{Note, NoteId, TopicId};

fn patch(desk: &Desk, topic: &Topic, version: i64, change: &TopicChange) -> Answer {
    let tag = format!("\"{version}\"");
    let path = format!("/api/v1/topics/{}", topic.topic_id);
    desk.send("PATCH", &path, &[("if-match", &tag)], change)
}

fn rename(title: &str) -> TopicChange {
    TopicChange { title: Some(title.to_owned()), ..TopicChange::default() }
}

fn merge(into: TopicId) -> TopicChange {
    TopicChange { merge_into: Some(into), ..TopicChange::default() }
}

fn alert(at: u64) -> TopicChange {
    TopicChange { alert_at: Some(at), ..TopicChange::default() }
}

fn said_by(desk: &Desk, device: &Device, customer: &str) -> NoteId {
    let customer = Some(customer.to_owned());
    desk.note(device, Note { customer, ..note(Kind::Need, "a smaller one") })
}

fn one(desk: &Desk, topic: &Topic) -> Topic {
    desk.topic_detail(topic.topic_id).topic
}

#[test]
fn a_topic_gathers_notes_which_become_classified_and_leave_their_old_topic() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids: Vec<_> = (0..3).map(|index| desk.gap(&ana, &format!("note {index}"))).collect();
    let price = desk.topic("  Price ", &ids[..2]);
    assert_eq!((&*price.title, price.notes, price.version), ("Price", 2, 1));
    assert_eq!(desk.progress(&ana, ids[0]).unwrap().topic.as_deref(), Some("Price"));
    let size = desk.topic("Size", &ids[1..]);
    assert_eq!(desk.work(ids[1]).topic.unwrap().title, "Size");
    assert_eq!((one(&desk, &price).notes, one(&desk, &size).notes), (1, 2));
    desk.undo(price.deed_id.unwrap()).assert_problem(409, "not_undoable");
    assert_eq!(desk.undo(size.deed_id.unwrap()).status, 204);
    assert_eq!(desk.work(ids[1]).topic.unwrap().title, "Price");
    assert_eq!(desk.state(ids[2]), WorkState::New);
    let gone = desk.get(&format!("/api/v1/topics/{}", size.topic_id));
    gone.assert_problem(404, "not_found");
    assert_eq!(desk.undo(price.deed_id.unwrap()).status, 204);
    assert_eq!(desk.topics(), []);
    assert_eq!(desk.mail(&ana), []);
}

#[test]
fn adding_and_taking_out_are_deeds_of_the_topic() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (a, b) = (desk.gap(&ana, "a"), desk.gap(&ana, "b"));
    let topic = desk.topic("Price", &[a]);
    desk.apply(&[b], Change::Classify(Some(topic.topic_id)));
    desk.apply(&[a], Change::Classify(None));
    let detail = desk.topic_detail(topic.topic_id);
    assert_eq!(detail.notes.len(), 1);
    assert_eq!(detail.notes[0].note_id, b);
    let told: Vec<_> = detail.deeds.iter().map(|deed| (&*deed.what, deed.notes)).collect();
    assert_eq!(told, [("topic_made", 1), ("classify", 1)]);
}

#[test]
fn a_change_says_which_version_it_saw() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let a = desk.gap(&ana, "a");
    let topic = desk.topic("Price", &[a]);
    let path = format!("/api/v1/topics/{}", topic.topic_id);
    assert_eq!(desk.get(&path).header("etag"), "\"1\"");
    desk.send("PATCH", &path, &[], &rename("x")).assert_problem(428, "match_missing");
    for tag in ["*", "1", "W/\"1\"", "\"x\""] {
        let answer = desk.send("PATCH", &path, &[("if-match", tag)], &rename("x"));
        answer.assert_problem(428, "match_missing");
    }
    let renamed = patch(&desk, &topic, 1, &rename("Prices"));
    assert_eq!(renamed.header("etag"), "\"2\"");
    let renamed: Topic = renamed.json();
    assert_eq!(desk.progress(&ana, a).unwrap().topic.as_deref(), Some("Prices"));
    let detail = patch(&desk, &topic, 1, &rename("Cost")).assert_problem(412, "changed_meanwhile");
    assert_eq!(detail, "the version is 2");
    assert_eq!(desk.undo(renamed.deed_id.unwrap()).status, 204);
    assert_eq!(desk.work(a).topic.unwrap().title, "Price");
    assert_eq!(desk.progress(&ana, a).unwrap().topic.as_deref(), Some("Price"));
    desk.undo(renamed.deed_id.unwrap()).assert_problem(409, "not_undoable");
    for (change, code) in [
        (rename(" "), "invalid_field"),
        (rename(&"x".repeat(201)), "invalid_field"),
        (merge(topic.topic_id), "invalid_field"),
        (TopicChange { merge_into: Some(topic.topic_id), ..rename("x") }, "invalid_field"),
    ] {
        patch(&desk, &topic, 3, &change).assert_problem(422, code);
    }
    let unknown = TopicId::new(1, [9; 10]);
    patch(&desk, &topic, 3, &merge(unknown)).assert_problem(404, "not_found");
    let request = TopicRequest { title: "x".to_owned(), note_ids: vec![note_id()] };
    desk.post("/api/v1/topics", &request).assert_problem(404, "not_found");
    assert_eq!(desk.topics().len(), 1, "what is refused leaves no empty topic");
}

#[test]
fn merging_and_parting_ten_times_loses_nothing() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids: Vec<_> = (0..5).map(|index| desk.gap(&ana, &format!("note {index}"))).collect();
    let (a, b) = (desk.topic("A", &ids[..3]), desk.topic("B", &ids[3..]));
    let of = |topic: &Topic| -> Vec<NoteId> {
        let detail = desk.topic_detail(topic.topic_id);
        detail.notes.into_iter().rev().map(|note| note.note_id).collect()
    };
    for round in 0..10 {
        let version = one(&desk, &a).version;
        let merged: Topic = patch(&desk, &a, version, &merge(b.topic_id)).json();
        assert_eq!((merged.notes, merged.merged_into.unwrap().title), (0, "B".to_owned()));
        assert_eq!(of(&b), ids, "round {round}");
        assert_eq!(desk.progress(&ana, ids[0]).unwrap().topic.as_deref(), Some("B"));
        desk.ask(&ids[..1], Change::Classify(Some(a.topic_id))).assert_problem(409, "closed");
        let again = patch(&desk, &a, merged.version, &merge(b.topic_id));
        again.assert_problem(409, "closed");
        assert_eq!(desk.undo(merged.deed_id.unwrap()).status, 204);
        assert_eq!((of(&a), of(&b)), (ids[..3].to_vec(), ids[3..].to_vec()), "round {round}");
        assert_eq!(desk.progress(&ana, ids[0]).unwrap().topic.as_deref(), Some("A"));
    }
    for (topic, what) in [(&a, "topic_merged"), (&b, "topic_took_in")] {
        let deeds = desk.topic_detail(topic.topic_id).deeds;
        let told = deeds.iter().filter(|deed| deed.what == what);
        assert_eq!(told.clone().count(), 10, "the whole history");
        assert!(told.into_iter().all(|deed| deed.is_undone));
    }
    assert!(ids.iter().all(|id| desk.state(*id) == WorkState::Classified));
}

#[test]
fn parting_leaves_what_was_done_with_single_notes_meanwhile() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids: Vec<_> = (0..4).map(|index| desk.gap(&ana, &format!("note {index}"))).collect();
    let (a, b) = (desk.topic("A", &ids[..3]), desk.topic("B", &ids[3..]));
    let c = desk.topic("C", &[]);
    let merged: Topic = patch(&desk, &a, 1, &merge(b.topic_id)).json();
    desk.apply(&ids[..1], Change::Classify(Some(c.topic_id)));
    desk.apply(&ids[1..2], Change::Decline(words("no", "non")));
    assert_eq!(desk.undo(merged.deed_id.unwrap()).status, 204);
    let titles: Vec<_> = ids.iter().map(|id| desk.work(*id).topic.unwrap().title).collect();
    assert_eq!(titles, ["C", "A", "A", "B"]);
    assert_eq!(desk.state(ids[1]), WorkState::Declined);
    // Into B, and B into C: only the last merge can be undone, then the one before.
    let version = one(&desk, &a).version;
    let first: Topic = patch(&desk, &a, version, &merge(b.topic_id)).json();
    let version = one(&desk, &b).version;
    let second: Topic = patch(&desk, &b, version, &merge(c.topic_id)).json();
    desk.undo(first.deed_id.unwrap()).assert_problem(409, "not_undoable");
    assert_eq!(desk.undo(second.deed_id.unwrap()).status, 204);
    assert_eq!(desk.undo(first.deed_id.unwrap()).status, 204);
    let titles: Vec<_> = ids.iter().map(|id| desk.work(*id).topic.unwrap().title).collect();
    assert_eq!(titles, ["C", "A", "A", "B"]);
}

#[test]
fn customers_with_several_names_count_once_and_a_topic_tells_when_enough_have_said_it() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let ids = [
        said_by(&desk, &ana, "Dupont SA"),
        said_by(&desk, &ben, "DUPONT sa"),
        said_by(&desk, &ben, "Ets Dupont"),
        desk.gap(&ben, "of nobody"),
    ];
    let topic = desk.topic("Smaller", &ids);
    assert_eq!((topic.customers, topic.reps, topic.notes), (2, 2, 4));
    assert_eq!(topic.kinds, [Kind::Need, Kind::Gap]);
    assert!(topic.first_ms <= topic.last_ms && topic.first_ms.is_some());
    let watched: Topic = patch(&desk, &topic, 1, &alert(2)).json();
    assert_eq!(watched.alert_at, Some(2));
    let alerts = desk.views().alerts;
    assert_eq!((alerts.len(), alerts[0].customers, &*alerts[0].topic.title), (1, 2, "Smaller"));
    let sql = "INSERT INTO reference (reference_id, kind, name)
            VALUES (x'00112233445566778899aabbccddeeff', 'customer', 'Dupont SA');
        INSERT INTO reference_name SELECT 'customer', 'dupont sa', reference_id, name, 0
            FROM reference;
        INSERT INTO reference_name SELECT 'customer', 'ets dupont', reference_id, 'Ets Dupont', 1
            FROM reference;";
    desk.house.write(move |db| Ok(db.execute_batch(sql)?)).unwrap();
    assert_eq!(one(&desk, &topic).customers, 1);
    assert_eq!(desk.views().alerts, []);
    let third = said_by(&desk, &ana, "Martin");
    desk.apply(&[third], Change::Classify(Some(topic.topic_id)));
    assert_eq!(desk.views().alerts.len(), 1);
    let silent: Topic = patch(&desk, &topic, 2, &alert(0)).json();
    assert_eq!((silent.alert_at, desk.views().alerts.len()), (None, 0));
}

#[test]
fn topics_with_the_most_customers_come_first() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let one = said_by(&desk, &ana, "A");
    desk.topic("Few", &[one]);
    let ids = ["A", "B"].map(|name| said_by(&desk, &ana, name));
    desk.topic("Many", &ids);
    desk.topic("None", &[]);
    let titles: Vec<_> = desk.topics().into_iter().map(|topic| topic.title).collect();
    assert_eq!(titles, ["Many", "Few", "None"]);
}

/// A note with these words on this product.
fn on(desk: &Desk, device: &Device, product: Option<&str>, customer: &str, text: &str) -> NoteId {
    let (product, customer) = (product.map(str::to_owned), Some(customer.to_owned()));
    desk.note(device, Note { product, customer, ..note(Kind::Gap, text) })
}

const SAYINGS: [&str; 6] = [
    "The delivery takes three weeks, they wait for their ovens",
    "Deliveries are late by weeks again",
    "Delivery promised in five days, came after three weeks",
    "The remote control is flimsy and awkward to hold",
    "Remote feels flimsy, buttons too small",
    "Somebody asked for a catalogue in Dutch",
];

#[test]
fn similar_notes_are_found_within_kind_product_and_time_the_most_similar_first() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids = SAYINGS.map(|text| on(&desk, &ana, Some("Four 3000"), "A", text));
    on(&desk, &ana, Some("Mixer"), "B", "The delivery takes three weeks");
    let unnamed = on(&desk, &ana, None, "C", "A delivery of three weeks is too long");
    let other_kind = Note { product: Some("Four 3000".to_owned()), ..note(Kind::Need, SAYINGS[0]) };
    desk.note(&ana, other_kind);
    let similar = |note_id: NoteId| -> Vec<Similar> {
        desk.get(&format!("/api/v1/notes/{note_id}/similar")).json()
    };
    let found = similar(ids[0]);
    let note_ids: Vec<_> = found.iter().map(|it| it.note.note_id).collect();
    assert!(note_ids.contains(&ids[2]) && note_ids.contains(&unnamed), "{found:?}");
    assert!(found.iter().all(|it| it.score >= 15 && it.note.note.text.contains("eliver")));
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    assert_eq!(note_ids.len(), found.len());
    assert!(!note_ids.contains(&ids[0]), "not to itself");
    let remotes: Vec<_> = similar(ids[3]).into_iter().map(|it| it.note.note_id).collect();
    assert_eq!(remotes, [ids[4]]);
    assert_eq!(similar(ids[5]), []);
    let odd = on(&desk, &ana, None, "D", "\" OR NOT ( * ^ NEAR");
    assert_eq!(similar(odd), []);
    let sql = "UPDATE note SET received_at_ms = received_at_ms - 200 * 86400000 WHERE seq = 3";
    desk.house.write(move |db| Ok(db.execute(sql, [])?)).unwrap();
    assert!(similar(ids[0]).iter().all(|it| it.note.note_id != ids[2]), "of another time");
    let unknown = desk.get(&format!("/api/v1/notes/{}/similar", note_id()));
    unknown.assert_problem(404, "not_found");
}

#[test]
fn groups_among_notes_without_a_topic_are_suggested_with_the_topic_they_belong_to() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let product = Some("Four 3000");
    let suggestions = || -> Vec<Suggestion> { desk.get("/api/v1/topics/suggestions").json() };
    assert_eq!(suggestions(), []);
    let ids: Vec<_> = SAYINGS
        .iter()
        .enumerate()
        .map(|(index, text)| on(&desk, &ana, product, &format!("customer {index}"), text))
        .collect();
    let of = |suggestion: &Suggestion| -> BTreeSet<NoteId> {
        suggestion.notes.iter().map(|note| note.note_id).collect()
    };
    let found = suggestions();
    let remote = found.iter().find(|it| of(it).contains(&ids[3])).unwrap();
    assert_eq!(of(remote), [ids[3], ids[4]].into());
    assert!(remote.words.iter().any(|word| word == "flimsy"), "{:?}", remote.words);
    assert_eq!(remote.topic, None);
    assert!(found.iter().all(|it| it.notes.len() > 1 && !of(it).contains(&ids[5])), "{found:?}");
    let topic = desk.topic("Remote control", &ids[3..5]);
    assert!(suggestions().iter().all(|it| !of(it).contains(&ids[3])), "they have their place");
    let more = [
        on(&desk, &ana, product, "X", "They say that the remote control is flimsy"),
        on(&desk, &ana, product, "Y", "A flimsy remote, awkward in the hand"),
    ];
    let found = suggestions();
    let remote = found.iter().find(|it| of(it).contains(&more[0])).unwrap();
    assert_eq!(of(remote), more.into());
    assert_eq!(remote.topic.as_ref().unwrap().topic_id, topic.topic_id);
}
