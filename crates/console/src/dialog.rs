//! A dialog: the browser keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

use crate::locale::use_locale;

/// The dialog, open as long as `is_open` says so. Children are there only while it is.
#[component]
pub(crate) fn Dialog(
    /// Its id, for the name of its title.
    id: &'static str,
    #[prop(into)] is_open: Signal<bool>,
    #[prop(into)] close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    #[prop(default = "question")] class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let texts = use_locale().texts;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = is_open.get();
        let Some(dialog) = dialog.get() else { return };
        // A frame later its fields are there, and the first takes the focus.
        request_animation_frame(move || match (is_open, dialog.open()) {
            (true, false) if dialog.show_modal().is_err() => close.run(()),
            (false, true) => dialog.close(),
            _ => {}
        });
    });
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    let children = StoredValue::new(children);
    view! {
        <dialog
            class=class
            id=id
            aria-labelledby=labelled_by
            node_ref=dialog
            on:close=move |_| close.run(())
        >
            <Show when=move || is_open.get()>
                <header class="ask-head">
                    <h1 id=title_id.clone()>{move || title.get()}</h1>
                    <button
                        type="button"
                        class="button button-plain"
                        aria-label=texts.close
                        on:click=move |_| close.run(())
                    >
                        "×"
                    </button>
                </header>
                {children.with_value(|children| children())}
            </Show>
        </dialog>
    }
}
