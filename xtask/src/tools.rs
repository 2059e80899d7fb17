//! Programs from package registries, in versions that are known to work, kept in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cache, debian, process};

/// A program that cargo can install.
#[derive(Debug, Clone, Copy)]
pub struct CargoTool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    /// Features that its program needs, separated by commas.
    features: &'static str,
    /// Whether its own lock file can be had in full.
    is_locked: bool,
    minutes: u32,
}

/// Builds a page from Rust, HTML and CSS. 0.22 asks for a newer compiler than ours.
pub const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    version: "0.21.14",
    program: "trunk",
    features: "",
    is_locked: true,
    minutes: 5,
};

/// Makes the JavaScript around WebAssembly. The very version of the crate `wasm-bindgen`, which
/// Cargo.toml and both Trunk.toml name too.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    program: "wasm-bindgen",
    features: "",
    // Its lock file names a dependency that was withdrawn.
    is_locked: false,
    minutes: 2,
};

/// Takes WebAssembly apart where `wasm_split`, which Leptos brings, marks it.
pub const WASM_SPLIT: CargoTool = CargoTool {
    package: "wasm_split_cli_support",
    version: "0.2.4",
    program: "wasm-split-cli",
    features: "build-binary",
    is_locked: true,
    minutes: 1,
};

/// Drives Firefox.
pub const GECKODRIVER: CargoTool = CargoTool {
    package: "geckodriver",
    version: "0.37.1",
    program: "geckodriver",
    features: "",
    is_locked: true,
    minutes: 2,
};

/// Checks licences, sources and advisories of dependencies.
pub const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    version: "0.20.2",
    program: "cargo-deny",
    features: "",
    is_locked: true,
    minutes: 2,
};

/// Runs fuzzers.
pub const CARGO_FUZZ: CargoTool = CargoTool {
    package: "cargo-fuzz",
    version: "0.13.2",
    program: "cargo-fuzz",
    features: "",
    is_locked: true,
    minutes: 1,
};

impl CargoTool {
    /// Package and version: part of what makes one site differ from another.
    pub fn identity(self) -> String {
        format!("{}@{}", self.package, self.version)
    }
}

/// A package of npm that has a program.
#[derive(Debug, Clone, Copy)]
pub struct NpmTool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Makes WebAssembly smaller. It ships as WebAssembly for Node, and Debian's own is too old.
pub const WASM_OPT: NpmTool =
    NpmTool { package: "binaryen", version: "132.0.0", program: "wasm-opt" };

/// Makes scripts smaller.
pub const ESBUILD: NpmTool = NpmTool { package: "esbuild", version: "0.28.2", program: "esbuild" };

impl NpmTool {
    /// Package and version: part of what makes one site differ from another.
    pub fn identity(self) -> String {
        format!("{}@{}", self.package, self.version)
    }
}

const NODE: [debian::Package<'static>; 2] =
    [debian::program("nodejs", "node"), debian::program("npm", "npm")];

fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("tools"))
}

/// The folder of the installed programs.
///
/// # Errors
/// As [`cache::folder`].
pub fn programs() -> Result<PathBuf> {
    Ok(folder()?.join("bin"))
}

/// Where this program is. It has to be installed before it is used.
///
/// # Errors
/// As [`cache::folder`].
pub fn path(tool: CargoTool) -> Result<PathBuf> {
    Ok(programs()?.join(tool.program))
}

/// Installs those of these programs that are not there in their version.
///
/// # Errors
/// When one cannot be installed.
pub fn install(tools: &[CargoTool]) -> Result<()> {
    if tools.iter().all(|tool| is_installed(*tool)) {
        return Ok(());
    }
    let _lock = cache::lock(cache::folder()?.join("tools.lock"))?;
    // One target folder for all: they share dependencies.
    let workshop = cache::folder()?.join("build").join("tools");
    for tool in tools.iter().copied().filter(|tool| !is_installed(*tool)) {
        let CargoTool { package, version, minutes, .. } = tool;
        println!("Installing {package} {version} (about {minutes} minutes, once)");
        let mut cargo = process::cargo();
        // Compiling them takes longer than they will ever run: a light build does.
        cargo
            .args(["install", "--quiet", "--debug", package, "--version", version])
            .arg("--root")
            .arg(folder()?)
            .env("CARGO_TARGET_DIR", &workshop)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_INCREMENTAL", "0");
        if !tool.features.is_empty() {
            cargo.args(["--features", tool.features]);
        }
        if tool.is_locked {
            cargo.arg("--locked");
        }
        process::run(&mut cargo)?;
    }
    if workshop.exists() {
        fs::remove_dir_all(&workshop).context("cannot clear what the tools were built in")?;
    }
    Ok(())
}

fn is_installed(tool: CargoTool) -> bool {
    let listed = folder().and_then(|folder| Ok(fs::read_to_string(folder.join(".crates.toml"))?));
    listed.is_ok_and(|list| lists(&list, tool)) && path(tool).is_ok_and(|path| path.is_file())
}

/// Whether cargo's own list of what it installed has this package in this version.
fn lists(list: &str, tool: CargoTool) -> bool {
    let start = format!("\"{} {} (", tool.package, tool.version);
    list.lines().any(|line| line.starts_with(&start))
}

/// A command that runs this program, which is installed first when it is not there.
///
/// # Errors
/// When Node or the package cannot be installed.
pub fn of_npm(tool: NpmTool) -> Result<Command> {
    let NpmTool { package, version, program } = tool;
    debian::install_unless_found(&NODE[..1], &format!("running {program}"))?;
    let folder = cache::folder()?.join("npm");
    let packages = folder.join("node_modules");
    if !is_npm_version(&packages.join(package), version) {
        let _lock = cache::lock(cache::folder()?.join("npm.lock"))?;
        debian::install_unless_found(&NODE, &format!("installing {program}"))?;
        println!("Installing {package} {version}, which has {program} (by npm, once)");
        process::run(
            Command::new("npm")
                .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
                .arg(&folder)
                .arg(tool.identity()),
        )?;
    }
    Ok(Command::new(packages.join(".bin").join(program)))
}

/// A folder in the cache with the files of `source` and the packages that its `package-lock.json`
/// locks, which are installed first when they are not there in just these versions.
///
/// # Errors
/// When Node or the packages cannot be installed.
pub fn npm(source: &Path) -> Result<PathBuf> {
    let name = source.file_name().context("a folder of packages has a name")?;
    debian::install_unless_found(&NODE, &format!("running {}", source.display()))?;
    let folder = cache::folder()?.join(name);
    let _lock = cache::lock(folder.with_extension("lock"))?;
    let lock = fs::read_to_string(source.join("package-lock.json"))?;
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let mark = folder.join("installed.json");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    println!("Installing what {} needs (by npm, once)", source.display());
    process::run(
        Command::new("npm")
            .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder),
    )?;
    // Last, so that a broken installation is none.
    fs::write(mark, lock)?;
    Ok(folder)
}

fn is_npm_version(package: &Path, version: &str) -> bool {
    fs::read_to_string(package.join("package.json"))
        .is_ok_and(|manifest| manifest.contains(&format!("\"version\": \"{version}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_counts_as_not_installed() {
        let list = |version| format!("[v1]\n\"trunk {version} (registry+x)\" = [\"trunk\"]\n");
        assert!(lists(&list("0.21.14"), TRUNK));
        assert!(!lists(&list("0.21.1"), TRUNK));
        assert!(!lists(&list("0.21.140"), TRUNK));
    }

    #[test]
    fn wasm_bindgen_has_one_version_everywhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let version = WASM_BINDGEN.version;
        for (file, line) in [
            ("Cargo.toml", format!("wasm-bindgen = \"={version}\"")),
            ("Trunk.toml", format!("wasm_bindgen = \"{version}\"")),
            ("crates/console/Trunk.toml", format!("wasm_bindgen = \"{version}\"")),
        ] {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert!(text.contains(&line), "{file} must say {line}");
        }
    }
}
