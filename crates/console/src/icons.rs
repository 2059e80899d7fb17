//! The console's few icons: 24 × 24, drawn with the colour of the text beside them.

use leptos::prelude::*;
use protocol::Kind;

/// A picture that repeats what a word beside it says; screen readers skip it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Competitor,
    Acceptance,
    Need,
    Gap,
    Inbox,
    Search,
    Download,
    Warning,
    Back,
}

impl From<Kind> for Icon {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Competitor => Self::Competitor,
            Kind::Acceptance => Self::Acceptance,
            Kind::Need => Self::Need,
            Kind::Gap => Self::Gap,
        }
    }
}

impl Icon {
    /// The strokes, as the path of an SVG.
    const fn path(self) -> &'static str {
        match self {
            Self::Competitor => {
                "M4 11.4V5a1 1 0 0 1 1-1h6.4a2 2 0 0 1 1.4.6l6.6 6.6a2 2 0 0 1 0 2.8l-5.4 5.4a2 2 0 \
                 0 1-2.8 0l-6.6-6.6a2 2 0 0 1-.6-1.4zM8.5 8.5h.01"
            }
            Self::Acceptance => {
                "M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17zM8.5 14c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2\
                 M9 9.5h.01M15 9.5h.01"
            }
            Self::Need => {
                "M9.2 16.5c0-1.6-.6-2.4-1.4-3.4a5.6 5.6 0 1 1 8.4 0c-.8 1-1.4 1.8-1.4 3.4zM9.7 20h4.6"
            }
            Self::Gap => "M4 6v12M20 6v12M10.5 12H7m0 0l2-2m-2 2l2 2M13.5 12H17m0 0l-2-2m2 2l-2 2",
            Self::Inbox => {
                "M4 13.5h4.2l1.3 2.5h5l1.3-2.5H20M4 13.5V18a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 \
                 18v-4.5M4 13.5L6.6 5.6A1.6 1.6 0 0 1 8.1 4.5h7.8a1.6 1.6 0 0 1 1.5 1.1L20 13.5"
            }
            Self::Search => "M10.8 4.5a6.3 6.3 0 1 1 0 12.6a6.3 6.3 0 0 1 0-12.6zM15.4 15.4L20 20",
            Self::Download => "M12 4v11m0 0l-4-4m4 4l4-4M5 19.5h14",
            Self::Warning => {
                "M10.7 4.9L3.4 17.6A1.5 1.5 0 0 0 4.7 19.8h14.6a1.5 1.5 0 0 0 1.3-2.2L13.3 4.9a1.5 \
                 1.5 0 0 0-2.6 0zM12 9.5v4M12 16.6h.01"
            }
            Self::Back => "M19 12H5m0 0l6-6m-6 6l6 6",
        }
    }

    /// The picture.
    pub(crate) fn view(self) -> impl IntoView {
        view! {
            <svg
                class="icon"
                viewBox="0 0 24 24"
                width="20"
                height="20"
                fill="none"
                stroke="currentColor"
                stroke-width="1.75"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
            >
                <path d=self.path() />
            </svg>
        }
    }
}
