//! Marketing's endpoint: its real code over a real SQLite in memory, and what is kept beside it to
//! check its word: which operations each life of the database has committed.

mod backups;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::OnceLock;

use endpoint::storage;
use endpoint::storage::ops::Arrival;
use protocol::have::HaveRequest;
use protocol::history::Heads;
use protocol::limits::{PROTOCOL, PROTOCOL_OLDEST, PULL_CHANGES_MAX};
use protocol::push::{PushAnswer, PushRequest, Receipt, Verdict};
use protocol::token::TOKEN_MS;
use protocol::{Code, DeviceId, Epoch, MacKey, NoteId, OpId, RepId, Seq, Sha256, seal};
use rusqlite::{Connection, OptionalExtension, params};

use crate::broken::{Broken, Checked};
use crate::chance::Chance;
use crate::exchange::{self, Caller};
use crate::network::{Ask, Reply, Request};
use backups::Backup;

/// Where a committed operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Log,
    Quarantine,
}

/// How the endpoint does while it answers one request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mood {
    /// It dies before its commit, or after it and before the answer.
    pub(crate) crash: Option<Crash>,
    /// Receipts go missing, ask for another try, or are of strangers.
    pub(crate) odd: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    BeforeCommit,
    AfterCommit,
}

pub(crate) struct Server {
    db: Connection,
    epoch: Epoch,
    key: MacKey,
    /// In this life of the database, and in those before it.
    committed: BTreeMap<Epoch, Rc<BTreeMap<OpId, Shelf>>>,
    pub(crate) backups: Vec<Backup>,
    pub(crate) revoked: BTreeSet<DeviceId>,
    pub(crate) restores: usize,
    clock_off_ms: u64,
}

/// The database as it is born, made once: what every seed begins with.
fn newborn() -> Checked<&'static [u8]> {
    static FILE: OnceLock<Result<Vec<u8>, Broken>> = OnceLock::new();
    let made = FILE.get_or_init(|| {
        let mut db = Connection::open_in_memory()?;
        storage::prepare(&mut db)?;
        db.execute_batch("CREATE TABLE tok (h PRIMARY KEY, device_id, e)")?;
        Ok(db.serialize("main")?.to_vec())
    });
    made.as_deref().map_err(Clone::clone)
}

fn open(file: &[u8]) -> Checked<Connection> {
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", file, file.len(), false)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

impl Server {
    pub(crate) fn new(chance: &mut Chance) -> Checked<Self> {
        let db = open(newborn()?)?;
        let epoch = Epoch::new(crate::agenda::START_MS, chance.bytes());
        let key = MacKey::from_bytes(chance.bytes());
        db.execute(
            "UPDATE meta SET value = ?1 WHERE name = 'epoch'",
            [epoch.as_bytes().as_slice()],
        )?;
        let committed = BTreeMap::from([(epoch, Rc::default())]);
        Ok(Self {
            db,
            epoch,
            key,
            committed,
            backups: Vec::new(),
            revoked: BTreeSet::new(),
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

    /// What this device's answers are sealed with.
    pub(crate) fn receipt_key(&self, device_id: DeviceId) -> MacKey {
        self.key.derive(&[b"receipts", device_id.as_bytes()])
    }

    pub(crate) fn hire(&self, rep_id: RepId, name: &str) -> Checked {
        self.db.execute(
            "INSERT INTO rep (rep_id, name, created_at_ms) VALUES (?1, ?2, 0)",
            params![rep_id.as_bytes(), name],
        )?;
        Ok(())
    }

    pub(crate) fn enrol(&self, rep_id: RepId, device_id: DeviceId) -> Checked {
        self.db.execute(
            "INSERT INTO device (device_id, rep_id, name, secret_hash, enrolled_at_ms)
             VALUES (?1, ?2, 'phone', ?1, 0)",
            params![device_id.as_bytes(), rep_id.as_bytes()],
        )?;
        Ok(())
    }

    fn now_ms(&self, world_ms: u64) -> i64 {
        world_ms.wrapping_add(self.clock_off_ms) as i64
    }

    /// Answers one request: what it says is stored is stored when it returns.
    pub(crate) fn answer(
        &mut self,
        request: &Request,
        mood: Mood,
        is_forgotten: &dyn Fn(&OpId) -> bool,
        world_ms: u64,
        chance: &mut Chance,
    ) -> Checked<Reply> {
        let now_ms = self.now_ms(world_ms);
        if matches!(request.ask, Ask::Token) {
            self.db.execute(
                "INSERT OR IGNORE INTO device (device_id, rep_id, name, secret_hash, enrolled_at_ms)
                 VALUES (?1, ?2, 'phone', ?1, 0)",
                params![request.device_id.as_bytes(), request.rep_id.as_bytes()],
            )?;
            return self.issue(request.device_id, now_ms, chance);
        }
        let Some(token) = request.token else { return Ok(Reply::refused(Code::TokenMissing)) };
        let token_hash = Sha256::of(&token);
        let caller = match exchange::authenticate(&self.db, token_hash, now_ms)? {
            Ok(caller) => caller,
            Err(code) => return Ok(Reply::refused(code)),
        };
        match &request.ask {
            Ask::Token => Ok(Reply::Broken),
            Ask::Push { body, op_ids } => {
                let mut answer = match self.push(caller, token_hash, body, op_ids, mood, now_ms)? {
                    Ok(answer) => answer,
                    Err(code) => return Ok(Reply::refused(code)),
                };
                answer.receipts.retain(|receipt| !is_forgotten(&receipt.op_id));
                if let Some(draw) = mood.odd {
                    spoil(&mut answer.receipts, draw);
                }
                self.seal(caller.device_id, &answer)
            }
            Ask::Have(question) => self.have(caller, question, now_ms),
            Ask::Pull { cursor } => self.pull(caller, cursor.as_deref(), request, now_ms),
            Ask::Upload(_) => Ok(Reply::Uploaded { is_all: true }),
        }
    }

    fn issue(&self, device_id: DeviceId, now_ms: i64, chance: &mut Chance) -> Checked<Reply> {
        let token: [u8; 32] = chance.bytes();
        self.db.execute(
            "INSERT INTO tok VALUES (?1, ?2, ?3)",
            params![Sha256::of(&token).as_bytes(), device_id.as_bytes(), now_ms + TOKEN_MS as i64],
        )?;
        Ok(Reply::Token(token))
    }

    fn push(
        &mut self,
        caller: Caller,
        token_hash: Sha256,
        body: &str,
        op_ids: &[OpId],
        mood: Mood,
        now_ms: i64,
    ) -> Checked<Result<PushAnswer, Code>> {
        let Ok(request) = serde_json::from_str::<PushRequest<'_>>(body) else {
            return Ok(Err(Code::MalformedRequest));
        };
        if !(PROTOCOL_OLDEST..=PROTOCOL).contains(&request.protocol) {
            return Ok(Err(Code::UnsupportedProtocol));
        }
        if request.device_id != caller.device_id {
            return Ok(Err(Code::WrongDevice));
        }
        let arrivals: Vec<Arrival> =
            request.ops.iter().map(|raw| Arrival::read(raw.get())).collect();
        let transaction = self.db.unchecked_transaction()?;
        let answer = match exchange::authenticate(&transaction, token_hash, now_ms)? {
            Ok(caller) => exchange::push(&transaction, caller, &request, &arrivals, now_ms)?,
            Err(code) => Err(code),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(code) => return Ok(Err(code)),
        };
        if mood.crash == Some(Crash::BeforeCommit) {
            return Ok(Err(Code::Internal));
        }
        transaction.commit()?;
        self.note(op_ids)?;
        self.check_receipts(&answer)?;
        Ok(if mood.crash == Some(Crash::AfterCommit) { Err(Code::Internal) } else { Ok(answer) })
    }

    fn have(&self, caller: Caller, question: &HaveRequest, now_ms: i64) -> Checked<Reply> {
        match exchange::have(&self.db, caller, question, now_ms)? {
            Ok(answer) => {
                self.check_reader(caller)?;
                self.seal(caller.device_id, &answer)
            }
            Err(code) => Ok(Reply::refused(code)),
        }
    }

    fn pull(
        &self,
        caller: Caller,
        cursor: Option<&str>,
        request: &Request,
        now_ms: i64,
    ) -> Checked<Reply> {
        let (id, limit) = (request.request_id, PULL_CHANGES_MAX.min(7));
        match exchange::pull(&self.db, caller, cursor, limit, id, now_ms)? {
            Ok(answer) => {
                self.check_reader(caller)?;
                self.seal(caller.device_id, &answer)
            }
            Err(code) => Ok(Reply::refused(code)),
        }
    }

    fn seal(&self, device_id: DeviceId, answer: &impl serde::Serialize) -> Checked<Reply> {
        let text = seal::seal(&self.receipt_key(device_id), answer).map_err(Broken::machinery)?;
        Ok(Reply::Ours(text.into()))
    }

    /// SYNC.md §2, 10.
    fn check_reader(&self, caller: Caller) -> Checked {
        if self.revoked.contains(&caller.device_id) {
            return Err(Broken::new(10, format!("{} is revoked and reads", caller.device_id)));
        }
        Ok(())
    }

    /// SYNC.md §2, 6: whatever is confirmed is committed.
    fn check_receipts(&self, answer: &PushAnswer) -> Checked {
        for receipt in answer.receipts.iter().filter(|receipt| receipt.verdict.is_confirmed()) {
            if !self.has(answer.epoch, receipt.op_id) {
                return Err(Broken::new(6, format!("{} has a receipt, no commit", receipt.op_id)));
            }
        }
        Ok(())
    }

    /// Looks which of these are committed, with questions of its own.
    fn note(&mut self, op_ids: &[OpId]) -> Checked {
        let mut found = Vec::new();
        for op_id in op_ids {
            if let Some(shelf) = self.shelf(*op_id)? {
                found.push((*op_id, shelf));
            }
        }
        Rc::make_mut(self.committed.entry(self.epoch).or_default()).extend(found);
        Ok(())
    }

    fn shelf(&self, op_id: OpId) -> Checked<Option<Shelf>> {
        let id = op_id.as_bytes().as_slice();
        let log = "SELECT 1 FROM op WHERE op_id = ?1";
        if self.db.prepare_cached(log)?.exists([id])? {
            return Ok(Some(Shelf::Log));
        }
        let quarantine = "SELECT 1 FROM quarantine WHERE raw LIKE '%' || ?1 || '%'";
        let is_there = self.db.prepare_cached(quarantine)?.exists([op_id.to_string()])?;
        Ok(is_there.then_some(Shelf::Quarantine))
    }

    /// Whether this life of the database committed the operation.
    pub(crate) fn has(&self, epoch: Epoch, op_id: OpId) -> bool {
        self.committed.get(&epoch).is_some_and(|committed| committed.contains_key(&op_id))
    }

    /// What the present life of the database has committed.
    pub(crate) fn committed(&self) -> BTreeMap<OpId, Shelf> {
        self.committed.get(&self.epoch).map(|it| BTreeMap::clone(it)).unwrap_or_default()
    }

    /// The last place in the log of this rep's.
    pub(crate) fn last_seq(&self, rep_id: RepId) -> Checked<i64> {
        let query = "SELECT max(seq) FROM op JOIN device USING (device_id) WHERE rep_id = ?1";
        let last: Option<i64> = self
            .db
            .prepare_cached(query)?
            .query_row([rep_id.as_bytes().as_slice()], |row| row.get(0))?;
        Ok(last.unwrap_or_default())
    }

    /// All of this rep's up to this place in the log.
    pub(crate) fn log_up_to(&self, rep_id: RepId, seq: Seq) -> Checked<Vec<OpId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT op_id FROM op JOIN device USING (device_id) WHERE rep_id = ?1 AND seq <= ?2",
        )?;
        let rows = statement.query_map(params![rep_id.as_bytes(), seq.0], |row| {
            Ok(OpId::from_bytes(row.get(0)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes whose words are gone from here, 30 days after they were withdrawn.
    pub(crate) fn emptied(&self) -> Checked<BTreeSet<NoteId>> {
        let query = "SELECT note_id FROM op WHERE is_emptied
            AND NOT EXISTS (SELECT 1 FROM note WHERE note.note_id = op.note_id)";
        let mut statement = self.db.prepare_cached(query)?;
        let rows = statement.query_map([], |row| Ok(NoteId::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the inbox shows of this rep's notes.
    pub(crate) fn heads(&self, rep_id: RepId) -> Checked<BTreeMap<NoteId, Heads>> {
        let mut statement = self.db.prepare_cached(
            "SELECT note.note_id, coalesce(note.heads, op.op_id), note.withdrawn_at_ms IS NOT NULL
             FROM note JOIN op ON op.seq = note.seq WHERE note.rep_id = ?1",
        )?;
        let rows = statement.query_map([rep_id.as_bytes().as_slice()], |row| {
            let heads: Vec<u8> = row.get(1)?;
            let (ids, _) = heads.as_chunks::<16>();
            let contents = ids.iter().map(|id| OpId::from_bytes(*id)).collect();
            let heads = Heads { contents, is_withdrawn: row.get(2)? };
            Ok((NoteId::from_bytes(row.get(0)?), heads))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) const fn db(&self) -> &Connection {
        &self.db
    }

    pub(crate) fn sha256(&self, op_id: OpId) -> Checked<Option<Sha256>> {
        let found: Option<[u8; 32]> = self
            .db
            .prepare_cached("SELECT sha256 FROM op WHERE op_id = ?1")?
            .query_row([op_id.as_bytes().as_slice()], |row| row.get(0))
            .optional()?;
        Ok(found.map(Sha256::from_bytes))
    }
}

/// Receipts go missing, ask for another try, come twice, or are of strangers.
fn spoil(receipts: &mut Vec<Receipt>, draw: u64) {
    match draw % 4 {
        0 => {
            let mut bits = draw >> 2;
            receipts.retain(|_| {
                bits >>= 1;
                bits % 2 == 0
            });
        }
        1 => receipts.clear(),
        2 => {
            for receipt in receipts.iter_mut().filter(|it| it.verdict.is_confirmed()) {
                receipt.verdict = Verdict::Retry;
            }
        }
        _ => {
            let stranger = OpId::new(draw >> 20, [3; 10]);
            let verdict = Verdict::Rejected;
            receipts.push(Receipt { op_id: stranger, verdict, seq: None, code: None });
            receipts.extend_from_within(..);
        }
    }
}
