//! Tables, and how an older file becomes a newer one. Migrations never touch what people wrote.

use protocol::Epoch;
use rusqlite::{Connection, TransactionBehavior};

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
    // 5: devices prove by a key who they are, and get tokens of a few minutes; have and pull.
    // A device of before has no key and enrols again.
    "
    ALTER TABLE device RENAME COLUMN secret_hash TO key_hash;
    ALTER TABLE device ADD COLUMN public_key BLOB;
    ALTER TABLE device ADD COLUMN seen_at_ms INTEGER;
    CREATE TABLE token (
        token_hash BLOB PRIMARY KEY,
        device_id BLOB NOT NULL REFERENCES device,
        expires_at_ms INTEGER NOT NULL
    );
    CREATE INDEX token_by_expiry ON token (expires_at_ms);
    CREATE TABLE used_challenge (hash BLOB PRIMARY KEY, expires_at_ms INTEGER NOT NULL);
    CREATE INDEX used_challenge_by_expiry ON used_challenge (expires_at_ms);

    ALTER TABLE quarantine ADD COLUMN op_id BLOB;
    CREATE INDEX quarantine_by_op ON quarantine (op_id) WHERE op_id IS NOT NULL;
    CREATE INDEX op_by_device ON op (device_id, seq);
    ",
    // 6: attachments, their bytes, and the operations that name them (see `attachments`).
    "
    CREATE TABLE attachment (
        attachment_id BLOB PRIMARY KEY,
        rep_id BLOB NOT NULL REFERENCES rep,
        device_id BLOB NOT NULL REFERENCES device,
        sha256 BLOB NOT NULL,
        bytes INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        name TEXT,
        created_at_ms INTEGER NOT NULL,
        offset INTEGER NOT NULL DEFAULT 0,
        -- One of the two: it is complete, or it is given up some day.
        completed_at_ms INTEGER,
        expires_at_ms INTEGER
    );
    CREATE INDEX attachment_expiring ON attachment (expires_at_ms)
        WHERE expires_at_ms IS NOT NULL;
    CREATE INDEX attachment_unfinished ON attachment (device_id) WHERE expires_at_ms IS NOT NULL;

    -- Each begins at a multiple of a chunk's length (see `attachments::chunks`).
    CREATE TABLE attachment_chunk (
        attachment_id BLOB NOT NULL REFERENCES attachment,
        at INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (attachment_id, at)
    );

    -- What operations say of attachments; the upload may come before or after.
    CREATE TABLE announcement (
        seq INTEGER PRIMARY KEY REFERENCES op,
        note_id BLOB NOT NULL,
        rep_id BLOB NOT NULL REFERENCES rep,
        attachment_id BLOB NOT NULL,
        sha256 BLOB NOT NULL,
        bytes INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        name TEXT
    );
    CREATE INDEX announcement_by_note ON announcement (note_id, seq);
    CREATE INDEX announcement_by_attachment ON announcement (attachment_id);
    ",
    // 7: the inbox's view follows the log in bites (see `view`). Up to here it was filled at once.
    "
    INSERT INTO meta VALUES ('shown_to', (SELECT coalesce(max(seq), 0) FROM op));
    ",
    // 8: what marketing does with notes, what it tells reps, and what they reply.
    "
    CREATE TABLE topic (
        topic_id BLOB PRIMARY KEY,
        title TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        alert_at INTEGER,
        merged_into BLOB REFERENCES topic,
        made_at_ms INTEGER NOT NULL
    );

    -- What marketing did with each note. The view makes a row for every note that it takes in, so
    -- that a list by state walks an index.
    CREATE TABLE work (
        note_id BLOB PRIMARY KEY,
        seq INTEGER NOT NULL UNIQUE REFERENCES note,
        state TEXT NOT NULL DEFAULT 'new',
        version INTEGER NOT NULL DEFAULT 0,
        assignee INTEGER REFERENCES user (user_id),
        is_starred INTEGER NOT NULL DEFAULT 0,
        snoozed_until_ms INTEGER,
        topic_id BLOB REFERENCES topic,
        -- A JSON Words.
        reason TEXT,
        -- A JSON array of what marketing thinks of the rep's hypotheses.
        hypotheses TEXT,
        read_at_ms INTEGER,
        classified_at_ms INTEGER,
        -- Decided or declined.
        closed_at_ms INTEGER
    );
    CREATE INDEX work_by_state ON work (state, seq);
    CREATE INDEX work_by_assignee ON work (assignee, seq) WHERE assignee IS NOT NULL;
    CREATE INDEX work_by_topic ON work (topic_id, seq) WHERE topic_id IS NOT NULL;
    CREATE INDEX work_starred ON work (seq) WHERE is_starred;
    CREATE INDEX work_snoozed ON work (snoozed_until_ms) WHERE snoozed_until_ms IS NOT NULL;
    INSERT INTO work (note_id, seq) SELECT note_id, seq FROM note;
    CREATE TABLE tag (
        tag TEXT NOT NULL,
        seq INTEGER NOT NULL REFERENCES work (seq),
        PRIMARY KEY (tag, seq)
    ) WITHOUT ROWID;
    CREATE INDEX tag_by_note ON tag (seq);
    CREATE TABLE saved_view (
        user_id INTEGER NOT NULL REFERENCES user,
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        PRIMARY KEY (user_id, name)
    ) WITHOUT ROWID;
    CREATE TABLE transcript (
        attachment_id BLOB PRIMARY KEY,
        text TEXT NOT NULL,
        user_id INTEGER NOT NULL REFERENCES user,
        at_ms INTEGER NOT NULL
    );

    -- The audit: what marketing did, and what was there before, so that it can be undone. Never
    -- deleted.
    CREATE TABLE deed (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        deed_id BLOB NOT NULL UNIQUE,
        user_id INTEGER NOT NULL REFERENCES user,
        at_ms INTEGER NOT NULL,
        what TEXT NOT NULL,
        about TEXT,
        notes INTEGER NOT NULL DEFAULT 0,
        -- A topic, decision, briefing, question, test group, rep or reference.
        subject BLOB,
        -- JSON: what undoing puts back; none where it cannot be undone.
        before TEXT,
        undone_at_ms INTEGER
    );
    CREATE INDEX deed_by_time ON deed (at_ms, number);
    CREATE INDEX deed_by_subject ON deed (subject) WHERE subject IS NOT NULL;
    CREATE TABLE deed_note (
        note_id BLOB NOT NULL,
        number INTEGER NOT NULL REFERENCES deed,
        PRIMARY KEY (note_id, number)
    ) WITHOUT ROWID;

    CREATE TABLE decision (
        decision_id BLOB PRIMARY KEY,
        version INTEGER NOT NULL DEFAULT 1,
        -- A JSON DecisionText.
        text TEXT NOT NULL,
        user_id INTEGER NOT NULL REFERENCES user,
        made_at_ms INTEGER NOT NULL,
        published_at_ms INTEGER
    );
    -- The notes that it cites, those of its topics included as they were when it was written.
    CREATE TABLE decision_note (
        decision_id BLOB NOT NULL REFERENCES decision,
        note_id BLOB NOT NULL,
        -- The topic that brought it; none where it is cited by itself.
        topic_id BLOB REFERENCES topic,
        PRIMARY KEY (decision_id, note_id)
    ) WITHOUT ROWID;
    CREATE INDEX decision_by_note ON decision_note (note_id);
    CREATE TABLE decision_topic (
        decision_id BLOB NOT NULL REFERENCES decision,
        topic_id BLOB NOT NULL REFERENCES topic,
        PRIMARY KEY (decision_id, topic_id)
    ) WITHOUT ROWID;

    -- In the thread of a note, by marketing; the rep's are replies.
    CREATE TABLE remark (
        remark_id BLOB PRIMARY KEY,
        note_id BLOB NOT NULL,
        user_id INTEGER NOT NULL REFERENCES user,
        at_ms INTEGER NOT NULL,
        text TEXT NOT NULL
    );
    CREATE INDEX remark_by_note ON remark (note_id, at_ms);

    -- Briefings, questions and test groups.
    CREATE TABLE field_item (
        item_id BLOB PRIMARY KEY,
        kind TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        -- A JSON BriefingText, QuestionText or TestGroupText.
        text TEXT NOT NULL,
        user_id INTEGER NOT NULL REFERENCES user,
        changed_at_ms INTEGER NOT NULL,
        published_at_ms INTEGER,
        -- The version that reps have.
        published_version INTEGER,
        revision INTEGER NOT NULL DEFAULT 0,
        closed_at_ms INTEGER
    );
    CREATE INDEX field_item_by_kind ON field_item (kind, changed_at_ms);

    -- What reps reply: operations of the log, each with what it is a reply to. `target` is a note,
    -- question, briefing or test group.
    CREATE TABLE reply (
        seq INTEGER PRIMARY KEY REFERENCES op,
        kind TEXT NOT NULL,
        target BLOB NOT NULL,
        rep_id BLOB NOT NULL REFERENCES rep,
        received_at_ms INTEGER NOT NULL,
        -- A JSON Reply.
        body TEXT NOT NULL,
        is_late INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX reply_by_target ON reply (target, seq);

    -- What reps are told: the last word under each key, for one rep or (none) for everyone. A newer
    -- word has a higher seq, and takes the row of the older one away.
    CREATE TABLE mail (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        rep_id BLOB REFERENCES rep,
        key TEXT NOT NULL,
        -- The JSON text of a mail::Content; none where it was taken back.
        content TEXT
    );
    CREATE UNIQUE INDEX mail_by_key ON mail (key, ifnull(rep_id, x''));
    CREATE INDEX mail_by_rep ON mail (rep_id, seq);

    ALTER TABLE rep ADD COLUMN region TEXT;
    ALTER TABLE rep ADD COLUMN removed_at_ms INTEGER;

    -- Customers, products and competitors, and every name that means one of them.
    CREATE TABLE reference (
        reference_id BLOB PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        region TEXT,
        segment TEXT,
        -- A JSON Price.
        price TEXT
    );
    CREATE INDEX reference_by_name ON reference (kind, name);
    -- `folded` is the name without case, accents and double spaces (see `storage::reference`).
    CREATE TABLE reference_name (
        kind TEXT NOT NULL,
        folded TEXT NOT NULL,
        reference_id BLOB NOT NULL REFERENCES reference,
        name TEXT NOT NULL,
        is_alias INTEGER NOT NULL,
        PRIMARY KEY (kind, folded)
    ) WITHOUT ROWID;
    CREATE INDEX reference_name_by_reference ON reference_name (reference_id);

    -- Which notes changed in the analysis' eyes, each at its last change: `tick` only grows, so what
    -- is kept in memory catches up by it (see `storage::facts`). No OR REPLACE in a trigger: the
    -- statement that fires it may say OR IGNORE, which would count.
    CREATE TABLE note_change (tick INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL UNIQUE);
    INSERT INTO note_change (seq) SELECT seq FROM note ORDER BY seq;
    CREATE TRIGGER note_change_begun AFTER INSERT ON note BEGIN
        DELETE FROM note_change WHERE seq = new.seq;
        INSERT INTO note_change (seq) VALUES (new.seq);
    END;
    CREATE TRIGGER note_change_shown AFTER UPDATE ON note BEGIN
        DELETE FROM note_change WHERE seq = new.seq;
        INSERT INTO note_change (seq) VALUES (new.seq);
    END;
    CREATE TRIGGER note_change_ended AFTER DELETE ON note BEGIN
        DELETE FROM note_change WHERE seq = old.seq;
        INSERT INTO note_change (seq) VALUES (old.seq);
    END;
    CREATE TRIGGER note_change_worked AFTER UPDATE OF topic_id, hypotheses, read_at_ms,
        classified_at_ms, closed_at_ms ON work
    BEGIN
        DELETE FROM note_change WHERE seq = new.seq;
        INSERT INTO note_change (seq) VALUES (new.seq);
    END;

    CREATE INDEX note_by_customer ON note (customer, seq) WHERE customer IS NOT NULL;
    CREATE INDEX note_by_product ON note (product, seq) WHERE product IS NOT NULL;
    CREATE INDEX note_by_competitor ON note (competitor, seq) WHERE competitor IS NOT NULL;
    ",
    // 9: the hypotheses on each note, so that the inbox finds the notes behind a mark; who has opened
    // the digest.
    "
    -- Each hypothesis that its rep or marketing holds, and what became of it: open, confirmed,
    -- rejected, or added by marketing.
    CREATE VIEW supposition AS
        SELECT DISTINCT named.value AS hypothesis,
            CASE WHEN work.hypotheses IS NULL THEN 'open'
                WHEN named.value IN (SELECT value FROM json_each(work.hypotheses)) THEN 'confirmed'
                ELSE 'rejected' END AS verdict,
            note.seq AS seq
        FROM note LEFT JOIN work ON work.seq = note.seq
            JOIN json_each(note.body, '$.hypotheses') AS named
        UNION ALL
        SELECT DISTINCT seen.value, 'added', work.seq
        FROM work JOIN note ON note.seq = work.seq JOIN json_each(work.hypotheses) AS seen
        WHERE work.hypotheses IS NOT NULL AND seen.value NOT IN
            (SELECT value FROM json_each(note.body, '$.hypotheses'));
    CREATE TABLE supposed (
        hypothesis TEXT NOT NULL,
        verdict TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (hypothesis, verdict, seq)
    ) WITHOUT ROWID;
    CREATE INDEX supposed_by_note ON supposed (seq);
    INSERT INTO supposed SELECT hypothesis, verdict, seq FROM supposition;
    -- Most notes have none: they cost a look at their text.
    CREATE TRIGGER supposed_begun AFTER INSERT ON note WHEN instr(new.body, '\"hypotheses\"') BEGIN
        INSERT INTO supposed SELECT hypothesis, verdict, seq FROM supposition WHERE seq = new.seq;
    END;
    CREATE TRIGGER supposed_shown AFTER UPDATE OF body ON note BEGIN
        DELETE FROM supposed WHERE seq = new.seq;
        INSERT INTO supposed SELECT hypothesis, verdict, seq FROM supposition WHERE seq = new.seq;
    END;
    CREATE TRIGGER supposed_ended AFTER DELETE ON note BEGIN
        DELETE FROM supposed WHERE seq = old.seq;
    END;
    CREATE TRIGGER supposed_seen AFTER UPDATE OF hypotheses ON work
        WHEN new.hypotheses IS NOT old.hypotheses
    BEGIN
        DELETE FROM supposed WHERE seq = new.seq;
        INSERT INTO supposed SELECT hypothesis, verdict, seq FROM supposition WHERE seq = new.seq;
    END;

    -- Of whom the console need not say that a digest is there: the Monday of the latest week that is
    -- over and whose digest they opened, as in ISO 8601.
    CREATE TABLE digest_opened (
        user_id INTEGER PRIMARY KEY REFERENCES user,
        week TEXT NOT NULL
    );
    ",
];

/// What this program makes of a file.
pub(super) const VERSION: usize = MIGRATIONS.len();

/// Marks the file as ours (`PRAGMA application_id`): "Sght".
pub(super) const APPLICATION_ID: i32 = 0x5367_6874;

/// Brings the file up to date. Tells whether it was new.
pub(super) fn migrate(connection: &mut Connection) -> Result<bool, StorageError> {
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
    search::catch_up(&transaction)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    if version == 0 {
        let epoch = chance::epoch()?;
        transaction
            .execute("INSERT INTO meta VALUES ('epoch', ?1)", [epoch.as_bytes().as_slice()])?;
    }
    keys::make(&transaction)?;
    transaction.commit()?;
    Ok(version == 0)
}

/// This life of the database.
pub(crate) fn epoch(connection: &Connection) -> Result<Epoch, StorageError> {
    let mut query = connection.prepare_cached("SELECT value FROM meta WHERE name = 'epoch'")?;
    Ok(Epoch::from_bytes(query.query_row([], |row| row.get(0))?))
}
