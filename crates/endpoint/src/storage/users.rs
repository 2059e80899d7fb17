//! Marketers and admins: one-time sign-in links and sessions.

use protocol::Sha256;
use protocol::console::people::UserId;
use protocol::console::{Role, Session};
use rusqlite::{Connection, OptionalExtension, params};

use super::StorageError;
use crate::chance;

/// A sign-in link lasts a day.
pub const LINK_MS: i64 = 24 * 3_600 * 1_000;
/// A session lasts a working day.
pub const SESSION_MS: i64 = 12 * 3_600 * 1_000;

/// Makes a user, or changes the role of one, and returns the secret of a one-time sign-in link.
/// A change of role ends the user's sessions (SECURITY.md, "sessions").
///
/// # Errors
/// Why nothing was written.
pub fn add(
    connection: &Connection,
    email: &str,
    role: Role,
    now_ms: i64,
) -> Result<String, StorageError> {
    connection.execute(
        "DELETE FROM session WHERE user_id IN
            (SELECT user_id FROM user WHERE email = ?1 AND role <> ?2)",
        params![email, role.as_str()],
    )?;
    connection.execute(
        "INSERT INTO user (email, role) VALUES (?1, ?2)
         ON CONFLICT (email) DO UPDATE SET role = excluded.role",
        params![email, role.as_str()],
    )?;
    let code = chance::secret()?;
    connection.execute(
        "INSERT INTO sign_in_link (code_hash, user_id, expires_at_ms)
         SELECT ?1, user_id, ?2 FROM user WHERE email = ?3",
        params![Sha256::of(code.as_bytes()).as_bytes(), now_ms + LINK_MS, email],
    )?;
    Ok(code)
}

/// The user of this address; none where there is none.
///
/// # Errors
/// Why the database failed.
pub fn id_of(connection: &Connection, email: &str) -> Result<Option<UserId>, StorageError> {
    let mut query = connection.prepare_cached("SELECT user_id FROM user WHERE email = ?1")?;
    Ok(query.query_row([email], |row| row.get(0)).optional()?.map(UserId))
}

/// Uses up a sign-in link by one atomic update, and returns the secret of a new session. None for
/// a link that is unknown, used or expired: one answer, so that nobody can probe.
///
/// # Errors
/// Why the database failed.
pub fn sign_in(
    connection: &Connection,
    code: &str,
    now_ms: i64,
) -> Result<Option<(String, Session)>, StorageError> {
    let user_id: Option<i64> = connection
        .query_row(
            "UPDATE sign_in_link SET used_at_ms = ?2
             WHERE code_hash = ?1 AND used_at_ms IS NULL AND expires_at_ms > ?2
             RETURNING user_id",
            params![Sha256::of(code.as_bytes()).as_bytes(), now_ms],
            |row| row.get(0),
        )
        .optional()?;
    let Some(user_id) = user_id else { return Ok(None) };
    connection.execute("DELETE FROM session WHERE expires_at_ms <= ?1", [now_ms])?;
    let token = chance::secret()?;
    let token_hash = Sha256::of(token.as_bytes());
    connection.execute(
        "INSERT INTO session (token_hash, user_id, expires_at_ms) VALUES (?1, ?2, ?3)",
        params![token_hash.as_bytes(), user_id, now_ms + SESSION_MS],
    )?;
    Ok(session(connection, token_hash, now_ms)?.map(|session| (token, session)))
}

/// Who is signed in with this token, none if nobody.
///
/// # Errors
/// Why the database failed.
pub fn session(
    connection: &Connection,
    token_hash: Sha256,
    now_ms: i64,
) -> Result<Option<Session>, StorageError> {
    Ok(connection
        .prepare_cached(
            "SELECT user_id, email, role FROM session JOIN user USING (user_id)
             WHERE token_hash = ?1 AND expires_at_ms > ?2",
        )?
        .query_row(params![token_hash.as_bytes(), now_ms], |row| {
            let role: String = row.get(2)?;
            let role = if role == Role::Admin.as_str() { Role::Admin } else { Role::Marketer };
            Ok(Session { user_id: UserId(row.get(0)?), email: row.get(1)?, role })
        })
        .optional()?)
}

/// Ends a session.
///
/// # Errors
/// Why the database failed.
pub fn sign_out(connection: &Connection, token_hash: Sha256) -> Result<(), StorageError> {
    connection
        .execute("DELETE FROM session WHERE token_hash = ?1", [token_hash.as_bytes().as_slice()])?;
    Ok(())
}
