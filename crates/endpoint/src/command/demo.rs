//! `sightline demo`: fills an empty data folder with believable data.

use anyhow::bail;
use clap::Args;

use super::{Place, enrolment_link, say, sign_in_link};
use crate::clock::now_ms;
use crate::demo::{Wanted, fill};
use crate::storage::{demo, settings};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// How many notes.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(..=2_000_000))]
    notes: u32,
    /// What decides chance: the same number makes the same notes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    place: Place,
}

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self { notes, seed, place } = self;
        let made = place.write(move |db| {
            if !demo::is_empty(db)? {
                return Ok(None);
            }
            let links = fill(db, Wanted { notes, seed }, now_ms())?;
            Ok(Some((links, settings::public_url(db)?)))
        })?;
        let Some((links, public_url)) = made else {
            bail!("there is data already; give an empty folder after --data-dir");
        };
        let public_url = place.public_url_or(public_url);
        say(&format!(
            "A demo of {notes} notes. Run `sightline serve` with the same --data-dir. Each link is \
             good once:\n\
             \x20 a rep enrols a phone or laptop:    {}\n\
             \x20 marketing signs in to the console: {}",
            enrolment_link(&public_url, &links.invitation),
            sign_in_link(&public_url, &links.sign_in),
        ))
    }
}
