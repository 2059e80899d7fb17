//! The words of the page People.

use crate::texts::Plural;

/// In one language.
pub(crate) struct PeopleTexts {
    pub(crate) title: &'static str,
    pub(crate) admins_only: &'static str,
    pub(crate) invite: &'static str,
    pub(crate) name: &'static str,
    pub(crate) region: &'static str,
    pub(crate) invite_send: &'static str,
    pub(crate) name_missing: &'static str,
    /// `{name}` stands for a name or an address.
    pub(crate) link_for: &'static str,
    pub(crate) invite_about: &'static str,
    pub(crate) sign_in_about: &'static str,
    pub(crate) link_sent: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) copy_by_hand: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) good_until: &'static str,
    pub(crate) qr_alt: &'static str,
    pub(crate) reps: &'static str,
    pub(crate) no_reps: &'static str,
    pub(crate) n_silent: Plural,
    pub(crate) silent: &'static str,
    /// `{t}` stands for the day.
    pub(crate) removed_when: &'static str,
    /// `{t}` stands for the day.
    pub(crate) last_note: &'static str,
    pub(crate) no_note: &'static str,
    pub(crate) no_device: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) invited_until: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) seen_when: &'static str,
    pub(crate) never_seen: &'static str,
    /// `{t}` stands for the moment.
    pub(crate) revoked_when: &'static str,
    pub(crate) revoke: &'static str,
    pub(crate) revoke_now: &'static str,
    pub(crate) revoke_about: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) remove_now: &'static str,
    pub(crate) remove_about: &'static str,
    pub(crate) take_back: &'static str,
    pub(crate) change: &'static str,
    pub(crate) save_region: &'static str,
    pub(crate) users: &'static str,
    pub(crate) email: &'static str,
    pub(crate) email_missing: &'static str,
    pub(crate) role: &'static str,
    /// `{who}` stands for an e-mail address.
    pub(crate) role_of: &'static str,
    pub(crate) roles: [&'static str; 2],
    pub(crate) user_add: &'static str,
}

/// English.
pub(super) const EN: PeopleTexts = PeopleTexts {
    title: "People",
    admins_only: "Administrators invite and remove people here.",
    invite: "Invite a rep",
    name: "Name",
    region: "Region",
    invite_send: "Make the link",
    name_missing: "Write the rep’s name.",
    link_for: "Link for {name}",
    invite_about: "It works once. Send it to the rep, or let them scan the code with their \
                   phone. It is not shown again.",
    sign_in_about: "It works once, to sign in to this console. Send it to them. It is not shown \
                    again.",
    link_sent: "Done, hide the link",
    copy: "Copy",
    copied: "Copied",
    copy_by_hand: "The browser does not let this page copy. Select the link and copy it \
                   yourself.",
    good_until: "Good until {t}",
    qr_alt: "The same link as a QR code",
    reps: "Reps",
    no_reps: "No rep yet. Invite the first one above.",
    n_silent: Plural {
        one: "{n} rep has sent nothing for two weeks or longer",
        other: "{n} reps have sent nothing for two weeks or longer",
    },
    silent: "Silent for two weeks or longer",
    removed_when: "Removed: {t}",
    last_note: "Last note: {t}",
    no_note: "No note yet",
    no_device: "No device yet",
    invited_until: "Invitation open until {t}",
    seen_when: "last seen {t}",
    never_seen: "never seen",
    revoked_when: "shut out {t}",
    revoke: "Shut out",
    revoke_now: "Shut out now",
    revoke_about: "The device gets and sends nothing more. What it had not sent comes into \
                   quarantine.",
    remove: "Remove",
    remove_now: "Remove now",
    remove_about: "All devices are shut out at once. Notes that were not sent come into \
                   quarantine: nothing is lost, and what was sent stays.",
    take_back: "Take back",
    change: "Change",
    save_region: "Save the region",
    users: "Users of this console",
    email: "E-mail address",
    email_missing: "Write an e-mail address.",
    role: "Role",
    role_of: "Role of {who}",
    roles: ["Marketer", "Administrator"],
    user_add: "Add, and make a link",
};

/// French.
pub(super) const FR: PeopleTexts = PeopleTexts {
    title: "Personnes",
    admins_only: "Les administrateurs invitent et retirent des personnes ici.",
    invite: "Inviter un commercial",
    name: "Nom",
    region: "Région",
    invite_send: "Créer le lien",
    name_missing: "Écrivez le nom du commercial.",
    link_for: "Lien pour {name}",
    invite_about: "Il fonctionne une fois. Envoyez-le au commercial, ou faites-lui scanner le \
                   code avec son téléphone. Il ne sera plus affiché.",
    sign_in_about: "Il fonctionne une fois, pour se connecter à cette console. Envoyez-le. Il \
                    ne sera plus affiché.",
    link_sent: "C’est fait, masquer le lien",
    copy: "Copier",
    copied: "Copié",
    copy_by_hand: "Le navigateur ne laisse pas cette page copier. Sélectionnez le lien et \
                   copiez-le vous-même.",
    good_until: "Valable jusqu’au {t}",
    qr_alt: "Le même lien en code QR",
    reps: "Commerciaux",
    no_reps: "Pas encore de commercial. Invitez le premier ci-dessus.",
    n_silent: Plural {
        one: "{n} commercial n’a rien envoyé depuis deux semaines ou plus",
        other: "{n} commerciaux n’ont rien envoyé depuis deux semaines ou plus",
    },
    silent: "Silencieux depuis deux semaines ou plus",
    removed_when: "Retiré\u{a0}: {t}",
    last_note: "Dernière note\u{a0}: {t}",
    no_note: "Pas encore de note",
    no_device: "Pas encore d’appareil",
    invited_until: "Invitation ouverte jusqu’au {t}",
    seen_when: "vu le {t}",
    never_seen: "jamais vu",
    revoked_when: "exclu le {t}",
    revoke: "Exclure",
    revoke_now: "Exclure maintenant",
    revoke_about: "L’appareil ne reçoit et n’envoie plus rien. Ce qu’il n’avait pas envoyé \
                   arrive en quarantaine.",
    remove: "Retirer",
    remove_now: "Retirer maintenant",
    remove_about: "Tous les appareils sont exclus aussitôt. Les notes non envoyées arrivent en \
                   quarantaine\u{a0}: rien n’est perdu, et ce qui a été envoyé reste.",
    take_back: "Reprendre",
    change: "Modifier",
    save_region: "Enregistrer la région",
    users: "Utilisateurs de cette console",
    email: "Adresse e-mail",
    email_missing: "Écrivez une adresse e-mail.",
    role: "Rôle",
    role_of: "Rôle de {who}",
    roles: ["Marketing", "Administrateur"],
    user_add: "Ajouter, et créer un lien",
};
