//! How alike texts are, by their words alone: nothing leaves the house.
//!
//! Each text becomes two directions: one by its words, one by the groups of three letters that they
//! are made of, so that a slip of the pen or an ending still meets its kin. In both a rare feature
//! weighs more than a frequent one (idf). How alike two texts are is the cosine of the angle between
//! them, the words for a little more than the letters, and less where one denies and the other does
//! not. How well that does on real sentences is measured in `tests/similarity.rs`.

pub mod fold;
pub mod words;

use std::collections::{BTreeMap, HashMap};

use words::{Word, words};

/// From here on two notes may say the same: of a list that somebody looks through, more than half is
/// right.
pub const ALIKE: f64 = 0.15;
/// From here on notes are put together unasked.
pub const VERY_ALIKE: f64 = 0.2;

const WORDS_SHARE: f64 = 0.6;
/// So many texts without any of these words are imagined beside the real ones: among ten notes, the
/// word that five of them share is what they are about.
const IMAGINED: f64 = 100.0;
/// What is left of it where one text denies and the other does not.
const DENIED: f64 = 0.85;

/// Texts that are compared with each other, and weigh each other's words.
pub struct Corpus {
    sketches: Vec<Sketch>,
    /// Of each word, by its number: how it is written, and what it weighs.
    words: Vec<(String, f64)>,
}

/// A text as far as it is compared.
struct Sketch {
    words: Direction,
    trigrams: Direction,
    is_negated: bool,
}

/// Features by number, ascending, with weights; of length 1, or none.
type Direction = Vec<(u32, f64)>;

impl Corpus {
    /// These texts.
    #[must_use]
    pub fn of(texts: &[&str]) -> Self {
        let (mut known_words, mut known_trigrams) = (Numbers::default(), Numbers::default());
        let read: Vec<_> = texts
            .iter()
            .map(|text| {
                let (words, is_negated) = words(text);
                let trigrams = words.iter().flat_map(|word| trigrams(&word.stem));
                let trigrams = known_trigrams.count(trigrams.map(|it| (it.clone(), it)));
                let counted = known_words
                    .count(words.into_iter().map(|Word { stem, spelling }| (stem, spelling)));
                (counted, trigrams, is_negated)
            })
            .collect();
        let weigh_words = known_words.weights(texts.len());
        let weigh_trigrams = known_trigrams.weights(texts.len());
        let sketch = |(words, trigrams, is_negated): (Counted, Counted, bool)| Sketch {
            // Said twice is not twice as much.
            words: direction(words, &weigh_words, |times| 1.0 + times.ln()),
            trigrams: direction(trigrams, &weigh_trigrams, |_| 1.0),
            is_negated,
        };
        let sketches = read.into_iter().map(sketch).collect();
        let words = known_words.spellings.into_iter().zip(weigh_words).collect();
        Self { sketches, words }
    }

    /// How alike two of the texts are: 0 for nothing in common, 1 for the same words.
    #[must_use]
    pub fn score(&self, one: usize, other: usize) -> f64 {
        let (Some(one), Some(other)) = (self.sketches.get(one), self.sketches.get(other)) else {
            return 0.0;
        };
        let words = cosine(&one.words, &other.words);
        let trigrams = cosine(&one.trigrams, &other.trigrams);
        let score = WORDS_SHARE * words + (1.0 - WORDS_SHARE) * trigrams;
        if one.is_negated == other.is_negated { score } else { DENIED * score }
    }

    /// Words that at least half of these texts share, at most so many, the most telling first.
    #[must_use]
    pub fn shared(&self, texts: &[usize], most: usize) -> Vec<String> {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for sketch in texts.iter().filter_map(|text| self.sketches.get(*text)) {
            for (word, _) in &sketch.words {
                *counts.entry(*word).or_default() += 1;
            }
        }
        let mut telling: Vec<(f64, &str)> = counts
            .into_iter()
            .filter(|(_, count)| *count > 1 && 2 * count >= texts.len())
            .filter_map(|(word, count)| {
                let (spelling, weight) = self.words.get(usize::try_from(word).ok()?)?;
                Some((weight * as_f64(count), &**spelling))
            })
            .collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0));
        telling.into_iter().take(most).map(|(_, spelling)| spelling.to_owned()).collect()
    }

    /// The words of a text by what they weigh, the rarest first, each as a beginning that its other
    /// forms share.
    #[must_use]
    pub fn rarest(&self, text: usize, most: usize) -> Vec<String> {
        let Some(sketch) = self.sketches.get(text) else { return Vec::new() };
        let mut found: Vec<&(String, f64)> = sketch
            .words
            .iter()
            .filter_map(|(word, _)| self.words.get(usize::try_from(*word).ok()?))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.into_iter().take(most).map(|(spelling, _)| words::beginning(spelling)).collect()
    }
}

/// Features of one text and how often each occurs, ascending by number.
type Counted = Vec<(u32, u32)>;

/// Numbers for features, and in how many texts each occurs.
#[derive(Default)]
struct Numbers {
    numbers: HashMap<String, u32>,
    spellings: Vec<String>,
    texts: Vec<u32>,
}

impl Numbers {
    fn count(&mut self, features: impl Iterator<Item = (String, String)>) -> Counted {
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for (feature, spelling) in features {
            let next = u32::try_from(self.spellings.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(feature).or_insert_with(|| {
                self.spellings.push(spelling);
                self.texts.push(0);
                next
            });
            *counts.entry(number).or_default() += 1;
        }
        for number in counts.keys() {
            let texts = usize::try_from(*number).ok().and_then(|place| self.texts.get_mut(place));
            if let Some(texts) = texts {
                *texts += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// Of each feature, how telling it is among so many texts.
    fn weights(&self, texts: usize) -> Vec<f64> {
        let all = as_f64(texts) + IMAGINED + 1.0;
        let weight = |with: &u32| (all / (f64::from(*with) + 0.5)).ln();
        self.texts.iter().map(weight).collect()
    }
}

fn trigrams(word: &str) -> Vec<String> {
    let padded: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    padded.windows(3).map(|three| three.iter().collect()).collect()
}

fn direction(features: Counted, weights: &[f64], times: impl Fn(f64) -> f64) -> Direction {
    let mut direction: Direction = features
        .into_iter()
        .filter_map(|(number, count)| {
            let weight = weights.get(usize::try_from(number).ok()?)?;
            Some((number, weight * times(f64::from(count))))
        })
        .collect();
    let length = direction.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    if length > 0.0 {
        direction.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    direction
}

fn cosine(one: &Direction, other: &Direction) -> f64 {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut sum = 0.0;
    while let (Some((a, of_one)), Some((b, of_other))) = (one.peek(), other.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => _ = one.next(),
            std::cmp::Ordering::Greater => _ = other.next(),
            std::cmp::Ordering::Equal => {
                sum += of_one * of_other;
                one.next();
                other.next();
            }
        }
    }
    sum
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
const fn as_f64(count: usize) -> f64 {
    count as f64
}

/// Gathers texts that are alike: two groups become one where their texts are so on the average, the
/// most alike first. `score` of a pair that must not come together is 0. Groups of one are left out.
#[must_use]
pub fn groups(
    count: usize,
    threshold: f64,
    score: impl Fn(usize, usize) -> f64,
) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for one in 0..count {
        for other in one + 1..count {
            let score = score(one, other);
            if score >= threshold {
                pairs.push((score, one, other));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut group_of: Vec<usize> = (0..count).collect();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|text| vec![text]).collect();
    for (_, one, other) in pairs {
        let (Some(&a), Some(&b)) = (group_of.get(one), group_of.get(other)) else { continue };
        let (Some(of_a), Some(of_b)) = (groups.get(a), groups.get(b)) else { continue };
        if a == b || mean(of_a, of_b, &score) < threshold {
            continue;
        }
        let moved = groups.get_mut(b).map(std::mem::take).unwrap_or_default();
        for text in &moved {
            if let Some(group) = group_of.get_mut(*text) {
                *group = a;
            }
        }
        if let Some(group) = groups.get_mut(a) {
            group.extend(moved);
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// How alike two sets of texts are on the average.
fn mean(some: &[usize], others: &[usize], score: impl Fn(usize, usize) -> f64) -> f64 {
    let sum: f64 = some.iter().flat_map(|one| others.iter().map(|other| score(*one, *other))).sum();
    sum / as_f64((some.len() * others.len()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_alike_and_what_shares_nothing_is_not() {
        let texts = [
            "The delivery takes three weeks",
            "Deliveries are late by weeks",
            "Trop cher pour eux",
            "The delivery takes three weeks",
            "",
        ];
        let corpus = Corpus::of(&texts);
        assert!((corpus.score(0, 3) - 1.0).abs() < 1e-9);
        assert!(corpus.score(0, 1) > ALIKE);
        assert_eq!(corpus.score(0, 1), corpus.score(1, 0));
        assert!(corpus.score(0, 2) < 0.05);
        assert_eq!(corpus.score(0, 4), 0.0);
        assert_eq!(corpus.score(4, 4), 0.0, "nothing says nothing");
        assert_eq!(corpus.score(0, 99), 0.0);
    }

    #[test]
    fn a_denial_and_a_statement_are_less_alike() {
        let corpus = Corpus::of(&["it plays discs", "it does not play discs", "plays discs"]);
        assert!(corpus.score(0, 1) < corpus.score(0, 2));
        assert!(corpus.score(0, 1) > 0.0);
    }

    #[test]
    fn accents_forms_and_slips_still_meet() {
        let corpus = Corpus::of(&[
            "Délai de livraison",
            "delais de livraisons",
            "delai livarison",
            "Trop cher",
            "Le concurrent offre une remise",
            "Le four est bruyant",
        ]);
        assert!(corpus.score(0, 1) > 0.99);
        assert!(corpus.score(0, 2) > ALIKE);
    }

    #[test]
    fn groups_hold_what_is_alike_on_the_average() {
        // A chain: each is alike to its neighbour alone.
        let chain = |a: usize, b: usize| if a.abs_diff(b) == 1 { 0.5 } else { 0.0 };
        assert_eq!(groups(4, 0.3, chain), [[0, 1], [2, 3]]);
        let block = |a: usize, b: usize| if a / 3 == b / 3 { 0.9 } else { 0.1 };
        assert_eq!(groups(7, 0.3, block), [[0, 1, 2], [3, 4, 5]]);
        assert_eq!(groups(0, 0.3, block), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn shared_words_are_the_telling_ones() {
        let texts = ["camera battery lasts", "battery of the camera", "camera strap", "camera bag"];
        let corpus = Corpus::of(&texts);
        assert_eq!(corpus.shared(&[0, 1], 5), ["battery", "camera"]);
        assert_eq!(corpus.rarest(2, 1), ["strap"]);
    }
}
