//! What SQL calls of ours.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::StorageError;
use crate::similarity::fold::fold;

/// `folded(text)`: a text as names and units are compared ([`fold`]); nothing of nothing.
pub(super) fn add(connection: &Connection) -> Result<(), StorageError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    Ok(connection.create_scalar_function("folded", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| fold(&text)))
    })?)
}
