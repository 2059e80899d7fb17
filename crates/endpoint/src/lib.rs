//! Marketing's endpoint: receives notes exactly once, serves the app and the console, keeps
//! everything in one SQLite file.
//!
//! `command` is what a person types, `http` is what a browser asks, `exchange` is what a device
//! asks, without a network around it, `similarity` is how alike two texts are, `demo` makes up what
//! there could be, `storage` is the only module that knows SQL.

pub mod chance;
pub mod clock;
pub mod command;
pub mod demo;
pub mod exchange;
pub mod export;
pub mod http;
pub mod proof;
pub mod similarity;
pub mod storage;
