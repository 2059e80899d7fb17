//! The words of the pages beside the inbox: Analysis, To the field, People, Data.

mod analysis;
mod chart;
mod data;
mod field;
mod people;
mod shared;

pub(crate) use analysis::AnalysisTexts;
pub(crate) use chart::ChartTexts;
pub(crate) use data::DataTexts;
pub(crate) use field::FieldTexts;
pub(crate) use people::PeopleTexts;
pub(crate) use shared::SharedTexts;

/// In one language.
pub(crate) struct PageTexts {
    /// What several pages say.
    pub(crate) shared: SharedTexts,
    pub(crate) chart: ChartTexts,
    pub(crate) analysis: AnalysisTexts,
    pub(crate) field: FieldTexts,
    pub(crate) people: PeopleTexts,
    pub(crate) data: DataTexts,
}

/// English.
pub(super) const EN: PageTexts = PageTexts {
    shared: shared::EN,
    chart: chart::EN,
    analysis: analysis::EN,
    field: field::EN,
    people: people::EN,
    data: data::EN,
};

/// French.
pub(super) const FR: PageTexts = PageTexts {
    shared: shared::FR,
    chart: chart::FR,
    analysis: analysis::FR,
    field: field::FR,
    people: people::FR,
    data: data::FR,
};
