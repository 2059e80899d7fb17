//! Full-text search: words of text, customer, product and competitor.
//!
//! The index is filled in bites, not note by note: FTS5 writes a segment a transaction, and one
//! for every statement that fires a trigger, so a note at once costs many times its share of a
//! thousand. `searchable_to` tells how far it reaches; whoever searches catches up first, so
//! nobody sees it lag.
//!
//! Kind and rep stand in it as marks, so that a frequent word of a rare rep is found by meeting
//! of two lists instead of a walk along the longer one. A mark begins with a character for private
//! use, which no searched word holds; filters are checked on the note as well.

use protocol::console::InboxQuery;
use protocol::{Kind, Seq};
use rusqlite::{Connection, params};

use super::{StorageError, view};
use crate::similarity::words::BEGINNING_CHARS_MIN;

/// What a mark begins with: a token character to FTS5's unicode61 (category Co).
const MARK: char = '\u{e000}';
/// Where edits did not see each other, whoever looks for words of either finds the note.
/// What a voice memo says is among the words of its note.
const ENTRY: &str = "seq,
    concat_ws(char(10), CASE WHEN siblings IS NULL THEN text ELSE text || char(10) || (
        SELECT group_concat(concat_ws(char(10), value ->> 'text', value ->> 'customer',
            value ->> 'product', value ->> '$.details.competitor.competitor'), char(10))
        FROM json_each(siblings)) END,
        (SELECT group_concat(transcript.text, char(10))
        FROM announcement JOIN transcript USING (attachment_id)
        WHERE announcement.note_id = note.note_id)),
    customer, product, competitor, ?1 || kind || ' ' || ?1 || hex(rep_id)";

/// Takes all notes of the log into the view, and those of the view into the index.
///
/// # Errors
/// Why nothing was written.
pub fn catch_up(connection: &Connection) -> Result<(), StorageError> {
    view::catch_up(connection)?;
    follow(connection)
}

/// Takes in what the view has come to show. Where the view ends, not its newest note, is the end:
/// one that was edited at once stands before others that still wait for their turn.
pub(super) fn follow(connection: &Connection) -> Result<(), StorageError> {
    let (reached, shown_to): (i64, i64) = connection
        .prepare_cached(
            "SELECT (SELECT value FROM meta WHERE name = 'searchable_to'),
                    (SELECT value FROM meta WHERE name = 'shown_to')",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if shown_to <= reached {
        return Ok(());
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO note_search (rowid, text, customer, product, competitor, marks)
             SELECT {ENTRY} FROM note WHERE seq > ?2 AND seq <= ?3"
        ))?
        .execute(params![MARK.to_string(), reached, shown_to])?;
    connection
        .prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'searchable_to'")?
        .execute([shown_to])?;
    Ok(())
}

/// Takes in a note that now says something else; one that is not yet in has its turn with the rest.
pub(super) fn take_in_again(connection: &Connection, seq: Seq) -> Result<(), StorageError> {
    if !is_in(connection, seq)? {
        return Ok(());
    }
    connection
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO note_search (rowid, text, customer, product, competitor, marks)
             SELECT {ENTRY} FROM note WHERE seq = ?2"
        ))?
        .execute(params![MARK.to_string(), seq.0])?;
    Ok(())
}

/// Makes a note's words unknown to the search.
pub(super) fn leave_out(connection: &Connection, seq: Seq) -> Result<(), StorageError> {
    if is_in(connection, seq)? {
        connection.execute("DELETE FROM note_search WHERE rowid = ?1", [seq.0])?;
    }
    Ok(())
}

fn is_in(connection: &Connection, seq: Seq) -> Result<bool, StorageError> {
    Ok(connection
        .prepare_cached("SELECT value >= ?1 FROM meta WHERE name = 'searchable_to'")?
        .query_row([seq.0], |row| row.get(0))?)
}

/// The FTS5 expression of a query's words, kind and rep. All words must occur; the last may be a
/// beginning. Each is quoted, so that nothing in it is taken for FTS5's own language. None where
/// there is nothing to look for.
pub(super) fn match_expression(words: &str, query: &InboxQuery) -> Option<String> {
    let words: Vec<String> = words
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    if words.is_empty() {
        return None;
    }
    let mut expression = format!("{}*", words.join(" "));
    if let Some(kind) = query.kind {
        expression = format!("\"{MARK}{kind}\" {expression}");
    }
    if let Some(rep) = query.rep {
        let hex: String = rep.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
        expression = format!("\"{MARK}{hex}\" {expression}");
    }
    Some(expression)
}

/// The FTS5 expression of notes of a kind whose text has a word with one of these beginnings. None
/// where there is no beginning.
pub(super) fn beginnings_expression(beginnings: &[String], kind: Kind) -> Option<String> {
    let beginning = |beginning: &String| {
        let letters: String = beginning.chars().filter(|it| it.is_alphanumeric()).collect();
        let star = if letters.chars().count() < BEGINNING_CHARS_MIN { "" } else { "*" };
        (!letters.is_empty()).then(|| format!("\"{letters}\"{star}"))
    };
    let any: Vec<String> = beginnings.iter().filter_map(beginning).collect();
    (!any.is_empty()).then(|| format!("marks : \"{MARK}{kind}\" AND text : ({})", any.join(" OR ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(words: &str) -> Option<String> {
        match_expression(words, &InboxQuery::default())
    }

    #[test]
    fn search_words_are_quoted_and_the_last_is_a_beginning() {
        assert_eq!(expression("déjà vu").as_deref(), Some("\"déjà\" \"vu\"*"));
        assert_eq!(expression("a\" OR NOT(b:*").as_deref(), Some("\"a\" \"OR\" \"NOT\" \"b\"*"));
        assert_eq!(expression(" \"*- "), None);
    }
}
