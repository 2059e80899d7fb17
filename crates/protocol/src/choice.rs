//! Closed lists of words: what a form offers, by its stable name on the wire.

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// All choices, in the order in which a form offers them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire and in exports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }
        }

        // By the table of names, as `Code` is.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                let choice = Self::ALL.iter().find(|choice| choice.as_str() == name);
                choice.copied().ok_or_else(|| <D::Error as serde::de::Error>::unknown_variant(&name, &[$($wire),+]))
            }
        }
    };
}

pub(crate) use choice;
