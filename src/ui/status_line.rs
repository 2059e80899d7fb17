//! The quiet line at the top: what waits here, and what is sent. Leads to "My device".

use device::{Outlook, Reason, State, Status, Waiting};
use leptos::prelude::*;
use leptos_router::components::A;
use protocol::Code;

use crate::i18n::{Language, Texts, format, use_language, use_texts};
use crate::session::use_session;

#[component]
pub(crate) fn StatusLine() -> impl IntoView {
    let t = use_texts();
    let language = use_language();
    let outlook = use_session().outlook;
    // Empty while nobody knows.
    let count = move |of: fn(&Outlook) -> u32| {
        outlook.with(|read| match read {
            Some(Ok(outlook)) => of(outlook).to_string(),
            _ => String::new(),
        })
    };
    let is_online = move || outlook.with(|read| matches!(read, Some(Ok(o)) if is_online(o)));
    let words = move || {
        outlook.with(|read| match read {
            None => String::new(),
            Some(Err(error)) => t.storage_error(error).to_owned(),
            Some(Ok(outlook)) => words(t, language, outlook),
        })
    };
    let mark = move || {
        outlook.with(|read| match read {
            Some(Ok(outlook)) => mark(outlook),
            Some(Err(_)) => "!",
            None => "",
        })
    };
    view! {
        <A
            href="/device"
            attr:class="status-line"
            attr:data-testid="sync-status"
            attr:data-pending=move || count(|outlook| outlook.pending)
            attr:data-uploads=move || count(|outlook| outlook.uploads)
            attr:data-online=move || is_online().to_string()
        >
            <span class="status-mark" aria-hidden="true">{mark}</span>
            <span role="status">{words}</span>
        </A>
    }
}

/// The truth is the last answer; `navigator.onLine` only a hint (SYNC.md fault 14).
fn is_online(outlook: &Outlook) -> bool {
    let unreachable = matches!(
        outlook.status.state,
        State::Waiting { reason: Reason::Network | Reason::NotOurs, .. }
    );
    outlook.status.online_hint && !unreachable
}

/// A clock so far off is worth a word (SYNC.md fault 15).
const CLOCK_OFF_MS: u64 = 10 * 60_000;

/// Whether this device's clock is off by so much that its rep is to be told.
pub(crate) fn is_clock_off(outlook: &Outlook) -> bool {
    outlook.status.clock_ahead_ms.is_some_and(|ahead_ms| ahead_ms.unsigned_abs() > CLOCK_OFF_MS)
}

/// What a device that marketing shut out does with what it holds, if it was.
pub(crate) fn shut_out(t: &Texts, outlook: &Outlook) -> Option<&'static str> {
    let Outlook { pending, held, uploads, status, .. } = outlook;
    let is_over = status.state == State::NotEnrolled;
    match (pending, held + uploads) {
        _ if !status.is_revoked => None,
        (0, 0) => Some((t.problem)(Code::DeviceRevoked)),
        // Written since: it waits for the next enrolment, as on any new phone.
        _ if is_over => None,
        // What nobody takes from it any more, photos among it.
        (0, _) => Some(t.revoked),
        _ => Some(t.handing_over),
    }
}

const fn mark(outlook: &Outlook) -> &'static str {
    match outlook {
        Outlook { status: Status { state: State::NotEnrolled, .. }, .. }
        | Outlook { status: Status { is_revoked: true, .. }, .. } => "!",
        Outlook { pending: 0, held: 0, uploads: 0, .. } => "✓",
        Outlook { held: 0, .. } => "○",
        Outlook { .. } => "!",
    }
}

/// What a person has to know or do before anything is sent, if anything.
fn problem(t: &Texts, outlook: &Outlook) -> Option<&'static str> {
    if let Some(words) = shut_out(t, outlook) {
        return Some(words);
    }
    match outlook.status.state {
        State::NotEnrolled if outlook.pending == 0 && outlook.spared == 0 => Some(t.enrol_first),
        State::Waiting { reason, .. } => match reason {
            Reason::NeedsEnrolment | Reason::WrongDevice => Some(t.enrol_again),
            Reason::Revoked => Some(t.revoked),
            Reason::UpdateNeeded => Some(t.update_needed),
            Reason::NotOurs => Some(t.network_not_ours),
            Reason::EndpointFull => Some(t.endpoint_full),
            Reason::Busy | Reason::EndpointFailing => Some(t.endpoint_trouble),
            Reason::DeviceStorage => Some(t.storage_lost),
            Reason::Network
            | Reason::EpochChanged
            | Reason::Unconfirmed
            | Reason::Refusing
            | Reason::OtherTab => None,
        },
        _ => is_clock_off(outlook).then_some(t.clock_off),
    }
}

/// What became of notes whose database the browser lost.
pub(crate) fn spared(t: &Texts, language: Language, outlook: &Outlook) -> String {
    format::plural(language, t.spared, u32::try_from(outlook.spared).unwrap_or(u32::MAX))
}

/// "2 notes and 1 answer", and how many that is.
fn waiting(t: &Texts, language: Language, outlook: &Outlook) -> (String, u32) {
    let count = |texts, n| format::plural(language, texts, n);
    let Some(Waiting { notes, replies }) = outlook.waiting else {
        return (count(t.much_waiting, outlook.pending), outlook.pending);
    };
    let words = match (notes, replies) {
        (_, 0) => count(t.notes_waiting, notes),
        (0, _) => count(t.answers_waiting, replies),
        _ => count(t.notes_waiting, notes) + t.and + &count(t.answers_waiting, replies),
    };
    (words, notes.saturating_add(replies))
}

fn words(t: &Texts, language: Language, outlook: &Outlook) -> String {
    let told = |texts| {
        let (what, count) = waiting(t, language, outlook);
        format::plural(language, texts, count).replace("{what}", &what)
    };
    let problem = problem(t, outlook);
    if let Some(problem) = problem {
        return problem.to_owned();
    }
    match outlook.status.state {
        State::NotEnrolled if outlook.spared > 0 => spared(t, language, outlook),
        State::NotEnrolled => told(t.stays_until_enrolled),
        _ if outlook.held > 0 && outlook.pending == 0 => {
            format::plural(language, t.held_count, outlook.held)
        }
        _ if outlook.pending == 0 && outlook.uploads > 0 => {
            format::plural(language, t.uploading, outlook.uploads)
        }
        _ if outlook.pending == 0 && outlook.last_confirmed_ms.is_some() => t.all_sent.to_owned(),
        _ if outlook.pending == 0 => t.nothing_yet.to_owned(),
        State::Sending => t.sending.replace("{what}", &waiting(t, language, outlook).0),
        _ if is_online(outlook) => told(t.waiting_online),
        _ => told(t.waiting_offline),
    }
}
