//! Enrolment: one invitation makes at most one device, and a lost answer locks nobody out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use endpoint::clock::now_ms;
use endpoint::storage::devices;
use fixture::{House, enrolment, gap};
use protocol::enrol::EnrolAnswer;
use protocol::push::Verdict;

const ENROL: &str = "/api/v1/enrol";

#[test]
fn an_invitation_makes_a_device_of_its_rep() {
    let house = House::open();
    let answer: EnrolAnswer = house.post_json(ENROL, &enrolment(house.invite("Zoë"))).json();
    assert_eq!(answer.rep_name, "Zoë");
    assert_eq!(answer.epoch, house.storage.epoch());
    let again: EnrolAnswer = house.post_json(ENROL, &enrolment(house.invite("Zoë"))).json();
    assert_eq!(again.rep_id, answer.rep_id, "the same rep, by name");
    assert_ne!(again.device_id, answer.device_id, "with a second device");
}

#[test]
fn secrets_are_stored_as_hashes_alone() {
    let house = House::open();
    let request = enrolment(house.invite("Ana"));
    house.post_json(ENROL, &request);
    house.marketer();
    let code = house.sign_in_code(protocol::console::Role::Marketer);
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(house.folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    for secret in [&request.invitation, &request.device_secret, &code] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
    assert!(request.invitation.len() * 4 >= 128, "at least 128 random bits");
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let house = House::open();
    let request = enrolment(house.invite("Ana"));
    let first: EnrolAnswer = house.post_json(ENROL, &request).json();
    let second: EnrolAnswer = house.post_json(ENROL, &request).json();
    assert_eq!(first, second);
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
}

#[test]
fn a_used_invitation_is_used_up() {
    let house = House::open();
    let code = house.invite("Ana");
    assert_eq!(house.post_json(ENROL, &enrolment(code.clone())).status, 200);
    house.post_json(ENROL, &enrolment(code)).assert_problem(409, "invitation_used");
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
}

#[test]
fn one_secret_is_one_device() {
    let house = House::open();
    let request = enrolment(house.invite("Ana"));
    house.post_json(ENROL, &request);
    let mut second = enrolment(house.invite("Ben"));
    let invitation = second.invitation.clone();
    second.device_secret = request.device_secret;
    house.post_json(ENROL, &second).assert_problem(409, "invitation_used");
    assert_eq!(house.post_json(ENROL, &enrolment(invitation)).status, 200, "it is not used up");
}

#[test]
fn an_unknown_invitation_is_unknown() {
    let house = House::open();
    let request = enrolment("0".repeat(40));
    house.post_json(ENROL, &request).assert_problem(404, "invitation_unknown");
}

#[test]
fn an_invitation_lasts_72_hours() {
    let house = House::open();
    let hours = 3_600 * 1_000;
    let made = now_ms() - 72 * hours;
    let invite = |at| house.write(move |db| devices::invite(db, "Ana", at)).unwrap();
    let (late, just) = (invite(made - 1), invite(made + 60_000));
    house.post_json(ENROL, &enrolment(late)).assert_problem(410, "invitation_expired");
    assert_eq!(house.post_json(ENROL, &enrolment(just)).status, 200);
}

#[test]
fn of_a_hundred_at_once_exactly_one_wins() {
    let house = House::open();
    let code = house.invite("Ana");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| house.post_json(ENROL, &enrolment(code.clone())).status))
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let count = |status| answers.iter().filter(|it| **it == status).count();
    assert_eq!(count(200), 1);
    assert_eq!(count(409) + count(429), 99, "{answers:?}");
    assert!(count(409) >= 20, "some reached the invitation: {answers:?}");
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
}

#[test]
fn past_the_throttle_of_a_hundred_at_once_exactly_one_wins() {
    let house = House::open();
    let code = house.invite("Ana");
    let epoch = house.storage.epoch();
    let won = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let request = enrolment(code.clone());
                    house.write(move |db| devices::enrol(db, &request, epoch, now_ms())).unwrap()
                })
            })
            .collect();
        asked.into_iter().filter_map(|asked| asked.join().unwrap().ok()).count()
    });
    assert_eq!(won, 1);
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
}

#[test]
fn guessing_is_slowed_down_and_success_costs_nothing() {
    let house = House::open();
    // A whole team behind one address.
    for _ in 0..40 {
        house.enrol("Ana");
    }
    let mut refused = None;
    for _ in 0..60 {
        let answer = house.post_json(ENROL, &enrolment("0".repeat(40)));
        if answer.status == 429 {
            answer.assert_problem(429, "too_many_requests");
            refused = Some(answer.header("retry-after").parse::<u64>().unwrap());
            break;
        }
    }
    let wait_s = refused.expect("guessing goes on for ever");
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    let code = serde_json::json!({ "code": "0".repeat(40) });
    house.post_json("/api/v1/session", &code).assert_problem(429, "too_many_requests");
}

#[test]
fn a_device_that_was_shut_out_is_told_so() {
    let house = House::open();
    let device = house.enrol("Ana");
    assert_eq!(house.push(&device, [&*gap("x").json]).receipts[0].verdict, Verdict::Stored);
    house.write(|db| Ok(db.execute("UPDATE device SET revoked_at_ms = 1", [])?)).unwrap();
    let body = fixture::header_of(&device).encode([&*gap("y").json]).unwrap();
    house.push_raw(&device, &[], body.as_bytes()).assert_problem(401, "device_revoked");
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
}
