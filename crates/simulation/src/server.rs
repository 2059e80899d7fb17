//! Marketing's endpoint: its real code over a real SQLite in memory.
//!
//! `intake` answers requests, `backups` makes copies and restores them, `books` keeps beside the
//! database what is needed to check its word.

mod backups;
mod books;
mod database;
mod intake;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use endpoint::storage::keys::Keys;
use endpoint::storage::{devices, mail, tokens};
use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::mail::{Content, Remark};
use protocol::planted::{self, Bug};
use protocol::token::TOKEN_MS;
use protocol::{Code, DeviceId, Epoch, NoteId, PublicKey, RemarkId, RepId, Signature};
use rusqlite::{Connection, params};

use crate::agenda::START_MS;
use crate::broken::Checked;
use crate::chance::Chance;
use backups::Backup;
use books::Books;
pub(crate) use books::Shelf;
use database::Database;
pub(crate) use intake::{Crash, Mood};

pub(crate) struct Server {
    db: Database,
    epoch: Epoch,
    /// What this life of the database and those before it have committed.
    committed: BTreeMap<Epoch, Rc<Books>>,
    pub(crate) backups: Vec<Backup>,
    pub(crate) revoked: BTreeSet<DeviceId>,
    /// Who was ever shut out: a restore can undo it, but not what the device heard.
    pub(crate) ever_revoked: BTreeSet<DeviceId>,
    /// Until when each token is good, by the endpoint's clock.
    tokens: BTreeMap<Rc<str>, i64>,
    pub(crate) restores: usize,
    clock_off_ms: u64,
}

impl Server {
    /// An endpoint whose epoch and key are this chance's, so that a seed is the same every time.
    pub(crate) fn new(chance: &mut Chance) -> Checked<Self> {
        let db = Database::newborn()?;
        let epoch = Epoch::new(START_MS, chance.bytes());
        let mut meta = db.prepare("UPDATE meta SET value = ?2 WHERE name = ?1")?;
        meta.execute(params!["epoch", epoch.as_bytes()])?;
        meta.execute(params!["endpoint_key", chance.bytes::<32>()])?;
        drop(meta);
        if planted::is(Bug::NoUniqueKey) || planted::is(Bug::CheckThenInsert) {
            drop_unique_key(&db)?;
        }
        Ok(Self {
            db,
            epoch,
            committed: BTreeMap::from([(epoch, Rc::default())]),
            backups: Vec::new(),
            revoked: BTreeSet::new(),
            ever_revoked: BTreeSet::new(),
            tokens: BTreeMap::new(),
            restores: 0,
            clock_off_ms: 0,
        })
    }

    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(crate) const fn set_clock(&mut self, off_ms: u64) {
        self.clock_off_ms = off_ms;
    }

    fn now_ms(&self, world_ms: u64) -> i64 {
        world_ms.wrapping_add(self.clock_off_ms) as i64
    }

    fn keys(&self) -> Checked<Keys> {
        Ok(Keys::of(&self.db)?)
    }

    pub(crate) fn hire(&self, rep_id: RepId, name: &str) -> Checked {
        self.db.execute(
            "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, 0)",
            params![rep_id.as_bytes(), name],
        )?;
        Ok(())
    }

    /// Makes a link for this rep. A restored database may not know them any more.
    pub(crate) fn invite(&self, rep_name: &str, world_ms: u64) -> Checked<String> {
        Ok(devices::invite(&self.db, rep_name, self.now_ms(world_ms))?)
    }

    /// A browser enrols. Its signature is taken for good: signatures have tests of their own.
    pub(crate) fn enrol(
        &self,
        invitation: &str,
        public_key: PublicKey,
        device_id: DeviceId,
        world_ms: u64,
    ) -> Checked<Result<EnrolAnswer, Code>> {
        let request = EnrolRequest {
            invitation: invitation.to_owned(),
            public_key,
            signature: Signature::from_bytes([0; 64]),
            device_name: "phone".to_owned(),
        };
        Ok(devices::enrol(&self.db, &request, device_id, self.now_ms(world_ms))?)
    }

    /// An admin shuts a device out.
    pub(crate) fn revoke(&mut self, device_id: DeviceId, world_ms: u64) -> Checked {
        if devices::revoke(&self.db, device_id, self.now_ms(world_ms))? {
            self.revoked.insert(device_id);
            self.ever_revoked.insert(device_id);
        }
        Ok(())
    }

    /// All tokens are gone, as after a restore.
    /// Marketing tells a rep, or (none) everyone, something under one of a few keys; without a text
    /// it takes back what it told.
    pub(crate) fn tell(&self, to: Option<RepId>, which: u64, text: Option<String>) -> Checked {
        // A key is everyone's or a rep's, never both.
        let remark_id = RemarkId::new(which, [u8::from(to.is_none()); 10]);
        let (note_id, by, at_ms) = (NoteId::new(which, [0; 10]), String::new(), 0);
        let is_told = text.is_some();
        let text = text.unwrap_or_default();
        let letter = Content::Remark(Remark { remark_id, note_id, by, at_ms, text });
        let work = self.db.begin()?;
        match is_told {
            true => mail::post(&self.db, to, &letter)?,
            false => mail::take_back(&self.db, to, &letter.key())?,
        }
        work.commit()
    }

    pub(crate) fn forget_tokens(&self) -> Checked {
        self.db.execute("DELETE FROM token", [])?;
        Ok(())
    }

    fn note_token(&mut self, token: &str, now_ms: i64) {
        self.tokens.insert(token.into(), now_ms.saturating_add_unsigned(TOKEN_MS));
    }
}

/// The log without its unique key: what a planted bug needs.
fn drop_unique_key(db: &Connection) -> Checked {
    let sql: String =
        db.query_row("SELECT sql FROM sqlite_schema WHERE name = 'op'", [], |row| row.get(0))?;
    let mut indexes = db.prepare(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = 'op' AND type = 'index' AND sql NOT NULL",
    )?;
    let indexes: Vec<String> =
        indexes.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let sql = sql.replace("op_id BLOB NOT NULL UNIQUE", "op_id BLOB NOT NULL");
    db.execute_batch(&format!("DROP TABLE op; {sql}; {}", indexes.join(";")))?;
    Ok(())
}

/// A chance that became a token.
fn issue(
    db: &Connection,
    device_id: DeviceId,
    chance: &mut Chance,
    proof: &protocol::token::Proof,
    now_ms: i64,
) -> Checked<Result<String, Code>> {
    let signer = match tokens::key_of(db, device_id, &proof.admission)? {
        Ok(signer) => signer,
        Err(code) => return Ok(Err(code)),
    };
    // Instead of a signature: only the holder of the private half makes one that this key takes.
    if signer != proof.admission.public_key {
        return Ok(Err(Code::ProofRefused));
    }
    Ok(tokens::grant(db, device_id, proof, signer, chance.bytes(), now_ms)?)
}
