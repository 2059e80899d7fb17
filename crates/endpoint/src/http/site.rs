//! The app and the console, from inside the binary: compressed at build time, cached for ever
//! where the name holds a hash.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::Code;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{Endpoint, Refusal, body, headers};

/// Made by `cargo xtask` before this crate is built; read from the disk by debug builds.
#[derive(RustEmbed)]
#[folder = "../../target/site"]
#[allow_missing = true]
struct Built;

/// Where the pages come from: the file of this name, if there is one.
pub type Files = fn(&str) -> Option<EmbeddedFile>;

/// The pages inside this binary.
pub(super) fn built(name: &str) -> Option<EmbeddedFile> {
    Built::get(name)
}

const APP_PAGE: &str = "index.html";
const CONSOLE_PAGE: &str = "console/index.html";

/// The files, and the policies of the two pages, which are known at start.
pub(crate) struct Site {
    files: Files,
    policies: HashMap<&'static str, HeaderValue>,
}

impl Site {
    pub(crate) fn load(files: Files) -> Self {
        let policy = |page: &'static str| {
            let file = files(page)?;
            let html = String::from_utf8_lossy(&file.data);
            let policy = headers::content_security_policy(&inline_script_hashes(&html));
            Some((page, HeaderValue::from_str(&policy).ok()?))
        };
        let policies = [APP_PAGE, CONSOLE_PAGE].into_iter().filter_map(policy).collect();
        Self { files, policies }
    }
}

pub(super) async fn serve(
    State(endpoint): State<Endpoint>,
    method: Method,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return ([(header::ALLOW, "GET,HEAD")], Refusal::from(Code::MethodNotAllowed))
            .into_response();
    }
    let Some(path) = file_of(uri.path()) else {
        return Refusal::from(Code::NotFound).into_response();
    };
    let files = endpoint.site.files;
    let Some(file) = files(&path) else {
        return missing(&path);
    };
    let mut response = answer(files, &path, file, &request);
    if let Some(policy) = endpoint.site.policies.get(&*path) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}

/// The file that an address asks for: itself if its last part has a dot, else the page of the app
/// or of the console, whose routers know the rest. None for what could leave the folder.
fn file_of(path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    if path.split('/').any(|part| part == ".." || part.contains('\\')) {
        return None;
    }
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        // The compressed siblings are for those who ask by Accept-Encoding.
        let is_sibling = path.ends_with(".br") || path.ends_with(".gz");
        return (!is_sibling).then(|| path.to_owned());
    }
    let is_console = path == "console" || path.starts_with("console/");
    Some(if is_console { CONSOLE_PAGE } else { APP_PAGE }.to_owned())
}

fn missing(path: &str) -> Response {
    if path == APP_PAGE || path == CONSOLE_PAGE {
        let text =
            "This build holds no pages. Build it with `cargo xtask run` or `cargo xtask dist`.\n";
        return (StatusCode::NOT_FOUND, text).into_response();
    }
    Refusal::from(Code::NotFound).into_response()
}

fn answer(files: Files, path: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let tag = STANDARD.encode(&file.metadata.sha256_hash()[..15]);
    let (encoding, file) = compressed(files, path, request).unwrap_or(("", file));
    let tag = format!("\"{tag}{}\"", if encoding.is_empty() { "" } else { encoding });
    let is_same = body::header_text(request, header::IF_NONE_MATCH)
        .split(',')
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if is_same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        })
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control(path)));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if !encoding.is_empty() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest sibling that the browser takes.
fn compressed(
    files: Files,
    path: &str,
    request: &HeaderMap,
) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = body::header_text(request, header::ACCEPT_ENCODING);
    let accepts = |name: &str| {
        accepted.split(',').any(|one| {
            let mut parts = one.trim().split(';');
            parts.next().is_some_and(|coding| coding.trim().eq_ignore_ascii_case(name))
                && !parts
                    .any(|weight| matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, suffix)| Some((coding, files(&format!("{path}{suffix}"))?)))
}

/// Names with a hash never change their content; everything else is asked for again each time,
/// which costs one small answer (RFC 9111 §5.2.2).
fn cache_control(path: &str) -> &'static str {
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
    let has_hash = stem
        .split(['-', '_'])
        .any(|part| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if has_hash { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// The `script-src` entries that allow exactly the page's own inline scripts (CSP 3 §8.4).
fn inline_script_hashes(html: &str) -> String {
    let mut hashes = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let (Some(open), Some(close)) = (rest.find('>'), rest.find("</script>")) else { break };
        let is_inline = !rest[..open].contains(" src=");
        if is_inline && open < close {
            let digest = protocol::Sha256::of(&rest.as_bytes()[open + 1..close]);
            hashes.push_str(&format!(" 'sha256-{}'", STANDARD.encode(digest.as_bytes())));
        }
        rest = &rest[close..];
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_files_and_pages() {
        assert_eq!(file_of("/").as_deref(), Some("index.html"));
        assert_eq!(file_of("/notes/0192").as_deref(), Some("index.html"));
        assert_eq!(file_of("/console/").as_deref(), Some("console/index.html"));
        assert_eq!(file_of("/console/sign-in").as_deref(), Some("console/index.html"));
        assert_eq!(file_of("/sw.js").as_deref(), Some("sw.js"));
        assert_eq!(file_of("/sw.js.br"), None);
        assert_eq!(file_of("/../Cargo.toml"), None);
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(cache_control("app-0123456789abcdef_bg.wasm").contains("immutable"));
        assert!(cache_control("console/app-0123456789abcdef.js").contains("immutable"));
        assert_eq!(cache_control("index.html"), "no-cache");
        assert_eq!(cache_control("sw.js"), "no-cache");
    }

    #[test]
    fn inline_scripts_are_hashed_and_others_are_not() {
        let hashes =
            inline_script_hashes("<script src=\"a.js\"></script><script>alert(1)</script>");
        assert_eq!(hashes.matches("sha256-").count(), 1);
        assert!(hashes.contains(&STANDARD.encode(protocol::Sha256::of(b"alert(1)").as_bytes())));
    }
}
