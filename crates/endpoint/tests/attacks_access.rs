//! Access: without the right credential nobody reads or writes anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use endpoint::clock::now_ms;
use endpoint::storage::users;
use fixture::{Answer, Device, House, batch_id, gap, header_of};
use protocol::console::{Role, Session};
use protocol::limits::MEDIA_TYPE;
use protocol::seal;

const SESSION: &str = "/api/v1/session";

/// All that is read by marketing alone.
fn private(note_id: &str) -> Vec<String> {
    let mut addresses: Vec<String> = [
        "session",
        "notes",
        "reps",
        "quarantine",
        "export?format=ndjson",
        "export?format=xlsx",
        "views",
        "deeds",
        "digest",
        "topics",
        "topics/suggestions",
        "decisions",
        "briefings",
        "questions",
        "test-groups",
        "people",
        "reference?of=customer",
        "reference/unknown?of=product",
        "analysis",
    ]
    .map(|name| format!("/api/v1/{name}"))
    .into();
    addresses.push(format!("/api/v1/notes/{note_id}"));
    addresses.push(format!("/api/v1/notes/{note_id}/similar"));
    addresses
}

fn sign_in(house: &House, headers: &[(&str, &str)], code: &str) -> Answer {
    let body = serde_json::to_vec(&serde_json::json!({ "code": code })).unwrap();
    let headers = [&[("content-type", "application/json")], headers].concat();
    house.send("POST", SESSION, &headers, Some(&body))
}

#[test]
fn without_a_session_nothing_is_read() {
    let house = House::open();
    let device = house.enrol("Ana");
    house.push(&device, [&*gap("secret words").json]);
    let cookie = house.marketer();
    let page: protocol::console::InboxPage =
        house.get("/api/v1/notes", &[("cookie", &cookie)]).json();
    let bearer = format!("Bearer {}", device.token);
    let device_as_cookie = format!("sightline={}", device.token);
    let session_as_bearer = format!("Bearer {}", cookie.split_once('=').unwrap().1);
    let credentials: [&[(&str, &str)]; 7] = [
        &[],
        &[("authorization", &bearer)],
        &[("authorization", &session_as_bearer)],
        &[("cookie", &device_as_cookie)],
        &[("cookie", "sightline=")],
        &[("cookie", "sightline")],
        &[("cookie", &format!("__Host-{cookie}"))],
    ];
    for address in private(&page.notes[0].note_id.to_string()) {
        for credential in credentials {
            let answer = house.get(&address, credential);
            answer.assert_problem(401, "session_missing");
            assert!(!String::from_utf8_lossy(&answer.body).contains("secret words"));
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        assert_eq!(house.get(&address, &[("cookie", &cookie)]).status, 200, "{address}");
    }
}

#[test]
fn without_a_device_token_nothing_is_pushed() {
    let house = House::open();
    let device = house.enrol("Ana");
    let cookie = house.marketer();
    let body = header_of(&device).encode([&*gap("x").json]).unwrap();
    let as_bearer = format!("Bearer {}", cookie.split_once('=').unwrap().1);
    let as_cookie = format!("sightline={}", device.token);
    let basic = format!("Basic {}", device.token);
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[], "token_missing"),
        (&[("cookie", &cookie)], "token_missing"),
        (&[("cookie", &as_cookie)], "token_missing"),
        (&[("authorization", &basic)], "token_missing"),
        (&[("authorization", "Bearer ")], "token_missing"),
        (&[("authorization", &as_bearer)], "token_unknown"),
        (&[("authorization", &format!("Bearer {}", "ab".repeat(32)))], "token_unknown"),
    ];
    for (credential, code) in cases {
        let headers = [&[("content-type", MEDIA_TYPE)], credential].concat();
        let answer = house.send("POST", "/api/v1/push", &headers, Some(body.as_bytes()));
        answer.assert_problem(401, code);
    }
    assert_eq!(house.count("SELECT count(*) FROM op"), 0);
    assert_eq!(house.count("SELECT count(*) FROM quarantine"), 0);
}

/// Every address for devices, as this one would use it.
fn device_requests(device: &Device) -> [(&'static str, String, Option<String>); 3] {
    let push = header_of(device).encode([&*gap("x").json]).unwrap();
    let have = serde_json::json!({
        "protocol": 1, "device_id": device.id, "request_id": batch_id(), "op_ids": []
    });
    let pull = format!("/api/v1/pull?request_id={}", batch_id());
    [
        ("POST", "/api/v1/push".to_owned(), Some(push)),
        ("POST", "/api/v1/have".to_owned(), Some(have.to_string())),
        ("GET", pull, None),
    ]
}

#[test]
fn every_address_for_devices_wants_a_token_that_is_good_now() {
    let house = House::open();
    let (ana, expired, revoked) = (house.enrol("Ana"), house.enrol("Ana"), house.enrol("Ana"));
    let end = "UPDATE token SET expires_at_ms = 1 WHERE device_id = ?1";
    let id = expired.id;
    house.write(move |db| Ok(db.execute(end, [id.as_bytes().as_slice()])?)).unwrap();
    house.revoke(&revoked);
    let marketer = house.marketer();
    let bearer = |token: &str| format!("Bearer {token}");
    let cases = [
        (None, "token_missing"),
        (Some(format!("Basic {}", ana.token)), "token_missing"),
        (Some("Bearer ".to_owned()), "token_missing"),
        (Some(bearer(&"ab".repeat(32))), "token_unknown"),
        (Some(bearer(&ana.token[1..])), "token_unknown"),
        (Some(bearer(&ana.token.to_uppercase())), "token_unknown"),
        (Some(bearer(marketer.split_once('=').unwrap().1)), "token_unknown"),
        (Some(bearer(&expired.token)), "token_unknown"),
        (Some(bearer(&revoked.token)), "device_revoked"),
    ];
    let before = house.count("SELECT count(*) FROM op");
    for (credential, code) in cases {
        let device = if code == "device_revoked" { &revoked } else { &ana };
        for (method, address, body) in device_requests(device) {
            let mut headers = vec![("content-type", MEDIA_TYPE), ("cookie", &*marketer)];
            headers.extend(credential.as_deref().map(|it| ("authorization", it)));
            let body = body.as_deref().map(str::as_bytes);
            let answer = house.send(method, &address, &headers, body);
            answer.assert_problem(401, code);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    assert_eq!(house.count("SELECT count(*) FROM op"), before);
    for (method, address, body) in device_requests(&ana) {
        let headers = [("content-type", MEDIA_TYPE), ("authorization", &bearer(&ana.token))];
        let answer = house.send(method, &address, &headers, body.as_deref().map(str::as_bytes));
        assert_eq!(answer.status, 200, "{address}");
    }
}

#[test]
fn a_token_is_good_for_its_own_device_alone() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ben"));
    house.push(&ana, [&*gap("secret words").json]);
    let page: serde_json::Value =
        house.get_as(&ana, &format!("/api/v1/pull?request_id={}", batch_id())).sealed_for(&ana);
    for (method, address, body) in device_requests(&ana) {
        let bearer = format!("Bearer {}", ben.token);
        let headers = [("content-type", MEDIA_TYPE), ("authorization", &*bearer)];
        if let Some(body) = body {
            let answer = house.send(method, &address, &headers, Some(body.as_bytes()));
            answer.assert_problem(403, "wrong_device");
        } else {
            // Nothing in it names a device but the cursor.
            let cursor = page["next_cursor"].as_str().unwrap();
            let answer = house.get(&format!("{address}&cursor={cursor}"), &headers);
            answer.assert_problem(400, "cursor_invalid");
            let answer = house.get(&address, &headers);
            assert!(!String::from_utf8_lossy(&answer.body).contains("secret words"));
        }
    }
}

#[test]
fn an_answer_to_one_device_is_no_answer_to_another() {
    let house = House::open();
    let (ana, ben) = (house.enrol("Ana"), house.enrol("Ana"));
    let address = format!("/api/v1/pull?request_id={}", batch_id());
    let answer = house.get_as(&ana, &address);
    let text = std::str::from_utf8(&answer.body).unwrap();
    assert_eq!(seal::verify(&ana.receipt_key, text), Ok(()));
    assert_eq!(seal::verify(&ben.receipt_key, text), Err(seal::NotSealed::Mac));
}

#[test]
fn a_stranger_with_a_large_batch_still_hears_why() {
    let house = House::open();
    let body = vec![b' '; protocol::limits::BATCH_BYTES_MAX];
    for _ in 0..10 {
        let headers = [("content-type", MEDIA_TYPE), ("authorization", "Bearer x")];
        let answer = house.send("POST", "/api/v1/push", &headers, Some(&body));
        answer.assert_problem(401, "token_unknown");
    }
}

#[test]
fn a_sign_in_link_is_good_once() {
    let house = House::open();
    let code = house.sign_in_code(Role::Marketer);
    let answer = sign_in(&house, &[], &code);
    let session: Session = answer.json();
    assert_eq!(session.email, "marie@example.org");
    assert_eq!(session.role, Role::Marketer);
    sign_in(&house, &[], &code).assert_problem(403, "sign_in_refused");
    sign_in(&house, &[], "").assert_problem(403, "sign_in_refused");
    let invitation = house.invite("Ana");
    sign_in(&house, &[], &invitation).assert_problem(403, "sign_in_refused");
}

#[test]
fn a_sign_in_link_of_a_hundred_at_once_serves_one() {
    let house = House::open();
    let code = house.sign_in_code(Role::Marketer);
    let won = std::thread::scope(|scope| {
        let asked: Vec<_> =
            (0..100).map(|_| scope.spawn(|| sign_in(&house, &[], &code).status)).collect();
        asked
            .into_iter()
            .filter(|_| true)
            .map(|it| it.join().unwrap())
            .filter(|it| *it == 200)
            .count()
    });
    assert_eq!(won, 1);
    assert_eq!(house.count("SELECT count(*) FROM session"), 1);
}

#[test]
fn links_and_sessions_expire() {
    let house = House::open();
    let day = 24 * 3_600 * 1_000;
    let add =
        |at| house.write(move |db| users::add(db, "old@example.org", Role::Admin, at)).unwrap();
    let late = add(now_ms() - day - 1);
    sign_in(&house, &[], &late).assert_problem(403, "sign_in_refused");
    let cookie = house.marketer();
    assert_eq!(house.get(SESSION, &[("cookie", &cookie)]).status, 200);
    house.write(|db| Ok(db.execute("UPDATE session SET expires_at_ms = ?1", [now_ms()])?)).unwrap();
    house.get(SESSION, &[("cookie", &cookie)]).assert_problem(401, "session_missing");
}

#[test]
fn signing_out_ends_the_session_here_and_there() {
    let house = House::open();
    let cookie = house.marketer();
    let own = [("cookie", &*cookie), ("sec-fetch-site", "same-origin")];
    let answer = house.send("DELETE", SESSION, &own, None);
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    house.get(SESSION, &own).assert_problem(401, "session_missing");
}

#[test]
fn a_change_of_role_ends_the_sessions() {
    let house = House::open();
    let cookie = house.marketer();
    house.sign_in_code(Role::Admin);
    house.get(SESSION, &[("cookie", &cookie)]).assert_problem(401, "session_missing");
}

#[test]
fn another_sites_page_gets_nowhere_with_our_cookie() {
    let house = House::open();
    let cookie = house.marketer();
    let own_origin = format!("http://{}", house.address);
    let foreign: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own_origin)],
        &[("sec-fetch-site", "Same-Origin")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", &format!("{own_origin}.evil.example"))],
    ];
    for headers in foreign {
        let headers = [&[("cookie", &*cookie)], headers].concat();
        house.send("DELETE", SESSION, &headers, None).assert_problem(403, "cross_site");
        house.get("/api/v1/notes", &headers).assert_problem(403, "cross_site");
        let code = house.sign_in_code(Role::Marketer);
        sign_in(&house, &headers, &code).assert_problem(403, "cross_site");
    }
    let silent = house.send("DELETE", SESSION, &[("cookie", &cookie)], None);
    silent.assert_problem(403, "cross_site");
    assert_eq!(house.get(SESSION, &[("cookie", &cookie)]).status, 200, "still signed in");
    let own = [("cookie", &*cookie), ("origin", &*own_origin)];
    assert_eq!(house.send("DELETE", SESSION, &own, None).status, 204);
}

#[test]
fn cookies_fit_how_browsers_reach_us() {
    let house = House::open();
    let plain = sign_in(&house, &[], &house.sign_in_code(Role::Admin));
    let cookie = plain.header("set-cookie");
    assert!(cookie.starts_with("sightline="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    assert_eq!(plain.header("strict-transport-security"), "");

    let house = House::behind("https://notes.example.org");
    let public = [("origin", "https://notes.example.org")];
    let tls = sign_in(&house, &public, &house.sign_in_code(Role::Admin));
    let cookie = tls.header("set-cookie");
    assert!(cookie.starts_with("__Host-sightline="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(tls.header("strict-transport-security").starts_with("max-age="));
}

#[test]
fn what_is_not_there_and_what_is_not_allowed_are_problems_too() {
    let house = House::open();
    for address in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/push"] {
        for method in ["GET", "DELETE"] {
            let answer = house.send(method, address, &[], None);
            answer.assert_problem(404, "not_found");
            assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        }
    }
    for (method, address) in [
        ("GET", "/api/v1/push"),
        ("DELETE", "/api/v1/push"),
        ("GET", "/api/v1/enrol"),
        ("GET", "/api/v1/token"),
        ("GET", "/api/v1/have"),
        ("POST", "/api/v1/pull"),
        ("POST", "/api/v1/devices"),
        ("DELETE", "/api/v1/notes"),
        ("DELETE", "/healthz"),
        ("DELETE", "/"),
        ("DELETE", "/console/"),
    ] {
        let answer = house.send(method, address, &[], None);
        answer.assert_problem(405, "method_not_allowed");
        assert_ne!(answer.header("allow"), "", "RFC 9110 §15.5.6: {method} {address}");
    }
}

#[test]
fn every_answer_bears_the_security_headers() {
    let house = House::open();
    for address in ["/", "/console/", "/api/v1/notes", "/api/v1/nothing", "/healthz", "/x.js"] {
        let answer = house.get(address, &[]);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(
            answer.header("permissions-policy"),
            "camera=(self), microphone=(self), geolocation=(self)"
        );
        assert!(answer.header("content-security-policy").starts_with("default-src 'none';"));
    }
    assert_eq!(house.get("/healthz", &[]).body, b"ok\n");
    assert_eq!(house.get("/readyz", &[]).body, b"ok\n");
}
