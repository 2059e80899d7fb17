//! Notes that may say the same: like one, or like each other. Candidates come from the search's
//! index; how alike they are is reckoned by `similarity`.

use std::collections::{HashMap, HashSet};

use protocol::console::topics::{Similar, Suggestion, TopicRef};
use protocol::console::work::WorkState;
use protocol::console::{InboxNote, InboxQuery};
use protocol::mail::Referent;
use protocol::{Kind, Note, NoteId, Seq, TopicId};
use rusqlite::{Connection, params};

use super::names::{Meaning, Meanings};
use super::search::beginnings_expression;
use super::selection::around;
use super::{StorageError, id_bytes, notes, unreadable};
use crate::similarity::{ALIKE, Corpus, VERY_ALIKE, groups};

/// Notes against which words are weighed, besides the candidates.
const BACKGROUND: i64 = 500;
/// The rarest words of a note, by which candidates are looked up.
const WORDS: usize = 8;
/// Candidates, the newest.
const CANDIDATES: i64 = 500;
/// Notes of a list of similar ones.
const SIMILAR_MAX: usize = 20;
/// What was received longer before or after is another story.
const AROUND_MS: i64 = 180 * 24 * 3_600 * 1_000;
/// Notes among which groups are looked for.
const SUGGESTED_AMONG: usize = 1_000;
/// Groups of a list of suggestions.
const SUGGESTIONS_MAX: usize = 20;
/// Notes of each topic that stand for it.
const TOPIC_SAMPLE: i64 = 5;
/// Words of a suggestion.
const SHARED_MAX: usize = 5;

/// What a note is about, beside its words: two that name different products are not compared.
struct About {
    kind: Kind,
    product: Option<Meaning>,
    competitor: Option<Meaning>,
}

impl About {
    fn may_be(&self, other: &Self) -> bool {
        let fits = |a: &Option<Meaning>, b: &Option<Meaning>| a.is_none() || b.is_none() || a == b;
        self.kind == other.kind
            && fits(&self.product, &other.product)
            && fits(&self.competitor, &other.competitor)
    }
}

/// What names of products and competitors mean.
struct Names {
    products: Meanings,
    competitors: Meanings,
}

impl Names {
    fn of(db: &Connection) -> Result<Self, StorageError> {
        let products = Meanings::of(db, Referent::Product)?;
        Ok(Self { products, competitors: Meanings::of(db, Referent::Competitor)? })
    }

    fn about(&self, note: &Note) -> About {
        About {
            kind: note.kind(),
            product: note.product.as_deref().and_then(|name| self.products.of_name(name)),
            competitor: note.competitor().and_then(|name| self.competitors.of_name(name)),
        }
    }
}

/// Notes of the same kind, product and competitor that may say the same as this one, the most
/// similar first; none where there is no such note. The search has to be caught up.
///
/// # Errors
/// Why they could not be read.
pub fn to_note(db: &Connection, note_id: NoteId) -> Result<Option<Vec<Similar>>, StorageError> {
    let Some(note) = notes::one(db, note_id)? else { return Ok(None) };
    let background = texts_of_kind(db, &note)?;
    let mut texts: Vec<&str> = vec![&note.note.text];
    texts.extend(background.iter().map(|text| &**text));
    let words = Corpus::of(&texts).rarest(0, WORDS);
    let names = Names::of(db)?;
    let about = names.about(&note.note);
    let mut candidates = candidates(db, &note, &words)?;
    candidates.retain(|it| about.may_be(&names.about(&it.note)));
    let mut texts: Vec<&str> = vec![&note.note.text];
    texts.extend(candidates.iter().map(|it| &*it.note.text));
    texts.extend(background.iter().map(|text| &**text));
    let corpus = Corpus::of(&texts);
    let mut scored: Vec<(f64, InboxNote)> = Vec::new();
    for (place, candidate) in candidates.into_iter().enumerate() {
        let score = corpus.score(0, place + 1);
        if score >= ALIKE {
            scored.push((score, candidate));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(SIMILAR_MAX);
    let similar = |(score, note)| Similar { note, score: hundredths(score) };
    Ok(Some(scored.into_iter().map(similar).collect()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 100 after the clamp"
)]
fn hundredths(score: f64) -> u8 {
    (score * 100.0).round().clamp(0.0, 100.0) as u8
}

/// The newest texts of a note's kind.
fn texts_of_kind(db: &Connection, note: &InboxNote) -> Result<Vec<String>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT text FROM note INDEXED BY note_by_kind
         WHERE kind = ?1 AND withdrawn_at_ms IS NULL AND seq <> ?2 ORDER BY seq DESC LIMIT ?3",
    )?;
    let kind = note.note.kind();
    let rows = query.query_map(params![kind.as_str(), note.seq.0, BACKGROUND], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest notes of the same kind around that time which have one of these words.
fn candidates(
    db: &Connection,
    note: &InboxNote,
    words: &[String],
) -> Result<Vec<InboxNote>, StorageError> {
    let Some(expression) = beginnings_expression(words, note.note.kind()) else {
        return Ok(Vec::new());
    };
    let mut query = db.prepare_cached(
        "SELECT note.note_id FROM note_search CROSS JOIN note ON note.seq = note_search.rowid
         WHERE note_search MATCH ?1 AND note.withdrawn_at_ms IS NULL AND note.seq <> ?2
            AND note.received_at_ms BETWEEN ?3 AND ?4 AND note_search.rowid BETWEEN ?5 AND ?6
         ORDER BY note_search.rowid DESC LIMIT ?7",
    )?;
    let (from_ms, to_ms) = (
        note.received_at_ms.saturating_sub(AROUND_MS),
        note.received_at_ms.saturating_add(AROUND_MS),
    );
    let (first, last) = around(db, from_ms, to_ms)?;
    let rows = query.query_map(
        params![expression, note.seq.0, from_ms, to_ms, first, last, CANDIDATES],
        |row| Ok(NoteId::from_bytes(id_bytes(row, 0)?)),
    )?;
    let note_ids = rows.collect::<Result<Vec<_>, _>>()?;
    note_ids.into_iter().filter_map(|note_id| notes::one(db, note_id).transpose()).collect()
}

/// Groups among the newest notes that wait for their place, those of the most customers first.
///
/// # Errors
/// Why they could not be read.
pub fn suggestions(db: &Connection, now_ms: i64) -> Result<Vec<Suggestion>, StorageError> {
    let mut waiting: Vec<Option<InboxNote>> = waiting(db, now_ms)?.into_iter().map(Some).collect();
    let names = Names::of(db)?;
    let customers = Meanings::of(db, Referent::Customer)?;
    let samples = samples(db)?;
    let notes: Vec<&Note> = waiting
        .iter()
        .filter_map(|it| it.as_ref().map(|it| &it.note))
        .chain(samples.iter().map(|(_, note)| note))
        .collect();
    let texts: Vec<&str> = notes.iter().map(|note| &*note.text).collect();
    let corpus = Corpus::of(&texts);
    let about: Vec<About> = notes.iter().map(|note| names.about(note)).collect();
    let score = |one: usize, other: usize| match (about.get(one), about.get(other)) {
        (Some(a), Some(b)) if a.may_be(b) => corpus.score(one, other),
        _ => 0.0,
    };
    let mut found: Vec<(usize, Vec<usize>)> = groups(waiting.len(), VERY_ALIKE, score)
        .into_iter()
        .map(|group| {
            let of = |place: &usize| notes.get(*place).and_then(|note| note.customer.as_deref());
            let named: HashSet<Meaning> =
                group.iter().filter_map(of).filter_map(|name| customers.of_name(name)).collect();
            (named.len(), group)
        })
        .collect();
    found.sort_by_key(|(customers, group)| std::cmp::Reverse((*customers, group.len())));
    found.truncate(SUGGESTIONS_MAX);
    let first_sample = waiting.len();
    let nearest = |group: &[usize]| {
        let mut totals: HashMap<TopicId, (f64, f64)> = HashMap::new();
        for (place, (topic, _)) in samples.iter().enumerate() {
            for one in group {
                let total = totals.entry(topic.topic_id).or_default();
                *total = (total.0 + score(*one, first_sample + place), total.1 + 1.0);
            }
        }
        let means = totals.into_iter().map(|(topic_id, (sum, count))| (sum / count, topic_id));
        let best = means.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        let topic = samples.iter().find(|(topic, _)| topic.topic_id == best.1)?;
        (best.0 >= VERY_ALIKE).then(|| topic.0.clone())
    };
    let described: Vec<_> = found
        .into_iter()
        .map(|(_, group)| (corpus.shared(&group, SHARED_MAX), nearest(&group), group))
        .collect();
    let suggestion = |(words, topic, mut group): (Vec<String>, _, Vec<usize>)| {
        group.sort_unstable();
        let take = |place: usize| waiting.get_mut(place).and_then(Option::take);
        Suggestion { words, notes: group.into_iter().filter_map(take).collect(), topic }
    };
    Ok(described.into_iter().map(suggestion).collect())
}

/// The newest notes that nobody has found a place for, newest first.
fn waiting(db: &Connection, now_ms: i64) -> Result<Vec<InboxNote>, StorageError> {
    let mut found: Vec<InboxNote> = Vec::new();
    for state in [WorkState::New, WorkState::Read] {
        let mut before: Option<Seq> = None;
        let enough = found.len() + SUGGESTED_AMONG;
        while found.len() < enough {
            let query = InboxQuery {
                state: Some(state),
                before,
                limit: Some(200),
                ..InboxQuery::default()
            };
            let page = notes::page_at(db, &query, now_ms)?;
            found.extend(page.notes.into_iter().filter(|note| note.work.topic.is_none()));
            before = page.next_before;
            if before.is_none() {
                break;
            }
        }
    }
    found.sort_by_key(|note| std::cmp::Reverse(note.seq));
    found.truncate(SUGGESTED_AMONG);
    Ok(found)
}

/// The newest notes of each topic that takes notes.
fn samples(db: &Connection) -> Result<Vec<(TopicRef, Note)>, StorageError> {
    let mut query = db.prepare_cached(
        "SELECT topic.topic_id, topic.title, note.body
         FROM topic CROSS JOIN note ON note.seq IN
            (SELECT seq FROM work WHERE work.topic_id = topic.topic_id
             ORDER BY work.seq DESC LIMIT ?1)
         WHERE topic.merged_into IS NULL",
    )?;
    let rows = query.query_map([TOPIC_SAMPLE], |row| {
        let topic_id = TopicId::from_bytes(id_bytes(row, 0)?);
        let body: String = row.get(2)?;
        let note = serde_json::from_str(&body).map_err(unreadable)?;
        Ok((TopicRef { topic_id, title: row.get(1)? }, note))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
