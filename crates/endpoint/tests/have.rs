//! Have: what the endpoint holds of a rep's operations, and of nobody else's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use endpoint::clock::now_ms;
use endpoint::storage::backup;
use fixture::{Answer, Device, House, batch_id, gap, op_id, wrap};
use protocol::have::{HaveAnswer, HaveRequest, Held};
use protocol::limits::{HAVE_OPS_MAX, PROTOCOL};
use protocol::{OpId, Seq};

fn request(device: &Device, op_ids: impl IntoIterator<Item = OpId>) -> HaveRequest {
    let op_ids = op_ids.into_iter().collect();
    HaveRequest { protocol: PROTOCOL, device_id: device.id, request_id: batch_id(), op_ids }
}

fn ask(house: &House, device: &Device, request: &HaveRequest) -> Answer {
    house.post_as(device, "/api/v1/have", &[], &serde_json::to_vec(request).unwrap())
}

fn held(house: &House, device: &Device, op_ids: impl IntoIterator<Item = OpId>) -> Vec<Held> {
    let request = request(device, op_ids);
    let answer: HaveAnswer = ask(house, device, &request).sealed_for(device);
    assert_eq!(answer.request_id, request.request_id);
    assert_eq!(answer.epoch, house.storage.epoch());
    assert_eq!(answer.protocol, PROTOCOL);
    answer.held
}

#[test]
fn what_is_in_the_log_or_in_quarantine_is_held_and_nothing_else() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let (good, never) = (gap("good"), gap("never sent"));
    let broken = op_id();
    house.push(&ana, [&*good.json, &wrap(broken, "{}"), "17"]);
    assert_eq!(
        held(&house, &ana, [never.op_id, broken, good.op_id]),
        [Held { op_id: broken, seq: None }, Held { op_id: good.op_id, seq: Some(Seq(1)) }]
    );
    assert_eq!(held(&house, &ana, []), []);
}

#[test]
fn what_another_device_of_the_same_rep_sent_is_held() {
    let house = House::open();
    let (phone, laptop) = (house.enrol("Ana"), house.enrol("Ana"));
    let op = gap("from the phone");
    let broken = op_id();
    house.push(&phone, [&*op.json, &wrap(broken, "{}")]);
    assert_eq!(held(&house, &laptop, [op.op_id, broken]).len(), 2);
}

#[test]
fn what_another_rep_sent_under_the_same_id_is_not() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    let op = gap("Ana's");
    let broken = op_id();
    house.push(&ana, [&*op.json, &wrap(broken, "{}")]);
    assert_eq!(held(&house, &ben, [op.op_id, broken]), []);
    // Ben's own words under Ana's id are set aside, and so they are held.
    let body = r#"{"his":"own"}"#;
    house.push(&ben, [&*wrap(op.op_id, body)]);
    assert_eq!(held(&house, &ben, [op.op_id]), [Held { op_id: op.op_id, seq: None }]);
    assert_eq!(held(&house, &ana, [op.op_id])[0].seq, Some(Seq(1)));
}

#[test]
fn what_devices_may_drop_is_told() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let op = gap("x");
    house.push(&ana, [&*op.json]);
    let told = || -> HaveAnswer { ask(&house, &ana, &request(&ana, [])).sealed_for(&ana) };
    assert_eq!(told().safe_seq, None, "without a backup nothing");
    house.write(|db| backup::register(db, &[1; 16], "file", Seq(1), 0)).unwrap();
    let before = now_ms();
    let answer = told();
    assert_eq!(answer.safe_seq, Some(Seq(1)));
    assert!((before..=now_ms()).contains(&answer.server_time_ms));
}

#[test]
fn a_question_has_limits() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let op = gap("x");
    house.push(&ana, [&*op.json]);
    assert_eq!(held(&house, &ana, vec![op.op_id; HAVE_OPS_MAX]).len(), HAVE_OPS_MAX);
    let too_many = request(&ana, vec![op.op_id; HAVE_OPS_MAX + 1]);
    ask(&house, &ana, &too_many).assert_problem(413, "too_many_ops");
    let huge = vec![b' '; 200_000];
    house.post_as(&ana, "/api/v1/have", &[], &huge).assert_problem(413, "batch_too_large");
}

#[test]
fn what_is_no_question_is_told_so() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    for body in ["", "{", "[]", "null", r#"{"protocol":1}"#] {
        let answer = house.post_as(&ana, "/api/v1/have", &[], body.as_bytes());
        answer.assert_problem(400, "malformed_request");
    }
    let good = request(&ana, [op_id()]);
    let json = serde_json::to_string(&good).unwrap();
    let odd = json.replace("op_ids\":[\"", "op_ids\":[\"x");
    assert_ne!(odd, json);
    let answer = house.post_as(&ana, "/api/v1/have", &[], odd.as_bytes());
    answer.assert_problem(400, "malformed_request");
    let headers = [("content-type", "application/json")];
    let answer = house.post_as(&ana, "/api/v1/have", &headers, json.as_bytes());
    answer.assert_problem(415, "unsupported_media_type");
    let future = HaveRequest { protocol: PROTOCOL + 1, ..good.clone() };
    ask(&house, &ana, &future).assert_problem(426, "unsupported_protocol");
    let crossed = HaveRequest { device_id: ben.id, ..good };
    ask(&house, &ana, &crossed).assert_problem(403, "wrong_device");
}
