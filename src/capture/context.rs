//! What a new note is likely to be about: the visit under way, and the names in the rep's own
//! latest notes.

use device::{Device, Draft, StoredNote};

use super::form::Input;

/// So many of the latest notes are looked through for names.
const LOOKED_AT: u32 = 300;
/// Names of each sort that are offered.
const OFFERED: usize = 50;
/// After so long the next note is likely to be about somebody else.
const SAME_CUSTOMER_MS: u64 = 60 * 60_000;

/// Names that the rep wrote, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    customers: Vec<String>,
    products: Vec<String>,
    competitors: Vec<String>,
}

impl Names {
    fn of(notes: &[StoredNote]) -> Self {
        let names = |name: fn(&StoredNote) -> Option<&str>| frequent(notes.iter().filter_map(name));
        Self {
            customers: names(|stored| stored.note.customer.as_deref()),
            products: names(|stored| stored.note.product.as_deref()),
            competitors: names(|stored| stored.note.competitor()),
        }
    }

    /// Those that may be meant at this field; none where it takes no name.
    pub(crate) fn at(&self, input: Input) -> &[String] {
        match input {
            Input::Customer => &self.customers,
            Input::Product => &self.products,
            Input::Competitor => &self.competitors,
            _ => &[],
        }
    }
}

/// The names in the latest notes; none where the storage fails, as a form works without.
pub(crate) async fn names(device: &Device) -> Names {
    Names::of(&device.notes(None, LOOKED_AT).await.unwrap_or_default())
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
