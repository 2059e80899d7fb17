//! What a new note is likely to be about: the visit under way, marketing's names, and those in the
//! rep's own latest notes.

use device::{Device, Draft, StoredNote};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::mail::Referent;

use super::form::Input;
use crate::lazy;
use crate::session::Session;
use crate::ui::names::Names;

/// So many of the latest notes are looked through for names.
const LOOKED_AT: u32 = 300;
/// Names of each sort that are offered.
const OFFERED: usize = 50;
/// So long after a field got the focus marketing's names are read, in milliseconds.
const AFTER_FOCUS_MS: u32 = 150;
/// After so long the next note is likely to be about somebody else.
const SAME_CUSTOMER_MS: u64 = 60 * 60_000;

/// The names that may be meant at each field; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    session: Session,
    /// Of each sort, by its place in [`Referent::ALL`].
    names: [RwSignal<Names, LocalStorage>; Referent::ALL.len()],
    /// Of which sorts marketing's names are read, or are being read.
    is_wanted: StoredValue<[bool; Referent::ALL.len()]>,
}

impl Known {
    /// Reads the rep's own names. Marketing's may be thousands: they wait for [`Self::want`].
    pub(crate) fn new(session: Session) -> Self {
        let names = core::array::from_fn(|_| RwSignal::new_local(Names::default()));
        let known = Self { session, names, is_wanted: StoredValue::new(Default::default()) };
        spawn_local(async move {
            // None where the storage fails, as a form works without.
            let notes = session.device().notes(None, LOOKED_AT).await.unwrap_or_default();
            for &of in Referent::ALL {
                let own = frequent(notes.iter().filter_map(|stored| name(stored, of)));
                known.update(of, |names| names.set_own(own));
            }
        });
        known
    }

    /// Somebody is about to write a name here: reads marketing's, once.
    pub(crate) fn want(self, of: Referent) {
        let is_news = self.is_wanted.try_update_value(|wanted| {
            wanted.get_mut(of as usize).is_some_and(|wanted| !core::mem::replace(wanted, true))
        });
        if is_news == Some(true) {
            spawn_local(async move {
                // The first keystroke goes first.
                TimeoutFuture::new(AFTER_FOCUS_MS).await;
                let listed = lazy::listed(self.session.device(), of).await;
                self.update(of, |names| names.set_listed(listed));
            });
        }
    }

    /// Those that may be meant at a field; none where it takes no name.
    pub(crate) fn at(self, of: Referent) -> RwSignal<Names, LocalStorage> {
        self.names[of as usize]
    }

    fn update(self, of: Referent, change: impl FnOnce(&mut Names)) {
        let _ = self.at(of).try_update(change);
    }
}

/// What sort of name a field takes, if it takes one.
pub(crate) const fn referent(input: Input) -> Option<Referent> {
    match input {
        Input::Customer => Some(Referent::Customer),
        Input::Product => Some(Referent::Product),
        Input::Competitor => Some(Referent::Competitor),
        _ => None,
    }
}

fn name(stored: &StoredNote, of: Referent) -> Option<&str> {
    match of {
        Referent::Customer => stored.note.customer.as_deref(),
        Referent::Product => stored.note.product.as_deref(),
        Referent::Competitor => stored.note.competitor(),
    }
}

/// What stands in an empty form: whom the rep is with, or whom the last note was about.
pub(crate) async fn prefilled(device: &Device) -> Draft {
    let customer = match device.running_visit().await {
        Ok(Some(visit)) => Some(visit.customer),
        _ => of_last_note(device).await,
    };
    let customer = customer.filter(|customer| !customer.is_empty());
    let fields = customer.map(|customer| (Input::Customer.name().to_owned(), customer));
    Draft { text: String::new(), fields: fields.into_iter().collect() }
}

async fn of_last_note(device: &Device) -> Option<String> {
    let last = device.notes(None, 1).await.ok()?.pop()?;
    let saved_ms = u64::try_from(last.saved_at.unix_ms).ok()?;
    let age_ms = device::now_ms().checked_sub(saved_ms)?;
    last.note.customer.filter(|_| age_ms <= SAME_CUSTOMER_MS)
}

/// Each name once; the most frequent first, of equally frequent ones the one that came first.
fn frequent<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match counted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counted.push((name, 1)),
        }
    }
    counted.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    counted.into_iter().take(OFFERED).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_name_comes_first_and_then_the_latest() {
        let names = ["Moulin", "Dupont", "Garage", "Dupont"];
        assert_eq!(frequent(names.into_iter()), ["Dupont", "Moulin", "Garage"]);
    }
}
