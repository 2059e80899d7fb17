//! The words around charts.

/// In one language.
pub(crate) struct ChartTexts {
    pub(crate) show: &'static str,
    pub(crate) both: &'static str,
    pub(crate) chart: &'static str,
    pub(crate) table: &'static str,
}

/// English.
pub(super) const EN: ChartTexts =
    ChartTexts { show: "Show", both: "Both", chart: "Chart", table: "Table" };

/// French.
pub(super) const FR: ChartTexts =
    ChartTexts { show: "Afficher", both: "Les deux", chart: "Graphique", table: "Tableau" };
