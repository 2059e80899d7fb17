//! Texts of the pages that are loaded later (`lazy.rs`), beside those of the first screens, which
//! they have as their own.

mod en;
mod fr;

use core::ops::Deref;

use protocol::mail::{Phase, Rectified};

use crate::install::Browser;

use super::{Language, Plural, Texts, use_language};

/// Every text of the pages, by name.
pub(crate) struct PageTexts {
    first: &'static Texts,

    // Visits.
    pub(crate) visit_running: &'static str,
    pub(crate) visit_empty: &'static str,
    pub(crate) visit_missing: &'static str,
    pub(crate) visits_empty: &'static str,
    pub(crate) earlier_notes: &'static str,
    pub(crate) no_earlier_notes: &'static str,

    // What another app shared.
    pub(crate) share_title: &'static str,
    pub(crate) share_which: &'static str,
    pub(crate) share_empty: &'static str,
    pub(crate) share_failed: &'static str,

    // The list and a note.
    pub(crate) notes_title: &'static str,
    pub(crate) notes_empty: &'static str,
    pub(crate) held_why: &'static str,
    pub(crate) will_be_sent: &'static str,
    pub(crate) not_here: &'static str,
    pub(crate) siblings: &'static str,
    pub(crate) withdraw_sure: &'static str,
    pub(crate) keep_it: &'static str,
    pub(crate) you_withdrew: &'static str,
    pub(crate) yesterday: &'static str,

    // Finding a note.
    pub(crate) search: &'static str,
    pub(crate) filter_kind: &'static str,
    pub(crate) filter_state: &'static str,
    pub(crate) still_reading: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) show_all: &'static str,
    pub(crate) keys_help: &'static str,
    /// How many notes the search found.
    pub(crate) found: Plural,

    // What happened to a note, and what can be done with it.
    pub(crate) history: &'static str,
    pub(crate) edited: &'static str,
    pub(crate) attached: &'static str,
    pub(crate) replied: &'static str,
    pub(crate) remarked: &'static str,
    pub(crate) duplicate: &'static str,
    pub(crate) draft_waits: &'static str,
    pub(crate) replace_draft: &'static str,
    pub(crate) open_draft: &'static str,

    // What marketing says of a note.
    pub(crate) marketing_words: &'static str,
    pub(crate) topic: &'static str,
    pub(crate) declined_why: &'static str,
    pub(crate) note_led: &'static str,
    /// `{day}` stands for the date of the note.
    pub(crate) led_to_this: &'static str,
    pub(crate) thread_reply: &'static str,
    pub(crate) you: &'static str,
    pub(crate) answer: &'static str,

    // From marketing.
    pub(crate) inbox_title: &'static str,
    pub(crate) inbox_empty: &'static str,
    pub(crate) new: &'static str,
    pub(crate) older: &'static str,
    pub(crate) this_week: &'static str,
    pub(crate) week_read: Plural,
    pub(crate) week_decided: Plural,
    pub(crate) week_declined: Plural,
    pub(crate) decisions: &'static str,
    /// `{title}` stands for what was decided.
    pub(crate) decided_that: &'static str,
    pub(crate) rectified_of: fn(Rectified) -> &'static str,
    pub(crate) from_day: &'static str,
    pub(crate) until_day: &'static str,
    pub(crate) questions: &'static str,
    pub(crate) question: &'static str,
    pub(crate) question_closed: &'static str,
    pub(crate) time_is_over: &'static str,
    pub(crate) your_answer: &'static str,
    pub(crate) your_words: &'static str,
    pub(crate) about_customer: &'static str,
    pub(crate) add_words: &'static str,
    pub(crate) answer_again: &'static str,
    pub(crate) remarks: &'static str,
    pub(crate) remark_on: &'static str,
    pub(crate) briefings: &'static str,
    pub(crate) briefing: &'static str,
    pub(crate) battlecards: &'static str,
    pub(crate) battlecard: &'static str,
    pub(crate) phase_of: fn(Phase) -> &'static str,
    pub(crate) letter_missing: &'static str,
    pub(crate) briefing_read: &'static str,
    pub(crate) briefing_was_read: &'static str,
    pub(crate) briefing_changed: &'static str,
    pub(crate) claims: &'static str,
    pub(crate) claim_source: &'static str,
    pub(crate) claim_checked: &'static str,
    pub(crate) claim_true: &'static str,
    pub(crate) claim_false: &'static str,
    pub(crate) claim_why: &'static str,
    pub(crate) you_said: &'static str,
    pub(crate) test_groups: &'static str,
    pub(crate) test_group: &'static str,
    pub(crate) members: Plural,
    pub(crate) asked_already: &'static str,
    pub(crate) group_over: &'static str,
    pub(crate) group_whom: &'static str,
    pub(crate) group_whom_missing: &'static str,
    pub(crate) group_unanswered: &'static str,
    /// `{name}` stands for a customer, here and below.
    pub(crate) group_begun: &'static str,
    pub(crate) group_anew: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,

    // The visit pack.
    pub(crate) pack_decisions: &'static str,

    // My device.
    pub(crate) device_title: &'static str,
    pub(crate) enrolled_as: &'static str,
    pub(crate) not_enrolled: &'static str,
    pub(crate) unsent: &'static str,
    pub(crate) oldest_unsent: &'static str,
    pub(crate) last_contact: &'static str,
    pub(crate) never: &'static str,
    pub(crate) storage: &'static str,
    pub(crate) storage_kept: &'static str,
    pub(crate) storage_not_kept: &'static str,
    pub(crate) version: &'static str,
    pub(crate) send_now: &'static str,
    pub(crate) next_try: &'static str,
    pub(crate) unknown_changes: &'static str,
    pub(crate) rescue_title: &'static str,
    pub(crate) rescue_explained: &'static str,
    pub(crate) passphrase: &'static str,
    pub(crate) passphrase_rule: &'static str,
    pub(crate) rescue_make: &'static str,
    pub(crate) rescue_file: &'static str,
    pub(crate) rescue_bring_in: &'static str,
    pub(crate) rescue_nothing: &'static str,
    pub(crate) rescue_no_download: &'static str,
    pub(crate) rescue_choose_first: &'static str,
    pub(crate) rescue_known: &'static str,
    pub(crate) rescue_not_ours: &'static str,
    pub(crate) rescue_not_opened: &'static str,
    pub(crate) rescue_of_another: &'static str,
    pub(crate) room: &'static str,
    pub(crate) room_of: &'static str,
    pub(crate) clock: &'static str,
    pub(crate) clock_right: &'static str,
    pub(crate) rescue_made: Plural,
    pub(crate) rescue_brought: Plural,
    pub(crate) clock_ahead: Plural,
    pub(crate) clock_behind: Plural,

    // Installing.
    pub(crate) install_title: &'static str,
    pub(crate) install_why: &'static str,
    pub(crate) install_now: &'static str,
    pub(crate) installed: &'static str,
    pub(crate) browser_name: fn(Browser) -> &'static str,
    pub(crate) install_steps: fn(Browser) -> &'static [&'static str],

    // Settings.
    pub(crate) settings_title: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) theme_auto: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,

    // Enrolment.
    pub(crate) enrol_title: &'static str,
    pub(crate) enrol_explained: &'static str,
    pub(crate) device_name: &'static str,
    pub(crate) device_name_default: &'static str,
    pub(crate) enrol_button: &'static str,
    pub(crate) enrolling: &'static str,
    pub(crate) enrol_no_code: &'static str,
    pub(crate) enrol_already: &'static str,
    pub(crate) enrol_unreachable: &'static str,
    pub(crate) enrol_unsent: &'static str,
    pub(crate) enrol_no_key: &'static str,
}

impl Deref for PageTexts {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        self.first
    }
}

/// The texts of the page that is being built.
pub(crate) fn use_page_texts() -> &'static PageTexts {
    page_texts(use_language())
}

/// The texts of the pages in this language.
pub(crate) const fn page_texts(language: Language) -> &'static PageTexts {
    match language {
        Language::English => &en::PAGES,
        Language::French => &fr::PAGES,
    }
}
