//! Answers that only the endpoint can have given: JSON whose last member is the MAC of all bytes
//! before it, under the device's receipt key (SYNC.md §1, "Push").
//!
//! A portal, a proxy's cache or another server cannot make one, so nothing else ever counts as
//! a success (SYNC.md fault 13). The bytes are covered as they travel: no canonical form is needed.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::mac::{Mac, MacKey};
use crate::planted::{self, Bug};

/// Between the answer's own members and the MAC's digits.
const BEFORE_MAC: &str = r#","mac":""#;
const AFTER_MAC: &str = r#""}"#;
/// Two digits a byte.
const MAC_CHARS: usize = 64;

/// Why a text is not the endpoint's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSealed {
    /// Its MAC is missing or another's.
    Mac,
    /// The MAC is right, yet the answer is not of the expected shape: a newer endpoint's.
    Shape,
}

/// The JSON of an answer with its MAC.
///
/// # Errors
/// When serialisation fails, which only memory can cause.
pub fn seal(key: &MacKey, answer: &impl Serialize) -> serde_json::Result<String> {
    let mut json = serde_json::to_string(answer)?;
    json.pop();
    let mac = key.mac(&[json.as_bytes()]);
    json.push_str(BEFORE_MAC);
    json.push_str(&mac.to_string());
    json.push_str(AFTER_MAC);
    Ok(json)
}

/// The answer, if this key sealed it.
///
/// # Errors
/// Why it is not.
pub fn open<T: DeserializeOwned>(key: &MacKey, text: &str) -> Result<T, NotSealed> {
    verify(key, text)?;
    serde_json::from_str(text).map_err(|_| NotSealed::Shape)
}

/// Whether this key sealed the text.
///
/// # Errors
/// [`NotSealed::Mac`] where it did not.
pub fn verify(key: &MacKey, text: &str) -> Result<(), NotSealed> {
    let (json, mac) = split(text).ok_or(NotSealed::Mac)?;
    if key.is_mac(&[json.as_bytes()], &mac) || planted::is(Bug::MacUnchecked) {
        Ok(())
    } else {
        Err(NotSealed::Mac)
    }
}

fn split(text: &str) -> Option<(&str, Mac)> {
    let text = text.strip_suffix(AFTER_MAC)?;
    let at = text.len().checked_sub(MAC_CHARS)?;
    let mac = text.get(at..)?.parse().ok()?;
    Some((text.get(..at)?.strip_suffix(BEFORE_MAC)?, mac))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Answer {
        words: String,
    }

    fn key() -> MacKey {
        MacKey::from_bytes([7; 32])
    }

    #[test]
    fn what_is_sealed_opens_and_is_plain_json() {
        let answer = Answer { words: "déjà \",\"mac\":\"".to_owned() };
        let text = seal(&key(), &answer).unwrap();
        assert_eq!(open::<Answer>(&key(), &text), Ok(answer));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["mac"].as_str().unwrap().len(), 64);
    }

    #[test]
    fn any_changed_or_missing_byte_is_noticed() {
        let text = seal(&key(), &Answer { words: "yes".to_owned() }).unwrap();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(open::<Answer>(&key(), &changed), Err(NotSealed::Mac), "byte {at}");
            assert_eq!(open::<Answer>(&key(), &text[..at]), Err(NotSealed::Mac), "cut at {at}");
        }
        assert_eq!(open::<Answer>(&MacKey::from_bytes([8; 32]), &text), Err(NotSealed::Mac));
        assert_eq!(open::<Answer>(&key(), "<h1>Welcome to our hotel</h1>"), Err(NotSealed::Mac));
    }

    #[test]
    fn a_shape_of_a_newer_endpoint_is_told_apart() {
        let text = seal(&key(), &serde_json::json!({ "other": 1 })).unwrap();
        assert_eq!(open::<Answer>(&key(), &text), Err(NotSealed::Shape));
    }
}
