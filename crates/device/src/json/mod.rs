//! JSON (RFC 8259) read and written in few bytes. What is read are our own rows and sealed answers,
//! whose types are serde's; `serde_json` reads more ways of writing them, each type in two, and tells
//! in words what is wrong: that was a third of what a phone has to load (docs/ARCHITECTURE.md).

mod deserializer;
mod raw;
mod reader;
mod writer;

use serde::{Deserialize, Serialize};

pub(crate) use self::raw::{Raw, RawText};
use self::reader::Reader;
use self::writer::Writer;

/// Why a text cannot be read: it is not JSON, or not of the expected shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the expected shape")]
pub(crate) struct Unreadable;

/// Why a value cannot be written: it is of a kind that none of our types is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of a shape that can be written")]
pub(crate) struct Unwritable;

/// The value that a text is.
pub(crate) fn read<'text, T: Deserialize<'text>>(text: &'text str) -> Result<T, Unreadable> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The text that a value is.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, Unwritable> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

#[cfg(test)]
mod tests;
