//! Attachments by tus 1.0: uploads in pieces, what is refused, and what marketing sees.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

mod fixture;
mod upload;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use endpoint::clock::now_ms;
use endpoint::storage::attachments::{self, UNFINISHED_MAX, UNFINISHED_MS};
use endpoint::storage::ops::{self, Sender};
use fixture::{Device, House, body_of, gap, op_id};
use protocol::attachment::UploadWord;
use protocol::console::NoteDetail;
use protocol::limits::{ATTACHMENT_BYTES_MAX, ATTACHMENT_CHUNK_BYTES};
use protocol::{Action, Attachment, NoteId};
use upload::{Client, End, File, PATH, checksum, metadata, whole};

type Headers<'a> = Vec<(&'a str, &'a str)>;

const OCTETS: (&str, &str) = ("content-type", "application/offset+octet-stream");

fn client(house: &House, device: &Device) -> Client {
    Client { address: house.address, token: device.token.clone() }
}

/// A house and a device of Ana's in it.
fn begin() -> (House, Device, Client) {
    let house = House::open();
    let device = house.enrol("Ana");
    let client = client(&house, &device);
    (house, device, client)
}

const fn sender(device: &Device) -> Sender {
    Sender { device_id: device.id, rep_id: device.admission.rep_id }
}

/// Stores operations as a push of this device would.
fn push(house: &House, device: &Device, ops: &[protocol::op::SealedOp]) {
    let sender = sender(device);
    let ops: Vec<String> = ops.iter().map(|op| op.json.clone()).collect();
    let push = move |db: &rusqlite::Connection| {
        for op in &ops {
            let receipt = ops::accept(db, sender, op, now_ms())?.unwrap();
            assert!(receipt.verdict.is_confirmed() && receipt.code.is_none(), "{receipt:?}");
        }
        Ok(())
    };
    house.write(push).unwrap();
}

/// What a device says of a file.
fn announced(file: &File) -> Attachment {
    Attachment {
        attachment_id: file.id,
        sha256: file.sha256(),
        bytes: file.bytes.len() as u64,
        media_type: "image/jpeg".to_owned(),
        name: None,
    }
}

/// A note's creation, and the operation that attaches this to it.
fn note_with(attachment: Attachment) -> (NoteId, [protocol::op::SealedOp; 2]) {
    let create = body_of(Action::Create(fixture::note(protocol::note::Kind::Gap, "photo")));
    let note_id = create.note_id;
    let create = create.seal(op_id()).unwrap();
    let mut attach = body_of(Action::Attach(attachment));
    attach.note_id = note_id;
    attach.parents = vec![create.op_id];
    (note_id, [create, attach.seal(op_id()).unwrap()])
}

fn detail(house: &House, cookie: &str, note_id: NoteId) -> NoteDetail {
    house.get(&format!("/api/v1/notes/{note_id}"), &[("cookie", cookie)]).json()
}

/// How many bytes of attachments lie in the database.
fn stored_bytes(house: &House) -> i64 {
    house.count("SELECT coalesce(sum(length(data)), 0) FROM attachment_chunk")
}

fn is_complete(house: &House, file: &File) -> bool {
    let hex: String = file.id.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    house.count(&format!(
        "SELECT count(*) FROM attachment
         WHERE hex(attachment_id) = '{hex}' AND completed_at_ms IS NOT NULL"
    )) == 1
}

#[test]
fn whoever_asks_is_told_what_the_endpoint_can_do() {
    let (house, _, _) = begin();
    for path in [PATH, &format!("{PATH}/x")] {
        let anyone = Client { address: house.address, token: String::new() };
        let reply =
            anyone.send("OPTIONS", path, &[("tus-resumable", ""), ("authorization", "")], b"");
        assert_eq!(reply.status, 204);
        assert_eq!(reply.header("tus-resumable"), "1.0.0");
        assert_eq!(reply.header("tus-version"), "1.0.0");
        assert_eq!(
            reply.header("tus-extension"),
            "creation,creation-with-upload,checksum,termination,expiration"
        );
        assert_eq!(reply.header("tus-max-size"), ATTACHMENT_BYTES_MAX.to_string());
        assert_eq!(reply.header("tus-checksum-algorithm"), "sha1,sha256");
    }
}

#[test]
fn an_upload_in_pieces_becomes_an_attachment() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    let reply = client.create(&file);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("location"), file.path());
    assert_eq!(reply.header("upload-offset"), "0");
    assert!(reply.header("upload-expires").ends_with(" GMT"), "{reply:?}");
    for (at, bytes, then) in [(0, 300, "300"), (300, 300, "600")] {
        let reply = client.patch(&file, at, bytes);
        assert_eq!((reply.status, reply.header("upload-offset")), (204, then));
        assert!(reply.header("upload-expires").ends_with(" GMT"), "{reply:?}");
        let head = client.head(&file);
        assert_eq!((head.status, head.header("upload-offset")), (200, then));
        assert_eq!(head.header("upload-length"), "700");
        assert_eq!(head.header("cache-control"), "no-store");
        assert_eq!(head.header("tus-resumable"), "1.0.0");
        assert!(!is_complete(&house, &file));
    }
    let reply = client.patch(&file, 600, 100);
    assert_eq!((reply.status, reply.header("upload-offset")), (204, "700"));
    assert_eq!(reply.header("upload-expires"), "", "what is complete does not expire");
    assert!(is_complete(&house, &file));
    assert_eq!(stored_bytes(&house), 700);
    assert_eq!(client.patch(&file, 700, 0).status, 204, "nothing more is nothing wrong");
}

#[test]
fn the_same_creation_again_finds_the_upload_where_it_is() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    client.patch(&file, 0, 300);
    let again = client.create(&file);
    assert_eq!((again.status, again.header("location")), (201, &*file.path()));
    assert_eq!(again.header("upload-offset"), "300");
    client.patch(&file, 300, 400);
    let again = client.create(&file);
    assert_eq!((again.status, again.header("upload-offset")), (201, "700"));
    assert_eq!(house.count("SELECT count(*) FROM attachment"), 1);
}

#[test]
fn an_id_means_one_content_for_ever() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let other_bytes = File { id: file.id, bytes: File::new(2, 700).bytes };
    client.create(&other_bytes).assert_problem(409, "attachment_reuse");
    let metadata = file.metadata();
    let headers = [("upload-length", "701"), ("upload-metadata", &*metadata)];
    client.send("POST", PATH, &headers, b"").assert_problem(409, "attachment_reuse");
    let ben = self::client(&house, &house.enrol("Ben"));
    ben.create(&file).assert_problem(409, "attachment_reuse");
    client.finish(&file);
    client.create(&other_bytes).assert_problem(409, "attachment_reuse");
}

#[test]
fn a_creation_that_cannot_be_right_is_refused() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    let good = file.metadata();
    let public_client = format!("filename {},filetype {}", STANDARD.encode("a.jpg"), "aW1hZ2U=");
    let too_much = (ATTACHMENT_BYTES_MAX + 1).to_string();
    for (length, metadata, status, code, detail) in [
        ("", &*good, 400, "malformed_request", "upload-length is missing"),
        ("-1", &*good, 400, "malformed_request", "upload-length"),
        ("+1", &*good, 400, "malformed_request", "upload-length"),
        ("1e3", &*good, 400, "malformed_request", "upload-length"),
        ("99999999999999999999", &*good, 400, "malformed_request", "upload-length"),
        ("0", &*good, 400, "malformed_request", "at least one byte"),
        (&*too_much, &*good, 413, "attachment_too_large", "at most"),
        ("700", "", 400, "malformed_request", "needs attachment_id"),
        ("700", &*public_client, 400, "malformed_request", "needs attachment_id"),
        ("700", "attachment_id !", 400, "malformed_request", "base64"),
        ("700", &*metadata("x", "y"), 400, "malformed_request", "attachment_id"),
    ] {
        let headers = [("upload-length", length), ("upload-metadata", metadata)];
        let told = client.send("POST", PATH, &headers, b"").assert_problem(status, code);
        assert!(told.contains(detail), "{told} says nothing of {detail}");
    }
    let put = client.send("PUT", PATH, &[], b"");
    put.assert_problem(405, "method_not_allowed");
    assert_eq!(put.header("allow"), "OPTIONS, POST");
    assert_eq!(house.count("SELECT count(*) FROM attachment"), 0);
}

#[test]
fn a_creation_can_bring_the_first_bytes() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    let metadata = file.metadata();
    let headers = [("upload-length", "700"), ("upload-metadata", &*metadata), OCTETS];
    let reply = client.send("POST", PATH, &headers, &file.bytes[..250]);
    assert_eq!((reply.status, reply.header("upload-offset")), (201, "250"));
    // The answer was lost: what is there already is not taken twice.
    let reply = client.send("POST", PATH, &headers, &file.bytes[..450]);
    assert_eq!((reply.status, reply.header("upload-offset")), (201, "450"));
    let reply = client.send("POST", PATH, &headers, &file.bytes[..10]);
    assert_eq!((reply.status, reply.header("upload-offset")), (201, "450"));
    let sum = checksum(&file.bytes);
    let headers = [headers[0], headers[1], OCTETS, ("upload-checksum", &*sum)];
    let reply = client.send("POST", PATH, &headers, &file.bytes);
    assert_eq!((reply.status, reply.header("upload-offset")), (201, "700"));
    assert!(is_complete(&house, &file));
}

#[test]
fn a_piece_for_another_offset_changes_nothing() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    client.patch(&file, 0, 300);
    for at in [0, 299, 301, 600] {
        let reply = client.patch(&file, at, 100);
        reply.assert_problem(409, "offset_mismatch");
        assert_eq!(reply.header("upload-offset"), "300");
    }
    for at in ["700", "701", "18446744073709551615"] {
        let reply = client.send("PATCH", &file.path(), &[OCTETS, ("upload-offset", at)], b"x");
        reply.assert_problem(409, "offset_mismatch");
    }
    for at in ["", "-300", "0x12c", "18446744073709551616", "300, 300"] {
        let reply = client.send("PATCH", &file.path(), &[OCTETS, ("upload-offset", at)], b"x");
        reply.assert_problem(400, "malformed_request");
    }
    assert_eq!(stored_bytes(&house), 300);
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn more_bytes_than_were_announced_are_refused() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    client.patch(&file, 0, 300);
    let longer = File { id: file.id, bytes: [&file.bytes[..], b"x"].concat() };
    let reply = client.patch(&longer, 300, 401);
    assert!(reply.assert_problem(413, "attachment_too_large").contains("announced"));
    assert_eq!(reply.header("upload-offset"), "300");
    // The same without a length told beforehand: the upload must not end within the body.
    let mut request =
        client.piece(&file, 300, 0, &[("content-length", ""), ("transfer-encoding", "chunked")]);
    request.extend_from_slice(format!("{:x}\r\n", 400).as_bytes());
    request.extend_from_slice(&file.bytes[300..]);
    request.extend_from_slice(b"\r\n1\r\nx\r\n0\r\n\r\n");
    whole(house.address, &request).assert_problem(413, "attachment_too_large");
    assert!(!is_complete(&house, &file));
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn a_piece_that_does_not_match_its_checksum_changes_nothing() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let right = checksum(&file.bytes[..300]);
    let wrong = checksum(&file.bytes[..299]);
    let reply = whole(house.address, &client.piece(&file, 0, 300, &[("upload-checksum", &wrong)]));
    reply.assert_problem(460, "checksum_mismatch");
    assert_eq!(reply.header("upload-offset"), "0");
    for broken in ["sha256", "sha256 YQ==", "crc32 AAAA"] {
        let piece = client.piece(&file, 0, 300, &[("upload-checksum", broken)]);
        whole(house.address, &piece).assert_problem(400, "malformed_request");
    }
    assert_eq!(stored_bytes(&house), 0);
    let reply = whole(house.address, &client.piece(&file, 0, 300, &[("upload-checksum", &right)]));
    assert_eq!((reply.status, reply.header("upload-offset")), (204, "300"));
}

#[test]
fn a_checked_piece_may_span_chunks_but_not_memory() {
    let (house, _, client) = begin();
    let file = File::new(1, 5 * ATTACHMENT_CHUNK_BYTES);
    client.create(&file);
    let most = 4 * ATTACHMENT_CHUNK_BYTES;
    let sum = checksum(&file.bytes[..=most]);
    let piece = client.piece(&file, 0, most + 1, &[("upload-checksum", &sum)]);
    whole(house.address, &piece).assert_problem(413, "attachment_too_large");
    assert_eq!(stored_bytes(&house), 0);
    let sum = checksum(&file.bytes[..most]);
    let piece = client.piece(&file, 0, most, &[("upload-checksum", &sum)]);
    assert_eq!(whole(house.address, &piece).status, 204);
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn a_piece_that_breaks_off_keeps_what_arrived() {
    let (_house, _, client) = begin();
    let file = File::new(1, 3 * ATTACHMENT_CHUNK_BYTES);
    client.create(&file);
    let arrived = ATTACHMENT_CHUNK_BYTES + 1_000;
    let request = client.piece(&file, 0, file.bytes.len(), &[]);
    let unsent = file.bytes.len() - arrived;
    upload::cut(client.address, &request[..request.len() - unsent], 0, End::Closed);
    // The endpoint writes it down after the client has gone.
    let offset = (0..1_000).map(|_| client.offset(&file)).find(|offset| *offset == Some(arrived));
    assert!(offset.is_some(), "{:?} of {arrived} bytes were kept", client.offset(&file));
    client.finish(&file);
}

#[test]
fn a_piece_with_a_checksum_that_breaks_off_keeps_nothing() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let sum = checksum(&file.bytes);
    let request = client.piece(&file, 0, 700, &[("upload-checksum", &sum)]);
    upload::cut(client.address, &request[..request.len() - 1], 0, End::Closed);
    assert_eq!(client.patch(&file, 0, 700).status, 204, "it begins where it was");
    assert!(is_complete(&house, &file));
}

#[test]
fn any_way_of_cutting_gives_the_same_rows() {
    let (house, _, client) = begin();
    let file = File::new(1, 3 * ATTACHMENT_CHUNK_BYTES + 5);
    client.create(&file);
    let mut at = 0;
    for bytes in [1, 2, ATTACHMENT_CHUNK_BYTES - 4, 2, ATTACHMENT_CHUNK_BYTES, 7] {
        assert_eq!(client.patch(&file, at, bytes).status, 204);
        at += bytes;
    }
    client.finish(&file);
    assert!(is_complete(&house, &file));
    let starts = "SELECT count(*) FROM attachment_chunk WHERE at % 262144 = 0";
    assert_eq!(house.count("SELECT count(*) FROM attachment_chunk"), 4);
    assert_eq!(house.count(starts), 4);
}

#[test]
fn bytes_that_are_not_what_was_announced_begin_anew() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    let lie = File { id: file.id, bytes: File::new(2, 700).bytes };
    client.create(&file);
    client.patch(&lie, 0, 300);
    let reply = client.patch(&lie, 300, 400);
    reply.assert_problem(422, "attachment_mismatch");
    assert_eq!(reply.header("upload-offset"), "0");
    assert_eq!(stored_bytes(&house), 0);
    assert_eq!(client.offset(&file), Some(0));
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn two_uploads_of_one_attachment_at_once_end_in_one() {
    let (house, _, client) = begin();
    let file = File::new(1, 3 * ATTACHMENT_CHUNK_BYTES);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| client.finish(&file));
        }
    });
    assert!(is_complete(&house, &file));
    assert_eq!(house.count("SELECT count(*) FROM attachment"), 1);
    assert_eq!(stored_bytes(&house), file.bytes.len() as i64);
}

#[test]
fn an_unfinished_upload_can_be_given_up_and_a_finished_one_cannot() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    client.patch(&file, 0, 300);
    assert_eq!(client.send("DELETE", &file.path(), &[], b"").status, 204);
    assert_eq!(stored_bytes(&house), 0);
    assert_eq!(client.offset(&file), None);
    client.patch(&file, 300, 400).assert_problem(404, "not_found");
    client.send("DELETE", &file.path(), &[], b"").assert_problem(404, "not_found");
    client.finish(&file);
    let reply = client.send("DELETE", &file.path(), &[], b"");
    assert!(reply.assert_problem(405, "method_not_allowed").contains("complete"));
    assert!(reply.header("allow").contains("HEAD"));
    assert!(is_complete(&house, &file));
}

#[test]
fn a_client_that_can_only_post_says_what_it_means() {
    let (house, _, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let headers = [OCTETS, ("upload-offset", "0"), ("x-http-method-override", "PATCH")];
    let reply = client.send("POST", &file.path(), &headers, &file.bytes[..300]);
    assert_eq!((reply.status, reply.header("upload-offset")), (204, "300"));
    let reply = client.send("POST", &file.path(), &[("x-http-method-override", "HEAD")], b"");
    assert_eq!((reply.status, reply.header("upload-offset")), (200, "300"));
    let reply = client.send("POST", &file.path(), &[("x-http-method-override", "DELETE")], b"");
    assert_eq!(reply.status, 204);
    for method in ["", "PUT", "no method"] {
        let reply = client.send("POST", &file.path(), &[("x-http-method-override", method)], b"");
        reply.assert_problem(405, "method_not_allowed");
    }
    assert_eq!(house.count("SELECT count(*) FROM attachment"), 0);
}

#[test]
fn nobody_uploads_without_the_right_version_and_a_good_token() {
    let (house, device, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let creation = file.metadata();
    let requests: [(&str, &str, Headers<'_>); 4] = [
        ("POST", PATH, vec![("upload-length", "700"), ("upload-metadata", &creation)]),
        ("HEAD", &file.path(), vec![]),
        ("PATCH", &file.path(), vec![OCTETS, ("upload-offset", "0")]),
        ("DELETE", &file.path(), vec![]),
    ];
    let status = |headers: &[(&str, &str)]| {
        let send = |(method, path, own): &(&str, &str, Headers<'_>)| {
            let reply = client.send(method, path, &[own, headers].concat(), b"");
            assert_eq!(reply.header("tus-resumable"), "1.0.0");
            reply
        };
        requests.iter().map(send).collect::<Vec<_>>()
    };
    for version in ["", "0.2.2", "1.0.1"] {
        for reply in status(&[("tus-resumable", version)]) {
            assert_eq!((reply.status, reply.header("tus-version")), (412, "1.0.0"));
        }
    }
    for token in ["", "Bearer", "Bearer x", "Basic eDp5"] {
        for reply in status(&[("authorization", token)]) {
            assert_eq!(reply.status, 401);
        }
    }
    house.revoke(&device);
    for reply in status(&[]) {
        assert_eq!(reply.status, 401);
    }
    client.create(&file).assert_problem(401, "device_revoked");
    assert_eq!(stored_bytes(&house), 0);
}

#[test]
fn a_device_that_is_shut_out_in_the_middle_adds_nothing_more() {
    let (house, device, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let (sender, id, bytes) = (sender(&device), file.id, file.bytes.clone());
    let codes = house.write(move |db| {
        attachments::append(db, sender, id, 0, &bytes[..300], now_ms())?.unwrap();
        let sql = "UPDATE device SET revoked_at_ms = 1 WHERE device_id = ?1";
        db.execute(sql, [sender.device_id.as_bytes().as_slice()])?;
        Ok([
            attachments::append(db, sender, id, 300, &bytes[300..], now_ms())?.map(|_| ()),
            attachments::offset(db, sender, id)?.map(|_| ()),
            attachments::terminate(db, sender, id)?,
        ])
    });
    assert_eq!(codes.unwrap(), [Err(protocol::Code::DeviceRevoked); 3]);
    assert_eq!(stored_bytes(&house), 300);
}

#[test]
fn bytes_of_two_connections_never_mix() {
    let (house, device, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    let (sender, id, bytes) = (sender(&device), file.id, file.bytes.clone());
    // Both asked where to go on before either wrote.
    let results = house.write(move |db| {
        [(0, 300), (0, 300), (0, 200), (200, 100), (301, 99), (300, 100)]
            .map(|(at, length)| {
                let data = &bytes[at..at + length];
                attachments::append(db, sender, id, at as u64, data, now_ms())
            })
            .into_iter()
            .map(|result| Ok(result?.map(|upload| upload.offset)))
            .collect::<Result<Vec<_>, _>>()
    });
    let elsewhere = Err(protocol::Code::OffsetMismatch);
    let expected = [Ok(300), elsewhere, elsewhere, elsewhere, elsewhere, Ok(400)];
    assert_eq!(results.unwrap(), expected);
    assert_eq!(stored_bytes(&house), 400);
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn another_reps_upload_is_none() {
    let (house, _, client) = begin();
    let ben = self::client(&house, &house.enrol("Ben"));
    let file = File::new(1, 700);
    client.create(&file);
    assert_eq!(ben.head(&file).status, 404);
    ben.patch(&file, 0, 700).assert_problem(404, "not_found");
    ben.send("DELETE", &file.path(), &[], b"").assert_problem(404, "not_found");
    let nothing = format!("{PATH}/nothing");
    client.send("PATCH", &nothing, &[OCTETS], b"x").assert_problem(404, "not_found");
    let html = [("content-type", "text/html"), ("upload-offset", "0")];
    client.send("PATCH", &file.path(), &html, b"x").assert_problem(415, "unsupported_media_type");
    assert_eq!(stored_bytes(&house), 0);
    // A second device of the same rep goes on with it.
    self::client(&house, &house.enrol("Ana")).finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn an_upload_that_nobody_goes_on_with_expires_after_thirty_days() {
    let (house, device, client) = begin();
    let (file, finished) = (File::new(1, 700), File::new(2, 5));
    client.finish(&finished);
    let (sender, id, bytes) = (sender(&device), file.id, file.bytes.clone());
    let announced = announced(&file);
    let begin = move |db: &rusqlite::Connection| {
        attachments::create(db, sender, &announced, 0)?.unwrap();
        Ok(attachments::append(db, sender, id, 0, &bytes[..300], 1_000)?.unwrap())
    };
    let upload = house.write(begin).unwrap();
    assert_eq!(upload.expires_at_ms, Some(1_000 + UNFINISHED_MS));
    let db = rusqlite::Connection::open(house.folder.path().join("sightline.sqlite")).unwrap();
    attachments::expire(&db, 1_000 + UNFINISHED_MS).unwrap();
    assert_eq!(client.offset(&file), None);
    assert_eq!(stored_bytes(&house), 5, "what is complete stays for ever");
    client.finish(&file);
    assert!(is_complete(&house, &file));
}

#[test]
fn an_upload_lives_until_its_time_is_over() {
    let (house, device, client) = begin();
    let file = File::new(1, 700);
    client.create(&file);
    client.patch(&file, 0, 300);
    let sender = sender(&device);
    let id = file.id;
    let left = house.write(move |db| {
        let upload = attachments::offset(db, sender, id)?.unwrap();
        attachments::expire(db, upload.expires_at_ms.unwrap() - 1)?;
        attachments::offset(db, sender, id)
    });
    assert_eq!(left.unwrap().unwrap().offset, 300);
}

#[test]
fn a_device_leaves_only_so_many_uploads_unfinished() {
    let (house, device, client) = begin();
    let sender = sender(&device);
    let fill = move |db: &rusqlite::Connection| {
        for _ in 0..UNFINISHED_MAX {
            attachments::create(db, sender, &announced(&File::new(1, 5)), now_ms())?.unwrap();
        }
        Ok(())
    };
    house.write(fill).unwrap();
    let file = File::new(2, 700);
    let reply = client.create(&file);
    reply.assert_problem(429, "too_many_requests");
    assert_eq!(reply.header("retry-after"), "60");
    self::client(&house, &house.enrol("Ben")).finish(&file);
}

#[test]
fn whichever_of_operation_and_upload_comes_last_makes_it_visible() {
    let (house, device, client) = begin();
    let cookie = house.marketer();
    let download = |file: &File| house.get(&file.path(), &[("cookie", &*cookie)]);
    for is_upload_last in [false, true] {
        let file = File::new(1, 700);
        let (note_id, ops) = note_with(announced(&file));
        if is_upload_last {
            push(&house, &device, &ops);
            let shown = detail(&house, &cookie, note_id);
            assert_eq!(shown.attachments.len(), 1);
            assert_eq!(shown.attachments[0].attachment, announced(&file));
            assert!(!shown.attachments[0].is_complete);
            download(&file).assert_problem(404, "not_found");
            client.finish(&file);
        } else {
            client.finish(&file);
            download(&file).assert_problem(404, "not_found");
            push(&house, &device, &ops);
        }
        let shown = detail(&house, &cookie, note_id);
        assert!(shown.attachments[0].is_complete);
        assert_eq!(shown.history.last().unwrap().action, "attach");
        assert_eq!(download(&file).body, file.bytes);
    }
}

#[test]
fn an_operation_and_an_upload_that_differ_show_nothing() {
    let (house, device, client) = begin();
    let cookie = house.marketer();
    let ben = house.enrol("Ben");
    let file = File::new(1, 700);
    client.finish(&file);
    let other_hash = Attachment { sha256: File::new(2, 1).sha256(), ..announced(&file) };
    let other_length = Attachment { bytes: 699, ..announced(&file) };
    for (device, attachment) in
        [(&device, other_hash), (&device, other_length), (&ben, announced(&file))]
    {
        let (note_id, ops) = note_with(attachment);
        push(&house, device, &ops);
        assert!(!detail(&house, &cookie, note_id).attachments[0].is_complete);
        house.get(&file.path(), &[("cookie", &*cookie)]).assert_problem(404, "not_found");
    }
}

#[test]
fn an_attachment_goes_with_the_words_of_its_note() {
    let (house, device, client) = begin();
    let (file, kept) = (File::new(1, 700), File::new(2, 5));
    let (note_id, ops) = note_with(announced(&file));
    let (_, other) = note_with(announced(&kept));
    push(&house, &device, &ops);
    push(&house, &device, &other);
    client.finish(&file);
    client.finish(&kept);
    let mut withdraw = body_of(Action::Withdraw);
    withdraw.note_id = note_id;
    withdraw.parents = vec![ops[0].op_id];
    push(&house, &device, &[withdraw.seal(op_id()).unwrap()]);
    assert_eq!(stored_bytes(&house), 705);
    let later = now_ms() + protocol::limits::BIN_MS + 1;
    house.write(move |db| endpoint::storage::notes::empty_bin(db, later)).unwrap();
    assert_eq!(stored_bytes(&house), 5);
    assert!(is_complete(&house, &kept));
}

#[test]
fn what_is_downloaded_can_do_no_harm() {
    let (house, device, client) = begin();
    let cookie = house.marketer();
    let text = |text: &[u8]| File { id: File::new(1, 1).id, bytes: text.to_vec() };
    for (file, media_type, how, extension) in [
        (text(b"\xff\xd8\xff\xe0 a photo"), "image/jpeg", "inline", "jpg"),
        (text(b"%PDF-1.7 with a form"), "application/pdf", "attachment", "pdf"),
        (text(b"<script>alert(1)</script>"), "application/octet-stream", "attachment", "bin"),
        (text(b"<svg onload=\"alert(1)\"/>"), "application/octet-stream", "attachment", "bin"),
    ] {
        client.finish(&file);
        let name = Some("../../evil\r\n.html".to_owned());
        push(&house, &device, &note_with(Attachment { name, ..announced(&file) }).1);
        let answer = house.get(&file.path(), &[("cookie", &*cookie)]);
        assert_eq!((answer.status, &answer.body), (200, &file.bytes));
        assert_eq!(answer.header("content-type"), media_type);
        let disposition = format!("{how}; filename=\"{}.{extension}\"", file.id);
        assert_eq!(answer.header("content-disposition"), disposition);
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn only_marketing_downloads_and_any_range_of_it() {
    let (house, device, client) = begin();
    let cookie = house.marketer();
    let file = File::new(1, 2 * ATTACHMENT_CHUNK_BYTES + 77);
    client.finish(&file);
    push(&house, &device, &note_with(announced(&file)).1);
    house.get(&file.path(), &[]).assert_problem(401, "session_missing");
    let bearer = format!("Bearer {}", device.token);
    let as_device = house.get(&file.path(), &[("authorization", &*bearer)]);
    as_device.assert_problem(401, "session_missing");
    let get = |range: &str, condition: &str| {
        let headers = [("cookie", &*cookie), ("range", range), ("if-range", condition)];
        house.get(&file.path(), &headers)
    };
    let all = get("lines=1-2", "");
    assert_eq!((all.status, &all.body), (200, &file.bytes));
    assert_eq!(all.header("content-length"), file.bytes.len().to_string());
    assert_eq!(all.header("accept-ranges"), "bytes");
    let bytes = file.bytes.len();
    let chunk = ATTACHMENT_CHUNK_BYTES;
    for (first, last) in
        [(0, 0), (1, 5), (chunk - 1, chunk), (3, bytes - 1), (bytes - 1, bytes - 1)]
    {
        for condition in ["", all.header("etag")] {
            let part = get(&format!("bytes={first}-{last}"), condition);
            assert_eq!(part.status, 206);
            assert!(part.body == file.bytes[first..=last], "{first} to {last}");
            let span = format!("bytes {first}-{last}/{bytes}");
            assert_eq!(part.header("content-range"), span);
        }
    }
    assert_eq!(get("bytes=0-5", "\"another\"").status, 200);
    assert_eq!(get(&format!("bytes={bytes}-"), "").status, 200);
}

#[test]
fn a_note_without_attachments_has_none() {
    let (house, device, _) = begin();
    let cookie = house.marketer();
    push(&house, &device, &[gap("no photo")]);
    let page: protocol::console::InboxPage =
        house.get("/api/v1/notes", &[("cookie", &*cookie)]).json();
    assert!(detail(&house, &cookie, page.notes[0].note_id).attachments.is_empty());
}

/// tus alone cannot tell the endpoint from a portal that says 204 (SYNC.md fault 13).
#[test]
fn every_answer_of_an_upload_bears_the_endpoints_sealed_word() {
    let (house, ana, client) = begin();
    let other = house.enrol("Ben");
    let file = File::new(77, 5_000);
    let word = |reply: &upload::Reply| {
        let text = reply.header(protocol::attachment::WORD_HEADER);
        let others = protocol::seal::open::<UploadWord>(&other.receipt_key, text);
        assert!(others.is_err(), "sealed for another device");
        protocol::seal::open::<UploadWord>(&ana.receipt_key, text).unwrap()
    };
    let created = word(&client.create(&file));
    assert_eq!((created.attachment_id, created.offset), (file.id, 0));
    assert_eq!(created.epoch, house.storage.epoch());
    let half = word(&client.patch(&file, 0, 2_000));
    assert_eq!((half.offset, half.is_complete), (2_000, false));
    assert_eq!(word(&client.head(&file)).offset, 2_000);
    let whole = word(&client.patch(&file, 2_000, 3_000));
    assert_eq!((whole.offset, whole.is_complete), (5_000, true));
    assert!(word(&client.create(&file)).is_complete, "asked again after a lost answer");
}
