//! People: reps come in by a link, go out with nothing lost; users and their roles.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::{Answer, House, enrol, gap, header_of, post_json};
use protocol::console::people::{OneTimeLink, People, RepEntry};
use protocol::console::{QuarantinePage, Role, Session};
use protocol::push::{Lane, PushAnswer, PushHeader};
use serde_json::{Value, json};

fn send(house: &House, cookie: &str, method: &str, path: &str, body: &Value) -> Answer {
    let headers = [
        ("cookie", cookie),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ];
    let body = serde_json::to_vec(body).unwrap();
    house.send(method, &format!("/api/v1/{path}"), &headers, Some(&body))
}

fn people(house: &House, cookie: &str) -> People {
    house.get("/api/v1/people", &[("cookie", cookie)]).json()
}

fn code_of(link: &OneTimeLink) -> String {
    link.link.split_once('#').unwrap().1.to_owned()
}

#[test]
fn an_invitation_is_a_link_and_a_picture_and_good_once() {
    let house = House::open();
    let admin = house.sign_in(Role::Admin);
    let request = json!({ "name": " Ana ", "region": "North" });
    let link: OneTimeLink = send(&house, &admin, "POST", "invitations", &request).json();
    assert!(link.link.starts_with(&format!("http://{}/enrol#", house.address)), "{}", link.link);
    assert!(code_of(&link).len() >= 32);
    assert!(link.qr_svg.contains("<svg") && !link.qr_svg.contains("<script"));
    assert!(!link.qr_svg.contains(&code_of(&link)), "it is drawn, not written");
    let entry = people(&house, &admin).reps.remove(0);
    assert_eq!((&*entry.rep.name, entry.region.as_deref()), ("Ana", Some("North")));
    assert_eq!(entry.open_invitations, [link.expires_at_ms]);
    let hashes = "SELECT count(*) FROM invitation WHERE length(code_hash) = 32";
    assert_eq!(house.count_now(hashes), 1);

    let (ana, _) = enrol(house.address, code_of(&link));
    house.push(&ana, [&*gap("hello").json]);
    let again = fixture::enrolment(code_of(&link));
    post_json(house.address, "/api/v1/enrol", &again).assert_problem(409, "invitation_used");
    let entry = people(&house, &admin).reps.remove(0);
    assert_eq!((entry.notes, entry.devices.len(), entry.open_invitations.len()), (1, 1, 0));
    assert!(entry.last_note_ms.is_some());
}

#[test]
fn a_removed_rep_loses_nothing_that_was_unsent_and_gets_in_no_more() {
    let house = House::open();
    let admin = house.sign_in(Role::Admin);
    let (phone, laptop) = (house.enrol("Ana"), house.enrol("Ana"));
    house.push(&phone, [&*gap("sent before").json]);
    let open = house.invite("Ana");
    let rep_id = phone.admission.rep_id;
    let path = format!("reps/{rep_id}");
    let entry: RepEntry =
        send(&house, &admin, "PATCH", &path, &json!({ "is_removed": true })).json();
    assert!(entry.removed_at_ms.is_some() && entry.open_invitations.is_empty());
    assert!(entry.devices.iter().all(|device| device.revoked_at_ms.is_some()));
    let request = fixture::enrolment(open);
    post_json(house.address, "/api/v1/enrol", &request).assert_problem(410, "invitation_expired");
    let pull = format!("/api/v1/pull?request_id={}", fixture::batch_id());
    house.get_as(&phone, &pull).assert_problem(401, "device_revoked");

    for device in [&phone, &laptop] {
        let unsent = gap("written in a tunnel");
        let header = PushHeader { lane: Lane::Deposit, ..header_of(device) };
        let answer: PushAnswer = house.push_by(device, &header, [&*unsent.json]);
        assert_eq!(answer.receipts.len(), 1);
    }
    let quarantine: QuarantinePage = house.get("/api/v1/quarantine", &[("cookie", &admin)]).json();
    assert_eq!(quarantine.total, 2);
    assert!(quarantine.entries.iter().all(|entry| entry.raw.contains("written in a tunnel")));
    assert_eq!(house.count("SELECT count(*) FROM note"), 1, "what was sent stays");

    // Whoever comes back enrols anew.
    let back: RepEntry =
        send(&house, &admin, "PATCH", &path, &json!({ "is_removed": false })).json();
    assert_eq!(back.removed_at_ms, None);
    assert!(back.devices.iter().all(|device| device.revoked_at_ms.is_some()));
    send(&house, &admin, "PATCH", &path, &json!({ "is_removed": true })).json::<RepEntry>();
    send(&house, &admin, "POST", "invitations", &json!({ "name": "Ana" })).json::<OneTimeLink>();
    let entry = people(&house, &admin).reps.remove(0);
    assert_eq!((entry.removed_at_ms, entry.open_invitations.len()), (None, 1));
    assert_eq!(house.count_now("SELECT count(*) FROM deed WHERE what = 'rep_removed'"), 2);
}

#[test]
fn a_region_is_set_and_taken_away() {
    let house = House::open();
    let admin = house.sign_in(Role::Admin);
    let rep_id = house.enrol("Ana").admission.rep_id;
    let path = format!("reps/{rep_id}");
    let set = |region: &str| -> RepEntry {
        send(&house, &admin, "PATCH", &path, &json!({ "region": region })).json()
    };
    assert_eq!(set(" Midi ").region.as_deref(), Some("Midi"));
    let same: RepEntry = send(&house, &admin, "PATCH", &path, &json!({})).json();
    assert_eq!(same.region.as_deref(), Some("Midi"));
    assert_eq!(set(" ").region, None);
    let long = json!({ "region": "x".repeat(201) });
    send(&house, &admin, "PATCH", &path, &long).assert_problem(422, "invalid_field");
    let nobody = format!("reps/{}", protocol::RepId::new(1, [1; 10]));
    send(&house, &admin, "PATCH", &nobody, &json!({ "region": "x" }))
        .assert_problem(404, "not_found");
}

#[test]
fn users_are_made_and_change_roles_and_the_last_admin_stays() {
    let house = House::open();
    let admin = house.sign_in(Role::Admin);
    let set = |email: &str, role: &str| {
        send(&house, &admin, "POST", "users", &json!({ "email": email, "role": role }))
    };
    let link: OneTimeLink = set("zoe@example.org", "marketer").json();
    assert!(link.link.contains("/console/sign-in#"));
    let signed_in = house.post_json("/api/v1/session", &json!({ "code": code_of(&link) }));
    assert_eq!(signed_in.json::<Session>().role, Role::Marketer);
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let twice = house.post_json("/api/v1/session", &json!({ "code": code_of(&link) }));
    twice.assert_problem(403, "sign_in_refused");

    let last = set("marie@example.org", "marketer").assert_problem(422, "invalid_field");
    assert!(last.contains("last admin"), "{last}");
    set("zoe@example.org", "admin").json::<OneTimeLink>();
    let who = house.get("/api/v1/session", &[("cookie", &cookie)]);
    who.assert_problem(401, "session_missing");
    let users = people(&house, &admin).users;
    let users: Vec<_> = users.iter().map(|user| (&*user.email, user.role)).collect();
    assert_eq!(users, [("marie@example.org", Role::Admin), ("zoe@example.org", Role::Admin)]);
    for email in ["", "x", "@", "a b@c", "a@\n", &format!("{}@x", "y".repeat(300))] {
        set(email, "marketer").assert_problem(422, "invalid_field");
    }
    set("a@b", "owner").assert_problem(400, "malformed_request");
}

#[test]
fn marketers_look_and_admins_act() {
    let house = House::open();
    let marketer = house.marketer();
    assert_eq!(people(&house, &marketer).users.len(), 1);
    let rep = format!("reps/{}", house.enrol("Ana").admission.rep_id);
    for (method, path, body) in [
        ("POST", "invitations", json!({ "name": "x" })),
        ("POST", "users", json!({ "email": "marie@example.org", "role": "admin" })),
        ("PATCH", &*rep, json!({ "is_removed": true })),
    ] {
        send(&house, &marketer, method, path, &body).assert_problem(403, "forbidden");
        let headers = [("content-type", "application/json")];
        let body = body.to_string();
        let path = format!("/api/v1/{path}");
        let stranger = house.send(method, &path, &headers, Some(body.as_bytes()));
        stranger.assert_problem(401, "session_missing");
    }
    house.get("/api/v1/people", &[]).assert_problem(401, "session_missing");
    let admin = house.sign_in(Role::Admin);
    send(&house, &admin, "POST", "invitations", &json!({ "name": " " }))
        .assert_problem(422, "invalid_field");
    send(&house, &admin, "POST", "invitations", &json!({ "name": "a\u{7}b" }))
        .assert_problem(422, "invalid_field");
}
