//! How well notes that say the same are found, on real sentences: all pairs of sentences on one
//! product, each labelled by a reader with what it says. Pairs of the same words that say something
//! else ("plays everything", "won't play everything") are among them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a test ends where it fails"
)]

use std::collections::BTreeSet;

use endpoint::similarity::{ALIKE, Corpus, VERY_ALIKE};

const LABELLED: &str = include_str!("fixtures/says-the-same.tsv");
/// All sentences of the source: against them words are weighed.
const ALL: &str = include_str!("../../../tests/fixtures/customer-words.tsv");

struct Measured {
    pairs: usize,
    same: usize,
    precision: f64,
    recall: f64,
    /// Of the sentences that have others which say the same, those with one among the first five.
    found_in_five: f64,
}

/// What the sentences on this product say.
fn labelled(product: &str) -> Vec<(BTreeSet<&'static str>, &'static str)> {
    let read = |line: &'static str| {
        let fields: Vec<_> = line.split('\t').collect();
        let says = fields[1].split('+').filter(|label| *label != "alone").collect();
        (fields[0] == product).then_some((says, fields[4]))
    };
    LABELLED.lines().skip(1).filter_map(read).collect()
}

fn measure(product: &str, threshold: f64) -> Measured {
    let labelled = labelled(product);
    let mut texts: Vec<&str> = labelled.iter().map(|(_, text)| *text).collect();
    let known: BTreeSet<&str> = texts.iter().copied().collect();
    let others = ALL.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    texts.extend(others.filter(|it| it[2] == product && !known.contains(it[4])).map(|it| it[4]));
    let corpus = Corpus::of(&texts);
    let is_same = |a: usize, b: usize| !labelled[a].0.is_disjoint(&labelled[b].0);
    let (mut pairs, mut same, mut right, mut found) = (0, 0, 0, 0);
    for a in 0..labelled.len() {
        for b in 0..a {
            pairs += 1;
            let is_found = corpus.score(a, b) >= threshold;
            same += usize::from(is_same(a, b));
            found += usize::from(is_found);
            right += usize::from(is_found && is_same(a, b));
        }
    }
    let (mut asked, mut answered) = (0, 0);
    for a in 0..labelled.len() {
        let mut others: Vec<usize> = (0..labelled.len()).filter(|b| *b != a).collect();
        if others.iter().any(|b| is_same(a, *b)) {
            asked += 1;
            others.sort_by(|b, c| corpus.score(a, *c).total_cmp(&corpus.score(a, *b)));
            let first = others.iter().take(5);
            answered += usize::from(first.into_iter().any(|b| is_same(a, *b)));
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    Measured {
        pairs,
        same,
        precision: share(right, found),
        recall: share(right, same),
        found_in_five: share(answered, asked),
    }
}

/// Holds to floors just below what was measured, and says what is measured now.
#[track_caller]
fn hold(product: &str, threshold: f64, precision_min: f64, recall_min: f64, five_min: f64) {
    let it = measure(product, threshold);
    println!(
        "{product} at {threshold}: {} pairs, {} say the same; precision {:.3}, recall {:.3}, \
         among the first five {:.3}",
        it.pairs, it.same, it.precision, it.recall, it.found_in_five
    );
    assert!(it.pairs >= 250 && it.same >= 100, "{} {}", it.pairs, it.same);
    assert!(it.precision >= precision_min, "precision {}", it.precision);
    assert!(it.recall >= recall_min, "recall {}", it.recall);
    assert!(it.found_in_five >= five_min, "among the first five {}", it.found_in_five);
}

const PLAYER: &str = "Apex AD-2600 DVD player";
const CAMERA: &str = "Canon PowerShot G3";

#[test]
fn a_list_of_similar_notes_is_more_right_than_wrong_and_nearly_always_has_one() {
    hold(PLAYER, ALIKE, 0.59, 0.28, 0.89);
    hold(CAMERA, ALIKE, 0.59, 0.31, 0.85);
}

#[test]
fn what_is_put_together_unasked_is_mostly_right() {
    hold(PLAYER, VERY_ALIKE, 0.66, 0.19, 0.89);
    hold(CAMERA, VERY_ALIKE, 0.69, 0.19, 0.85);
}
