//! What briefings, questions and test groups have in common.

use leptos::prelude::*;
use protocol::console::field::ReopenRequest;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::address::Tab;
use super::editing::Editing;
use crate::api::field::Shelf;
use crate::locale::Locale;
use crate::merge::Parts;
use crate::texts::pages::FieldTexts;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody in the field knows of it.
    Draft,
    Published,
    /// Published, and changed since: the change waits for another publication.
    Changed,
    Closed,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Changed => "changed",
            Self::Closed => "closed",
        }
    }
}

/// What the frame of an editor shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) version: i64,
    /// Who wrote it last.
    pub(super) by: String,
    pub(super) state: State,
    /// Since when reps know.
    pub(super) published_at_ms: Option<i64>,
    /// Whether it can be ended.
    pub(super) can_close: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) title: String,
    /// What it is about, and counts.
    pub(super) facts: Vec<String>,
}

/// One of the three kinds of paper that goes to the field.
pub(super) trait Paper: Copy + Send + Sync + 'static {
    /// What somebody writes.
    type Text: Parts + Serialize + DeserializeOwned + PartialEq;
    /// What a list shows of it.
    type Entry: DeserializeOwned + Clone + Send + Sync + 'static;
    /// With what came back.
    type Detail: DeserializeOwned + Clone + Send + Sync + 'static;

    const TAB: Tab;
    const SHELF: Shelf;
    const NEW_TEST_ID: &'static str;

    /// Before anybody has written.
    fn blank() -> Self::Text;
    fn entry(detail: &Self::Detail) -> &Self::Entry;
    fn text(entry: &Self::Entry) -> &Self::Text;
    fn head(entry: &Self::Entry) -> Head;
    fn row(entry: &Self::Entry, locale: Locale) -> Row;
    /// What keeps the text from being saved, in words.
    fn objection(text: &Self::Text, texts: &FieldTexts) -> Option<&'static str>;
    /// What a closed one takes from this text when it is reopened.
    fn reopening(text: &Self::Text) -> ReopenRequest;
    /// What publishing does, in words.
    fn publish_about(text: &Self::Text, locale: Locale) -> String;
    /// The fields, filled with this text; the editing learns how to compose it again.
    fn form(text: Self::Text, editing: Editing<Self>) -> AnyView;
    /// Whether anything came back. It stays where the rest was taken back.
    fn has_replies(detail: &Self::Detail) -> bool;
    /// What came back.
    fn results(detail: Self::Detail, locale: Locale) -> AnyView;
}
