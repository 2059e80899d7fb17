//! The app in English.

use protocol::mail::{Phase, Rectified};
use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::{Code, Kind};

use crate::install::Browser;

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
    visit_running: "Under way",
    visit_notes: Plural { one: "{n} note", other: "{n} notes" },
    visit_empty: "What you note now is kept together here.",
    visit_missing: "This visit is not on this phone.",
    visits_empty: "Start a visit on the home screen: its notes stay together.",
    earlier_notes: "Earlier notes on this customer",
    no_earlier_notes: "Nothing noted on this customer before.",

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

    share_title: "Shared with Sightline",
    share_which: "Which kind of note does it belong to?",
    share_empty: "Nothing is waiting here.",
    share_failed: "What you shared was not kept: this phone has no room left, or too much is waiting already.",
    share_waits: "What you shared is waiting",

    notes_title: "Notes",
    notes_empty: "Your notes will be listed here, newest first.",
    saved: "Saved on this phone",
    sent: "Sent",
    held: "Held",
    held_why: "Why it is held",
    saved_at: "Saved",
    note_missing: "This note is not on this phone.",
    attachments: "Photos and files",
    will_be_sent: "Will be sent",
    not_here: "Not on this phone",
    siblings: "Written at the same time on two devices. Both are kept; edit the note to make one of them.",
    more_versions: "Several versions",
    edit: "Edit",
    withdraw: "Withdraw",
    withdraw_sure: "Take this note back? Marketing will see that you withdrew it.",
    keep_it: "Keep it",
    withdrawn: "Withdrawn",
    you_withdrew: "You took this note back. Marketing keeps its words for 30 days.",
    yesterday: "Yesterday",

    search: "Search your notes",
    filter: "Filter",
    filter_kind: "Kind",
    filter_state: "State",
    still_reading: "Older notes are being read",
    no_match: "No note matches. Fewer words or filters find more.",
    show_all: "Show all notes",
    keys_help: "/ searches · J and K move · Enter opens · E edits",
    found: Plural { one: "1 note found", other: "{n} notes found" },

    history: "History",
    edited: "Edited",
    attached: "Photo or file added",
    replied: "You answered",
    remarked: "Marketing wrote",
    read: "Read",
    classified: "Classified",
    decided: "Decided",
    declined: "Declined",
    duplicate: "Duplicate",
    draft_waits: "A note of this kind is begun and not saved. Shall this one take its place?",
    replace_draft: "Take its place",
    open_draft: "Go on with that one",

    marketing_words: "What marketing says",
    topic: "Topic",
    declined_why: "Declined, because",
    note_led: "This note led to",
    led_to_this: "Your note of {day} led to this",
    thread_reply: "Your answer to marketing",
    you: "You",
    answer: "Answer",

    nav_inbox: "Marketing",
    inbox_title: "From marketing",
    inbox_empty: "What marketing decides, asks and teaches will stand here, with or without a network.",
    unseen: Plural { one: "1 new", other: "{n} new" },
    new: "New",
    older: "Older ones",
    this_week: "This week:",
    week_read: Plural { one: "1 read", other: "{n} read" },
    week_decided: Plural { one: "1 decided", other: "{n} decided" },
    week_declined: Plural { one: "1 declined", other: "{n} declined" },
    decisions: "Decisions",
    decided_that: "Marketing decided: {title}",
    rectified_of: |rectified| match rectified {
        Rectified::TargetMarket => "Target market",
        Rectified::Message => "Message",
        Rectified::ProductComposition => "Product composition",
    },
    from_day: "From {day}",
    until_day: "Until {day}",
    questions: "Questions from marketing",
    question: "Question",
    question_closed: "Marketing has the answers that it needs.",
    time_is_over: "The time for answers is over.",
    your_answer: "Your answer",
    your_words: "In your words",
    about_customer: "About which customer, if any",
    add_words: "Add words",
    answer_again: "Answer again",
    remarks: "About your notes",
    remark_on: "About your note of {day}",
    briefings: "Briefings",
    briefing: "Briefing",
    battlecards: "Battlecards",
    battlecard: "Battlecard",
    phase_of: |phase| match phase {
        Phase::Prepare => "Prepare",
        Phase::Teach => "Teach",
        Phase::Launch => "Launch",
        Phase::FollowUp => "Follow up",
        Phase::Learn => "Learn",
    },
    letter_missing: "This is not on this phone. Marketing may have taken it back.",
    briefing_read: "I have read this",
    briefing_was_read: "You read this on {day}",
    briefing_changed: "It changed since you read it.",
    claims: "Does it still hold?",
    claim_source: "Source",
    claim_checked: "Checked on {day}",
    claim_true: "Still true",
    claim_false: "Not true any more",
    claim_why: "What did you see or hear, if you want to tell?",
    you_said: "You said",
    test_groups: "Test groups",
    test_group: "Test group",
    members: Plural { one: "1 customer", other: "{n} customers" },
    asked_already: "Asked already",
    group_over: "Marketing has ended this test group.",
    group_whom: "Who answers?",
    group_whom_missing: "Say first who answers.",
    group_unanswered: "Answer at least one question first.",
    group_begun: "You began with {name} and have not saved it.",
    group_anew: "Begin anew with {name}",
    yes: "Yes",
    no: "No",

    pack_decisions: "Decided since your last visit",
    prepare: "Before the visit",
    new_name: "New name",

    device_title: "My device",
    enrolled_as: "Enrolled for",
    not_enrolled: "Not enrolled yet",
    unsent: "Not sent yet",
    oldest_unsent: "Oldest of them",
    uploads: "Photos and files to be sent",
    last_contact: "Last confirmed by marketing",
    never: "Not yet",
    storage: "Storage",
    storage_kept: "The browser keeps your notes",
    storage_not_kept: "The browser may clear unsent notes when the phone is full; go online often",
    version: "Version",
    send_now: "Send now",
    next_try: "Next try",
    unknown_changes: "Marketing sent something that only a newer version of the app can show.",
    rescue_title: "Rescue file",
    rescue_explained: "If this phone cannot send any more: all that is unsent as one encrypted file, to be brought in on another device of yours.",
    passphrase: "Passphrase",
    passphrase_rule: "At least 8 characters. Without it nobody opens the file, not even you.",
    rescue_make: "Make the file",
    rescue_file: "A rescue file of yours",
    rescue_bring_in: "Bring it in",
    rescue_nothing: "Nothing is unsent: there is nothing to rescue.",
    rescue_no_download: "The browser did not take the file. Try another browser window.",
    rescue_choose_first: "Choose the file first.",
    rescue_known: "All of it is here already.",
    rescue_not_ours: "This is no rescue file of Sightline, or it cannot be read any more.",
    rescue_not_opened: "The passphrase is another one, or the file was changed. Nothing was brought in.",
    rescue_of_another: "These are notes of {name}. Bring them in on a device of theirs.",
    room: "Room",
    room_of: "{used} used of {quota}",
    clock: "Clock",
    clock_right: "As marketing's",
    rescue_made: Plural {
        one: "{n} change is in the file.",
        other: "{n} changes are in the file.",
    },
    rescue_brought: Plural {
        one: "{n} change came in and will be sent.",
        other: "{n} changes came in and will be sent.",
    },
    clock_ahead: Plural {
        one: "{n} second ahead of marketing's",
        other: "{n} seconds ahead of marketing's",
    },
    clock_behind: Plural {
        one: "{n} second behind marketing's",
        other: "{n} seconds behind marketing's",
    },

    install_title: "Put it on the home screen",
    install_why: "From there Sightline starts with one tap, without a network, and the browser keeps what is stored.",
    install_now: "Install now",
    installed: "It runs as an app of its own already.",
    browser_name: |browser| match browser {
        Browser::Ios => "iPhone and iPad",
        Browser::AndroidChrome => "Android, Chrome or Edge",
        Browser::AndroidFirefox => "Android, Firefox",
        Browser::MacSafari => "Mac, Safari",
        Browser::DesktopChromium => "Computer, Chrome or Edge",
        Browser::DesktopFirefox => "Computer, Firefox",
    },
    install_steps: |browser| match browser {
        Browser::Ios => &[
            "Tap the share button: a square with an arrow upwards.",
            "Choose “Add to Home Screen”, then “Add”.",
            "Open Sightline from the home screen from now on. If it asks for your invitation, open your link once more there.",
        ],
        Browser::AndroidChrome => &[
            "Open the menu: three dots at the top right.",
            "Choose “Install app” or “Add to Home screen”.",
        ],
        Browser::AndroidFirefox => &[
            "Open the menu: three dots beside the address.",
            "Choose “Install” or “Add to Home screen”.",
        ],
        Browser::MacSafari => &["Open the File menu.", "Choose “Add to Dock”."],
        Browser::DesktopChromium => &[
            "Click the install sign at the right end of the address bar: a screen with an arrow.",
            "Or open the menu and choose “Install Sightline”.",
        ],
        Browser::DesktopFirefox => &[
            "Firefox installs no apps on a computer. Bookmark this page: it starts without a network all the same.",
        ],
    },

    settings_title: "Settings",
    language: "Language",
    theme: "Appearance",
    theme_auto: "Like the phone",
    theme_light: "Light",
    theme_dark: "Dark",

    enrol_title: "Welcome to Sightline",
    enrol_explained: "This link makes this browser yours: what you note here goes to your marketing team.",
    device_name: "What shall this device be called?",
    device_name_default: "My phone",
    enrol_button: "Enrol this device",
    enrolling: "Enrolling…",
    enrol_no_code: "This link has no invitation in it. Open the whole link that you were sent.",
    enrol_already: "This device is enrolled already, for",
    enrol_unreachable: "Marketing's server did not answer. Try again when you are online; the link stays good.",
    enrol_unsent: "Notes of another person are still unsent on this device. Send them first.",
    enrol_no_key: "This browser does not keep the key that proves who you are. Use a normal window, not a private one, or another browser. The link stays good.",

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
