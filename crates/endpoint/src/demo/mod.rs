//! A demo: a company's last twenty weeks, believable and made up, but for customers' words about two
//! products, which are real. The same seed makes the same notes.

mod desk;
mod dice;
mod field;
mod notes;
mod phrases;
mod world;

use protocol::console::Role;
use protocol::console::people::UserId;
use protocol::console::reference::ReferenceText;
use protocol::mail::Referent;
use protocol::op::{Action, OpBody};
use protocol::{Amount, ClientTime, Currency, DeviceId, NoteId, OpId, Price, ReferenceId, RepId};
use rusqlite::Connection;

use crate::storage::objection::NotMade;
use crate::storage::ops::{self, Arrival, Sender};
use crate::storage::{StorageError, demo as rows, devices, reference, search, users};
use dice::Dice;
use notes::{Draft, Pen};
pub use world::PRODUCT;
use world::{COMPETITORS, CUSTOMERS, PRODUCTS, REPS};

const HOUR_MS: i64 = 3_600 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEKS: i64 = 20;
/// How long a phone may be without a network.
const OFFLINE_MS_MAX: i64 = 8 * HOUR_MS;
/// Notes that are written before the search takes them in.
const BITE: usize = 10_000;
/// What dice are for (see [`Stage::dice_of`]).
const MOMENTS: u64 = 1;
const NOTES: u64 = 2;
const DESK: u64 = 3;
/// Who does marketing's work in a demo, and who may let others in.
const MARKETER: &str = "claire@example.org";
const ADMIN: &str = "admin@localhost";

/// What a demo is to have.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// How many notes.
    pub notes: u32,
    /// What decides chance.
    pub seed: u64,
}

/// Secrets of two links, each good once.
pub struct Links {
    /// Of an invitation for the first rep.
    pub invitation: String,
    /// For the admin to sign in.
    pub sign_in: String,
}

/// A note that was written.
struct Written {
    /// Counted from 1.
    number: u64,
    note_id: NoteId,
    rep: usize,
    theme: Option<usize>,
    received_at_ms: i64,
    hypotheses: Vec<protocol::note::Hypothesis>,
}

/// What all parts of a demo use.
struct Stage<'a> {
    db: &'a Connection,
    seed: u64,
    /// Of what is made once. What there is much of has dice of its own, each, so that the same seed
    /// makes the same of it whenever it is made.
    dice: Dice,
    senders: Vec<Sender>,
    by: UserId,
    now_ms: i64,
}

/// Fills an empty database. All of it belongs to one transaction.
///
/// # Errors
/// Why nothing was written.
pub fn fill(db: &Connection, wanted: Wanted, now_ms: i64) -> Result<Links, StorageError> {
    let sign_in = users::add(db, ADMIN, Role::Admin, now_ms)?;
    users::add(db, MARKETER, Role::Marketer, now_ms)?;
    let by = db_user(db)?;
    let Wanted { notes, seed } = wanted;
    let mut stage = Stage { db, seed, dice: Dice::of(seed), senders: Vec::new(), by, now_ms };
    stage.put_people()?;
    stage.put_reference().map_err(failed)?;
    let written = stage.write_notes(notes)?;
    desk::work(&mut stage, &written)?;
    field::ask(&mut stage).map_err(failed)?;
    let first = REPS.first().map_or("First rep", |rep| rep.name);
    let invitation = devices::invite(db, first, now_ms)?;
    Ok(Links { invitation, sign_in })
}

fn db_user(db: &Connection) -> Result<UserId, StorageError> {
    users::id_of(db, MARKETER)?
        .ok_or_else(|| StorageError::Database("the demo's marketer is missing".to_owned()))
}

/// A demo makes nothing that could be refused; if it does, that is a bug and told as one.
fn failed(not_made: NotMade) -> StorageError {
    match not_made {
        NotMade::Failed(error) => error,
        NotMade::Refused(objection) => {
            StorageError::Database(format!("the demo was refused: {}", objection.detail))
        }
    }
}

fn unix_ms(at_ms: i64) -> u64 {
    u64::try_from(at_ms).unwrap_or_default()
}

impl Stage<'_> {
    /// Dice for the note of this number, for one of several purposes.
    const fn dice_of(&self, purpose: u64, number: u64) -> Dice {
        Dice::of(self.seed ^ (purpose << 40) ^ (number << 8))
    }

    const fn begin_ms(&self) -> i64 {
        self.now_ms - WEEKS * 7 * DAY_MS
    }

    fn put_people(&mut self) -> Result<(), StorageError> {
        let at_ms = self.begin_ms() - 3 * DAY_MS;
        for rep in REPS {
            let rep_id = RepId::new(unix_ms(at_ms), self.dice.bytes());
            rows::put_rep(self.db, rep_id, rep.name, rep.region, at_ms)?;
            let device_id = DeviceId::new(unix_ms(at_ms), self.dice.bytes());
            let seen_at_ms = self.now_ms - self.dice.below_i64(2 * DAY_MS);
            rows::put_device(self.db, device_id, rep_id, "Phone", at_ms, seen_at_ms)?;
            self.senders.push(Sender { device_id, rep_id });
        }
        Ok(())
    }

    fn put_reference(&mut self) -> Result<(), NotMade> {
        let at_ms = self.begin_ms();
        let text = |of, name: &str| ReferenceText {
            of,
            name: name.to_owned(),
            region: None,
            segment: None,
            price: None,
        };
        for customer in CUSTOMERS {
            let text = ReferenceText {
                region: Some(customer.region.to_owned()),
                segment: Some(customer.segment.to_owned()),
                ..text(Referent::Customer, customer.name)
            };
            self.put_entry(&text, &[], at_ms)?;
        }
        for product in PRODUCTS {
            let amount = Amount::from_ten_thousandths(product.cents * 100).ok();
            let price = amount.map(|amount| Price { amount, currency: Currency::EUR, unit: None });
            let text = ReferenceText { price, ..text(Referent::Product, product.name) };
            self.put_entry(&text, product.aliases, at_ms)?;
        }
        for competitor in COMPETITORS {
            self.put_entry(&text(Referent::Competitor, competitor.name), &[], at_ms)?;
        }
        Ok(())
    }

    fn put_entry(
        &mut self,
        text: &ReferenceText,
        aliases: &[&str],
        at_ms: i64,
    ) -> Result<(), NotMade> {
        let id = ReferenceId::new(unix_ms(at_ms), self.dice.bytes());
        reference::make(self.db, id, text, self.by, at_ms)?;
        aliases
            .iter()
            .try_for_each(|alias| reference::add_alias(self.db, id, alias, self.by, at_ms))
    }

    /// Writes notes in the order in which they are received.
    fn write_notes(&mut self, count: u32) -> Result<Vec<Written>, StorageError> {
        let mut moments: Vec<i64> =
            (0..u64::from(count)).map(|number| self.working_moment(number)).collect();
        moments.sort_unstable();
        let pen = Pen::new();
        let mut written = Vec::with_capacity(moments.len());
        for (number, received_at_ms) in (1..).zip(moments) {
            let progress = (received_at_ms - self.begin_ms()) * 1_000 / (WEEKS * 7 * DAY_MS);
            let mut dice = self.dice_of(NOTES, number);
            let Some(draft) = pen.write(&mut dice, progress) else { continue };
            let Draft { rep, theme, note } = draft;
            let hypotheses = note.hypotheses.clone();
            let offline_ms = if dice.percent(70) { 2_000 } else { dice.below_i64(OFFLINE_MS_MAX) };
            let saved_at_ms = received_at_ms - offline_ms;
            let note_id = NoteId::new(unix_ms(saved_at_ms), dice.bytes());
            let action = Action::Create(note);
            self.store(rep, note_id, action, saved_at_ms, received_at_ms)?;
            written.push(Written { number, note_id, rep, theme, received_at_ms, hypotheses });
            if written.len() % BITE == 0 {
                search::catch_up(self.db)?;
            }
        }
        search::catch_up(self.db)?;
        Ok(written)
    }

    /// On a weekday between eight and seven, of late more than before.
    fn working_moment(&self, number: u64) -> i64 {
        let mut dice = self.dice_of(MOMENTS, number);
        let span_ms = self.now_ms - self.begin_ms();
        loop {
            let ago_ms = dice.below_i64(span_ms);
            let ago_ms = if dice.percent(30) { ago_ms / 2 } else { ago_ms };
            let at_ms = self.now_ms - ago_ms;
            let (day, hour) = (at_ms.div_euclid(DAY_MS), at_ms.rem_euclid(DAY_MS) / HOUR_MS);
            // 1970 began on a Thursday.
            let is_working_day = (day + 3).rem_euclid(7) < 5;
            if is_working_day && (7..18).contains(&hour) {
                return at_ms;
            }
        }
    }

    /// Takes in an operation as if the rep's phone had sent it then.
    fn store(
        &mut self,
        rep: usize,
        note_id: NoteId,
        action: Action,
        saved_at_ms: i64,
        received_at_ms: i64,
    ) -> Result<(), StorageError> {
        let Some(sender) = self.senders.get(rep).copied() else { return Ok(()) };
        let body = OpBody {
            schema: protocol::limits::SCHEMA,
            note_id,
            parents: Vec::new(),
            saved_at: ClientTime { unix_ms: saved_at_ms, utc_offset_minutes: 60 },
            action,
        };
        let op_id = OpId::new(unix_ms(saved_at_ms), self.dice.bytes());
        let op = body.seal(op_id).map_err(|error| StorageError::Database(error.to_string()))?;
        let receipt = ops::store(self.db, sender, &Arrival::read(&op.json), received_at_ms)?;
        match receipt.and_then(|receipt| receipt.code) {
            None => Ok(()),
            Some(code) => Err(StorageError::Database(format!("the demo wrote a note: {code}"))),
        }
    }
}
