//! A claim of a briefing, and whether it still holds: whoever is in the field knows first.

use device::Given;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::limits::DETAIL_CHARS_MAX;
use protocol::mail::Claim;
use protocol::reply::{Reply, Vote};
use protocol::{BriefingId, ClaimId};

use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};
use crate::session::use_session;

/// What the rep said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Voted {
    claim_id: ClaimId,
    is_true: bool,
    text: Option<String>,
    unix_ms: i64,
    is_sent: bool,
}

/// The last vote on each claim of a briefing, of replies that are newest first.
pub(super) fn votes(briefing_id: BriefingId, replies: &[Given]) -> Vec<Voted> {
    let mut votes: Vec<Voted> = Vec::new();
    for given in replies {
        let Reply::Vote(vote) = &given.reply else { continue };
        let is_known = votes.iter().any(|known| known.claim_id == vote.claim_id);
        if vote.briefing_id == briefing_id && !is_known {
            votes.push(Voted {
                claim_id: vote.claim_id,
                is_true: vote.is_true,
                text: vote.text.clone(),
                unix_ms: given.saved_at.unix_ms,
                is_sent: given.is_sent,
            });
        }
    }
    votes
}

#[component]
pub(super) fn ClaimItem(
    briefing_id: BriefingId,
    claim: Claim,
    votes: Memo<Vec<Voted>>,
) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    let Claim { claim_id, text, source, checked_day } = claim;
    let voted = Memo::new(move |_| {
        votes.with(|votes| votes.iter().find(|voted| voted.claim_id == claim_id).cloned())
    });
    let reason = RwSignal::new(String::new());
    // Asked once the rep said that it is not true any more: the vote is saved by then.
    let is_asking = RwSignal::new(false);
    let failure = RwSignal::new(None::<&'static str>);
    let vote = Callback::new(move |is_true: bool| {
        let text = reason.with_untracked(|reason| reason.trim().to_owned());
        let text = (!is_true && !text.is_empty()).then_some(text);
        let has_reason = text.is_some();
        let reply = Reply::Vote(Vote { briefing_id, claim_id, is_true, text });
        failure.set(None);
        spawn_local(async move {
            match session.device().reply(None, reply).await {
                Ok(()) => {
                    let _ = is_asking.try_set(!is_true && !has_reason);
                    if has_reason {
                        let _ = reason.try_set(String::new());
                    }
                }
                Err(error) => _ = failure.try_set(Some(t.save_error(&error))),
            }
        });
    });
    let said = move || {
        voted.get().map(|Voted { is_true, text, unix_ms, is_sent, .. }| {
            let word = if is_true { t.claim_true } else { t.claim_false };
            let at = format::date(language, format::at_ms(unix_ms));
            let state = if is_sent { t.sent } else { t.saved };
            let text = text.map(|text| format!(" · {text}"));
            view! { <p class="quiet" data-testid="claim-said">{t.you_said}": "{word}{text}" · "{state}" · "{at}</p> }
        })
    };
    let is_pressed = move |is_true: bool| {
        voted.with(|voted| voted.as_ref().is_some_and(|it| it.is_true == is_true)).to_string()
    };
    let source = (!source.is_empty()).then(|| format!("{}: {source}", t.claim_source));
    let checked = checked_day
        .map(|day| t.claim_checked.replace("{day}", &format::calendar_day(language, &day)));
    let about = [source, checked].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let why = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(|reason| reason.trim().is_empty()) {
            return is_asking.set(false);
        }
        vote.run(false);
    };
    let reason_form = move || {
        is_asking.get().then(|| {
            view! {
                <form class="reply-form" on:submit=why>
                    <div class="field">
                        <label for=format!("why-{claim_id}")>{t.claim_why}</label>
                        <textarea
                            id=format!("why-{claim_id}")
                            class="input"
                            rows="2"
                            maxlength=DETAIL_CHARS_MAX.to_string()
                            autocapitalize="sentences"
                            data-testid="claim-why"
                            prop:value=move || reason.get()
                            on:input=move |event| reason.set(event_target_value(&event))
                        ></textarea>
                    </div>
                    <button type="submit" class="button" data-testid="claim-why-send">{t.answer}</button>
                </form>
            }
        })
    };
    view! {
        <li class="letter" data-testid="claim-item" data-claim-id=claim_id.to_string()>
            <p>{language.pick(&text).to_owned()}</p>
            <p class="quiet">{about}</p>
            <p class="pair">
                <button
                    class="button claim-vote"
                    data-testid="claim-true"
                    aria-pressed=move || is_pressed(true)
                    on:click=move |_| vote.run(true)
                >
                    {t.claim_true}
                </button>
                <button
                    class="button claim-vote"
                    data-testid="claim-false"
                    aria-pressed=move || is_pressed(false)
                    on:click=move |_| vote.run(false)
                >
                    {t.claim_false}
                </button>
            </p>
            <div role="status">{said}</div>
            {reason_form}
            <p class="error" role="alert">{move || failure.get()}</p>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use protocol::{ClientTime, NoteId, OpId};

    use super::*;

    #[test]
    fn the_last_vote_on_a_claim_counts() {
        let (mine, other) = (BriefingId::new(1, [1; 10]), BriefingId::new(2, [2; 10]));
        let (first, second) = (ClaimId::new(1, [1; 10]), ClaimId::new(2, [2; 10]));
        let given = |briefing_id, claim_id, is_true, unix_ms| Given {
            op_id: OpId::new(1, [1; 10]),
            note_id: NoteId::new(1, [1; 10]),
            saved_at: ClientTime { unix_ms, utc_offset_minutes: 0 },
            reply: Reply::Vote(Vote { briefing_id, claim_id, is_true, text: None }),
            is_sent: true,
        };
        let replies = [
            given(mine, first, false, 3),
            given(other, second, true, 2),
            given(mine, first, true, 1),
        ];
        let votes = votes(mine, &replies);
        let told: Vec<_> = votes.iter().map(|it| (it.claim_id, it.is_true)).collect();
        assert_eq!(told, [(first, false)]);
    }
}
