//! Killed in the middle of uploads, again and again: the bytes of every piece that was
//! acknowledged are there, and the device goes on behind them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;
mod process;
mod upload;

use std::time::Duration;

use process::{Serving, run, said};
use rusqlite::Connection;
use tempfile::TempDir;
use upload::{Client, File, attempt};

const KILLS: u32 = 12;
/// More than a chunk, so that a kill may fall between the chunks of one piece.
const PIECE_BYTES: usize = 300_000;
const FILE_BYTES: usize = 8 * PIECE_BYTES;

/// Uploads piece by piece until the endpoint is gone: the offset that it last acknowledged.
fn upload_until_killed(client: &Client, file: &File, from: usize) -> usize {
    let mut acknowledged = from;
    while acknowledged < file.bytes.len() {
        let piece =
            client.piece(file, acknowledged, PIECE_BYTES.min(FILE_BYTES - acknowledged), &[]);
        let Some(reply) = attempt(client.address, &piece) else { break };
        assert_eq!(reply.status, 204);
        acknowledged = reply.header("upload-offset").parse().unwrap();
    }
    acknowledged
}

#[test]
fn a_kill_between_pieces_loses_nothing_that_was_acknowledged() {
    let data = TempDir::new().unwrap();
    let mut serving = Serving::start(data.path());
    let link = said(&run(data.path(), &["invite", "--rep", "Ana"]));
    let invitation = link.trim_end().split('#').nth(1).unwrap().to_owned();
    let token = fixture::enrol(serving.address, invitation).0.token;
    let (mut files, mut in_the_middle) = (0, 0);
    let mut file = File::new(files, FILE_BYTES);
    for kill in 0..KILLS {
        let client = Client { address: serving.address, token: token.clone() };
        assert_eq!(client.create(&file).status, 201);
        let from = client.offset(&file).unwrap();
        let acknowledged = std::thread::scope(|scope| {
            let upload = scope.spawn(|| upload_until_killed(&client, &file, from));
            // Another moment of the upload each time.
            std::thread::sleep(Duration::from_millis(u64::from(kill * 7 % 60)));
            serving.kill_now();
            upload.join().unwrap()
        });
        drop(serving);
        serving = Serving::start(data.path());
        let client = Client { address: serving.address, token: token.clone() };
        let there = client.offset(&file).unwrap();
        assert!(there >= acknowledged, "{acknowledged} bytes were acknowledged, {there} are there");
        if there < FILE_BYTES {
            in_the_middle += 1;
        }
        if there == FILE_BYTES || kill + 1 == KILLS {
            client.finish(&file);
            files += 1;
            file = File::new(files, FILE_BYTES);
        }
    }
    assert!(in_the_middle > 0, "no upload was ever cut: the test shows nothing");
    println!("{files} files, {in_the_middle} kills in the middle of one");
    serving.stop();
    let db = Connection::open(data.path().join("sightline.sqlite")).unwrap();
    let count = |sql: &str| -> u32 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
    // The endpoint completes nothing whose hash is not right.
    assert_eq!(count("SELECT count(*) FROM attachment WHERE completed_at_ms IS NOT NULL"), files);
    assert_eq!(count("SELECT count(*) FROM attachment"), files);
    let bytes = count("SELECT sum(length(data)) FROM attachment_chunk");
    assert_eq!(bytes as usize, files as usize * FILE_BYTES);
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}
