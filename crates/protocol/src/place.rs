//! Where a note was written: coarse, so that it tells a part of a town and no address.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::problem::Code;

/// Hundredths of a degree: about a kilometre.
const STEPS: u32 = 100;
const LATITUDE_MAX: u32 = 90 * 100;
const LONGITUDE_MAX: u32 = 180 * 100;

/// A place on earth (WGS 84), rounded to a hundredth of a degree; travels as "48.86,2.35".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    latitude: i32,
    longitude: i32,
}

impl Place {
    /// The place at these degrees, rounded; none where there is no such place.
    #[must_use]
    pub fn coarse(latitude: f64, longitude: f64) -> Option<Self> {
        // `as` saturates, and makes nothing of what is no number.
        #[expect(clippy::cast_possible_truncation, reason = "checked by `at`")]
        let rounded = |degrees: f64| (degrees * f64::from(STEPS)).round() as i32;
        if latitude.is_nan() || longitude.is_nan() {
            return None;
        }
        Self::at(rounded(latitude), rounded(longitude))
    }

    fn at(latitude: i32, longitude: i32) -> Option<Self> {
        let is_there =
            latitude.unsigned_abs() <= LATITUDE_MAX && longitude.unsigned_abs() <= LONGITUDE_MAX;
        is_there.then_some(Self { latitude, longitude })
    }
}

/// By whole numbers: what reads and writes floats is larger than all else that a note is made of.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (steps, separator) in [(self.latitude, ","), (self.longitude, "")] {
            let sign = if steps < 0 { "-" } else { "" };
            let steps = steps.unsigned_abs();
            write!(out, "{sign}{}.{:02}{separator}", steps / STEPS, steps % STEPS)?;
        }
        Ok(())
    }
}

impl FromStr for Place {
    type Err = Code;

    /// # Errors
    /// [`Code::MalformedOp`] where it is no place, or not written as this type writes it.
    fn from_str(text: &str) -> Result<Self, Code> {
        let read = || {
            let (latitude, longitude) = text.split_once(',')?;
            Self::at(steps(latitude)?, steps(longitude)?)
        };
        read().ok_or(Code::MalformedOp)
    }
}

/// "-48.86" as hundredths.
fn steps(text: &str) -> Option<i32> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, part) = text.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() != 2 {
        return None;
    }
    let whole: i32 = whole.parse().ok()?;
    let part: i32 = part.parse().ok()?;
    Some(sign * (whole.checked_mul(STEPS.cast_signed())? + part))
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom("not a place"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_rounded_and_travels_as_text() {
        let place = Place::coarse(48.858_37, 2.294_48).unwrap();
        assert_eq!(place.to_string(), "48.86,2.29");
        assert_eq!(serde_json::to_string(&place).unwrap(), r#""48.86,2.29""#);
        assert_eq!(serde_json::from_str::<Place>(r#""48.86,2.29""#).unwrap(), place);
        assert_eq!(Place::coarse(-0.004, -179.999).unwrap().to_string(), "0.00,-180.00");
    }

    #[test]
    fn what_is_no_place_is_refused() {
        assert_eq!(Place::coarse(f64::NAN, 0.0), None);
        assert_eq!(Place::coarse(f64::NEG_INFINITY, 0.0), None);
        assert_eq!(Place::coarse(90.01, 0.0), None);
        for text in [
            "",
            "48.86",
            "48.86,",
            "91.00,0.00",
            "0.00,181.00",
            "NaN,0.00",
            "1.0,2.0",
            "1,2",
            "+1.00,2.00",
            "99999999999.00,0.00",
            "42949673.00,0.00",
            "a,b",
        ] {
            assert_eq!(text.parse::<Place>(), Err(Code::MalformedOp), "{text}");
        }
    }
}
