//! The photo viewer: one picture as large as the window, the arrows to the next.

use leptos::ev;
use leptos::prelude::*;

use crate::dialog::Dialog;
use crate::locale::{fill, use_locale};

/// A picture: its address and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) href: String,
    pub(super) name: String,
}

/// The viewer; closed while `shown` is none.
#[component]
pub(super) fn Viewer(pictures: Vec<Picture>, shown: RwSignal<Option<usize>>) -> impl IntoView {
    let locale = use_locale();
    let texts = &locale.texts.work;
    let count = pictures.len();
    let pictures = StoredValue::new(pictures);
    let step = move |by: isize| {
        shown.update(|shown| *shown = shown.map(|at| next(at, by, count)));
    };
    let listener = window_event_listener(ev::keydown, move |event| {
        if shown.try_get_untracked().flatten().is_none() {
            return;
        }
        match event.key().as_str() {
            "ArrowRight" => step(1),
            "ArrowLeft" => step(-1),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
    let current = move || shown.get().and_then(|at| pictures.with_value(|it| it.get(at).cloned()));
    let title = move || current().map(|it| it.name).unwrap_or_default();
    let place = move || {
        let at = shown.get().map_or(0, |at| at + 1);
        let text = fill(texts.picture_of, "{n}", &locale.number(at));
        fill(&text, "{total}", &locale.number(count))
    };
    view! {
        <Dialog
            id="viewer"
            class="viewer"
            is_open=Signal::derive(move || shown.get().is_some())
            close=Callback::new(move |()| shown.set(None))
            title=Signal::derive(title)
        >
            {move || current().map(|it| view! {
                <img src=it.href alt=it.name data-testid="viewer-picture" />
            })}
            <footer>
                <Show when=move || { count > 1 }>
                    <button type="button" class="button" on:click=move |_| step(-1)>
                        {texts.previous_picture}
                    </button>
                    <p role="status">{place}</p>
                    <button type="button" class="button" on:click=move |_| step(1)>
                        {texts.next_picture}
                    </button>
                </Show>
            </footer>
        </Dialog>
    }
}

/// The place so many further, round and round.
fn next(at: usize, by: isize, count: usize) -> usize {
    let count = isize::try_from(count).unwrap_or(isize::MAX).max(1);
    let at = isize::try_from(at).unwrap_or_default();
    usize::try_from((at + by).rem_euclid(count)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_last_picture_comes_the_first() {
        assert_eq!(next(2, 1, 3), 0);
        assert_eq!(next(0, -1, 3), 2);
        assert_eq!(next(0, 1, 1), 0);
        assert_eq!(next(0, 1, 0), 0);
    }
}
