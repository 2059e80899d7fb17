//! L'application en français.

use protocol::mail::{Phase, Rectified};
use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::{Code, Kind};

use crate::install::Browser;

use super::texts::{Plural, Texts};

pub(crate) const FR: Texts = Texts {
    kind_key: |kind| match kind {
        Kind::Competitor => "Concurrent",
        Kind::Acceptance => "Accueil",
        Kind::Need => "Besoin",
        Kind::Gap => "Écart",
    },
    kind_name: |kind| match kind {
        Kind::Competitor => "Concurrent repéré",
        Kind::Acceptance => "Accueil du client",
        Kind::Need => "Besoin non comblé",
        Kind::Gap => "Écart entre théorie et pratique",
    },
    kind_prompt: |kind| match kind {
        Kind::Competitor => "Qui offre quoi, et à quel prix ?",
        Kind::Acceptance => "Que dit le client, dans ses propres mots ?",
        Kind::Need => "De quoi ont-ils besoin que personne ne vend ?",
        Kind::Gap => "Qu’avait-on promis, et que s’est-il passé ?",
    },

    nav: "Principale",
    nav_capture: "Noter",
    nav_notes: "Notes",
    nav_device: "Appareil",
    skip_to_content: "Aller au contenu",
    back: "Retour",
    not_found: "Il n’y a rien à cette adresse.",

    all_sent: "Tout est envoyé",
    nothing_yet: "Prêt, avec ou sans réseau",
    notes_waiting: Plural { one: "{n} note", other: "{n} notes" },
    answers_waiting: Plural { one: "{n} réponse", other: "{n} réponses" },
    much_waiting: Plural {
        one: "{n} note, photo ou réponse",
        other: "{n} notes, photos et réponses",
    },
    and: " et ",
    waiting_offline: Plural {
        one: "{what} sera envoyée dès le retour du réseau",
        other: "{what} seront envoyées dès le retour du réseau",
    },
    waiting_online: Plural {
        one: "{what} enregistrée sur cet appareil, sera envoyée",
        other: "{what} enregistrées sur cet appareil, seront envoyées",
    },
    sending: "Envoi de {what}",
    uploading: Plural {
        one: "Notes envoyées, 1 photo ou fichier en route",
        other: "Notes envoyées, {n} photos et fichiers en route",
    },
    held_count: Plural { one: "1 élément est retenu", other: "{n} éléments sont retenus" },
    stays_until_enrolled: Plural {
        one: "{what} reste sur cet appareil jusqu’à son inscription",
        other: "{what} restent sur cet appareil jusqu’à son inscription",
    },
    spared: Plural {
        one: "Ce navigateur a perdu ses données. 1 note non envoyée est gardée en double : demandez une nouvelle invitation, elle reviendra.",
        other: "Ce navigateur a perdu ses données. {n} notes non envoyées sont gardées en double : demandez une nouvelle invitation, elles reviendront.",
    },
    enrol_first: "Ouvrez votre lien d’invitation pour inscrire cet appareil",
    enrol_again: "Le marketing ne connaît plus cet appareil. Demandez une nouvelle invitation ; vos notes restent ici.",
    revoked: "Le marketing a exclu cet appareil. Vos notes restent ici ; appelez-le.",
    handing_over: "Le marketing a exclu cet appareil. Ce qu’il contient est en train d’être remis.",
    clock_off: "L’horloge de cet appareil a plus de dix minutes d’écart. Aucune note n’est perdue ; réglez-la.",
    update_needed: "Une version plus récente de l’application enverra vos notes.",
    network_not_ours: "Ce réseau demande sa propre connexion. Vos notes attendent ici.",
    endpoint_trouble: "Le serveur du marketing a des difficultés. Vos notes attendent ici.",
    endpoint_full: "Le serveur du marketing est plein. Vos notes attendent ici ; prévenez le marketing.",

    today: "Aujourd’hui",
    today_count: Plural { one: "1 note", other: "{n} notes" },
    earlier: "Plus tôt",
    home_empty: "Qu’avez-vous vu ou entendu ? Touchez l’une des quatre touches ; dix secondes suffisent.",
    new_note: "Nouvelle note",
    all_notes: "Toutes les notes",
    saved_here: "Enregistré sur cet appareil",
    undo: "Annuler",

    visit: "Visite",
    visits: "Visites",
    visit_at: "Visite chez",
    visit_start: "Commencer une visite",
    visit_whom: "Chez qui ?",
    visit_begin: "Commencer",
    visit_finish: "Terminer",
    visit_running: "En cours",
    visit_notes: Plural { one: "{n} note", other: "{n} notes" },
    visit_empty: "Ce que vous notez maintenant reste ensemble ici.",
    visit_missing: "Cette visite n’est pas sur cet appareil.",
    visits_empty: "Commencez une visite sur l’écran d’accueil : ses notes restent ensemble.",
    earlier_notes: "Notes précédentes sur ce client",
    no_earlier_notes: "Rien de noté sur ce client jusqu’ici.",

    text_label: "Vos mots",
    customer: "Client",
    product: "Produit",
    competitor: "Concurrent",
    their_price: "Leur prix",
    our_price: "Notre prix",
    price_example: "12,50 / kg",
    price_understood: "Compris comme",
    comparison: "Par rapport à nous",
    comparison_of: |comparison| match comparison {
        Comparison::Cheaper => "Moins cher",
        Comparison::Same => "Pareil",
        Comparison::Dearer => "Plus cher",
    },
    terms: "Conditions",
    validity: "Valable jusqu’au",
    seen_at: "Vu où",
    level: "Comment le prennent-ils ?",
    level_of: |level| match level {
        AcceptanceLevel::Rejects => "Refuse",
        AcceptanceLevel::Reluctant => "Réticent",
        AcceptanceLevel::Open => "Ouvert",
        AcceptanceLevel::Likes => "Apprécie",
        AcceptanceLevel::Adopts => "Adopte",
    },
    relation: "C’est un",
    relation_of: |relation| match relation {
        Relation::Customer => "Client",
        Relation::Prospect => "Prospect",
    },
    urgency: "Pour quand ?",
    urgency_of: |urgency| match urgency {
        Urgency::Someday => "Un jour",
        Urgency::Soon => "Bientôt",
        Urgency::Now => "Maintenant",
    },
    workaround: "Ce qu’ils font aujourd’hui",
    would_pay: "Ce qu’ils paieraient",
    promised: "Ce qui était promis",
    happened: "Ce qui s’est passé",
    part: "Quelle partie ?",
    part_of: |part| match part {
        Part::TargetMarket => "Marché cible",
        Part::Message => "Message",
        Part::ProductComposition => "Composition du produit",
        Part::Operations => "Opérations",
    },
    hypotheses: "Pourquoi, selon vous ?",
    hypothesis_of: |hypothesis| match hypothesis {
        Hypothesis::Clientele => "Une autre clientèle",
        Hypothesis::Technique => "Une autre technique de vente",
        Hypothesis::Perception => "Une perception faussée",
        Hypothesis::Cycle => "Un autre cycle de vente",
    },
    more: "Plus",
    place: "Lieu",
    place_add: "Ajouter le lieu",
    place_asking: "Recherche…",
    place_explained: "Arrondi au kilomètre environ.",
    place_denied: "L’appareil ne le permet pas. Cela se change dans ses réglages ; la note n’a pas besoin de lieu.",
    place_unknown: "Le lieu est inconnu ici. La note n’en a pas besoin.",
    draft_elsewhere: "Vous continuez cette note dans un autre onglet. Ce que vous tapez ici n’est pas gardé.",
    draft_here: "Continuer ici",
    save: "Enregistrer",
    save_more: "Enregistrer et ajouter une autre",
    save_more_short: "et ajouter une autre",
    not_saved: "Pas encore enregistré.",

    camera: "Caméra",
    photo: "Photos",
    memo: "Mémo",
    file: "Fichier",
    remove: "Retirer",
    understood: "Compris",
    preparing: "Enregistrement sur cet appareil…",
    not_kept: "Pas gardé.",
    file_gone: "Ce fichier n’est plus lisible. Choisissez-le à nouveau.",
    picture_unread: "Ce navigateur ne peut pas lire l’image ; elle n’est donc pas jointe. Envoyée telle quelle, elle peut dire où elle a été prise.",
    send_as_it_is: "L’envoyer telle quelle",
    leave_it: "Ne pas la joindre",
    picture_undecided: "Dites d’abord que faire de l’image illisible.",
    media_look: "Voyez plus haut ce qui n’est pas gardé, puis enregistrez à nouveau.",
    media_not_saved: "Vos mots sont enregistrés. Pas encore joint :",
    memo_name: "Mémo vocal",
    recording: "Enregistrement en cours",
    stop: "Arrêter",
    memo_limit: "Un mémo vocal dure dix minutes au plus. Ce que vous avez dit est gardé.",
    memo_lost: "Le micro a disparu. Ce que vous avez dit jusque-là est gardé.",
    memo_cut: "Seul le début du mémo vocal est gardé.",
    memo_not_whole: "Le mémo vocal est gardé, mais ne peut pas encore être joint.",
    memo_unsupported: "Ce navigateur ne peut pas enregistrer le son. Écrivez plutôt quelques mots.",
    memo_denied: "Le micro n’est pas autorisé ici. Autorisez-le dans les réglages du navigateur pour ce site.",
    memo_missing: "Aucun micro n’a été trouvé.",
    memo_busy: "Le micro ne répond pas. Une autre application l’utilise peut-être.",

    share_title: "Partagé avec Sightline",
    share_which: "Pour quel genre de note ?",
    share_empty: "Rien n’attend ici.",
    share_failed: "Ce que vous avez partagé n’est pas gardé : cet appareil n’a plus de place, ou trop de choses attendent déjà.",
    share_waits: "Ce que vous avez partagé attend",

    notes_title: "Notes",
    notes_empty: "Vos notes seront listées ici, les plus récentes d’abord.",
    saved: "Enregistré sur cet appareil",
    sent: "Envoyé",
    held: "Retenu",
    held_why: "Pourquoi c’est retenu",
    saved_at: "Enregistré",
    note_missing: "Cette note n’est pas sur cet appareil.",
    attachments: "Photos et fichiers",
    will_be_sent: "Sera envoyé",
    not_here: "Pas sur cet appareil",
    siblings: "Écrit en même temps sur deux appareils. Les deux sont gardés ; modifiez la note pour n’en faire qu’une.",
    more_versions: "Plusieurs versions",
    edit: "Modifier",
    withdraw: "Retirer la note",
    withdraw_sure: "Reprendre cette note ? Le marketing verra que vous l’avez retirée.",
    keep_it: "La garder",
    withdrawn: "Retirée",
    you_withdrew: "Vous avez retiré cette note. Le marketing garde ses mots 30 jours.",
    yesterday: "Hier",

    search: "Chercher dans vos notes",
    filter: "Filtrer",
    filter_kind: "Type",
    filter_state: "État",
    still_reading: "Lecture des notes plus anciennes",
    no_match: "Aucune note ne correspond. Moins de mots ou de filtres en trouvent plus.",
    show_all: "Afficher toutes les notes",
    keys_help: "/ cherche · J et K défilent · Entrée ouvre · E modifie",
    found: Plural { one: "1 note trouvée", other: "{n} notes trouvées" },

    history: "Historique",
    edited: "Modifié",
    attached: "Photo ou fichier ajouté",
    replied: "Vous avez répondu",
    remarked: "Le marketing a écrit",
    read: "Lu",
    classified: "Classé",
    decided: "Décidé",
    declined: "Sans suite",
    duplicate: "Dupliquer",
    draft_waits: "Une note de ce type est commencée et pas enregistrée. Celle-ci doit-elle prendre sa place ?",
    replace_draft: "Prendre sa place",
    open_draft: "Continuer l’autre",

    marketing_words: "Ce que dit le marketing",
    topic: "Sujet",
    declined_why: "Sans suite, parce que",
    note_led: "Cette note a mené à",
    led_to_this: "Votre note du {day} y a mené",
    thread_reply: "Votre réponse au marketing",
    you: "Vous",
    answer: "Répondre",

    nav_inbox: "Marketing",
    inbox_title: "Du marketing",
    inbox_empty: "Ce que le marketing décide, demande et enseigne se lira ici, avec ou sans réseau.",
    unseen: Plural { one: "1 nouveauté", other: "{n} nouveautés" },
    new: "Nouveau",
    older: "Plus anciens",
    this_week: "Cette semaine :",
    week_read: Plural { one: "1 lue", other: "{n} lues" },
    week_decided: Plural { one: "1 décidée", other: "{n} décidées" },
    week_declined: Plural { one: "1 sans suite", other: "{n} sans suite" },
    decisions: "Décisions",
    decided_that: "Le marketing a décidé : {title}",
    rectified_of: |rectified| match rectified {
        Rectified::TargetMarket => "Marché cible",
        Rectified::Message => "Message",
        Rectified::ProductComposition => "Composition du produit",
    },
    from_day: "À partir du {day}",
    until_day: "Jusqu’au {day}",
    questions: "Questions du marketing",
    question: "Question",
    question_closed: "Le marketing a les réponses qu’il lui faut.",
    time_is_over: "Le délai de réponse est passé.",
    your_answer: "Votre réponse",
    your_words: "Dans vos mots",
    about_customer: "À propos de quel client, s’il y en a un",
    add_words: "Ajouter des mots",
    answer_again: "Répondre à nouveau",
    remarks: "À propos de vos notes",
    remark_on: "À propos de votre note du {day}",
    briefings: "Fiches",
    briefing: "Fiche",
    battlecards: "Fiches concurrents",
    battlecard: "Fiche concurrent",
    phase_of: |phase| match phase {
        Phase::Prepare => "Préparer",
        Phase::Teach => "Former",
        Phase::Launch => "Lancer",
        Phase::FollowUp => "Suivre",
        Phase::Learn => "Apprendre",
    },
    letter_missing: "Ce n’est pas sur cet appareil. Le marketing l’a peut-être retiré.",
    briefing_read: "J’ai lu cette fiche",
    briefing_was_read: "Vous l’avez lue le {day}",
    briefing_changed: "Elle a changé depuis votre lecture.",
    claims: "Est-ce toujours vrai ?",
    claim_source: "Source",
    claim_checked: "Vérifié le {day}",
    claim_true: "Toujours vrai",
    claim_false: "Plus vrai",
    claim_why: "Qu’avez-vous vu ou entendu, si vous voulez le dire ?",
    you_said: "Vous avez dit",
    test_groups: "Groupes test",
    test_group: "Groupe test",
    members: Plural { one: "1 client", other: "{n} clients" },
    asked_already: "Déjà interrogés",
    group_over: "Le marketing a clos ce groupe test.",
    group_whom: "Qui répond ?",
    group_whom_missing: "Dites d’abord qui répond.",
    group_unanswered: "Répondez d’abord à une question au moins.",
    group_begun: "Vous avez commencé avec {name}, sans enregistrer.",
    group_anew: "Recommencer avec {name}",
    yes: "Oui",
    no: "Non",

    pack_decisions: "Décidé depuis votre dernière visite",
    prepare: "Avant la visite",
    new_name: "Nouveau nom",

    device_title: "Mon appareil",
    enrolled_as: "Inscrit pour",
    not_enrolled: "Pas encore inscrit",
    unsent: "Pas encore envoyé",
    oldest_unsent: "La plus ancienne",
    uploads: "Photos et fichiers à envoyer",
    last_contact: "Dernière confirmation du marketing",
    never: "Pas encore",
    storage: "Stockage",
    storage_kept: "Le navigateur garde vos notes",
    storage_not_kept: "Le navigateur peut effacer des notes non envoyées si l’appareil est plein ; connectez-vous souvent",
    version: "Version",
    send_now: "Envoyer maintenant",
    next_try: "Prochain essai",
    unknown_changes: "Le marketing a envoyé quelque chose que seule une version plus récente peut montrer.",
    rescue_title: "Fichier de secours",
    rescue_explained: "Si cet appareil ne peut plus rien envoyer : tout ce qui n’est pas envoyé dans un fichier chiffré, à reprendre sur un autre de vos appareils.",
    passphrase: "Phrase secrète",
    passphrase_rule: "Au moins 8 caractères. Sans elle, personne n’ouvre le fichier, pas même vous.",
    rescue_make: "Créer le fichier",
    rescue_file: "Un de vos fichiers de secours",
    rescue_bring_in: "Le reprendre",
    rescue_nothing: "Tout est envoyé : il n’y a rien à sauver.",
    rescue_no_download: "Le navigateur n’a pas pris le fichier. Essayez une autre fenêtre.",
    rescue_choose_first: "Choisissez d’abord le fichier.",
    rescue_known: "Tout est déjà ici.",
    rescue_not_ours: "Ce n’est pas un fichier de secours de Sightline, ou il n’est plus lisible.",
    rescue_not_opened: "La phrase secrète est une autre, ou le fichier a été modifié. Rien n’a été repris.",
    rescue_of_another: "Ce sont des notes de {name}. Reprenez-les sur un de ses appareils.",
    room: "Place",
    room_of: "{used} utilisés sur {quota}",
    clock: "Horloge",
    clock_right: "Comme celle du marketing",
    rescue_made: Plural {
        one: "{n} modification est dans le fichier.",
        other: "{n} modifications sont dans le fichier.",
    },
    rescue_brought: Plural {
        one: "{n} modification reprise, elle sera envoyée.",
        other: "{n} modifications reprises, elles seront envoyées.",
    },
    clock_ahead: Plural {
        one: "{n} seconde d’avance sur le marketing",
        other: "{n} secondes d’avance sur le marketing",
    },
    clock_behind: Plural {
        one: "{n} seconde de retard sur le marketing",
        other: "{n} secondes de retard sur le marketing",
    },

    install_title: "Mettre sur l’écran d’accueil",
    install_why: "De là, Sightline démarre d’un geste, sans réseau, et le navigateur garde ce qui est enregistré.",
    install_now: "Installer maintenant",
    installed: "Sightline fonctionne déjà comme une application.",
    browser_name: |browser| match browser {
        Browser::Ios => "iPhone et iPad",
        Browser::AndroidChrome => "Android, Chrome ou Edge",
        Browser::AndroidFirefox => "Android, Firefox",
        Browser::MacSafari => "Mac, Safari",
        Browser::DesktopChromium => "Ordinateur, Chrome ou Edge",
        Browser::DesktopFirefox => "Ordinateur, Firefox",
    },
    install_steps: |browser| match browser {
        Browser::Ios => &[
            "Touchez le bouton de partage : un carré avec une flèche vers le haut.",
            "Choisissez « Sur l’écran d’accueil », puis « Ajouter ».",
            "Ouvrez désormais Sightline depuis l’écran d’accueil. S’il demande votre invitation, ouvrez-y encore une fois votre lien.",
        ],
        Browser::AndroidChrome => &[
            "Ouvrez le menu : trois points en haut à droite.",
            "Choisissez « Installer l’application » ou « Ajouter à l’écran d’accueil ».",
        ],
        Browser::AndroidFirefox => &[
            "Ouvrez le menu : trois points à côté de l’adresse.",
            "Choisissez « Installer » ou « Ajouter à l’écran d’accueil ».",
        ],
        Browser::MacSafari => &["Ouvrez le menu Fichier.", "Choisissez « Ajouter au Dock »."],
        Browser::DesktopChromium => &[
            "Cliquez sur le signe d’installation au bout de la barre d’adresse : un écran avec une flèche.",
            "Ou ouvrez le menu et choisissez « Installer Sightline ».",
        ],
        Browser::DesktopFirefox => &[
            "Firefox n’installe pas d’applications sur un ordinateur. Mettez cette page en favori : elle démarre aussi sans réseau.",
        ],
    },

    settings_title: "Réglages",
    language: "Langue",
    theme: "Apparence",
    theme_auto: "Comme l’appareil",
    theme_light: "Claire",
    theme_dark: "Sombre",

    enrol_title: "Bienvenue dans Sightline",
    enrol_explained: "Ce lien fait de ce navigateur le vôtre : ce que vous notez ici va à votre équipe marketing.",
    device_name: "Comment appeler cet appareil ?",
    device_name_default: "Mon téléphone",
    enrol_button: "Inscrire cet appareil",
    enrolling: "Inscription…",
    enrol_no_code: "Ce lien ne contient pas d’invitation. Ouvrez le lien entier que vous avez reçu.",
    enrol_already: "Cet appareil est déjà inscrit, pour",
    enrol_unreachable: "Le serveur du marketing n’a pas répondu. Réessayez une fois en ligne ; le lien reste valable.",
    enrol_unsent: "Des notes d’une autre personne ne sont pas encore envoyées sur cet appareil. Envoyez-les d’abord.",
    enrol_no_key: "Ce navigateur ne garde pas la clé qui prouve qui vous êtes. Utilisez une fenêtre normale, pas privée, ou un autre navigateur. Le lien reste valable.",

    update_ready: "Une version plus récente est prête.",
    update_now: "L’utiliser",

    storage_unavailable: "Ce navigateur ne donne pas de stockage à Sightline ici. Utilisez une fenêtre normale, pas privée, ou un autre navigateur.",
    storage_blocked: "Un ancien onglet de Sightline bloque le stockage. Fermez les autres onglets et réessayez.",
    storage_outdated: "Une version plus récente de Sightline est ouverte dans un autre onglet. Rechargez cette page.",
    storage_full: "Cet appareil n’a plus de place. Libérez de l’espace, puis enregistrez à nouveau.",
    storage_lost: "Le stockage de l’appareil ne répond pas. Réessayez ; sinon, rechargez la page.",
    storage_unreadable: "Une donnée de cet appareil est illisible. Rien n’a été effacé ; prévenez votre équipe marketing.",
    try_again: "Réessayer",
    problem: |code| match code {
        Code::TextEmpty => "Écrivez d’abord quelques mots.",
        Code::TextTooLong => {
            "Ce texte est trop long. Au plus 10 000 caractères ; 200 pour un nom, 2 000 pour un détail."
        }
        Code::PriceNotUnderstood => {
            "Ce prix n’est pas compris. Écrivez-le comme 12,50, 1 299 ou 12,50/kg."
        }
        Code::UnknownKind | Code::FutureSchema => {
            "Le serveur du marketing est plus ancien que cette application. Il garde la note à part jusqu’à sa mise à jour."
        }
        Code::MalformedOp | Code::HashMismatch | Code::IdReuse | Code::UnsupportedAction => {
            "Le serveur du marketing n’a pas pu lire cette note. Il la garde à part pour le marketing."
        }
        Code::NoteOfAnother => "Cette note appartient à une autre personne.",
        Code::Deposited => "Le marketing a exclu cet appareil. Il garde la note à part.",
        Code::AttachmentTooLarge => "Ce fichier est vide ou trop grand. Au plus 128 Mo.",
        Code::AttachmentMismatch | Code::AttachmentReuse => {
            "Ce fichier n’est pas arrivé entier. Il reste sur cet appareil ; réessayez de l’envoyer."
        }
        Code::BatchTooLarge => {
            "Cette note est trop grande pour être envoyée. Elle reste sur cet appareil."
        }
        Code::InvitationUnknown => "Cette invitation est inconnue. Demandez-en une nouvelle.",
        Code::InvitationUsed => "Cette invitation a déjà servi. Demandez-en une nouvelle.",
        Code::InvitationExpired => "Cette invitation a expiré. Demandez-en une nouvelle.",
        Code::TokenMissing | Code::TokenUnknown | Code::DeviceUnknown | Code::ProofRefused => {
            "Le marketing ne connaît pas cet appareil. Demandez une nouvelle invitation."
        }
        Code::DeviceRevoked => "Le marketing a exclu cet appareil.",
        Code::WrongDevice => {
            "Cet appareil est confondu avec un autre. Demandez une nouvelle invitation."
        }
        Code::TooManyRequests => "Trop d’essais. Attendez une minute et réessayez.",
        Code::StorageFull => "Le serveur du marketing est plein. Prévenez le marketing.",
        Code::Unavailable | Code::Internal => {
            "Le serveur du marketing a des difficultés. Réessayez dans un moment."
        }
        Code::UnsupportedProtocol => {
            "Cette application et le serveur du marketing ont trop d’écart. Mettez l’application à jour."
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
        | Code::Unknown => {
            "Le serveur du marketing n’a pas accepté ceci. Prévenez votre équipe marketing."
        }
    },
};
