//! A value as its text, untouched: what was hashed stays what was hashed, and what a newer version
//! wrote survives this one.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// The name by which the reader knows that a value is wanted as its text.
pub(super) const NAME: &str = "sightline raw JSON";

/// A value's text, within the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'text>(pub &'text str);

/// A value's text, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawText(pub String);

impl<'text: 'a, 'a> Deserialize<'text> for Raw<'a> {
    fn deserialize<D: Deserializer<'text>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_newtype_struct(NAME, RawVisitor).map(Self)
    }
}

impl<'text> Deserialize<'text> for RawText {
    fn deserialize<D: Deserializer<'text>>(from: D) -> Result<Self, D::Error> {
        Raw::deserialize(from).map(|raw| Self(raw.0.to_owned()))
    }
}

struct RawVisitor;

impl<'text> Visitor<'text> for RawVisitor {
    type Value = &'text str;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'text str) -> Result<&'text str, E> {
        Ok(text)
    }
}
