//! The real binary under the pushes of several devices, struck down again and again: what each
//! device was told, and what is there afterwards.
#![allow(dead_code, reason = "kills and power cuts use their own parts")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use power_cut::PowerCut;
use protocol::Seq;
use protocol::console::InboxNote;
use protocol::op::SealedOp;
use protocol::push::{PushAnswer, Receipt};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::fixture::{self, Device, gap, header_of};
use crate::process::{Serving, push, run, said};

const DEVICES: usize = 4;
const OPS_OF_A_BATCH: usize = 20;

/// Enrols a device of this rep.
pub fn enrol(data: &TempDir, address: SocketAddr, rep: &str) -> Device {
    let link = said(&run(data.path(), &["invite", "--rep", rep]));
    fixture::enrol(address, link.trim_end().split('#').nth(1).unwrap().to_owned()).0
}

/// Pushes one batch; none where no whole answer came.
fn receipts<'a>(
    address: SocketAddr,
    device: &Device,
    ops: impl IntoIterator<Item = &'a SealedOp>,
) -> Option<Vec<Receipt>> {
    let body = header_of(device).encode(ops.into_iter().map(|op| &*op.json)).unwrap();
    let (status, answer) = push(address, &device.token, &body)?;
    if status != 200 {
        return None;
    }
    let answer = std::str::from_utf8(&answer).unwrap();
    let answer: PushAnswer = protocol::seal::open(&device.receipt_key, answer).unwrap();
    Some(answer.receipts)
}

/// The text of every note that the command line exports.
pub fn exported(data: &TempDir) -> Vec<String> {
    let ndjson = said(&run(data.path(), &["export", "--format", "ndjson"]));
    let note = |line| serde_json::from_str::<InboxNote>(line).unwrap().note.text;
    ndjson.lines().map(note).collect()
}

/// An operation that a device tried to push.
struct Attempt {
    device: usize,
    text: String,
    op: SealedOp,
    /// Under which number the endpoint said that it holds it.
    confirmed: Option<Seq>,
}

/// How it went, over all strikes.
#[derive(Debug, Default)]
pub struct Tally {
    pub strikes: u32,
    pub confirmed: usize,
    /// Pushed, and no answer came.
    pub unanswered: usize,
    /// Confirmed, and not there afterwards.
    pub lost: usize,
}

/// The endpoint, its devices, and everything that they wrote.
pub struct Siege {
    pub data: TempDir,
    pub tally: Tally,
    devices: Vec<Device>,
    power_cut: Option<PowerCut>,
    serving: Option<Serving>,
    written: BTreeSet<String>,
    last: Vec<Attempt>,
}

impl Siege {
    /// Strikes are kills.
    pub fn with_kills() -> Self {
        Self::begin(|_| None)
    }

    /// Strikes are power cuts, made of the data folder.
    pub fn with_power_cuts(power_cut: impl FnOnce(PowerCut) -> PowerCut) -> Self {
        Self::begin(|data| Some(power_cut(PowerCut::new(data.path()).unwrap())))
    }

    /// Enrolment is over and synced before the first strike.
    fn begin(power_cut: impl FnOnce(&TempDir) -> Option<PowerCut>) -> Self {
        let data = TempDir::new().unwrap();
        let serving = Serving::start(data.path());
        let rep = |index| enrol(&data, serving.address, &format!("rep {index}"));
        let devices = (0..DEVICES).map(rep).collect();
        serving.stop();
        let power_cut = power_cut(&data);
        let mut siege = Self {
            data,
            tally: Tally::default(),
            devices,
            power_cut,
            serving: None,
            written: BTreeSet::new(),
            last: Vec::new(),
        };
        siege.start();
        siege
    }

    fn start(&mut self) {
        let environment = self.power_cut.iter().flat_map(PowerCut::environment);
        let serving = Serving::start_in(self.data.path(), environment);
        // Tokens are good for minutes; a campaign takes hours.
        for device in &mut self.devices {
            device.token = fixture::token(serving.address, device);
        }
        self.serving = Some(serving);
    }

    /// Lets all devices push until the blow falls, starts again, and counts what is lost.
    pub fn strike(&mut self) {
        let serving = self.serving.take().unwrap();
        // Another moment of the pushes each time, however fast the machine is.
        let pushes = 5 + self.tally.strikes as usize % 10;
        let moment = Duration::from_millis(u64::from(self.tally.strikes * 7 % 20));
        self.last = self.push_until(&serving, |answered| {
            assert_eq!(answered.iter().take(pushes).count(), pushes, "the endpoint went by itself");
            std::thread::sleep(moment);
            serving.kill_now();
        });
        drop(serving);
        if let Some(power_cut) = &self.power_cut {
            power_cut.cut().unwrap();
        }
        self.start();
        let confirmed = self.last.iter().filter(|attempt| attempt.confirmed.is_some()).count();
        self.tally.strikes += 1;
        self.tally.confirmed += confirmed;
        self.tally.unanswered += self.last.len() - confirmed;
        self.tally.lost += self.count_lost();
    }

    /// Every device sends batch after batch until the endpoint is gone. `blow` hears of each that
    /// was answered.
    fn push_until(&self, serving: &Serving, blow: impl FnOnce(Receiver<()>)) -> Vec<Attempt> {
        let attempts = Mutex::new(Vec::new());
        let (tell, answered) = channel();
        std::thread::scope(|scope| {
            for device in 0..self.devices.len() {
                let (attempts, tell) = (&attempts, tell.clone());
                scope.spawn(move || {
                    let own = self.push_batches(serving.address, device, &tell);
                    attempts.lock().unwrap().extend(own);
                });
            }
            drop(tell);
            blow(answered);
        });
        attempts.into_inner().unwrap()
    }

    fn push_batches(&self, to: SocketAddr, device: usize, tell: &Sender<()>) -> Vec<Attempt> {
        let strike = self.tally.strikes;
        let mut attempts = Vec::new();
        for batch in 0.. {
            let text = |index| format!("{strike}.{device} {batch} {index} é");
            let new = |text: String| Attempt { device, op: gap(&text), text, confirmed: None };
            let mut own: Vec<Attempt> = (0..OPS_OF_A_BATCH).map(text).map(new).collect();
            let ops = own.iter().map(|attempt| &attempt.op);
            let receipts = receipts(to, &self.devices[device], ops);
            let is_gone = receipts.is_none();
            for receipt in receipts.into_iter().flatten().filter(|it| it.verdict.is_confirmed()) {
                let confirmed = own.iter_mut().find(|attempt| attempt.op.op_id == receipt.op_id);
                confirmed.unwrap().confirmed = receipt.seq;
            }
            attempts.extend(own);
            if is_gone {
                break;
            }
            // Nobody listens any more once the blow falls.
            let _ = tell.send(());
        }
        attempts
    }

    /// How many confirmed operations are not there, under their own number. Only reads, beside
    /// the running endpoint: a writer whose syncs are not recorded would spoil the next cut.
    fn count_lost(&self) -> usize {
        let db = self.reader();
        let mut known = db.prepare("SELECT seq FROM op WHERE op_id = ?1").unwrap();
        let mut is_lost = |attempt: &&Attempt| {
            let seq = known.query_row([attempt.op.op_id.as_bytes()], |row| row.get(0));
            attempt.confirmed.is_some() && seq.ok().map(Seq) != attempt.confirmed
        };
        self.last.iter().filter(|attempt| is_lost(attempt)).count()
    }

    fn reader(&self) -> Connection {
        let path = self.data.path().join("sightline.sqlite");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// Sends everything of the last strike again; each operation ever sent is there once then.
    pub fn resend(&mut self) {
        let address = self.serving.as_ref().unwrap().address;
        let last = std::mem::take(&mut self.last);
        for (index, device) in self.devices.iter().enumerate() {
            let own: Vec<&Attempt> = last.iter().filter(|it| it.device == index).collect();
            for batch in own.chunks(500) {
                let receipts = receipts(address, device, batch.iter().map(|it| &it.op)).unwrap();
                assert_eq!(receipts.len(), batch.len());
                assert!(receipts.iter().all(|it| it.verdict.is_confirmed() && it.code.is_none()));
            }
        }
        self.written.extend(last.into_iter().map(|attempt| attempt.text));
        let count = "SELECT count(*) FROM op";
        let there: usize = self.reader().query_row(count, [], |row| row.get(0)).unwrap();
        assert_eq!(there, self.written.len(), "each once, those of earlier strikes too");
    }

    /// Everything ever written is there once, and the database is whole. Ends the endpoint.
    pub fn finish(mut self) {
        self.serving.take().unwrap().stop();
        let notes = exported(&self.data);
        assert_eq!(notes.len(), self.written.len(), "each once");
        assert_eq!(notes.into_iter().collect::<BTreeSet<_>>(), self.written);
        let db = Connection::open(self.data.path().join("sightline.sqlite")).unwrap();
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        db.execute("INSERT INTO note_search (note_search) VALUES ('integrity-check')", []).unwrap();
        let Tally { unanswered, confirmed, .. } = self.tally;
        assert!(unanswered >= OPS_OF_A_BATCH, "no push was ever cut: the test shows nothing");
        assert!(confirmed > unanswered, "hardly anything was confirmed: the test shows nothing");
        println!("{:?}", self.tally);
    }
}
