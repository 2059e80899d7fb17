//! Which notes an inbox query means, and along which index they are walked, newest first.
//!
//! A page must cost the same among a million notes. So the walk follows the filter that leaves
//! fewest: counted up to [`FEW`], which costs less than a bad guess; where all leave more, the one
//! that usually divides best. Every other filter is a look at the row. Words are walked in the index
//! of the search, whatever else is asked for.

use protocol::console::InboxQuery;
use protocol::mail::Referent;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::StorageError;
use super::names::{column, names_of};
use super::search::match_expression;

/// Filters are counted so far, which takes about a millisecond: so many rows are walked well within
/// the budget whatever the other filters leave of them.
const FEW: i64 = 20_000;
/// What finds a tag's notes in its own table.
const TAGGED: &str = "tag.tag = ?";

/// Time filters are exact as long as the endpoint's own clock is never set back by more than a
/// day: then whatever was received a day before the span comes before it in the log, too.
const STEP_BACK_MAX_MS: i64 = 24 * 3_600 * 1_000;
const AROUND_START: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms < ?
    ORDER BY received_at_ms DESC LIMIT 1), 0)";
const AROUND_END: &str = "coalesce((SELECT seq FROM note WHERE received_at_ms >= ?
    ORDER BY received_at_ms LIMIT 1), 9223372036854775807)";

/// What is walked: a table with its index, and the names of the seq and of the rows' conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Path {
    Tag,
    Topic,
    Starred,
    Snoozed,
    Assignee,
    Named(Referent),
    Rep,
    Kind,
    State,
    Search,
    Withdrawn,
    All,
}

impl Path {
    /// The tables, outermost first: SQLite keeps the order of a CROSS JOIN.
    fn tables(self) -> String {
        match self {
            Self::Tag => "tag CROSS JOIN work ON work.seq = tag.seq
                CROSS JOIN note ON note.seq = tag.seq"
                .to_owned(),
            Self::Topic => by_work("work_by_topic"),
            Self::Starred => by_work("work_starred"),
            Self::Snoozed => by_work("work_snoozed"),
            Self::Assignee => by_work("work_by_assignee"),
            Self::State => by_work("work_by_state"),
            Self::Named(of) => by_note(&format!("note INDEXED BY note_by_{}", column(of))),
            Self::Rep => by_note("note INDEXED BY note_by_rep"),
            Self::Kind => by_note("note INDEXED BY note_by_kind"),
            // The bin is small beside the notes.
            Self::Withdrawn => by_note("note INDEXED BY note_withdrawn"),
            Self::All => by_note("note"),
            Self::Search => by_note("note_search CROSS JOIN note ON note.seq = note_search.rowid"),
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Tag => "tag.seq",
            Self::Topic | Self::Starred | Self::Snoozed | Self::Assignee | Self::State => {
                "work.seq"
            }
            Self::Search => "note_search.rowid",
            Self::Named(_) | Self::Rep | Self::Kind | Self::Withdrawn | Self::All => "note.seq",
        }
    }
}

fn by_work(index: &str) -> String {
    format!("work INDEXED BY {index} CROSS JOIN note ON note.seq = work.seq")
}

fn by_note(note: &str) -> String {
    format!("{note} CROSS JOIN work ON work.seq = note.seq")
}

/// A condition on a row, and what it compares with.
#[derive(Debug, Clone)]
struct Condition {
    path: Option<Path>,
    sql: String,
    values: Vec<Value>,
}

/// One walk along an index. Several, each along its own part, make a query.
pub(super) struct Selection {
    path: Path,
    conditions: Vec<Condition>,
}

impl Selection {
    /// The walks that together find the notes of a query; none where it can match nothing.
    pub(super) fn of(
        db: &Connection,
        query: &InboxQuery,
        now_ms: i64,
    ) -> Result<Vec<Self>, StorageError> {
        let mut conditions = filters(db, query, now_ms)?;
        let words = query.q.as_deref().filter(|words| !words.trim().is_empty());
        let expression = match words.map(|words| match_expression(words, query)) {
            None => None,
            Some(Some(expression)) => Some(expression),
            Some(None) => return Ok(Vec::new()),
        };
        let mut path = path(db, &conditions, query.withdrawn)?;
        if let Some(expression) = expression {
            // Few rows are a set to look into while the words are walked: to look each of them up
            // among the words would cost a walk each. The plus keeps SQLite from doing it.
            if let Some(filter) = conditions.iter().find(|it| it.path == Some(path.0) && path.1) {
                let (table, sql) = rows(path.0, filter);
                let few = format!("+note_search.rowid IN (SELECT seq FROM {table} WHERE {sql})");
                conditions.push(condition(None, few, filter.values.clone()));
            }
            path.0 = Path::Search;
            conditions.push(condition(None, "note_search MATCH ?", [Value::from(expression)]));
        }
        let path = path.0;
        conditions.push(condition(
            None,
            if query.withdrawn {
                "note.withdrawn_at_ms IS NOT NULL"
            } else {
                "note.withdrawn_at_ms IS NULL"
            },
            [],
        ));
        conditions.extend(bounds(query, path.key()));
        Ok(parts(path, conditions))
    }

    /// The query for these columns, without its limit.
    pub(super) fn sql(self, columns: &str) -> (String, Vec<Value>) {
        let wheres: Vec<&str> = self.conditions.iter().map(|it| &*it.sql).collect();
        let sql = format!(
            "SELECT {columns} FROM {} CROSS JOIN rep ON rep.rep_id = note.rep_id
             LEFT JOIN topic ON topic.topic_id = work.topic_id
             WHERE {} ORDER BY {} DESC LIMIT ?",
            self.path.tables(),
            wheres.join(" AND "),
            self.path.key(),
        );
        (sql, self.conditions.into_iter().flat_map(|it| it.values).collect())
    }
}

/// A walk by several spellings of a name is a walk for each: only so is each in order.
fn parts(path: Path, mut conditions: Vec<Condition>) -> Vec<Selection> {
    let place = conditions.iter().position(|it| it.path == Some(path));
    if let (Path::Tag, Some(tagged)) = (path, place.and_then(|place| conditions.get_mut(place))) {
        TAGGED.clone_into(&mut tagged.sql);
    }
    let (Path::Named(of), Some(place)) = (path, place) else {
        return vec![Selection { path, conditions }];
    };
    let part = |value: &Value| {
        let mut conditions = conditions.clone();
        let sql = format!("note.{} = ?", column(of));
        if let Some(named) = conditions.get_mut(place) {
            *named = Condition { path: Some(path), sql, values: vec![value.clone()] };
        }
        Selection { path, conditions }
    };
    conditions.get(place).map(|it| it.values.iter().map(part).collect()).unwrap_or_default()
}

fn condition(
    path: Option<Path>,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Condition {
    Condition { path, sql: sql.into(), values: values.into_iter().collect() }
}

/// The filters that are asked for, those that usually leave fewest first.
fn filters(
    db: &Connection,
    query: &InboxQuery,
    now_ms: i64,
) -> Result<Vec<Condition>, StorageError> {
    let mut filters = Vec::new();
    let is_snoozed = || [Value::from(now_ms)];
    if let Some(tag) = &query.tag {
        let sql = "EXISTS (SELECT 1 FROM tag WHERE tag.seq = note.seq AND tag.tag = ?)";
        filters.push(condition(Some(Path::Tag), sql, [Value::from(tag.clone())]));
    }
    if let Some(topic) = query.topic {
        let topic = Value::from(topic.as_bytes().to_vec());
        filters.push(condition(Some(Path::Topic), "work.topic_id = ?", [topic]));
    }
    if query.snoozed {
        filters.push(condition(Some(Path::Snoozed), "work.snoozed_until_ms > ?", is_snoozed()));
    } else if query.state.is_some() || query.open {
        let sql = "(work.snoozed_until_ms IS NULL OR work.snoozed_until_ms <= ?)";
        filters.push(condition(None, sql, is_snoozed()));
    }
    if query.open {
        filters.push(condition(None, "work.state NOT IN ('decided', 'declined')", []));
    }
    if query.starred {
        filters.push(condition(Some(Path::Starred), "work.is_starred", []));
    }
    if let Some(user) = query.assignee {
        let user = Value::from(user.0);
        filters.push(condition(Some(Path::Assignee), "work.assignee = ?", [user]));
    }
    for (of, name) in [
        (Referent::Customer, &query.customer),
        (Referent::Competitor, &query.competitor),
        (Referent::Product, &query.product),
    ] {
        let Some(name) = name else { continue };
        let names = names_of(db, of, name)?;
        let marks = vec!["?"; names.len()].join(", ");
        let column = column(of);
        // Told so, SQLite sees that its index, which leaves those without a name out, will do.
        let sql = format!("note.{column} IN ({marks}) AND note.{column} IS NOT NULL");
        filters.push(condition(Some(Path::Named(of)), sql, names.into_iter().map(Value::from)));
    }
    if let Some(rep) = query.rep {
        let rep = Value::from(rep.as_bytes().to_vec());
        filters.push(condition(Some(Path::Rep), "note.rep_id = ?", [rep]));
    }
    if let Some(kind) = query.kind {
        let kind = Value::from(kind.as_str().to_owned());
        filters.push(condition(Some(Path::Kind), "note.kind = ?", [kind]));
    }
    if let Some(state) = query.state {
        let state = Value::from(state.as_str().to_owned());
        filters.push(condition(Some(Path::State), "work.state = ?", [state]));
    }
    Ok(filters)
}

/// Along what to walk, and whether that is known to leave few.
fn path(
    db: &Connection,
    filters: &[Condition],
    is_withdrawn: bool,
) -> Result<(Path, bool), StorageError> {
    if is_withdrawn {
        return Ok((Path::Withdrawn, false));
    }
    let mut candidates = filters.iter().filter_map(|it| Some((it.path?, it)));
    let mut fewest = (FEW, candidates.clone().next().map_or(Path::All, |(path, _)| path));
    candidates.try_for_each(|(path, filter)| -> Result<(), StorageError> {
        let found = count(db, path, filter, fewest.0)?;
        if found < fewest.0 {
            fewest = (found, path);
        }
        Ok(())
    })?;
    Ok((fewest.1, fewest.0 < FEW))
}

/// How many rows a filter leaves, counted up to `enough`.
fn count(
    db: &Connection,
    path: Path,
    filter: &Condition,
    enough: i64,
) -> Result<i64, StorageError> {
    let (table, sql) = rows(path, filter);
    let mut query = db.prepare_cached(&format!(
        "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {sql} LIMIT ?)"
    ))?;
    let values = filter.values.iter().cloned().chain([Value::from(enough)]);
    Ok(query.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// The rows that a filter leaves, by its own index: a table, and a condition on it.
fn rows(path: Path, filter: &Condition) -> (String, &str) {
    let table = match path {
        Path::Tag => return ("tag".to_owned(), TAGGED),
        Path::Topic => "work INDEXED BY work_by_topic",
        Path::Starred => "work INDEXED BY work_starred",
        Path::Snoozed => "work INDEXED BY work_snoozed",
        Path::Assignee => "work INDEXED BY work_by_assignee",
        Path::State => "work INDEXED BY work_by_state",
        Path::Named(of) => return (format!("note INDEXED BY note_by_{}", column(of)), &filter.sql),
        Path::Rep => "note INDEXED BY note_by_rep",
        Path::Kind => "note INDEXED BY note_by_kind",
        Path::Search | Path::Withdrawn | Path::All => "note",
    };
    (table.to_owned(), &filter.sql)
}

/// Between which places in the list everything stands that was received in a span of time, and some
/// more.
pub(super) fn around(
    db: &Connection,
    from_ms: i64,
    to_ms: i64,
) -> Result<(i64, i64), StorageError> {
    let mut query = db.prepare_cached(&format!("SELECT {AROUND_START}, {AROUND_END}"))?;
    let (from_ms, to_ms) =
        (from_ms.saturating_sub(STEP_BACK_MAX_MS), to_ms.saturating_add(STEP_BACK_MAX_MS));
    Ok(query.query_row([from_ms, to_ms], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Time and place in the list. The bounds by seq are what makes it quick; the plus keeps SQLite
/// from sorting by time.
fn bounds(query: &InboxQuery, key: &str) -> Vec<Condition> {
    let mut bounds = Vec::new();
    if let Some(from_ms) = query.from_ms {
        let sql = format!("+note.received_at_ms >= ? AND {key} >= {AROUND_START}");
        let around = from_ms.saturating_sub(STEP_BACK_MAX_MS);
        bounds.push(condition(None, sql, [Value::from(from_ms), Value::from(around)]));
    }
    if let Some(to_ms) = query.to_ms {
        let sql = format!("+note.received_at_ms < ? AND {key} <= {AROUND_END}");
        let around = to_ms.saturating_add(STEP_BACK_MAX_MS);
        bounds.push(condition(None, sql, [Value::from(to_ms), Value::from(around)]));
    }
    if let Some(before) = query.before {
        bounds.push(condition(None, format!("{key} < ?"), [Value::from(before.0)]));
    }
    bounds
}
