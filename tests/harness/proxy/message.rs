//! Whole requests and answers of HTTP/1.1 as they travel (RFC 9112 §6), out of one connection.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HEADERS_MAX: usize = 64;

/// A request or an answer, byte for byte.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    head_bytes: usize,
}

/// Where a message's body ends.
enum End {
    After(usize),
    Chunked,
    WithTheConnection,
}

/// A connection, and what was read of it and not yet used.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    unused: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, unused: Vec::new() }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next request; none where the connection ends before it is whole.
    pub(super) async fn request(&mut self) -> Result<Option<Message>> {
        self.message(|head| {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
            let mut request = httparse::Request::new(&mut headers);
            let status = request.parse(head).map_err(Error::other)?;
            Ok(status.is_complete().then(|| length(request.headers).unwrap_or(End::After(0))))
        })
        .await
    }

    /// The answer to a request; none where the connection ends before it is whole.
    pub(super) async fn answer(&mut self, method: &str) -> Result<Option<Message>> {
        self.message(|head| {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
            let mut answer = httparse::Response::new(&mut headers);
            let status = answer.parse(head).map_err(Error::other)?;
            let has_no_body = method == "HEAD" || matches!(answer.code, Some(100..200 | 204 | 304));
            let end = if has_no_body { Some(End::After(0)) } else { length(answer.headers) };
            Ok(status.is_complete().then(|| end.unwrap_or(End::WithTheConnection)))
        })
        .await
    }

    async fn message(
        &mut self,
        end: impl Fn(&[u8]) -> Result<Option<End>>,
    ) -> Result<Option<Message>> {
        let head_bytes = loop {
            if let Some(at) = self.unused.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.read_more().await? {
                return Ok(None);
            }
        };
        let head = self.unused.get(..head_bytes).unwrap_or_default();
        let end = end(head)?.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
        let bytes = loop {
            let body = self.unused.get(head_bytes..).unwrap_or_default();
            let body_bytes = match end {
                End::After(bytes) => (body.len() >= bytes).then_some(bytes),
                End::Chunked => chunks(body)?,
                End::WithTheConnection => None,
            };
            if let Some(body_bytes) = body_bytes {
                break head_bytes + body_bytes;
            }
            if !self.read_more().await? {
                match end {
                    End::WithTheConnection => break self.unused.len(),
                    _ => return Ok(None),
                }
            }
        };
        let rest = self.unused.split_off(bytes);
        Ok(Some(Message { bytes: std::mem::replace(&mut self.unused, rest), head_bytes }))
    }

    /// Whether there was more.
    async fn read_more(&mut self) -> Result<bool> {
        Ok(self.stream.read_buf(&mut self.unused).await? > 0)
    }

    /// Waits until the other side is gone.
    pub(super) async fn gone(&mut self) {
        while matches!(self.read_more().await, Ok(true)) {}
    }

    /// Ends the connection by RST.
    pub(super) fn reset(self) -> Result<()> {
        self.stream.set_zero_linger()
    }
}

fn length(headers: &[httparse::Header<'_>]) -> Option<End> {
    let value = |name: &str| {
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    if value("transfer-encoding").is_some() {
        return Some(End::Chunked);
    }
    value("content-length")?.parse().ok().map(End::After)
}

/// How many bytes the chunks have in all; none while the last has not come (RFC 9112 §7.1).
fn chunks(body: &[u8]) -> Result<Option<usize>> {
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let chunk = httparse::parse_chunk_size(rest).map_err(|_| ErrorKind::InvalidData)?;
        let httparse::Status::Complete((size_line, bytes)) = chunk else { return Ok(None) };
        at += size_line + usize::try_from(bytes).map_err(Error::other)? + "\r\n".len();
        if at > body.len() {
            return Ok(None);
        }
        if bytes == 0 {
            return Ok(Some(at));
        }
    }
}

impl Message {
    pub(super) fn from_parts(head: &str, body: &[u8]) -> Self {
        Self { bytes: [head.as_bytes(), body].concat(), head_bytes: head.len() }
    }

    /// `POST`, `GET` …; of a request.
    pub(super) fn method(&self) -> &str {
        self.words().next().unwrap_or_default()
    }

    /// With its query; of a request.
    pub(super) fn path(&self) -> &str {
        self.words().nth(1).unwrap_or_default()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.head().split(' ')
    }

    fn head(&self) -> &str {
        let head = self.bytes.get(..self.head_bytes).unwrap_or_default();
        std::str::from_utf8(head).unwrap_or_default()
    }

    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(self.head_bytes..).unwrap_or_default()
    }

    /// The same with this header in place of any of that name.
    pub(super) fn with_header(&self, name: &str, value: &str) -> Self {
        let is_other = |line: &&str| {
            !line.split(':').next().is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        let mut lines: Vec<&str> = self.head().trim_end().split("\r\n").filter(is_other).collect();
        let line = format!("{name}: {value}");
        lines.push(&line);
        Self::from_parts(&format!("{}\r\n\r\n", lines.join("\r\n")), self.body())
    }

    /// The same with another body, of the same length.
    pub(super) fn with_body(&self, body: &[u8]) -> Self {
        Self::from_parts(self.head(), body)
    }
}
