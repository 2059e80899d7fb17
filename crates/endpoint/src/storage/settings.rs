//! What the endpoint remembers of how it was started.

use rusqlite::{Connection, OptionalExtension};

use super::StorageError;

/// The address that browsers use, as `serve` was last given it.
///
/// # Errors
/// Why it could not be read.
pub fn public_url(connection: &Connection) -> Result<Option<String>, StorageError> {
    let query = "SELECT value FROM meta WHERE name = 'public_url'";
    Ok(connection.query_row(query, [], |row| row.get(0)).optional()?)
}

/// Remembers it, so that links made beside the running endpoint lead to it.
///
/// # Errors
/// Why nothing was written.
pub fn set_public_url(connection: &Connection, url: &str) -> Result<(), StorageError> {
    connection.execute(
        "INSERT INTO meta VALUES ('public_url', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [url],
    )?;
    Ok(())
}
