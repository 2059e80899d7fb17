//! A tus client over bare sockets, so that a test decides which byte is the last.
#![allow(dead_code, reason = "each surface uses its own part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::{AttachmentId, Problem, Sha256};
use rustix::net::sockopt::set_socket_linger;

pub const PATH: &str = "/api/v1/attachments";

/// What is to be uploaded.
pub struct File {
    pub id: AttachmentId,
    pub bytes: Vec<u8>,
}

/// A device that uploads.
pub struct Client {
    pub address: SocketAddr,
    pub token: String,
}

/// An answer, or as much of it as was read.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

/// So many bytes that differ from each other and from those of another seed.
pub fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        // Xorshift (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..bytes).map(|_| next()).collect()
}

impl File {
    pub fn new(seed: u32, bytes: usize) -> Self {
        let chance = endpoint::chance::bytes().unwrap();
        Self { id: AttachmentId::new(1_700_000_000_000, chance), bytes: noise(seed, bytes) }
    }

    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }

    pub fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    /// What Upload-Metadata says of it.
    pub fn metadata(&self) -> String {
        metadata(&self.id.to_string(), &self.sha256().to_string())
    }
}

pub fn metadata(id: &str, sha256: &str) -> String {
    let pairs = [("attachment_id", id), ("sha256", sha256), ("media_type", "image/jpeg")];
    let pair = |(key, value): (&str, &str)| format!("{key} {}", STANDARD.encode(value));
    pairs.map(pair).join(",")
}

/// What Upload-Checksum says of these bytes.
pub fn checksum(bytes: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::of(bytes).as_bytes()))
}

impl Client {
    /// A request as it travels.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Vec<u8> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        let bearer = format!("Bearer {}", self.token);
        let length = body.len().to_string();
        let ours =
            [("authorization", &*bearer), ("tus-resumable", "1.0.0"), ("content-length", &*length)];
        let is_given = |name: &str| headers.iter().any(|(given, _)| *given == name);
        let ours = ours.iter().filter(|(name, _)| !is_given(name));
        for (name, value) in ours.chain(headers).filter(|(_, value)| !value.is_empty()) {
            request += &format!("{name}: {value}\r\n");
        }
        let mut request = (request + "\r\n").into_bytes();
        request.extend_from_slice(body);
        request
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        whole(self.address, &self.request(method, path, headers, body))
    }

    pub fn creation(&self, file: &File) -> Vec<u8> {
        let (length, metadata) = (file.bytes.len().to_string(), file.metadata());
        let headers = [("upload-length", &*length), ("upload-metadata", &*metadata)];
        self.request("POST", PATH, &headers, b"")
    }

    pub fn create(&self, file: &File) -> Reply {
        whole(self.address, &self.creation(file))
    }

    pub fn piece(&self, file: &File, at: usize, bytes: usize, more: &[(&str, &str)]) -> Vec<u8> {
        let offset = at.to_string();
        let mut headers =
            vec![("upload-offset", &*offset), ("content-type", "application/offset+octet-stream")];
        headers.extend_from_slice(more);
        self.request("PATCH", &file.path(), &headers, &file.bytes[at..at + bytes])
    }

    pub fn patch(&self, file: &File, at: usize, bytes: usize) -> Reply {
        whole(self.address, &self.piece(file, at, bytes, &[]))
    }

    pub fn head(&self, file: &File) -> Reply {
        self.send("HEAD", &file.path(), &[], b"")
    }

    /// Where the upload goes on; none if it is not known.
    pub fn offset(&self, file: &File) -> Option<usize> {
        let reply = self.head(file);
        assert!(matches!(reply.status, 200 | 404), "{reply:?}");
        (reply.status == 200).then(|| reply.header("upload-offset").parse().unwrap())
    }

    /// What a device does after any trouble: asks where it goes on, and goes on.
    pub fn finish(&self, file: &File) {
        // Bytes of a connection that broke may still be on their way to the disk: then the offset
        // moves, and the question is asked again.
        for _ in 0..100 {
            match self.offset(file) {
                None => assert_eq!(self.create(file).status, 201),
                Some(at) if at == file.bytes.len() => return,
                Some(at) => {
                    let status = self.patch(file, at, file.bytes.len() - at).status;
                    assert!(matches!(status, 204 | 409), "{status}");
                }
            }
        }
        panic!("the upload does not come to an end");
    }
}

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// In order, by FIN: the sender went away.
    Closed,
    /// At once, by RST: what was under way is thrown away.
    Reset,
}

/// Sends so much of a request and no more, reads so much of the answer and no more, and breaks
/// the connection.
pub fn cut(address: SocketAddr, request: &[u8], answer_bytes: usize, end: End) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    // The endpoint may refuse and close before it has read all.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = (&stream).take(answer_bytes as u64).read_to_end(&mut answer);
    if let End::Reset = end {
        set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
    }
    answer
}

/// Sends a request and reads the answer to its end.
#[track_caller]
pub fn whole(address: SocketAddr, request: &[u8]) -> Reply {
    Reply::read(&cut(address, request, usize::MAX, End::Closed)).expect("no whole head came")
}

/// The same with an endpoint that may be gone; none then.
pub fn attempt(address: SocketAddr, request: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Reply::read(&answer)
}

impl Reply {
    /// None where the head is not whole.
    fn read(answer: &[u8]) -> Option<Self> {
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Self { status, head, body: answer[end + 4..].to_vec() })
    }

    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.split("\r\n").filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let value = found.next().map_or("", |(_, value)| value);
        assert_eq!(found.next(), None, "{name} is there twice");
        value
    }

    /// Asserts that this is a problem of this status and code, and tells its detail.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> String {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.header("tus-resumable"), "1.0.0");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!((self.status, problem.code.as_str()), (status, code), "{text}");
        problem.detail.unwrap_or_default()
    }
}
