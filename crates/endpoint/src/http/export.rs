//! `GET /api/v1/export`: the notes of a view as a file, streamed as it is read.

use std::io::BufWriter;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use protocol::Code;
use tokio::sync::mpsc;

use super::session::SignedIn;
use super::{Endpoint, Refusal, inbox};
use crate::export::{self, Format};

/// How long to wait when too many exports run.
const BUSY_S: u64 = 10;
/// Bytes of one piece of the stream.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const PIECES_WAITING: usize = 4;

pub(super) async fn export(
    State(endpoint): State<Endpoint>,
    SignedIn(session): SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let filters = inbox::read_query(&query)?;
    inbox::ready_to_read(&endpoint, &filters).await?;
    let format = format_of(&query)?;
    tracing::info!(by = session.email, ?format, "an export");
    let turn = Arc::clone(&endpoint.exports).try_acquire_owned();
    let turn = turn.map_err(|_| Refusal::later(Code::Unavailable, BUSY_S))?;
    let (pieces, mut waiting) = mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES_WAITING);
    let connection = endpoint.storage.open_reader()?;
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut output = BufWriter::with_capacity(PIECE_BYTES, Pieces(pieces.clone()));
        if let Err(error) = export::write(&connection, &filters, format, &mut output) {
            tracing::warn!(%error, "an export broke off");
            // The status is long sent: breaking off is how a stream tells that it is not whole.
            let _ = pieces.blocking_send(Err(std::io::Error::other(error)));
        }
    });
    let stream = futures_util::stream::poll_fn(move |context| waiting.poll_recv(context));
    Ok(file(format, "sightline", Body::from_stream(stream)))
}

/// The format that a query string asks for.
pub(super) fn format_of(query: &str) -> Result<Format, Refusal> {
    let pairs = inbox::pairs(query)?;
    let format = pairs.iter().find(|(name, _)| name == "format");
    format
        .and_then(|(_, value)| Format::from_str(value, false).ok())
        .ok_or_else(|| Refusal::new(Code::BadQuery, "format: csv, xlsx or ndjson"))
}

/// A file to download, of this name but for its ending.
pub(super) fn file(format: Format, name: &str, body: Body) -> Response {
    let (media_type, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Xlsx => {
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
        Format::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")),
    ];
    (headers, body).into_response()
}

/// Hands on what is written, piece by piece, as fast as it is read.
struct Pieces(mpsc::Sender<Result<Bytes, std::io::Error>>);

impl std::io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let piece = Ok(Bytes::copy_from_slice(bytes));
        self.0.blocking_send(piece).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
