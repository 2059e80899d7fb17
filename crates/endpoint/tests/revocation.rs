//! Revocation: at once and for good a device reads nothing more; what it still holds it may hand
//! over, into quarantine (SECURITY.md, "revocation"; SYNC.md §2, invariant 10).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::{Answer, Device, House, batch_id, gap, header_of, op_id, wrap};
use protocol::console::{DeviceEntry, QuarantinePage, Role};
use protocol::limits::OP_BYTES_MAX;
use protocol::push::{Lane, PushHeader, Verdict};
use protocol::{Code, DeviceId};

fn deposit_of(device: &Device) -> PushHeader {
    PushHeader { lane: Lane::Deposit, ..header_of(device) }
}

fn push_one(house: &House, device: &Device) -> Answer {
    let body = header_of(device).encode([&*gap("after").json]).unwrap();
    house.push_raw(device, &[], body.as_bytes())
}

/// What a device may ask, besides to deposit.
fn ask_everything(house: &House, device: &Device) -> [Answer; 3] {
    let have = serde_json::json!({
        "protocol": 1, "device_id": device.id, "request_id": batch_id(), "op_ids": []
    });
    [
        push_one(house, device),
        house.post_as(device, "/api/v1/have", &[], have.to_string().as_bytes()),
        house.get_as(device, &format!("/api/v1/pull?request_id={}", batch_id())),
    ]
}

#[test]
fn it_takes_effect_at_once_with_the_tokens_of_before_and_of_after() {
    let house = House::open();
    let (mut ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    house.push(&ana, [&*gap("secret words").json]);
    assert!(ask_everything(&house, &ana).iter().all(|answer| answer.status == 200));
    house.revoke(&ana);
    for _ in 0..2 {
        for answer in ask_everything(&house, &ana) {
            answer.assert_problem(401, "device_revoked");
            assert!(!String::from_utf8_lossy(&answer.body).contains("secret words"));
        }
        ana.token = fixture::token(house.address, &ana);
    }
    assert_eq!(house.count("SELECT count(*) FROM op"), 2, "one push before, one more, none after");
    assert_eq!(push_one(&house, &ben).status, 200, "nobody else is shut out");
}

#[test]
fn what_it_still_holds_goes_into_quarantine_whatever_it_is() {
    let house = House::open();
    let mut ana = house.enrol("Ana");
    let known = gap("sent before");
    house.push(&ana, [&*known.json]);
    house.revoke(&ana);
    ana.token = fixture::token(house.address, &ana);
    let (good, broken) = (gap("never sent"), wrap(op_id(), r#"{"broken":true}"#));
    let huge = gap(&"x".repeat(OP_BYTES_MAX));
    for _ in 0..2 {
        let ops = [&*good.json, &broken, &huge.json, &known.json];
        let answer = house.push_by(&ana, &deposit_of(&ana), ops);
        assert_eq!(answer.lane, Lane::Deposit);
        assert_eq!(answer.receipts.len(), 4);
        for receipt in &answer.receipts[..2] {
            assert_eq!(receipt.verdict, Verdict::StoredQuarantined);
            assert_eq!(receipt.code, Some(Code::Deposited));
            assert_eq!(receipt.seq, None);
        }
        assert_eq!(answer.receipts[2].verdict, Verdict::Rejected);
        assert_eq!(answer.receipts[3].verdict, Verdict::Duplicate, "its answer was lost");
    }
    let page: QuarantinePage =
        house.get("/api/v1/quarantine", &[("cookie", &house.marketer())]).json();
    assert_eq!(page.total, 2, "once, however often it is handed over");
    let raw: Vec<&str> = page.entries.iter().rev().map(|entry| &*entry.raw).collect();
    assert_eq!(raw, [&*good.json, &*broken], "byte for byte");
    assert!(page.entries.iter().all(|entry| entry.code == Code::Deposited));
    assert_eq!(house.count("SELECT count(*) FROM op"), 1);
    assert_eq!(house.count("SELECT count(*) FROM note"), 1);
}

#[test]
fn who_is_not_shut_out_and_deposits_has_notes_stored_as_ever() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let answer = house.push_by(&ana, &deposit_of(&ana), [&*gap("x").json]);
    assert_eq!(answer.lane, Lane::Normal);
    assert_eq!(answer.receipts[0].verdict, Verdict::Stored);
}

#[test]
fn a_deposit_under_another_devices_name_is_refused() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    house.revoke(&ana);
    let body = deposit_of(&ben).encode([&*gap("x").json]).unwrap();
    house.push_raw(&ana, &[], body.as_bytes()).assert_problem(403, "wrong_device");
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn an_admin_sees_all_devices_and_shuts_one_out() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    let cookie = house.sign_in(Role::Admin);
    let own = [("cookie", &*cookie), ("sec-fetch-site", "same-origin")];
    let list = || -> Vec<DeviceEntry> { house.get("/api/v1/devices", &own).json() };
    let before = list();
    assert_eq!(before.iter().map(|it| it.device_id).collect::<Vec<_>>(), [ana.id, ben.id]);
    assert_eq!((&*before[0].rep.name, &*before[0].name), ("Ana", "Pixel"));
    assert!(before.iter().all(|it| it.seen_at_ms.is_some() && it.revoked_at_ms.is_none()));
    let revoke = |id: &str| house.send("POST", &format!("/api/v1/devices/{id}/revoke"), &own, None);
    assert_eq!(revoke(&ana.id.to_string()).status, 204);
    push_one(&house, &ana).assert_problem(401, "device_revoked");
    let after = list();
    let since = after[0].revoked_at_ms;
    assert!(since.is_some() && after[1].revoked_at_ms.is_none());
    assert_eq!(revoke(&ana.id.to_string()).status, 204);
    assert_eq!(list()[0].revoked_at_ms, since, "the first time stands");
    for unknown in [DeviceId::new(1, [1; 10]).to_string(), "x".to_owned(), "%00".to_owned()] {
        revoke(&unknown).assert_problem(404, "not_found");
    }
}

#[test]
fn nobody_but_an_admin_does() {
    let house = House::open();
    let ana = house.enrol("Ana");
    let marketer = house.marketer();
    let bearer = format!("Bearer {}", ana.token);
    let revoke = format!("/api/v1/devices/{}/revoke", ana.id);
    let same = ("sec-fetch-site", "same-origin");
    let strangers = [
        (vec![same], 401, "session_missing"),
        (vec![same, ("authorization", &*bearer)], 401, "session_missing"),
        (vec![same, ("cookie", &*marketer)], 403, "forbidden"),
    ];
    for (headers, status, code) in &strangers {
        house.get("/api/v1/devices", headers).assert_problem(*status, code);
        house.send("POST", &revoke, headers, None).assert_problem(*status, code);
    }
    let admin = house.sign_in(Role::Admin);
    for foreign in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let headers = [("cookie", &*admin), foreign];
        house.send("POST", &revoke, &headers, None).assert_problem(403, "cross_site");
    }
    assert_eq!(push_one(&house, &ana).status, 200);
}
