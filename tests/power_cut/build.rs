//! Compiles what is preloaded into the processes under test.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=durable.c");
    // The library's own error tells that power cuts are played on Linux only.
    if std::env::var("CARGO_CFG_TARGET_OS")? != "linux" {
        return Ok(());
    }
    let library = format!("{}/libdurable.so", std::env::var("OUT_DIR")?);
    let mut compile = cc::Build::new().try_get_compiler()?.to_command();
    compile.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-fPIC", "-shared"]);
    if !compile.args(["durable.c", "-o", &library]).status()?.success() {
        return Err("durable.c does not compile".into());
    }
    Ok(())
}
