//! Who and what a demo is about. Two products are real, and so are the words about them (see
//! `tests/fixtures`); everything else is made up.

/// A rep, where they sell, and whether they write French.
pub(super) struct Rep {
    pub(super) name: &'static str,
    pub(super) region: &'static str,
    pub(super) is_french: bool,
}

const fn rep(name: &'static str, region: &'static str, is_french: bool) -> Rep {
    Rep { name, region, is_french }
}

pub(super) const REPS: &[Rep] = &[
    rep("Amélie Roux", "Nord", true),
    rep("Bastien Lefèvre", "Est", true),
    rep("Chloé Marchand", "Sud", true),
    rep("David Okafor", "London", false),
    rep("Élodie Perrin", "Ouest", true),
    rep("Fiona Walsh", "Midlands", false),
    rep("Gaël Tanguy", "Ouest", true),
    rep("Hannah Schmid", "Est", false),
    rep("Inès Benali", "Sud", true),
    rep("Jack Thornton", "London", false),
    rep("Karim Haddad", "Nord", true),
    rep("Lucy Brennan", "Midlands", false),
];

/// A product, its list price in cents of a euro, and what reps call it besides.
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) cents: i64,
    pub(super) aliases: &'static [&'static str],
    /// How it is liked, in hundredths of the way from 1 to 5.
    pub(super) liked: usize,
}

/// The one whose name the bench filters by, and whose customers' words are real.
pub const PRODUCT: &str = "Canon PowerShot G3";

pub(super) const PRODUCTS: &[Product] = &[
    Product { name: PRODUCT, cents: 59_900, aliases: &["PowerShot G3", "G3"], liked: 70 },
    Product { name: "Apex AD-2600 DVD player", cents: 8_900, aliases: &["AD-2600"], liked: 45 },
    Product { name: "Lumen S20 scanner", cents: 17_900, aliases: &["Lumen S20"], liked: 60 },
    Product { name: "Corvo P4 printer", cents: 24_900, aliases: &["Corvo P4"], liked: 55 },
    Product { name: "Vela 27 monitor", cents: 32_900, aliases: &["Vela 27"], liked: 75 },
    Product { name: "Pico 3 projector", cents: 44_900, aliases: &["Pico 3"], liked: 40 },
    Product { name: "Orbit 50 headphones", cents: 12_900, aliases: &["Orbit 50"], liked: 80 },
    Product { name: "Terra 2 speaker", cents: 14_900, aliases: &["Terra 2"], liked: 65 },
];

/// A competitor, and its prices against ours in hundredths.
pub(super) struct Competitor {
    pub(super) name: &'static str,
    pub(super) against_ours: i64,
    /// By how much they fall in twenty weeks, in hundredths.
    pub(super) falls: i64,
}

const fn competitor(name: &'static str, against_ours: i64, falls: i64) -> Competitor {
    Competitor { name, against_ours, falls }
}

pub(super) const COMPETITORS: &[Competitor] = &[
    competitor("Kestrel Imaging", 92, 14),
    competitor("Nordlys", 104, 2),
    competitor("Sonoma Digital", 97, 6),
    competitor("Takeda Optics", 110, -3),
    competitor("Brightway", 85, 4),
    competitor("Lidor & Cie", 99, 0),
];

/// A customer, where, and of which segment.
pub(super) struct Customer {
    pub(super) name: &'static str,
    pub(super) region: &'static str,
    pub(super) segment: &'static str,
}

const fn customer(name: &'static str, region: &'static str, segment: &'static str) -> Customer {
    Customer { name, region, segment }
}

pub(super) const CUSTOMERS: &[Customer] = &[
    customer("Photo Dupont SA", "Nord", "Independent"),
    customer("Électro Lille", "Nord", "Chain"),
    customer("Galerie du Beffroi", "Nord", "Independent"),
    customer("Maison Vandamme", "Nord", "Independent"),
    customer("Lycée Faidherbe", "Nord", "Public"),
    customer("Numérique Plus", "Nord", "Online"),
    customer("Optique Hainaut SARL", "Nord", "Independent"),
    customer("Kléber Photo", "Est", "Independent"),
    customer("Elektro Schwarz GmbH", "Est", "Chain"),
    customer("Médiathèque de Colmar", "Est", "Public"),
    customer("Studio Lorraine", "Est", "Independent"),
    customer("Vosges Informatique", "Est", "Online"),
    customer("Foto Meyer", "Est", "Independent"),
    customer("Ville de Metz", "Est", "Public"),
    customer("Midi Image", "Sud", "Chain"),
    customer("Phocéa Électronique", "Sud", "Independent"),
    customer("La Boîte à Sons", "Sud", "Independent"),
    customer("Canebière Photo", "Sud", "Independent"),
    customer("Occitan Web", "Sud", "Online"),
    customer("Université de Nîmes", "Sud", "Public"),
    customer("Garrigue & Fils", "Sud", "Independent"),
    customer("Bretagne Vision", "Ouest", "Chain"),
    customer("Café des Images", "Ouest", "Independent"),
    customer("Le Goff Électroménager", "Ouest", "Independent"),
    customer("Atlantique Son", "Ouest", "Independent"),
    customer("Conseil de Loire", "Ouest", "Public"),
    customer("Armor Direct", "Ouest", "Online"),
    customer("Harcourt Cameras Ltd", "London", "Independent"),
    customer("Thames Audio Visual", "London", "Chain"),
    customer("Camden Sound", "London", "Independent"),
    customer("Greenwich Council", "London", "Public"),
    customer("ClickBright", "London", "Online"),
    customer("Southwark School of Art", "London", "Public"),
    customer("Whitby & Lowe", "London", "Independent"),
    customer("Arden Photographic", "Midlands", "Independent"),
    customer("Mercia Electronics plc", "Midlands", "Chain"),
    customer("Nottingham Trent Library", "Midlands", "Public"),
    customer("Peak Pictures", "Midlands", "Independent"),
    customer("Severn Online", "Midlands", "Online"),
    customer("Wolds Hi-Fi", "Midlands", "Independent"),
];
