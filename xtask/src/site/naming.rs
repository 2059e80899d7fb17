//! Names files by what is in them, so that a browser may keep each of them for ever.
//!
//! Trunk can do so too, but before wasm-opt: another version of wasm-opt would then change a file
//! and not its name, and browsers would go on with the old one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use protocol::Sha256;

/// How much of the hash stands in a name. 64 bits tell two builds of one file apart.
const HASH_CHARS: usize = 16;

/// Renames scripts, style sheets and WebAssembly in this folder, and what refers to them in it.
///
/// # Errors
/// When the page does not refer to one of them, or a file cannot be read or written.
pub fn by_content(folder: &Path, public_url: &str) -> Result<()> {
    let page = folder.join("index.html");
    let mut html = fs::read_to_string(&page).context("Trunk made no index.html")?;
    // WebAssembly first: the script beside it refers to it, and is named by its own content.
    for extension in ["wasm", "js", "css"] {
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
            if !name.ends_with(&format!(".{extension}")) {
                continue;
            }
            let new = named_by(&fs::read(&file)?, name);
            let (from, to) = (format!("{public_url}{name}"), format!("{public_url}{new}"));
            ensure!(html.contains(&from), "index.html does not refer to {from}");
            html = refer(&html, &from, &to);
            if extension == "wasm" {
                let script = folder.join(name.replace("_bg.wasm", ".js"));
                let text = fs::read_to_string(&script)
                    .with_context(|| format!("no script beside {name}"))?;
                fs::write(&script, refer(&text, name, &new))?;
            }
            fs::rename(&file, folder.join(&new))?;
        }
    }
    fs::write(&page, html).context("cannot write index.html")
}

/// `app_bg.wasm` becomes `app-0123456789abcdef_bg.wasm`, `base.css` `base-0123456789abcdef.css`.
pub fn named_by(content: &[u8], name: &str) -> String {
    let hash = Sha256::of(content).to_string();
    let hash = &hash[..HASH_CHARS];
    let end = name.find("_bg.").or_else(|| name.find('.')).unwrap_or(name.len());
    format!("{}-{hash}{}", &name[..end], &name[end..])
}

/// Puts a new name where this one stands as a whole: not `/app.js` in `/app.json`, not `base.css`
/// in `database.css`.
fn refer(text: &str, from: &str, to: &str) -> String {
    let is_of_a_name = |c: char| c.is_alphanumeric() || ['-', '_', '.', '/'].contains(&c);
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_whole = !before.ends_with(|c: char| is_of_a_name(c) && !from.starts_with('/'))
            && !after.starts_with(is_of_a_name);
        result.push_str(before);
        result.push_str(if is_whole { to } else { from });
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_stands_before_the_ending() {
        let hash = &Sha256::of(b"x").to_string()[..16];
        assert_eq!(named_by(b"x", "app_bg.wasm"), format!("app-{hash}_bg.wasm"));
        assert_eq!(named_by(b"x", "app.js"), format!("app-{hash}.js"));
    }

    #[test]
    fn only_whole_names_are_replaced() {
        let html = r#"<link href=/base.css><a href="/base.css2"> import '/base.css'"#;
        let expected = r#"<link href=/b-1.css><a href="/base.css2"> import '/b-1.css'"#;
        assert_eq!(refer(html, "/base.css", "/b-1.css"), expected);
        assert_eq!(refer("'my_app.wasm' 'app.wasm'", "app.wasm", "b"), "'my_app.wasm' 'b'");
    }

    #[test]
    fn a_file_that_the_page_does_not_name_is_an_error() {
        let folder = std::env::temp_dir().join(format!("naming-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<link href=/a.css>").unwrap();
        fs::write(folder.join("a.css"), "a").unwrap();
        by_content(&folder, "/").unwrap();
        fs::write(folder.join("forgotten.css"), "b").unwrap();
        assert!(by_content(&folder, "/").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
