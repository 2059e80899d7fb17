//! Every text of the app, by name. A language is one constant of this type, so a text that is
//! missing in one of them does not compile.

use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::{Code, Kind};

/// Two forms of a text with a number: `{n}` stands for it.
#[derive(Clone, Copy)]
pub(crate) struct Plural {
    pub(crate) one: &'static str,
    pub(crate) other: &'static str,
}

pub(crate) struct Texts {
    // Kinds, short on their keys and in full above their forms.
    pub(crate) kind_key: fn(Kind) -> &'static str,
    pub(crate) kind_name: fn(Kind) -> &'static str,
    pub(crate) kind_prompt: fn(Kind) -> &'static str,

    // Navigation.
    pub(crate) nav: &'static str,
    pub(crate) nav_capture: &'static str,
    pub(crate) nav_notes: &'static str,
    pub(crate) nav_device: &'static str,
    pub(crate) skip_to_content: &'static str,
    pub(crate) back: &'static str,
    pub(crate) not_found: &'static str,
    /// A screen cannot be loaded.
    pub(crate) not_loaded: &'static str,

    // The status line.
    pub(crate) all_sent: &'static str,
    pub(crate) nothing_yet: &'static str,
    pub(crate) notes_waiting: Plural,
    pub(crate) answers_waiting: Plural,
    /// What a great many are, notes or not.
    pub(crate) much_waiting: Plural,
    /// Between the two.
    pub(crate) and: &'static str,
    pub(crate) waiting_offline: Plural,
    pub(crate) waiting_online: Plural,
    pub(crate) sending: &'static str,
    /// Photos and files that are under way after all words.
    pub(crate) uploading: Plural,
    pub(crate) held_count: Plural,
    pub(crate) stays_until_enrolled: Plural,
    /// The browser lost its database; a second copy has these.
    pub(crate) spared: Plural,
    pub(crate) enrol_first: &'static str,
    pub(crate) enrol_again: &'static str,
    pub(crate) revoked: &'static str,
    pub(crate) handing_over: &'static str,
    pub(crate) clock_off: &'static str,
    pub(crate) update_needed: &'static str,
    pub(crate) network_not_ours: &'static str,
    pub(crate) endpoint_trouble: &'static str,
    pub(crate) endpoint_full: &'static str,

    // Home.
    pub(crate) today: &'static str,
    pub(crate) today_count: Plural,
    pub(crate) earlier: &'static str,
    pub(crate) home_empty: &'static str,
    pub(crate) new_note: &'static str,
    pub(crate) all_notes: &'static str,
    pub(crate) saved_here: &'static str,
    pub(crate) undo: &'static str,

    // Visits.
    pub(crate) visit: &'static str,
    pub(crate) visits: &'static str,
    pub(crate) visit_at: &'static str,
    pub(crate) visit_start: &'static str,
    pub(crate) visit_whom: &'static str,
    pub(crate) visit_begin: &'static str,
    pub(crate) visit_finish: &'static str,
    pub(crate) visit_notes: Plural,

    // The form.
    pub(crate) text_label: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) product: &'static str,
    pub(crate) competitor: &'static str,
    pub(crate) their_price: &'static str,
    pub(crate) our_price: &'static str,
    pub(crate) price_example: &'static str,
    pub(crate) price_understood: &'static str,
    pub(crate) comparison: &'static str,
    pub(crate) comparison_of: fn(Comparison) -> &'static str,
    pub(crate) terms: &'static str,
    pub(crate) validity: &'static str,
    pub(crate) seen_at: &'static str,
    pub(crate) level: &'static str,
    pub(crate) level_of: fn(AcceptanceLevel) -> &'static str,
    pub(crate) relation: &'static str,
    pub(crate) relation_of: fn(Relation) -> &'static str,
    pub(crate) urgency: &'static str,
    pub(crate) urgency_of: fn(Urgency) -> &'static str,
    pub(crate) workaround: &'static str,
    pub(crate) would_pay: &'static str,
    pub(crate) promised: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) part: &'static str,
    pub(crate) part_of: fn(Part) -> &'static str,
    pub(crate) hypotheses: &'static str,
    pub(crate) hypothesis_of: fn(Hypothesis) -> &'static str,
    pub(crate) more: &'static str,
    pub(crate) place: &'static str,
    pub(crate) place_add: &'static str,
    pub(crate) place_asking: &'static str,
    pub(crate) place_explained: &'static str,
    pub(crate) place_denied: &'static str,
    pub(crate) place_unknown: &'static str,
    pub(crate) draft_elsewhere: &'static str,
    pub(crate) draft_here: &'static str,
    pub(crate) save: &'static str,
    pub(crate) save_more: &'static str,
    pub(crate) save_more_short: &'static str,
    pub(crate) not_saved: &'static str,

    // What a note holds besides words.
    pub(crate) camera: &'static str,
    pub(crate) photo: &'static str,
    pub(crate) memo: &'static str,
    pub(crate) file: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) understood: &'static str,
    /// While a photo or a file goes to the disk.
    pub(crate) preparing: &'static str,
    pub(crate) not_kept: &'static str,
    pub(crate) file_gone: &'static str,
    /// What becomes of a picture that the browser cannot read.
    pub(crate) picture_unread: &'static str,
    pub(crate) send_as_it_is: &'static str,
    pub(crate) leave_it: &'static str,
    pub(crate) picture_undecided: &'static str,
    pub(crate) media_look: &'static str,
    pub(crate) media_not_saved: &'static str,
    /// A voice memo's file.
    pub(crate) memo_name: &'static str,
    pub(crate) recording: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) memo_limit: &'static str,
    pub(crate) memo_lost: &'static str,
    pub(crate) memo_cut: &'static str,
    pub(crate) memo_not_whole: &'static str,
    pub(crate) memo_unsupported: &'static str,
    pub(crate) memo_denied: &'static str,
    pub(crate) memo_missing: &'static str,
    pub(crate) memo_busy: &'static str,

    // What another app shared.
    pub(crate) share_waits: &'static str,

    // The list and a note.
    pub(crate) saved: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) held: &'static str,
    pub(crate) saved_at: &'static str,
    pub(crate) note_missing: &'static str,
    pub(crate) attachments: &'static str,
    /// In a list, where there is no room.
    pub(crate) more_versions: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) withdraw: &'static str,
    pub(crate) withdrawn: &'static str,

    // Finding a note.
    pub(crate) filter: &'static str,

    // What happened to a note, and what can be done with it.
    pub(crate) read: &'static str,
    pub(crate) classified: &'static str,
    pub(crate) decided: &'static str,
    pub(crate) declined: &'static str,

    // From marketing.
    pub(crate) nav_inbox: &'static str,
    pub(crate) unseen: Plural,

    // The visit pack.
    pub(crate) prepare: &'static str,
    /// A name that marketing does not have in its lists.
    pub(crate) new_name: &'static str,

    // My device.
    pub(crate) uploads: &'static str,

    // Settings.
    pub(crate) language: &'static str,

    // Updates.
    pub(crate) update_ready: &'static str,
    pub(crate) update_now: &'static str,

    // Errors.
    pub(crate) storage_unavailable: &'static str,
    pub(crate) storage_blocked: &'static str,
    pub(crate) storage_outdated: &'static str,
    pub(crate) storage_full: &'static str,
    pub(crate) storage_lost: &'static str,
    pub(crate) storage_unreadable: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) problem: fn(Code) -> &'static str,
}
