//! Lets the linker tell the build (xtask/src/site/split.rs) which function calls which: the app's
//! WebAssembly is taken apart by that.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
