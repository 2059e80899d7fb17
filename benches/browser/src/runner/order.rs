//! What the page is told to do, one thing a page load, and what it reports.

use serde::{Deserialize, Serialize};

/// One thing to do.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Order {
    /// Become a device, and keep a copy of the device's database.
    Enrol { invitation: String },
    /// Save this many notes, and keep a copy.
    Fill { notes: usize },
    /// Send that many, saved beforehand.
    Push { notes: usize, is_compressed: bool },
    /// Send as many in requests that were made beforehand.
    Raw { batches: usize, token: String, media_type: &'static str },
    /// Keep that many documents in PouchDB.
    PeerFill { notes: usize },
    /// Replicate them to a database of this round.
    PeerPush { notes: usize, round: usize },
    /// Save and write by hand in turn, over a database of that many notes.
    Save { saves: usize, notes: usize },
    /// Get ready to start without a network.
    Install {},
    /// Start the app, and an empty page, again and again.
    StartCold { starts: usize, notes: usize },
    /// Filter and search that many notes in the app.
    LookThrough { looks: usize, notes: usize },
    /// Read the newest of that many notes by the device and by hand in turn.
    List { reads: usize, notes: usize },
}

/// The order that is to be carried out now.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Numbered {
    /// Which one, for the report.
    pub(crate) number: u64,
    /// What to do.
    pub(crate) order: Order,
}

/// How it went.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// With these figures.
    Done(serde_json::Value),
    /// Not at all.
    Failed(String),
}

/// The figures of [`Order::Push`], [`Order::Raw`] and [`Order::PeerPush`].
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Sending {
    /// Until the last answer that the endpoint gave after its commit.
    pub(crate) stored_ms: f64,
    /// Until the device showed all of them as Sent.
    pub(crate) sent_ms: Option<f64>,
    /// Pushes.
    pub(crate) requests: usize,
}

/// The figures of [`Order::Save`].
#[derive(Debug, Deserialize)]
pub(crate) struct Saving {
    /// Each save by the device.
    pub(crate) device_ms: Vec<f64>,
    /// Each time the same writes by hand.
    pub(crate) raw_ms: Vec<f64>,
    /// The transactions of one save.
    pub(crate) writes: Vec<Written>,
}

/// The figures of [`Order::List`].
#[derive(Debug, Deserialize)]
pub(crate) struct Reading {
    /// Each read by the device.
    pub(crate) device_ms: Vec<f64>,
    /// Each time the same rows by hand.
    pub(crate) raw_ms: Vec<f64>,
}

/// The figures of [`Order::StartCold`].
#[derive(Debug, Deserialize)]
pub(crate) struct Starts {
    /// Each start of the app.
    pub(crate) app_ms: Vec<f64>,
    /// Each start of the empty page.
    pub(crate) empty_ms: Vec<f64>,
}

/// The figures of [`Order::LookThrough`].
#[derive(Debug, Deserialize)]
pub(crate) struct Looks {
    /// Each filter, until the list shows it.
    pub(crate) filter_ms: Vec<f64>,
    /// Each search, until the list shows it.
    pub(crate) search_ms: Vec<f64>,
    /// What the app with all notes in its list holds above an empty page, in bytes.
    pub(crate) memory: f64,
}

/// One transaction of a save.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    /// How durable it was.
    pub(crate) durability: String,
    /// What was written in it.
    pub(crate) writes: Vec<serde::de::IgnoredAny>,
}
