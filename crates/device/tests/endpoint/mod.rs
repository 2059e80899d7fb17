//! An endpoint inside the page, in the place of `fetch`: as small as can be, yet every answer of it
//! is sealed as the real one's.

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect, Uint8Array};
use protocol::attachment::UploadWord;
use protocol::enrol::{EnrolAnswer, EnrolRequest};
use protocol::have::{HaveAnswer, HaveRequest, Held};
use protocol::limits::{MEDIA_TYPE, PROBLEM_MEDIA_TYPE, PROTOCOL};
use protocol::pull::{Change, PullAnswer, What};
use protocol::push::{Lane, PushAnswer, PushRequest, Receipt, Verdict};
use protocol::token::{TokenAnswer, TokenRequest};
use protocol::{
    Attachment, AttachmentId, Code, DeviceId, Epoch, Mac, MacKey, Op, OpId, Problem, PublicKey,
    RepId, Seq, Sha256, seal,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::shim;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and so does its answer.
    Well,
    /// It arrives, and its answer is lost.
    AnswerLost,
    /// A portal answers in the endpoint's place.
    Portal,
    /// The answer is sealed by somebody else.
    Forged,
}

/// Who asks, where a request's body tells.
#[derive(Deserialize)]
struct Asker {
    device_id: DeviceId,
}

/// An answer: its status, its media type, its body and its word.
struct Said {
    status: u16,
    media_type: &'static str,
    text: String,
    word: Option<String>,
}

/// See this file's first line.
pub struct Endpoint {
    pub device_id: DeviceId,
    /// Whose the invitations are: the first byte of the rep's id, and the rep's name.
    pub rep: Cell<(u8, &'static str)>,
    receipt_key: MacKey,
    pub epoch: Cell<Epoch>,
    pub is_revoked: Cell<bool>,
    /// Operations in the order of their arrival, each once.
    pub log: RefCell<Vec<(OpId, String)>>,
    /// What was deposited.
    pub quarantine: RefCell<Vec<OpId>>,
    pub uploads: RefCell<BTreeMap<AttachmentId, Vec<u8>>>,
    metadata: RefCell<BTreeMap<AttachmentId, u64>>,
    /// The keys that asked to enrol.
    pub keys: RefCell<Vec<PublicKey>>,
    /// "METHOD /path" of every request, but for those that name another device.
    pub asked: RefCell<Vec<String>>,
    /// What happens to the next requests whose "METHOD /path" begins so.
    fates: RefCell<Vec<(&'static str, Fate)>>,
    /// What happens to every request whose "METHOD /path" begins so.
    lasting: Cell<Option<(&'static str, Fate)>>,
}

impl Endpoint {
    /// Stands in for the network until [`shim::heal`].
    pub async fn install() -> Rc<Self> {
        let now_ms = js_sys::Date::now() as u64;
        let endpoint = Rc::new(Self {
            device_id: DeviceId::new(now_ms, [5; 10]),
            rep: Cell::new((3, "Awa Diop")),
            receipt_key: MacKey::from_bytes([9; 32]),
            epoch: Cell::new(Epoch::new(now_ms, [1; 10])),
            is_revoked: Cell::default(),
            log: RefCell::default(),
            quarantine: RefCell::default(),
            uploads: RefCell::default(),
            metadata: RefCell::default(),
            keys: RefCell::default(),
            asked: RefCell::default(),
            fates: RefCell::default(),
            lasting: Cell::default(),
        });
        let answering = Rc::clone(&endpoint);
        let answer = Closure::<dyn Fn(String, String, Uint8Array, Object) -> JsValue>::new(
            move |method, path, body: Uint8Array, headers: Object| {
                answering.meet(&format!("{method} {path}"), &body.to_vec(), &headers)
            },
        );
        Reflect::set(&js_sys::global(), &"endpoint".into(), &answer.into_js_value()).unwrap();
        shim::js(
            "(() => {
                const real = { fetch, CompressionStream };
                delete globalThis.CompressionStream;
                globalThis.fetch = async (request) => {
                    const url = new URL(request.url);
                    const body = new Uint8Array(await request.arrayBuffer());
                    const said = endpoint(request.method, url.pathname + url.search, body,
                        Object.fromEntries(request.headers));
                    if (!said) throw new TypeError('the connection broke');
                    const [status, type, text, word] = said;
                    const headers = { 'content-type': type, ...(word && { 'upload-word': word }) };
                    return new Response(text || null, { status, headers });
                };
                (globalThis.mended ??= []).push(() => Object.assign(globalThis, real));
            })()",
        )
        .await;
        endpoint
    }

    /// The next request whose "METHOD /path" begins so meets this fate.
    pub fn fate(&self, of: &'static str, fate: Fate) {
        self.fates.borrow_mut().push((of, fate));
    }

    /// Every request whose "METHOD /path" begins so meets this fate, until [`Self::forget_fates`].
    pub fn lasting_fate(&self, of: &'static str, fate: Fate) {
        self.lasting.set(Some((of, fate)));
    }

    /// All goes well again.
    pub fn forget_fates(&self) {
        self.fates.borrow_mut().clear();
        self.lasting.set(None);
    }

    /// How many requests began so.
    pub fn count(&self, of: &str) -> usize {
        self.asked.borrow().iter().filter(|asked| asked.starts_with(of)).count()
    }

    /// Restored from a backup that is older than everything.
    pub fn restore_empty(&self) {
        self.epoch.set(Epoch::new(js_sys::Date::now() as u64 + 1, [2; 10]));
        self.log.borrow_mut().clear();
        self.uploads.borrow_mut().clear();
    }

    fn meet(&self, asked: &str, body: &[u8], headers: &Object) -> JsValue {
        let asker = serde_json::from_slice::<Asker>(body);
        if asker.is_ok_and(|asker| asker.device_id != self.device_id) {
            // The engine of an earlier test, which nobody can stop: it takes no fate from this one.
            return told(self.answer(asked, body, headers, &self.receipt_key));
        }
        self.asked.borrow_mut().push(asked.to_owned());
        let fate = {
            let mut fates = self.fates.borrow_mut();
            let at = fates.iter().position(|(of, _)| asked.starts_with(of));
            let lasting = self.lasting.get().filter(|(of, _)| asked.starts_with(of));
            let next = at.map(|at| fates.remove(at));
            next.or(lasting).map_or(Fate::Well, |(_, fate)| fate)
        };
        let key = if fate == Fate::Forged { MacKey::from_bytes([0; 32]) } else { self.receipt_key };
        if fate == Fate::Portal {
            return told(Said {
                status: 200,
                media_type: "text/html",
                text: "<h1>Welcome to our hotel</h1>".to_owned(),
                word: None,
            });
        }
        let said = self.answer(asked, body, headers, &key);
        if fate == Fate::AnswerLost { JsValue::NULL } else { told(said) }
    }

    fn answer(&self, asked: &str, body: &[u8], headers: &Object, key: &MacKey) -> Said {
        let text = core::str::from_utf8(body).unwrap_or_default();
        let (method, path) = asked.split_once(' ').unwrap();
        match (method, path.split(['?', '/']).nth(3).unwrap()) {
            ("POST", "enrol") => self.enrol(text),
            ("POST", "token") => Self::token(text),
            ("POST", "push") => self.push(text, key),
            _ if self.is_revoked.get() => problem(Code::DeviceRevoked),
            ("POST", "have") => self.have(text, key),
            ("GET", "pull") => self.pull(path, key),
            ("POST", "attachments") => self.create(headers, key),
            ("PATCH", "attachments") => self.append(path, body, headers, key),
            _ => problem(Code::NotFound),
        }
    }

    fn enrol(&self, text: &str) -> Said {
        let request: EnrolRequest = serde_json::from_str(text).unwrap();
        self.keys.borrow_mut().push(request.public_key);
        if self.keys.borrow().iter().any(|key| *key != request.public_key) {
            return problem(Code::InvitationUsed);
        }
        let (rep, name) = self.rep.get();
        plain(&EnrolAnswer {
            device_id: self.device_id,
            rep_id: RepId::from_bytes([rep; 16]),
            rep_name: name.to_owned(),
            epoch: self.epoch.get(),
            receipt_key: self.receipt_key,
            admission: Mac::from_bytes([4; 32]),
        })
    }

    fn token(text: &str) -> Said {
        let request: TokenRequest = serde_json::from_str(text).unwrap();
        plain(&match request.proof {
            None => TokenAnswer::Challenge("riddle".to_owned()),
            Some(proof) if proof.challenge == "riddle" => TokenAnswer::Token("token".to_owned()),
            Some(_) => return problem(Code::ProofRefused),
        })
    }

    fn push(&self, text: &str, key: &MacKey) -> Said {
        let request: PushRequest<'_> = serde_json::from_str(text).unwrap();
        if request.device_id != self.device_id {
            // See `meet`.
            return problem(Code::WrongDevice);
        }
        let is_revoked = self.is_revoked.get();
        if is_revoked && request.lane == Lane::Normal {
            return problem(Code::DeviceRevoked);
        }
        let receipts = request.ops.iter().map(|op| self.receive(op)).collect();
        sealed(
            key,
            &PushAnswer {
                protocol: PROTOCOL,
                batch_id: request.batch_id,
                epoch: self.epoch.get(),
                safe_seq: None,
                server_time_ms: js_sys::Date::now() as i64,
                lane: if is_revoked { Lane::Deposit } else { Lane::Normal },
                receipts,
            },
        )
    }

    fn receive(&self, text: &RawValue) -> Receipt {
        let op: Op<'_> = serde_json::from_str(text.get()).unwrap();
        assert_eq!(op.sha256, Sha256::of(op.body.get().as_bytes()));
        let op_id = op.op_id;
        if self.is_revoked.get() {
            let mut quarantine = self.quarantine.borrow_mut();
            if !quarantine.contains(&op_id) {
                quarantine.push(op_id);
            }
            let verdict = Verdict::StoredQuarantined;
            return Receipt { op_id, verdict, seq: None, code: Some(Code::Deposited) };
        }
        let mut log = self.log.borrow_mut();
        let at = log.iter().position(|(stored, _)| *stored == op_id);
        let verdict = if at.is_some() { Verdict::Duplicate } else { Verdict::Stored };
        if at.is_none() {
            log.push((op_id, text.get().to_owned()));
        }
        Receipt { op_id, verdict, seq: Some(seq(at.unwrap_or(log.len() - 1))), code: None }
    }

    fn have(&self, text: &str, key: &MacKey) -> Said {
        let request: HaveRequest = serde_json::from_str(text).unwrap();
        let log = self.log.borrow();
        let held = |op_id: &OpId| {
            let at = log.iter().position(|(stored, _)| stored == op_id)?;
            Some(Held { op_id: *op_id, seq: Some(seq(at)) })
        };
        sealed(
            key,
            &HaveAnswer {
                protocol: PROTOCOL,
                request_id: request.request_id,
                epoch: self.epoch.get(),
                safe_seq: None,
                server_time_ms: js_sys::Date::now() as i64,
                held: request.op_ids.iter().filter_map(held).collect(),
            },
        )
    }

    /// One change a page.
    fn pull(&self, path: &str, key: &MacKey) -> Said {
        let query = path.split_once('?').unwrap().1;
        let value = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        let cursor = value("cursor");
        let (epoch, at) = match cursor.and_then(|cursor| cursor.split_once("%2B")) {
            Some((epoch, at)) => (epoch.parse().unwrap(), at.parse().unwrap()),
            None => (self.epoch.get(), 0),
        };
        if epoch != self.epoch.get() {
            return problem(Code::CursorGone);
        }
        let log = self.log.borrow();
        let changes: Vec<Box<RawValue>> = log
            .iter()
            .skip(at)
            .take(1)
            .map(|(_, text)| {
                let op: Box<RawValue> = serde_json::from_str(text).unwrap();
                let change = Change { seq: seq(at), what: What::Op(&op) };
                serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap()
            })
            .collect();
        let next = at + changes.len();
        sealed(
            key,
            &PullAnswer {
                protocol: PROTOCOL,
                request_id: value("request_id").unwrap().parse().unwrap(),
                cursor_seen: cursor.map(|cursor| cursor.replace("%2B", "+")),
                epoch,
                safe_seq: None,
                server_time_ms: js_sys::Date::now() as i64,
                changes,
                emptied: Vec::new(),
                next_cursor: format!("{epoch}+{next}"),
                has_more: next < log.len(),
            },
        )
    }

    fn create(&self, headers: &Object, key: &MacKey) -> Said {
        let length: u64 = header(headers, "upload-length").parse().unwrap();
        let metadata = header(headers, "upload-metadata");
        let id = metadata.split(',').find_map(|pair| pair.strip_prefix("attachment_id "));
        let id: AttachmentId = unbase64(id.unwrap()).parse().unwrap();
        self.metadata.borrow_mut().insert(id, length);
        self.uploads.borrow_mut().entry(id).or_default();
        self.word(201, id, key)
    }

    fn append(&self, path: &str, body: &[u8], headers: &Object, key: &MacKey) -> Said {
        let id: AttachmentId = path.rsplit('/').next().unwrap().parse().unwrap();
        let offset: usize = header(headers, "upload-offset").parse().unwrap();
        let checksum = header(headers, "upload-checksum");
        let digest: Vec<u8> =
            unbase64(checksum.strip_prefix("sha256 ").unwrap()).chars().map(|c| c as u8).collect();
        assert_eq!(digest, Sha256::of(body).as_bytes());
        {
            let mut uploads = self.uploads.borrow_mut();
            let Some(upload) = uploads.get_mut(&id) else { return problem(Code::NotFound) };
            if upload.len() != offset {
                return problem(Code::OffsetMismatch);
            }
            upload.extend(body);
        }
        self.word(204, id, key)
    }

    fn word(&self, status: u16, attachment_id: AttachmentId, key: &MacKey) -> Said {
        let offset = self.uploads.borrow()[&attachment_id].len() as u64;
        let word = UploadWord {
            attachment_id,
            epoch: self.epoch.get(),
            server_time_ms: js_sys::Date::now() as i64,
            offset,
            is_complete: self.metadata.borrow()[&attachment_id] == offset,
            log_seq: None,
        };
        let word = Some(seal::seal(key, &word).unwrap());
        Said { status, media_type: "", text: String::new(), word }
    }

    /// The bytes of an attachment, if they are all there and the right ones.
    pub fn has_whole(&self, attachment: &Attachment) -> bool {
        let uploads = self.uploads.borrow();
        uploads.get(&attachment.attachment_id).is_some_and(|bytes| {
            Sha256::of(bytes) == attachment.sha256 && bytes.len() as u64 == attachment.bytes
        })
    }
}

fn seq(at: usize) -> Seq {
    Seq(i64::try_from(at).unwrap() + 1)
}

fn header(headers: &Object, name: &str) -> String {
    Reflect::get(headers, &name.into()).unwrap().as_string().unwrap_or_default()
}

fn unbase64(text: &str) -> String {
    let decode: js_sys::Function = Reflect::get(&js_sys::global(), &"atob".into()).unwrap().into();
    decode.call1(&JsValue::UNDEFINED, &text.into()).unwrap().as_string().unwrap()
}

fn plain(answer: &impl Serialize) -> Said {
    let text = serde_json::to_string(answer).unwrap();
    Said { status: 200, media_type: "application/json", text, word: None }
}

fn sealed(key: &MacKey, answer: &impl Serialize) -> Said {
    let text = seal::seal(key, answer).unwrap();
    Said { status: 200, media_type: MEDIA_TYPE, text, word: None }
}

fn problem(code: Code) -> Said {
    let text = serde_json::to_string(&Problem::new(code, None)).unwrap();
    Said { status: code.status(), media_type: PROBLEM_MEDIA_TYPE, text, word: None }
}

fn told(said: Said) -> JsValue {
    let word = said.word.map_or(JsValue::UNDEFINED, JsValue::from);
    Array::of4(&said.status.into(), &said.media_type.into(), &said.text.into(), &word).into()
}
