//! The service worker's script, made at build time from the files of one version of the app.
//!
//! The script itself (`shell.js`) is plain JavaScript on purpose: a worker must register its
//! `fetch` handler while it is first evaluated, before any WebAssembly could be compiled, and a
//! start without a network must depend on as little as can be. The engine (`main.rs`) is loaded
//! only when the browser asks for a sync in the background: never on the way to a first capture.

use protocol::Sha256;

/// One file of the app's shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Absolute path of its address: "/", "/app-0123456789abcdef.js".
    pub path: String,
    /// Its content, as the endpoint serves it before compression.
    pub bytes: Vec<u8>,
}

/// Where the engine is, among the assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Absolute path of its script.
    pub script: String,
    /// Absolute path of its WebAssembly.
    pub wasm: String,
}

const TEMPLATE: &str = include_str!("shell.js");

/// The script that serves exactly these files, and its version: the hash of them all. The file at
/// "/" answers every navigation within the app; `engine` is in the files.
///
/// # Errors
/// When serialisation fails, which only memory can cause.
pub fn script(assets: &[Asset], engine: &Engine) -> serde_json::Result<String> {
    let mut assets: Vec<&Asset> = assets.iter().collect();
    assets.sort_by_key(|asset| (waits(&asset.path), asset.path.as_str()));
    let files: Vec<(&str, String)> = assets
        .iter()
        .map(|asset| (asset.path.as_str(), Sha256::of(&asset.bytes).to_string()))
        .collect();
    let files = serde_json::to_string_pretty(&files)?;
    let version = Sha256::of(format!("{TEMPLATE}{files}").as_bytes()).to_string();
    let engine = serde_json::to_string(&[&engine.script, &engine.wasm])?;
    Ok(TEMPLATE
        .replace("__VERSION__", &version[..16])
        .replace("__FILES__", &files)
        .replace("__ENGINE__", &engine))
}

/// Whether a first capture needs no such file: parts of the app that are loaded later, the worker's
/// own engine, icons.
fn waits(path: &str) -> bool {
    ["/split_", "/chunk_", "/engine-", "/icon"].iter().any(|it| path.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(path: &str, content: &str) -> Asset {
        Asset { path: path.to_owned(), bytes: content.as_bytes().to_vec() }
    }

    fn engine() -> Engine {
        Engine { script: "/engine.js".to_owned(), wasm: "/engine.wasm".to_owned() }
    }

    #[test]
    fn the_version_changes_with_any_byte_and_not_with_the_order() {
        let script = |assets: &[Asset]| script(assets, &engine()).unwrap();
        let a = script(&[asset("/", "<html>"), asset("/a.js", "1")]);
        let b = script(&[asset("/a.js", "1"), asset("/", "<html>")]);
        let c = script(&[asset("/", "<html>"), asset("/a.js", "2")]);
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn what_a_first_capture_needs_is_kept_first() {
        let files = ["/split_pages.wasm", "/tokens.css", "/icon.svg", "/app.js", "/"];
        let script = script(&files.map(|path| asset(path, "")), &engine()).unwrap();
        let place = |path: &str| script.find(&format!("\"{path}\"")).unwrap();
        let expected = ["/", "/app.js", "/tokens.css", "/icon.svg", "/split_pages.wasm"];
        assert!(expected.is_sorted_by_key(|path| place(path)), "{script}");
    }

    #[test]
    fn every_placeholder_is_filled() {
        let script = script(&[asset("/", "<html>")], &engine()).unwrap();
        assert!(!["__VERSION__", "__FILES__", "__ENGINE__"].iter().any(|it| script.contains(it)));
        assert!(script.contains(r#"["/engine.js","/engine.wasm"]"#));
        assert!(script.contains(&Sha256::of(b"<html>").to_string()));
    }
}
