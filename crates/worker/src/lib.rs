//! The service worker's script, made at build time from the files of one version of the app.
//!
//! The script itself (`shell.js`) is plain JavaScript on purpose: a worker must register its
//! `fetch` handler while it is first evaluated, before any WebAssembly could be compiled, and a
//! start without a network must depend on as little as can be.

use protocol::Sha256;

/// One file of the app's shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Absolute path of its address: "/", "/app-0123456789abcdef.js".
    pub path: String,
    /// Its content, as the endpoint serves it before compression.
    pub bytes: Vec<u8>,
}

const TEMPLATE: &str = include_str!("shell.js");

/// The script that serves exactly these files, and its version: the hash of them all. The file at
/// "/" answers every navigation within the app.
///
/// # Errors
/// When serialisation fails, which only memory can cause.
pub fn script(assets: &[Asset]) -> serde_json::Result<String> {
    let mut assets: Vec<&Asset> = assets.iter().collect();
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    let files: Vec<(&str, String)> = assets
        .iter()
        .map(|asset| (asset.path.as_str(), Sha256::of(&asset.bytes).to_string()))
        .collect();
    let files = serde_json::to_string_pretty(&files)?;
    let version = Sha256::of(format!("{TEMPLATE}{files}").as_bytes()).to_string();
    Ok(TEMPLATE.replace("__VERSION__", &version[..16]).replace("__FILES__", &files))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(path: &str, content: &str) -> Asset {
        Asset { path: path.to_owned(), bytes: content.as_bytes().to_vec() }
    }

    #[test]
    fn the_version_changes_with_any_byte_and_not_with_the_order() {
        let a = script(&[asset("/", "<html>"), asset("/a.js", "1")]).unwrap();
        let b = script(&[asset("/a.js", "1"), asset("/", "<html>")]).unwrap();
        let c = script(&[asset("/", "<html>"), asset("/a.js", "2")]).unwrap();
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn every_placeholder_is_filled() {
        let script = script(&[asset("/", "<html>")]).unwrap();
        assert!(!script.contains("__VERSION__") && !script.contains("__FILES__"));
        assert!(script.contains(&Sha256::of(b"<html>").to_string()));
    }
}
