//! Names files by what is in them, so that a browser may keep each of them for ever.
//!
//! Trunk can do so too, but before wasm-opt: another version of wasm-opt would then change a file
//! and not its name, and browsers would go on with the old one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use protocol::Sha256;

/// How much of the hash stands in a name. 64 bits tell two builds of one file apart.
const HASH_CHARS: usize = 16;

/// Renames scripts, style sheets and WebAssembly in this folder, and what refers to them in it.
///
/// # Errors
/// When nothing refers to one of them, or a file cannot be read or written.
pub fn by_content(folder: &Path, public_url: &str) -> Result<()> {
    let page = folder.join("index.html");
    let mut html = fs::read_to_string(&page).context("Trunk made no index.html")?;
    // WebAssembly first: a script refers to it, and is named by its own content.
    for file in of_kind(folder, "wasm")? {
        let (name, new) = rename(&file)?;
        let (from, to) = (format!("{public_url}{name}"), format!("{public_url}{new}"));
        let mut is_referred_to = html.contains(&from);
        html = refer(&html, &from, &to);
        for script in of_kind(folder, "js")? {
            let text = fs::read_to_string(&script)?;
            let beside = refer(&text, &format!("./{name}"), &format!("./{new}"));
            let changed = refer(&beside, &name, &new);
            is_referred_to |= changed != text;
            fs::write(&script, changed)?;
        }
        ensure!(is_referred_to, "nothing refers to {name}");
    }
    for file in of_kind(folder, "js")?.into_iter().chain(of_kind(folder, "css")?) {
        let (name, new) = rename(&file)?;
        let (from, to) = (format!("{public_url}{name}"), format!("{public_url}{new}"));
        ensure!(html.contains(&from), "index.html does not refer to {from}");
        html = refer(&html, &from, &to);
    }
    fs::write(&page, html).context("cannot write index.html")
}

/// The files in this folder that end so, in the same order on every machine.
fn of_kind(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|it| it == extension) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Gives a file its name by content; both names.
fn rename(file: &Path) -> Result<(String, String)> {
    let name = file.file_name().and_then(|name| name.to_str()).context("a file has a name")?;
    let new = named_by(&fs::read(file)?, name);
    fs::rename(file, file.with_file_name(&new))?;
    Ok((name.to_owned(), new))
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
