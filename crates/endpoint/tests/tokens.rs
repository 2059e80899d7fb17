//! Tokens: a challenge signed once by the device's own key, good for minutes; and how a restored
//! endpoint takes back a device that it never saw.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use endpoint::clock::now_ms;
use endpoint::exchange::authenticate;
use endpoint::storage::tokens;
use fixture::{Device, House, ask, challenge, gap, header_of, proof, sign};
use protocol::console::InboxPage;
use protocol::proof::{for_enrolment, for_token};
use protocol::push::Verdict;
use protocol::token::{Proof, TOKEN_MS};
use protocol::{Code, DeviceId, Mac, PublicKey, RepId, Sha256, Signature};

/// What the database holds of tokens.
fn written(house: &House) -> (i64, i64) {
    let tokens = house.count("SELECT count(*) FROM token");
    (tokens, house.count("SELECT count(*) FROM used_challenge"))
}

/// A challenge as the endpoint would have given it so many milliseconds ago.
fn challenge_of(house: &House, device_id: DeviceId, ago_ms: i64) -> String {
    let chance = endpoint::chance::bytes().unwrap();
    let given = move |db: &_| tokens::challenge(db, device_id, chance, now_ms() - ago_ms);
    house.write(given).unwrap()
}

/// Forgets all devices and reps, like a restore from a backup older than they are.
fn forget_everyone(house: &House) {
    let sql = "DELETE FROM token; DELETE FROM used_challenge; DELETE FROM invitation;
        DELETE FROM device; DELETE FROM rep;";
    house.write(|db| Ok(db.execute_batch(sql)?)).unwrap();
}

fn pushes(house: &House, device: &Device) -> Verdict {
    house.push(device, [&*gap("x").json]).receipts[0].verdict
}

#[test]
fn a_challenge_is_good_once() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let before = written(&house);
    let proof = proof(&ana, &challenge(house.address, ana.id));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| ask(house.address, ana.id, Some(proof.clone())).status))
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|it| **it == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|it| **it == 403).count(), 19, "{statuses:?}");
    assert_eq!(written(&house), (before.0 + 1, before.1 + 1));
    ask(house.address, ana.id, Some(proof)).assert_problem(403, "proof_refused");
}

#[test]
fn a_challenge_lasts_a_minute() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let late = proof(&ana, &challenge_of(&house, ana.id, 60_000));
    ask(house.address, ana.id, Some(late)).assert_problem(403, "proof_refused");
    let just = proof(&ana, &challenge_of(&house, ana.id, 30_000));
    assert_eq!(ask(house.address, ana.id, Some(just)).status, 200);
}

#[test]
fn a_used_challenge_stays_used_when_the_endpoints_clock_is_set_back() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let proof = proof(&ana, &challenge_of(&house, ana.id, 0));
    let issue = |at_ms: i64| {
        let (id, proof) = (ana.id, proof.clone());
        let key = proof.admission.public_key;
        let chance = [at_ms.to_le_bytes()[0]; 32];
        house.write(move |db| tokens::grant(db, id, &proof, key, chance, at_ms))
    };
    let now = now_ms();
    issue(now).unwrap().unwrap();
    house.write(move |db| tokens::forget_expired(db, now + 30 * 60_000)).unwrap();
    assert_eq!(issue(now + 1).unwrap(), Err(Code::ProofRefused));
    house.write(move |db| tokens::forget_expired(db, now + 90 * 60_000)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM used_challenge"), 0, "but not for ever");
}

#[test]
fn only_the_devices_own_signature_of_its_own_challenge_counts() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    let given = challenge(house.address, ana.id);
    let bens = challenge(house.address, ben.id);
    let good = proof(&ana, &given);
    let signed = |signature| Proof { signature, ..good.clone() };
    let mut flipped = *good.signature.as_bytes();
    flipped[40] ^= 1;
    let mut forged = given.clone().into_bytes();
    forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    let wrong = [
        signed(sign(&ben.key, &for_token(&given))),
        signed(sign(&ana.key, &for_enrolment(&given))),
        signed(sign(&ana.key, &for_token(&bens))),
        signed(Signature::from_bytes(flipped)),
        signed(Signature::from_bytes([0; 64])),
        proof(&ana, &bens),
        proof(&ana, &forged),
        proof(&ana, &given[..given.len() - 1]),
        proof(&ana, &format!("{given}=")),
        proof(&ana, ""),
        proof(&ana, "é"),
        // Ben's own admission does not make Ana's device his.
        Proof { admission: ben.admission.clone(), ..proof(&ben, &given) },
    ];
    let before = written(&house);
    for proof in wrong {
        ask(house.address, ana.id, Some(proof)).assert_problem(403, "proof_refused");
    }
    assert_eq!(written(&house), before, "nothing is written before a signature is good");
    assert_eq!(ask(house.address, ana.id, Some(good)).status, 200, "and nothing is used up");
}

#[test]
fn a_challenge_writes_nothing_and_tells_nobody_which_devices_there_are() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let commits = house.storage.commits();
    let unknown = DeviceId::new(1, [9; 10]);
    let (known, strange) = (challenge(house.address, ana.id), challenge(house.address, unknown));
    assert_eq!(known.len(), strange.len());
    assert_ne!(known, challenge(house.address, ana.id), "never twice the same");
    assert_eq!(house.storage.commits(), commits);
}

#[test]
fn a_token_is_good_for_twelve_minutes() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let hash = Sha256::of(ana.token.as_bytes());
    let expires_at_ms = house.count("SELECT expires_at_ms FROM token");
    let life_ms = i64::try_from(TOKEN_MS).unwrap();
    assert!((10 * 60_000..=15 * 60_000).contains(&life_ms), "SECURITY.md, device");
    let seen_at_ms = house.count("SELECT seen_at_ms FROM device");
    assert_eq!(expires_at_ms, seen_at_ms + life_ms);
    let asked = |at_ms| house.write(move |db| authenticate(db, hash, at_ms)).unwrap();
    assert_eq!(asked(expires_at_ms - 1).unwrap().device_id, ana.id);
    assert_eq!(asked(expires_at_ms), Err(Code::TokenUnknown));
    house.write(|db| Ok(db.execute("UPDATE token SET expires_at_ms = ?1", [now_ms()])?)).unwrap();
    let body = header_of(&ana).encode([]).unwrap();
    house.push_raw(&ana, &[], body.as_bytes()).assert_problem(401, "token_unknown");
    house.write(|db| tokens::forget_expired(db, now_ms())).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM token"), 0);
}

#[test]
fn a_lost_answer_costs_one_more_question_and_both_tokens_are_good() {
    let house = House::open();
    let mut ana = house.enrol("Ana");
    let first = ana.clone();
    ana.token = fixture::token(house.address, &ana);
    assert_ne!(ana.token, first.token);
    for device in [&first, &ana] {
        assert_eq!(pushes(&house, device), Verdict::Stored);
    }
    let is_base64 = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    assert!(ana.token.chars().all(is_base64) && ana.token.len() * 6 >= 256, "256 random bits");
}

#[test]
fn a_device_from_before_there_were_keys_enrols_again() {
    let house = House::open();
    let ana = house.enrol("Ana");
    house.write(|db| Ok(db.execute("UPDATE device SET public_key = NULL", [])?)).unwrap();
    let proof = proof(&ana, &challenge(house.address, ana.id));
    ask(house.address, ana.id, Some(proof)).assert_problem(401, "device_unknown");
}

#[test]
fn a_restored_endpoint_takes_back_a_device_that_it_once_admitted() {
    let house = House::open();
    let mut ana = house.enrol("Ana");
    forget_everyone(&house);
    ana.token = fixture::token(house.address, &ana);
    // The answer is sealed by the same key as ever: `push` opens it.
    assert_eq!(pushes(&house, &ana), Verdict::Stored);
    let page: InboxPage = house.get("/api/v1/notes", &[("cookie", &house.marketer())]).json();
    assert_eq!(page.notes[0].rep.name, "Ana");
    assert_eq!(page.notes[0].rep.rep_id, ana.admission.rep_id);
    ana.token = fixture::token(house.address, &ana);
    assert_eq!(house.count("SELECT count(*) FROM device"), 1, "once");
}

#[test]
fn where_the_name_is_another_reps_by_now_both_stay_apart() {
    let house = House::open();
    let mut old = house.enrol("Ana");
    let mut second = house.enrol("Ana");
    forget_everyone(&house);
    let new = house.enrol("Ana");
    for device in [&mut old, &mut second] {
        device.token = fixture::token(house.address, device);
        assert_eq!(pushes(&house, device), Verdict::Stored);
    }
    assert_eq!(pushes(&house, &new), Verdict::Stored);
    assert_eq!(house.count("SELECT count(*) FROM rep"), 2);
    assert_eq!(house.count("SELECT count(*) FROM rep WHERE name = 'Ana'"), 1);
    assert_eq!(house.count("SELECT count(*) FROM rep WHERE name LIKE 'Ana %'"), 1);
}

#[test]
fn an_unknown_device_without_our_own_word_stays_out() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    forget_everyone(&house);
    let mallory = fixture::key();
    let mut forged = vec![ana.clone(); 6];
    forged[0].admission.mac = Mac::from_bytes([0; 32]);
    forged[1].admission.rep_name = "Boss".to_owned();
    forged[2].admission.rep_id = RepId::new(1, [1; 10]);
    forged[3].admission = ben.admission;
    // A key of one's own under somebody's admission.
    forged[4].admission.public_key = fixture::public_key(&mallory);
    forged[4].key = mallory;
    forged[5].id = DeviceId::new(2, [2; 10]);
    for device in &forged {
        let proof = proof(device, &challenge(house.address, device.id));
        ask(house.address, device.id, Some(proof)).assert_problem(401, "device_unknown");
    }
    // A true admission in the hands of somebody without its key.
    let stolen = Device { key: fixture::key(), ..ana.clone() };
    let stolen = proof(&stolen, &challenge(house.address, ana.id));
    ask(house.address, ana.id, Some(stolen)).assert_problem(403, "proof_refused");
    assert_eq!(house.count("SELECT count(*) FROM device"), 0);
    assert_eq!(house.count("SELECT count(*) FROM rep"), 0);
    assert_eq!(written(&house), (0, 0));
}

#[test]
fn one_key_is_one_device_after_a_restore_too() {
    let house = House::open();
    let ana = house.enrol("Ana");
    forget_everyone(&house);
    let again = fixture::enrolment_by(&ana.key, house.invite("Ana"));
    assert_eq!(house.post_json("/api/v1/enrol", &again).status, 200);
    let proof = proof(&ana, &challenge(house.address, ana.id));
    ask(house.address, ana.id, Some(proof)).assert_problem(401, "device_unknown");
    assert_eq!(house.count("SELECT count(*) FROM device"), 1);
    assert_eq!(house.count("SELECT count(*) FROM rep"), 1, "nor is a rep left behind");
}

#[test]
fn failures_are_slowed_down_by_address_and_nothing_else_is() {
    let house = House::open();
    let ana = house.enrol("Ana");
    for _ in 0..60 {
        challenge(house.address, ana.id);
    }
    for _ in 0..40 {
        fixture::token(house.address, &ana);
    }
    let wrong = proof(&ana, "nonsense");
    let mut failures = 0;
    let refused = loop {
        let answer = ask(house.address, ana.id, Some(wrong.clone()));
        if answer.status == 429 {
            break answer;
        }
        answer.assert_problem(403, "proof_refused");
        failures += 1;
        assert!(failures < 90, "guessing goes on for ever");
    };
    refused.assert_problem(429, "too_many_requests");
    assert_ne!(refused.header("retry-after"), "");
    assert_eq!(pushes(&house, &ana), Verdict::Stored, "who is in works on");
}

#[test]
fn what_is_no_request_for_a_token_is_told_so() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let json = [("content-type", "application/json")];
    for body in ["", "{}", "[]", r#"{"device_id":"x"}"#, r#"{"device_id":17}"#] {
        let answer = house.send("POST", "/api/v1/token", &json, Some(body.as_bytes()));
        answer.assert_problem(400, "malformed_request");
    }
    let mut proof = proof(&ana, &challenge(house.address, ana.id));
    proof.challenge = "x".repeat(10_000);
    ask(house.address, ana.id, Some(proof)).assert_problem(413, "batch_too_large");
    let no_point = Device {
        admission: protocol::enrol::Admission {
            public_key: PublicKey::from_bytes([4; 65]),
            ..ana.admission.clone()
        },
        id: DeviceId::new(3, [3; 10]),
        ..ana
    };
    let proof = fixture::proof(&no_point, &challenge(house.address, no_point.id));
    ask(house.address, no_point.id, Some(proof)).assert_problem(401, "device_unknown");
    let foreign = [("content-type", "application/json"), ("sec-fetch-site", "cross-site")];
    let answer = house.send("POST", "/api/v1/token", &foreign, Some(b"{}"));
    answer.assert_problem(403, "cross_site");
}
