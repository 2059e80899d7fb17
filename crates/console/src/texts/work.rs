//! The words of marketing's work: each in English and in French, side by side.

use protocol::console::work::WorkState;
use protocol::mail::Rectified;

use super::Plural;
use crate::keys::Verb;

type Text = &'static str;

const fn plural(one: Text, other: Text) -> Plural {
    Plural { one, other }
}

macro_rules! work_texts {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $en:expr, $fr:expr;)+) => {
        /// The words of marketing's work in one language.
        pub(crate) struct WorkTexts {
            $($(#[$doc])* pub(crate) $name: $kind,)+
        }

        /// English.
        pub(super) const EN: WorkTexts = WorkTexts { $($name: $en,)+ };

        /// Français.
        pub(super) const FR: WorkTexts = WorkTexts { $($name: $fr,)+ };
    };
}

work_texts! {
    is_french: bool = false, true;

    // The views and pages.
    view_new: Text = "New", "Nouvelles";
    view_mine: Text = "Mine", "À moi";
    view_starred: Text = "Starred", "Avec étoile";
    /// Neither decided nor declined.
    still_open: Text = "Still open", "Encore ouvertes";
    view_snoozed: Text = "Snoozed", "Mises de côté";
    view_all: Text = "All notes", "Toutes les notes";
    /// `{age}` stands for "3 days".
    oldest: Text = "the oldest for {age}", "la plus ancienne depuis {age}";
    /// `{age}` stands for "3 days".
    oldest_waits: Text =
        "The oldest has waited for {age}.",
        "La plus ancienne attend depuis {age}.";
    topic_alerts: Plural =
        plural("{n} has reached its alert", "{n} have reached their alerts"),
        plural("{n} a atteint son alerte", "{n} ont atteint leur alerte");
    saved_views: Text = "Saved views", "Vues gardées";
    keep_view: Text = "Keep view as", "Garder sous";
    view_name: Text = "Name of the view", "Nom de la vue";
    /// `{name}` stands for the view's.
    forget_view: Text = "Remove the view {name}", "Retirer la vue {name}";
    keep: Text = "Keep", "Garder";
    decide_and_answer: Text = "Understand and decide", "Comprendre et décider";
    keeping: Text = "Keep in order", "Tenir en ordre";
    topics: Text = "Topics", "Sujets";
    decisions: Text = "Decisions", "Décisions";
    analysis: Text = "Analysis", "Analyse";
    to_the_field: Text = "To the field", "Vers le terrain";
    this_week: Text = "This week", "Cette semaine";
    people: Text = "People", "Personnes";
    data: Text = "Data", "Données";
    audit: Text = "Audit", "Journal";

    // Filters.
    filters: Text = "Filters by marketing’s work", "Filtres selon le travail du marketing";
    state_label: Text = "State", "État";
    any_state: Text = "Any state", "Tous les états";
    in_whose_hands: Text = "In whose hands", "Chez qui";
    any_hands: Text = "In any hands", "Chez tous";
    any_tag: Text = "Any tag", "Toute étiquette";
    /// Of what the notes themselves say.
    content_filters: Text = "Filters by what the notes say", "Filtres selon ce que disent les notes";
    any_region: Text = "Any region", "Toute région";
    any_hypothesis: Text = "Any hypothesis", "Toute hypothèse";
    /// `{measure}` stands for "EUR/kg".
    priced_in: Text = "With a price in {measure}", "Avec un prix en {measure}";
    says_level: Text = "Says how it was accepted", "Dit quel fut l’accueil";
    /// `{of}` stands for "Customers".
    says_level_of: Text = "Acceptance: {of}", "Accueil\u{a0}: {of}";
    without_product: Text = "No product named", "Sans produit cité";
    without_topic: Text = "In no topic", "Dans aucun sujet";
    /// `{filter}` stands for what is asked for.
    without_filter: Text = "Without {filter}", "Sans {filter}";

    // A note's standing.
    states: [Text; 5] =
        ["New", "Read", "Classified", "Decided", "Declined"],
        ["Nouvelle", "Lue", "Classée", "Décidée", "Refusée"];
    starred: Text = "Starred", "Avec étoile";
    /// `{name}` stands for whose.
    in_hands_of: Text = "With {name}", "Chez {name}";
    /// `{day}` stands for "tomorrow".
    until: Text = "Until {day}", "Jusqu’à {day}";
    /// `{title}` stands for the topic's.
    in_topic: Text = "In “{title}”", "Dans «\u{a0}{title}\u{a0}»";
    map: Text = "Map", "Carte";
    nothing: Text = "Nothing", "Rien";

    // Verbs.
    verbs: Text = "What to do with it", "Qu’en faire";
    verb_words: [Text; 10] = [
        "Read", "Classify", "Topic", "Decide", "Decline", "Assign", "Star", "Snooze", "Tag", "Reopen",
    ], [
        "Lue", "Classer", "Sujet", "Décider", "Refuser", "Confier", "Étoile", "Mettre de côté",
        "Étiqueter", "Rouvrir",
    ];
    verb_about: [Text; 10] = [
        "Mark as read",
        "Classify: it stands alone",
        "Put into a topic",
        "Write a decision that cites it",
        "Decline, with a reason",
        "Put into somebody’s hands",
        "Star, or take the star off",
        "Snooze until a day",
        "Tag",
        "Back among the new ones",
    ], [
        "Marquer comme lue",
        "Classer\u{a0}: elle reste seule",
        "Mettre dans un sujet",
        "Écrire une décision qui la cite",
        "Refuser, avec une raison",
        "Confier à quelqu’un",
        "Mettre ou ôter l’étoile",
        "Mettre de côté jusqu’à un jour",
        "Étiqueter",
        "Remettre parmi les nouvelles",
    ];
    verb_decide: Text = "Decide", "Décider";
    verb_decline: Text = "Decline", "Refuser";
    verb_tag: Text = "Tag", "Étiqueter";
    choose: Text = "Choose this note", "Choisir cette note";
    chosen_notes: Text = "Chosen notes", "Notes choisies";
    chosen: Plural =
        plural("{n} chosen", "{n} chosen"),
        plural("{n} choisie", "{n} choisies");
    choose_all: Text = "Choose all shown", "Choisir tout";
    choose_none: Text = "Choose none", "Ne rien choisir";
    key_choose: Text = "Choose the note", "Choisir la note";
    key_choose_next: Text = "Choose downwards", "Choisir vers le bas";
    key_choose_previous: Text = "Choose upwards", "Choisir vers le haut";

    // What was done.
    undo: Text = "Undo", "Annuler";
    undone: Text = "Taken back", "Annulé";
    marked_read: Plural =
        plural("{n} marked as read", "{n} marked as read"),
        plural("{n} marquée comme lue", "{n} marquées comme lues");
    classified: Plural =
        plural("{n} classified", "{n} classified"),
        plural("{n} classée", "{n} classées");
    declined: Plural =
        plural("{n} declined", "{n} declined"),
        plural("{n} refusée", "{n} refusées");
    reopened: Plural =
        plural("{n} reopened", "{n} reopened"),
        plural("{n} rouverte", "{n} rouvertes");
    starred_notes: Plural =
        plural("{n} starred", "{n} starred"),
        plural("{n} avec étoile", "{n} avec étoile");
    unstarred: Plural =
        plural("{n} without its star", "{n} without their stars"),
        plural("{n} sans étoile", "{n} sans étoile");
    assigned: Plural =
        plural("{n} assigned", "{n} assigned"),
        plural("{n} confiée", "{n} confiées");
    unassigned: Plural =
        plural("{n} in nobody’s hands", "{n} in nobody’s hands"),
        plural("{n} chez personne", "{n} chez personne");
    snoozed_notes: Plural =
        plural("{n} snoozed", "{n} snoozed"),
        plural("{n} mise de côté", "{n} mises de côté");
    woken: Plural =
        plural("{n} back in sight", "{n} back in sight"),
        plural("{n} de nouveau visible", "{n} de nouveau visibles");
    tagged: Plural =
        plural("{n} tagged", "{n} tagged"),
        plural("{n} étiquetée", "{n} étiquetées");
    untagged: Plural =
        plural("Tag taken off {n} note", "Tag taken off {n} notes"),
        plural("Étiquette ôtée de {n} note", "Étiquette ôtée de {n} notes");
    taken_out: Plural =
        plural("{n} taken out of its topic", "{n} taken out of their topic"),
        plural("{n} sortie de son sujet", "{n} sorties de leur sujet");
    /// `{title}` stands for the topic's.
    gathered: Plural =
        plural("{n} gathered in “{title}”", "{n} gathered in “{title}”"),
        plural(
            "{n} réunie dans «\u{a0}{title}\u{a0}»",
            "{n} réunies dans «\u{a0}{title}\u{a0}»",
        );
    hypotheses_seen: Plural =
        plural("Hypotheses noted", "Hypotheses noted"),
        plural("Hypothèses notées", "Hypothèses notées");
    renamed: Text = "Renamed", "Renommé";
    alert_set: Text = "Alert changed", "Alerte changée";
    merged: Text = "Merged", "Fusionné";

    // What is asked. `{notes}` stands for "3 notes".
    ask_topic: Text = "Topic of {notes}", "Sujet de {notes}";
    ask_assign: Text = "Who takes {notes}", "Qui prend {notes}";
    ask_decline: Text = "Decline {notes}", "Refuser {notes}";
    ask_snooze: Text = "Snooze {notes}", "Mettre de côté {notes}";
    ask_tag: Text = "Tag {notes}", "Étiqueter {notes}";
    topic_title: Text = "Title of the topic", "Titre du sujet";
    gather_here: Text = "Gather in this topic", "Réunir dans ce sujet";
    into_known_topic: Text = "Or into a topic that there is", "Ou dans un sujet existant";
    take_out: Text = "Take out of the topic", "Sortir du sujet";
    me: Text = "Me", "Moi";
    nobody: Text = "Nobody", "Personne";
    decline_about: Text =
        "Nothing will come of it. Its rep sees the reason on the phone.",
        "Il n’y aura pas de suite. Le commercial voit la raison sur son téléphone.";
    reason: Text = "Reason", "Raison";
    one_language_will_do: Text =
        "Where one language is empty, its readers see the other.",
        "Si une langue reste vide, ses lecteurs voient l’autre.";
    tomorrow: Text = "Tomorrow", "Demain";
    next_week: Text = "Next week", "La semaine prochaine";
    in_a_month: Text = "In a month", "Dans un mois";
    on_a_day: Text = "On a day", "Un jour précis";
    wake: Text = "Back in sight now", "Remettre en vue maintenant";
    tag: Text = "Tag", "Étiquette";
    /// `{tag}` stands for its name.
    take_tag_off: Text = "Take off the tag {tag}", "Ôter l’étiquette {tag}";

    // A note's company.
    thread: Text = "With the rep", "Avec le commercial";
    /// `{name}` stands for the rep's.
    write_to: Text = "Write to {name}", "Écrire à {name}";
    send: Text = "Send", "Envoyer";
    similar: Text = "May say the same", "Disent peut-être la même chose";
    /// `{n}` stands for hundredths.
    similar_by: Text = "{n}% alike", "{n}\u{a0}% semblable";
    gather_this: Text = "Gather this one too", "Réunir celle-ci aussi";
    gather_with: Plural =
        plural("Gather with {n} note", "Gather with {n} notes"),
        plural("Réunir avec {n} note", "Réunir avec {n} notes");
    gather: Text = "Gather", "Réunir";
    /// `{title}` stands for the topic's.
    gather_into: Text = "Gather in “{title}”", "Réunir dans «\u{a0}{title}\u{a0}»";
    hypotheses_view: Text =
        "Why it is so, as marketing sees it",
        "Pourquoi, selon le marketing";
    confirm_hypotheses: Text = "The rep is right", "Le commercial a raison";
    take_back: Text = "Take back", "Reprendre";
    transcript: Text = "What the memo says", "Ce que dit le mémo";
    previous_picture: Text = "Previous", "Précédente";
    next_picture: Text = "Next", "Suivante";
    /// `{n}` and `{total}` stand for numbers.
    picture_of: Text = "{n} of {total}", "{n} sur {total}";
    work_history: Text = "What marketing did", "Ce que le marketing a fait";

    // Topics.
    topic: Text = "Topic", "Sujet";
    find_topic: Text = "Find a topic", "Chercher un sujet";
    choose_topic: Text = "Choose a topic to see its notes.", "Choisissez un sujet pour voir ses notes.";
    no_topics: Text =
        "A topic gathers notes that say the same. Open a note and press t to begin one.",
        "Un sujet réunit des notes qui disent la même chose. Ouvrez une note et appuyez sur t.";
    customers: Plural =
        plural("{n} customer", "{n} customers"),
        plural("{n} client", "{n} clients");
    reps: Plural =
        plural("{n} rep", "{n} reps"),
        plural("{n} commercial", "{n} commerciaux");
    topics_counted: Plural =
        plural("{n} topic", "{n} topics"),
        plural("{n} sujet", "{n} sujets");
    /// `{n}` stands for the threshold.
    alert_reached: Text = "Said by {n} or more", "Dit par {n} ou plus";
    /// Before a number of customers.
    alert_at: Text = "Tell me at", "Me prévenir à";
    /// After it.
    alert_customers: Text = "customers", "clients";
    /// `{from}` and `{to}` stand for days.
    from_to: Text = "{from} – {to}", "{from} – {to}";
    show_in_inbox: Text = "Show in the inbox", "Voir dans la réception";
    merged_into: Text = "Merged into", "Fusionné dans";
    merge: Text = "Merge into …", "Fusionner dans …";
    merge_about: Text =
        "All its notes go into the other topic. It can be undone.",
        "Toutes ses notes vont dans l’autre sujet. Cela peut être annulé.";
    split: Text = "Into another topic", "Dans un autre sujet";
    suggestions: Text = "Suggestions", "Suggestions";
    may_say_the_same: Plural =
        plural("This note may belong here", "These {n} notes may say the same"),
        plural(
            "Cette note a peut-être sa place ici",
            "Ces {n} notes disent peut-être la même chose",
        );

    // Decisions.
    decision: Text = "Decision", "Décision";
    new_decision: Text = "New decision", "Nouvelle décision";
    no_decisions: Text =
        "A decision rectifies the target market, the message or the product composition. Begin one \
         here, or with d on a note.",
        "Une décision rectifie le marché cible, le message ou la composition du produit. Commencez \
         ici, ou par d sur une note.";
    rectified_words: [Text; 3] =
        ["Target market", "Message", "Product composition"],
        ["Marché cible", "Message", "Composition du produit"];
    rectifies: Text = "What it rectifies", "Ce qu’elle rectifie";
    title: Text = "Title", "Titre";
    what_changes: Text = "What changes", "Ce qui change";
    from_when: Text = "From when", "À partir de quand";
    about_product: Text = "Product", "Produit";
    audience: Text = "Who is told", "Qui l’apprend";
    audience_about: Text =
        "The authors of the cited notes always are.",
        "Les auteurs des notes citées, toujours.";
    authors: Text = "The authors", "Les auteurs";
    everyone: Text = "Every rep", "Tous les commerciaux";
    these_reps: Text = "These reps", "Ces commerciaux";
    cite_in_draft: Text =
        "Add to a draft that there is", "Ajouter à un brouillon existant";
    cites: Text = "What led to it", "Ce qui y a mené";
    cites_about: Text =
        "Each author reads: “Your note led to this”. Cited notes become Decided when it is published.",
        "Chaque auteur lit\u{a0}: «\u{a0}Votre note y a mené\u{a0}». Les notes citées passent à Décidée à \
         la publication.";
    cited_notes: Text = "Cited notes", "Notes citées";
    cited_topics: Text = "Cited topics", "Sujets cités";
    more_cited: Plural =
        plural("and {n} more note", "and {n} more notes"),
        plural("et {n} autre note", "et {n} autres notes");
    /// `{what}` stands for a title or a note's words.
    leave_out: Text = "Leave out: {what}", "Laisser de côté\u{a0}: {what}";
    draft: Text = "Draft", "Brouillon";
    /// `{day}` stands for "3 May".
    published_on: Text = "Published: {day}", "Publiée\u{a0}: {day}";
    /// `{day}` stands for "1 June 2026".
    from_day_on: Text = "From {day}", "Dès le {day}";
    save_draft: Text = "Save as a draft", "Enregistrer le brouillon";
    save_published: Text = "Save: reps see the change", "Enregistrer\u{a0}: les commerciaux le verront";
    publish: Text = "Publish", "Publier";
    discard: Text = "Discard", "Abandonner";
    is_saved: Text = "Saved", "Enregistré";
    is_published: Text = "Published. Reps see it at their next sync.",
        "Publiée. Les commerciaux la voient à leur prochaine synchronisation.";
    changed_meanwhile: Text = "Somebody changed it meanwhile", "Quelqu’un a fait des changements entre-temps";
    changed_meanwhile_about: Text =
        "What only one of you changed is put together below. Save it, or choose where you differ.",
        "Ce qu’un seul de vous a changé est réuni ci-dessous. Enregistrez, ou choisissez là où vous \
         différez.";
    your_version: Text = "Yours", "La vôtre";
    their_version: Text = "Theirs", "La leur";
    save_as_chosen: Text = "Save as chosen", "Enregistrer ce choix";

    // The week.
    digest_ready: Text = "Last week’s digest", "Le bilan de la semaine passée";
    n_unread: Plural =
        plural("{n} unread", "{n} unread"),
        plural("{n} non lue", "{n} non lues");
    /// `{day}` stands for its Monday.
    week_of: Text = "Week of {day}", "Semaine du {day}";
    weeks: Text = "Weeks", "Semaines";
    week_before: Text = "The week before", "La semaine d’avant";
    week_after: Text = "The week after", "La semaine d’après";
    came_in: Text = "What came", "Ce qui est arrivé";
    was_done: Text = "What was done", "Ce qui a été fait";
    still_unread: Text = "Waits to be read", "Attend d’être lu";
    topics_grew: Text = "Topics that grew", "Sujets qui ont grandi";
    was_decided: Text = "What was decided", "Ce qui a été décidé";

    // The audit.
    audit_about: Text =
        "Who did what, and when. Nothing here can be changed.",
        "Qui a fait quoi, et quand. Rien ici ne peut être changé.";
    audit_empty: Text = "Nobody has done anything yet.", "Personne n’a encore rien fait.";
    deeds: [Text; 51] = [
        "Read",
        "Reopened",
        "Starred",
        "Star taken off",
        "Assigned",
        "Tagged",
        "Tag taken off",
        "Snoozed",
        "Back in sight",
        "Classified",
        "Declined",
        "Hypotheses seen",
        "Taken back",
        "Wrote to the rep",
        "Memo transcribed",
        "Topic made",
        "Topic renamed",
        "Topic’s alert set",
        "Topic merged",
        "Topic took in another",
        "Decision drafted",
        "Decision changed",
        "Decision published",
        "Rep invited",
        "User or role set",
        "Rep’s region changed",
        "Rep removed",
        "Rep taken back",
        "Reference data added",
        "Reference data changed",
        "Reference data merged",
        "Reference data imported",
        "Briefing drafted",
        "Briefing changed",
        "Briefing published",
        "Question drafted",
        "Question changed",
        "Question published",
        "Question closed",
        "Test group drafted",
        "Test group changed",
        "Test group published",
        "Test group closed",
        "Reference data removed",
        "Another name added",
        "Another name removed",
        "Briefing taken back",
        "Question taken back",
        "Question reopened",
        "Test group taken back",
        "Test group reopened",
    ], [
        "Lue",
        "Rouverte",
        "Avec étoile",
        "Étoile ôtée",
        "Confiée",
        "Étiquetée",
        "Étiquette ôtée",
        "Mise de côté",
        "Remise en vue",
        "Classée",
        "Refusée",
        "Hypothèses vues",
        "Annulé",
        "Écrit au commercial",
        "Mémo transcrit",
        "Sujet créé",
        "Sujet renommé",
        "Alerte du sujet réglée",
        "Sujet fusionné",
        "Sujet en a reçu un autre",
        "Décision esquissée",
        "Décision modifiée",
        "Décision publiée",
        "Commercial invité",
        "Utilisateur ou rôle réglé",
        "Région du commercial changée",
        "Commercial retiré",
        "Commercial repris",
        "Donnée de référence ajoutée",
        "Donnée de référence modifiée",
        "Données de référence fusionnées",
        "Données de référence importées",
        "Fiche esquissée",
        "Fiche modifiée",
        "Fiche publiée",
        "Question esquissée",
        "Question modifiée",
        "Question publiée",
        "Question close",
        "Groupe test esquissé",
        "Groupe test modifié",
        "Groupe test publié",
        "Groupe test clos",
        "Donnée de référence retirée",
        "Autre nom ajouté",
        "Autre nom ôté",
        "Fiche reprise",
        "Question reprise",
        "Question rouverte",
        "Groupe test repris",
        "Groupe test rouvert",
    ];
}

/// The stable names of deeds, in the order of [`WorkTexts::deeds`].
const DEEDS: [&str; 51] = [
    "read",
    "reopen",
    "star",
    "unstar",
    "assign",
    "tag",
    "untag",
    "snooze",
    "unsnooze",
    "classify",
    "decline",
    "hypotheses",
    "undo",
    "remark",
    "transcript",
    "topic_made",
    "topic_renamed",
    "topic_alert_set",
    "topic_merged",
    "topic_took_in",
    "decision_made",
    "decision_changed",
    "decision_published",
    "rep_invited",
    "user_set",
    "rep_moved",
    "rep_removed",
    "rep_taken_back",
    "reference_made",
    "reference_changed",
    "reference_merged",
    "reference_imported",
    "briefing_made",
    "briefing_changed",
    "briefing_published",
    "question_made",
    "question_changed",
    "question_published",
    "question_closed",
    "test_group_made",
    "test_group_changed",
    "test_group_published",
    "test_group_closed",
    "reference_removed",
    "reference_alias_added",
    "reference_alias_taken",
    "briefing_taken_back",
    "question_taken_back",
    "question_reopened",
    "test_group_taken_back",
    "test_group_reopened",
];

impl WorkTexts {
    pub(crate) const fn state(&self, state: WorkState) -> Text {
        self.states[state as usize]
    }

    /// The verb in a word, for a button.
    pub(crate) const fn verb(&self, verb: Verb) -> Text {
        self.verb_words[verb as usize]
    }

    /// The verb in full, for the list of keys.
    pub(crate) const fn verb_in_full(&self, verb: Verb) -> Text {
        self.verb_about[verb as usize]
    }

    /// What a decision rectifies.
    pub(crate) const fn rectified(&self, rectified: Rectified) -> Text {
        self.rectified_words[rectified as usize]
    }

    /// What a deed did, by its stable name; one of a newer endpoint shows that name.
    pub(crate) fn deed(&self, name: &str) -> String {
        let place = DEEDS.iter().position(|deed| *deed == name);
        let text = place.and_then(|place| self.deeds.get(place));
        text.map_or_else(|| name.replace('_', " "), |text| (*text).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_has_words_of_its_own_in_both_languages() {
        for texts in [EN, FR] {
            let words: std::collections::BTreeSet<_> =
                DEEDS.iter().map(|name| texts.deed(name)).collect();
            assert_eq!(words.len(), DEEDS.len());
        }
        assert_eq!(EN.deed("hologram_sent"), "hologram sent");
        assert_eq!(FR.deed("classify"), "Classée");
    }

    #[test]
    fn verbs_are_told_by_their_own_words() {
        assert_eq!((EN.verb(Verb::Decline), FR.verb(Verb::Decline)), ("Decline", "Refuser"));
        assert_eq!(EN.verb_in_full(Verb::Reopen), "Back among the new ones");
        assert_eq!(FR.state(WorkState::Decided), "Décidée");
    }
}
