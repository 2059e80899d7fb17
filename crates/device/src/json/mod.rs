//! JSON (RFC 8259) read in few bytes. What is read are our own rows and sealed answers, whose types
//! are serde's; `serde_json` reads more ways of writing them, each type in two, and tells in words
//! what is wrong: that was a third of what a phone has to load (docs/ARCHITECTURE.md).

mod deserializer;
mod raw;
mod reader;

use serde::Deserialize;

pub(crate) use self::raw::{Raw, RawText};
use self::reader::Reader;

/// Why a text cannot be read: it is not JSON, or not of the expected shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the expected shape")]
pub(crate) struct Unreadable;

/// The value that a text is.
pub(crate) fn read<'text, T: Deserialize<'text>>(text: &'text str) -> Result<T, Unreadable> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
