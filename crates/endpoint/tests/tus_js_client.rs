//! tus-js-client, the public client, uploads to our endpoint through a link that breaks after
//! random bytes. `cargo xtask test` installs the client and says where in `SIGHTLINE_TUS_JS`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;
mod upload;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use fixture::House;
use protocol::Sha256;
use upload::{File, PATH, noise};

const FILE_BYTES: usize = 3_000_000;
/// Most bytes, of both directions, that a connection carries before it breaks.
const BUDGET_BYTES_MAX: i64 = 400_000;
/// Every third breaks within about so many: in a head, or in an answer.
const SMALL_BUDGET_BYTES_MAX: i64 = 1_200;

/// A link to the endpoint that breaks every connection after some bytes, as its seed tells.
struct BreakingLink {
    address: SocketAddr,
    breaks: Arc<AtomicUsize>,
}

impl BreakingLink {
    fn to(endpoint: SocketAddr, seed: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let breaks = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&breaks);
        let chance = noise(seed, 64 * 1024);
        // Ends with the test's process.
        std::thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                let at = number * 4 % chance.len();
                let chance = u32::from_le_bytes(chance[at..at + 4].try_into().unwrap());
                let most = if number % 3 == 0 { SMALL_BUDGET_BYTES_MAX } else { BUDGET_BYTES_MAX };
                let budget = Arc::new(AtomicI64::new(i64::from(chance) % most));
                carry(client.unwrap(), TcpStream::connect(endpoint).unwrap(), &budget, &counter);
            }
        });
        Self { address, breaks }
    }
}

/// Carries bytes both ways until the budget is spent.
fn carry(
    client: TcpStream,
    endpoint: TcpStream,
    budget: &Arc<AtomicI64>,
    breaks: &Arc<AtomicUsize>,
) {
    let ways = [(client.try_clone().unwrap(), endpoint.try_clone().unwrap()), (endpoint, client)];
    for (mut from, mut to) in ways {
        let (budget, breaks) = (Arc::clone(budget), Arc::clone(breaks));
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(bytes @ 1..) = from.read(&mut buffer) {
                let left = budget.fetch_sub(bytes as i64, Ordering::Relaxed);
                let passed = bytes.min(usize::try_from(left).unwrap_or(0));
                if to.write_all(&buffer[..passed]).is_err() {
                    break;
                }
                if passed < bytes {
                    if left >= 0 {
                        breaks.fetch_add(1, Ordering::Relaxed);
                    }
                    break;
                }
            }
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

/// What the endpoint has of this file, once it is complete.
fn digest(house: &House, file: &File) -> Sha256 {
    let db = rusqlite::Connection::open(house.folder.path().join("sightline.sqlite")).unwrap();
    let mut statement = db
        .prepare(
            "SELECT data FROM attachment_chunk JOIN attachment USING (attachment_id)
             WHERE attachment_id = ?1 AND completed_at_ms IS NOT NULL ORDER BY at",
        )
        .unwrap();
    let chunks = statement.query_map([file.id.as_bytes().as_slice()], |row| row.get(0)).unwrap();
    let bytes: Vec<Vec<u8>> = chunks.collect::<Result<_, _>>().unwrap();
    Sha256::of(&bytes.concat())
}

fn upload(client: &Path, house: &House, token: &str, seed: u32, options: &[(&str, &str)]) {
    let file = File::new(seed, FILE_BYTES);
    let path = house.folder.path().join(format!("{seed}.jpg"));
    std::fs::write(&path, &file.bytes).unwrap();
    let link = BreakingLink::to(house.address, seed);
    let output = Command::new("node")
        .arg(client.join("upload.mjs"))
        .env("UPLOAD_ENDPOINT", format!("http://{}{PATH}", link.address))
        .env("UPLOAD_FILE", path)
        .env("UPLOAD_TOKEN", token)
        .env("UPLOAD_ID", file.id.to_string())
        .env("UPLOAD_SHA256", file.sha256().to_string())
        .envs(options.iter().copied())
        .output()
        .unwrap();
    let (said, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "seed {seed}: {said} {error}");
    assert_eq!(digest(house, &file), file.sha256(), "seed {seed}");
    let breaks = link.breaks.load(Ordering::Relaxed);
    assert!(breaks >= 5, "seed {seed}: the link broke {breaks} times: the test shows nothing");
    println!("seed {seed} {options:?}: the link broke {breaks} times, {}", said.trim());
}

#[test]
fn the_public_client_uploads_through_a_link_that_breaks() {
    let Some(client) = std::env::var_os("SIGHTLINE_TUS_JS").map(PathBuf::from) else {
        println!("`cargo xtask test` installs tus-js-client and runs this test with it");
        return;
    };
    let house = House::open();
    let token = house.enrol("Ana").token;
    for seed in [1, 2, 3] {
        upload(&client, &house, &token, seed, &[]);
    }
    let in_chunks = ("UPLOAD_CHUNK_BYTES", "100000");
    upload(&client, &house, &token, 4, &[in_chunks]);
    // Only in chunks: this client begins its creation from the first byte, however often it breaks.
    upload(&client, &house, &token, 5, &[in_chunks, ("UPLOAD_DURING_CREATION", "1")]);
    assert_eq!(house.count("SELECT count(*) FROM attachment"), 5, "each upload is one attachment");
}
