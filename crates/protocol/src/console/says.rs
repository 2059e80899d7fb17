//! What only one kind of note says, as a filter: the inbox can ask for the very notes that a mark of
//! the analysis counts.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::note::{Part, Relation};
use crate::price::Currency;
use crate::problem::Code;

/// What stands in the place of a name where the rep did not say.
const UNSAID: &str = "unsaid";

/// See the module. As a text: "price:EUR/kg", "level", "level:prospect", "part:unsaid".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Says {
    /// A competitor's price in this currency, and for this unit; none for a piece.
    Price(Currency, Option<String>),
    /// A step on the scale of acceptance.
    Level,
    /// The same, of customers, of prospects, or where the rep did not say of whom.
    LevelOf(Option<Relation>),
    /// A gap in this part; none where the rep did not say.
    Part(Option<Part>),
}

impl fmt::Display for Says {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price(currency, unit) => {
                write!(out, "price:{currency}")?;
                unit.iter().try_for_each(|unit| write!(out, "/{unit}"))
            }
            Self::Level => out.write_str("level"),
            Self::LevelOf(of) => write!(out, "level:{}", of.map_or(UNSAID, Relation::as_str)),
            Self::Part(part) => write!(out, "part:{}", part.map_or(UNSAID, Part::as_str)),
        }
    }
}

impl FromStr for Says {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let (what, value) = match text.split_once(':') {
            Some((what, value)) => (what, Some(value)),
            None => (text, None),
        };
        match (what, value) {
            ("price", Some(measure)) => {
                let (currency, unit) = match measure.split_once('/') {
                    Some((currency, unit)) => (currency, Some(unit.to_owned())),
                    None => (measure, None),
                };
                let currency = Currency::new(currency).map_err(|_| Code::BadQuery)?;
                Ok(Self::Price(currency, unit))
            }
            ("level", None) => Ok(Self::Level),
            ("level", Some(of)) => named(of, Relation::ALL, Relation::as_str).map(Self::LevelOf),
            ("part", Some(part)) => named(part, Part::ALL, Part::as_str).map(Self::Part),
            _ => Err(Code::BadQuery),
        }
    }
}

fn named<T: Copy>(
    name: &str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<Option<T>, Code> {
    if name == UNSAID {
        return Ok(None);
    }
    let found = all.iter().find(|one| as_str(**one) == name);
    found.copied().map(Some).ok_or(Code::BadQuery)
}

impl TryFrom<String> for Says {
    type Error = Code;

    fn try_from(text: String) -> Result<Self, Code> {
        text.parse()
    }
}

impl From<Says> for String {
    fn from(says: Says) -> Self {
        says.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_note_says_is_written_as_it_reads() {
        let eur = Currency::EUR;
        for (text, says) in [
            ("price:EUR", Says::Price(eur, None)),
            ("price:EUR/kg/day", Says::Price(eur, Some("kg/day".to_owned()))),
            ("level", Says::Level),
            ("level:prospect", Says::LevelOf(Some(Relation::Prospect))),
            ("level:unsaid", Says::LevelOf(None)),
            ("part:message", Says::Part(Some(Part::Message))),
            ("part:unsaid", Says::Part(None)),
        ] {
            assert_eq!(text.parse(), Ok(says.clone()), "{text}");
            assert_eq!(says.to_string(), text);
        }
        for text in ["", "price", "price:EU", "level:x", "part", "part:", "joke:1"] {
            assert_eq!(text.parse::<Says>(), Err(Code::BadQuery), "{text}");
        }
    }
}
