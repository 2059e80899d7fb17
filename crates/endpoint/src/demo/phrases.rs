//! What reps write in a demo: a few ways of saying each of many things, in two languages.

use protocol::note::{Kind, Part};

/// Something that several customers say, each in their words.
pub(super) struct Theme {
    /// What marketing calls it.
    pub(super) title: &'static str,
    pub(super) kind: Kind,
    /// The place of our product in the list; none where it is about all.
    pub(super) product: Option<usize>,
    pub(super) part: Option<Part>,
    pub(super) english: &'static [&'static str],
    pub(super) french: &'static [&'static str],
}

const fn need(
    title: &'static str,
    product: Option<usize>,
    english: &'static [&'static str],
    french: &'static [&'static str],
) -> Theme {
    Theme { title, kind: Kind::Need, product, part: None, english, french }
}

const fn gap(
    title: &'static str,
    product: Option<usize>,
    part: Part,
    english: &'static [&'static str],
    french: &'static [&'static str],
) -> Theme {
    Theme { title, kind: Kind::Gap, product, part: Some(part), english, french }
}

pub(super) const THEMES: &[Theme] = &[
    need(
        "A charger in every box",
        Some(0),
        &[
            "they want the charger in the box, not as an extra",
            "customers come back for a charger the next day and are cross",
            "asks why a camera at this price is sold without a charger",
            "loses sales because the charger has to be ordered apart",
        ],
        &[
            "voudrait le chargeur dans la boîte, pas en option",
            "les clients reviennent le lendemain pour un chargeur, mécontents",
            "demande pourquoi un appareil à ce prix est vendu sans chargeur",
            "perd des ventes parce que le chargeur se commande à part",
        ],
    ),
    need(
        "Spare parts within two days",
        None,
        &[
            "needs spare parts in two days, today it takes three weeks",
            "buys a second unit to take spare parts from it",
            "would pay for an express service for spare parts",
            "sends people elsewhere because spare parts never come",
        ],
        &[
            "il lui faut les pièces détachées en deux jours, trois semaines aujourd'hui",
            "achète un second appareil pour en prendre les pièces",
            "paierait un service express pour les pièces détachées",
            "envoie les gens ailleurs faute de pièces détachées",
        ],
    ),
    need(
        "A display for the counter",
        Some(6),
        &[
            "wants a display on the counter where people can try them on",
            "has built a stand of cardboard to show the headphones",
            "asks for a small display, the competitor brings one",
            "says that whoever tries them buys them, but there is no stand",
        ],
        &[
            "veut un présentoir sur le comptoir pour les essayer",
            "a bricolé un support en carton pour montrer les casques",
            "demande un petit présentoir, le concurrent en apporte un",
            "dit que qui les essaie les achète, mais il n'y a pas de support",
        ],
    ),
    need(
        "A quieter projector for classrooms",
        Some(5),
        &[
            "the fan is too loud for a classroom, they want a quiet mode",
            "teachers put the projector in the corridor because of the noise",
            "would take twenty if the fan were quieter",
            "looks for a projector that can be heard less than the teacher",
        ],
        &[
            "le ventilateur est trop bruyant en classe, il faudrait un mode silencieux",
            "les professeurs mettent le projecteur dans le couloir à cause du bruit",
            "en prendrait vingt si le ventilateur était plus discret",
            "cherche un projecteur qu'on entend moins que le professeur",
        ],
    ),
    need(
        "One invoice a month",
        None,
        &[
            "wants one invoice a month by e-mail instead of one a delivery",
            "their book-keeper types each of our invoices by hand",
            "asks for invoices as a file that their software reads",
        ],
        &[
            "veut une facture par mois par courriel au lieu d'une par livraison",
            "leur comptable ressaisit chacune de nos factures à la main",
            "demande les factures dans un fichier que leur logiciel sait lire",
        ],
    ),
    need(
        "A longer guarantee for schools",
        Some(4),
        &[
            "public buyers must have five years of guarantee, we give two",
            "the tender asks for a longer guarantee than ours",
            "would sign today with a guarantee of five years",
        ],
        &[
            "les acheteurs publics exigent cinq ans de garantie, nous en donnons deux",
            "l'appel d'offres demande une garantie plus longue que la nôtre",
            "signerait aujourd'hui avec une garantie de cinq ans",
        ],
    ),
    gap(
        "The battery does not last as the leaflet says",
        Some(0),
        Part::Message,
        &[
            "the leaflet says a full day, the battery lasts four hours",
            "people bring it back because the battery is empty by noon",
            "we promise a day of battery, nobody gets more than half",
            "battery life is half of what we print on the box",
        ],
        &[
            "le dépliant promet une journée, la batterie tient quatre heures",
            "les gens le rapportent parce que la batterie est vide à midi",
            "nous promettons une journée d'autonomie, personne n'en a plus de la moitié",
            "l'autonomie est la moitié de ce qui est écrit sur la boîte",
        ],
    ),
    gap(
        "The brochure speaks to experts, buyers are families",
        Some(4),
        Part::TargetMarket,
        &[
            "the brochure is full of figures, the buyers are families",
            "nobody here knows what the words of the brochure mean",
            "sells it to parents, and the brochure speaks to engineers",
        ],
        &[
            "la brochure est pleine de chiffres, les acheteurs sont des familles",
            "personne ici ne comprend les mots de la brochure",
            "le vend à des parents, et la brochure parle aux ingénieurs",
        ],
    ),
    gap(
        "Deliveries come late in the week",
        None,
        Part::Operations,
        &[
            "promised for Tuesday, the delivery came on Friday again",
            "third late delivery this month, the shelf was empty at the weekend",
            "deliveries come on Friday evening when nobody is in the store",
            "ordered on Monday, nothing there by Saturday",
        ],
        &[
            "promise pour mardi, la livraison est encore arrivée vendredi",
            "troisième livraison en retard ce mois, rayon vide le week-end",
            "les livraisons arrivent vendredi soir quand il n'y a plus personne",
            "commandé lundi, toujours rien samedi",
        ],
    ),
    gap(
        "Discs that the player does not read",
        Some(1),
        Part::ProductComposition,
        &[
            "half of the home-made discs do not play, the box says all do",
            "the player freezes in the middle of a disc",
            "returns because of discs that it does not read",
            "no picture with some discs although we say that all formats play",
        ],
        &[
            "la moitié des disques gravés ne passent pas, la boîte dit le contraire",
            "le lecteur se fige au milieu d'un disque",
            "des retours à cause de disques illisibles",
            "pas d'image avec certains disques alors que nous annonçons tous les formats",
        ],
    ),
    gap(
        "The manual is in English alone",
        Some(3),
        Part::ProductComposition,
        &[
            "the manual in the box is in English alone",
            "calls the hotline for everything because nobody reads the manual",
        ],
        &[
            "le mode d'emploi n'est qu'en anglais",
            "traduit lui-même le mode d'emploi pour ses clients",
            "appelle l'assistance pour tout, le mode d'emploi n'est pas en français",
        ],
    ),
    gap(
        "The training has not come",
        None,
        Part::Operations,
        &[
            "the training that we promised in spring has not come",
            "the sellers in the store learn the product from the internet",
            "was promised an afternoon of training, nobody called",
        ],
        &[
            "la formation promise au printemps n'a pas eu lieu",
            "les vendeurs apprennent le produit sur internet",
            "on leur avait promis une demi-journée de formation, personne n'a appelé",
        ],
    ),
];

/// "{who}" is the competitor, "{what}" our product.
pub(super) const SIGHTINGS: [&[&str]; 2] = [
    &[
        "{who} offers something like the {what} now",
        "saw {who} on the shelf right beside our {what}",
        "{who} was here yesterday with a quotation against the {what}",
        "they compare the {what} with {who}, price by price",
        "{who} gives the second one at half price until the end of the month",
        "a flyer of {who} lies on the counter, aimed at the {what}",
        "{who} pays for the window, our {what} went to the back",
    ],
    &[
        "{who} propose maintenant l'équivalent du {what}",
        "vu {who} en rayon juste à côté de notre {what}",
        "{who} est passé hier avec un devis contre le {what}",
        "ils comparent le {what} à {who}, prix par prix",
        "{who} donne le deuxième à moitié prix jusqu'à la fin du mois",
        "un prospectus de {who} sur le comptoir, il vise le {what}",
        "{who} paie la vitrine, notre {what} est passé au fond",
    ],
];

/// By language, then by step from 1 to 5.
pub(super) const ACCEPTANCE: [[&[&str]; 5]; 2] = [
    [
        &["will not have it at any price", "sent it back after a week", "says never again"],
        &["has doubts about how long it lasts", "finds it dear for what it does"],
        &["would listen if we came back in autumn", "is not against it, not for it either"],
        &["likes it and shows it to others", "is pleased, would like one more colour"],
        &["has ordered again", "uses it every day and says so", "put it in the window"],
    ],
    [
        &["n'en veut à aucun prix", "l'a renvoyé au bout d'une semaine", "dit plus jamais"],
        &["doute de sa durée de vie", "le trouve cher pour ce qu'il fait"],
        &["écouterait si nous revenions à l'automne", "n'est ni pour ni contre"],
        &["l'apprécie et le montre à d'autres", "est content, voudrait une couleur de plus"],
        &["a recommandé", "s'en sert tous les jours et le dit", "l'a mis en vitrine"],
    ],
];

pub(super) const OPENERS: [&[&str]; 2] = [
    &[
        "",
        "",
        "The owner: ",
        "At the counter: ",
        "On the phone: ",
        "Second visit: ",
        "The buyer says: ",
        "After the demonstration: ",
        "In passing: ",
    ],
    &[
        "",
        "",
        "Le patron : ",
        "Au comptoir : ",
        "Au téléphone : ",
        "Deuxième visite : ",
        "L'acheteuse dit : ",
        "Après la démonstration : ",
        "En passant : ",
    ],
];

pub(super) const CLOSERS: [&[&str]; 2] = [
    &[
        "",
        "",
        "",
        ". To be followed up",
        ". Photo next time",
        ". Was quite clear about it",
        ". Heard the same next door",
        ". Call back in two weeks",
        ". Their colleague agrees",
    ],
    &[
        "",
        "",
        "",
        ". À suivre",
        ". Photo la prochaine fois",
        ". Était très clair là-dessus",
        ". Entendu la même chose à côté",
        ". Rappeler dans deux semaines",
        ". Sa collègue est du même avis",
    ],
];

pub(super) const TERMS: [&[&str]; 2] = [
    &["30 days", "from ten pieces on", "delivery free", "with a bag"],
    &["30 jours", "à partir de dix pièces", "livraison comprise", "avec une housse"],
];
