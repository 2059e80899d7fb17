//! What the notes say together.

use protocol::console::analysis::{Analysis, AnalysisQuery, Span};

use super::{ApiError, get};
use crate::query_string::QueryString;

/// `GET /api/v1/analysis`
pub(crate) async fn analysis(query: &AnalysisQuery) -> Result<Analysis, ApiError> {
    get(&address(query)).await
}

/// Where the browser downloads all tables as one workbook.
pub(crate) fn export_href(query: &AnalysisQuery) -> String {
    let start = QueryString::default().with("format", Some("xlsx"));
    format!("/api/v1/analysis/export{}", parameters(start, query).finish())
}

fn address(query: &AnalysisQuery) -> String {
    format!("/api/v1/analysis{}", parameters(QueryString::default(), query).finish())
}

fn parameters(start: QueryString, query: &AnalysisQuery) -> QueryString {
    let by = match query.by {
        Span::Week => "week",
        Span::Quarter => "quarter",
    };
    start
        .with("from_ms", query.from_ms)
        .with("to_ms", query.to_ms)
        .with("product", query.product.as_ref())
        .with("rep", query.rep)
        .with("region", query.region.as_ref())
        .with("segment", query.segment.as_ref())
        .with("by", Some(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_asked_for_by_the_names_of_the_contract() {
        let query = AnalysisQuery {
            from_ms: Some(1),
            region: Some("Nord & Est".to_owned()),
            by: Span::Quarter,
            ..AnalysisQuery::default()
        };
        assert_eq!(
            address(&query),
            "/api/v1/analysis?from_ms=1&region=Nord%20%26%20Est&by=quarter"
        );
        assert_eq!(
            export_href(&AnalysisQuery::default()),
            "/api/v1/analysis/export?format=xlsx&by=week"
        );
        assert_eq!(serde_json::to_value(Span::Quarter).unwrap(), "quarter");
    }
}
