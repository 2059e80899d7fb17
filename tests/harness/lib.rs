//! What the journeys stand on: browsers and an endpoint that can be stopped and killed.

mod axe;
mod bidi;
mod browser;
mod console;
mod endpoint;
mod forced_colors;
mod inspector;
mod marketer;
mod minibrowser;
mod newer_version;
mod photo;
mod process;
mod proxy;
mod rep;
mod samples;
mod webdriver;

use std::path::PathBuf;

pub use axe::expect_accessible;
pub use browser::{Browser, Conditions, Engine};
pub use console::{Console, Shown};
pub use endpoint::{Endpoint, assert_exactly_once};
pub use forced_colors::expect_seen_in_forced_colors;
pub use marketer::Marketer;
pub use newer_version::NewerVersion;
pub use photo::Photo;
pub use process::free_port;
pub use proxy::{Fault, Proxy, Spoil, Stranger};
pub use rep::{Listed, Rep};
pub use samples::{Sample, customer_words, special};

/// A path from the environment, or the default below the repository.
pub(crate) fn path_from(variable: &str, default: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => path.into(),
        None => repository().join(default),
    }
}

/// The checkout.
#[must_use]
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where screenshots go.
#[must_use]
pub fn screenshots() -> PathBuf {
    path_from("SIGHTLINE_SCREENSHOTS", "target/screenshots")
}

/// Text as a JavaScript literal.
#[must_use]
pub fn js_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
