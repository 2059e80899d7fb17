//! System packages: asks dpkg what is missing, and installs only that.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// A package of Debian and the program it brings, by which other systems are judged.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// Its name for apt.
    pub name: &'a str,
    /// A program in it, or none when it has only data.
    pub program: Option<&'a str>,
}

/// Shorthand for a package with a program.
pub const fn program<'a>(name: &'a str, program: &'a str) -> Package<'a> {
    Package { name, program: Some(program) }
}

/// Shorthand for a package that is only data.
pub const fn data(name: &str) -> Package<'_> {
    Package { name, program: None }
}

/// Whether this machine installs software with apt.
pub fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && process::find("apt-get").is_some()
}

/// Like [`install`], but content with a program from anywhere, such as Node from its makers.
///
/// # Errors
/// As [`install`].
pub fn install_unless_found(packages: &[Package<'_>], why: &str) -> Result<()> {
    let is_found = |package: &&Package<'_>| package.program.and_then(process::find).is_some();
    let missing: Vec<Package<'_>> =
        packages.iter().filter(|package| !is_found(package)).copied().collect();
    install(&missing, why)
}

/// Makes sure that these packages are there.
///
/// # Errors
/// When some are missing and cannot be installed; the error names them.
pub fn install(packages: &[Package<'_>], why: &str) -> Result<()> {
    if !is_here() {
        let missing: Vec<&str> = packages
            .iter()
            .filter_map(|package| package.program)
            .filter(|program| process::find(program).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        bail!("needed for {why}, please install: {}", missing.join(", "));
    }
    let missing: Vec<&str> =
        packages.iter().map(|package| package.name).filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing {} for {why} (by apt, once)", missing.join(", "));
    // A bare machine has no package lists at all, and old ones name files that are gone.
    process::run(as_root(&missing)?.args(["apt-get", "update", "-qq"]))?;
    let apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
    process::run(as_root(&missing)?.args(apt).args(&missing))
        .with_context(|| format!("needed for {why}, please install: {}", missing.join(", ")))
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}", package]);
    process::answer(&mut query).is_ok_and(|status| status == "installed")
}

/// A command that runs its arguments as root, asking no questions.
fn as_root(missing: &[&str]) -> Result<Command> {
    let is_root = process::answer(Command::new("id").arg("-u"))? == "0";
    let mut command = if is_root {
        Command::new("env")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("please install as root: apt-get install {}", missing.join(" "));
    };
    command.arg("DEBIAN_FRONTEND=noninteractive");
    Ok(command)
}
