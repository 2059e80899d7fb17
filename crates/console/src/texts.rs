//! Every text of the console by key. A language that lacks one does not compile.

mod en;
mod fr;
pub(crate) mod pages;
mod problems;
mod work;

pub(crate) use en::EN;
pub(crate) use fr::FR;
pub(crate) use pages::PageTexts;
pub(crate) use problems::ProblemTexts;
use protocol::Kind;
use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
pub(crate) use work::WorkTexts;

/// A text that counts; `{n}` stands for the number.
pub(crate) struct Plural {
    pub(crate) one: &'static str,
    pub(crate) other: &'static str,
}

/// The console's words in one language.
pub(crate) struct Texts {
    // The page.
    pub(crate) skip_to_content: &'static str,
    pub(crate) views: &'static str,
    pub(crate) inbox: &'static str,
    pub(crate) quarantine: &'static str,
    pub(crate) kinds: &'static str,
    pub(crate) all_kinds: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) close: &'static str,
    pub(crate) no_page: &'static str,
    pub(crate) to_inbox: &'static str,

    // The account.
    pub(crate) account: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) theme_auto: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,

    // Signing in.
    pub(crate) sign_in_title: &'static str,
    /// `{host}` stands for the server's name.
    pub(crate) sign_in_text: &'static str,
    pub(crate) sign_in_submit: &'static str,
    pub(crate) sign_in_incomplete: &'static str,
    pub(crate) signed_out_title: &'static str,
    pub(crate) signed_out_text: &'static str,
    pub(crate) sign_in_command: &'static str,

    // Filters.
    pub(crate) filters: &'static str,
    pub(crate) search: &'static str,
    pub(crate) rep: &'static str,
    pub(crate) all_reps: &'static str,
    pub(crate) received: &'static str,
    pub(crate) ever: &'static str,
    pub(crate) today: &'static str,
    pub(crate) week: &'static str,
    pub(crate) month: &'static str,
    pub(crate) dates: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) withdrawn_notes: &'static str,
    pub(crate) export: &'static str,
    pub(crate) export_hint: &'static str,
    pub(crate) export_csv: &'static str,
    pub(crate) export_csv_for: &'static str,
    pub(crate) export_xlsx: &'static str,
    pub(crate) export_xlsx_for: &'static str,
    pub(crate) export_ndjson: &'static str,
    pub(crate) export_ndjson_for: &'static str,

    // The list.
    pub(crate) notes: &'static str,
    pub(crate) notes_shown: Plural,
    pub(crate) notes_and_more: Plural,
    pub(crate) new_notes: Plural,
    pub(crate) many_new_notes: &'static str,
    pub(crate) new_notes_arrived: Plural,
    pub(crate) not_current: &'static str,
    pub(crate) more: &'static str,
    pub(crate) inbox_empty: &'static str,
    pub(crate) invite_command: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) clear_filters: &'static str,

    // A note.
    pub(crate) choose_note: &'static str,
    pub(crate) back_to_list: &'static str,
    pub(crate) facts: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) product: &'static str,
    pub(crate) competitor: &'static str,
    pub(crate) their_price: &'static str,
    pub(crate) our_price: &'static str,
    pub(crate) comparison: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) validity: &'static str,
    pub(crate) seen_at: &'static str,
    pub(crate) level: &'static str,
    /// `{n}` stands for the step.
    pub(crate) step_of_five: &'static str,
    pub(crate) relation: &'static str,
    pub(crate) workaround: &'static str,
    pub(crate) urgency: &'static str,
    pub(crate) would_pay: &'static str,
    pub(crate) promised: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) part: &'static str,
    pub(crate) place: &'static str,
    pub(crate) hypotheses: &'static str,
    pub(crate) device: &'static str,
    pub(crate) saved_at: &'static str,
    pub(crate) received_at: &'static str,
    pub(crate) attachments: &'static str,
    pub(crate) attachment_unnamed: &'static str,
    /// Of an attachment that is not here whole.
    pub(crate) attachment_awaited: &'static str,
    pub(crate) history: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) saved_when: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) received_when: &'static str,
    pub(crate) written: &'static str,
    pub(crate) edited: &'static str,
    pub(crate) withdrawn: &'static str,
    pub(crate) attached: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) withdrawn_mark: &'static str,
    /// Counts the other versions.
    pub(crate) written_beside: Plural,
    pub(crate) other_version: &'static str,
    /// In the list, where there is no room.
    pub(crate) more_versions: &'static str,

    // Choices of a note.
    pub(crate) kind_short: [&'static str; 4],
    pub(crate) kind_long: [&'static str; 4],
    pub(crate) comparisons: [&'static str; 3],
    pub(crate) levels: [&'static str; 5],
    pub(crate) relations: [&'static str; 2],
    pub(crate) urgencies: [&'static str; 3],
    pub(crate) parts: [&'static str; 4],
    pub(crate) hypothesis_words: [&'static str; 4],

    // Quarantine.
    pub(crate) quarantine_about: &'static str,
    pub(crate) quarantine_empty: &'static str,
    pub(crate) quarantine_entries: Plural,
    /// `{n}` stands for how many are shown.
    pub(crate) quarantine_newest: &'static str,
    pub(crate) quarantine_raw: &'static str,

    // Keys.
    pub(crate) keys: &'static str,
    pub(crate) keys_on: &'static str,
    pub(crate) key_down: &'static str,
    pub(crate) key_up: &'static str,
    pub(crate) key_open: &'static str,
    pub(crate) key_back: &'static str,

    // The pages beside the inbox.
    pub(crate) pages: PageTexts,

    // What went wrong.
    pub(crate) no_answer: &'static str,
    pub(crate) unreadable: &'static str,
    pub(crate) problems: ProblemTexts,

    // Marketing's work.
    pub(crate) work: WorkTexts,
}

impl Texts {
    /// The kind in one word.
    pub(crate) const fn kind(&self, kind: Kind) -> &'static str {
        self.kind_short[kind as usize]
    }

    /// The kind in full.
    pub(crate) const fn kind_in_full(&self, kind: Kind) -> &'static str {
        self.kind_long[kind as usize]
    }

    pub(crate) const fn comparison_word(&self, comparison: Comparison) -> &'static str {
        self.comparisons[comparison as usize]
    }

    pub(crate) const fn level_word(&self, level: AcceptanceLevel) -> &'static str {
        self.levels[level as usize]
    }

    pub(crate) const fn relation_word(&self, relation: Relation) -> &'static str {
        self.relations[relation as usize]
    }

    pub(crate) const fn urgency_word(&self, urgency: Urgency) -> &'static str {
        self.urgencies[urgency as usize]
    }

    pub(crate) const fn part_word(&self, part: Part) -> &'static str {
        self.parts[part as usize]
    }

    pub(crate) const fn hypothesis_word(&self, hypothesis: Hypothesis) -> &'static str {
        self.hypothesis_words[hypothesis as usize]
    }

    /// What an operation of a note's history did.
    pub(crate) fn action(&self, action: &str) -> &'static str {
        match action {
            "create" => self.written,
            "edit" => self.edited,
            "withdraw" => self.withdrawn,
            "attach" => self.attached,
            _ => self.changed,
        }
    }
}
