//! A question from marketing: answered by one tap where there are choices, in words elsewhere.

use device::{DraftFor, Given};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::QuestionId;
use protocol::limits::{DETAIL_CHARS_MAX, NAME_CHARS_MAX};
use protocol::mail::Question;
use protocol::reply::{Answer, Reply};

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::draft::{CUSTOMER, Kept};
use super::letters::is_over;
use crate::i18n::pages::use_page_texts;
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;

const TEXT: &str = "text";

/// What the rep answered last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    answer: Answer,
    unix_ms: i64,
    is_sent: bool,
}

impl Answered {
    pub(crate) fn of(given: &Given) -> Option<Self> {
        let Reply::Answer(answer) = &given.reply else { return None };
        let (answer, unix_ms) = (answer.clone(), given.saved_at.unix_ms);
        Some(Self { answer, unix_ms, is_sent: given.is_sent })
    }
}

/// The button that was tapped is gone once the answer shows: whoever uses a keyboard stays with the
/// question.
fn focus_on(question_id: QuestionId) {
    request_animation_frame(move || {
        let item = document().query_selector(&format!("[data-question-id=\"{question_id}\"]"));
        if let Some(item) = item.ok().flatten().and_then(|item| item.dyn_into::<HtmlElement>().ok())
        {
            let _ = item.focus();
        }
    });
}

/// What was answered, in a line.
fn words(language: Language, question: &Question, answer: &Answer) -> String {
    let choice = answer.choice.and_then(|choice| question.choices.get(usize::from(choice)));
    let choice = choice.map(|choice| language.pick(choice).to_owned());
    let parts = [choice, answer.text.clone(), answer.customer.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[component]
pub(crate) fn QuestionItem(question: Question, answered: Memo<Option<Answered>>) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let is_over = question.is_closed || is_over(question.expires_at_ms);
    let is_again = RwSignal::new(false);
    let until = question.expires_at_ms.filter(|_| !is_over).map(|at_ms| {
        let day = format::date(language, format::at_ms(at_ms));
        format!(" · {}", t.until_day.replace("{day}", &day))
    });
    let product = question.product.as_ref().map(|product| format!(" · {product}"));
    let over = is_over.then(|| {
        let words = if question.is_closed { t.question_closed } else { t.time_is_over };
        view! { <p class="quiet">{words}</p> }
    });
    let title = language.pick(&question.text).to_owned();
    let id = question.question_id.to_string();
    let question = StoredValue::new(question);
    let said = move || {
        answered.get().map(|Answered { answer, unix_ms, is_sent }| {
            let words = question.with_value(|question| words(language, question, &answer));
            let at = format::date_time(language, format::at_ms(unix_ms));
            let state = if is_sent { t.sent } else { t.saved };
            view! {
                <div class="answer-said" data-testid="answer-said">
                    <p><span class="quiet">{t.your_answer}": "</span>{words}</p>
                    <p class="quiet">{state}" · "{at}</p>
                </div>
            }
        })
    };
    let is_answered = Memo::new(move |_| answered.with(Option::is_some));
    let form = move || match (is_over, is_answered.get() && !is_again.get()) {
        (true, _) => ().into_any(),
        (false, true) => view! {
            <button
                class="button button-plain"
                data-testid="answer-again"
                on:click=move |_| is_again.set(true)
            >
                {t.answer_again}
            </button>
        }
        .into_any(),
        (false, false) => view! { <Form question=question.get_value() is_again /> }.into_any(),
    };
    view! {
        <article
            class="letter"
            tabindex="-1"
            data-testid="question-item"
            data-question-id=id
            data-answered=move || is_answered.get().to_string()
        >
            <p class="quiet">{t.question}{product}{until}</p>
            <h3>{title}</h3>
            {over}
            <div role="status">{said}</div>
            {form}
        </article>
    }
    .into_any()
}

#[component]
fn Form(
    question: Question,
    /// False again once it is answered.
    is_again: RwSignal<bool>,
) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    let Question { question_id, choices, .. } = question;
    let kept = Kept::new(DraftFor::Question(question_id), [TEXT, CUSTOMER].map(str::to_owned));
    kept.prefill_customer(None);
    let (text, customer) = (kept.field(TEXT), kept.field(CUSTOMER));
    let failure = RwSignal::new(None::<&'static str>);
    let is_saving = RwSignal::new(false);
    let answer = Callback::new(move |choice: Option<u16>| {
        if is_saving.get_untracked() {
            return;
        }
        let filled = |content: RwSignal<String>| {
            let content = content.with_untracked(|content| content.trim().to_owned());
            (!content.is_empty()).then_some(content)
        };
        let (text, customer) = (filled(text), filled(customer));
        let reply = Reply::Answer(Answer { question_id, choice, text, customer });
        if let Err(code) = reply.check() {
            return failure.set(Some((t.problem)(code)));
        }
        failure.set(None);
        is_saving.set(true);
        spawn_local(async move {
            match session.device().reply(None, reply).await {
                Ok(()) => {
                    kept.clear();
                    let _ = is_again.try_set(false);
                    focus_on(question_id);
                }
                Err(error) => _ = failure.try_set(Some(t.save_error(&error))),
            }
            let _ = is_saving.try_set(false);
        });
    });
    let has_choices = !choices.is_empty();
    let choice = |(place, words): (u16, protocol::Words)| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=format!("answer-choice-{place}")
                on:click=move |_| answer.run(Some(place))
            >
                {language.pick(&words).to_owned()}
            </button>
        }
    };
    let choices = (0..).zip(choices).map(choice).collect_view();
    let id = move |field: &str| format!("{field}-{question_id}");
    let fields = view! {
        <div class="field">
            <label for=id(TEXT)>{t.your_words}</label>
            <textarea
                id=id(TEXT)
                class="input"
                rows="2"
                maxlength=DETAIL_CHARS_MAX.to_string()
                autocapitalize="sentences"
                data-testid="answer-text"
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </div>
        <div class="field">
            <label for=id(CUSTOMER)>{t.about_customer}</label>
            <input
                id=id(CUSTOMER)
                class="input"
                autocomplete="off"
                maxlength=NAME_CHARS_MAX.to_string()
                data-testid="answer-customer"
                prop:value=move || customer.get()
                on:input=move |event| customer.set(event_target_value(&event))
            />
        </div>
    };
    // Beside choices, words are an extra: one tap is the answer, with what is written by then.
    let body = if has_choices {
        view! {
            <div class="answer-choices">{choices}</div>
            <details class="extras">
                <summary>{t.add_words}</summary>
                <div class="extras-fields">{fields}</div>
            </details>
        }
        .into_any()
    } else {
        view! {
            {fields}
            <button type="submit" class="button button-main" data-testid="answer-send">
                {t.answer}
            </button>
        }
        .into_any()
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !has_choices {
            answer.run(None);
        }
    };
    view! {
        <form class="reply-form" on:submit=submit>
            {body}
            <p class="error" role="alert">{move || failure.get()}</p>
        </form>
    }
}
