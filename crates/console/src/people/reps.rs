//! The reps: where they sell, what they sent last, and on what.

use core::cmp::Reverse;

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::console::DeviceEntry;
use protocol::console::people::{RepChange, RepEntry};

use super::Refresh;
use crate::account::use_account;
use crate::api::{self, ApiError};
use crate::clock;
use crate::form::{AskTwice, TextField, words_with_detail};
use crate::locale::{Locale, fill, use_locale};

/// After how long without a note a rep counts as silent: two weeks.
const SILENT_MS: i64 = 14 * 24 * 3_600 * 1_000;

/// Whether a rep has gone silent. Who has no note and no device has not begun yet.
fn is_silent(rep: &RepEntry, now_ms: i64) -> bool {
    let since =
        rep.last_note_ms.or_else(|| rep.devices.iter().map(|device| device.enrolled_at_ms).min());
    rep.removed_at_ms.is_none() && since.is_some_and(|since| now_ms - since > SILENT_MS)
}

/// Silent ones first, the longest silent at the top; removed ones last; else by name, as they came.
fn in_order(mut reps: Vec<RepEntry>, now_ms: i64) -> Vec<RepEntry> {
    reps.sort_by_key(|rep| {
        let silence = is_silent(rep, now_ms).then(|| now_ms - rep.last_note_ms.unwrap_or(0));
        (rep.removed_at_ms.is_some(), Reverse(silence))
    });
    reps
}

/// The list.
#[component]
pub(super) fn Reps(reps: Vec<RepEntry>, is_admin: bool) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let now_ms = clock::now_ms();
    let silent = reps.iter().filter(|rep| is_silent(rep, now_ms)).count();
    let silent = (silent > 0).then(|| locale.count(&texts.n_silent, silent));
    let body = if reps.is_empty() {
        view! { <p class="hint">{texts.no_reps}</p> }.into_any()
    } else {
        let reps = in_order(reps, now_ms);
        view! {
            <ul class="entries-of">
                {reps
                    .into_iter()
                    .map(|rep| view! { <RepCard rep now_ms is_admin /> })
                    .collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="page-section" aria-labelledby="reps-title">
            <h2 id="reps-title">{texts.reps}</h2>
            <p class="quiet" data-testid="people-silent">{silent}</p>
            {body}
        </section>
    }
}

#[component]
fn RepCard(rep: RepEntry, now_ms: i64, is_admin: bool) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.pages.people;
    let account = use_account();
    let refresh = expect_context::<Refresh>();
    let error = RwSignal::new(None::<String>);
    let rep_id = rep.rep.rep_id;
    let is_removed = rep.removed_at_ms.is_some();
    let heed = move |result: Result<(), ApiError>| match account.heed(result) {
        Ok(()) => refresh.0.run(()),
        Err(refused) => drop(error.try_set(Some(words_with_detail(&refused, locale.texts)))),
    };
    let change = move |change: RepChange| {
        spawn_local(async move { heed(api::people::change_rep(rep_id, &change).await) });
    };
    let change = Callback::new(change);
    let silence =
        is_silent(&rep, now_ms).then(|| view! { <span class="tag silent">{texts.silent}</span> });
    let removed = rep.removed_at_ms.map(|at_ms| {
        let words = fill(texts.removed_when, "{t}", &locale.day(at_ms));
        view! { <span class="tag">{words}</span> }
    });
    let is_open = RwSignal::new(false);
    let own_region = rep.region.clone().unwrap_or_default();
    let admin = is_admin.then(|| {
        let expanded = move || if is_open.get() { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="button button-plain"
                aria-expanded=expanded
                data-testid="rep-change"
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                {texts.change}
            </button>
        }
    });
    let region = rep.region.clone();
    let devices = rep.devices.iter().cloned().map(|device| {
        let id = device.device_id;
        let revoke = move |()| {
            spawn_local(async move { heed(api::people::revoke(id).await) });
        };
        device_view(device, is_admin, revoke, locale)
    });
    let devices: Vec<_> = devices.collect();
    let no_device =
        rep.devices.is_empty().then(|| view! { <p class="quiet">{texts.no_device}</p> });
    let open = rep
        .open_invitations
        .iter()
        .max()
        .map(|until_ms| fill(texts.invited_until, "{t}", &locale.moment(*until_ms)));
    let last = match rep.last_note_ms {
        Some(at_ms) => fill(texts.last_note, "{t}", &locale.day(at_ms)),
        None => texts.no_note.to_owned(),
    };
    let notes = locale.count(&locale.texts.pages.analysis.n_notes, rep.notes as usize);
    let inbox = format!("{}/?rep={rep_id}", crate::address::BASE);
    view! {
        <li class="person" data-testid="rep" data-rep-id=rep_id.to_string()>
            <div class="person-head">
                <h3>{rep.rep.name.clone()}</h3>
                {silence} {removed}
                <span class="quiet">{region}</span>
                {admin}
            </div>
            <p class="quiet person-facts">
                <a href=inbox>{notes}</a>
                <span>{last}</span>
                {open.map(|open| view! { <span>{open}</span> })}
            </p>
            {no_device}
            <ul class="devices">{devices}</ul>
            <Show when=move || is_open.get()>
                <RepForm region=own_region.clone() is_removed on_change=change />
            </Show>
            <p class="error" role="alert">{move || error.get()}</p>
        </li>
    }
}

fn device_view(
    device: DeviceEntry,
    is_admin: bool,
    revoke: impl Fn(()) + Send + Sync + 'static,
    locale: Locale,
) -> impl IntoView {
    let texts = &locale.texts.pages.people;
    let seen = match (device.revoked_at_ms, device.seen_at_ms) {
        (Some(at_ms), _) => fill(texts.revoked_when, "{t}", &locale.moment(at_ms)),
        (None, Some(at_ms)) => fill(texts.seen_when, "{t}", &locale.moment(at_ms)),
        (None, None) => texts.never_seen.to_owned(),
    };
    let action = (is_admin && device.revoked_at_ms.is_none()).then(|| {
        view! {
            <AskTwice
                label=texts.revoke
                sure=Signal::stored(texts.revoke_now.to_owned())
                about=Signal::stored(texts.revoke_about.to_owned())
                on_yes=revoke
                test_id="device-revoke"
            />
        }
    });
    view! {
        <li>
            <span>{device.name}</span>
            <span class="quiet">{seen}</span>
            {action}
        </li>
    }
}

/// What an admin changes of a rep.
#[component]
fn RepForm(region: String, is_removed: bool, on_change: Callback<RepChange>) -> impl IntoView {
    let texts = &use_locale().texts.pages.people;
    let text = RwSignal::new(region);
    let remove = move |is_removed: bool| {
        on_change.run(RepChange { is_removed: Some(is_removed), ..RepChange::default() });
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let region = Some(text.get_untracked().trim().to_owned());
        on_change.run(RepChange { region, is_removed: None });
    };
    let belonging = if is_removed {
        view! {
            <button type="button" class="button" on:click=move |_| remove(false)>
                {texts.take_back}
            </button>
        }
        .into_any()
    } else {
        view! {
            <AskTwice
                label=texts.remove
                sure=Signal::stored(texts.remove_now.to_owned())
                about=Signal::stored(texts.remove_about.to_owned())
                on_yes=move |()| remove(true)
                test_id="rep-remove"
            />
        }
        .into_any()
    };
    view! {
        <div class="notice">
            <form class="row-form" on:submit=save>
                <TextField
                    label=texts.region
                    value=text
                    on_input=move |typed| text.set(typed)
                    test_id="rep-region"
                />
                <button class="button" data-testid="rep-region-save">{texts.save_region}</button>
            </form>
            {belonging}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use protocol::RepId;
    use protocol::console::Rep;

    use super::*;

    fn rep(name: &str, last_note_ms: Option<i64>, removed_at_ms: Option<i64>) -> RepEntry {
        RepEntry {
            rep: Rep { rep_id: RepId::new(1, [1; 10]), name: name.to_owned() },
            region: None,
            removed_at_ms,
            notes: 0,
            last_note_ms,
            devices: Vec::new(),
            open_invitations: Vec::new(),
        }
    }

    #[test]
    fn silent_reps_stand_first_and_removed_ones_last() {
        let now = 100 * SILENT_MS;
        let reps = vec![
            rep("fresh", Some(now - 1), None),
            rep("gone", Some(0), Some(5)),
            rep("silent", Some(now - 2 * SILENT_MS), None),
            rep("longer", Some(now - 3 * SILENT_MS), None),
            rep("invited", None, None),
        ];
        let names: Vec<_> = in_order(reps, now).into_iter().map(|rep| rep.rep.name).collect();
        assert_eq!(names, ["longer", "silent", "fresh", "invited", "gone"]);
    }
}
