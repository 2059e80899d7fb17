//! Requests on their way there, and replies on their way back.

use std::rc::Rc;

use protocol::attachment::UploadWord;
use protocol::have::HaveAnswer;
use protocol::mail;
use protocol::op::Op;
use protocol::planted::{self, Bug};
use protocol::pull::{Change, PullAnswer, RawChange, What};
use protocol::push::{Lane, PushAnswer, Receipt, Verdict};
use protocol::{BatchId, Code, MacKey, OpId, Seq, Sha256, seal};
use serde_json::value::RawValue;
use sync::{Event, Outcome, PageHead};

use crate::broken::{Broken, Checked};
use crate::device::store::{Letter, Page};
use crate::faults::Fault;
use crate::network::{self, Ask, Fate, Reply, Request, Spoilt, Step};
use crate::server::{Crash, Mood};
use crate::world::{Happening, World};
use crate::writing::Nature;

/// What anybody on the way can say.
const FORGED_REFUSALS: [Code; 3] = [Code::DeviceRevoked, Code::TokenUnknown, Code::DeviceUnknown];

impl World {
    /// A request leaves the device.
    pub(crate) fn dispatch(&mut self, request: Rc<Request>, gives_up_ms: u64) {
        self.tally.requests += 1;
        self.expects(request.from, request.request_id, gives_up_ms);
        let mut fate =
            network::fate(self.faults(), self.trouble_permille, gives_up_ms, &mut self.chance);
        let device = &self.devices[request.from.device];
        if device.is_offline {
            fate = Fate { ends: Some((10, Reply::Broken)), ..Fate::default() };
        } else if request.bytes > device.proxy_bytes_max {
            fate = Fate { ends: Some((100, network::too_large())), ..Fate::default() };
        } else if self.is_filtered(&request) {
            fate = Fate { ends: Some((100, network::filtered())), ..Fate::default() };
        }
        self.tally.faults += u64::from(fate.fault.is_some());
        if fate.spoilt == Some(Spoilt::MadeUp) {
            // The endpoint never hears of it.
            let reply = self.made_up(&request);
            fate = Fate { ends: Some((200, reply)), fault: fate.fault, ..Fate::default() };
        }
        if let Some(fault) = fate.fault {
            self.say(|| format!("  the network: {fault}"));
        }
        if let Some((in_ms, reply)) = fate.ends {
            self.plan(in_ms, Happening::Land { request: Rc::clone(&request), reply });
        }
        let (back_ms, spoilt) = (fate.back_ms, fate.spoilt);
        for in_ms in fate.arrives_ms {
            let request = Rc::clone(&request);
            self.plan(in_ms, Happening::Arrive { request, back_ms, spoilt });
        }
    }

    /// A firewall dislikes what some operation says, until somebody mends it.
    fn is_filtered(&self, request: &Request) -> bool {
        !self.is_mended() && self.carries(request, Nature::Filtered)
    }

    fn carries(&self, request: &Request, nature: Nature) -> bool {
        let Ask::Push { op_ids, .. } = &request.ask else { return false };
        op_ids
            .iter()
            .any(|op_id| self.written.get(op_id).is_some_and(|(_, op)| op.nature == nature))
    }

    pub(crate) fn is_mended(&self) -> bool {
        self.gets_mended && !self.is_troubled
    }

    /// A request reaches the endpoint.
    pub(crate) fn arrive(
        &mut self,
        request: Rc<Request>,
        back_ms: u64,
        spoilt: Option<Spoilt>,
    ) -> Checked {
        if let Some(reply) = self.turned_away() {
            self.plan(back_ms, Happening::Land { request, reply });
            return Ok(());
        }
        if let Ask::Push { op_ids, .. } = &request.ask {
            // It is read beside the others and then waits for the one writer.
            let known = self.server.look_at(op_ids);
            let in_ms = 1 + self.chance.below(40);
            self.plan(in_ms, Happening::Write { request, known, back_ms, spoilt });
            return Ok(());
        }
        self.write(request, &[], back_ms, spoilt)
    }

    /// The endpoint does what a request asks for, and answers.
    pub(crate) fn write(
        &mut self,
        request: Rc<Request>,
        known: &[OpId],
        back_ms: u64,
        spoilt: Option<Spoilt>,
    ) -> Checked {
        let reply = self.answered(&request, known)?;
        self.say(|| format!("  the endpoint to {:?}: {reply:?}", request.request_id));
        let replayed = self.remember(&request, &reply);
        let reply = match spoilt {
            None | Some(Spoilt::Twice | Spoilt::MadeUp) => reply,
            Some(Spoilt::Cut) => Reply::Broken,
            Some(Spoilt::Replayed) => replayed.unwrap_or(Reply::Broken),
            Some(Spoilt::Changed) => self.changed(reply),
        };
        if spoilt == Some(Spoilt::Twice) {
            let (request, reply) = (Rc::clone(&request), reply.clone());
            self.plan(back_ms * 3, Happening::Land { request, reply });
        }
        self.plan(back_ms, Happening::Land { request, reply });
        Ok(())
    }

    fn answered(&mut self, request: &Request, known: &[OpId]) -> Checked<Reply> {
        let is_unmended = !self.is_mended();
        if is_unmended && self.carries(request, Nature::Crashing) {
            return Ok(Reply::refused(Code::Internal));
        }
        let dies = self.strikes(Fault::Crash, 60);
        let when = if self.chance.permille(500) { Crash::BeforeCommit } else { Crash::AfterCommit };
        let draw = self.chance.next();
        let odd = self.strikes(Fault::OddReceipts, 100).then_some(draw);
        let mood = Mood { crash: dies.then_some(when), odd, known };
        let forgotten = |op_id: &_| {
            let nature = self.written.get(op_id).map(|(_, op)| op.nature);
            is_unmended && nature == Some(Nature::Forgotten)
        };
        let world_ms = self.agenda.now_ms();
        self.server.answer(request, mood, &forgotten, world_ms, &mut self.chance)
    }

    /// The endpoint is busy, full, or of another version.
    fn turned_away(&mut self) -> Option<Reply> {
        let draw = self.chance.next();
        let told_ms = Some(draw / 8 % 300_000);
        let retry_after_ms = if draw.is_multiple_of(4) { None } else { told_ms };
        if self.strikes(Fault::Busy, 60) {
            let code = match draw / 4 % 4 {
                0 => Code::TooManyRequests,
                1 => Code::StorageFull,
                _ => Code::Unavailable,
            };
            let (status, code) = (code.status(), Some(code));
            return Some(Reply::Refused { status, code, retry_after_ms });
        }
        if self.strikes(Fault::Versions, 30) {
            return Some(if draw.is_multiple_of(2) {
                Reply::refused(Code::UnsupportedProtocol)
            } else {
                Reply::Refused { status: 409, code: None, retry_after_ms: None }
            });
        }
        None
    }

    /// Keeps the latest answer of each kind, as some cache would; gives the one before.
    fn remember(&mut self, request: &Request, reply: &Reply) -> Option<Reply> {
        let Reply::Ours(text) = reply else { return None };
        let kind = match request.ask {
            Ask::Push { .. } => 0,
            Ask::Have(_) => 1,
            _ => 2,
        };
        let cached = &mut self.devices[request.from.device].cached[kind];
        cached.replace(Rc::clone(text)).map(Reply::Ours)
    }

    fn changed(&mut self, reply: Reply) -> Reply {
        let Reply::Ours(text) = &reply else { return reply };
        let mut bytes = text.as_bytes().to_vec();
        let at = self.chance.index(bytes.len());
        let put = self.chance.pick(b"0123456789abcdef");
        if bytes[at].is_ascii_alphanumeric() && bytes[at] != put {
            bytes[at] = put;
        }
        String::from_utf8(bytes).map_or(Reply::Broken, |text| Reply::Ours(text.into()))
    }

    /// What somebody without the key would answer in the endpoint's name.
    fn made_up(&mut self, request: &Request) -> Reply {
        let (protocol, epoch, safe_seq) = (1, self.server.epoch(), Some(Seq(1_000_000)));
        let server_time_ms = self.agenda.now_ms() as i64;
        let request_id = request.request_id;
        let draw = self.chance.below(8);
        if let Some(code) = FORGED_REFUSALS.get(draw as usize) {
            return Reply::refused(*code);
        }
        let text = match &request.ask {
            Ask::Token => return Reply::Token("made-up".into()),
            Ask::Upload { attachment_id, step } => {
                let offset = match step {
                    Step::Begin(attachment) => attachment.bytes,
                    Step::Piece { at, data } => at + data.len() as u64,
                };
                let (attachment_id, log_seq) = (*attachment_id, Some(Seq(1)));
                let is_complete = true;
                let word = UploadWord {
                    attachment_id,
                    epoch,
                    server_time_ms,
                    offset,
                    is_complete,
                    log_seq,
                };
                seal::seal(&MacKey::from_bytes([0; 32]), &word)
            }
            Ask::Push { op_ids, .. } => {
                let answer = self.all_stored(request_id, op_ids);
                seal::seal(&MacKey::from_bytes([0; 32]), &answer)
            }
            Ask::Have(question) => {
                let held = question
                    .op_ids
                    .iter()
                    .map(|op_id| protocol::have::Held { op_id: *op_id, seq: Some(Seq(1)) });
                let held = held.collect();
                let answer =
                    HaveAnswer { protocol, request_id, epoch, safe_seq, server_time_ms, held };
                seal::seal(&MacKey::from_bytes([0; 32]), &answer)
            }
            Ask::Pull { cursor } => {
                let answer = PullAnswer::<RawChange> {
                    protocol,
                    request_id,
                    cursor_seen: cursor.clone(),
                    epoch,
                    safe_seq,
                    server_time_ms,
                    changes: Vec::new(),
                    emptied: Vec::new(),
                    next_cursor: "nowhere".to_owned(),
                    has_more: false,
                };
                seal::seal(&MacKey::from_bytes([0; 32]), &answer)
            }
        };
        text.map_or(Reply::Page, |text| Reply::Ours(text.into()))
    }

    fn all_stored(&self, batch_id: BatchId, op_ids: &[OpId]) -> PushAnswer {
        let receipt = |op_id: &OpId| Receipt {
            op_id: *op_id,
            verdict: Verdict::Stored,
            seq: Some(Seq(1)),
            code: None,
        };
        PushAnswer {
            protocol: 1,
            batch_id,
            epoch: self.server.epoch(),
            safe_seq: Some(Seq(1_000_000)),
            server_time_ms: self.agenda.now_ms() as i64,
            lane: Lane::Normal,
            receipts: op_ids.iter().map(receipt).collect(),
        }
    }

    /// What a driver makes of a portal's page that takes any 200 for a success.
    fn believed(&self, request: &Request) -> Reply {
        let Ask::Push { op_ids, .. } = &request.ask else { return Reply::Page };
        let answer = self.all_stored(request.request_id, op_ids);
        seal::seal(&request.key, &answer).map_or(Reply::Page, |text| Reply::Ours(text.into()))
    }

    /// A reply reaches the driver, which opens it and tells the engine.
    pub(crate) fn land(&mut self, request: &Request, reply: Reply) -> Checked {
        let (place, request_id) = (request.from, request.request_id);
        if self.tab(place).life != request.life {
            return Ok(());
        }
        let calling = self.tab(place).calling;
        let is_awaited = calling.is_some_and(|calling| calling.request_id == request_id);
        let event = match &request.ask {
            Ask::Token => {
                if let Reply::Token(token) = &reply
                    && is_awaited
                {
                    self.tab_mut(place).token = Some(Rc::clone(token));
                }
                let outcome =
                    outcome(reply, |reply| matches!(reply, Reply::Token(_)).then_some(()));
                Event::TokenEnded { request_id, outcome }
            }
            Ask::Push { .. } => {
                let reply = if planted::is(Bug::HtmlAccepted) && reply == Reply::Page {
                    self.believed(request)
                } else {
                    reply
                };
                let outcome = opened::<PushAnswer>(reply, &request.key);
                let outcome = if_ours(outcome, |answer| answer.batch_id == request_id);
                Event::PushEnded { batch_id: request_id, outcome }
            }
            Ask::Have(_) => {
                let outcome = opened::<HaveAnswer>(reply, &request.key);
                let outcome = if_ours(outcome, |answer| answer.request_id == request_id);
                Event::HaveEnded { request_id, outcome }
            }
            Ask::Pull { cursor } => {
                let outcome = opened::<PullAnswer<RawChange>>(reply, &request.key);
                let outcome = if_ours(outcome, |answer| {
                    answer.request_id == request_id && answer.cursor_seen == *cursor
                });
                let outcome = self.pulled(request, outcome, is_awaited)?;
                Event::PullEnded { request_id, outcome }
            }
            Ask::Upload { attachment_id, step } => {
                let outcome = opened::<UploadWord>(reply, &request.key);
                let outcome = if_ours(outcome, |word| word.attachment_id == *attachment_id);
                if let Outcome::Answered(word) = &outcome
                    && is_awaited
                {
                    if matches!(step, Step::Piece { at, .. } if *at < word.offset) {
                        self.progress(place.device);
                    }
                    self.tab_mut(place).upload = Some((*attachment_id, word.offset));
                }
                Event::UploadEnded { request_id, outcome }
            }
        };
        self.hear(place, request.life, event)
    }

    /// Keeps the page for the engine's `ApplyPage`.
    fn pulled(
        &mut self,
        request: &Request,
        outcome: Outcome<PullAnswer<RawChange>>,
        is_awaited: bool,
    ) -> Checked<Outcome<PageHead>> {
        let answer = match outcome {
            Outcome::Answered(answer) => answer,
            Outcome::Refused { status, code, retry_after_ms } => {
                return Ok(Outcome::Refused { status, code, retry_after_ms });
            }
            Outcome::NotOurs => return Ok(Outcome::NotOurs),
            Outcome::NetworkFailed => return Ok(Outcome::NetworkFailed),
            Outcome::TimedOut => return Ok(Outcome::TimedOut),
        };
        let head = PageHead {
            epoch: answer.epoch,
            safe_seq: answer.safe_seq,
            server_time_ms: answer.server_time_ms,
            has_more: answer.has_more,
        };
        let page = self.page(answer)?;
        if is_awaited {
            self.tab_mut(request.from).page = Some((request.request_id, page));
        }
        Ok(Outcome::Answered(head))
    }

    /// What the page brings must be what was written, byte for byte.
    fn page(&self, answer: PullAnswer<RawChange>) -> Checked<Page> {
        let (mut changes, mut letters) = (Vec::new(), Vec::new());
        for raw in &answer.changes {
            let (seq, text) = match Change::read(raw) {
                Some(Change { seq, what: What::Op(text) }) => (seq, text),
                Some(Change { seq, what: What::Mail(text) }) => {
                    letters.push(letter(seq, text)?);
                    continue;
                }
                None => return Err(Broken::machinery("a change of an unknown kind")),
            };
            let op: Op<'_> = serde_json::from_str(text.get()).map_err(Broken::machinery)?;
            let Some((_, written)) = self.written.get(&op.op_id) else {
                return Err(Broken::new(3, format!("{} is pulled and nobody saved it", op.op_id)));
            };
            if Sha256::of(op.body.get().as_bytes()) != written.sha256 {
                return Err(Broken::new(1, format!("{} is pulled with other words", op.op_id)));
            }
            changes.push((seq, Rc::clone(written)));
        }
        let emptied = if planted::is(Bug::EmptiedUnsaid) { Vec::new() } else { answer.emptied };
        let PullAnswer { cursor_seen, next_cursor, has_more, server_time_ms, .. } = answer;
        Ok(Page { cursor_seen, next_cursor, has_more, server_time_ms, changes, emptied, letters })
    }
}

fn letter(seq: Seq, text: &RawValue) -> Checked<Letter> {
    let read: mail::Letter<'_> = serde_json::from_str(text.get()).map_err(Broken::machinery)?;
    let content = read.content.map(|content| content.get().to_owned());
    Ok(Letter { seq: seq.0, key: read.key, content })
}

/// What counts as a success is for `read` to say; everything else is told as it came.
fn outcome<A>(reply: Reply, read: impl FnOnce(&Reply) -> Option<A>) -> Outcome<A> {
    match reply {
        Reply::Refused { status, code, retry_after_ms } => {
            Outcome::Refused { status, code, retry_after_ms }
        }
        Reply::Broken => Outcome::NetworkFailed,
        Reply::TimedOut => Outcome::TimedOut,
        reply => read(&reply).map_or(Outcome::NotOurs, Outcome::Answered),
    }
}

/// Only what this device's key sealed is an answer (SYNC.md fault 13).
fn opened<A: serde::de::DeserializeOwned>(reply: Reply, key: &MacKey) -> Outcome<A> {
    outcome(reply, |reply| match reply {
        Reply::Ours(text) => seal::open(key, text).ok(),
        _ => None,
    })
}

fn if_ours<A>(outcome: Outcome<A>, is_ours: impl FnOnce(&A) -> bool) -> Outcome<A> {
    match outcome {
        Outcome::Answered(answer) if !is_ours(&answer) => Outcome::NotOurs,
        outcome => outcome,
    }
}
