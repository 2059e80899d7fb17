//! What a browser gives the sync engine and the app: durable storage, network, locks between
//! tabs, time and chance. The app reaches all of it through [`Device`] alone.

mod chance;
mod channel;
mod clock;
mod connection;
mod crypto;
mod device;
mod draft_owner;
mod driver;
pub mod fold;
mod geolocation;
mod global;
mod indexed_db;
mod json;
mod key;
mod lock;
mod memo;
mod persistence;
pub mod photo;
mod recorder;
mod reflect;
mod rescue;
mod room;
pub mod shared;
pub mod shell;
mod spare;
mod storage_error;
mod store;
mod transport;
mod triggers;

pub use clock::{now_ms, utc_offset_minutes};
pub use device::{
    Device, EnrolError, Given, Held, NewMedia, Outlook, Received, SaveError, Standing,
};
pub use draft_owner::DraftOwner;
pub use geolocation::PlaceError;
pub use memo::{MEMO_MS_MAX, Memo, MemoEnd, MemoError};
pub use recorder::NoMicrophone;
pub use rescue::{PASSPHRASE_CHARS_MIN, Rescue, RescueError};
pub use room::Room;
pub use storage_error::StorageError;
pub use store::drafts::{Draft, DraftFor};
pub use store::identity::Identity;
pub use store::moments::{Event, Moment};
pub use store::notes::{Content, NoteState, StoredNote, begun_ms};
pub use store::uploads::UploadState;
pub use store::visits::Visit;
pub use sync::{Reason, State, Status};
