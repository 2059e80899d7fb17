//! The command line: what a person types, and what is said back.
//!
//! Results go to standard output alone, so that a script can use them; errors to standard error,
//! one line and what to do.

mod backup;
mod demo;
mod device;
mod guard;
mod restore;
mod serve;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use protocol::RepId;
use protocol::console::{InboxQuery, Role};
use protocol::note::Kind;
use rusqlite::Connection;

use crate::clock::now_ms;
use crate::export::{self, Format};
use crate::storage::{Storage, StorageError, devices, search, settings, users};

/// Marketing's endpoint: receives the notes of reps, serves their app and marketing's console.
#[derive(Debug, Parser)]
#[command(name = "sightline", version)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serves the app, the console and the endpoint.
    Serve(serve::Serve),
    /// Invites a rep: prints an enrolment link, good once and for 72 hours.
    Invite {
        /// The rep's name.
        #[arg(long)]
        rep: String,
        #[command(flatten)]
        place: Place,
    },
    /// People of marketing.
    User {
        #[command(subcommand)]
        action: UserAction,
    },
    /// Devices of reps.
    Device {
        #[command(subcommand)]
        action: device::Device,
    },
    /// Copies everything into one file, also while the endpoint serves.
    Backup(backup::Backup),
    /// Puts a copy in the place of the database, which is moved aside.
    Restore(restore::Restore),
    /// Fills an empty data folder with a demo: reps, customers, notes, decisions, questions.
    Demo(demo::Demo),
    /// Writes all notes to standard output, newest first.
    Export {
        /// In which form.
        #[arg(long)]
        format: Format,
        /// Only this kind: competitor, acceptance, need or gap.
        #[arg(long)]
        kind: Option<Kind>,
        /// Only this rep's, by id.
        #[arg(long)]
        rep: Option<RepId>,
        /// Only received at or after: milliseconds since 1970, UTC.
        #[arg(long)]
        from_ms: Option<i64>,
        /// Only received before: milliseconds since 1970, UTC.
        #[arg(long)]
        to_ms: Option<i64>,
        /// Only notes with these words.
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum UserAction {
    /// Adds a user or changes one's role: prints a sign-in link, good once and for a day.
    Add {
        /// The user's e-mail address.
        #[arg(long)]
        email: String,
        /// What they may do: marketer or admin.
        #[arg(long, value_parser = role)]
        role: Role,
        #[command(flatten)]
        place: Place,
    },
}

/// Where the data lies, and by which address browsers reach it.
#[derive(Debug, Clone, Args)]
struct Place {
    /// The folder of the database.
    #[arg(long, default_value = "data")]
    data_dir: PathBuf,
    /// `sqlite:FILE`, for a database file elsewhere than in the data folder.
    #[arg(long)]
    database_url: Option<String>,
    /// The address that browsers use, for links and cookies; https but on one's own machine.
    /// Without it, the one that `serve` was last given.
    #[arg(long)]
    public_url: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// Why it was not done.
pub fn run(command: Command) -> anyhow::Result<()> {
    match command.action {
        Action::Serve(serve) => serve.run(),
        Action::Device { action } => action.run(),
        Action::Backup(backup) => backup.run(),
        Action::Restore(restore) => restore.run(),
        Action::Demo(demo) => demo.run(),
        Action::Invite { rep, place } => {
            if rep.trim().is_empty() {
                bail!("the rep's name is empty; give one after --rep");
            }
            let (code, public_url) = place.write(move |db| {
                let code = devices::invite(db, rep.trim(), now_ms())?;
                Ok((code, settings::public_url(db)?))
            })?;
            say(&enrolment_link(&place.public_url_or(public_url), &code))
        }
        Action::User { action: UserAction::Add { email, role, place } } => {
            if !email.contains('@') {
                bail!("{email:?} is no e-mail address; give one after --email");
            }
            let (code, public_url) = place.write(move |db| {
                let code = users::add(db, &email, role, now_ms())?;
                Ok((code, settings::public_url(db)?))
            })?;
            say(&sign_in_link(&place.public_url_or(public_url), &code))
        }
        Action::Export { format, kind, rep, from_ms, to_ms, search, place } => {
            let query =
                InboxQuery { kind, rep, from_ms, to_ms, q: search, ..InboxQuery::default() };
            let file = place.existing_database()?;
            place.write(search::catch_up)?;
            let read_only = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
            let connection = Connection::open_with_flags(file, read_only)?;
            let mut output = std::io::BufWriter::new(std::io::stdout());
            Ok(export::write(&connection, &query, format, &mut output)?)
        }
    }
}

/// Says on standard error why the command failed, in one line.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "sightline: {error:#}");
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output is closed")
}

fn role(name: &str) -> Result<Role, String> {
    [Role::Marketer, Role::Admin]
        .into_iter()
        .find(|role| role.as_str() == name)
        .ok_or_else(|| "marketer or admin".to_owned())
}

pub(crate) fn enrolment_link(public_url: &str, code: &str) -> String {
    format!("{}/enrol#{code}", public_url.trim_end_matches('/'))
}

pub(crate) fn sign_in_link(public_url: &str, code: &str) -> String {
    format!("{}/console/sign-in#{code}", public_url.trim_end_matches('/'))
}

impl Place {
    /// What was given, else what `serve` was last given, else what it takes by default.
    fn public_url_or(&self, served: Option<String>) -> String {
        let url = self.public_url.clone().or(served);
        url.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned())
    }

    /// The database's file, its folder made where there is none.
    fn database(&self) -> anyhow::Result<PathBuf> {
        let file = match self.database_url.as_deref().map(|url| url.split_once(':')) {
            None => self.data_dir.join("sightline.sqlite"),
            Some(Some(("sqlite", file))) if !file.is_empty() => {
                PathBuf::from(file.trim_start_matches("//"))
            }
            Some(Some(("postgres" | "postgresql", _))) => {
                bail!("this version keeps its data in SQLite alone; leave --database-url out")
            }
            Some(_) => bail!("--database-url is not understood; write sqlite:FILE or leave it out"),
        };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            make_private_folder(folder)?;
        }
        Ok(file)
    }

    fn existing_database(&self) -> anyhow::Result<PathBuf> {
        let file = self.database()?;
        if !file.exists() {
            bail!("there is no database at {}; check --data-dir", file.display());
        }
        Ok(file)
    }

    fn open(&self) -> anyhow::Result<Storage> {
        let file = self.database()?;
        Storage::open(&file).with_context(|| {
            format!("cannot open {}; check --data-dir and who may write there", file.display())
        })
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> anyhow::Result<T> {
        let storage = self.open()?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(runtime.block_on(storage.write(work))?)
    }
}

/// What customers said is nobody else's business on a shared machine.
fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}
