//! The service worker: its engine, built for the browser, and its script over all files of the app.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use worker::{Asset, Engine};

use crate::site::{Module, files_under, naming, page, page_folder};
use crate::toolchain::WasmToolchain;

/// A classic script: it is loaded in the middle of a worker's life, which modules cannot be.
const ENGINE: Module<'static> =
    Module { package: "worker", program: "engine", name: "engine", kind: "no-modules" };

/// Puts the engine and the script into the finished folder of the app. The worker keeps exactly
/// the app's files, so it is made after they are final.
///
/// # Errors
/// When the engine does not build, or a file cannot be read or written.
pub fn write(folder: &Path, toolchain: &WasmToolchain) -> Result<()> {
    let engine = build_engine(folder, toolchain)?;
    let mut assets = Vec::new();
    for file in files_under(folder)? {
        assets.push(Asset { path: address(folder, &file)?, bytes: fs::read(&file)? });
    }
    let script = folder.join("sw.js");
    fs::write(&script, worker::script(&assets, &engine)?).context("cannot write sw.js")?;
    page::minify(&script)
}

/// Builds the engine into `folder`, named by content.
fn build_engine(folder: &Path, toolchain: &WasmToolchain) -> Result<Engine> {
    let draft = page_folder("engine");
    ENGINE.build(&draft, toolchain)?;
    page::minify(&draft.join("engine.js"))?;
    let place = |name: &str| -> Result<String> {
        let content = fs::read(draft.join(name)).with_context(|| format!("no {name}"))?;
        let name = naming::named_by(&content, name);
        fs::write(folder.join(&name), content)?;
        Ok(format!("/{name}"))
    };
    Ok(Engine { script: place("engine.js")?, wasm: place("engine_bg.wasm")? })
}

/// The path at which a browser asks for this file of the app.
fn address(folder: &Path, file: &Path) -> Result<String> {
    let parts: PathBuf = file.strip_prefix(folder)?.into();
    let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(match parts.join("/").as_str() {
        "index.html" => "/".to_owned(),
        path => format!("/{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_itself_answers_at_the_root() {
        let address = |file: &str| address(Path::new("x"), &Path::new("x").join(file)).unwrap();
        assert_eq!(address("index.html"), "/");
        assert_eq!(address("snippets/a.js"), "/snippets/a.js");
    }
}
