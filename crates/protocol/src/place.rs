//! Where a note was written: coarse, so that it tells a part of a town and no address.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::problem::Code;

/// Hundredths of a degree: about a kilometre.
const STEPS: f64 = 100.0;
const LATITUDE_MAX: i32 = 90 * 100;
const LONGITUDE_MAX: i32 = 180 * 100;

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
        let rounded = |degrees: f64, max: i32| {
            let steps = (degrees * STEPS).round();
            #[expect(clippy::cast_possible_truncation, reason = "within bounds")]
            (steps.abs() <= f64::from(max)).then_some(steps as i32)
        };
        Some(Self {
            latitude: rounded(latitude, LATITUDE_MAX)?,
            longitude: rounded(longitude, LONGITUDE_MAX)?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |steps: i32| f64::from(steps) / STEPS;
        write!(out, "{:.2},{:.2}", degrees(self.latitude), degrees(self.longitude))
    }
}

impl FromStr for Place {
    type Err = Code;

    /// # Errors
    /// [`Code::MalformedOp`] where it is no place.
    fn from_str(text: &str) -> Result<Self, Code> {
        let degrees = |text: &str| text.parse::<f64>().ok();
        text.split_once(',')
            .and_then(|(latitude, longitude)| Self::coarse(degrees(latitude)?, degrees(longitude)?))
            .ok_or(Code::MalformedOp)
    }
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
        for text in ["", "48.86", "48.86,", "91,0", "0,181", "NaN,0", "inf,0", "a,b"] {
            assert_eq!(text.parse::<Place>(), Err(Code::MalformedOp), "{text}");
        }
    }
}
