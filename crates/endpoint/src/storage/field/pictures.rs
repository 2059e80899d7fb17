//! Pictures inside Markdown, as `data:` addresses. The text is stored as it is, and whoever renders
//! it lets no script in; but a picture that no phone will show is refused when it is written.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};

use crate::storage::objection::Objection;

const ALLOWED: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];
/// Characters of base64 that are enough to know a picture by its first bytes: 48 of them.
const MAGIC_CHARS: usize = 64;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether every `data:` address in it is a picture of a kind that every phone shows.
pub(super) fn check(field: &str, markdown: &str) -> Result<(), Objection> {
    let lower = markdown.to_ascii_lowercase();
    for (at, _) in lower.match_indices("data:") {
        let (Some(rest), Some(whole)) = (lower.get(at + 5..), markdown.get(at + 5..)) else {
            continue;
        };
        let Some((media_type, head)) = media_type(rest) else { continue };
        let refuse = |why: &str| Err(Objection::field(format!("{field}: {why}")));
        if !ALLOWED.contains(&media_type) {
            let shown: String = media_type.chars().take(60).collect();
            return refuse(&format!(
                "a data: address of {shown:?}; pictures are image/png, image/jpeg or image/webp"
            ));
        }
        let Some(data) = whole.get(head..).and_then(|rest| rest.strip_prefix(";base64,")) else {
            return refuse("a data: address that is not base64");
        };
        if !is_picture(data, media_type) {
            return refuse(&format!("a data: address that is no {media_type}"));
        }
    }
    Ok(())
}

/// The media type that a `data:` address begins with, and its length; none where it is only a word
/// with a colon.
fn media_type(rest: &str) -> Option<(&str, usize)> {
    let is_token = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '+' | '-');
    let end = rest.find(|it| !is_token(it)).unwrap_or(rest.len());
    let media_type = &rest[..end];
    // `data:,text` and `data:;base64,…` are plain text.
    let is_address = media_type.contains('/') || rest.starts_with([',', ';']);
    is_address.then_some((media_type, end))
}

fn is_picture(data: &str, media_type: &str) -> bool {
    let is_base64 = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '+' | '/' | '=');
    let start: String = data.chars().take_while(is_base64).take(MAGIC_CHARS).collect();
    let Ok(bytes) = STANDARD.decode(&start).or_else(|_| BASE64.decode(&start)) else {
        return false;
    };
    infer::get(&bytes).is_some_and(|kind| kind.mime_type() == media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    #[test]
    fn pictures_pass_and_what_only_says_so_does_not() {
        assert!(check("text", &format!("![a](data:image/png;base64,{PNG}) end")).is_ok());
        assert!(check("text", &format!("![a](DATA:image/png;base64,{PNG})")).is_ok());
        assert!(check("text", "The data: none. Data:see below; metadata:x").is_ok());
        for bad in [
            "![a](data:image/svg+xml;base64,PHN2Zz4=)".to_owned(),
            "[a](data:text/html;base64,PHNjcmlwdD4=)".to_owned(),
            "[a](data:text/html,<script>alert(1)</script>)".to_owned(),
            "[a](dAtA:,x)".to_owned(),
            "[a](data:;base64,AAAA)".to_owned(),
            "![a](data:image/png,raw)".to_owned(),
            format!("![a](data:image/jpeg;base64,{PNG})"),
            "![a](data:image/png;base64,PHNjcmlwdD4=)".to_owned(),
            "![a](data:image/gif;base64,R0lGODlhAQABAAAAACw=)".to_owned(),
        ] {
            assert!(check("text", &bad).is_err(), "{bad}");
        }
    }
}
