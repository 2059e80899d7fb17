//! What the address of the page says: which shelf, and what is open.

use crate::address::BASE;
use crate::query_string::QueryString;

/// The shelves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Briefings,
    Questions,
    Groups,
}

impl Tab {
    pub(super) const ALL: [Self; 3] = [Self::Briefings, Self::Questions, Self::Groups];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Briefings => "briefings",
            Self::Questions => "questions",
            Self::Groups => "groups",
        }
    }

    pub(super) const fn test_id(self) -> &'static str {
        match self {
            Self::Briefings => "tab-briefings",
            Self::Questions => "tab-questions",
            Self::Groups => "tab-groups",
        }
    }
}

/// What is open beside the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Open {
    #[default]
    None,
    New,
    One(String),
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) tab: Tab,
    pub(super) open: Open,
}

impl Address {
    /// A shelf with nothing open.
    pub(super) const fn list(tab: Tab) -> Self {
        Self { tab, open: Open::None }
    }

    /// Reads the parameters of an address; what makes no sense counts as absent.
    pub(super) fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let tab = parameter("tab");
        let tab = Tab::ALL.into_iter().find(|one| tab.as_deref() == Some(one.as_str()));
        let open = match parameter("open") {
            None => Open::None,
            Some(text) if text.is_empty() => Open::None,
            Some(text) if text == "new" => Open::New,
            Some(id) => Open::One(id),
        };
        Self { tab: tab.unwrap_or_default(), open }
    }

    /// The address to go to.
    pub(super) fn href(&self) -> String {
        let open = match &self.open {
            Open::None => None,
            Open::New => Some("new"),
            Open::One(id) => Some(id.as_str()),
        };
        let tab = Some(self.tab).filter(|tab| *tab != Tab::default()).map(Tab::as_str);
        let query = QueryString::default().with("tab", tab).with("open", open);
        format!("{BASE}/field{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_reads() {
        let read = |pairs: &[(&str, &str)]| {
            Address::read(|name| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let address = read(&[("tab", "groups"), ("open", "new")]);
        assert_eq!(address, Address { tab: Tab::Groups, open: Open::New });
        assert_eq!(address.href(), "/console/field?tab=groups&open=new");
        assert_eq!(read(&[("tab", "x"), ("open", "")]), Address::default());
        assert_eq!(read(&[("open", "0192")]).href(), "/console/field?open=0192");
    }
}
