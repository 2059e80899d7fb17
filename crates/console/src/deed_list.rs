//! What marketing did, line by line, each undoable where it still is.

use leptos::prelude::*;
use protocol::console::work::Deed;

use crate::locale::{Locale, use_locale};
use crate::work::use_deeds;

/// The deeds that a topic's history can take back.
const UNDOABLE: [&str; 5] =
    ["classify", "topic_made", "topic_renamed", "topic_alert_set", "topic_merged"];

/// The lines, in the order given.
#[component]
pub(crate) fn DeedList(
    deeds: Vec<Deed>,
    /// Whether each can be taken back here.
    #[prop(default = false)]
    can_undo: bool,
) -> impl IntoView {
    let locale = use_locale();
    let line = move |deed| deed_view(deed, can_undo, locale);
    view! { <ol class="deeds">{deeds.into_iter().map(line).collect_view()}</ol> }
}

fn deed_view(deed: Deed, can_undo: bool, locale: Locale) -> impl IntoView {
    let texts = &locale.texts.work;
    let deeds = use_deeds();
    let Deed { deed_id, by, at_ms, what, about, notes, is_undone } = deed;
    // What was taken back is a deed by name.
    let about = about.map(|about| if what == "undo" { texts.deed(&about) } else { about });
    let can_undo = can_undo && !is_undone && UNDOABLE.contains(&what.as_str());
    let count = (notes > 1).then(|| locale.count(&locale.texts.notes_shown, notes as usize));
    view! {
        <li data-undone=is_undone.then_some("true") data-what=what.clone()>
            <strong>{texts.deed(&what)}</strong>
            {about.map(|about| view! { <span class="deed-about" dir="auto">{about}</span> })}
            {count.map(|count| view! { <span>{count}</span> })}
            <span class="quiet">{by}" · "{locale.moment(at_ms)}</span>
            {is_undone.then(|| view! { <span class="quiet">{texts.undone}</span> })}
            {can_undo.then(|| view! {
                <button
                    type="button"
                    class="button button-plain"
                    data-testid="deed-undo"
                    on:click=move |_| deeds.undo_one(deed_id)
                >
                    {texts.undo}
                </button>
            })}
        </li>
    }
}
