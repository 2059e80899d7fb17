//! My device: who it is enrolled for, what is unsent, and what can be done about it.

mod rescue;

use device::{Outlook, Room, State};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use crate::i18n::pages::{PageTexts, use_page_texts};
use crate::i18n::{Language, format, use_language};
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use crate::ui::status_line::{is_clock_off, shut_out, spared};
use crate::ui::storage_alert::StorageAlert;

#[component]
pub(crate) fn MyDevice() -> impl IntoView {
    let t = use_page_texts();
    let language = use_language();
    let session = use_session();
    let is_kept = RwSignal::new(None::<bool>);
    let asking = session.device();
    spawn_local(async move {
        let kept = asking.persist().await;
        let _ = is_kept.try_set(Some(kept));
    });
    let enrolled_as = move || match session.identity.get() {
        Some(Ok(Some(identity))) => identity.rep_name,
        Some(Ok(None)) => t.not_enrolled.to_owned(),
        Some(Err(error)) => t.storage_error(&error).to_owned(),
        None => String::new(),
    };
    let advice = move || {
        let outlook = session.outlook.get()?.ok()?;
        let words = [
            shut_out(t, &outlook),
            is_clock_off(&outlook).then_some(t.clock_off),
            (outlook.unknown_changes > 0).then_some(t.unknown_changes),
        ];
        let words = words.into_iter().flatten().map(str::to_owned);
        let words = words.chain((outlook.spared > 0).then(|| spared(t, language, &outlook)));
        let alert = |words| view! { <p class="alert" role="status">{words}</p> };
        Some(words.map(alert).collect_view())
    };
    let room = RwSignal::new_local(None::<Room>);
    let asking = session.device();
    spawn_local(async move {
        let found = asking.room().await;
        let _ = room.try_set(found);
    });
    let room = move || {
        let room = room.get()?;
        let used = format::megabytes(language, room.used);
        let words = t.room_of.replace("{used}", &used);
        let words = words.replace("{quota}", &format::megabytes(language, room.quota));
        Some(view! { <dt>{t.room}</dt><dd data-testid="room">{words}</dd> })
    };
    let storage = move || match is_kept.get() {
        Some(true) => t.storage_kept,
        Some(false) => t.storage_not_kept,
        None => "",
    };
    // Nobody takes anything from a browser that is no device, or not any more.
    let is_device = Memo::new(move |_| {
        let outlook = session.outlook.get();
        !matches!(outlook, Some(Ok(outlook)) if outlook.status.state == State::NotEnrolled)
    });
    let send_now = move |_| {
        let device = session.device();
        spawn_local(async move {
            if let Err(error) = device.send_now().await {
                session.outlook.set(Some(Err(error)));
            }
        });
    };
    let outlook = move || {
        session.outlook.get().map(|read| match read {
            Err(error) => view! { <StorageAlert error /> }.into_any(),
            Ok(outlook) => {
                let facts = sending(t, language, &outlook);
                facts
                    .into_iter()
                    .map(|(name, content)| view! { <dt>{name}</dt><dd>{content}</dd> })
                    .collect_view()
                    .into_any()
            }
        })
    };
    view! {
        <div class="device-screen">
            <h1>{t.device_title}</h1>
            <div data-testid="device-advice">{advice}</div>
            <dl class="facts">
                <dt>{t.enrolled_as}</dt>
                <dd data-testid="enrolled-as">{enrolled_as}</dd>
                {outlook}
                <dt>{t.storage}</dt>
                <dd>{storage}</dd>
                {room}
                <dt>{t.version}</dt>
                <dd>{env!("CARGO_PKG_VERSION")}</dd>
            </dl>
            <Show when=move || is_device.get()>
                <button class="button button-main" data-testid="send-now" on:click=send_now>
                    {t.send_now}
                </button>
            </Show>
            <rescue::Rescue />
            <A href="/install" attr:class="button"><Icon path=icon::PHONE />{t.install_title}</A>
            <A href="/settings" attr:class="button"><Icon path=icon::GEAR />{t.settings_title}</A>
        </div>
    }
}

fn sending(
    t: &'static PageTexts,
    language: Language,
    outlook: &Outlook,
) -> Vec<(&'static str, String)> {
    #[expect(clippy::cast_precision_loss, reason = "exact for 280,000 years")]
    let moment = |unix_ms: u64| format::date_time(language, unix_ms as f64);
    let mut facts = vec![(t.unsent, outlook.pending.to_string())];
    if let Some(oldest_ms) = outlook.oldest_unsent_ms {
        facts.push((t.oldest_unsent, moment(oldest_ms)));
    }
    if outlook.uploads > 0 {
        facts.push((t.uploads, outlook.uploads.to_string()));
    }
    if outlook.held > 0 {
        facts.push((t.held, outlook.held.to_string()));
    }
    let last = outlook.last_confirmed_ms.map_or_else(|| t.never.to_owned(), moment);
    facts.push((t.last_contact, last));
    if let Some(ahead_ms) = outlook.status.clock_ahead_ms {
        facts.push((t.clock, clock(t, language, ahead_ms)));
    }
    if let State::Waiting { until_ms, .. } = outlook.status.state
        && outlook.pending > 0
    {
        facts.push((t.next_try, moment(until_ms)));
    }
    facts
}

/// How far this device's clock is from marketing's, to the second.
fn clock(t: &PageTexts, language: Language, ahead_ms: i64) -> String {
    let seconds = ahead_ms.unsigned_abs() / 1_000;
    let text = match ahead_ms {
        _ if seconds == 0 => return t.clock_right.to_owned(),
        ahead_ms if ahead_ms > 0 => t.clock_ahead,
        _ => t.clock_behind,
    };
    format::plural(language, text, u32::try_from(seconds).unwrap_or(u32::MAX))
}
