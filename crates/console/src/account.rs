//! Who is signed in. Any answer that says "nobody" ends the session for the whole console.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::Session;

use crate::api::{self, ApiError};

/// What is known of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Not asked yet.
    Unknown,
    Asking,
    SignedIn(Session),
    SignedOut,
    Trouble(ApiError),
}

/// The session, as a signal.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) presence: RwSignal<Presence>,
}

/// The account of the page.
pub(crate) fn use_account() -> Account {
    expect_context()
}

impl Account {
    /// Before the first question.
    pub(crate) fn unknown() -> Self {
        Self { presence: RwSignal::new(Presence::Unknown) }
    }

    /// Asks the endpoint who is signed in.
    pub(crate) fn ask(self) {
        self.presence.set(Presence::Asking);
        spawn_local(async move {
            self.presence.set(match api::session().await {
                Ok(session) => Presence::SignedIn(session),
                Err(error) if error.is_signed_out() => Presence::SignedOut,
                Err(error) => Presence::Trouble(error),
            });
        });
    }

    /// Passes an answer on, and notices where it says that nobody is signed in.
    pub(crate) fn heed<T>(self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        if answer.as_ref().is_err_and(ApiError::is_signed_out) {
            self.presence.try_set(Presence::SignedOut);
        }
        answer
    }
}
