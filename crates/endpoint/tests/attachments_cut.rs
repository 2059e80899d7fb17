//! The link breaks after each single byte of an upload, of its requests and of their answers; then
//! the device goes on. Whatever was cut, the attachment is there once and right (SYNC.md fault 21).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where it fails, and tells its figures"
)]

mod fixture;
mod upload;

use std::sync::atomic::{AtomicUsize, Ordering};

use fixture::House;
use protocol::Sha256;
use upload::{Client, End, File, cut, whole};

const BYTES: usize = 700;
/// The canonical upload: a creation, and three pieces that begin here and are so long.
const PIECES: [(usize, usize); 3] = [(0, 300), (300, 300), (600, 100)];
/// Uploads at a time: their writes share commits.
const WORKERS: usize = 8;

/// The requests of the canonical upload.
fn requests(client: &Client, file: &File) -> Vec<Vec<u8>> {
    let pieces = PIECES.iter().map(|(at, bytes)| client.piece(file, *at, *bytes, &[]));
    std::iter::once(client.creation(file)).chain(pieces).collect()
}

/// Every cut once, by many workers: each takes the next until one says that there are no more.
fn each(work: impl Fn(usize) -> bool + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| while work(next.fetch_add(1, Ordering::Relaxed)) {});
        }
    });
}

/// Each of so many uploads is there once, whole, and nothing else is.
fn assert_exactly_once(house: &House, uploads: usize) {
    let db = rusqlite::Connection::open(house.folder.path().join("sightline.sqlite")).unwrap();
    let mut statement = db
        .prepare(
            "SELECT sha256, data FROM attachment JOIN attachment_chunk USING (attachment_id)
             WHERE completed_at_ms IS NOT NULL AND offset = bytes AND at = 0",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut right = 0;
    for row in rows {
        let (sha256, data): ([u8; 32], Vec<u8>) = row.unwrap();
        assert_eq!(Sha256::of(&data), Sha256::from_bytes(sha256));
        right += 1;
    }
    assert_eq!(right, uploads);
    for table in ["attachment", "attachment_chunk"] {
        let rows = house.count(&format!("SELECT count(*) FROM {table}"));
        assert_eq!(usize::try_from(rows).unwrap(), uploads, "{table}");
    }
}

#[test]
fn an_upload_cut_after_any_byte_of_its_requests_ends_whole_and_once() {
    let house = House::open();
    let client = Client { address: house.address, token: house.enrol("Ana").token };
    let lengths: Vec<usize> =
        requests(&client, &File::new(0, BYTES)).iter().map(Vec::len).collect();
    let cuts: Vec<(usize, usize)> = (0..lengths.len())
        .flat_map(|index| (0..=lengths[index]).map(move |bytes| (index, bytes)))
        .collect();
    each(|number| {
        let Some((index, bytes)) = cuts.get(number / 2) else { return false };
        let end = [End::Closed, End::Reset][number % 2];
        let file = File::new(u32::try_from(number).unwrap(), BYTES);
        let requests = requests(&client, &file);
        assert_eq!(requests[*index].len(), lengths[*index]);
        for request in &requests[..*index] {
            assert!(matches!(whole(house.address, request).status, 201 | 204));
        }
        cut(house.address, &requests[*index][..*bytes], 0, end);
        client.finish(&file);
        true
    });
    println!("{} requests cut", 2 * cuts.len());
    assert_exactly_once(&house, 2 * cuts.len());
}

#[test]
fn an_upload_cut_after_any_byte_of_its_answers_ends_whole_and_once() {
    let house = House::open();
    let client = Client { address: house.address, token: house.enrol("Ana").token };
    let mut cuts = 0;
    for index in 0..=PIECES.len() {
        let is_over = std::sync::atomic::AtomicBool::new(false);
        let count = AtomicUsize::new(0);
        each(|number| {
            if is_over.load(Ordering::Relaxed) {
                return false;
            }
            let (bytes, end) = (1 + number / 2, [End::Closed, End::Reset][number % 2]);
            let file = File::new(u32::try_from(number).unwrap(), BYTES);
            let requests = requests(&client, &file);
            for request in &requests[..index] {
                assert!(matches!(whole(house.address, request).status, 201 | 204));
            }
            let answer = cut(house.address, &requests[index], bytes, end);
            // An answer that has begun tells of bytes that are on the disk.
            let there = index.checked_sub(1).map_or(0, |piece| PIECES[piece].0 + PIECES[piece].1);
            assert_eq!(client.offset(&file), Some(there), "an answer came before its commit");
            client.finish(&file);
            count.fetch_add(1, Ordering::Relaxed);
            if answer.len() < bytes {
                is_over.store(true, Ordering::Relaxed);
            }
            true
        });
        let count = count.into_inner();
        assert!(count > 2 * 300, "answers are longer than {count} cuts tell");
        cuts += count;
    }
    println!("{cuts} answers cut");
    assert_exactly_once(&house, cuts);
}
