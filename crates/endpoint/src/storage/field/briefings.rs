//! Briefings: what to know about a product or a competitor, who has read it, and whether its claims
//! still hold.

use std::collections::{HashMap, HashSet};

use protocol::console::decisions::Audience;
use protocol::console::field::{
    Briefing, BriefingDetail, BriefingText, ClaimVotes, Reader, ReopenRequest,
};
use protocol::limits::{BRIEFING_BYTES_MAX, DETAIL_CHARS_MAX, NAME_CHARS_MAX};
use protocol::mail::Content;
use protocol::reply::Vote;
use protocol::{BriefingId, ClaimId, RepId, Reply, Words, mail};
use rusqlite::Connection;

use super::items::{Item, Stored};
use super::replies::{self, Received};
use super::{audience, check, pictures};
use crate::storage::StorageError;
use crate::storage::objection::{NotMade, Objection};

impl Item for BriefingText {
    type Shown = Briefing;
    type Detail = BriefingDetail;

    const KIND: &'static str = "briefing";
    const LONG: &'static str = "$.text";

    fn check(&self, db: &Connection, _before: Option<&Self>, _now_ms: i64) -> Result<(), NotMade> {
        check::words("title", &self.title, NAME_CHARS_MAX)?;
        check::name("subject", self.subject.name())?;
        for (field, text) in [("text.en", &self.text.en), ("text.fr", &self.text.fr)] {
            check::bytes(field, text, BRIEFING_BYTES_MAX)?;
            pictures::check(field, text)?;
        }
        check::count("claims", self.claims.len())?;
        let mut ids = HashSet::new();
        for (place, claim) in self.claims.iter().enumerate() {
            let field = |name: &str| format!("claims[{place}].{name}");
            check::words(&field("text"), &claim.text, DETAIL_CHARS_MAX)?;
            check::text(&field("source"), &claim.source, DETAIL_CHARS_MAX)?;
            check::day(&field("checked_day"), claim.checked_day.as_deref())?;
            if !ids.insert(claim.claim_id) {
                return Err(Objection::field(field("claim_id: another claim's")).into());
            }
        }
        audience::check(db, &self.audience)
    }

    fn title(&self) -> &Words {
        &self.title
    }

    fn audience(&self) -> &Audience {
        &self.audience
    }

    fn expires_at_ms(&self) -> Option<i64> {
        None
    }

    fn reopened(self, _: &Connection, _: &[u8; 16], _: &ReopenRequest) -> Result<Self, NotMade> {
        Err(Objection::field("briefing: never closed").into())
    }

    fn letter(stored: &Stored<Self>) -> Content {
        let Stored { id, text, revision, published_at_ms, .. } = stored;
        Content::Briefing(mail::Briefing {
            briefing_id: BriefingId::from_bytes(*id),
            revision: *revision,
            subject: text.subject.clone(),
            phase: text.phase,
            title: text.title.clone(),
            text: text.text.clone(),
            claims: text.claims.clone(),
            is_acknowledgement_wanted: text.is_acknowledgement_wanted,
            at_ms: published_at_ms.unwrap_or(stored.changed_at_ms),
        })
    }

    fn shown(
        db: &Connection,
        all: Vec<Stored<Self>>,
        _now_ms: i64,
    ) -> Result<Vec<Briefing>, StorageError> {
        all.into_iter().map(|stored| Ok(assess(db, stored)?.0)).collect()
    }

    fn detail(
        db: &Connection,
        stored: Stored<Self>,
        _now_ms: i64,
    ) -> Result<BriefingDetail, StorageError> {
        let (briefing, readers, replies) = assess(db, stored)?;
        let votes = briefing.text.claims.iter().map(|claim| votes_on(claim.claim_id, &replies));
        let votes = votes.collect();
        Ok(BriefingDetail { briefing, readers, votes })
    }
}

fn assess(
    db: &Connection,
    stored: Stored<BriefingText>,
) -> Result<(Briefing, Vec<Reader>, Vec<Received>), StorageError> {
    let replies = replies::to(db, &stored.id)?;
    let mut newest: HashMap<RepId, (u32, i64)> = HashMap::new();
    for received in &replies {
        let Reply::Acknowledgement { revision, .. } = &received.reply else { continue };
        let word = (*revision, received.received_at_ms);
        // The first time that they said so of the newest revision that they said it of.
        let known = newest.entry(received.rep_id).or_insert(word);
        if word.0 > known.0 || (word.0 == known.0 && word.1 < known.1) {
            *known = word;
        }
    }
    let reps = audience::reps(db, &stored.text.audience)?;
    let readers: Vec<Reader> = reps
        .into_iter()
        .map(|(rep_id, name)| Reader { name, acknowledged: newest.get(&rep_id).copied() })
        .collect();
    let has_this = |reader: &&Reader| {
        reader.acknowledged.is_some_and(|(revision, _)| revision == stored.revision)
    };
    let briefing = Briefing {
        briefing_id: BriefingId::from_bytes(stored.id),
        version: stored.version,
        by: stored.by,
        changed_at_ms: stored.changed_at_ms,
        published_at_ms: stored.published_at_ms,
        revision: stored.revision,
        has_unpublished: stored.published_version != Some(stored.version),
        reps: as_u64(readers.len()),
        acknowledged: as_u64(readers.iter().filter(has_this).count()),
        text: stored.text,
    };
    Ok((briefing, readers, replies))
}

/// `replies` are newest first: of each rep the first that is found counts.
fn votes_on(claim_id: ClaimId, replies: &[Received]) -> ClaimVotes {
    let mut votes = ClaimVotes { claim_id, holds: 0, holds_not: 0, reasons: Vec::new() };
    let mut heard = HashSet::new();
    for received in replies {
        let Reply::Vote(Vote { claim_id: of, is_true, text, .. }) = &received.reply else {
            continue;
        };
        if *of != claim_id || !heard.insert(received.rep_id) {
            continue;
        }
        *(if *is_true { &mut votes.holds } else { &mut votes.holds_not }) += 1;
        if let Some(why) = text.as_ref().filter(|why| !why.trim().is_empty()) {
            votes.reasons.push((received.rep.clone(), *is_true, why.clone()));
        }
    }
    votes
}

pub(super) fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
