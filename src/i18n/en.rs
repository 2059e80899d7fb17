//! The app in English.

use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::{Code, Kind};

use super::texts::{Plural, Texts};

pub(crate) const EN: Texts = Texts {
    kind_key: |kind| match kind {
        Kind::Competitor => "Competitor",
        Kind::Acceptance => "Acceptance",
        Kind::Need => "Need",
        Kind::Gap => "Gap",
    },
    kind_name: |kind| match kind {
        Kind::Competitor => "Competitor sighting",
        Kind::Acceptance => "Customer acceptance",
        Kind::Need => "Unmet need",
        Kind::Gap => "Gap between theory and practice",
    },
    kind_prompt: |kind| match kind {
        Kind::Competitor => "Who offers what, and at which price?",
        Kind::Acceptance => "What does the customer say, in their own words?",
        Kind::Need => "What do they need that nobody sells?",
        Kind::Gap => "What was promised, and what happened?",
    },

    nav: "Main",
    nav_capture: "Capture",
    nav_notes: "Notes",
    nav_device: "My device",
    skip_to_content: "Skip to content",
    back: "Back",
    not_found: "There is nothing at this address.",
    not_loaded: "This part of Sightline is not on this device yet, and there is no connection to fetch it. Notes can be written all the same.",

    all_sent: "All sent",
    nothing_yet: "Ready, with or without a network",
    notes_waiting: Plural { one: "{n} note", other: "{n} notes" },
    answers_waiting: Plural { one: "{n} answer", other: "{n} answers" },
    much_waiting: Plural {
        one: "{n} note, photo or answer",
        other: "{n} notes, photos and answers",
    },
    and: " and ",
    waiting_offline: Plural {
        one: "{what} will be sent when you are back online",
        other: "{what} will be sent when you are back online",
    },
    waiting_online: Plural {
        one: "{what} saved on this phone, will be sent",
        other: "{what} saved on this phone, will be sent",
    },
    sending: "Sending {what}",
    uploading: Plural {
        one: "All notes sent, 1 photo or file on its way",
        other: "All notes sent, {n} photos and files on their way",
    },
    held_count: Plural { one: "1 item is held", other: "{n} items are held" },
    stays_until_enrolled: Plural {
        one: "{what} stays on this phone until it is enrolled",
        other: "{what} stay on this phone until it is enrolled",
    },
    spared: Plural {
        one: "This browser lost what it had stored. 1 unsent note is safe in a second copy: ask for a new invitation, and it comes back.",
        other: "This browser lost what it had stored. {n} unsent notes are safe in a second copy: ask for a new invitation, and they come back.",
    },
    enrol_first: "Open your invitation link to enrol this phone",
    enrol_again: "Marketing does not know this phone any more. Ask for a new invitation; your notes stay here.",
    revoked: "This phone was shut out by marketing. Your notes stay here; call them.",
    handing_over: "This phone was shut out by marketing. What it holds is being handed over.",
    clock_off: "This phone's clock is off by more than ten minutes. No note is lost; please set it.",
    update_needed: "A newer version of the app will send your notes.",
    network_not_ours: "This network asks for a sign-in of its own. Your notes wait here.",
    endpoint_trouble: "Marketing's server has trouble. Your notes wait here.",
    endpoint_full: "Marketing's server is full. Your notes wait here; tell marketing.",

    today: "Today",
    today_count: Plural { one: "1 note", other: "{n} notes" },
    earlier: "Earlier",
    home_empty: "What did you see or hear? Tap one of the four keys; it takes ten seconds.",
    new_note: "New note",
    all_notes: "All notes",
    saved_here: "Saved on this phone",
    undo: "Undo",

    visit: "Visit",
    visits: "Visits",
    visit_at: "Visit at",
    visit_start: "Start a visit",
    visit_whom: "Whom do you visit?",
    visit_begin: "Start",
    visit_finish: "Finish",
    visit_notes: Plural { one: "{n} note", other: "{n} notes" },

    text_label: "Your words",
    customer: "Customer",
    product: "Product",
    competitor: "Competitor",
    their_price: "Their price",
    our_price: "Our price",
    price_example: "12.50 / kg",
    price_understood: "Understood as",
    comparison: "Than ours",
    comparison_of: |comparison| match comparison {
        Comparison::Cheaper => "Cheaper",
        Comparison::Same => "Same",
        Comparison::Dearer => "Dearer",
    },
    terms: "Terms",
    validity: "Valid until",
    seen_at: "Where seen",
    level: "How do they take it?",
    level_of: |level| match level {
        AcceptanceLevel::Rejects => "Rejects",
        AcceptanceLevel::Reluctant => "Reluctant",
        AcceptanceLevel::Open => "Open",
        AcceptanceLevel::Likes => "Likes it",
        AcceptanceLevel::Adopts => "Adopts it",
    },
    relation: "They are a",
    relation_of: |relation| match relation {
        Relation::Customer => "Customer",
        Relation::Prospect => "Prospect",
    },
    urgency: "How soon?",
    urgency_of: |urgency| match urgency {
        Urgency::Someday => "Some day",
        Urgency::Soon => "Soon",
        Urgency::Now => "Now",
    },
    workaround: "What they do today",
    would_pay: "What they would pay",
    promised: "What was promised",
    happened: "What happened",
    part: "Which part?",
    part_of: |part| match part {
        Part::TargetMarket => "Target market",
        Part::Message => "Message",
        Part::ProductComposition => "Product composition",
        Part::Operations => "Operations",
    },
    hypotheses: "Why, do you think?",
    hypothesis_of: |hypothesis| match hypothesis {
        Hypothesis::Clientele => "A different clientele",
        Hypothesis::Technique => "Another sales technique",
        Hypothesis::Perception => "A distorted perception",
        Hypothesis::Cycle => "Another sales cycle",
    },
    more: "More",
    place: "Place",
    place_add: "Add the place",
    place_asking: "Looking…",
    place_explained: "Rounded to about a kilometre.",
    place_denied: "The phone does not allow it. You can change that in its settings; the note needs no place.",
    place_unknown: "The place is not known here. The note needs none.",
    draft_elsewhere: "You go on with this note in another tab. What you type here is not kept.",
    draft_here: "Go on here",
    save: "Save",
    save_more: "Save and add another",
    save_more_short: "and add another",
    not_saved: "Not saved yet.",

    camera: "Camera",
    photo: "Photos",
    memo: "Memo",
    file: "File",
    remove: "Remove",
    understood: "OK",
    preparing: "Keeping it on this phone…",
    not_kept: "Not kept.",
    file_gone: "This file cannot be read any more. Choose it again.",
    picture_unread: "This browser cannot read the picture, so it is not attached. Sent as it is, it may tell where it was taken.",
    send_as_it_is: "Send it as it is",
    leave_it: "Leave it out",
    picture_undecided: "First say what becomes of the picture that cannot be read.",
    media_look: "See above what was not kept, then save again.",
    media_not_saved: "Your words are saved. Not attached yet:",
    memo_name: "Voice memo",
    recording: "Recording",
    stop: "Stop",
    memo_limit: "A voice memo takes ten minutes at the most. What you said is kept.",
    memo_lost: "The microphone went away. What you said until then is kept.",
    memo_cut: "Only the beginning of the voice memo is kept.",
    memo_not_whole: "The voice memo is kept, but cannot be attached yet.",
    memo_unsupported: "This browser cannot record. Write a few words instead.",
    memo_denied: "The microphone is not allowed here. Allow it in the browser's settings for this site.",
    memo_missing: "No microphone was found.",
    memo_busy: "The microphone does not answer. Another app may be using it.",

    share_waits: "What you shared is waiting",

    saved: "Saved on this phone",
    sent: "Sent",
    held: "Held",
    saved_at: "Saved",
    note_missing: "This note is not on this phone.",
    attachments: "Photos and files",
    more_versions: "Several versions",
    edit: "Edit",
    withdraw: "Withdraw",
    withdrawn: "Withdrawn",

    filter: "Filter",

    read: "Read",
    classified: "Classified",
    decided: "Decided",
    declined: "Declined",

    nav_inbox: "Marketing",
    unseen: Plural { one: "1 new", other: "{n} new" },

    prepare: "Before the visit",
    new_name: "New name",

    uploads: "Photos and files to be sent",

    language: "Language",

    update_ready: "A newer version is ready.",
    update_now: "Use it now",

    storage_unavailable: "This browser gives Sightline no storage here. Use a normal window, not a private one, or another browser.",
    storage_blocked: "An older tab of Sightline blocks the storage. Close the other tabs and try again.",
    storage_outdated: "A newer version of Sightline is open in another tab. Reload this page.",
    storage_full: "This phone has no room left. Free some space, then save again.",
    storage_lost: "The phone's storage does not answer. Try again; if that does not help, reload the page.",
    storage_unreadable: "Something stored on this phone cannot be read. Nothing was deleted; tell your marketing team.",
    try_again: "Try again",
    problem: |code| match code {
        Code::TextEmpty => "Write a few words first.",
        Code::TextTooLong => {
            "This text is too long. At most 10,000 characters; names up to 200, details up to 2,000."
        }
        Code::PriceNotUnderstood => {
            "This price is not understood. Write it like 12.50, 1,299 or 12.50/kg."
        }
        Code::UnknownKind | Code::FutureSchema => {
            "Marketing's server is older than this app. It keeps the note apart until it is updated."
        }
        Code::MalformedOp | Code::HashMismatch | Code::IdReuse | Code::UnsupportedAction => {
            "Marketing's server could not read this note. It keeps it apart for marketing to look at."
        }
        Code::NoteOfAnother => "This note belongs to another person.",
        Code::Deposited => "Marketing shut this phone out. It keeps the note apart.",
        Code::AttachmentTooLarge => "This file is empty or too large. At most 128 MB.",
        Code::AttachmentMismatch | Code::AttachmentReuse => {
            "This file did not arrive whole. It stays on this phone; try to send it again."
        }
        Code::BatchTooLarge => "This note is too large to be sent. It stays on this phone.",
        Code::InvitationUnknown => "This invitation is not known. Ask for a new one.",
        Code::InvitationUsed => "This invitation was used already. Ask for a new one.",
        Code::InvitationExpired => "This invitation has expired. Ask for a new one.",
        Code::TokenMissing | Code::TokenUnknown | Code::DeviceUnknown | Code::ProofRefused => {
            "Marketing does not know this device. Ask for a new invitation."
        }
        Code::DeviceRevoked => "This device was shut out by marketing.",
        Code::WrongDevice => "This device is mixed up with another one. Ask for a new invitation.",
        Code::TooManyRequests => "Too many attempts. Wait a minute and try again.",
        Code::StorageFull => "Marketing's server is full. Tell marketing.",
        Code::Unavailable | Code::Internal => {
            "Marketing's server has trouble. Try again in a while."
        }
        Code::UnsupportedProtocol => {
            "This app and marketing's server are too far apart in age. Update the app."
        }
        Code::NotFound
        | Code::MethodNotAllowed
        | Code::MalformedRequest
        | Code::InvalidUtf8
        | Code::BrokenGzip
        | Code::UnsupportedEncoding
        | Code::UnsupportedMediaType
        | Code::BadQuery
        | Code::SessionMissing
        | Code::SignInRefused
        | Code::CrossSite
        | Code::Forbidden
        | Code::CursorInvalid
        | Code::CursorGone
        | Code::TooManyOps
        | Code::OffsetMismatch
        | Code::ChecksumMismatch
        | Code::UnsupportedTus
        | Code::UploadGone
        | Code::InvalidField
        | Code::ChangedMeanwhile
        | Code::MatchMissing
        | Code::NameTaken
        | Code::NotUndoable
        | Code::Closed
        | Code::TooLarge
        | Code::Unknown => "Marketing's server did not accept this. Tell your marketing team.",
    },
};
