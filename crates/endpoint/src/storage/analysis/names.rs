//! Names that mean the same, gathered.

use std::collections::HashMap;

use protocol::mail::Referent;

use crate::storage::facts::{Names, Place};
use crate::storage::reference::{Entry, Known, Meaning};

/// One thing that names mean, by its place in [`Groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Group(usize);

/// What every written name means.
pub(super) struct Groups<'a> {
    names: &'a Names,
    /// By the place of the name.
    of_name: Vec<Group>,
    /// By group: the first name that means it, and the entry of the reference data, if there is one.
    groups: Vec<(Place, Option<Entry>)>,
    by_meaning: HashMap<Meaning, Group>,
    of: Referent,
}

impl<'a> Groups<'a> {
    pub(super) fn of_names(names: &'a Names, known: &Known, of: Referent) -> Self {
        let (of_name, groups, by_meaning) = (Vec::new(), Vec::new(), HashMap::new());
        let mut all = Self { names, of_name, groups, by_meaning, of };
        for (name, place) in names.names.iter().zip(0..) {
            let entry = known.entry(of, &name.folded);
            let meaning = match entry {
                Some(entry) => Meaning::Entry(entry.reference_id),
                None => Meaning::Itself(name.folded.clone()),
            };
            let next = Group(all.groups.len());
            let group = *all.by_meaning.entry(meaning).or_insert(next);
            if group == next {
                all.groups.push((place, entry.cloned()));
            }
            all.of_name.push(group);
        }
        all
    }

    /// What a name means; none where a note has no name.
    pub(super) fn of(&self, name: Option<Place>) -> Option<Group> {
        self.of_name.get(usize::try_from(name?).ok()?).copied()
    }

    /// The entry that a name means.
    pub(super) fn entry(&self, name: Option<Place>) -> Option<&Entry> {
        self.entry_of(self.of(name)?)
    }

    /// The entry of a group.
    pub(super) fn entry_of(&self, group: Group) -> Option<&Entry> {
        self.groups.get(group.0)?.1.as_ref()
    }

    /// The group of a name that somebody asks for; none where no note has such a name.
    pub(super) fn find(&self, name: &str, known: &Known) -> Option<Group> {
        self.by_meaning.get(&known.meaning(self.of, name)).copied()
    }

    /// A list of those that were seen: none yet.
    pub(super) fn none_seen(&self) -> Seen {
        Seen(vec![false; self.groups.len()])
    }

    /// What to call it: as the reference data does, else as it was written first.
    pub(super) fn label(&self, group: Group) -> String {
        let Some((place, entry)) = self.groups.get(group.0) else { return String::new() };
        let written = || self.names.get(*place).map(|name| name.written.trim().to_owned());
        entry.as_ref().map(|it| it.name.clone()).or_else(written).unwrap_or_default()
    }
}

/// Which groups were seen.
pub(super) struct Seen(Vec<bool>);

impl Seen {
    pub(super) fn see(&mut self, group: Option<Group>) {
        if let Some(seen) = group.and_then(|group| self.0.get_mut(group.0)) {
            *seen = true;
        }
    }

    pub(super) fn seen(&self) -> impl Iterator<Item = Group> {
        self.0.iter().enumerate().filter(|(_, seen)| **seen).map(|(at, _)| Group(at))
    }
}
