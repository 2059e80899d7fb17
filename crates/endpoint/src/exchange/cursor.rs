//! Cursors: where a pull goes on. Opaque, the endpoint's own word, and one device's alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::planted::{self, Bug};
use protocol::{Code, Epoch, Mac, MacKey, Seq};

/// Epoch, the two seqs and the seal.
const BYTES: usize = 16 + 16 + 32;

/// How far a device has read: two rows of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// In the log of operations.
    pub(super) log: Seq,
    /// In what marketing tells.
    pub(super) mail: Seq,
}

impl Place {
    /// Before all.
    pub(super) const BEGINNING: Self = Self { log: Seq(0), mail: Seq(0) };
}

/// The cursor behind this place.
pub(super) fn write(key: &MacKey, epoch: Epoch, place: Place) -> String {
    let (log, mail) = (place.log.0.to_be_bytes(), place.mail.0.to_be_bytes());
    let place = [log, mail].concat();
    let mac = key.mac(&[epoch.as_bytes(), &place]);
    URL_SAFE_NO_PAD.encode([&epoch.as_bytes()[..], &place, mac.as_bytes()].concat())
}

/// The place that this cursor stands behind.
///
/// # Errors
/// [`Code::CursorInvalid`] where this key did not write it, [`Code::CursorGone`] where it did in
/// another life of the database: the seqs of that one mean nothing here.
pub(super) fn read(key: &MacKey, epoch: Epoch, cursor: &str) -> Result<Place, Code> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Code::CursorInvalid)?;
    let bytes: &[u8; BYTES] = bytes.as_slice().try_into().map_err(|_| Code::CursorInvalid)?;
    let (of_epoch, rest) = bytes.split_at(16);
    let (place, mac) = rest.split_at(16);
    let mac = Mac::from_bytes(mac.try_into().map_err(|_| Code::CursorInvalid)?);
    if !key.is_mac(&[of_epoch, place], &mac) {
        return Err(Code::CursorInvalid);
    }
    if of_epoch != epoch.as_bytes() && !planted::is(Bug::CursorOutlives) {
        return Err(Code::CursorGone);
    }
    let (log, mail) = place.split_at(8);
    Ok(Place { log: seq(log)?, mail: seq(mail)? })
}

fn seq(bytes: &[u8]) -> Result<Seq, Code> {
    let bytes = bytes.try_into().map_err(|_| Code::CursorInvalid)?;
    Ok(Seq(i64::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(of: u8) -> MacKey {
        MacKey::from_bytes([of; 32])
    }

    fn epoch(of: u8) -> Epoch {
        Epoch::new(1, [of; 10])
    }

    const PLACE: Place = Place { log: Seq(42), mail: Seq(7) };

    #[test]
    fn a_cursor_leads_back_and_no_other_key_or_epoch_takes_it() {
        let cursor = write(&key(1), epoch(1), PLACE);
        assert_eq!(read(&key(1), epoch(1), &cursor), Ok(PLACE));
        assert_eq!(read(&key(2), epoch(1), &cursor), Err(Code::CursorInvalid));
        assert_eq!(read(&key(1), epoch(2), &cursor), Err(Code::CursorGone));
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_cursor(text in ".{0,120}", at in 0_usize..85, with in any::<u8>()) {
            prop_assert_eq!(read(&key(1), epoch(1), &text), Err(Code::CursorInvalid));
            let cursor = write(&key(1), epoch(1), PLACE);
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != with);
            bytes[at] = with;
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(read(&key(1), epoch(1), &changed), Err(Code::CursorInvalid));
        }
    }
}
