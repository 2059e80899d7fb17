//! Each draft has one owner: the tab that opened it last. Two that write the same draft would take
//! each other's words away.

use crate::lock::Lock;

/// A tab's hold on a draft; it ends when dropped.
pub struct DraftOwner(Lock);

impl DraftOwner {
    /// Takes the draft of this key over, from another tab where one has it. `on_lost` is called when
    /// another tab takes it over in turn. Where the browser has no locks, everybody owns everything.
    pub(crate) async fn take(key: &str, on_lost: impl Fn() + 'static) -> Self {
        let lock = Lock::named(&format!("sightline-draft-{key}"));
        lock.acquire(true, on_lost).await;
        Self(lock)
    }
}

impl Drop for DraftOwner {
    fn drop(&mut self) {
        self.0.release();
    }
}
