//! What is written in the journeys: customers' own words, and what is hard to get through.

use anyhow::{Context, Result};
use protocol::Kind;

use crate::repository;

/// One note as a rep would write it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which of the four forms.
    pub kind: Kind,
    /// The words.
    pub text: String,
    /// Acceptance: the step from 1 to 5.
    pub step: Option<u8>,
    /// A competitor and their price.
    pub rival: Option<(&'static str, &'static str)>,
}

impl Sample {
    /// A note of nothing but words.
    #[must_use]
    pub fn plain(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), step: None, rival: None }
    }
}

/// `count` different sentences of customers, over all four kinds in turn.
///
/// # Errors
/// Where the sentences cannot be read.
pub fn customer_words(count: usize) -> Result<Vec<Sample>> {
    let path = repository().join("tests/fixtures/customer-words.tsv");
    let table = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut samples: Vec<Sample> = Vec::with_capacity(count);
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, _, _, score, text] = columns[..] else { continue };
        if samples.len() == count {
            break;
        }
        if text.trim().is_empty() || samples.iter().any(|sample| sample.text == text) {
            continue;
        }
        samples.push(sample(samples.len(), score.parse()?, text));
    }
    anyhow::ensure!(samples.len() == count, "only {} different sentences", samples.len());
    Ok(samples)
}

fn sample(index: usize, score: f64, text: &str) -> Sample {
    let kind = Kind::ALL[index % Kind::ALL.len()];
    let plain = Sample::plain(kind, text);
    match kind {
        Kind::Acceptance => Sample { step: Some(step(score)), ..plain },
        Kind::Competitor if index.is_multiple_of(3) => {
            Sample { rival: Some(("Dupont & Söhne", "12,50 €")), ..plain }
        }
        _ => plain,
    }
}

/// From a rating between -4 and 4 to the step between 1 and 5.
fn step(score: f64) -> u8 {
    match score {
        score if score < -2.4 => 1,
        score if score < -0.8 => 2,
        score if score <= 0.8 => 3,
        score if score <= 2.4 => 4,
        _ => 5,
    }
}

/// Emoji that are joined of many characters, accents, the longest text there may be, and lines.
#[must_use]
pub fn special() -> Vec<Sample> {
    let beginning = "À 4 000 caractères : ";
    let filling = "mesuré, pesé, comparé… ".chars().cycle();
    let longest: String = beginning.chars().chain(filling).take(3_999).chain(['.']).collect();
    vec![
        Sample::plain(Kind::Need, "Family pack wanted 👨‍👩‍👧‍👦 and 🏳️‍🌈, says 👩🏽‍🔧"),
        Sample::plain(
            Kind::Competitor,
            "Hélène a vu chez Lefèvre un modèle « dernier cri » à 12,50 €, où ça ?",
        ),
        Sample::plain(Kind::Gap, longest),
        Sample::plain(Kind::Acceptance, "First line\nsecond line\n\n  fourth, indented\tand a tab"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_different_sentences_of_all_kinds() {
        let samples = customer_words(400).unwrap();
        for kind in Kind::ALL {
            assert_eq!(samples.iter().filter(|sample| sample.kind == kind).count(), 100);
        }
        assert!(samples.iter().any(|sample| sample.rival.is_some()));
    }

    #[test]
    fn the_longest_text_is_exactly_as_long_as_may_be() {
        let longest = special().into_iter().map(|sample| sample.text.chars().count()).max();
        assert_eq!(longest, Some(4_000));
    }

    #[test]
    fn ratings_become_steps() {
        let steps: Vec<u8> = [-4.0, -1.0, 0.0, 1.0, 4.0].map(step).into();
        assert_eq!(steps, [1, 2, 3, 4, 5]);
    }
}
