//! `sightline device`: which devices there are, and shutting one out.

use anyhow::bail;
use clap::Subcommand;
use protocol::DeviceId;
use protocol::console::DeviceEntry;

use super::backup::moment;
use super::{Place, say};
use crate::clock::now_ms;
use crate::storage::devices;

#[derive(Debug, Subcommand)]
pub(super) enum Device {
    /// Lists all devices, by rep.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Shuts a device out, at once and for good: it reads nothing more, and what it still holds
    /// goes into quarantine.
    Revoke {
        /// Which, by the id that `list` tells.
        device_id: DeviceId,
        #[command(flatten)]
        place: Place,
    },
}

impl Device {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List { place } => list(&place),
            Self::Revoke { device_id, place } => revoke(&place, device_id),
        }
    }
}

fn list(place: &Place) -> anyhow::Result<()> {
    place.existing_database()?;
    let known = devices::list(&place.open()?.open_reader()?)?;
    let heading = ["DEVICE", "REP", "NAME", "ENROLLED", "LAST SEEN", "REVOKED"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(heading).chain(known.iter().map(row)).collect();
    rows.iter().try_for_each(|row| say(&line(row, &rows)))
}

fn row(device: &DeviceEntry) -> [String; 6] {
    let DeviceEntry { device_id, rep, name, enrolled_at_ms, seen_at_ms, revoked_at_ms } = device;
    let or_dash = |at_ms: Option<i64>| at_ms.map_or_else(|| "-".to_owned(), moment);
    [
        device_id.to_string(),
        plain(&rep.name),
        plain(name),
        moment(*enrolled_at_ms),
        or_dash(*seen_at_ms),
        or_dash(*revoked_at_ms),
    ]
}

/// Names are what people typed: nothing in them may move a terminal's cursor or begin a line.
fn plain(name: &str) -> String {
    let plain = |it: char| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it };
    let name: String = name.chars().map(plain).collect();
    if name.trim().is_empty() { "-".to_owned() } else { name }
}

/// Each cell but the last is as wide as the widest of its column.
fn line(row: &[String; 6], rows: &[[String; 6]]) -> String {
    let chars = |cell: &String| cell.chars().count();
    let mut line = String::new();
    for (column, cell) in row.iter().enumerate() {
        let width = rows.iter().map(|row| chars(&row[column])).max().unwrap_or_default();
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width - chars(cell) + 2));
    }
    line.trim_end().to_owned()
}

fn revoke(place: &Place, device_id: DeviceId) -> anyhow::Result<()> {
    place.existing_database()?;
    if !place.write(move |db| devices::revoke(db, device_id, now_ms()))? {
        bail!("there is no device {device_id}; `sightline device list` tells their ids");
    }
    say(&format!("{device_id} is shut out. What it still holds goes into quarantine."))
}
