//! Backups and restores, as the commands `backup` and `restore` make them, over databases in
//! memory.

use std::rc::Rc;

use endpoint::storage::backup::{self, CopyId, Legacy};
use endpoint::storage::notes;
use protocol::{Epoch, OpId};

use super::Server;
use super::books::Books;
use super::database::Database;
use crate::broken::{Broken, Checked};

/// A file from which the database could be restored.
#[derive(Debug)]
pub(crate) struct Backup {
    file: Vec<u8>,
    name: String,
    /// What it holds.
    pub(crate) books: Rc<Books>,
    /// A person said that it will never be restored.
    pub(crate) is_forgotten: bool,
    /// The restore, by the name of the database that it moved aside, that could not read which
    /// copies there were: forgetting that one means this one, too.
    guard: Option<String>,
}

impl Server {
    /// A copy is known to the database before it is signed, and only a signed one is finished.
    pub(crate) fn back_up(&mut self, copy_id: CopyId, is_finished: bool, world_ms: u64) -> Checked {
        let highest_seq = backup::highest_seq(&self.db)?;
        let name = format!("backup-{}", self.backups.len());
        let file = self.signed_copy(&copy_id)?;
        backup::register(&self.db, &copy_id, &name, highest_seq, self.now_ms(world_ms))?;
        if !is_finished {
            return Ok(());
        }
        let (books, is_forgotten, guard) = (self.books(), false, None);
        self.backups.push(Backup { file, name, books, is_forgotten, guard });
        Ok(())
    }

    /// Signs the database, copies it, and takes the signature back: to open the copy would take
    /// longer than all the rest.
    fn signed_copy(&self, copy_id: &CopyId) -> Checked<Vec<u8>> {
        let work = self.db.begin()?;
        backup::sign(&self.db, copy_id)?;
        let file = self.db.serialize("main")?.to_vec();
        drop(work);
        Ok(file)
    }

    /// Says of one that is known that it will never be restored, or of all but one.
    pub(crate) fn forget(&mut self, draw: u64, keeps_one: bool, world_ms: u64) -> Checked {
        let known = backup::list(&self.db)?;
        let known: Vec<_> = known.iter().filter(|it| it.forgotten_at_ms.is_none()).collect();
        if known.is_empty() {
            return Ok(());
        }
        let drawn = draw as usize % known.len();
        for (n, chosen) in known.iter().enumerate() {
            if (n == drawn) == keeps_one {
                continue;
            }
            backup::forget(&self.db, chosen.id, self.now_ms(world_ms))?;
            for backup in &mut self.backups {
                let is_it = backup.name == chosen.file;
                backup.is_forgotten |= is_it || backup.guard.as_deref() == Some(&*chosen.file);
            }
        }
        Ok(())
    }

    /// Puts one that was not forgotten in the place of the database, which is moved aside and
    /// could be restored itself. Tells whether there was one.
    pub(crate) fn restore(
        &mut self,
        draw: u64,
        epoch: Epoch,
        is_legacy_lost: bool,
        world_ms: u64,
    ) -> Checked<bool> {
        let known: Vec<usize> =
            (0..self.backups.len()).filter(|n| !self.backups[*n].is_forgotten).collect();
        if known.is_empty() {
            return Ok(false);
        }
        let chosen = &self.backups[known[draw as usize % known.len()]];
        let copy = Database::of(&chosen.file)?;
        let now_ms = self.now_ms(world_ms);
        let legacy = if is_legacy_lost { None } else { Some(Legacy::read(&copy, &self.db)?) };
        let aside = format!("aside-{}", self.restores);
        backup::begin_new_epoch(&copy, &chosen.name, epoch, now_ms)?;
        backup::carry_over(&copy, legacy.as_ref(), &aside, now_ms)?;
        let books = Rc::clone(&chosen.books);
        if is_legacy_lost {
            self.backups.iter_mut().for_each(|backup| backup.guard = Some(aside.clone()));
        }
        self.backups.push(Backup {
            file: self.db.serialize("main")?.to_vec(),
            name: aside,
            books: self.books(),
            is_forgotten: is_legacy_lost,
            guard: None,
        });
        self.committed.insert(epoch, books);
        self.db = copy;
        self.epoch = epoch;
        self.restores += 1;
        let revoked = self.revoked_now()?;
        // Where nobody could read who was shut out, the admin is told so.
        if !is_legacy_lost && !self.revoked.is_subset(&revoked) {
            return Err(Broken::new(10, "a restore lets a revoked device in again"));
        }
        self.revoked = revoked;
        Ok(true)
    }

    /// SYNC.md §1, "Restore safety": what is told to be safe is in every backup that could still be
    /// restored.
    pub(crate) fn check_safe_seq(&self) -> Checked {
        let Some(safe_seq) = backup::safe_seq(&self.db)? else { return Ok(()) };
        let mut statement = self.db.prepare_cached("SELECT op_id FROM op WHERE seq <= ?1")?;
        let rows = statement.query_map([safe_seq.0], |row| Ok(OpId::from_bytes(row.get(0)?)))?;
        for op_id in rows {
            let op_id = op_id?;
            let lacks =
                |backup: &&Backup| !backup.is_forgotten && !backup.books.ops.contains_key(&op_id);
            if let Some(backup) = self.backups.iter().find(lacks) {
                let what = format!("{op_id} is told to be safe and is not in {}", backup.name);
                return Err(Broken::new(2, what));
            }
        }
        Ok(())
    }

    /// What the endpoint does when it is idle.
    pub(crate) fn tidy_up(&self, world_ms: u64) -> Checked {
        Ok(notes::empty_bin(&self.db, self.now_ms(world_ms))?)
    }
}
