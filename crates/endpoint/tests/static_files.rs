//! The pages: right types, compressed, cached as their names allow, under a strict policy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fixture::House;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "tests/site"]
struct Site;

fn house() -> House {
    House::with_site("http://127.0.0.1", Site::get)
}

fn nothing(_: &str) -> Option<EmbeddedFile> {
    None
}

#[test]
fn addresses_lead_to_the_app_and_the_console() {
    let house = house();
    for (address, page) in [
        ("/", "app"),
        ("/enrol", "app"),
        ("/notes/0192", "app"),
        ("/capture?kind=gap", "app"),
        ("/consoles", "app"),
        ("/index.html", "app"),
        ("/console", "console"),
        ("/console/", "console"),
        ("/console/sign-in", "console"),
    ] {
        let answer = house.get(address, &[]);
        assert_eq!(answer.status, 200, "{address}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        let body = String::from_utf8(answer.body).unwrap();
        assert!(body.contains(&format!("<body>{page}</body>")), "{address}");
    }
}

#[test]
fn files_have_their_types_and_lifetimes() {
    let house = house();
    let forever = "public, max-age=31536000, immutable";
    for (address, media_type, cache) in [
        ("/app-0123456789abcdef.js", "text/javascript; charset=utf-8", forever),
        ("/app-0123456789abcdef_bg.wasm", "application/wasm", forever),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
    ] {
        let answer = house.get(address, &[]);
        assert_eq!(answer.status, 200, "{address}");
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("cache-control"), cache, "{address}");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
    }
}

#[test]
fn what_is_missing_is_missing_and_nothing_leaves_the_folder() {
    let house = house();
    for address in [
        "/none.js",
        "/console/none-0123456789abcdef.wasm",
        "/app-0123456789abcdef.js.br",
        "/../Cargo.toml",
        "/console/../../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "/etc/passwd.txt",
        "//etc/hosts.txt",
        "/.env",
    ] {
        house.get(address, &[]).assert_problem(404, "not_found");
    }
}

#[test]
fn the_smallest_form_that_the_browser_takes() {
    let house = house();
    let ask = |accept: &str| house.get("/app-0123456789abcdef.js", &[("accept-encoding", accept)]);
    for (accept, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "brotli of app\n"),
        ("br", "br", "brotli of app\n"),
        ("gzip", "gzip", "gzip of app\n"),
        ("BR;q=0, gzip;q=0.5", "gzip", "gzip of app\n"),
        ("identity", "", "export const app = 1;\n"),
        ("br;q=0, gzip;q=0", "", "export const app = 1;\n"),
        ("brotli", "", "export const app = 1;\n"),
    ] {
        let answer = ask(accept);
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert_eq!(String::from_utf8(answer.body).unwrap(), body, "{accept}");
    }
    let only_one_form = house.get("/sw.js", &[("accept-encoding", "br")]);
    assert_eq!(only_one_form.header("content-encoding"), "");
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let house = house();
    let first = house.get("/", &[]);
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    for known in [tag, &format!("W/{tag}"), &format!("\"x\", {tag}")] {
        let answer = house.get("/", &[("if-none-match", known)]);
        assert_eq!(answer.status, 304);
        assert_eq!(answer.body, b"");
        assert_eq!(answer.header("etag"), tag);
    }
    assert_eq!(house.get("/", &[("if-none-match", "\"other\"")]).status, 200);
    let address = "/app-0123456789abcdef.js";
    let plain = house.get(address, &[]);
    let brotli = house.get(address, &[("accept-encoding", "br")]);
    assert_ne!(plain.header("etag"), brotli.header("etag"), "RFC 9110 §8.8.3.3");
    let head = house.send("HEAD", "/", &[], None);
    assert_eq!((head.status, &*head.body), (200, &b""[..]));
}

#[test]
fn the_policy_allows_the_pages_own_inline_scripts_and_no_others() {
    let house = house();
    let hash = |script: &str| {
        let digest = protocol::Sha256::of(script.as_bytes());
        format!("'sha256-{}'", STANDARD.encode(digest.as_bytes()))
    };
    let app = hash("import \"/app-0123456789abcdef.js\";");
    let console = hash("console.log(\"console\");");
    let policy = |hashes: &str| {
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; \
             connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
             style-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'"
        )
    };
    for (address, hashes) in [
        ("/", format!(" {app}")),
        ("/enrol", format!(" {app}")),
        ("/console/", format!(" {console}")),
        ("/sw.js", String::new()),
        ("/api/v1/nothing", String::new()),
    ] {
        let answer = house.get(address, &[]);
        assert_eq!(answer.header("content-security-policy"), policy(&hashes), "{address}");
    }
}

#[test]
fn only_https_insists_on_https() {
    assert_eq!(house().get("/", &[]).header("strict-transport-security"), "");
    let https = House::with_site("https://notes.example.org", Site::get);
    let header = https.get("/", &[]).header("strict-transport-security").to_owned();
    assert_eq!(header, "max-age=31536000; includeSubDomains");
}

#[test]
fn a_build_without_pages_says_what_to_do() {
    let house = House::with_site("http://127.0.0.1", nothing);
    for address in ["/", "/console/"] {
        let answer = house.get(address, &[]);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert!(String::from_utf8(answer.body).unwrap().contains("cargo xtask run"));
    }
    assert_eq!(house.get("/healthz", &[]).status, 200);
}
