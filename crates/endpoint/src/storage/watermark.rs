//! How far the database had come when it was last looked at, in a small file beside it: so that a
//! database that was put back by hand is not served as if nothing had happened (SYNC.md §1,
//! "Restore safety").
//!
//! The file may lag behind the database, never lead: it is written after the commits it tells of.

use std::io::{Error, ErrorKind, Write};
use std::path::Path;

use protocol::{Epoch, Seq};

use super::copy::{beside, sync_folder};

/// Which life of the database, and its highest seq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark {
    /// Which life.
    pub epoch: Epoch,
    /// So far it had come at least.
    pub highest_seq: Seq,
}

impl Watermark {
    /// Reads the file beside the database; none where there is none yet.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(database: &Path) -> std::io::Result<Option<Self>> {
        let text = match std::fs::read_to_string(beside(database, ENDING)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let read = || {
            let (epoch, seq) = text.trim_end().split_once(' ')?;
            Some(Self { epoch: epoch.parse().ok()?, highest_seq: Seq(seq.parse().ok()?) })
        };
        read().map(Some).ok_or_else(|| Error::new(ErrorKind::InvalidData, "not understood"))
    }

    /// Writes it, all or nothing, and returns once it is on the disk.
    ///
    /// # Errors
    /// Why the file is as it was.
    pub fn write(self, database: &Path) -> std::io::Result<()> {
        let file = beside(database, ENDING);
        let fresh = beside(&file, ".new");
        let mut output = std::fs::File::create(&fresh)?;
        writeln!(output, "{} {}", self.epoch, self.highest_seq.0)?;
        output.sync_all()?;
        std::fs::rename(&fresh, &file)?;
        sync_folder(&file)
    }

    /// Whether a database that is so far can be the one that was served.
    #[must_use]
    pub fn allows(self, now: Self) -> bool {
        self.epoch == now.epoch && self.highest_seq <= now.highest_seq
    }
}

/// Behind the name of the database's file.
pub const ENDING: &str = ".watermark";

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(epoch: u64, seq: i64) -> Watermark {
        Watermark { epoch: Epoch::new(epoch, [0; 10]), highest_seq: Seq(seq) }
    }

    #[test]
    fn a_database_may_go_on_but_neither_back_nor_over_to_another_life() {
        assert!(mark(1, 5).allows(mark(1, 5)));
        assert!(mark(1, 5).allows(mark(1, 6)));
        assert!(!mark(1, 5).allows(mark(1, 4)));
        assert!(!mark(1, 5).allows(mark(2, 9)));
    }

    #[test]
    fn it_reads_back_as_written_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("some.sqlite");
        assert_eq!(Watermark::read(&database).unwrap(), None);
        for seq in [0, 1, i64::MAX] {
            mark(7, seq).write(&database).unwrap();
            assert_eq!(Watermark::read(&database).unwrap(), Some(mark(7, seq)));
        }
        for text in ["", "x", "x 1", "018bcfe5-6a34-7202-8202-020202020202 -"] {
            std::fs::write(beside(&database, ENDING), text).unwrap();
            assert_eq!(Watermark::read(&database).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }
}
