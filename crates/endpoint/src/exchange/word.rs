//! The endpoint's own word, given to one device and taken back from it alone: some bytes and their
//! MAC as one text. Nothing is remembered of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::{DeviceId, Mac, MacKey};

/// Writes it.
pub(super) fn give(key: &MacKey, device_id: DeviceId, bytes: &[u8]) -> String {
    let mac = key.mac(&[device_id.as_bytes(), bytes]);
    URL_SAFE_NO_PAD.encode([bytes, mac.as_bytes()].concat())
}

/// Reads it; none where it is not ours, or another device's.
pub(super) fn take_back<const N: usize>(
    key: &MacKey,
    device_id: DeviceId,
    text: &str,
) -> Option<[u8; N]> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (bytes, mac) = decoded.split_at_checked(N)?;
    let mac = Mac::from_bytes(mac.try_into().ok()?);
    if !key.is_mac(&[device_id.as_bytes(), bytes], &mac) {
        return None;
    }
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_word_is_taken_back_and_only_from_its_device() {
        let key = MacKey::from_bytes([7; 32]);
        let (ana, ben) = (DeviceId::new(1, [1; 10]), DeviceId::new(1, [2; 10]));
        let text = give(&key, ana, &[1, 2, 3]);
        assert_eq!(take_back(&key, ana, &text), Some([1, 2, 3]));
        assert_eq!(take_back::<3>(&key, ben, &text), None);
        assert_eq!(take_back::<3>(&MacKey::from_bytes([8; 32]), ana, &text), None);
        assert_eq!(take_back::<2>(&key, ana, &text), None);
        assert_eq!(take_back::<4>(&key, ana, &text), None);
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(take_back::<3>(&key, ana, &other), None, "{at}");
            assert_eq!(take_back::<3>(&key, ana, &text[..at]), None, "{at}");
        }
        for wrong in [&format!("{text}A"), &format!("{text}=="), &format!(" {text}"), "é"] {
            assert_eq!(take_back::<3>(&key, ana, wrong), None, "{wrong}");
        }
    }
}
