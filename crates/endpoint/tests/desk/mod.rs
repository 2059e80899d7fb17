//! A marketer at the console's end of the endpoint's HTTP, and reps who write notes and read mail.
#![allow(dead_code, reason = "each surface uses its own part")]

use protocol::console::topics::{Topic, TopicDetail, TopicRequest};
use protocol::console::work::{Change, DeedAnswer, DeedPage, DeedRequest, Views, Work, WorkState};
use protocol::console::{InboxPage, NoteDetail};
use protocol::mail::{Content, Letter, Progress};
use protocol::note::Kind;
use protocol::op::{Action, SealedOp};
use protocol::pull::{PullAnswer, What};
use protocol::{BatchId, DeedId, Note, NoteId, OpBody, TopicId, Words};
use serde::Serialize;

use crate::fixture::{Answer, Device, House, batch_id, body_of, note, op_id};

pub struct Desk {
    pub house: House,
    pub cookie: String,
}

impl Desk {
    pub fn open() -> Self {
        let house = House::open();
        let cookie = house.marketer();
        Self { house, cookie }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.house.get(path, &[("cookie", &self.cookie)])
    }

    /// As the console's own page sends it.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        json: &impl Serialize,
    ) -> Answer {
        let mut headers = vec![
            ("cookie", &*self.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        headers.extend(more);
        let body = serde_json::to_vec(json).unwrap();
        self.house.send(method, path, &headers, Some(&body))
    }

    pub fn post(&self, path: &str, json: &impl Serialize) -> Answer {
        self.send("POST", path, &[], json)
    }

    /// A note of this rep's, and its id.
    pub fn note(&self, device: &Device, note: Note) -> NoteId {
        let body = body_of(Action::Create(note));
        let note_id = body.note_id;
        self.push(device, &body);
        note_id
    }

    pub fn gap(&self, device: &Device, text: &str) -> NoteId {
        self.note(device, note(Kind::Gap, text))
    }

    pub fn push(&self, device: &Device, body: &OpBody) -> SealedOp {
        let op = body.seal(op_id()).unwrap();
        self.house.push(device, [&*op.json]);
        op
    }

    pub fn page(&self, query: &str) -> InboxPage {
        self.get(&format!("/api/v1/notes?{query}")).json()
    }

    pub fn texts(&self, query: &str) -> Vec<String> {
        self.page(query).notes.into_iter().map(|note| note.note.text).collect()
    }

    pub fn detail(&self, note_id: NoteId) -> NoteDetail {
        self.get(&format!("/api/v1/notes/{note_id}")).json()
    }

    pub fn work(&self, note_id: NoteId) -> Work {
        self.detail(note_id).note.work
    }

    pub fn state(&self, note_id: NoteId) -> WorkState {
        self.work(note_id).state
    }

    pub fn ask(&self, note_ids: &[NoteId], change: Change) -> Answer {
        self.post("/api/v1/deeds", &DeedRequest { note_ids: note_ids.to_vec(), change })
    }

    pub fn apply(&self, note_ids: &[NoteId], change: Change) -> DeedAnswer {
        self.ask(note_ids, change).json()
    }

    pub fn undo(&self, deed_id: DeedId) -> Answer {
        self.post(&format!("/api/v1/deeds/{deed_id}/undo"), &())
    }

    pub fn audit(&self, query: &str) -> DeedPage {
        self.get(&format!("/api/v1/deeds?{query}")).json()
    }

    pub fn views(&self) -> Views {
        self.get("/api/v1/views").json()
    }

    pub fn topic(&self, title: &str, note_ids: &[NoteId]) -> Topic {
        let request = TopicRequest { title: title.to_owned(), note_ids: note_ids.to_vec() };
        let answer = self.post("/api/v1/topics", &request);
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    }

    pub fn topics(&self) -> Vec<Topic> {
        self.get("/api/v1/topics").json()
    }

    pub fn topic_detail(&self, topic_id: TopicId) -> TopicDetail {
        self.get(&format!("/api/v1/topics/{topic_id}")).json()
    }

    /// All that this rep was told and not told otherwise since, from the first letter on.
    pub fn mail(&self, device: &Device) -> Vec<Content> {
        let mut letters: Vec<(String, Option<Content>)> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let request_id: BatchId = batch_id();
            let after = cursor.map(|it| format!("&cursor={it}")).unwrap_or_default();
            let answer = self
                .house
                .get_as(device, &format!("/api/v1/pull?request_id={request_id}&limit=200{after}"));
            let page: PullAnswer<Box<serde_json::value::RawValue>> = answer.sealed_for(device);
            for change in &page.changes {
                let change: protocol::pull::Change<'_> =
                    serde_json::from_str(change.get()).unwrap();
                let What::Mail(raw) = change.what else { continue };
                let letter: Letter<'_> = serde_json::from_str(raw.get()).unwrap();
                let content =
                    letter.content.map(|content| serde_json::from_str(content.get()).unwrap());
                letters.retain(|(key, _)| *key != letter.key);
                letters.push((letter.key, content));
            }
            if !page.has_more {
                return letters.into_iter().filter_map(|(_, content)| content).collect();
            }
            cursor = Some(page.next_cursor);
        }
    }

    /// What this rep knows of a note's way.
    pub fn progress(&self, device: &Device, note_id: NoteId) -> Option<Progress> {
        self.mail(device).into_iter().find_map(|content| match content {
            Content::Progress(progress) if progress.note_id == note_id => Some(progress),
            _ => None,
        })
    }
}

pub fn words(en: &str, fr: &str) -> Words {
    Words { en: en.to_owned(), fr: fr.to_owned() }
}
