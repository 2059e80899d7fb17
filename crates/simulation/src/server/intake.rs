//! Answers requests with the endpoint's own functions, as its HTTP handlers do.

use std::rc::Rc;

use endpoint::exchange::{self, Caller, Intake};
use endpoint::storage::ops::Sender;
use endpoint::storage::{attachments, backup, tokens};
use protocol::attachment::UploadWord;
use protocol::have::HaveRequest;
use protocol::planted::{self, Bug};
use protocol::push::{PushAnswer, PushRequest, Receipt, Verdict};
use protocol::token::Proof;
use protocol::{AttachmentId, Code, OpId, Sha256, Signature, seal};

use serde::Deserialize;

use super::{Server, issue};
use crate::broken::{Broken, Checked};
use crate::chance::Chance;
use crate::network::{Ask, Reply, Request, Step};

/// Most changes of a page: few, so that there are pages.
const PAGE: u16 = 20;

/// How the endpoint does while it answers one request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mood<'a> {
    /// It dies.
    pub(crate) crash: Option<Crash>,
    /// Receipts go missing, ask for another try, or are of strangers.
    pub(crate) odd: Option<u64>,
    /// What somebody found there before.
    pub(crate) known: &'a [OpId],
}

/// A push, as it came.
struct Push<'a> {
    token_hash: Sha256,
    body: &'a str,
    op_ids: &'a [OpId],
    known: &'a [OpId],
}

/// All that is read of an operation that has to wait.
#[derive(Deserialize)]
struct Named {
    op_id: OpId,
}

/// When it dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    BeforeCommit,
    /// And before the answer.
    AfterCommit,
}

impl Server {
    /// Looks at a push before it waits for the one writer. Which of its operations are there
    /// already means nothing by the time that it is written: only a planted bug cares.
    pub(crate) fn look_at(&self, op_ids: &[OpId]) -> Vec<OpId> {
        if !planted::is(Bug::CheckThenInsert) {
            return Vec::new();
        }
        op_ids.iter().filter(|op_id| self.has(self.epoch, **op_id)).copied().collect()
    }

    /// Answers one request: what it says is stored is stored when it returns.
    pub(crate) fn answer(
        &mut self,
        request: &Request,
        mood: Mood<'_>,
        is_forgotten: &dyn Fn(&OpId) -> bool,
        world_ms: u64,
        chance: &mut Chance,
    ) -> Checked<Reply> {
        let now_ms = self.now_ms(world_ms);
        if matches!(request.ask, Ask::Token) {
            return self.token(request, now_ms, chance);
        }
        let Some(token) = &request.token else { return Ok(Reply::refused(Code::TokenMissing)) };
        let token_hash = Sha256::of(token.as_bytes());
        let caller = match exchange::authenticate(&self.db, token_hash, now_ms)? {
            Ok(caller) => caller,
            Err(code) => return Ok(Reply::refused(code)),
        };
        self.check_token(token, now_ms)?;
        match &request.ask {
            Ask::Token => Ok(Reply::Broken),
            Ask::Push { body, op_ids } => {
                let push = Push { token_hash, body, op_ids, known: mood.known };
                let mut answer = match self.push(&caller, &push, mood, now_ms)? {
                    Ok(answer) => answer,
                    Err(code) => return Ok(Reply::refused(code)),
                };
                answer.receipts.retain(|receipt| !is_forgotten(&receipt.op_id));
                if let Some(draw) = mood.odd {
                    spoil(&mut answer.receipts, draw);
                }
                self.seal(&caller, &answer)
            }
            Ask::Have(question) => self.have(&caller, question, now_ms),
            Ask::Pull { cursor } => self.pull(&caller, cursor.as_deref(), request, now_ms),
            Ask::Upload { attachment_id, step } => {
                self.upload(&caller, *attachment_id, step, mood, now_ms)
            }
        }
    }

    /// A challenge and its answer, in one.
    fn token(&mut self, request: &Request, now_ms: i64, chance: &mut Chance) -> Checked<Reply> {
        let device_id = request.device_id;
        let challenge = tokens::challenge(&self.db, device_id, chance.bytes(), now_ms)?;
        let admission = request.admission.clone();
        let proof = Proof { challenge, signature: Signature::from_bytes([0; 64]), admission };
        let work = self.db.begin()?;
        let issued = issue(&self.db, device_id, chance, &proof, now_ms)?;
        work.commit()?;
        Ok(match issued {
            Ok(token) => {
                self.note_token(&token, now_ms);
                Reply::Token(token.into())
            }
            Err(code) => Reply::refused(code),
        })
    }

    fn push(
        &mut self,
        caller: &Caller,
        push: &Push<'_>,
        mood: Mood<'_>,
        now_ms: i64,
    ) -> Checked<Result<PushAnswer, Code>> {
        let Push { token_hash, body, op_ids, known } = *push;
        let Ok(mut request) = serde_json::from_str::<PushRequest<'_>>(body) else {
            return Ok(Err(Code::MalformedRequest));
        };
        let postponed = postpone(&mut request, mood.odd, known);
        let intake = Intake::read(&request);
        let work = self.db.begin()?;
        let answer = match exchange::authenticate(&self.db, token_hash, now_ms)? {
            Ok(caller) => exchange::push(&self.db, &caller, &intake, now_ms)?,
            Err(code) => Err(code),
        };
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(code) => return Ok(Err(code)),
        };
        answer.receipts.extend(postponed);
        if mood.crash == Some(Crash::BeforeCommit) && planted::is(Bug::ReceiptBeforeCommit) {
            return Ok(Ok(answer));
        }
        if mood.crash == Some(Crash::BeforeCommit) {
            return Ok(Err(Code::Internal));
        }
        work.commit()?;
        self.note(caller.device_id, op_ids)?;
        self.check_receipts(&answer)?;
        Ok(if mood.crash == Some(Crash::AfterCommit) { Err(Code::Internal) } else { Ok(answer) })
    }

    fn have(&self, caller: &Caller, question: &HaveRequest, now_ms: i64) -> Checked<Reply> {
        match exchange::have(&self.db, caller, question, now_ms)? {
            Ok(answer) => {
                self.check_reader(caller.device_id)?;
                self.seal(caller, &answer)
            }
            Err(code) => Ok(Reply::refused(code)),
        }
    }

    fn pull(
        &self,
        caller: &Caller,
        cursor: Option<&str>,
        request: &Request,
        now_ms: i64,
    ) -> Checked<Reply> {
        match exchange::pull(&self.db, caller, cursor, PAGE, request.request_id, now_ms)? {
            Ok(answer) => {
                self.check_reader(caller.device_id)?;
                self.seal(caller, &answer)
            }
            Err(code) => Ok(Reply::refused(code)),
        }
    }

    /// A step of an upload, and the endpoint's sealed word on how far it has come.
    fn upload(
        &mut self,
        caller: &Caller,
        attachment_id: AttachmentId,
        step: &Step,
        mood: Mood<'_>,
        now_ms: i64,
    ) -> Checked<Reply> {
        let sender = Sender { device_id: caller.device_id, rep_id: caller.rep_id };
        let work = self.db.begin()?;
        let reached = match step {
            Step::Begin(attachment) => attachments::create(&self.db, sender, attachment, now_ms)?,
            Step::Piece { at, data } => {
                attachments::append(&self.db, sender, attachment_id, *at, data, now_ms)?
            }
        };
        if mood.crash == Some(Crash::BeforeCommit) {
            return Ok(Reply::refused(Code::Internal));
        }
        // A refusal may write, too: an upload that does not match begins anew.
        work.commit()?;
        let upload = match reached {
            Ok(upload) => upload,
            Err(code) => return Ok(Reply::refused(code)),
        };
        if upload.is_complete() {
            self.note_photo(attachment_id, upload.bytes)?;
        }
        if mood.crash == Some(Crash::AfterCommit) {
            return Ok(Reply::refused(Code::Internal));
        }
        let word = UploadWord {
            attachment_id,
            epoch: self.epoch,
            server_time_ms: now_ms,
            offset: upload.offset,
            is_complete: upload.is_complete(),
            log_seq: Some(backup::highest_seq(&self.db)?),
        };
        self.seal(caller, &word)
    }

    fn seal(&self, caller: &Caller, answer: &impl serde::Serialize) -> Checked<Reply> {
        let key = self.keys()?.receipts(caller.device_id);
        let text = seal::seal(&key, answer).map_err(Broken::machinery)?;
        Ok(Reply::Ours(Rc::from(text)))
    }
}

/// Takes some operations out of the request, with a word on each: not now. Under a planted bug
/// those too that were there when somebody looked.
fn postpone(request: &mut PushRequest<'_>, odd: Option<u64>, known: &[OpId]) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    let mut bits = odd.filter(|draw| draw % 5 == 4).unwrap_or_default() >> 3;
    request.ops.retain(|raw| {
        let Ok(Named { op_id }) = serde_json::from_str(raw.get()) else { return true };
        bits >>= 1;
        let verdict = match known.contains(&op_id) {
            true => Verdict::Duplicate,
            false if bits % 2 == 1 => Verdict::Retry,
            false => return true,
        };
        // A missing receipt says the same as one that asks for another try.
        if verdict == Verdict::Duplicate || bits % 4 == 1 {
            receipts.push(Receipt { op_id, verdict, seq: None, code: None });
        }
        false
    });
    receipts
}

/// Receipts go missing, ask for another try, come twice, or are of strangers.
fn spoil(receipts: &mut Vec<Receipt>, draw: u64) {
    match draw % 5 {
        0 => {
            let mut bits = draw >> 2;
            receipts.retain(|_| {
                bits >>= 1;
                bits.is_multiple_of(2)
            });
        }
        1 => receipts.clear(),
        2 => {
            for receipt in receipts.iter_mut().filter(|it| it.verdict.is_confirmed()) {
                receipt.verdict = Verdict::Retry;
            }
        }
        3 => {
            let stranger = OpId::new(draw >> 20, [3; 10]);
            let verdict = Verdict::Rejected;
            receipts.push(Receipt { op_id: stranger, verdict, seq: None, code: None });
            receipts.extend_from_within(..);
        }
        // Some were postponed, truly.
        _ => {}
    }
}
