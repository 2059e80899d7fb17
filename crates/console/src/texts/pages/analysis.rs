//! The words of Analysis.

use crate::texts::Plural;

use protocol::console::Verdict;
use protocol::console::analysis::Span;
use protocol::note::Relation;

/// In one language.
pub(crate) struct AnalysisTexts {
    pub(crate) title: &'static str,
    pub(crate) rests_on: Plural,
    pub(crate) export: &'static str,
    pub(crate) nothing_yet: &'static str,
    pub(crate) nothing_matches: &'static str,
    pub(crate) nothing_here: &'static str,
    pub(crate) ever: &'static str,
    pub(crate) quarter_year: &'static str,
    pub(crate) year: &'static str,
    pub(crate) all_products: &'static str,
    pub(crate) region: &'static str,
    pub(crate) all_regions: &'static str,
    pub(crate) segment: &'static str,
    pub(crate) all_segments: &'static str,
    pub(crate) by: &'static str,
    pub(crate) by_week: &'static str,
    pub(crate) by_quarter: &'static str,
    pub(crate) week_of: &'static str,
    pub(crate) quarter_name: &'static str,
    /// `{q}` stands for the quarter, `{y}` for the year.
    pub(crate) quarter: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) n_notes: Plural,
    /// Where there are fewer notes than a mean needs.
    pub(crate) too_few: &'static str,
    pub(crate) unsaid: &'static str,
    pub(crate) prices: &'static str,
    pub(crate) prices_about: &'static str,
    pub(crate) no_prices: &'static str,
    /// `{competitor}` and `{product}` stand for their names.
    pub(crate) against: &'static str,
    /// `{competitor}` stands for its name.
    pub(crate) against_nothing: &'static str,
    /// `{words}` stands for what was said, with counts.
    pub(crate) without_figures: &'static str,
    pub(crate) more_series: Plural,
    pub(crate) by_region: &'static str,
    pub(crate) sightings: &'static str,
    pub(crate) n_sightings: Plural,
    pub(crate) lowest: &'static str,
    pub(crate) median: &'static str,
    pub(crate) highest: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) key_theirs: &'static str,
    pub(crate) key_band: &'static str,
    pub(crate) key_few: &'static str,
    pub(crate) key_ours: &'static str,
    pub(crate) acceptance: &'static str,
    /// `{n}` stands for the least number of notes.
    pub(crate) acceptance_about: &'static str,
    pub(crate) no_acceptance: &'static str,
    pub(crate) by_product: &'static str,
    /// `{product}` stands for its name.
    pub(crate) over_time: &'static str,
    pub(crate) whom: &'static str,
    pub(crate) favourable: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) mean: &'static str,
    pub(crate) customers: &'static str,
    pub(crate) n_customers: Plural,
    pub(crate) prospects: &'static str,
    pub(crate) needs: &'static str,
    pub(crate) needs_about: &'static str,
    pub(crate) need: &'static str,
    pub(crate) no_topic: &'static str,
    pub(crate) gaps: &'static str,
    pub(crate) gaps_about: &'static str,
    pub(crate) hypotheses: &'static str,
    pub(crate) hypotheses_about: &'static str,
    pub(crate) hypothesis: &'static str,
    /// Each mark stands for its number.
    pub(crate) hypothesis_words: &'static str,
    pub(crate) named: &'static str,
    pub(crate) confirmed: &'static str,
    pub(crate) rejected: &'static str,
    pub(crate) added: &'static str,
    pub(crate) response: &'static str,
    pub(crate) still_open: Plural,
    pub(crate) until: &'static str,
    pub(crate) until_read: &'static str,
    pub(crate) until_classified: &'static str,
    pub(crate) until_closed: &'static str,
    pub(crate) half_within: &'static str,
    pub(crate) most_within: &'static str,
}

impl AnalysisTexts {
    /// What the first column of a table over time holds.
    pub(crate) const fn start(&self, span: Span) -> &'static str {
        match span {
            Span::Week => self.week_of,
            Span::Quarter => self.quarter_name,
        }
    }

    /// Of whom an acceptance is; none where the rep did not say.
    pub(crate) const fn of_whom(&self, relation: Option<Relation>) -> &'static str {
        match relation {
            Some(Relation::Customer) => self.customers,
            Some(Relation::Prospect) => self.prospects,
            None => self.unsaid,
        }
    }

    /// What became of a hypothesis.
    pub(crate) const fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Named => self.named,
            Verdict::Confirmed => self.confirmed,
            Verdict::Rejected => self.rejected,
            Verdict::Added => self.added,
        }
    }
}

/// English.
pub(super) const EN: AnalysisTexts = AnalysisTexts {
    title: "Analysis",
    rests_on: Plural { one: "It rests on {n} note", other: "It rests on {n} notes" },
    export: "All tables as XLSX",
    nothing_yet: "What the notes say together appears here as soon as the first one arrives.",
    nothing_matches: "No note matches these filters.",
    nothing_here: "No note of these filters says anything about this.",
    ever: "All time",
    quarter_year: "Last 13 weeks",
    year: "Last 52 weeks",
    all_products: "All products",
    region: "Region",
    all_regions: "All regions",
    segment: "Segment",
    all_segments: "All segments",
    by: "One point is",
    by_week: "By week",
    by_quarter: "By quarter",
    week_of: "Week of",
    quarter_name: "Quarter",
    quarter: "Q{q} {y}",
    notes: "Notes",
    n_notes: Plural { one: "{n} note", other: "{n} notes" },
    too_few: "too few",
    unsaid: "Not said",
    prices: "Competitors’ prices",
    prices_about: "What reps saw, against ours. Each point leads to its notes.",
    no_prices: "No note of these filters names a competitor’s price.",
    against: "{competitor} against {product}",
    against_nothing: "{competitor}, no product named",
    without_figures: "Without figures: {words}",
    more_series: Plural {
        one: "{n} more comparison, with fewer sightings",
        other: "{n} more comparisons, with fewer sightings",
    },
    by_region: "by region",
    sightings: "Sightings",
    n_sightings: Plural { one: "{n} sighting", other: "{n} sightings" },
    lowest: "Lowest",
    median: "Median",
    highest: "Highest",
    ours: "Ours",
    key_theirs: "Theirs, median",
    key_band: "Lowest to highest",
    key_few: "Too few for a median",
    key_ours: "Ours",
    acceptance: "Acceptance",
    acceptance_about: "The share who like or adopt a product, with its 95% interval (Wilson). \
                       Shares are shown from {n} notes on; below that, only counts.",
    no_acceptance: "No note of these filters says how a product is accepted.",
    by_product: "By product, customers and prospects",
    over_time: "{product} over time",
    whom: "Product, and of whom",
    favourable: "Like or adopt",
    interval: "95% interval",
    mean: "Mean step of 5",
    customers: "Customers",
    n_customers: Plural { one: "{n} customer", other: "{n} customers" },
    prospects: "Prospects",
    needs: "Unmet needs",
    needs_about: "Ranked by independent customers, then by urgency.",
    need: "Need",
    no_topic: "Notes without a topic",
    gaps: "Gaps between theory and practice",
    gaps_about: "By the part that they concern.",
    hypotheses: "Hypotheses",
    hypotheses_about: "As reps name them: what marketing confirmed, added, left open, and saw \
                       otherwise. A hypothesis leads to all notes on which a rep or marketing \
                       holds it, each number to its own.",
    hypothesis: "Hypothesis",
    hypothesis_words: "{named} named · {confirmed} confirmed · {rejected} seen otherwise · \
                       {added} added",
    named: "Named by reps",
    confirmed: "Confirmed",
    rejected: "Seen otherwise",
    added: "Added by marketing",
    response: "How long marketing takes",
    still_open: Plural {
        one: "{n} note is neither decided nor declined",
        other: "{n} notes are neither decided nor declined",
    },
    until: "From received until",
    until_read: "Read",
    until_classified: "Classified",
    until_closed: "Decided or declined",
    half_within: "Half within",
    most_within: "Nine in ten within",
};

/// French.
pub(super) const FR: AnalysisTexts = AnalysisTexts {
    title: "Analyse",
    rests_on: Plural { one: "Repose sur {n} note", other: "Repose sur {n} notes" },
    export: "Tous les tableaux en XLSX",
    nothing_yet: "Ce que les notes disent ensemble apparaît ici dès l’arrivée de la première.",
    nothing_matches: "Aucune note ne correspond à ces filtres.",
    nothing_here: "Aucune note de ces filtres n’en parle.",
    ever: "Depuis le début",
    quarter_year: "13 dernières semaines",
    year: "52 dernières semaines",
    all_products: "Tous les produits",
    region: "Région",
    all_regions: "Toutes les régions",
    segment: "Segment",
    all_segments: "Tous les segments",
    by: "Un point est",
    by_week: "Par semaine",
    by_quarter: "Par trimestre",
    week_of: "Semaine du",
    quarter_name: "Trimestre",
    quarter: "T{q} {y}",
    notes: "Notes",
    n_notes: Plural { one: "{n} note", other: "{n} notes" },
    too_few: "trop peu",
    unsaid: "Non précisé",
    prices: "Prix des concurrents",
    prices_about: "Ce que les commerciaux ont vu, face aux nôtres. Chaque point mène à ses \
                   notes.",
    no_prices: "Aucune note de ces filtres ne cite le prix d’un concurrent.",
    against: "{competitor} face à {product}",
    against_nothing: "{competitor}, sans produit cité",
    without_figures: "Sans chiffre\u{a0}: {words}",
    more_series: Plural {
        one: "{n} autre comparaison, avec moins de relevés",
        other: "{n} autres comparaisons, avec moins de relevés",
    },
    by_region: "par région",
    sightings: "Relevés",
    n_sightings: Plural { one: "{n} relevé", other: "{n} relevés" },
    lowest: "Le plus bas",
    median: "Médiane",
    highest: "Le plus haut",
    ours: "Le nôtre",
    key_theirs: "Le leur, médiane",
    key_band: "Du plus bas au plus haut",
    key_few: "Trop peu pour une médiane",
    key_ours: "Le nôtre",
    acceptance: "Accueil",
    acceptance_about: "La part de ceux qui apprécient ou adoptent un produit, avec son \
                       intervalle à 95\u{a0}% (Wilson). Les parts apparaissent à partir de {n} \
                       notes\u{202f}; en deçà, seulement les nombres.",
    no_acceptance: "Aucune note de ces filtres ne dit comment un produit est accueilli.",
    by_product: "Par produit, clients et prospects",
    over_time: "{product} dans le temps",
    whom: "Produit, et de qui",
    favourable: "Apprécient ou adoptent",
    interval: "Intervalle à 95\u{a0}%",
    mean: "Degré moyen sur 5",
    customers: "Clients",
    n_customers: Plural { one: "{n} client", other: "{n} clients" },
    prospects: "Prospects",
    needs: "Besoins non comblés",
    needs_about: "Classés par clients indépendants, puis par urgence.",
    need: "Besoin",
    no_topic: "Notes sans sujet",
    gaps: "Écarts entre théorie et pratique",
    gaps_about: "Selon la partie concernée.",
    hypotheses: "Hypothèses",
    hypotheses_about: "Telles que les commerciaux les citent\u{a0}: ce que le marketing a \
                       confirmé, ajouté, laissé ouvert, et vu autrement. Une hypothèse mène à \
                       toutes les notes où un commercial ou le marketing la retient, chaque \
                       nombre aux siennes.",
    hypothesis: "Hypothèse",
    hypothesis_words: "{named} citées · {confirmed} confirmées · {rejected} vues autrement · \
                       {added} ajoutées",
    named: "Citée par les commerciaux",
    confirmed: "Confirmée",
    rejected: "Vue autrement",
    added: "Ajoutée par le marketing",
    response: "Le temps que prend le marketing",
    still_open: Plural {
        one: "{n} note n’est ni décidée ni écartée",
        other: "{n} notes ne sont ni décidées ni écartées",
    },
    until: "De la réception jusqu’à",
    until_read: "Lu",
    until_classified: "Classé",
    until_closed: "Décidé ou écarté",
    half_within: "La moitié en",
    most_within: "Neuf sur dix en",
};
