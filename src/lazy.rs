//! What is loaded once the first capture can begin: all screens beyond home and the quick entry, and
//! what goes on behind the screens. Each is a WebAssembly file of its own.
//!
//! The compiler makes one file. `wasm_split` marks functions in it, and the build (xtask/src/site)
//! takes what nothing but such a function leads to into the file that the mark names. So nothing
//! outside of this module may name what is to be loaded later.

use core::pin::Pin;

use device::{Background, Device};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use protocol::mail::Referent;

use crate::i18n::use_texts;

/// So long after the start what shows on no screen yet is loaded, in milliseconds.
const AHEAD_MS: u32 = 1_000;

/// A view that is loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum View {
    /// All screens beyond home and the quick entry.
    Pages,
    /// What marketing decided that the rep has not seen yet.
    CameBack,
}

type Names = Pin<Box<dyn Future<Output = Vec<String>>>>;

/// The functions that stand at the beginning of what is loaded.
// `wasm_split` writes the calls between the files as calls into another program.
#[allow(unsafe_code)]
mod split {
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use super::{AnyView, Background, Device, IntoAny, Names, Referent, View};
    use crate::from_marketing::CameBack;
    use crate::pages::Pages;
    use crate::ui::names;

    #[wasm_split(background, fallible, wasm_split_path = leptos::wasm_split)]
    pub(super) fn background() -> Result<Background, SplitLoaderError> {
        Ok(Background::here())
    }

    #[wasm_split(pages, fallible, wasm_split_path = leptos::wasm_split, preload(preload))]
    pub(super) fn view(view: View) -> Result<AnyView, SplitLoaderError> {
        Ok(match view {
            View::Pages => Pages().into_any(),
            View::CameBack => CameBack().into_any(),
        })
    }

    #[wasm_split(pages, fallible, wasm_split_path = leptos::wasm_split)]
    pub(super) fn listed(device: Device, of: Referent) -> Result<Names, SplitLoaderError> {
        Ok(Box::pin(names::listed(device, of)))
    }
}

/// What goes on behind the screens, none where it cannot be had now.
pub(crate) async fn background() -> Option<Background> {
    split::background().await.ok()
}

/// Marketing's names of one sort; none where they cannot be had, as a form works without.
pub(crate) async fn listed(device: Device, of: Referent) -> Vec<String> {
    match split::listed(device, of).await {
        Ok(names) => names.await,
        Err(_) => Vec::new(),
    }
}

/// Loads the screens before anyone asks for them. What fails here is tried again by whoever does.
pub(crate) fn load_ahead() {
    spawn_local(async {
        TimeoutFuture::new(AHEAD_MS).await;
        let _ = split::preload().await;
    });
}

/// Shows a view once it is loaded, which is at once after the first time. Where it cannot be had,
/// a screen says so, and what is but a part of one is left out.
#[component]
pub(crate) fn Lazy(view: View) -> impl IntoView {
    let t = use_texts();
    let loaded = RwSignal::new_local(None::<Result<AnyView, SplitLoaderError>>);
    let load = move || {
        spawn_local(ScopedFuture::new_untracked(async move {
            let _ = loaded.try_set(Some(split::view(view).await));
        }));
    };
    load();
    let is_screen = matches!(view, View::Pages);
    move || {
        loaded.track();
        match loaded.write_untracked().take()? {
            Ok(view) => Some(view),
            Err(_) if is_screen => Some(
                view! {
                    <div class="alert" role="alert" data-testid="not-loaded">
                        <p>{t.not_loaded}</p>
                        <button type="button" class="button" on:click=move |_| load()>
                            {t.try_again}
                        </button>
                    </div>
                }
                .into_any(),
            ),
            Err(_) => None,
        }
    }
}
