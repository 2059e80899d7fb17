//! The icons: one line each, 24 by 24, drawn in the text's colour.

use leptos::prelude::*;
use protocol::Kind;

pub(crate) const PEN: &str = "M4 20h4L19 9l-4-4L4 16v4zM13 7l4 4";
pub(crate) const LIST: &str = "M4 6h16M4 12h16M4 18h10";
pub(crate) const PHONE: &str =
    "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2";
/// What came in.
pub(crate) const TRAY: &str = "M4 13h4l2 3h4l2-3h4M4 13l3-8h10l3 8v6H4z";
pub(crate) const BACK: &str = "M15 5l-7 7 7 7";
pub(crate) const GEAR: &str = "M4 7h9M17 7h3M4 17h3M11 17h9M13 4v6M7 14v6";
pub(crate) const CAMERA: &str =
    "M4 8h3l2-3h6l2 3h3v11H4zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z";
pub(crate) const PICTURE: &str = "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15.5 9h.01";
pub(crate) const MICROPHONE: &str =
    "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4";
pub(crate) const FILE: &str = "M6 3h8l4 4v14H6zM14 3v4h4";
const TAG: &str = "M4 4h8l8 8-8 8-8-8V4zM8.5 8.5h.01";
const FACE: &str =
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5c1.8 2.2 5.2 2.2 7 0M9 9.5h.01M15 9.5h.01";
const BULB: &str =
    "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9c.5.4.5 1 .5 2.1h6c0-1.1 0-1.7.5-2.1A6 6 0 0 0 12 3z";
const SPLIT: &str = "M4 6h6v4l2 2-2 2v4H4zM20 6h-6v4l2 2-2 2v4h6z";

/// The icon of a kind.
pub(crate) const fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Competitor => TAG,
        Kind::Acceptance => FACE,
        Kind::Need => BULB,
        Kind::Gap => SPLIT,
    }
}

/// An icon; what it means stands beside it in words.
#[component]
pub(crate) fn Icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
