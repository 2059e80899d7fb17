//! A marketer who reads by the interface, without a browser.

use anyhow::{Context, Result};
use protocol::console::{InboxNote, InboxPage, NoteDetail};
use protocol::{AttachmentId, NoteId};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::json;

use crate::endpoint::Endpoint;

/// Signed in.
#[derive(Debug)]
pub struct Marketer {
    http: reqwest::Client,
    api: String,
    cookie: String,
}

impl Marketer {
    /// Signs in by a link of the command line.
    ///
    /// # Errors
    /// Where any of it fails.
    pub async fn sign_in(endpoint: &Endpoint) -> Result<Self> {
        let link = endpoint.user_add("marc@example.org", "marketer").await?;
        let (_, code) = link.split_once('#').context("a link without a code")?;
        let http = reqwest::Client::new();
        let api = endpoint.api_url();
        let body = json!({ "code": code }).to_string();
        let asked = http.post(format!("{api}/session")).header(CONTENT_TYPE, "application/json");
        let answer = asked.body(body).send().await?.error_for_status()?;
        let cookie = answer.headers().get(SET_COOKIE).context("no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { http, api, cookie })
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response> {
        let asked = self.http.get(format!("{}/{path}", self.api)).header(COOKIE, &self.cookie);
        Ok(asked.send().await?.error_for_status()?)
    }

    /// Every note of the inbox, those that were withdrawn as well.
    ///
    /// # Errors
    /// Where the endpoint does not answer.
    pub async fn notes(&self) -> Result<Vec<InboxNote>> {
        let mut notes = Vec::new();
        for is_withdrawn in [false, true] {
            let mut path = format!("notes?limit=200&withdrawn={is_withdrawn}");
            loop {
                let page: InboxPage = self.get(&path).await?.json().await?;
                notes.extend(page.notes);
                let Some(before) = page.next_before else { break };
                path = format!("notes?limit=200&withdrawn={is_withdrawn}&before={}", before.0);
            }
        }
        Ok(notes)
    }

    /// A note with its history and attachments.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn note(&self, note_id: NoteId) -> Result<NoteDetail> {
        Ok(self.get(&format!("notes/{note_id}")).await?.json().await?)
    }

    /// The bytes of an attachment.
    ///
    /// # Errors
    /// Where it is not there whole.
    pub async fn attachment(&self, attachment_id: AttachmentId) -> Result<Vec<u8>> {
        let answer = self.get(&format!("attachments/{attachment_id}")).await?;
        Ok(answer.bytes().await?.to_vec())
    }
}
