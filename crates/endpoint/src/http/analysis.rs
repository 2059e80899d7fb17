//! `/api/v1/analysis`: what the notes say together, and `/api/v1/analysis/export`: its tables as a
//! file.

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use protocol::Code;
use protocol::console::analysis::{Analysis, AnalysisQuery, Span};

use super::export::{file, format_of};
use super::inbox::pairs;
use super::session::SignedIn;
use super::{Endpoint, Refusal};
use crate::export::{self, Format, TABLES};
use crate::storage::analysis::analyse;

pub(super) async fn analysis(
    State(endpoint): State<Endpoint>,
    _: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Analysis>, Refusal> {
    let query = read_query(query.as_deref().unwrap_or_default())?;
    let answer = endpoint.read_facts(move |db, facts| analyse(db, facts, &query));
    Ok(Json(answer.await?))
}

/// The same filters; `format`, and, but for XLSX, which has them all, `table`.
pub(super) async fn export(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let text = query.unwrap_or_default();
    let (query, format) = (read_query(&text)?, format_of(&text)?);
    let pairs = pairs(&text)?;
    let table = pairs.into_iter().find(|(name, _)| name == "table").map(|(_, table)| table);
    let table = table.unwrap_or_default();
    if format != Format::Xlsx && !TABLES.contains(&&*table) {
        return Err(Refusal::new(Code::BadQuery, format!("table: {}", TABLES.join(", "))));
    }
    tracing::info!(by = session.email, ?format, "an export of the analysis");
    let analysis = endpoint.read_facts(move |db, facts| analyse(db, facts, &query)).await?;
    let name = if format == Format::Xlsx { "analysis".to_owned() } else { table.clone() };
    let mut bytes = Vec::new();
    export::write_analysis(&analysis, format, &table, &mut bytes)
        .map_err(|error| Refusal::new(Code::Internal, error.to_string()))?;
    Ok(file(format, &format!("sightline-{name}"), Body::from(bytes)))
}

fn read_query(query: &str) -> Result<AnalysisQuery, Refusal> {
    let mut read = AnalysisQuery::default();
    for (name, value) in pairs(query)? {
        let bad = || Refusal::new(Code::BadQuery, name.clone());
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "from_ms" => read.from_ms = Some(value.parse().map_err(|_| bad())?),
            "to_ms" => read.to_ms = Some(value.parse().map_err(|_| bad())?),
            "rep" => read.rep = Some(value.parse().map_err(|_| bad())?),
            "product" => read.product = Some(value),
            "region" => read.region = Some(value),
            "segment" => read.segment = Some(value),
            "by" => {
                read.by = match value.as_str() {
                    "week" => Span::Week,
                    "quarter" => Span::Quarter,
                    _ => return Err(bad()),
                }
            }
            _ => {}
        }
    }
    Ok(read)
}
