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
use fixture::{Answer, House, enrolment, enrolment_by};
use protocol::enrol::EnrolAnswer;

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
    let device = house.enrol("Ana");
    house.marketer();
    let code = house.sign_in_code(protocol::console::Role::Marketer);
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(house.folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    for secret in [&request.invitation, &device.token, &code] {
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
fn one_key_is_one_device() {
    let house = House::open();
    let key = fixture::key();
    house.post_json(ENROL, &enrolment_by(&key, house.invite("Ana")));
    let invitation = house.invite("Ben");
    let second = enrolment_by(&key, invitation.clone());
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
    let won = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let request = enrolment(code.clone());
                    let device_id = endpoint::chance::device_id().unwrap();
                    let enrol = move |db: &_| devices::enrol(db, &request, device_id, now_ms());
                    house.write(enrol).unwrap()
                })
            })
            .collect();
        asked.into_iter().filter_map(|asked| asked.join().unwrap().ok()).count()
    });
    assert_eq!(won, 1);
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
}

/// The first refusal of up to so many guesses: on a slow machine attempts come back meanwhile.
fn refused(guesses: usize, guess: impl Fn() -> Answer) -> Answer {
    let mut answers = (0..guesses).map(|_| guess());
    answers.find(|answer| answer.status == 429).expect("guessing goes on for ever")
}

#[test]
fn guessing_is_slowed_down_and_success_costs_nothing() {
    let house = House::open();
    // A whole team behind one address.
    for _ in 0..40 {
        house.enrol("Ana");
    }
    let answer = refused(300, || house.post_json(ENROL, &enrolment("0".repeat(40))));
    answer.assert_problem(429, "too_many_requests");
    let wait_s = answer.header("retry-after").parse::<u64>().unwrap();
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    let code = serde_json::json!({ "code": "0".repeat(40) });
    // Fewer than an address has at once: invitations and sign-in links share them.
    let answer = refused(20, || house.post_json("/api/v1/session", &code));
    answer.assert_problem(429, "too_many_requests");
}

#[test]
fn nobody_enrols_with_anothers_key_or_for_another_invitation() {
    let house = House::open();
    let (ana, ben) = (house.invite("Ana"), house.invite("Ben"));
    let (own, others) = (fixture::key(), fixture::key());
    let mut with_anothers_key = enrolment_by(&own, ana.clone());
    with_anothers_key.public_key = fixture::public_key(&others);
    let mut for_another_invitation = enrolment_by(&own, ben);
    for_another_invitation.invitation = ana.clone();
    let mut for_another_purpose = enrolment_by(&own, ana.clone());
    for_another_purpose.signature = fixture::sign(&own, &protocol::proof::for_token(&ana));
    for request in [with_anothers_key, for_another_invitation, for_another_purpose] {
        house.post_json(ENROL, &request).assert_problem(403, "proof_refused");
    }
    assert_eq!(house.count("SELECT count(*) FROM device"), 0);
    assert_eq!(house.post_json(ENROL, &enrolment_by(&own, ana)).status, 200);
}
