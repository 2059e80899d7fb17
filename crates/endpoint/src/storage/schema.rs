//! Tables, and how an older file becomes a newer one. Migrations never touch what people wrote.

use protocol::Epoch;
use rusqlite::{Connection, TransactionBehavior, params};

use super::{StorageError, keys, search};
use crate::chance;

/// Each entry brings a file from its index to the next version (`PRAGMA user_version`).
const MIGRATIONS: &[&str] = &[
    // 1: reps and their devices, marketers, operations, the inbox's view, quarantine.
    "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

    CREATE TABLE rep (
        rep_id BLOB PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at_ms INTEGER NOT NULL
    );
    CREATE TABLE device (
        device_id BLOB PRIMARY KEY,
        rep_id BLOB NOT NULL REFERENCES rep,
        name TEXT NOT NULL,
        secret_hash BLOB NOT NULL UNIQUE,
        enrolled_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER
    );
    CREATE TABLE invitation (
        code_hash BLOB PRIMARY KEY,
        rep_id BLOB NOT NULL REFERENCES rep,
        expires_at_ms INTEGER NOT NULL,
        device_id BLOB REFERENCES device
    );

    CREATE TABLE user (
        user_id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL
    );
    CREATE TABLE sign_in_link (
        code_hash BLOB PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES user,
        expires_at_ms INTEGER NOT NULL,
        used_at_ms INTEGER
    );
    CREATE TABLE session (
        token_hash BLOB PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES user,
        expires_at_ms INTEGER NOT NULL
    );

    -- The log. Never updated, never deleted: op_ids are kept for ever (SYNC.md, Push).
    CREATE TABLE op (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        op_id BLOB NOT NULL UNIQUE,
        note_id BLOB NOT NULL,
        device_id BLOB NOT NULL REFERENCES device,
        sha256 BLOB NOT NULL,
        body TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL
    );
    CREATE INDEX op_by_note ON op (note_id, seq);

    -- What arrived and breaks a rule, raw. A resend is the same row.
    CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        device_id BLOB NOT NULL REFERENCES device,
        raw_sha256 BLOB NOT NULL,
        code TEXT NOT NULL,
        raw TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        UNIQUE (device_id, raw_sha256)
    );

    -- The inbox's view: one row a note.
    CREATE TABLE note (
        seq INTEGER PRIMARY KEY REFERENCES op,
        note_id BLOB NOT NULL UNIQUE,
        rep_id BLOB NOT NULL REFERENCES rep,
        device_id BLOB NOT NULL REFERENCES device,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        customer TEXT,
        product TEXT,
        competitor TEXT,
        body TEXT NOT NULL,
        saved_at_ms INTEGER NOT NULL,
        utc_offset_minutes INTEGER NOT NULL,
        received_at_ms INTEGER NOT NULL
    );
    CREATE INDEX note_by_kind ON note (kind, seq);
    CREATE INDEX note_by_rep ON note (rep_id, seq);
    CREATE INDEX note_by_time ON note (received_at_ms, seq);
    CREATE VIRTUAL TABLE note_search USING fts5 (
        text, customer, product, competitor,
        content = 'note', content_rowid = 'seq',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );
    CREATE TRIGGER note_becomes_searchable AFTER INSERT ON note BEGIN
        INSERT INTO note_search (rowid, text, customer, product, competitor)
        VALUES (new.seq, new.text, new.customer, new.product, new.competitor);
    END;
    ",
    // 2: the search index is filled in bites and knows kind and rep (see `search`).
    "
    DROP TRIGGER note_becomes_searchable;
    DROP TABLE note_search;
    CREATE VIRTUAL TABLE note_search USING fts5 (
        text, customer, product, competitor, marks,
        content = '', contentless_delete = 1,
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    );
    INSERT OR REPLACE INTO meta VALUES ('searchable_to', 0);
    ",
    // 3: devices prove who they are by a key; what is pulled and asked for is found by an index.
    "
    -- Devices of before have no key and must enrol again; what they wrote stays theirs.
    CREATE TABLE device_with_key (
        device_id BLOB PRIMARY KEY,
        rep_id BLOB NOT NULL REFERENCES rep,
        name TEXT NOT NULL,
        public_key BLOB UNIQUE,
        enrolled_at_ms INTEGER NOT NULL,
        -- When it last got a token.
        seen_at_ms INTEGER,
        revoked_at_ms INTEGER
    );
    INSERT INTO device_with_key (device_id, rep_id, name, enrolled_at_ms, revoked_at_ms)
        SELECT device_id, rep_id, name, enrolled_at_ms, revoked_at_ms FROM device;
    DROP TABLE device;
    ALTER TABLE device_with_key RENAME TO device;
    CREATE INDEX device_by_rep ON device (rep_id);

    CREATE TABLE token (
        token_hash BLOB PRIMARY KEY,
        device_id BLOB NOT NULL REFERENCES device,
        expires_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX token_by_expiry ON token (expires_at_ms);
    CREATE TABLE used_challenge (
        hash BLOB PRIMARY KEY,
        expires_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX used_challenge_by_expiry ON used_challenge (expires_at_ms);

    -- A rep's operations after a cursor. Every entry ends with its seq, so they lie in its order.
    CREATE INDEX op_by_device ON op (device_id);
    -- The operation that it is, where that could be read.
    ALTER TABLE quarantine ADD COLUMN op_id BLOB;
    CREATE INDEX quarantine_by_op ON quarantine (op_id) WHERE op_id IS NOT NULL;
    ",
    // 4: what edits and withdrawals make of a note, and which copies of this database exist.
    "
    -- The words of a withdrawn note leave the log after a while; the rest of it stays for ever.
    ALTER TABLE op ADD COLUMN is_emptied INTEGER;

    -- The operations that say what it says, sixteen bytes each: none where `seq` is the only one.
    ALTER TABLE note ADD COLUMN heads BLOB;
    -- What it says as well, a JSON array of notes.
    ALTER TABLE note ADD COLUMN siblings TEXT;
    -- When its withdrawal was received, by the endpoint's clock.
    ALTER TABLE note ADD COLUMN withdrawn_at_ms INTEGER;
    CREATE INDEX note_withdrawn ON note (seq, withdrawn_at_ms) WHERE withdrawn_at_ms IS NOT NULL;

    -- Files from which this database could be restored (see `backup`).
    CREATE TABLE backup (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        copy_id BLOB UNIQUE,
        file TEXT NOT NULL,
        taken_at_ms INTEGER NOT NULL,
        highest_seq INTEGER NOT NULL,
        restored_at_ms INTEGER,
        forgotten_at_ms INTEGER
    );
    ",
];

/// What this program makes of a file.
pub(super) const VERSION: usize = MIGRATIONS.len();

/// Marks the file as ours (`PRAGMA application_id`): "Sght".
pub(super) const APPLICATION_ID: i32 = 0x5367_6874;

/// Brings the file up to date. Tells whether it was new.
pub(super) fn migrate(connection: &mut Connection) -> Result<bool, StorageError> {
    // A table that others refer to can only be made anew without it (sqlite.org/lang_altertable.html
    // §7), and a transaction cannot change it.
    connection.pragma_update(None, "foreign_keys", false)?;
    let is_new = bring_up_to_date(connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(is_new)
}

fn bring_up_to_date(connection: &mut Connection) -> Result<bool, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: usize = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(StorageError::Database(format!(
            "the file is of version {version}, newer than this program's {VERSION}"
        )));
    }
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration)?;
    }
    if version < VERSION && breaks_a_reference(&transaction)? {
        return Err(StorageError::Database("a row refers to one that is not there".to_owned()));
    }
    search::catch_up(&transaction)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    for (name, value) in
        [("epoch", chance::epoch()?.as_bytes().as_slice()), (keys::NAME, &chance::bytes::<32>()?)]
    {
        transaction.execute("INSERT OR IGNORE INTO meta VALUES (?1, ?2)", params![name, value])?;
    }
    transaction.commit()?;
    Ok(version == 0)
}

fn breaks_a_reference(connection: &Connection) -> Result<bool, StorageError> {
    Ok(connection.prepare("PRAGMA foreign_key_check")?.exists([])?)
}

pub(super) fn epoch(connection: &Connection) -> Result<Epoch, StorageError> {
    let mut query = connection.prepare_cached("SELECT value FROM meta WHERE name = 'epoch'")?;
    Ok(Epoch::from_bytes(query.query_row([], |row| row.get(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as version 0.1 left it, with a note and an entry of the quarantine.
    fn of_0_1() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.pragma_update(None, "foreign_keys", true).unwrap();
        MIGRATIONS[..2].iter().for_each(|migration| db.execute_batch(migration).unwrap());
        db.pragma_update(None, "user_version", 2).unwrap();
        db.execute_batch(
            "INSERT INTO meta VALUES ('epoch', zeroblob(16));
             INSERT INTO rep VALUES (x'01', 'Ana', 0);
             INSERT INTO device VALUES (x'02', x'01', 'Pixel', x'03', 5, 6);
             INSERT INTO invitation VALUES (x'04', x'01', 7, x'02');
             INSERT INTO op VALUES (9, x'05', x'06', x'02', x'07', '{}', 8);
             INSERT INTO quarantine VALUES (1, x'02', x'08', 'malformed_op', 'x', 9);
             INSERT INTO note VALUES (9, x'06', x'01', x'02', 'gap', 'words', NULL, NULL, NULL,
                '{}', 1, 2, 8);",
        )
        .unwrap();
        db
    }

    #[test]
    fn a_file_of_0_1_keeps_its_notes_devices_and_epoch() {
        let mut db = of_0_1();
        assert!(!migrate(&mut db).unwrap(), "it is not new");
        assert_eq!(epoch(&db).unwrap(), Epoch::from_bytes([0; 16]));
        let kept = "SELECT op.seq || note.text || device.name || device.enrolled_at_ms
                || device.revoked_at_ms || invitation.expires_at_ms || quarantine.raw
             FROM op JOIN note USING (seq) JOIN device ON device.device_id = op.device_id
             JOIN invitation ON invitation.device_id = device.device_id
             JOIN quarantine ON quarantine.device_id = device.device_id
             WHERE device.public_key IS NULL";
        let kept: String = db.query_row(kept, [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "9wordsPixel567x");
    }

    #[test]
    fn references_hold_after_a_migration() {
        let mut db = of_0_1();
        migrate(&mut db).unwrap();
        for sql in [
            "DELETE FROM device",
            "INSERT INTO token VALUES (x'00', x'99', 1)",
            "INSERT INTO device (device_id, rep_id, name, enrolled_at_ms) VALUES (x'0a', x'99', '', 1)",
            "UPDATE op SET device_id = x'99'",
        ] {
            let said = db.execute(sql, []).unwrap_err().to_string();
            assert!(said.contains("FOREIGN KEY"), "{sql}: {said}");
        }
    }

    #[test]
    fn the_endpoints_key_is_born_with_the_database_and_stays() {
        let mut db = of_0_1();
        let key = |db: &Connection| keys::Keys::of(db).unwrap().cursors();
        migrate(&mut db).unwrap();
        let first = key(&db);
        migrate(&mut db).unwrap();
        assert_eq!(key(&db), first);
        let mut other = Connection::open_in_memory().unwrap();
        assert!(migrate(&mut other).unwrap());
        assert_ne!(key(&other), first);
    }
}
