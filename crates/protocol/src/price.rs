//! Prices as data: an exact amount, a currency, a unit. Read from text as people write it.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::problem::Code;

/// Largest amount, in whole units of currency: a trillion less one.
const WHOLE_MAX: i64 = 999_999_999_999;
const DECIMALS: usize = 4;
const SCALE: i64 = 10_000;

/// An exact, non-negative amount of money with up to four decimals; travels as "12.5".
/// Never a float: 0.1 has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    ten_thousandths: i64,
}

impl Amount {
    /// This many ten-thousandths of the currency's unit.
    ///
    /// # Errors
    /// [`Code::PriceNotUnderstood`] below zero or from a trillion on.
    pub const fn from_ten_thousandths(ten_thousandths: i64) -> Result<Self, Code> {
        if ten_thousandths < 0 || ten_thousandths > WHOLE_MAX * SCALE + (SCALE - 1) {
            return Err(Code::PriceNotUnderstood);
        }
        Ok(Self { ten_thousandths })
    }

    /// The amount in ten-thousandths of the currency's unit.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.ten_thousandths
    }

    /// Reads the form that travels: digits, at most one point, at most four decimals.
    fn parse_plain(text: &str) -> Result<Self, Code> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > DECIMALS {
            return Err(Code::PriceNotUnderstood);
        }
        let whole: i64 = whole.parse().map_err(|_| Code::PriceNotUnderstood)?;
        if whole > WHOLE_MAX {
            return Err(Code::PriceNotUnderstood);
        }
        let decimals: i64 =
            format!("{decimals:0<4}").parse().map_err(|_| Code::PriceNotUnderstood)?;
        Self::from_ten_thousandths(whole * SCALE + decimals)
    }
}

impl fmt::Display for Amount {
    /// The shortest exact decimal with a point: "12.5", "1299".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.ten_thousandths / SCALE, self.ten_thousandths % SCALE);
        if part == 0 {
            return write!(out, "{whole}");
        }
        let decimals = format!("{part:04}");
        write!(out, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::parse_plain(&text).map_err(serde::de::Error::custom)
    }
}

/// An ISO 4217 alphabetic code: three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro, where nobody said otherwise.
    pub const EUR: Self = Self(*b"EUR");

    /// The currency of this code, in either case.
    ///
    /// # Errors
    /// [`Code::PriceNotUnderstood`] unless it is three letters.
    pub fn new(code: &str) -> Result<Self, Code> {
        let letters: [u8; 3] = code.as_bytes().try_into().map_err(|_| Code::PriceNotUnderstood)?;
        if !letters.iter().all(u8::is_ascii_alphabetic) {
            return Err(Code::PriceNotUnderstood);
        }
        Ok(Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    fn of_sign(sign: &str) -> Option<Self> {
        Some(Self(*match sign {
            "€" => b"EUR",
            "£" => b"GBP",
            "$" => b"USD",
            "$CA" | "CA$" | "C$" => b"CAD",
            "¥" => b"JPY",
            "Fr." | "Fr" => b"CHF",
            _ => return None,
        }))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(out, "{}", char::from(*letter)))
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// A price as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// How much.
    pub amount: Amount,
    /// In which money.
    pub currency: Currency,
    /// For how much of it: "kg", "month", "piece".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Price {
    /// Reads a price as people write it: "12,50 €", "€ 1 299", "1.299,00", "12.50/kg", "CHF 3".
    /// `currency` is meant where the text names none. A single comma or point with exactly three
    /// digits behind it groups thousands, unless it follows a lone zero; anything else with one
    /// comma or point is a decimal.
    ///
    /// # Errors
    /// [`Code::PriceNotUnderstood`] where the text is not one plain amount: "1e309", "-3", "10-12".
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Code> {
        let (money, unit) = match text.split_once('/') {
            Some((money, unit)) if !unit.trim().is_empty() => (money, Some(unit.trim().to_owned())),
            Some(_) => return Err(Code::PriceNotUnderstood),
            None => (text, None),
        };
        let money = money.trim();
        let is_digit = |character: char| character.is_ascii_digit();
        let first = money.find(is_digit).ok_or(Code::PriceNotUnderstood)?;
        let last = money.rfind(is_digit).ok_or(Code::PriceNotUnderstood)?;
        let (before, after) = (money[..first].trim(), money[last + 1..].trim());
        let currency = match (before, after) {
            ("", "") => currency,
            (sign, "") | ("", sign) => {
                Currency::of_sign(sign).map_or_else(|| Currency::new(sign), Ok)?
            }
            _ => return Err(Code::PriceNotUnderstood),
        };
        let amount = Amount::parse_plain(&plain_decimal(&money[first..=last])?)?;
        Ok(Self { amount, currency, unit })
    }
}

impl fmt::Display for Price {
    /// For exports and logs, not for people: "12.5 EUR/kg".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.currency)?;
        self.unit.iter().try_for_each(|unit| write!(out, "/{unit}"))
    }
}

/// "1 299,50" → "1299.50".
fn plain_decimal(number: &str) -> Result<String, Code> {
    let spaceless: String = number
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '\'' | '’'))
        .collect();
    if !spaceless.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return Err(Code::PriceNotUnderstood);
    }
    let commas = spaceless.matches(',').count();
    let points = spaceless.matches('.').count();
    let decimal_mark = match (commas, points) {
        (0, 0) => None,
        (1, 0) => Some(',').filter(|_| !groups_thousands(&spaceless, ',')),
        (0, 1) => Some('.').filter(|_| !groups_thousands(&spaceless, '.')),
        (_, 0) | (0, _) => None,
        (1, _) if spaceless.rfind(',') > spaceless.rfind('.') => Some(','),
        (_, 1) if spaceless.rfind('.') > spaceless.rfind(',') => Some('.'),
        _ => return Err(Code::PriceNotUnderstood),
    };
    let (whole, decimals) = match decimal_mark {
        Some(mark) => spaceless.rsplit_once(mark).unwrap_or((&spaceless, "")),
        None => (spaceless.as_str(), ""),
    };
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    if groups.len() > 1
        && (groups[0].is_empty() || groups[0].len() > 3 || groups[1..].iter().any(|g| g.len() != 3))
    {
        return Err(Code::PriceNotUnderstood);
    }
    let whole = groups.concat();
    Ok(if decimals.is_empty() { whole } else { format!("{whole}.{decimals}") })
}

fn groups_thousands(number: &str, mark: char) -> bool {
    number.split_once(mark).is_some_and(|(whole, rest)| {
        rest.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Code> {
        Price::parse(text, Currency::EUR).map(|price| price.to_string())
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, expected) in [
            ("12,50 €", "12.5 EUR"),
            ("12.50", "12.5 EUR"),
            ("€ 1 299", "1299 EUR"),
            ("1\u{202f}299,00\u{a0}€", "1299 EUR"),
            ("1.299,00", "1299 EUR"),
            ("1,299.00 $", "1299 USD"),
            ("1.299", "1299 EUR"),
            ("0.125", "0.125 EUR"),
            ("12.50/kg", "12.5 EUR/kg"),
            ("CHF 3", "3 CHF"),
            ("3 cad / mois", "3 CAD/mois"),
            ("1'250.5 Fr.", "1250.5 CHF"),
            ("1,234,567", "1234567 EUR"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_amount_is_refused() {
        for text in [
            "",
            "abc",
            "1e309",
            "-3",
            "10-12",
            "1,2,3",
            "12.34.5",
            "1.2.3,4,5",
            "12,50 € €",
            "9999999999999",
            "12.50/",
            "1.23456",
            "NaN",
            "0x10",
            "٣",
        ] {
            assert_eq!(read(text), Err(Code::PriceNotUnderstood), "{text}");
        }
    }

    #[test]
    fn an_amount_travels_as_an_exact_decimal() {
        let price = Price::parse("12,50 €", Currency::EUR).unwrap();
        let json = serde_json::to_string(&price).unwrap();
        assert_eq!(json, r#"{"amount":"12.5","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Price>(&json).unwrap(), price);
        for bad in ["1e309", "-1", "1,5", "", ".5", "1.00001", "1000000000000"] {
            let json = format!(r#"{{"amount":"{bad}","currency":"EUR"}}"#);
            assert!(serde_json::from_str::<Price>(&json).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_prints_and_reads_the_same(text in "\\PC{0,20}") {
            if let Ok(price) = Price::parse(&text, Currency::EUR) {
                let json = serde_json::to_string(&price).unwrap();
                proptest::prop_assert_eq!(serde_json::from_str::<Price>(&json).unwrap(), price);
            }
        }

        #[test]
        fn every_amount_survives_its_own_text(ten_thousandths in 0_i64..9_999_999_999_999_999) {
            let amount = Amount::from_ten_thousandths(ten_thousandths).unwrap();
            proptest::prop_assert_eq!(Amount::parse_plain(&amount.to_string()), Ok(amount));
        }
    }
}
