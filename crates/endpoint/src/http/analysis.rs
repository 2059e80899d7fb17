//! `/api/v1/analysis`: what the notes say together.

use axum::Json;
use axum::extract::{RawQuery, State};
use protocol::Code;
use protocol::console::analysis::{Analysis, AnalysisQuery, Span};

use super::inbox::pairs;
use super::session::SignedIn;
use super::{Endpoint, Refusal};
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
