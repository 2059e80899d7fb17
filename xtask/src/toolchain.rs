//! The compiler for WebAssembly: the user's own where rustup has the target, else Debian's; and the
//! standard library that goes with it, built for size.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cache, debian, process, sysroot, tools};

/// Rust's name for the browser.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian's packages put cargo and rustc. Its own compiler has to come before rustup's.
const DEBIAN_PROGRAMS: &str = "/usr/bin";

/// `rust-web-llvm` brings `rust-lld` as a link to a linker of a package that it does not need.
const DEBIAN_COMPILER: [debian::Package<'static>; 4] = [
    debian::program("rustc-web", "rustc"),
    debian::program("cargo-web", "cargo"),
    debian::data("rust-web-src"),
    debian::data("rust-web-llvm"),
];

/// What a command needs around it to compile for [`TARGET`].
#[derive(Debug)]
pub struct WasmToolchain {
    set: Vec<(&'static str, OsString)>,
    unset: Vec<&'static str>,
    /// The compiler's exact version, and whose it is. Another one makes another site.
    pub identity: String,
}

impl WasmToolchain {
    /// Lets this command compile for WebAssembly, in a target folder of its own: two compilers
    /// that share one throw away each other's work.
    pub fn apply(&self, command: &mut Command) -> Result<()> {
        let target = std::env::current_dir()?.join("target").join("wasm");
        command.env("CARGO_TARGET_DIR", target);
        for name in &self.unset {
            command.env_remove(name);
        }
        for (name, value) in &self.set {
            command.env(name, value);
        }
        Ok(())
    }

    /// A cargo that compiles for WebAssembly.
    pub fn cargo(&self) -> Result<Command> {
        let named = self.set.iter().find(|(name, _)| *name == "CARGO").map(|(_, path)| path);
        let mut cargo = named.map_or_else(process::cargo, Command::new);
        self.apply(&mut cargo)?;
        Ok(cargo)
    }
}

/// Finds the compiler, or installs it.
///
/// # Errors
/// When neither rustup nor Debian has one to give.
pub fn wasm() -> Result<WasmToolchain> {
    if let Some(toolchain) = of_the_user()? {
        return Ok(toolchain);
    }
    if let Some(toolchain) = of_debian_if_ready()? {
        return Ok(toolchain);
    }
    if process::find("rustup").is_some() {
        println!("Asking rustup for {TARGET} (once)");
        if process::succeeds(Command::new("rustup").args(["target", "add", TARGET])) {
            return of_the_user()?.context("rustup added the target, but rustc does not have it");
        }
        println!("rustup cannot fetch it here");
    }
    let _lock = cache::lock(cache::folder()?.join("toolchain.lock"))?;
    if !debian::is_here() {
        anyhow::bail!("please install Rust's target {TARGET} (`rustup target add {TARGET}`)");
    }
    install_of_debian()
}

fn of_the_user() -> Result<Option<WasmToolchain>> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut question = Command::new(&rustc);
    question.args(["--print", "target-libdir", "--target", TARGET]);
    let Ok(library) = process::answer(&mut question) else { return Ok(None) };
    if !sysroot::is_complete(Path::new(&library)) {
        return Ok(None);
    }
    let small = library_for_size(&rustc)?;
    let set = vec![
        ("PATH", process::path_starting_with(&[&tools::programs()?])?),
        ("CARGO_ENCODED_RUSTFLAGS", flags(&rustc, small.as_deref())?),
    ];
    let mut identity = process::answer(Command::new(&rustc).arg("-vV"))?;
    if small.is_some() {
        identity.push_str(" (its library built for size)");
    }
    Ok(Some(WasmToolchain { set, unset: Vec::new(), identity }))
}

/// rustup's standard library is built for speed, and makes the app a fifth larger: it is built
/// again for size, where its source is to be had. Without, the app is the larger one.
fn library_for_size(rustc: &OsStr) -> Result<Option<PathBuf>> {
    let own = PathBuf::from(process::answer(Command::new(rustc).args(["--print", "sysroot"]))?);
    let programs = own.join("bin");
    let (rustc, cargo) = (programs.join("rustc"), programs.join("cargo"));
    if !rustc.is_file() || !cargo.is_file() {
        return Ok(None);
    }
    let finished = sysroot::folder(&rustc)?;
    if sysroot::is_complete(&sysroot::library(&finished)) {
        return Ok(Some(finished));
    }
    let _lock = cache::lock(cache::folder()?.join("toolchain.lock"))?;
    let mut given_up = finished.into_os_string();
    given_up.push(".given-up");
    let given_up = Path::new(&given_up);
    if given_up.exists() {
        return Ok(None);
    }
    let source = own.join("lib/rustlib/src/rust/library");
    if !source.is_dir() && process::find("rustup").is_some() {
        println!("Asking rustup for the standard library's source (once)");
        process::succeeds(Command::new("rustup").args(["component", "add", "rust-src"]));
    }
    let built = match source.is_dir() {
        true => sysroot::build(&rustc, &cargo),
        false => Err(anyhow::anyhow!("its source is not to be had")),
    };
    // Everything works with the other library as well.
    built.map(Some).or_else(|error| {
        println!("rustup's own library is used, and the app is larger: {error:#}");
        std::fs::write(given_up, "")?;
        Ok(None)
    })
}

fn of_debian_if_ready() -> Result<Option<WasmToolchain>> {
    let rustc = Path::new(DEBIAN_PROGRAMS).join("rustc");
    let linker = Path::new(DEBIAN_PROGRAMS).join("rust-lld");
    if !rustc.is_file() || !linker.is_file() {
        return Ok(None);
    }
    let sysroot = sysroot::folder(&rustc)?;
    if !sysroot::is_complete(&sysroot::library(&sysroot)) {
        return Ok(None);
    }
    of_debian(&sysroot).map(Some)
}

fn of_debian(sysroot: &Path) -> Result<WasmToolchain> {
    let programs = Path::new(DEBIAN_PROGRAMS);
    let rustc = programs.join("rustc");
    let identity = process::answer(Command::new(&rustc).arg("-vV"))?;
    let flags = flags(rustc.as_os_str(), Some(sysroot))?;
    let set = vec![
        ("PATH", process::path_starting_with(&[programs, &tools::programs()?])?),
        ("CARGO", programs.join("cargo").into()),
        ("RUSTC", rustc.into()),
        ("RUSTDOC", programs.join("rustdoc").into()),
        ("CARGO_ENCODED_RUSTFLAGS", flags),
    ];
    // What rustup's cargo sets for its own compiler would mislead this one.
    let unset = vec!["LD_LIBRARY_PATH", "RUSTUP_TOOLCHAIN", "RUSTC_WORKSPACE_WRAPPER"];
    Ok(WasmToolchain { set, unset, identity: format!("{identity} (Debian)") })
}

/// The compiler's flags: encoded, since a path may hold spaces. With `--target` given, as it always
/// is here, cargo keeps them from build scripts and macros, which run on this machine.
fn flags(rustc: &OsStr, sysroot: Option<&Path>) -> Result<OsString> {
    // Leptos makes the types of views into one: less code for each of them (leptos, "binary size").
    let mut all = vec![OsString::from("--cfg=erase_components")];
    if let Some(sysroot) = sysroot {
        all.push(OsString::from("--sysroot"));
        all.push(sysroot.into());
    }
    // A panic names its source file. Where that lies on the machine that builds is nobody's
    // business, makes one site differ from another, and every byte of it crosses a mobile link.
    let own = process::answer(Command::new(rustc).args(["--print", "sysroot"]))?;
    let sources = PathBuf::from(own).join("lib/rustlib/src/rust");
    for folder in [cache::of_cargo()?.join("registry").join("src"), sources] {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push("=");
        all.push(flag);
    }
    Ok(all.join(OsStr::new("\u{1f}")))
}

fn install_of_debian() -> Result<WasmToolchain> {
    let why = format!("compiling to {TARGET}");
    debian::install(&DEBIAN_COMPILER, &why)?;
    let linker = Path::new(DEBIAN_PROGRAMS).join("rust-lld");
    if !linker.exists() {
        // A link into nothing, such as `rust-lld -> lld-22`, names the package to install.
        let link = std::fs::read_link(&linker).context("rust-web-llvm has no rust-lld")?;
        let package = link.file_name().and_then(|name| name.to_str()).unwrap_or("lld");
        debian::install(&[debian::data(package)], &why)?;
    }
    let rustc = Path::new(DEBIAN_PROGRAMS).join("rustc");
    let sysroot = sysroot::build(&rustc, &Path::new(DEBIAN_PROGRAMS).join("cargo"))?;
    of_debian(&sysroot)
}
