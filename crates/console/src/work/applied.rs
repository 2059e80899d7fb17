//! What a deed makes of a note's work, as the endpoint will say it too: so that the list shows it
//! before it is read again.

use protocol::console::topics::TopicRef;
use protocol::console::work::{Change, Work, WorkState};

/// The work after this change; `topic` is the one that [`Change::Classify`] names.
pub(super) fn applied(mut work: Work, change: &Change, topic: Option<&TopicRef>) -> Work {
    match change {
        Change::Read => go_on(&mut work, WorkState::Read),
        Change::Reopen => {
            work.state = WorkState::New;
            (work.topic, work.reason) = (None, None);
        }
        Change::Star(is_starred) => work.is_starred = *is_starred,
        Change::Assign(user) => work.assignee = *user,
        Change::Tag(tag) => {
            if let Err(place) = work.tags.binary_search(tag) {
                work.tags.insert(place, tag.clone());
            }
        }
        Change::Untag(tag) => work.tags.retain(|it| it != tag),
        Change::Snooze(until_ms) => work.snoozed_until_ms = *until_ms,
        Change::Classify(_) => {
            work.topic = topic.cloned();
            go_on(&mut work, WorkState::Classified);
        }
        // What is decided stays so for as long as a decision cites it.
        Change::Decline(_) if work.state == WorkState::Decided => {}
        Change::Decline(reason) => {
            work.state = WorkState::Declined;
            work.reason = Some(reason.clone());
        }
        Change::Hypotheses(hypotheses) => work.hypotheses.clone_from(hypotheses),
    }
    work
}

fn go_on(work: &mut Work, state: WorkState) {
    work.state = work.state.max(state);
}

#[cfg(test)]
mod tests {
    use protocol::{TopicId, Words};

    use super::*;

    #[test]
    fn states_only_go_on_but_by_reopening() {
        let topic = TopicRef { topic_id: TopicId::new(1, [1; 10]), title: "Price".to_owned() };
        let classify = Change::Classify(Some(topic.topic_id));
        let work = applied(Work::default(), &classify, Some(&topic));
        assert_eq!((work.state, work.topic.as_ref()), (WorkState::Classified, Some(&topic)));
        assert_eq!(applied(work.clone(), &Change::Read, None).state, WorkState::Classified);
        assert_eq!(applied(work, &Change::Reopen, None).state, WorkState::New);
        let reason = Words { en: "No".to_owned(), fr: "Non".to_owned() };
        let declined = applied(Work::default(), &Change::Decline(reason), None);
        let reopened = applied(declined, &Change::Reopen, None);
        assert_eq!((reopened.state, reopened.reason), (WorkState::New, None));
    }

    #[test]
    fn tags_stay_in_order_and_single() {
        let tag = |work, tag: &str| applied(work, &Change::Tag(tag.to_owned()), None);
        let work = tag(tag(tag(Work::default(), "b"), "a"), "b");
        assert_eq!(work.tags, ["a", "b"]);
        assert_eq!(applied(work, &Change::Untag("a".to_owned()), None).tags, ["b"]);
    }
}
