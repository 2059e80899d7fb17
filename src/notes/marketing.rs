//! Marketing's words on a note: its topic, what it led to or why nothing comes of it, and the thread,
//! in which its rep can answer.

use device::{Device, DraftFor, Given, Received, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::limits::DETAIL_CHARS_MAX;
use protocol::mail::{Content, Decision, Progress, Remark};
use protocol::{NoteId, Reply};

use crate::from_marketing::{DecisionSheet, Kept, mark_seen};
use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};
use crate::session::use_session;
use crate::ui::storage_alert::StorageAlert;

/// All that was said of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    progress: Option<Progress>,
    decisions: Vec<Decision>,
    lines: Vec<Line>,
    /// Keys of the letters among these that the rep had not seen.
    unseen: Vec<String>,
}

/// A line of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    at_ms: i64,
    text: String,
    /// Who of marketing's wrote it; none for the rep.
    by: Option<String>,
    /// Whether it is at marketing's.
    is_sent: bool,
}

impl Said {
    fn is_nothing(&self) -> bool {
        self.progress.is_none() && self.decisions.is_empty() && self.lines.is_empty()
    }
}

async fn read(device: Device, note_id: NoteId) -> Result<Said, StorageError> {
    let progress = device.note(note_id).await?.and_then(|stored| stored.progress);
    let (mut decisions, mut remarks, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
    let mut letters = device.mail("remark").await?;
    for decision_id in progress.iter().flat_map(|progress| &progress.decisions) {
        letters.extend(device.letter(&format!("decision/{decision_id}")).await?);
    }
    for Received { content, is_seen, .. } in letters {
        let key = content.key();
        match content {
            Content::Remark(remark) if remark.note_id == note_id => remarks.push(remark),
            Content::Decision(decision) => decisions.push(decision),
            _ => continue,
        }
        if !is_seen {
            unseen.push(key);
        }
    }
    let lines = thread(note_id, remarks, device.replies().await?);
    Ok(Said { progress, decisions, lines, unseen })
}

/// What both wrote, the oldest first.
fn thread(note_id: NoteId, remarks: Vec<Remark>, replies: Vec<Given>) -> Vec<Line> {
    let remarks = remarks.into_iter().map(|remark| {
        let Remark { by, at_ms, text, .. } = remark;
        Line { at_ms, text, by: Some(by), is_sent: true }
    });
    let replies = replies.into_iter().filter_map(|given| match given.reply {
        Reply::Remark { text } if given.note_id == note_id => {
            Some(Line { at_ms: given.saved_at.unix_ms, text, by: None, is_sent: given.is_sent })
        }
        _ => None,
    });
    let mut lines: Vec<Line> = remarks.chain(replies).collect();
    lines.sort_by_key(|line| line.at_ms);
    lines
}

#[component]
pub(super) fn Marketing(note_id: NoteId) -> impl IntoView {
    let session = use_session();
    let said = session.watch(move |device| read(device, note_id));
    Effect::new(move || {
        said.with(|said| {
            // Whoever looks at the note has seen what is said of it.
            if let Some(Ok(said)) = said {
                mark_seen(session, said.unseen.clone());
            }
        });
    });
    // The field stays as it is, whatever comes in above it.
    let is_told =
        Memo::new(move |_| said.with(|said| matches!(said, Some(Ok(said)) if !said.is_nothing())));
    let failure = move || match said.get() {
        Some(Err(error)) => Some(view! { <StorageAlert error /> }),
        _ => None,
    };
    let shown = move || match said.get() {
        Some(Ok(said)) => Some(view! { <Told said /> }),
        _ => None,
    };
    let t = use_page_texts();
    view! {
        {failure}
        {move || is_told.get().then(|| view! {
            <section class="marketing" aria-labelledby="marketing" data-testid="marketing-words">
                <h2 id="marketing">{t.marketing_words}</h2>
                {shown}
                <Answer note_id />
            </section>
        })}
    }
}

#[component]
fn Told(said: Said) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let Said { progress, decisions, lines, .. } = said;
    let (topic, declined) = progress.map(|it| (it.topic, it.declined)).unwrap_or_default();
    let topic = topic.map(|topic| {
        view! {
            <dl class="facts">
                <dt>{t.topic}</dt>
                <dd data-testid="note-topic">{topic}</dd>
            </dl>
        }
    });
    let declined = declined.map(|declined| {
        let at = format::date(language, format::at_ms(declined.at_ms));
        view! {
            <div class="sheet-mark" data-testid="note-declined">
                <p class="quiet">{t.declined_why}" · "{at}</p>
                <p class="words">{language.pick(&declined.reason).to_owned()}</p>
            </div>
        }
    });
    let has_led = !decisions.is_empty();
    let decisions = decisions.into_iter().map(|decision| {
        view! { <li><DecisionSheet decision notes=Vec::new() /></li> }
    });
    let line = move |line: Line| {
        let at = format::date_time(language, format::at_ms(line.at_ms));
        let (who, state) = match &line.by {
            Some(_) => ("marketing", ""),
            None if line.is_sent => ("rep", t.sent),
            None => ("rep", t.saved),
        };
        let name = line.by.unwrap_or_else(|| t.you.to_owned());
        view! {
            <li class="thread-line" data-by=who data-testid="thread-line">
                <p class="quiet">
                    {name}" · "<time>{at}</time>
                    {(!state.is_empty()).then(|| format!(" · {state}"))}
                </p>
                <p class="words">{line.text}</p>
            </li>
        }
    };
    let has_thread = !lines.is_empty();
    view! {
        {topic}
        {declined}
        {has_led.then(|| view! {
            <p class="quiet">{t.note_led}</p>
            <ul class="mail">{decisions.collect_view()}</ul>
        })}
        {has_thread.then(|| view! {
            <ol class="thread">{lines.into_iter().map(line).collect_view()}</ol>
        })}
    }
}

/// The field below the thread.
#[component]
fn Answer(note_id: NoteId) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let text = Kept::new(DraftFor::Thread(note_id), ["text".to_owned()]);
    let field = text.field("text");
    let failure = RwSignal::new(None::<&'static str>);
    let is_saving = RwSignal::new(false);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = field.with_untracked(|words| words.trim().to_owned());
        if words.is_empty() || is_saving.get_untracked() {
            return;
        }
        failure.set(None);
        is_saving.set(true);
        spawn_local(async move {
            let saved = session.device().reply(Some(note_id), Reply::Remark { text: words }).await;
            match saved {
                Ok(()) => text.clear(),
                Err(error) => _ = failure.try_set(Some(t.save_error(&error))),
            }
            let _ = is_saving.try_set(false);
        });
    };
    view! {
        <form class="reply-form" on:submit=send>
            <div class="field">
                <label for="thread-reply">{t.thread_reply}</label>
                <textarea
                    id="thread-reply"
                    class="input"
                    rows="2"
                    maxlength=DETAIL_CHARS_MAX.to_string()
                    autocapitalize="sentences"
                    data-testid="thread-reply"
                    prop:value=move || field.get()
                    on:input=move |event| field.set(event_target_value(&event))
                ></textarea>
            </div>
            <p class="error" role="alert">{move || failure.get()}</p>
            <button type="submit" class="button" data-testid="thread-send">{t.answer}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use protocol::{ClientTime, OpId, RemarkId};

    use super::*;

    #[test]
    fn a_thread_has_both_sides_in_order_and_no_other_note() {
        let (mine, other) = (NoteId::new(1, [1; 10]), NoteId::new(2, [2; 10]));
        let remark = Remark {
            remark_id: RemarkId::new(1, [1; 10]),
            note_id: mine,
            by: "anna@example.org".to_owned(),
            at_ms: 20,
            text: "Which size?".to_owned(),
        };
        let given = |note_id, unix_ms, text: &str, is_sent| Given {
            op_id: OpId::new(1, [1; 10]),
            note_id,
            saved_at: ClientTime { unix_ms, utc_offset_minutes: 0 },
            reply: Reply::Remark { text: text.to_owned() },
            is_sent,
        };
        let replies = vec![
            given(mine, 30, "Two litres", false),
            given(other, 25, "Elsewhere", true),
            given(mine, 10, "Look at this", true),
        ];
        let lines = thread(mine, vec![remark], replies);
        let told: Vec<_> =
            lines.iter().map(|it| (&*it.text, it.by.is_some(), it.is_sent)).collect();
        let expected = [
            ("Look at this", false, true),
            ("Which size?", true, true),
            ("Two litres", false, false),
        ];
        assert_eq!(told, expected);
    }
}
