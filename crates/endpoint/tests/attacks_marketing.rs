//! What marketing reads and changes: each address is shut to whoever has no session, to devices, and to
//! other sites' pages; what is for admins, to marketers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use fixture::House;

const ID: &str = "01900000-0000-7000-8000-000000000000";

/// Method and address, and whether it is for admins alone.
fn addresses() -> Vec<(&'static str, String, bool)> {
    let mut all = Vec::new();
    for shelf in ["briefings", "questions", "test-groups"] {
        all.extend([
            ("GET", shelf.to_owned(), false),
            ("POST", shelf.to_owned(), false),
            ("GET", format!("{shelf}/{ID}"), false),
            ("PUT", format!("{shelf}/{ID}"), false),
            ("POST", format!("{shelf}/{ID}/publish"), false),
            ("POST", format!("{shelf}/{ID}/take-back"), false),
        ]);
    }
    let more = [
        ("GET", "deeds", false),
        ("POST", "deeds", false),
        ("POST", "deeds/{}/undo", false),
        ("POST", "notes/{}/remarks", false),
        ("GET", "notes/{}/similar", false),
        ("PUT", "attachments/{}/transcript", false),
        ("GET", "views", false),
        ("POST", "views", false),
        ("DELETE", "views/x", false),
        ("GET", "digest", false),
        ("PUT", "digest/2001-01-01/opened", false),
        ("GET", "topics", false),
        ("POST", "topics", false),
        ("GET", "topics/suggestions", false),
        ("GET", "topics/{}", false),
        ("PATCH", "topics/{}", false),
        ("GET", "decisions", false),
        ("POST", "decisions", false),
        ("GET", "decisions/{}", false),
        ("PUT", "decisions/{}", false),
        ("POST", "decisions/{}/publish", false),
        ("GET", "devices", true),
        ("POST", "devices/{}/revoke", true),
        ("POST", "questions/{}/close", false),
        ("POST", "questions/{}/reopen", false),
        ("POST", "test-groups/{}/close", false),
        ("POST", "test-groups/{}/reopen", false),
        ("GET", "people", false),
        ("POST", "invitations", true),
        ("POST", "users", true),
        ("PATCH", "reps/{}", true),
        ("GET", "reference?of=customer", false),
        ("GET", "reference/unknown?of=customer", false),
        ("POST", "reference", false),
        ("POST", "reference/import?of=customer", false),
        ("PUT", "reference/{}", false),
        ("DELETE", "reference/{}", false),
        ("POST", "reference/{}/aliases", false),
        ("DELETE", "reference/{}/aliases?name=x", false),
        ("POST", "reference/{}/merge", false),
        ("GET", "analysis", false),
        ("GET", "analysis/export?format=xlsx", false),
    ];
    all.extend(more.map(|(method, path, is_admins)| (method, path.replace("{}", ID), is_admins)));
    all
}

#[test]
fn nobody_comes_in_by_any_address_without_a_session_of_their_own_site() {
    let house = House::open();
    let device = house.enrol("Ana");
    let (marketer, bearer) = (house.marketer(), format!("Bearer {}", device.token));
    let written = "SELECT (SELECT count(*) FROM deed) + (SELECT count(*) FROM topic)
        + (SELECT count(*) FROM decision) + (SELECT count(*) FROM field_item)
        + (SELECT count(*) FROM reference) + (SELECT count(*) FROM invitation)
        + (SELECT count(*) FROM user) + (SELECT count(*) FROM mail)
        + (SELECT count(*) FROM saved_view) + (SELECT count(*) FROM remark)";
    let before = house.count_now(written);
    for (method, path, is_admins) in addresses() {
        let path = format!("/api/v1/{path}");
        let body = (method != "GET").then_some(&b"{}"[..]);
        let send = |headers: &[(&str, &str)]| {
            let mut all = vec![("content-type", "application/json"), ("if-match", "\"1\"")];
            all.extend(headers);
            house.send(method, &path, &all, body)
        };
        send(&[]).assert_problem(401, "session_missing");
        send(&[("authorization", &bearer)]).assert_problem(401, "session_missing");
        let device_as_cookie = format!("sightline={}", device.token);
        send(&[("cookie", &device_as_cookie), ("sec-fetch-site", "same-origin")])
            .assert_problem(401, "session_missing");
        send(&[("cookie", "sightline=x"), ("sec-fetch-site", "same-origin")])
            .assert_problem(401, "session_missing");
        send(&[("cookie", &marketer), ("sec-fetch-site", "cross-site")])
            .assert_problem(403, "cross_site");
        send(&[("cookie", &marketer), ("origin", "https://evil.example")])
            .assert_problem(403, "cross_site");
        let ours = send(&[("cookie", &marketer), ("sec-fetch-site", "same-origin")]);
        if is_admins {
            ours.assert_problem(403, "forbidden");
        } else {
            assert!(
                !matches!(ours.status, 401 | 403 | 405 | 500),
                "{method} {path}: {}",
                ours.status
            );
        }
    }
    assert_eq!(house.count_now(written), before, "nothing was written");
}
