//! Notes as reps write them: in their language, on their customers, with prices that move.

use std::fmt::Write as _;

use protocol::note::{
    AcceptanceLevel, Comparison, CompetitorSighting, CustomerAcceptance, Details, Gap, Hypothesis,
    Relation, UnmetNeed, Urgency,
};
use protocol::{Amount, Currency, Kind, Note, Price};

use super::dice::Dice;
use super::phrases::{ACCEPTANCE, CLOSERS, OPENERS, SIGHTINGS, TERMS, THEMES, Theme};
use super::world::{COMPETITORS, CUSTOMERS, Customer, PRODUCTS, Product, REPS, Rep};

/// Customers' own words about the first two products (see `tests/fixtures/README.md`).
const WORDS: &str = include_str!("../../../../tests/fixtures/customer-words.tsv");

/// A note to be, by places in the lists.
pub(super) struct Draft {
    /// Whose.
    pub(super) rep: usize,
    /// What several customers say, where it is that.
    pub(super) theme: Option<usize>,
    pub(super) note: Note,
}

/// A customer's words, and the step of acceptance that people read from them.
struct Sentence {
    product: usize,
    level: AcceptanceLevel,
    text: &'static str,
}

/// Writes notes.
pub(super) struct Pen {
    sentences: Vec<Sentence>,
}

impl Pen {
    pub(super) fn new() -> Self {
        let sentence = |line: &'static str| {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let &[_, _, product, rating, text] = cells.as_slice() else { return None };
            let product = PRODUCTS.iter().position(|known| known.name == product)?;
            let level = level_of(rating.parse().ok()?)?;
            (text.len() > 25).then_some(Sentence { product, level, text })
        };
        Self { sentences: WORDS.lines().skip(1).filter_map(sentence).collect() }
    }

    /// A note that is written when this many thousandths of the time have passed.
    pub(super) fn write(&self, dice: &mut Dice, progress: i64) -> Option<Draft> {
        let at = dice.skewed(REPS.len());
        let rep = REPS.get(at)?;
        let kind = match dice.below(100) {
            0..35 => Kind::Competitor,
            35..65 => Kind::Acceptance,
            65..83 => Kind::Need,
            _ => Kind::Gap,
        };
        let theme = matches!(kind, Kind::Need | Kind::Gap).then(|| theme(dice, kind)).flatten();
        let known = theme.and_then(|theme| THEMES.get(theme));
        let product = match known {
            Some(theme) => theme.product,
            None => Some(dice.skewed(PRODUCTS.len())).filter(|_| dice.percent(92)),
        };
        let product_of = product.and_then(|product| PRODUCTS.get(product));
        let (text, details) = match (kind, known) {
            (Kind::Competitor, _) => sighting(dice, rep, product_of, progress)?,
            (Kind::Acceptance, _) => self.acceptance(dice, rep, product, progress)?,
            (_, Some(theme)) => theme_note(dice, rep, theme, product_of)?,
            (_, None) => return None,
        };
        let note = Note {
            text: dressed(dice, rep, &text)?,
            customer: customer(dice, rep),
            product: product_of.map(|product| product_name(dice, product)),
            visit_id: None,
            place: None,
            hypotheses: hypotheses(dice),
            details,
        };
        Some(Draft { rep: at, theme, note })
    }

    fn acceptance(
        &self,
        dice: &mut Dice,
        rep: &Rep,
        product: Option<usize>,
        progress: i64,
    ) -> Option<(String, Details)> {
        let relation = match dice.below(100) {
            0..55 => Some(Relation::Customer),
            55..85 => Some(Relation::Prospect),
            _ => None,
        };
        let of_product =
            self.sentences.iter().filter(|it| Some(it.product) == product && !rep.is_french);
        let spoken: Vec<&Sentence> = of_product.collect();
        let (text, level) = match dice.pick(&spoken) {
            Some(sentence) => (sentence.text.to_owned(), sentence.level),
            None => {
                let liked = product.and_then(|it| PRODUCTS.get(it)).map_or(50, |it| it.liked);
                let level = level_at(dice, liked, relation, progress)?;
                let steps = ACCEPTANCE.get(usize::from(rep.is_french))?;
                let phrase = dice.pick(steps.get(usize::from(level.step()) - 1)?)?;
                ((*phrase).to_owned(), level)
            }
        };
        let level = Some(level).filter(|_| dice.percent(95));
        Some((text, Details::Acceptance(CustomerAcceptance { level, relation })))
    }
}

/// From the ratings' scale of -4 to 4.
fn level_of(rating: f64) -> Option<AcceptanceLevel> {
    const BOUNDS: [f64; 4] = [-3.0, -1.0, 1.0, 3.0];
    let step = BOUNDS.iter().filter(|bound| rating >= **bound).count();
    AcceptanceLevel::ALL.get(step).copied()
}

/// Products grow on people, and on those who buy them more than on others.
fn level_at(
    dice: &mut Dice,
    liked: usize,
    relation: Option<Relation>,
    progress: i64,
) -> Option<AcceptanceLevel> {
    let grown = usize::try_from(progress / 100).unwrap_or_default();
    let bonus = if relation == Some(Relation::Customer) { 10 } else { 0 };
    let middle = liked + grown + bonus;
    // Three dice make a hill.
    let hill = dice.below(41) + dice.below(41) + dice.below(41);
    let hundredths = (middle + hill).saturating_sub(65).min(99);
    AcceptanceLevel::ALL.get(hundredths * 5 / 100).copied()
}

fn theme(dice: &mut Dice, kind: Kind) -> Option<usize> {
    let of_kind: Vec<usize> =
        (0..THEMES.len()).filter(|at| THEMES.get(*at).is_some_and(|it| it.kind == kind)).collect();
    of_kind.get(dice.skewed(of_kind.len())).copied()
}

fn theme_note(
    dice: &mut Dice,
    rep: &Rep,
    theme: &Theme,
    product: Option<&Product>,
) -> Option<(String, Details)> {
    let said = *dice.pick(if rep.is_french { theme.french } else { theme.english })?;
    let details = match theme.kind {
        Kind::Need => {
            let urgencies = [Urgency::Someday, Urgency::Soon, Urgency::Soon, Urgency::Now];
            let urgency = dice.pick(&urgencies).copied().filter(|_| dice.percent(80));
            let would_pay = product
                .filter(|_| dice.percent(20))
                .and_then(|product| price(rep, product.cents / 10));
            Details::Need(UnmetNeed { workaround: None, urgency, would_pay })
        }
        _ => {
            let part = theme.part.filter(|_| dice.percent(85));
            Details::Gap(Gap { promised: None, happened: None, part })
        }
    };
    Some((said.to_owned(), details))
}

fn sighting(
    dice: &mut Dice,
    rep: &Rep,
    product: Option<&Product>,
    progress: i64,
) -> Option<(String, Details)> {
    let competitor = COMPETITORS.get(dice.skewed(COMPETITORS.len()))?;
    let language = usize::from(rep.is_french);
    let phrase = dice.pick(SIGHTINGS.get(language)?)?;
    let what = product.map_or(if rep.is_french { "produit" } else { "product" }, |it| {
        it.aliases.first().copied().unwrap_or(it.name)
    });
    let text = phrase.replace("{who}", competitor.name).replace("{what}", what);
    let mut seen = CompetitorSighting {
        competitor: Some(competitor.name.to_owned()),
        ..CompetitorSighting::default()
    };
    if let Some(product) = product {
        if dice.percent(70) {
            let fallen = 100_000 - competitor.falls * progress;
            let spread = 970 + dice.below_i64(61) - if rep.region == "Sud" { 20 } else { 0 };
            let cents = product.cents * competitor.against_ours / 100 * fallen / 100_000;
            // Prices end as prices do.
            let cents = cents * spread / 1_000 / 100 * 100 + 90;
            seen.price = price(rep, cents);
            seen.our_price = price(rep, product.cents).filter(|_| dice.percent(45));
        } else if dice.percent(80) {
            // What people remember of a price is not quite what it is.
            seen.comparison = Some(match competitor.against_ours + dice.below_i64(9) - 4 {
                ..=97 => Comparison::Cheaper,
                98..=102 => Comparison::Same,
                _ => Comparison::Dearer,
            });
        }
    }
    if dice.percent(20) {
        seen.terms = dice.pick(TERMS.get(language)?).map(|&terms| terms.to_owned());
    }
    Some((text, Details::Competitor(seen)))
}

/// So many cents of a euro; across the Channel in pounds.
fn price(rep: &Rep, cents: i64) -> Option<Price> {
    let is_british = matches!(rep.region, "London" | "Midlands");
    let (cents, code) = if is_british { (cents * 86 / 100, "GBP") } else { (cents, "EUR") };
    let amount = Amount::from_ten_thousandths(cents * 100).ok()?;
    Some(Price { amount, currency: Currency::new(code).ok()?, unit: None })
}

/// Mostly as it is called, now and then in short.
fn product_name(dice: &mut Dice, product: &Product) -> String {
    let name = dice.pick(product.aliases).filter(|_| dice.percent(20)).unwrap_or(&product.name);
    if dice.percent(6) { name.to_lowercase() } else { (*name).to_owned() }
}

fn customer(dice: &mut Dice, rep: &Rep) -> Option<String> {
    let near: Vec<&Customer> = CUSTOMERS.iter().filter(|it| it.region == rep.region).collect();
    let name = near.get(dice.skewed(near.len()))?.name;
    Some(match dice.below(100) {
        0..72 => name.to_owned(),
        72..78 => name.to_lowercase(),
        78..82 => name.to_uppercase(),
        82..87 => without_legal_form(name),
        // Somebody new, whom the reference data does not have yet.
        87..90 if rep.is_french => format!("Nouveau magasin, {}", rep.region),
        87..90 => format!("New store in {}", rep.region),
        _ => return None,
    })
}

fn without_legal_form(name: &str) -> String {
    let forms = [" SA", " SARL", " GmbH", " Ltd", " plc"];
    let short = forms.iter().find_map(|form| name.strip_suffix(form));
    short.map_or_else(|| format!("{name} SARL"), str::to_owned)
}

fn hypotheses(dice: &mut Dice) -> Vec<Hypothesis> {
    if !dice.percent(30) {
        return Vec::new();
    }
    let mut named: Vec<Hypothesis> = dice.pick(Hypothesis::ALL).copied().into_iter().collect();
    if dice.percent(20) {
        named.extend(dice.pick(Hypothesis::ALL).filter(|it| !named.contains(it)).copied());
    }
    named
}

/// With how people begin and end, and a capital letter.
fn dressed(dice: &mut Dice, rep: &Rep, text: &str) -> Option<String> {
    let language = usize::from(rep.is_french);
    let opener = dice.pick(OPENERS.get(language)?)?;
    let closer = dice.pick(CLOSERS.get(language)?)?;
    let text = text.trim_end_matches('.');
    let mut dressed = String::new();
    let whole = format!("{opener}{text}{closer}.");
    let mut characters = whole.chars();
    let first = characters.next()?;
    write!(dressed, "{}{}", first.to_uppercase(), characters.as_str()).ok()?;
    Some(dressed)
}
