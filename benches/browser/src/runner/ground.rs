//! The endpoint's database and HTTP, put back to one and the same beginning before each round.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, Result};
use axum::Router;
use endpoint::http;
use endpoint::storage::{Storage, notes};
use tempfile::TempDir;

/// How the pages inside call the endpoint; only links in mails and cookies would use it.
const PUBLIC_URL: &str = "http://127.0.0.1";
const BEGINNING: &str = "beginning.sqlite";

/// The endpoint, of which there is always one.
pub(crate) struct Ground {
    folder: TempDir,
    life: RwLock<Life>,
}

/// One life of the endpoint, from one beginning to the next.
#[derive(Clone)]
struct Life {
    number: usize,
    storage: Arc<Storage>,
    router: Router,
}

impl Life {
    fn open(file: &std::path::Path, number: usize) -> Result<Self> {
        let storage = Arc::new(Storage::open(file)?);
        // No pages: the bench's own are served beside it.
        let router = http::router_with_site(Arc::clone(&storage), PUBLIC_URL, |_| None);
        Ok(Self { number, storage, router })
    }
}

impl Ground {
    /// An endpoint over an empty database.
    pub(crate) fn open() -> Result<Self> {
        let folder = TempDir::new_in(place()).context("no place for the endpoint's database")?;
        let life = Life::open(&folder.path().join("0.sqlite"), 0)?;
        Ok(Self { folder, life: RwLock::new(life) })
    }

    /// The database of now.
    pub(crate) fn storage(&self) -> Arc<Storage> {
        self.now().storage
    }

    /// The HTTP of now.
    pub(crate) fn router(&self) -> Router {
        self.now().router
    }

    fn now(&self) -> Life {
        self.life.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is in the database now is what each later round begins with.
    pub(crate) fn set_beginning(&self) -> Result<()> {
        let life = self.now();
        // Checkpoints everything into one file.
        life.storage.close();
        let file = self.file(life.number);
        std::fs::copy(file, self.folder.path().join(BEGINNING))?;
        self.begin_again()
    }

    /// Throws away what the last round stored.
    pub(crate) fn begin_again(&self) -> Result<()> {
        let old = self.now();
        old.storage.close();
        let number = old.number + 1;
        std::fs::copy(self.folder.path().join(BEGINNING), self.file(number))?;
        let new = Life::open(&self.file(number), number)?;
        *self.life.write().unwrap_or_else(PoisonError::into_inner) = new;
        // Its readers keep it open until they are gone.
        std::fs::remove_file(self.file(old.number))?;
        Ok(())
    }

    /// Notes that are stored now.
    pub(crate) async fn notes(&self) -> Result<u64> {
        let storage = self.storage();
        storage.show_all().await?;
        Ok(storage.read(notes::count).await?)
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("{number}.sqlite"))
    }
}

/// Where databases and profiles lie: a real disk, since `/tmp` may be memory.
pub(crate) fn place() -> PathBuf {
    std::env::var_os("BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from)
}
