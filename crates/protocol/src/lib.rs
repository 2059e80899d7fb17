//! What travels between a rep's device and marketing's endpoint, and what it means.
//!
//! No I/O, no clock, no randomness: callers pass time and chance in. The same validation runs on
//! both ends, so a note that a phone accepts is a note that the endpoint accepts.

pub mod attachment;
mod choice;
pub mod console;
pub mod enrol;
pub mod hash;
pub mod have;
pub mod hex;
pub mod history;
pub mod id;
pub mod limits;
pub mod mac;
pub mod mail;
pub mod note;
pub mod op;
pub mod place;
pub mod planted;
pub mod price;
pub mod problem;
pub mod proof;
pub mod pull;
pub mod push;
pub mod reply;
pub mod seal;
pub mod token;
pub mod words;

pub use attachment::Attachment;
pub use hash::Sha256;
pub use id::{
    AttachmentId, BatchId, BriefingId, ClaimId, DecisionId, DeedId, DeviceId, Epoch, NoteId, OpId,
    QuestionId, ReferenceId, RemarkId, RepId, Seq, TestGroupId, TopicId, VisitId,
};
pub use mac::{Mac, MacKey};
pub use note::{Details, Kind, Note};
pub use op::{Action, ClientTime, Op, OpBody};
pub use place::Place;
pub use price::{Amount, Currency, Price};
pub use problem::{Code, Problem};
pub use proof::{PublicKey, Signature};
pub use reply::Reply;
pub use words::Words;
