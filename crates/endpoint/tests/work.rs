//! Marketing's daily work on notes: states, deeds and their undoing, views, threads, the digest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod desk;
mod fixture;

use desk::{Desk, words};
use endpoint::clock::now_ms;
use endpoint::storage::ops::Sender;
use endpoint::storage::{attachments, digest, views};
use fixture::{body_of, note, note_id};
use protocol::Words;
use protocol::console::people::UserId;
use protocol::console::work::{
    Change, Digest, RemarkRequest, SavedView, TranscriptRequest, WorkState,
};
use protocol::mail::Content;
use protocol::note::{CompetitorSighting, Details, Hypothesis, Kind};
use protocol::{Action, Attachment, AttachmentId, DeedId, Note, OpBody, Reply, Sha256};

const NOBODY: UserId = UserId(4_711);

fn because() -> Change {
    Change::Decline(words("We sell no ships", "Nous ne vendons pas de bateaux"))
}

#[test]
fn a_note_is_new_then_read_then_classified_and_its_rep_hears_of_each() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let first = desk.gap(&ana, "first");
    assert_eq!(desk.state(first), WorkState::New);
    assert_eq!(desk.progress(&ana, first), None);
    let read = desk.apply(&[first, first], Change::Read);
    assert_eq!(read.changed, [first], "each note once");
    assert_eq!(desk.state(first), WorkState::Read);
    let told = desk.progress(&ana, first).unwrap();
    assert!(told.read_at_ms.is_some() && told.classified_at_ms.is_none());
    desk.apply(&[first], Change::Classify(None));
    assert_eq!(desk.apply(&[first], Change::Read).changed, [], "it stays classified");
    assert_eq!(desk.state(first), WorkState::Classified);
    let told = desk.progress(&ana, first).unwrap();
    assert!(told.classified_at_ms.is_some() && told.topic.is_none());
    assert_eq!(desk.page("").notes[0].work, desk.work(first), "list and detail say the same");
    let names: Vec<_> = desk.detail(first).deeds.into_iter().map(|deed| deed.what).collect();
    assert_eq!(names, ["read", "classify"]);
}

#[test]
fn a_reason_for_declining_reaches_the_rep_and_is_taken_back_with_it() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ship = desk.gap(&ana, "they want a ship");
    let declined = desk.apply(&[ship], because());
    assert_eq!(desk.state(ship), WorkState::Declined);
    let told = desk.progress(&ana, ship).unwrap();
    assert_eq!(
        told.declined.unwrap().reason,
        words("We sell no ships", "Nous ne vendons pas de bateaux")
    );
    assert_eq!(desk.undo(declined.deed_id).status, 204);
    assert_eq!(desk.state(ship), WorkState::New);
    assert_eq!(desk.progress(&ana, ship), None, "nothing is left to tell");
    desk.undo(declined.deed_id).assert_problem(409, "not_undoable");
    let audit = desk.audit("").deeds;
    assert_eq!(audit[0].what, "undo");
    assert_eq!(audit[0].about.as_deref(), Some("decline"));
    assert!(audit[1].is_undone && audit[1].about.as_deref() == Some("We sell no ships"));
    desk.apply(&[ship], because());
    desk.apply(&[ship], Change::Reopen);
    assert_eq!(desk.work(ship).reason, None);
    assert_eq!(desk.state(ship), WorkState::New);
    assert_eq!(desk.progress(&ana, ship), None);
}

#[test]
fn hands_stars_tags_and_snoozing_are_undone_from_the_last_one_back() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let some = desk.gap(&ana, "some");
    let me = desk.views().users[0].0;
    let changes = [
        Change::Star(true),
        Change::Assign(Some(me)),
        Change::Tag("price".to_owned()),
        Change::Tag("export".to_owned()),
        Change::Snooze(Some(i64::MAX)),
        Change::Hypotheses(Some(vec![Hypothesis::Cycle])),
    ];
    let before = desk.work(some);
    let deeds: Vec<_> = changes.map(|change| desk.apply(&[some], change).deed_id).to_vec();
    let work = desk.work(some);
    assert!(work.is_starred);
    assert_eq!(work.assignee, Some(me));
    assert_eq!(work.tags, ["export", "price"]);
    assert_eq!(work.snoozed_until_ms, Some(i64::MAX));
    assert_eq!(work.hypotheses, Some(vec![Hypothesis::Cycle]));
    desk.undo(deeds[0]).assert_problem(409, "not_undoable");
    assert_eq!(desk.work(some), work, "a refused undo changes nothing");
    for deed in deeds.iter().rev() {
        assert_eq!(desk.undo(*deed).status, 204);
    }
    let after = desk.work(some);
    assert!(after.version > before.version);
    assert_eq!(protocol::console::work::Work { version: before.version, ..after }, before);
    assert_eq!(desk.views().tags, [""; 0]);
}

#[test]
fn a_deed_is_done_to_all_of_its_notes_or_to_none() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (one, two) = (desk.gap(&ana, "one"), desk.gap(&ana, "two"));
    desk.ask(&[one, note_id(), two], Change::Read).assert_problem(404, "not_found");
    assert_eq!((desk.state(one), desk.state(two)), (WorkState::New, WorkState::New));
    desk.ask(&[], Change::Read).assert_problem(422, "invalid_field");
    let many: Vec<_> = (0..1_001).map(|_| note_id()).collect();
    desk.ask(&many, Change::Read).assert_problem(422, "invalid_field");
    for change in [
        Change::Decline(words(" ", "\u{a0}")),
        Change::Decline(words(&"x".repeat(2_001), "")),
        Change::Tag(" ".to_owned()),
        Change::Tag("x".repeat(201)),
    ] {
        desk.ask(&[one], change).assert_problem(422, "invalid_field");
    }
    desk.ask(&[one], Change::Assign(Some(NOBODY))).assert_problem(404, "not_found");
    let topic = protocol::TopicId::new(1, [1; 10]);
    desk.ask(&[one], Change::Classify(Some(topic))).assert_problem(404, "not_found");
    desk.undo(DeedId::new(1, [1; 10])).assert_problem(404, "not_found");
    desk.post("/api/v1/deeds", &serde_json::json!({ "note_ids": [one], "change": "explode" }))
        .assert_problem(400, "malformed_request");
    assert_eq!(desk.audit("").deeds, []);
    let answer = desk.house.post_json("/api/v1/deeds", &serde_json::json!({}));
    answer.assert_problem(401, "session_missing");
    let headers = [
        ("cookie", &*desk.cookie),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/json"),
    ];
    let answer = desk.house.send("POST", "/api/v1/deeds", &headers, Some(b"{}"));
    answer.assert_problem(403, "cross_site");
}

#[test]
fn a_thousand_notes_are_read_and_unread_at_once() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ops: Vec<_> = (0..1_000)
        .map(|index| body_of(Action::Create(note(Kind::Gap, &format!("note {index}")))))
        .collect();
    let sealed: Vec<_> = ops.iter().map(|op| op.seal(fixture::op_id()).unwrap()).collect();
    desk.house.push(&ana, sealed.iter().map(|op| &*op.json));
    let ids: Vec<_> = ops.iter().map(|op| op.note_id).collect();
    let deed = desk.apply(&ids, Change::Read);
    assert_eq!(deed.changed.len(), 1_000);
    assert_eq!(desk.mail(&ana).len(), 1_000);
    assert_eq!(desk.undo(deed.deed_id).status, 204);
    assert_eq!(desk.mail(&ana), []);
    assert_eq!(desk.views().states[0].1.count, 1_000);
}

#[test]
fn filters_by_state_hand_tag_star_and_topic_combine_with_words_and_pages() {
    let desk = Desk::open();
    let (ana, ben) = (desk.house.enrol("Ana"), desk.house.enrol("Ben"));
    let ids: Vec<_> = (0..6)
        .map(|index| desk.gap(if index % 2 == 0 { &ana } else { &ben }, &format!("word {index}")))
        .collect();
    let me = desk.views().users[0].0;
    desk.apply(&ids[1..], Change::Read);
    desk.apply(&ids[4..], Change::Classify(None));
    desk.apply(&ids[2..5], Change::Tag("Hot".to_owned()));
    desk.apply(&ids[..2], Change::Star(true));
    desk.apply(&ids[3..], Change::Assign(Some(me)));
    let topic = desk.topic("Words", &ids[5..]);
    for (query, found) in [
        ("state=new".to_owned(), &["word 0"][..]),
        ("state=read".to_owned(), &["word 3", "word 2", "word 1"]),
        ("state=read&q=word".to_owned(), &["word 3", "word 2", "word 1"]),
        ("state=classified&q=4".to_owned(), &["word 4"]),
        ("tag=Hot".to_owned(), &["word 4", "word 3", "word 2"]),
        ("tag=Hot&state=read&q=wo".to_owned(), &["word 3", "word 2"]),
        ("tag=cold".to_owned(), &[]),
        ("starred=true".to_owned(), &["word 1", "word 0"]),
        ("starred=true&state=new".to_owned(), &["word 0"]),
        (format!("assignee={}", me.0), &["word 5", "word 4", "word 3"]),
        (format!("assignee={}&tag=Hot&kind=gap", me.0), &["word 4", "word 3"]),
        (format!("topic={}", topic.topic_id), &["word 5"]),
        (format!("topic={}&q=4", topic.topic_id), &[]),
        ("starred=false".to_owned(), &["word 5", "word 4", "word 3", "word 2", "word 1", "word 0"]),
        ("state=read&kind=need".to_owned(), &[]),
    ] {
        assert_eq!(desk.texts(&query), found, "{query}");
    }
    let first = desk.page("state=read&limit=2");
    let before = first.next_before.unwrap();
    assert_eq!(desk.texts(&format!("state=read&limit=2&before={}", before.0)), ["word 1"]);
    desk.apply(&ids[3..4], Change::Decline(Words { en: "No".to_owned(), fr: String::new() }));
    let own = format!("open=true&assignee={}", me.0);
    assert_eq!(desk.texts(&own), ["word 5", "word 4"]);
    for bad in ["state=asleep", "assignee=me", "topic=x", "starred=1"] {
        desk.get(&format!("/api/v1/notes?{bad}")).assert_problem(400, "bad_query");
    }
    let ndjson = desk.get("/api/v1/export?format=ndjson&state=new");
    let lines = String::from_utf8(ndjson.body).unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.contains(r#""state":"new""#), "{lines}");
}

#[test]
fn a_spreadsheet_has_what_marketing_did_and_no_formula() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let some = desk.gap(&ana, "some");
    desk.topic("=1+1", &[some]);
    desk.apply(&[some], Change::Tag("@sum".to_owned()));
    desk.apply(&[some], Change::Decline(words("-1", "non")));
    let csv = desk.get("/api/v1/export?format=csv").body;
    let mut rows = csv::Reader::from_reader(&csv[3..]);
    let row: std::collections::HashMap<String, String> =
        rows.deserialize().next().unwrap().unwrap();
    for (heading, expected) in
        [("state", "declined"), ("topic", "'=1+1"), ("tags", "'@sum"), ("declined_because", "'-1")]
    {
        assert_eq!(row[heading], expected, "{heading}");
    }
}

#[test]
fn filters_by_name_find_every_spelling_and_every_name_that_means_the_same() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    for (text, customer, competitor) in [
        ("a", "Dupont SA", "Rival"),
        ("b", "DUPONT  sa", "rival"),
        ("c", "Établissements Dupont", "Other"),
        ("d", "Dupond", "RIVÀL"),
    ] {
        desk.note(
            &ana,
            Note {
                customer: Some(customer.to_owned()),
                product: Some("Four".to_owned()),
                details: Details::Competitor(CompetitorSighting {
                    competitor: Some(competitor.to_owned()),
                    ..CompetitorSighting::default()
                }),
                ..note(Kind::Competitor, text)
            },
        );
    }
    assert_eq!(desk.texts("customer=dupont%20sa"), ["b", "a"]);
    assert_eq!(desk.texts("competitor=rival"), ["d", "b", "a"]);
    assert_eq!(desk.texts("competitor=rival&customer=Dupond"), ["d"]);
    assert_eq!(desk.texts("product=FOUR&q=a"), ["a"]);
    assert_eq!(desk.texts("product=Five"), [""; 0]);
    let sql =
        "INSERT INTO reference (reference_id, kind, name) VALUES (x'00112233445566778899aabbccddeeff', 'customer', 'Dupont SA');
        INSERT INTO reference_name VALUES
            ('customer', 'dupont sa', x'00112233445566778899aabbccddeeff', 'Dupont SA', 0),
            ('customer', 'etablissements dupont', x'00112233445566778899aabbccddeeff', 'Etablissements Dupont', 1);";
    desk.house.write(move |db| Ok(db.execute_batch(sql)?)).unwrap();
    for name in ["Dupont%20SA", "etablissements%20dupont"] {
        assert_eq!(desk.texts(&format!("customer={name}")), ["c", "b", "a"]);
        let pages = desk.page(&format!("customer={name}&limit=2"));
        let before = pages.next_before.unwrap().0;
        assert_eq!(desk.texts(&format!("customer={name}&limit=2&before={before}")), ["a"]);
    }
}

#[test]
fn a_snoozed_note_is_out_of_sight_until_its_time_comes() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (later, now) = (desk.gap(&ana, "later"), desk.gap(&ana, "now"));
    desk.apply(&[later], Change::Snooze(Some(now_ms() + 3_600_000)));
    assert_eq!(desk.texts("state=new"), ["now"]);
    assert_eq!(desk.texts("snoozed=true"), ["later"]);
    assert_eq!(desk.texts("").len(), 2, "where no state is asked for, everything is there");
    let views = desk.views();
    assert_eq!((views.states[0].1.count, views.snoozed.count), (1, 1));
    desk.apply(&[later], Change::Snooze(Some(now_ms() - 1)));
    assert_eq!(desk.texts("state=new"), ["now", "later"]);
    assert_eq!(desk.texts("snoozed=true"), [""; 0]);
    desk.apply(&[now], Change::Snooze(None));
    assert_eq!(desk.views().states[0].1.count, 2);
}

#[test]
fn views_count_what_waits_and_tell_since_when() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    assert_eq!(desk.views().states[0].1.oldest_ms, None);
    let ids = Kind::ALL.map(|kind| desk.note(&ana, note(kind, "words")));
    desk.house.write(endpoint::storage::view::catch_up).unwrap();
    let sql = "UPDATE note SET received_at_ms = 1000 * seq";
    desk.house.write(move |db| Ok(db.execute(sql, [])?)).unwrap();
    let me = desk.views().users[0].0;
    desk.apply(&ids[1..2], Change::Read);
    desk.apply(&ids[2..3], because());
    desk.apply(&ids[1..], Change::Assign(Some(me)));
    desk.apply(&ids[3..], Change::Star(true));
    let withdrawal = OpBody { note_id: ids[0], ..body_of(Action::Withdraw) };
    let history = desk.detail(ids[0]).history;
    desk.push(&ana, &OpBody { parents: vec![history[0].op_id], ..withdrawal });
    let views = desk.views();
    let of = |state| views.states.iter().find(|it| it.0 == state).unwrap().1;
    assert_eq!((of(WorkState::New).count, of(WorkState::New).oldest_ms), (1, Some(4_000)));
    assert_eq!((of(WorkState::Read).count, of(WorkState::Read).oldest_ms), (1, Some(2_000)));
    assert_eq!(of(WorkState::Declined).count, 1);
    let new: Vec<_> = views.new_kinds.iter().map(|(_, waiting)| waiting.count).collect();
    assert_eq!(new, [0, 0, 0, 1], "the withdrawn one is left out");
    assert_eq!((views.mine.count, views.mine.oldest_ms), (2, Some(2_000)), "declined is done");
    assert_eq!(views.starred.count, 1);
}

#[test]
fn views_are_kept_replaced_and_let_go_by_name_and_are_ones_own() {
    let desk = Desk::open();
    let save = |name: &str, query: &str| {
        let view = SavedView { name: name.to_owned(), query: query.to_owned() };
        desk.post("/api/v1/views", &view)
    };
    assert_eq!(save("Écarts / prix", "?kind=gap").status, 204);
    assert_eq!(save("Écarts / prix", "?kind=gap&state=new").status, 204);
    let saved = desk.views().saved;
    assert_eq!((saved.len(), &*saved[0].query), (1, "?kind=gap&state=new"));
    save(" ", "").assert_problem(422, "invalid_field");
    save("long", &"x".repeat(2_001)).assert_problem(422, "invalid_field");
    let code = desk.house.write(|db| {
        endpoint::storage::users::add(
            db,
            "ben@example.org",
            protocol::console::Role::Marketer,
            now_ms(),
        )
    });
    let code = serde_json::json!({ "code": code.unwrap() });
    let cookie = desk.house.post_json("/api/v1/session", &code).header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let his: protocol::console::work::Views =
        desk.house.get("/api/v1/views", &[("cookie", cookie)]).json();
    assert_eq!(his.saved, []);
    let address = "/api/v1/views/%C3%89carts%20%2F%20prix";
    assert_eq!(desk.send("DELETE", address, &[], &()).status, 204);
    desk.send("DELETE", address, &[], &()).assert_problem(404, "not_found");
    assert_eq!(desk.views().saved, []);
}

#[test]
fn the_thread_holds_what_both_said_and_remarks_reach_the_rep() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let some = desk.gap(&ana, "some");
    let path = format!("/api/v1/notes/{some}/remarks");
    let say = |text: &str| desk.post(&path, &RemarkRequest { text: text.to_owned() });
    assert_eq!(say("Which size?").status, 204);
    let told = desk.mail(&ana);
    assert!(
        matches!(&told[..], [Content::Remark(it)] if it.text == "Which size?" && it.note_id == some),
        "{told:?}"
    );
    let reply = Action::Reply(Reply::Remark { text: "The large one".to_owned() });
    desk.push(&ana, &OpBody { note_id: some, ..body_of(reply) });
    let thread = desk.detail(some).thread;
    let said: Vec<_> = thread.iter().map(|it| (it.is_of_rep, &*it.by, &*it.text)).collect();
    assert_eq!(said, [(false, "marie@example.org", "Which size?"), (true, "Ana", "The large one")]);
    say(" ").assert_problem(422, "invalid_field");
    say(&"x".repeat(2_001)).assert_problem(422, "invalid_field");
    let unknown = format!("/api/v1/notes/{}/remarks", note_id());
    desk.post(&unknown, &RemarkRequest { text: "x".to_owned() }).assert_problem(404, "not_found");
    let star = desk.apply(&[some], Change::Star(true));
    assert_eq!(say("Beside the work").status, 204);
    assert_eq!(desk.undo(star.deed_id).status, 204, "a remark is not built on it");
}

#[test]
fn a_transcript_is_shown_found_and_taken_away() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let spoken = desk.gap(&ana, "a memo");
    let bytes = b"OggS voice".to_vec();
    let attachment = Attachment {
        attachment_id: AttachmentId::new(1, [7; 10]),
        sha256: Sha256::of(&bytes),
        bytes: 10,
        media_type: "audio/ogg".to_owned(),
        name: None,
    };
    let id = attachment.attachment_id;
    let put = |text: &str| {
        let path = format!("/api/v1/attachments/{id}/transcript");
        desk.send("PUT", &path, &[], &TranscriptRequest { text: text.to_owned() })
    };
    put("too early").assert_problem(404, "not_found");
    let sender = Sender { device_id: ana.id, rep_id: ana.admission.rep_id };
    let upload = attachment.clone();
    desk.house
        .write(move |db| {
            attachments::create(db, sender, &upload, now_ms())?.unwrap();
            attachments::append(db, sender, id, 0, &bytes, now_ms())
        })
        .unwrap()
        .unwrap();
    desk.push(&ana, &OpBody { note_id: spoken, ..body_of(Action::Attach(attachment)) });
    assert_eq!(desk.texts("q=wholesaler"), [""; 0]);
    assert_eq!(put("The wholesaler in Liège").status, 204);
    assert_eq!(
        desk.detail(spoken).attachments[0].transcript.as_deref(),
        Some("The wholesaler in Liège")
    );
    assert_eq!(desk.texts("q=liege"), ["a memo"]);
    assert_eq!(put("A retailer").status, 204);
    assert_eq!((desk.texts("q=liege").len(), desk.texts("q=retailer").len()), (0, 1));
    assert_eq!(put(" ").status, 204);
    assert_eq!(desk.detail(spoken).attachments[0].transcript, None);
    assert_eq!(desk.texts("q=retailer"), [""; 0]);
    put(&"x".repeat(10_001)).assert_problem(422, "invalid_field");
}

#[test]
fn a_week_tells_what_came_and_what_was_done() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let ids: Vec<_> = (0..4).map(|_| desk.gap(&ana, "words")).collect();
    desk.topic("Words", &ids[..2]);
    desk.apply(&ids[2..3], because());
    let digest: Digest = desk.get("/api/v1/digest").json();
    assert_eq!(digest.received.last(), Some(&(Kind::Gap, 4)));
    let done = [
        (WorkState::Read, 3),
        (WorkState::Classified, 2),
        (WorkState::Decided, 0),
        (WorkState::Declined, 1),
    ];
    assert_eq!(digest.done, done);
    assert_eq!(digest.unread.count, 1);
    assert_eq!((digest.topics.len(), digest.topics[0].1), (1, 2));
    let early: Digest = desk.get("/api/v1/digest?week=2001-01-01").json();
    assert_eq!((early.received[3].1, early.done[0].1), (0, 0));
    for week in ["2001-01-02", "never", "-9999-01-01T00"] {
        desk.get(&format!("/api/v1/digest?week={week}")).assert_problem(400, "bad_query");
    }
}

#[test]
fn last_weeks_digest_is_due_until_each_has_opened_it() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    assert_eq!(desk.views().digest_due, None, "there is nothing to look back on");
    desk.gap(&ana, "words");
    assert_eq!(desk.views().digest_due, None, "this week is not over");
    desk.house.count("UPDATE note SET received_at_ms = received_at_ms - 7 * 86400000 RETURNING 1");
    let this = digest::monday_of(now_ms()).unwrap();
    let days = |days: i64| this.checked_add(jiff::Span::new().days(days)).unwrap().to_string();
    let (last, earlier) = (days(-7), days(-14));
    let open = |week: &str| desk.send("PUT", &format!("/api/v1/digest/{week}/opened"), &[], &());
    assert_eq!(desk.views().digest_due.as_ref(), Some(&last));
    assert_eq!(open(&earlier).status, 204);
    assert_eq!(open(&this.to_string()).status, 204);
    assert_eq!(desk.views().digest_due.as_ref(), Some(&last), "neither of them is last week's");
    assert_eq!(open(&last).status, 204);
    assert_eq!(desk.views().digest_due, None);
    assert_eq!(open(&earlier).status, 204);
    assert_eq!(desk.views().digest_due, None, "what was opened stays so");
    let due = |user, now_ms| {
        desk.house.read(move |db| views::views(db, user, now_ms)).unwrap().digest_due
    };
    assert_eq!(due(NOBODY, now_ms()), Some(last), "of each by themselves");
    let next_week = now_ms() + 7 * 86_400_000;
    assert_eq!(due(UserId(1), next_week), Some(this.to_string()), "and again next week");
    for week in ["2001-01-02", "x"] {
        open(week).assert_problem(404, "not_found");
    }
}

#[test]
fn the_audit_comes_in_pages_and_loses_no_line() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let some = desk.gap(&ana, "some");
    for index in 0..230 {
        desk.apply(&[some], Change::Star(index % 2 == 0));
    }
    let (mut seen, mut query) = (0, String::new());
    loop {
        let page = desk.audit(&query);
        seen += page.deeds.len();
        if !page.has_more {
            break;
        }
        query = format!("before_ms={}", page.deeds.last().unwrap().at_ms);
    }
    assert_eq!(seen, 230);
    desk.get("/api/v1/deeds?before_ms=x").assert_problem(400, "bad_query");
}

#[test]
fn work_on_a_removed_reps_note_goes_on() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let some = desk.gap(&ana, "some");
    desk.house.revoke(&ana);
    desk.house.write(|db| Ok(db.execute("UPDATE rep SET removed_at_ms = 1", [])?)).unwrap();
    desk.apply(&[some], because());
    assert_eq!(desk.state(some), WorkState::Declined);
}

#[test]
fn undoing_heeds_a_note_whose_words_have_left() {
    let desk = Desk::open();
    let ana = desk.house.enrol("Ana");
    let (gone, stays) = (desk.gap(&ana, "gone"), desk.gap(&ana, "stays"));
    let read = desk.apply(&[gone, stays], Change::Read);
    let parents = vec![desk.detail(gone).history[0].op_id];
    desk.push(&ana, &OpBody { note_id: gone, parents, ..body_of(Action::Withdraw) });
    let late = now_ms() + protocol::limits::BIN_MS + 1;
    desk.house.write(move |db| endpoint::storage::notes::empty_bin(db, late)).unwrap();
    assert_eq!(desk.undo(read.deed_id).status, 204);
    assert_eq!(desk.state(stays), WorkState::New);
    desk.ask(&[gone], Change::Read).assert_problem(404, "not_found");
}
