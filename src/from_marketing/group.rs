//! A test group: who takes part, who was asked already, and the questionnaire, filled in during a
//! visit.

use device::{Device, DraftFor, Given, StorageError};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::limits::{DETAIL_CHARS_MAX, NAME_CHARS_MAX};
use protocol::mail::{Content, Form, Item, TestGroup};
use protocol::note::AcceptanceLevel;
use protocol::reply::{Questionnaire, Reply};
use protocol::{TestGroupId, VisitId};

use super::draft::{CUSTOMER, Kept};
use super::letters::{is_over, mark_seen};
use super::questionnaire::{self, Lack, NO, YES};
use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};
use crate::session::use_session;
use crate::ui::choice::{Choice, Choices};
use crate::ui::icon::{self, Icon};
use crate::ui::names::{is_like, is_same_name};
use crate::ui::storage_alert::StorageAlert;

/// Members that stand below the field, to be chosen by one tap.
const TAPPABLE: usize = 12;

/// A test group as this rep has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sheet {
    group: TestGroup,
    is_seen: bool,
    asked: Vec<Asked>,
}

/// A customer whom this rep asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    customer: String,
    unix_ms: i64,
    is_sent: bool,
}

async fn read(device: Device, id: Option<TestGroupId>) -> Result<Option<Sheet>, StorageError> {
    let Some(id) = id else { return Ok(None) };
    let Some(letter) = device.letter(&format!("test_group/{id}")).await? else { return Ok(None) };
    let Content::TestGroup(group) = letter.content else { return Ok(None) };
    let asked = asked(id, device.replies().await?);
    Ok(Some(Sheet { group, is_seen: letter.is_seen, asked }))
}

/// Whom the rep asked, the latest first.
fn asked(id: TestGroupId, replies: Vec<Given>) -> Vec<Asked> {
    let asked = replies.into_iter().filter_map(|given| match given.reply {
        Reply::Questionnaire(Questionnaire { test_group_id, customer, .. })
            if test_group_id == id =>
        {
            let unix_ms = given.saved_at.unix_ms;
            Some(Asked { customer, unix_ms, is_sent: given.is_sent })
        }
        _ => None,
    });
    asked.collect()
}

#[component]
pub(crate) fn GroupPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse().ok()));
    move || view! { <Page id=id.get() /> }
}

#[component]
fn Page(id: Option<TestGroupId>) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let sheet = session.watch(move |device| read(device, id));
    Effect::new(move || {
        sheet.with(|sheet| {
            if let Some(Ok(Some(Sheet { group, is_seen: false, .. }))) = sheet {
                mark_seen(session, vec![format!("test_group/{}", group.test_group_id)]);
            }
        });
    });
    // The form stays as it is while answers are sent.
    let group = Memo::new(move |_| {
        sheet.with(|sheet| match sheet {
            Some(Ok(Some(sheet))) => Some(sheet.group.clone()),
            _ => None,
        })
    });
    let asked = Memo::new(move |_| {
        sheet.with(|sheet| match sheet {
            Some(Ok(Some(sheet))) => sheet.asked.clone(),
            _ => Vec::new(),
        })
    });
    let trouble = move || {
        sheet.with(|sheet| match sheet {
            Some(Err(error)) => Some(view! { <StorageAlert error=error.clone() /> }.into_any()),
            Some(Ok(None)) => Some(view! { <p class="empty">{t.letter_missing}</p> }.into_any()),
            _ => None,
        })
    };
    view! {
        <div class="home">
            {trouble}
            {move || group.get().map(|group| view! { <Group group asked /> })}
        </div>
    }
}

#[component]
fn Group(group: TestGroup, asked: Memo<Vec<Asked>>) -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let is_over = group.is_closed || is_over(group.expires_at_ms);
    let until = group.expires_at_ms.filter(|_| !is_over).map(|at_ms| {
        let day = format::date(language, format::at_ms(at_ms));
        format!(" · {}", t.until_day.replace("{day}", &day))
    });
    let product = group.product.as_ref().map(|product| format!(" · {product}"));
    let title = language.pick(&group.title).to_owned();
    let text = language.pick(&group.text).to_owned();
    let row = move |Asked { customer, unix_ms, is_sent }: Asked| {
        let at = format::date(language, format::at_ms(unix_ms));
        let state = if is_sent { t.sent } else { t.saved };
        view! {
            <li class="mail-row" data-testid="group-asked">
                <span>{customer}</span>
                <span class="quiet">{state}" · "{at}</span>
            </li>
        }
    };
    let already = move || {
        let asked = asked.get();
        (!asked.is_empty()).then(|| {
            view! {
                <section aria-labelledby="asked">
                    <h2 id="asked">{t.asked_already}</h2>
                    <ul class="mail">{asked.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    };
    let form = if is_over {
        view! { <p class="sheet-mark">{t.group_over}</p> }.into_any()
    } else {
        view! { <Questions group asked /> }.into_any()
    };
    view! {
        <div class="entry-head">
            <A href="/inbox" attr:class="icon-button" attr:aria-label=t.back>
                <Icon path=icon::BACK />
            </A>
            <h1>{title}</h1>
        </div>
        <p class="quiet">{t.test_group}{product}{until}</p>
        <p class="words">{text}</p>
        {form}
        {already}
    }
    .into_any()
}

/// The form.
#[component]
fn Questions(group: TestGroup, asked: Memo<Vec<Asked>>) -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let kept = Kept::new(DraftFor::TestGroup(group.test_group_id), questionnaire::fields(&group));
    let meant = use_query_map().with_untracked(|query| query.get("customer"));
    kept.prefill_customer(meant.clone());
    let customer = kept.field(CUSTOMER);
    let begun = begun_with_another(kept, meant);
    let failure = RwSignal::new(None::<&'static str>);
    let is_saved = RwSignal::new(false);
    let is_saving = RwSignal::new(false);
    let members = group.customers.clone();
    let items = group
        .items
        .iter()
        .enumerate()
        .map(|(place, item)| question(place, item, kept.field(&questionnaire::field(place))));
    let items = items.collect_view();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(draft) = untrack(|| kept.draft()) else { return };
        if is_saving.get_untracked() {
            return;
        }
        is_saved.set(false);
        failure.set(None);
        let read = questionnaire::read(&group, &draft, None).and_then(|read| {
            let reply = Reply::Questionnaire(read.clone());
            reply.check().map(|()| read).map_err(Lack::Rule)
        });
        let mut read = match read {
            Ok(read) => read,
            Err(lack) => {
                return failure.set(Some(match lack {
                    Lack::Customer => t.group_whom_missing,
                    Lack::Answers => t.group_unanswered,
                    Lack::Rule(code) => (t.problem)(code),
                }));
            }
        };
        is_saving.set(true);
        spawn_local(async move {
            let device = session.device();
            read.visit_id = visit_with(&device, &read.customer).await;
            match device.reply(None, Reply::Questionnaire(read)).await {
                Ok(()) => {
                    kept.clear();
                    let _ = is_saved.try_set(true);
                }
                Err(error) => _ = failure.try_set(Some(t.save_error(&error))),
            }
            let _ = is_saving.try_set(false);
        });
    };
    view! {
        <form class="reply-form" data-testid="group-form" novalidate on:submit=save>
            {begun}
            <div class="field">
                <label for="group-customer">{t.group_whom}</label>
                <input
                    id="group-customer"
                    class="input"
                    autocomplete="off"
                    maxlength=NAME_CHARS_MAX.to_string()
                    data-testid="group-customer"
                    prop:value=move || customer.get()
                    on:input=move |event| customer.set(event_target_value(&event))
                />
                <div class="suggestions">
                    {move || members_to_tap(&members, asked, customer)}
                </div>
            </div>
            {items}
            <p class="error" role="alert">{move || failure.get()}</p>
            <button type="submit" class="button button-main save" data-testid="group-save">
                {t.save}
            </button>
            <p class="notice" role="status" data-testid="group-saved">
                {move || is_saved.get().then_some(t.saved_here)}
            </p>
        </form>
    }
    .into_any()
}

/// Where answers of another customer than the one that is meant wait unsaved: says so, and offers to
/// begin anew.
fn begun_with_another(kept: Kept, meant: Option<String>) -> impl Fn() -> Option<AnyView> {
    let t = use_page_texts();
    let other = RwSignal::new(None::<String>);
    let compared = meant.clone();
    Effect::new(move || {
        if !kept.is_restored.get() {
            return;
        }
        let named = untrack(|| kept.field(CUSTOMER).get());
        let is_other = compared.as_ref().is_some_and(|meant| !is_same_name(meant, &named));
        other.set(Some(named).filter(|named| is_other && !named.is_empty()));
    });
    move || {
        let (other_name, meant) = (other.get()?, meant.clone()?);
        let words = t.group_begun.replace("{name}", &other_name);
        let anew = t.group_anew.replace("{name}", &meant);
        let begin = move |_| {
            kept.clear();
            kept.field(CUSTOMER).set(meant.clone());
            other.set(None);
        };
        let view = view! {
            <div class="sheet-mark" role="status" data-testid="group-begun">
                <p>{words}</p>
                <button type="button" class="button" on:click=begin>{anew}</button>
            </div>
        };
        Some(view.into_any())
    }
}

/// The visit under way, if it is one to this customer.
async fn visit_with(device: &Device, customer: &str) -> Option<VisitId> {
    let visit = device.running_visit().await.ok()??;
    is_same_name(&visit.customer, customer).then_some(visit.visit_id)
}

/// Those who take part and begin like what is typed; who was asked comes last, with a mark.
fn members_to_tap(
    members: &[String],
    asked: Memo<Vec<Asked>>,
    customer: RwSignal<String>,
) -> AnyView {
    let typed = customer.get();
    let mut shown: Vec<(bool, String)> = asked.with(|asked| {
        let is_asked = |name: &str| asked.iter().any(|it| is_same_name(&it.customer, name));
        let is_meant = |name: &&String| {
            typed.trim().is_empty() || (is_like(name, &typed) && !is_same_name(name, &typed))
        };
        members.iter().filter(is_meant).map(|name| (is_asked(name), name.clone())).collect()
    });
    shown.sort_by_key(|(is_asked, _)| *is_asked);
    let chip = |(is_asked, name): (bool, String)| {
        let chosen = name.clone();
        view! {
            <button
                type="button"
                class="chip"
                data-testid="group-member"
                data-asked=is_asked.then_some("true")
                on:click=move |_| customer.set(chosen.clone())
            >
                {is_asked.then_some("✓ ")}
                {name}
            </button>
        }
    };
    shown.into_iter().take(TAPPABLE).map(chip).collect_view().into_any()
}

/// An item, in large controls.
fn question(place: usize, item: &Item, content: RwSignal<String>) -> AnyView {
    let (t, language) = (use_page_texts(), use_language());
    let legend = language.pick(&item.text).to_owned();
    let testid = |choice: usize| format!("group-answer-{place}-{choice}");
    let choice = |(at, (value, label)): (usize, (String, String))| Choice {
        value,
        label,
        testid: Some(testid(at)),
    };
    let options: Vec<(String, String)> = match &item.form {
        Form::Acceptance => {
            let level = |level: &AcceptanceLevel| {
                (level.as_str().to_owned(), (t.level_of)(*level).to_owned())
            };
            AcceptanceLevel::ALL.iter().map(level).collect()
        }
        Form::YesNo => [(YES, t.yes), (NO, t.no)]
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .into(),
        Form::Choice(choices) => {
            let choice = |(at, words): (usize, &protocol::Words)| {
                (at.to_string(), language.pick(words).to_owned())
            };
            choices.iter().enumerate().map(choice).collect()
        }
        Form::Text => {
            let id = testid(0);
            return view! {
                <div class="field">
                    <label for=id.clone()>{legend}</label>
                    <textarea
                        id=id.clone()
                        class="input"
                        rows="2"
                        maxlength=DETAIL_CHARS_MAX.to_string()
                        autocapitalize="sentences"
                        data-testid=id
                        prop:value=move || content.get()
                        on:input=move |event| content.set(event_target_value(&event))
                    ></textarea>
                </div>
            }
            .into_any();
        }
    };
    let choices = options.into_iter().enumerate().map(choice).collect();
    view! { <Choices legend name=questionnaire::field(place) choices chosen=content /> }.into_any()
}
