//! L'application en français.

use protocol::note::{AcceptanceLevel, Comparison, Hypothesis, Part, Relation, Urgency};
use protocol::{Code, Kind};

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
    not_loaded: "Cette partie de Sightline n’est pas encore sur cet appareil, et il n’y a pas de réseau pour la charger. On peut quand même écrire des notes.",

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
    visit_notes: Plural { one: "{n} note", other: "{n} notes" },

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

    share_waits: "Ce que vous avez partagé attend",

    saved: "Enregistré sur cet appareil",
    sent: "Envoyé",
    held: "Retenu",
    saved_at: "Enregistré",
    note_missing: "Cette note n’est pas sur cet appareil.",
    attachments: "Photos et fichiers",
    more_versions: "Plusieurs versions",
    edit: "Modifier",
    withdraw: "Retirer la note",
    withdrawn: "Retirée",

    filter: "Filtrer",

    read: "Lu",
    classified: "Classé",
    decided: "Décidé",
    declined: "Sans suite",

    nav_inbox: "Marketing",
    unseen: Plural { one: "1 nouveauté", other: "{n} nouveautés" },

    prepare: "Avant la visite",
    new_name: "Nouveau nom",

    uploads: "Photos et fichiers à envoyer",

    language: "Langue",

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
