//! Reference data: customers, products and competitors, and the names that reps wrote for them.

use serde::{Deserialize, Serialize};

use crate::id::ReferenceId;
use crate::mail::Referent;
use crate::price::Price;

/// `GET /api/v1/reference?of=customer&q&after`: by name, 200 at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferencePage {
    /// By name.
    pub entries: Vec<ReferenceEntry>,
    /// How many there are in all.
    pub total: u64,
    /// Whether more follow the last one's name.
    pub has_more: bool,
}

/// A customer, product or competitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceEntry {
    /// Which.
    pub reference_id: ReferenceId,
    /// What it says.
    pub text: ReferenceText,
    /// Other names that mean it, in alphabetical order.
    pub aliases: Vec<String>,
    /// How many notes name it, by its name or an alias.
    pub notes: u64,
}

/// What somebody writes: `POST /api/v1/reference` for a new one, `PUT /api/v1/reference/{id}` for a
/// change; both answer with the [`ReferenceEntry`]. It reaches every rep's phone.
/// `DELETE /api/v1/reference/{id}` takes it out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceText {
    /// What it is.
    pub of: Referent,
    /// Its name; not blank, and no other's name or alias.
    pub name: String,
    /// A customer's region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// A customer's segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// A product's list price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

/// `POST /api/v1/reference/{id}/aliases`: this name means it as well.
/// `DELETE /api/v1/reference/{id}/aliases?name` takes that back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasRequest {
    /// The name, as reps write it.
    pub name: String,
}

/// `POST /api/v1/reference/{id}/merge`: another one is the same. Its name and aliases become
/// aliases of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRequest {
    /// The other one.
    pub other: ReferenceId,
}

/// `GET /api/v1/reference/unknown?of=customer`: names in notes that mean nothing known, those in
/// the most notes first, at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownName {
    /// As reps wrote it.
    pub name: String,
    /// In how many notes.
    pub notes: u64,
    /// What it may mean, the most similar first.
    pub suggestions: Vec<(ReferenceId, String)>,
}

/// `POST /api/v1/reference/import?of=customer&preview=true`, with a file of `text/csv`: the columns
/// `name`, `region`, `segment`, `price` (as people write it), `currency`, `unit`, `aliases` (separated
/// by "|"), in any order, separated by commas, semicolons or tabs.
/// Without `preview` the good lines are written, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The separator that was found.
    pub separator: char,
    /// How many lines would become, or became, new entries.
    pub new: u64,
    /// How many change an entry of the same name.
    pub changed: u64,
    /// How many say what is known.
    pub same: u64,
    /// The first of the good lines, at most 20.
    pub sample: Vec<ReferenceText>,
    /// What is wrong, line by line; those lines are left out.
    pub errors: Vec<ImportError>,
}

/// What is wrong with a line of an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// Counted from 1, the header included.
    pub line: u64,
    /// A stable name: "name_missing", "name_twice", "name_too_long", "price_not_understood",
    /// "currency_unknown", "columns_wrong", "not_utf8".
    pub code: String,
    /// The words that are wrong.
    pub found: String,
}
