//! The list of keys, as a dialog that `?` opens.

use leptos::html;
use leptos::prelude::*;

use crate::keys::Verb;
use crate::locale::use_locale;
use crate::preferences::Preferences;

/// Whether the list of keys is shown.
#[derive(Clone, Copy)]
pub(crate) struct KeyList {
    pub(crate) shown: RwSignal<bool>,
}

/// The dialog; the browser keeps the focus inside and gives it back.
pub(super) fn dialog(shown: RwSignal<bool>) -> impl IntoView {
    let texts = use_locale().texts;
    let preferences = expect_context::<Preferences>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (shown.get(), dialog.open()) {
            (true, false) if dialog.show_modal().is_err() => shown.set(false),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let rows = [
        (&["j", "↓"][..], texts.key_down),
        (&["k", "↑"], texts.key_up),
        (&["Enter"], texts.key_open),
        (&["Esc"], texts.key_back),
        (&["/"], texts.search),
        (&["e"], texts.export),
        (&["?"], texts.keys),
        (&["v"], texts.work.key_choose),
        (&["J", "Shift ↓"], texts.work.key_choose_next),
        (&["K", "Shift ↑"], texts.work.key_choose_previous),
        (&["g"], texts.work.gather),
        (&["u"], texts.work.undo),
    ];
    let verb = |verb: Verb| {
        view! {
            <div>
                <dt><kbd>{verb.key()}</kbd></dt>
                <dd>{texts.work.verb_in_full(verb)}</dd>
            </div>
        }
    };
    let row = |(keys, meaning): (&'static [&'static str], &'static str)| {
        view! {
            <div>
                <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                <dd>{meaning}</dd>
            </div>
        }
    };
    view! {
        <dialog
            class="keys"
            aria-labelledby="keys-title"
            node_ref=dialog
            on:close=move |_| shown.set(false)
        >
            <h1 id="keys-title">{texts.keys}</h1>
            <dl>{rows.map(row).collect_view()}{Verb::ALL.map(verb).collect_view()}</dl>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || preferences.single_keys.get()
                    on:change=move |event| preferences.single_keys.set(event_target_checked(&event))
                />
                <span>{texts.keys_on}</span>
            </label>
            <button type="button" class="button" on:click=move |_| shown.set(false)>
                {texts.close}
            </button>
        </dialog>
    }
}
