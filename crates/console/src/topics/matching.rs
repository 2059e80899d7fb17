//! Finds a topic by what somebody types.

use protocol::console::topics::{Topic, TopicRef};

/// The topic of exactly this title, but for case and outer blanks.
pub(crate) fn of_title(topics: &[Topic], title: &str) -> Option<TopicRef> {
    let title = title.trim().to_lowercase();
    let same = |topic: &&Topic| is_open(topic) && topic.title.trim().to_lowercase() == title;
    let topic = topics.iter().find(same)?;
    Some(TopicRef { topic_id: topic.topic_id, title: topic.title.clone() })
}

/// The topics that share most words with this text, beginnings of words counted; those that share
/// none only where nothing is typed.
pub(crate) fn ranked(topics: &[Topic], typed: &str, most: usize) -> Vec<Topic> {
    let words = words(typed);
    let mut scored: Vec<(usize, &Topic)> = topics
        .iter()
        .filter(|topic| is_open(topic))
        .map(|topic| (shared(&self::words(&topic.title), &words), topic))
        .filter(|(shared, _)| *shared > 0 || words.is_empty())
        .collect();
    // Stable: the endpoint's order decides between equals.
    scored.sort_by_key(|(shared, _)| core::cmp::Reverse(*shared));
    scored.into_iter().take(most).map(|(_, topic)| topic.clone()).collect()
}

const fn is_open(topic: &Topic) -> bool {
    topic.merged_into.is_none()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_alphanumeric());
    words.filter(|word| word.chars().count() > 1).map(str::to_lowercase).collect()
}

fn shared(title: &[String], typed: &[String]) -> usize {
    typed.iter().filter(|word| title.iter().any(|own| own.starts_with(word.as_str()))).count()
}

#[cfg(test)]
mod tests {
    use protocol::TopicId;

    use super::*;

    fn topic(id: u64, title: &str) -> Topic {
        Topic {
            topic_id: TopicId::new(id, [0; 10]),
            title: title.to_owned(),
            version: 1,
            notes: 0,
            customers: 0,
            reps: 0,
            kinds: Vec::new(),
            first_ms: None,
            last_ms: None,
            alert_at: None,
            merged_into: None,
            deed_id: None,
        }
    }

    #[test]
    fn what_is_typed_finds_topics_by_beginnings_of_words() {
        let topics = [topic(1, "Delivery takes too long"), topic(2, "Price of delivery")];
        let titles = |typed: &str| -> Vec<String> {
            ranked(&topics, typed, 5).into_iter().map(|topic| topic.title).collect()
        };
        assert_eq!(titles("PRICE deli"), ["Price of delivery", "Delivery takes too long"]);
        assert_eq!(titles("colour"), [""; 0]);
        assert_eq!(titles(" "), ["Delivery takes too long", "Price of delivery"]);
        assert_eq!(ranked(&topics, "", 1).len(), 1);
    }

    #[test]
    fn a_merged_topic_is_not_offered() {
        let mut merged = topic(1, "Price");
        merged.merged_into =
            Some(TopicRef { topic_id: TopicId::new(2, [0; 10]), title: "Prices".to_owned() });
        assert_eq!(of_title(&[merged.clone()], "price"), None);
        assert!(ranked(&[merged], "", 5).is_empty());
        assert!(of_title(&[topic(3, "Price")], " PRICE ").is_some());
    }
}
