//! The words of the page Data.

use crate::texts::Plural;

use protocol::Code;

/// In one language.
pub(crate) struct DataTexts {
    pub(crate) title: &'static str,
    pub(crate) plurals: [&'static str; 3],
    pub(crate) news: [&'static str; 3],
    pub(crate) news_unknown: [&'static str; 3],
    pub(crate) search: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) name: &'static str,
    pub(crate) list_price: &'static str,
    pub(crate) save: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) also: &'static str,
    pub(crate) another_name: &'static str,
    pub(crate) add_name: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) remove_now: &'static str,
    pub(crate) remove_about: &'static str,
    pub(crate) merge: &'static str,
    pub(crate) merge_which: &'static str,
    pub(crate) is_the_same: &'static str,
    pub(crate) merge_now: &'static str,
    /// `{other}` and `{name}` stand for the two.
    pub(crate) merge_about: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) unknown_about: &'static str,
    pub(crate) n_unknown: Plural,
    /// `{name}` stands for a known one.
    pub(crate) means: &'static str,
    pub(crate) means_other: &'static str,
    pub(crate) known_name: &'static str,
    pub(crate) it_means_this: &'static str,
    pub(crate) not_known: &'static str,
    /// `{what}` stands for customers, products or competitors.
    pub(crate) import: &'static str,
    pub(crate) import_about: [&'static str; 3],
    pub(crate) file: &'static str,
    pub(crate) file_missing: &'static str,
    /// `{most}` stands for the limit.
    pub(crate) file_too_large: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) write: &'static str,
    /// Each mark stands for its number.
    pub(crate) would_be: &'static str,
    /// Each mark stands for its number.
    pub(crate) was: &'static str,
    /// `{s}` stands for the separator.
    pub(crate) separator: &'static str,
    pub(crate) tab: &'static str,
    pub(crate) sample: &'static str,
    pub(crate) n_errors: Plural,
    pub(crate) more_errors: Plural,
    pub(crate) line: &'static str,
    pub(crate) name_missing: &'static str,
    pub(crate) name_twice: &'static str,
    pub(crate) name_too_long: &'static str,
    pub(crate) price_not_understood: &'static str,
    pub(crate) currency_unknown: &'static str,
    pub(crate) columns_wrong: &'static str,
    pub(crate) not_utf8: &'static str,
    pub(crate) not_understood: &'static str,
    pub(crate) export: &'static str,
    pub(crate) export_about: &'static str,
}

impl DataTexts {
    /// What is wrong with a line of an imported file, by its stable name.
    pub(crate) fn import_error(&self, code: &str) -> &'static str {
        match code {
            "name_missing" => self.name_missing,
            "name_twice" => self.name_twice,
            "name_too_long" => self.name_too_long,
            "price_not_understood" => self.price_not_understood,
            "currency_unknown" => self.currency_unknown,
            "columns_wrong" => self.columns_wrong,
            "not_utf8" => self.not_utf8,
            _ => self.not_understood,
        }
    }

    /// What keeps an entry from being saved.
    pub(crate) const fn objection(&self, code: Code) -> &'static str {
        match code {
            Code::PriceNotUnderstood => self.price_not_understood,
            _ => self.name_missing,
        }
    }
}

/// English.
pub(super) const EN: DataTexts = DataTexts {
    title: "Data",
    plurals: ["Customers", "Products", "Competitors"],
    news: ["New customer", "New product", "New competitor"],
    news_unknown: ["It is a new customer", "It is a new product", "It is a new competitor"],
    search: "Search by name",
    empty: "Nothing here yet. Import a file below, or add the first one. Reps choose from these \
            names on their phones.",
    no_match: "No name matches.",
    name: "Name",
    list_price: "List price",
    save: "Save",
    edit: "Edit",
    also: "Also called",
    another_name: "Another name for it",
    add_name: "Add the name",
    remove: "Remove",
    remove_now: "Remove now",
    remove_about: "Reps cannot choose it any more. The notes stay, and their words too.",
    merge: "Merge",
    merge_which: "Which other one is the same?",
    is_the_same: "It is the same",
    merge_now: "Merge now",
    merge_about: "{other} becomes another name for {name}, with all its notes.",
    unknown: "Names that mean nothing yet",
    unknown_about: "Reps wrote them in notes. Say once what each means, and every note counts \
                    in the right place.",
    n_unknown: Plural { one: "{n} name", other: "{n} names" },
    means: "Means {name}",
    means_other: "Means another one",
    known_name: "A known name",
    it_means_this: "It means this one",
    not_known: "There is none of exactly this name.",
    import: "Import from CSV: {what}",
    import_about: [
        "Columns: name, region, segment, aliases (separated by |). Commas, semicolons or tabs; \
         UTF-8. A name that is known is changed, not doubled.",
        "Columns: name, price, currency, unit, aliases (separated by |). Commas, semicolons or \
         tabs; UTF-8. A name that is known is changed, not doubled.",
        "Columns: name, aliases (separated by |). Commas, semicolons or tabs; UTF-8. A name \
         that is known is changed, not doubled.",
    ],
    file: "File",
    file_missing: "Choose a file first.",
    file_too_large: "The file is larger than {most}. Split it.",
    preview: "Look at it first",
    write: "Import the good lines",
    would_be: "It would add {new}, change {changed}, and leave {same} as they are.",
    was: "{new} added, {changed} changed, {same} left as they were.",
    separator: "Separated by {s}.",
    tab: "tabs",
    sample: "The first good lines",
    n_errors: Plural { one: "{n} line is left out", other: "{n} lines are left out" },
    more_errors: Plural { one: "And {n} more.", other: "And {n} more." },
    line: "Line {n}",
    name_missing: "It has no name.",
    name_twice: "The name stands in the file twice, or belongs to another one.",
    name_too_long: "The name is too long.",
    price_not_understood: "The price is not one plain amount.",
    currency_unknown: "The currency is unknown: three letters, such as EUR.",
    columns_wrong: "The columns do not fit the first line.",
    not_utf8: "It is not UTF-8. Save the file as “CSV UTF-8” and try again.",
    not_understood: "It is not understood.",
    export: "Take the notes along",
    export_about: "All notes as a file. The inbox exports any view of them.",
};

/// French.
pub(super) const FR: DataTexts = DataTexts {
    title: "Données",
    plurals: ["Clients", "Produits", "Concurrents"],
    news: ["Nouveau client", "Nouveau produit", "Nouveau concurrent"],
    news_unknown: [
        "C’est un nouveau client",
        "C’est un nouveau produit",
        "C’est un nouveau concurrent",
    ],
    search: "Chercher par nom",
    empty: "Rien ici pour l’instant. Importez un fichier ci-dessous, ou ajoutez le premier. Les \
            commerciaux choisissent parmi ces noms sur leur téléphone.",
    no_match: "Aucun nom ne correspond.",
    name: "Nom",
    list_price: "Prix catalogue",
    save: "Enregistrer",
    edit: "Modifier",
    also: "Aussi appelé",
    another_name: "Un autre nom",
    add_name: "Ajouter le nom",
    remove: "Retirer",
    remove_now: "Retirer maintenant",
    remove_about: "Les commerciaux ne peuvent plus le choisir. Les notes restent, avec leurs \
                   mots.",
    merge: "Fusionner",
    merge_which: "Lequel est le même\u{202f}?",
    is_the_same: "C’est le même",
    merge_now: "Fusionner maintenant",
    merge_about: "{other} devient un autre nom de {name}, avec toutes ses notes.",
    unknown: "Noms encore sans sens",
    unknown_about: "Les commerciaux les ont écrits dans des notes. Dites une fois ce que chacun \
                    désigne, et chaque note compte au bon endroit.",
    n_unknown: Plural { one: "{n} nom", other: "{n} noms" },
    means: "Désigne {name}",
    means_other: "En désigne un autre",
    known_name: "Un nom connu",
    it_means_this: "Il désigne celui-ci",
    not_known: "Aucun ne porte exactement ce nom.",
    import: "Importer en CSV\u{a0}: {what}",
    import_about: [
        "Colonnes\u{a0}: nom, région, segment, alias (séparés par |). Virgules, points-virgules \
         ou tabulations\u{202f}; UTF-8. Un nom connu est modifié, pas doublé.",
        "Colonnes\u{a0}: nom, prix, devise, unité, alias (séparés par |). Virgules, \
         points-virgules ou tabulations\u{202f}; UTF-8. Un nom connu est modifié, pas doublé.",
        "Colonnes\u{a0}: nom, alias (séparés par |). Virgules, points-virgules ou \
         tabulations\u{202f}; UTF-8. Un nom connu est modifié, pas doublé.",
    ],
    file: "Fichier",
    file_missing: "Choisissez d’abord un fichier.",
    file_too_large: "Le fichier dépasse {most}. Divisez-le.",
    preview: "Voir d’abord",
    write: "Importer les bonnes lignes",
    would_be: "Il en ajouterait {new}, en changerait {changed}, et en laisserait {same} tels \
               quels.",
    was: "{new} ajoutés, {changed} changés, {same} laissés tels quels.",
    separator: "Séparé par {s}.",
    tab: "des tabulations",
    sample: "Les premières bonnes lignes",
    n_errors: Plural {
        one: "{n} ligne est laissée de côté",
        other: "{n} lignes sont laissées de côté",
    },
    more_errors: Plural { one: "Et {n} autre.", other: "Et {n} autres." },
    line: "Ligne {n}",
    name_missing: "Elle n’a pas de nom.",
    name_twice: "Le nom figure deux fois dans le fichier, ou appartient à un autre.",
    name_too_long: "Le nom est trop long.",
    price_not_understood: "Le prix n’est pas un montant simple.",
    currency_unknown: "La devise est inconnue\u{a0}: trois lettres, comme EUR.",
    columns_wrong: "Les colonnes ne suivent pas la première ligne.",
    not_utf8: "Ce n’est pas de l’UTF-8. Enregistrez le fichier en «\u{a0}CSV UTF-8\u{a0}» et \
               recommencez.",
    not_understood: "Elle n’est pas comprise.",
    export: "Emporter les notes",
    export_about: "Toutes les notes en un fichier. La boîte en exporte n’importe quelle vue.",
};
