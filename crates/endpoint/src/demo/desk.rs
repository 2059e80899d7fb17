//! What marketing did with the notes of a demo: it read, classified, decided and declined.

use protocol::console::decisions::{Audience, DecisionText};
use protocol::console::work::WorkState;
use protocol::mail::{Content, Decision, Declined, Progress, Rectified};
use protocol::{DecisionId, NoteId, RepId, TopicId, Words};

use super::phrases::THEMES;
use super::world::PRODUCTS;
use super::{DAY_MS, DESK, HOUR_MS, Stage, Written, unix_ms};
use crate::storage::demo::{self as rows, Standing};
use crate::storage::{StorageError, audit, mail};

const TAGS: [&str; 4] = ["price", "school", "follow up", "visit"];

/// A decision on a theme, and how many weeks ago it was published; none for a draft.
struct Plan {
    theme: usize,
    rectified: Rectified,
    weeks_ago: Option<i64>,
    title: [&'static str; 2],
    text: [&'static str; 2],
}

const PLANS: [Plan; 4] = [
    Plan {
        theme: 6,
        rectified: Rectified::Message,
        weeks_ago: Some(8),
        title: ["We say four hours of battery", "Nous annonçons quatre heures d'autonomie"],
        text: [
            "Leaflet and box say four hours from now on. Stickers for old boxes are on their way.",
            "Dépliant et boîte annoncent quatre heures. Des autocollants arrivent pour le stock.",
        ],
    },
    Plan {
        theme: 0,
        rectified: Rectified::ProductComposition,
        weeks_ago: Some(5),
        title: ["A charger in every box", "Un chargeur dans chaque boîte"],
        text: [
            "Every new box holds a charger, at the same price.",
            "Chaque nouvelle boîte contient un chargeur, au même prix.",
        ],
    },
    Plan {
        theme: 7,
        rectified: Rectified::TargetMarket,
        weeks_ago: Some(3),
        title: ["The Vela speaks to families", "Le Vela s'adresse aux familles"],
        text: [
            "A new brochure for families; the one with the figures goes to offices alone.",
            "Une nouvelle brochure pour les familles ; celle des chiffres va aux bureaux.",
        ],
    },
    Plan {
        theme: 9,
        rectified: Rectified::ProductComposition,
        weeks_ago: None,
        title: ["A list of the discs that play", "Une liste des disques lisibles"],
        text: ["", ""],
    },
];

fn words([en, fr]: [&str; 2]) -> Words {
    Words { en: en.to_owned(), fr: fr.to_owned() }
}

/// Works through all notes, oldest first.
pub(super) fn work(stage: &mut Stage<'_>, written: &[Written]) -> Result<(), StorageError> {
    let topics = put_topics(stage)?;
    let decisions: Vec<DecisionId> = PLANS
        .iter()
        .map(|_| DecisionId::new(unix_ms(stage.begin_ms()), stage.dice.bytes()))
        .collect();
    let mut cited: Vec<Vec<&Written>> = PLANS.iter().map(|_| Vec::new()).collect();
    for note in written {
        let Some(standing) = standing(stage, note, &topics) else { continue };
        rows::put_standing(stage.db, note.note_id, &standing)?;
        let plan = plan_of(note).filter(|_| standing.topic.is_some());
        let is_citing = |at: &usize| {
            let published = published_at_ms(stage.now_ms, &PLANS[*at]);
            published.is_none_or(|at_ms| standing.classified_at_ms < Some(at_ms))
        };
        if let Some(at) = plan.filter(is_citing) {
            cited[at].push(note);
        }
        tell(stage, note, &standing, plan.map(|at| decisions[at]))?;
    }
    for ((plan, id), notes) in PLANS.iter().zip(decisions).zip(cited) {
        decide(stage, plan, id, &topics, &notes)?;
    }
    Ok(())
}

fn put_topics(stage: &mut Stage<'_>) -> Result<Vec<TopicId>, StorageError> {
    let at_ms = stage.begin_ms() + 3 * DAY_MS;
    let mut topics = Vec::new();
    for theme in THEMES {
        let topic_id = TopicId::new(unix_ms(at_ms), stage.dice.bytes());
        rows::put_topic(stage.db, topic_id, theme.title, at_ms)?;
        let id = topic_id.as_bytes();
        audit::record(stage.db, stage.by, "topic_made", Some(theme.title), Some(id), at_ms)?;
        topics.push(topic_id);
    }
    Ok(topics)
}

fn plan_of(note: &Written) -> Option<usize> {
    PLANS.iter().position(|plan| note.theme == Some(plan.theme))
}

fn published_at_ms(now_ms: i64, plan: &Plan) -> Option<i64> {
    plan.weeks_ago.map(|weeks| now_ms - weeks * 7 * DAY_MS)
}

/// How a note stands by now; none where nobody has looked at it.
fn standing(stage: &Stage<'_>, note: &Written, topics: &[TopicId]) -> Option<Standing> {
    let age_ms = stage.now_ms - note.received_at_ms;
    let mut dice = stage.dice_of(DESK, note.number);
    let is_read = match age_ms / (12 * HOUR_MS) {
        0 => dice.percent(10),
        1..4 => dice.percent(60),
        _ => dice.percent(97),
    };
    if !is_read {
        return None;
    }
    let slow = dice.below_i64(40 * HOUR_MS).min(dice.below_i64(40 * HOUR_MS));
    let read_at_ms = (note.received_at_ms + HOUR_MS / 4 + slow).min(stage.now_ms - 60_000);
    let is_classified = age_ms > 4 * DAY_MS && dice.percent(85);
    let classified_at_ms = is_classified
        .then(|| (read_at_ms + dice.below_i64(72 * HOUR_MS)).min(stage.now_ms - 30_000));
    let topic = note.theme.and_then(|theme| topics.get(theme)).copied();
    let topic = topic.filter(|_| is_classified && dice.percent(88));
    let decided_at_ms = plan_of(note)
        .filter(|_| topic.is_some())
        .and_then(|at| published_at_ms(stage.now_ms, PLANS.get(at)?))
        .filter(|at_ms| classified_at_ms < Some(*at_ms));
    let declined_at_ms = classified_at_ms
        .filter(|_| decided_at_ms.is_none() && dice.percent(5))
        .map(|at_ms| (at_ms + DAY_MS).min(stage.now_ms - 10_000));
    let state = match (decided_at_ms, declined_at_ms, classified_at_ms) {
        (Some(_), _, _) => WorkState::Decided,
        (None, Some(_), _) => WorkState::Declined,
        (None, None, Some(_)) => WorkState::Classified,
        (None, None, None) => WorkState::Read,
    };
    let closed_at_ms = decided_at_ms.or(declined_at_ms);
    let is_weighed = !note.hypotheses.is_empty() && dice.percent(50);
    let agreed = if dice.percent(70) { note.hypotheses.clone() } else { Vec::new() };
    Some(Standing {
        state,
        assignee: Some(stage.by).filter(|_| closed_at_ms.is_none() && dice.percent(15)),
        is_starred: dice.percent(3),
        topic,
        reason: declined_at_ms.map(|_| {
            words([
                "We looked at it, and it is one customer so far. Tell us if you hear it again.",
                "Vu, mais un seul client jusqu'ici. Dites-le-nous si vous l'entendez à nouveau.",
            ])
        }),
        hypotheses: is_weighed.then_some(agreed),
        tag: dice.pick(&TAGS).copied().filter(|_| dice.percent(10)),
        read_at_ms: Some(read_at_ms),
        classified_at_ms,
        closed_at_ms,
    })
}

/// The note's rep hears of it.
fn tell(
    stage: &Stage<'_>,
    note: &Written,
    standing: &Standing,
    decision: Option<DecisionId>,
) -> Result<(), StorageError> {
    let is = |state| standing.state == state;
    let decided_at_ms = standing.closed_at_ms.filter(|_| is(WorkState::Decided));
    let title = note.theme.and_then(|theme| THEMES.get(theme)).map(|theme| theme.title.to_owned());
    let declined = standing.closed_at_ms.zip(standing.reason.clone());
    let progress = Progress {
        note_id: note.note_id,
        read_at_ms: standing.read_at_ms,
        classified_at_ms: standing.classified_at_ms,
        topic: title.filter(|_| standing.topic.is_some()),
        decided_at_ms,
        decisions: decision.filter(|_| decided_at_ms.is_some()).into_iter().collect(),
        declined: declined
            .filter(|_| is(WorkState::Declined))
            .map(|(at_ms, reason)| Declined { at_ms, reason }),
    };
    let rep_id = stage.senders.get(note.rep).map(|sender| sender.rep_id);
    match rep_id {
        Some(rep_id) => mail::post(stage.db, Some(rep_id), &Content::Progress(progress)),
        None => Ok(()),
    }
}

fn decide(
    stage: &Stage<'_>,
    plan: &Plan,
    decision_id: DecisionId,
    topics: &[TopicId],
    notes: &[&Written],
) -> Result<(), StorageError> {
    let product = THEMES.get(plan.theme).and_then(|theme| PRODUCTS.get(theme.product?));
    let product = product.map(|product| product.name.to_owned());
    let published_at_ms = published_at_ms(stage.now_ms, plan);
    let made_at_ms = published_at_ms.unwrap_or(stage.now_ms) - DAY_MS;
    let text = DecisionText {
        rectified: plan.rectified,
        title: words(plan.title),
        text: words(plan.text),
        from_day: None,
        product: product.clone(),
        audience: Audience::Everyone,
        note_ids: Vec::new(),
        topic_ids: topics.get(plan.theme).copied().into_iter().collect(),
    };
    let ids: Vec<NoteId> = notes.iter().map(|note| note.note_id).collect();
    let (db, by) = (stage.db, stage.by);
    rows::put_decision(db, decision_id, &text, by, made_at_ms, published_at_ms, &ids)?;
    let about = Some(text.title.pick(false));
    let subject = Some(decision_id.as_bytes());
    audit::record(db, by, "decision_made", about, subject, made_at_ms)?;
    let Some(at_ms) = published_at_ms else { return Ok(()) };
    audit::record(db, by, "decision_published", about, subject, at_ms)?;
    let letter = Content::Decision(Decision {
        decision_id,
        rectified: plan.rectified,
        title: text.title,
        text: text.text,
        from_day: None,
        product,
        at_ms,
    });
    mail::post(db, None::<RepId>, &letter)
}
