//! Which notes an inbox query means, and along which index they are walked, newest first.
//!
//! A page must cost the same among a million notes. So the walk follows the filter that leaves
//! fewest: counted up to [`FEW`], which costs less than a bad guess; where all leave more, the one
//! that usually divides best. Every other filter is a look at the row. Words are walked in the index
//! of the search, whatever else is asked for. A region is no index: where few notes are from it, they
//! are gathered first and walked as a list; else the walk begins at the newest of them.

use protocol::console::{InboxQuery, Says, Verdict, Without};
use protocol::mail::Referent;
use protocol::note::{Kind, Part, Relation};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::StorageError;
use super::names::{column, names_of};
use super::reference::fold;
use super::regions::Within;
use super::search::match_expression;

/// Filters are counted so far, which takes about a millisecond: so many rows are walked well within
/// the budget whatever the other filters leave of them.
const FEW: i64 = if cfg!(test) { 10 } else { 20_000 };
/// What finds a tag's notes in its own table.
const TAGGED: &str = "tag.tag = ?";
/// The same of a hypothesis of which this became.
const SUPPOSED: &str = "supposed.hypothesis = ? AND supposed.verdict = ?";

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
    /// A list of places, newest first.
    Places,
    Supposed,
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
            Self::Places => "json_each AS place CROSS JOIN note ON note.seq = place.value
                CROSS JOIN work ON work.seq = note.seq"
                .to_owned(),
            Self::Supposed => "supposed CROSS JOIN work ON work.seq = supposed.seq
                CROSS JOIN note ON note.seq = supposed.seq"
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
            Self::Supposed => "supposed.seq",
            Self::Topic | Self::Starred | Self::Snoozed | Self::Assignee | Self::State => {
                "work.seq"
            }
            Self::Search => "note_search.rowid",
            Self::Places
            | Self::Named(_)
            | Self::Rep
            | Self::Kind
            | Self::Withdrawn
            | Self::All => "note.seq",
        }
    }

    /// In which order the walk is newest first.
    fn order(self) -> String {
        match self {
            Self::Places => "place.rowid".to_owned(),
            _ => format!("{} DESC", self.key()),
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
        let (mut path, mut left) = path(db, &conditions, query.withdrawn)?;
        for within in Within::asked(db, query)? {
            let (sql, values) = within.condition();
            conditions.push(condition(None, sql, values));
            if query.withdrawn {
                continue;
            }
            if let Some(places) = within.places(db, left)? {
                (path, left) = (Path::Places, as_i64(places.len()));
                conditions.retain(|it| it.path != Some(path));
                conditions.push(condition(Some(path), "place.json = ?", [json(&places)]));
            } else if left == FEW {
                let newest = within.newest(db, query.before.map_or(i64::MAX, |it| it.0))?;
                conditions.push(condition(None, "note.seq <= ?", [Value::from(newest)]));
            }
        }
        if let Some(expression) = expression {
            // Few rows are a set to look into while the words are walked: to look each of them up
            // among the words would cost a walk each. The plus keeps SQLite from doing it.
            let few = conditions.iter().position(|it| it.path == Some(path) && left < FEW);
            if let Some(filter) = few.and_then(|few| conditions.get(few)) {
                let (table, sql) = rows(path, filter);
                let few = format!("+note_search.rowid IN (SELECT seq FROM {table} WHERE {sql})");
                conditions.push(condition(None, few, filter.values.clone()));
            }
            conditions.retain(|it| it.path != Some(Path::Places));
            path = Path::Search;
            conditions.push(condition(None, "note_search MATCH ?", [Value::from(expression)]));
        }
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
             WHERE {} ORDER BY {} LIMIT ?",
            self.path.tables(),
            wheres.join(" AND "),
            self.path.order(),
        );
        (sql, self.conditions.into_iter().flat_map(|it| it.values).collect())
    }
}

/// A walk by several spellings of a name, or verdicts on a hypothesis, is a walk for each: only so
/// is each in order.
fn parts(path: Path, mut conditions: Vec<Condition>) -> Vec<Selection> {
    let place = conditions.iter().position(|it| it.path == Some(path));
    if let (Path::Tag, Some(tagged)) = (path, place.and_then(|place| conditions.get_mut(place))) {
        TAGGED.clone_into(&mut tagged.sql);
    }
    let filter = place.and_then(|place| Some((place, conditions.get(place)?.clone())));
    let (place, each): (usize, Vec<Condition>) = match (path, filter) {
        (Path::Named(of), Some((place, Condition { values, .. }))) => {
            let sql = format!("note.{} = ?", column(of));
            let each = |name| condition(Some(path), &*sql, [name]);
            (place, values.into_iter().map(each).collect())
        }
        (Path::Supposed, Some((place, Condition { values, .. }))) => {
            let Some((hypothesis, verdicts)) = values.split_first() else { return Vec::new() };
            let each = |verdict: &Value| {
                condition(Some(path), SUPPOSED, [hypothesis.clone(), verdict.clone()])
            };
            (place, verdicts.iter().map(each).collect())
        }
        _ => return vec![Selection { path, conditions }],
    };
    let part = |one: Condition| {
        let mut conditions = conditions.clone();
        if let Some(filter) = conditions.get_mut(place) {
            *filter = one;
        }
        Selection { path, conditions }
    };
    each.into_iter().map(part).collect()
}

fn json(places: &[i64]) -> Value {
    let places: Vec<String> = places.iter().map(i64::to_string).collect();
    Value::from(format!("[{}]", places.join(",")))
}

fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
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
    if let Some(hypothesis) = query.hypothesis {
        let became = verdicts(query.verdict);
        let marks = vec!["?"; became.len()].join(", ");
        let sql = format!(
            "EXISTS (SELECT 1 FROM supposed WHERE supposed.seq = note.seq
                AND supposed.hypothesis = ? AND supposed.verdict IN ({marks}))"
        );
        let values = core::iter::once(hypothesis.as_str()).chain(became.iter().copied());
        let values: Vec<Value> = values.map(|it| Value::from(it.to_owned())).collect();
        filters.push(condition(Some(Path::Supposed), sql, values));
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
    filters.extend(query.says.as_ref().map(says));
    if let Some(without) = query.without {
        filters.push(condition(None, lacks(without), []));
    }
    if let Some(state) = query.state {
        let state = Value::from(state.as_str().to_owned());
        filters.push(condition(Some(Path::State), "work.state = ?", [state]));
    }
    Ok(filters)
}

/// What became of a hypothesis, by the names of table `supposed`: each note has one of these.
const fn verdicts(asked: Option<Verdict>) -> &'static [&'static str] {
    match asked {
        None => &["open", "confirmed", "rejected", "added"],
        Some(Verdict::Named) => &["open", "confirmed", "rejected"],
        Some(Verdict::Confirmed) => &["confirmed"],
        Some(Verdict::Rejected) => &["rejected"],
        Some(Verdict::Added) => &["added"],
    }
}

/// What a note's text says in a field of its kind, as the analysis reads it.
fn says(says: &Says) -> Condition {
    let of_kind = |kind: Kind, sql: &str, values: Vec<Value>| {
        condition(None, format!("note.kind = '{kind}' AND {sql}"), values)
    };
    let name = |name: Option<&str>| name.map(str::to_owned).map_or(Value::Null, Value::from);
    match says {
        Says::Price(currency, unit) => of_kind(
            Kind::Competitor,
            "note.body ->> '$.details.competitor.price.currency' = ?
             AND nullif(folded(note.body ->> '$.details.competitor.price.unit'), '') IS ?",
            vec![Value::from(currency.to_string()), name(unit.as_deref().map(fold).as_deref())],
        ),
        Says::Level => of_kind(
            Kind::Acceptance,
            "note.body ->> '$.details.acceptance.level' IS NOT NULL",
            Vec::new(),
        ),
        Says::LevelOf(relation) => of_kind(
            Kind::Acceptance,
            "note.body ->> '$.details.acceptance.level' IS NOT NULL
             AND note.body ->> '$.details.acceptance.relation' IS ?",
            vec![name(relation.map(Relation::as_str))],
        ),
        Says::Part(part) => of_kind(
            Kind::Gap,
            "note.body ->> '$.details.gap.part' IS ?",
            vec![name(part.map(Part::as_str))],
        ),
    }
}

/// A name of blanks is none.
const fn lacks(without: Without) -> &'static str {
    match without {
        Without::Product => "nullif(folded(note.product), '') IS NULL",
        Without::Topic => "work.topic_id IS NULL",
    }
}

/// Along what to walk, and how many it leaves, counted up to [`FEW`].
fn path(
    db: &Connection,
    filters: &[Condition],
    is_withdrawn: bool,
) -> Result<(Path, i64), StorageError> {
    if is_withdrawn {
        return Ok((Path::Withdrawn, FEW));
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
    Ok((fewest.1, fewest.0))
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
fn rows(path: Path, filter: &Condition) -> (String, String) {
    let sql = filter.sql.clone();
    let table = match path {
        Path::Tag => return ("tag".to_owned(), TAGGED.to_owned()),
        Path::Places => {
            return ("(SELECT value AS seq, json FROM json_each) AS place".to_owned(), sql);
        }
        Path::Supposed => {
            let marks = vec!["?"; filter.values.len().saturating_sub(1)].join(", ");
            return ("supposed".to_owned(), format!("hypothesis = ? AND verdict IN ({marks})"));
        }
        Path::Topic => "work INDEXED BY work_by_topic",
        Path::Starred => "work INDEXED BY work_starred",
        Path::Snoozed => "work INDEXED BY work_snoozed",
        Path::Assignee => "work INDEXED BY work_by_assignee",
        Path::State => "work INDEXED BY work_by_state",
        Path::Named(of) => return (format!("note INDEXED BY note_by_{}", column(of)), sql),
        Path::Rep => "note INDEXED BY note_by_rep",
        Path::Kind => "note INDEXED BY note_by_kind",
        Path::Search | Path::Withdrawn | Path::All => "note",
    };
    (table.to_owned(), sql)
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

#[cfg(test)]
mod tests {
    use protocol::note::Hypothesis;
    use rusqlite::params_from_iter;

    use super::*;

    /// Ninety notes, newest last, on thirty customers: of the North, the South, and nowhere in turns;
    /// the oldest twenty on one of the West. Every other note is classified, every third names a
    /// hypothesis.
    fn filled() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        crate::storage::prepare(&mut db).unwrap();
        db.execute_batch(
            "PRAGMA foreign_keys = OFF;
             WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 90)
             INSERT INTO note (seq, note_id, rep_id, device_id, kind, text, customer, body,
                saved_at_ms, utc_offset_minutes, received_at_ms)
             SELECT n, randomblob(16), unhex(printf('%032x', n % 2)), x'00', 'gap', 'words',
                CASE WHEN n <= 20 THEN 'West' ELSE 'c' || (n % 30) END,
                CASE n % 3 WHEN 0 THEN '{\"hypotheses\":[\"cycle\"]}' ELSE '{}' END, 0, 0, n
             FROM number;
             INSERT INTO work (note_id, seq, state)
                SELECT note_id, seq, CASE seq % 2 WHEN 0 THEN 'classified' ELSE 'new' END FROM note;
             INSERT INTO rep (rep_id, name, created_at_ms, region)
                VALUES (unhex(printf('%032x', 0)), 'Ben', 0, NULL),
                (unhex(printf('%032x', 1)), 'Ana', 0, 'East');
             WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 29)
             INSERT INTO reference (reference_id, kind, name, region)
                SELECT unhex(printf('%032x', n)), 'customer', 'c' || n,
                    CASE n % 3 WHEN 1 THEN 'North' WHEN 2 THEN 'South' END FROM number
                UNION ALL VALUES (unhex(printf('%032x', 30)), 'customer', 'west', 'West');
             INSERT INTO reference_name (kind, folded, reference_id, name, is_alias)
                SELECT kind, name, reference_id, name, 0 FROM reference;",
        )
        .unwrap();
        db.execute("UPDATE meta SET value = 90 WHERE name = 'shown_to'", []).unwrap();
        crate::storage::search::follow(&db).unwrap();
        db
    }

    fn found(db: &Connection, query: &InboxQuery, most: usize) -> (Vec<Path>, Vec<i64>) {
        let (mut paths, mut found) = (Vec::new(), Vec::new());
        for walk in Selection::of(db, query, 0).unwrap() {
            paths.push(walk.path);
            let (sql, mut values) = walk.sql("note.seq");
            values.push(Value::from(as_i64(most)));
            let mut statement = db.prepare(&sql).unwrap();
            let rows = statement.query_map(params_from_iter(values), |row| row.get(0)).unwrap();
            found.extend(rows.map(Result::unwrap).collect::<Vec<i64>>());
        }
        (paths, found)
    }

    fn from(region: &str) -> InboxQuery {
        InboxQuery { region: Some(region.to_owned()), ..InboxQuery::default() }
    }

    /// What the region is of, in words.
    fn is_from(region: &str, seq: i64) -> bool {
        let customers = match (seq, seq % 30 % 3) {
            (..=20, _) => Some("West"),
            (_, 1) => Some("North"),
            (_, 2) => Some("South"),
            _ => None,
        };
        customers.or((seq % 2 == 1).then_some("East")) == Some(region)
    }

    #[test]
    fn a_region_of_many_is_walked_from_its_newest_on_and_one_of_few_as_a_list() {
        let db = filled();
        for region in ["North", "South", "East", "West", "nowhere"] {
            let expected: Vec<i64> = (1..=90).rev().filter(|seq| is_from(region, *seq)).collect();
            let (paths, seqs) = found(&db, &from(region), 100);
            assert_eq!(seqs, expected, "{region}");
            let is_few = expected.len() < 10;
            assert_eq!(paths, [if is_few { Path::Places } else { Path::All }], "{region}");
            let before = InboxQuery { before: Some(protocol::Seq(40)), ..from(region) };
            let older: Vec<i64> = expected.iter().copied().filter(|seq| *seq < 40).collect();
            assert_eq!(found(&db, &before, 100).1, older, "{region}, page by page");
            let state = Some(protocol::console::work::WorkState::New);
            let new: Vec<i64> = expected.iter().copied().filter(|seq| seq % 2 == 1).collect();
            let (_, seqs) = found(&db, &InboxQuery { state, ..from(region) }, 100);
            assert_eq!(seqs, new, "{region}, new");
            let q = Some("words".to_owned());
            assert_eq!(found(&db, &InboxQuery { q, ..from(region) }, 100).1, expected, "{region}");
        }
        let old = InboxQuery { to_ms: Some(3), ..from("West") };
        assert_eq!(found(&db, &old, 100).1, [2, 1], "the plan keeps to the order");
        assert_eq!(found(&db, &from("North"), 3).1, [88, 85, 82], "the newest first");
    }

    #[test]
    fn few_of_a_region_are_a_list_that_is_newest_first() {
        let db = filled();
        db.execute("UPDATE reference SET region = 'Alps' WHERE name IN ('c1', 'c5', 'c9')", [])
            .unwrap();
        let (paths, seqs) = found(&db, &from("alps"), 100);
        assert_eq!(paths, [Path::Places]);
        assert_eq!(seqs, [69, 65, 61, 39, 35, 31]);
        assert_eq!(found(&db, &from("alps"), 2).1, [69, 65]);
        let before = InboxQuery { before: Some(protocol::Seq(61)), ..from("alps") };
        assert_eq!(found(&db, &before, 2).1, [39, 35]);
    }

    #[test]
    fn a_hypothesis_is_walked_along_its_own_table() {
        let db = filled();
        let query = |verdict| InboxQuery {
            hypothesis: Some(Hypothesis::Cycle),
            verdict,
            ..InboxQuery::default()
        };
        let expected: Vec<i64> = (1..=90).rev().filter(|seq| seq % 3 == 0).collect();
        let (paths, seqs) = found(&db, &query(Some(Verdict::Named)), 100);
        assert_eq!(paths, [Path::Supposed; 3], "a walk for each verdict");
        assert_eq!(seqs, expected);
        assert_eq!(found(&db, &query(Some(Verdict::Added)), 100).1, [] as [i64; 0]);
    }
}
