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
    New,
    Person,
    Star,
    Clock,
    Keep,
    Topic,
    Decision,
    Chart,
    Field,
    People,
    Data,
    Week,
    Audit,
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
            Self::New => "M12 7.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z",
            Self::Person => {
                "M12 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7zM5 19.5c.6-3.4 3.4-5 7-5s6.4 1.6 7 5"
            }
            Self::Star => "M12 4l2.4 5 5.6.8-4 3.9 1 5.5-5-2.6-5 2.6 1-5.5-4-3.9 5.6-.8z",
            Self::Clock => "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 8v4.3l2.8 1.7",
            Self::Keep => "M7 4.5h10v15l-5-3.6-5 3.6z",
            Self::Topic => "M12 4l8 4-8 4-8-4zM4.5 12l7.5 3.8 7.5-3.8M4.5 16l7.5 3.8 7.5-3.8",
            Self::Decision => "M12 20V12M12 12L6 6m0 0v4M6 6h4M12 12l6-6m0 0v4m0-4h-4",
            Self::Chart => "M4 4.5v15h16M8.5 16v-4.5M13 16V8M17.5 16v-6",
            Self::Field => "M4.5 10.5v4h3l6 4v-12l-6 4zM17 9.5c1.3 1.4 1.3 4.6 0 6",
            Self::People => {
                "M9 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM3.5 19c.4-3 2.6-4.5 5.5-4.5s5.1 1.5 5.5 4.5M16 \
                 5.4a3 3 0 0 1 0 5.3M17 14.8c2 .5 3.2 1.9 3.5 4.2"
            }
            Self::Data => {
                "M12 4c4 0 7 1.1 7 2.5S16 9 12 9s-7-1.1-7-2.5S8 4 12 4zM5 6.5v11C5 18.9 8 20 12 \
                 20s7-1.1 7-2.5v-11M5 12c0 1.4 3 2.5 7 2.5s7-1.1 7-2.5"
            }
            Self::Week => "M5 6h14v13.5H5zM5 10h14M9 4v4M15 4v4",
            Self::Audit => "M12 4a8 8 0 1 1-7.4 5M4 4.5V9h4.5M12 8v4.3l2.8 1.7",
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
