//! Controls that several screens share.

pub(crate) mod attachment;
pub(crate) mod choice;
pub(crate) mod icon;
pub(crate) mod kind_keys;
pub(crate) mod names;
pub(crate) mod note_row;
pub(crate) mod object_url;
pub(crate) mod state;
pub(crate) mod status_line;
pub(crate) mod storage_alert;
