//! What somebody does with the chosen notes, or with the open one: by a button or its key.

use leptos::prelude::*;
use protocol::console::work::{Change, WorkState};

use super::feed::Feed;
use super::opened::Opened;
use super::selection::Selection;
use crate::address::BASE;
use crate::decisions::seed;
use crate::keys::Verb;
use crate::locale::{Locale, use_locale};
use crate::navigation::{Navigation, use_navigation};
use crate::work::{Asked, Deeds, Said, Subject, use_deeds};

/// A title is proposed from so many characters of a note's words.
const PROPOSAL_CHARS: usize = 80;

/// The verbs, as a handle that closures copy.
#[derive(Clone, Copy)]
pub(super) struct Verbs {
    pub(super) feed: Feed,
    pub(super) opened: Opened,
    pub(super) selection: Selection,
    pub(super) asked: RwSignal<Option<Asked>>,
    pub(super) deeds: Deeds,
    locale: Locale,
    navigation: Navigation,
}

impl Verbs {
    pub(super) fn of(feed: Feed, opened: Opened, selection: Selection) -> Self {
        Self {
            feed,
            opened,
            selection,
            asked: RwSignal::new(None),
            deeds: use_deeds(),
            locale: use_locale(),
            navigation: use_navigation(),
        }
    }

    /// The chosen notes; where none is chosen, the open one.
    fn subjects(self) -> Vec<Subject> {
        let chosen = self.selection.get_untracked();
        if chosen.is_empty() {
            return self.opened.subject().into_iter().collect();
        }
        self.feed.subjects(|id| chosen.contains(&id))
    }

    /// Does it, or asks what it needs to know.
    pub(super) fn run(self, verb: Verb) {
        let subjects = self.subjects();
        if subjects.is_empty() {
            return;
        }
        match verb {
            Verb::Read => self.act_where(subjects, |it| it.1.state == WorkState::New, Change::Read),
            Verb::Classify => {
                let has_no_place = |it: &Subject| it.1.topic.is_none();
                self.act_where(subjects, has_no_place, Change::Classify(None));
            }
            Verb::Reopen => {
                let is_old = |it: &Subject| it.1.state != WorkState::New;
                self.act_where(subjects, is_old, Change::Reopen);
            }
            Verb::Star => {
                let all = subjects.iter().all(|(_, work)| work.is_starred);
                self.act_where(subjects, |_| true, Change::Star(!all));
            }
            Verb::Topic => self.ask(Asked::Topic(subjects, self.proposal())),
            Verb::Decline => self.ask(Asked::Decline(subjects)),
            Verb::Assign => self.ask(Asked::Assign(subjects)),
            Verb::Snooze => self.ask(Asked::Snooze(subjects)),
            Verb::Tag => self.ask(Asked::Tag(subjects)),
            Verb::Decide => {
                seed::cite(subjects.into_iter().map(|(id, _)| id), None);
                self.navigation.go(&format!("{BASE}/decisions?new=true"));
            }
        }
    }

    /// Gathers the open note and those similar to it: into its topic, or into one that is asked.
    pub(super) fn gather(self) {
        let Some(own) = self.opened.subject() else { return };
        let left_out = self.opened.left_out.get_untracked();
        let own_topic = own.1.topic.clone();
        let mut subjects: Vec<Subject> = self.opened.similar.with_untracked(|similar| {
            let is_in = |it: &&protocol::console::topics::Similar| {
                let topic = &it.note.work.topic;
                !left_out.contains(&it.note.note_id) && topic.is_none()
            };
            similar.iter().filter(is_in).map(|it| crate::work::subject_of(&it.note)).collect()
        });
        if subjects.is_empty() {
            return;
        }
        match own_topic {
            Some(topic) => {
                let change = Change::Classify(Some(topic.topic_id));
                let said = Said::Aloud(self.locale, &self.locale.texts.work.classified);
                self.deeds.act_in(subjects, change, Some(topic), said);
            }
            None => {
                subjects.insert(0, own);
                self.ask(Asked::Topic(subjects, self.proposal()));
            }
        }
    }

    fn act_where(self, subjects: Vec<Subject>, is_meant: fn(&Subject) -> bool, change: Change) {
        let texts = &self.locale.texts.work;
        let said = match change {
            Change::Read => &texts.marked_read,
            Change::Reopen => &texts.reopened,
            Change::Star(true) => &texts.starred_notes,
            Change::Star(false) => &texts.unstarred,
            _ => &texts.classified,
        };
        let subjects = subjects.into_iter().filter(is_meant).collect();
        self.deeds.act(subjects, change, Said::Aloud(self.locale, said));
    }

    fn ask(self, asked: Asked) {
        self.asked.set(Some(asked));
    }

    /// The words of the open note, cut to a line.
    fn proposal(self) -> String {
        let words = self.opened.note.with_untracked(|note| {
            note.as_ref().map(|note| note.note.text.clone()).unwrap_or_default()
        });
        cut(words.lines().next().unwrap_or_default(), PROPOSAL_CHARS)
    }
}

/// The beginning of a text, ended between two words.
fn cut(text: &str, chars_max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars_max) else { return text.trim().to_owned() };
    let beginning = text.get(..end).unwrap_or_default();
    let whole = beginning.rsplit_once(char::is_whitespace).map_or(beginning, |(whole, _)| whole);
    format!("{}…", whole.trim_end())
}

/// The buttons.
#[component]
pub(super) fn VerbBar(verbs: Verbs) -> impl IntoView {
    let texts = &use_locale().texts.work;
    let button = move |verb: Verb| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=format!("verb-{}", verb.name())
                aria-keyshortcuts=verb.key()
                title=texts.verb_in_full(verb)
                on:click=move |_| verbs.run(verb)
            >
                {texts.verb(verb)}
                <kbd aria-hidden="true">{verb.key()}</kbd>
            </button>
        }
    };
    view! {
        <div class="verbs" role="toolbar" aria-label=texts.verbs>
            {Verb::ALL.map(button).collect_view()}
        </div>
    }
}

/// How many notes are chosen, and what to do with all of them.
#[component]
pub(super) fn BulkBar(verbs: Verbs) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let selection = verbs.selection;
    view! {
        <Show when=move || { selection.count() > 0 }>
            <section class="bulk" aria-label=texts.chosen_notes data-testid="bulk">
                <p role="status">{move || locale.count(&texts.chosen, selection.count())}</p>
                <button
                    type="button"
                    class="button button-plain"
                    data-testid="choose-all"
                    on:click=move |_| selection.set(verbs.feed.order())
                >
                    {texts.choose_all}
                </button>
                <button
                    type="button"
                    class="button button-plain"
                    data-testid="choose-none"
                    on:click=move |_| selection.clear()
                >
                    {texts.choose_none}
                </button>
                <VerbBar verbs />
            </section>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_ends_between_words() {
        assert_eq!(cut("Trop cher", 80), "Trop cher");
        assert_eq!(cut("La livraison dure", 12), "La…");
        assert_eq!(cut("La livraison dure", 13), "La livraison…");
        assert_eq!(cut("ééééé", 3), "ééé…");
    }
}
