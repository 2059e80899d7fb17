//! What analysis needs of every note, in memory: a hundred thousand notes are counted in a few
//! milliseconds there, and take the database tenths of a second.
//!
//! It catches up before each use by table note_change, which triggers keep: each note that began,
//! was edited, withdrawn or worked on since `tick` is read again, and nothing else. Names are kept as
//! reps write them, each once; what they mean is looked up when it is asked (`reference`).

use std::collections::HashMap;

use protocol::mail::Referent;
use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::price::{Amount, Price};
use protocol::{Currency, Details, Note, RepId, TopicId};
use rusqlite::{Connection, Row};

use super::reference::{Mentions, fold};
use super::{StorageError, id_bytes, unreadable};

/// The place of a name, or a unit, in its list.
pub(super) type Place = u32;

/// Everything about all notes that are not withdrawn.
#[derive(Default)]
pub struct Facts {
    tick: i64,
    pub(super) notes: Vec<Fact>,
    by_seq: HashMap<i64, usize>,
    /// Of customers, products and competitors.
    names: [Names; 3],
    pub(super) units: Names,
}

/// What analysis needs of a note.
pub(super) struct Fact {
    seq: i64,
    pub(super) received_at_ms: i64,
    pub(super) rep_id: RepId,
    pub(super) customer: Option<Place>,
    pub(super) product: Option<Place>,
    pub(super) said: Said,
    /// The rep's hypotheses, a bit each in their order.
    pub(super) named: u8,
    /// Marketing's.
    pub(super) seen: Option<u8>,
    pub(super) topic: Option<TopicId>,
    pub(super) read_at_ms: Option<i64>,
    pub(super) classified_at_ms: Option<i64>,
    pub(super) closed_at_ms: Option<i64>,
}

/// What only one kind says.
pub(super) enum Said {
    Sighting(Box<Sighting>),
    Acceptance(Option<AcceptanceLevel>, Option<Relation>),
    Need(Option<Urgency>),
    Gap(Option<Part>),
}

pub(super) struct Sighting {
    pub(super) competitor: Option<Place>,
    pub(super) price: Option<Money>,
    pub(super) ours: Option<Money>,
    pub(super) comparison: Option<Comparison>,
}

/// A price whose unit is a place in [`Facts::units`].
#[derive(Clone, Copy)]
pub(super) struct Money {
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) unit: Option<Place>,
}

/// Names, each once, as they are written.
#[derive(Default)]
pub(super) struct Names {
    places: HashMap<String, Place>,
    pub(super) names: Vec<Name>,
}

pub(super) struct Name {
    pub(super) written: String,
    pub(super) folded: String,
    /// How many notes write it so.
    notes: u64,
}

impl Names {
    fn place(&mut self, name: Option<&str>) -> Option<Place> {
        let name = name.filter(|name| !name.trim().is_empty())?;
        if let Some(place) = self.places.get(name) {
            return Some(*place);
        }
        let place = Place::try_from(self.names.len()).ok()?;
        let (written, folded) = (name.to_owned(), fold(name));
        self.names.push(Name { written, folded, notes: 0 });
        self.places.insert(name.to_owned(), place);
        Some(place)
    }

    pub(super) fn get(&self, place: Place) -> Option<&Name> {
        self.names.get(usize::try_from(place).ok()?)
    }

    fn count(&mut self, place: Option<Place>, is_more: bool) {
        let at = place.and_then(|place| usize::try_from(place).ok());
        if let Some(name) = at.and_then(|at| self.names.get_mut(at)) {
            name.notes = if is_more { name.notes + 1 } else { name.notes.saturating_sub(1) };
        }
    }
}

impl Facts {
    /// Reads what changed since the last time; the view shows all notes.
    ///
    /// # Errors
    /// Why it could not be read. What was read stands.
    pub fn catch_up(&mut self, db: &Connection) -> Result<(), StorageError> {
        let mut query = db.prepare_cached(
            "SELECT note_change.tick, note_change.seq, note.rep_id, note.received_at_ms, note.body,
                work.topic_id, work.hypotheses, work.read_at_ms, work.classified_at_ms,
                work.closed_at_ms
             FROM note_change
             LEFT JOIN note ON note.seq = note_change.seq AND note.withdrawn_at_ms IS NULL
             LEFT JOIN work ON work.seq = note_change.seq
             WHERE note_change.tick > ?1 ORDER BY note_change.tick",
        )?;
        let mut rows = query.query([self.tick])?;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(1)?;
            self.forget(seq);
            if let Some(fact) = self.read(row, seq)? {
                self.count(&fact, true);
                self.by_seq.insert(seq, self.notes.len());
                self.notes.push(fact);
            }
            self.tick = row.get(0)?;
        }
        Ok(())
    }

    fn forget(&mut self, seq: i64) {
        let Some(at) = self.by_seq.remove(&seq) else { return };
        let fact = self.notes.swap_remove(at);
        self.count(&fact, false);
        if let Some(moved) = self.notes.get(at) {
            self.by_seq.insert(moved.seq, at);
        }
    }

    fn count(&mut self, fact: &Fact, is_more: bool) {
        let competitor = match &fact.said {
            Said::Sighting(sighting) => sighting.competitor,
            _ => None,
        };
        self.names[Referent::Customer as usize].count(fact.customer, is_more);
        self.names[Referent::Product as usize].count(fact.product, is_more);
        self.names[Referent::Competitor as usize].count(competitor, is_more);
    }

    /// None where the note is withdrawn or gone.
    fn read(&mut self, row: &Row<'_>, seq: i64) -> Result<Option<Fact>, StorageError> {
        let Some(body) = row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)? else {
            return Ok(None);
        };
        let note: Note = serde_json::from_str(body).map_err(unreadable)?;
        let topic: Option<[u8; 16]> = row.get(5)?;
        let seen: Option<String> = row.get(6)?;
        let seen: Option<Vec<Hypothesis>> =
            seen.map(|seen| serde_json::from_str(&seen)).transpose().map_err(unreadable)?;
        Ok(Some(Fact {
            seq,
            received_at_ms: row.get(3)?,
            rep_id: RepId::from_bytes(id_bytes(row, 2)?),
            customer: self.names_of(Referent::Customer).place(note.customer.as_deref()),
            product: self.names_of(Referent::Product).place(note.product.as_deref()),
            said: self.said(&note.details),
            named: bits(&note.hypotheses),
            seen: seen.as_deref().map(bits),
            topic: topic.map(TopicId::from_bytes),
            read_at_ms: row.get(7)?,
            classified_at_ms: row.get(8)?,
            closed_at_ms: row.get(9)?,
        }))
    }

    fn said(&mut self, details: &Details) -> Said {
        match details {
            Details::Competitor(it) => Said::Sighting(Box::new(Sighting {
                competitor: self.names_of(Referent::Competitor).place(it.competitor.as_deref()),
                price: it.price.as_ref().map(|price| self.money(price)),
                ours: it.our_price.as_ref().map(|price| self.money(price)),
                comparison: it.comparison,
            })),
            Details::Acceptance(it) => Said::Acceptance(it.level, it.relation),
            Details::Need(it) => Said::Need(it.urgency),
            Details::Gap(it) => Said::Gap(it.part),
        }
    }

    fn money(&mut self, price: &Price) -> Money {
        let unit = self.units.place(price.unit.as_deref());
        Money { amount: price.amount, currency: price.currency, unit }
    }

    fn names_of(&mut self, of: Referent) -> &mut Names {
        &mut self.names[of as usize]
    }

    pub(super) const fn names(&self, of: Referent) -> &Names {
        &self.names[of as usize]
    }

    /// How many notes write each folded name.
    #[must_use]
    pub fn mentions(&self, of: Referent) -> Mentions {
        let mut mentions = Mentions::new();
        for name in self.names(of).names.iter().filter(|name| name.notes > 0) {
            *mentions.entry(name.folded.clone()).or_default() += name.notes;
        }
        mentions
    }

    /// Of each folded name the spelling in most notes.
    #[must_use]
    pub fn spellings(&self, of: Referent) -> HashMap<String, String> {
        let mut most: HashMap<&str, &Name> = HashMap::new();
        for name in &self.names(of).names {
            let known = most.entry(&name.folded).or_insert(name);
            if name.notes > known.notes {
                *known = name;
            }
        }
        let own = |(folded, name): (&str, &Name)| (folded.to_owned(), name.written.clone());
        most.into_iter().map(own).collect()
    }
}

/// A bit for each hypothesis, in their order.
pub(super) fn bits(hypotheses: &[Hypothesis]) -> u8 {
    hypotheses.iter().fold(0, |bits, hypothesis| bits | 1 << *hypothesis as u8)
}
