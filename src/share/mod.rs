//! What another app shared: which kind of note is it for? Then the quick entry has it in its draft.

use device::shared::{self, Key};
use device::{Device, Draft, StorageError};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_navigate, use_query_map};
use protocol::Kind;

use crate::i18n::pages::use_page_texts;
use crate::session::use_session;
use crate::ui::icon::{self, Icon};
use crate::ui::storage_alert::StorageAlert;

/// What is shown of what was shared; the files themselves the form takes in.
#[derive(Clone)]
struct Waiting {
    words: Vec<(Key, String)>,
    files: Vec<String>,
}

#[component]
pub(crate) fn Share() -> impl IntoView {
    let t = use_page_texts();
    let session = use_session();
    let navigate = use_navigate();
    let has_failed = use_query_map().with_untracked(|query| query.get_str("failed").is_some());
    let waiting = RwSignal::new_local(None::<Result<Waiting, StorageError>>);
    spawn_local(async move {
        let found = shared::waiting().await;
        let files = found.files.iter().map(|(_, file)| file.name()).collect();
        let _ = waiting.try_set(Some(Ok(Waiting { words: found.words, files })));
    });
    let choose = move |kind: Kind| {
        let (device, navigate) = (session.device(), navigate.clone());
        let words = waiting.get_untracked().and_then(Result::ok).map(|it| it.words);
        spawn_local(async move {
            match add_to_draft(&device, kind, &words.unwrap_or_default()).await {
                Ok(()) => navigate(&format!("/new/{kind}?shared"), Default::default()),
                Err(error) => waiting.set(Some(Err(error))),
            }
        });
    };
    let key = move |kind: Kind| {
        let choose = choose.clone();
        view! {
            <li data-kind=kind.as_str()>
                <button
                    type="button"
                    class="kind-key"
                    data-testid=format!("share-{kind}")
                    on:click=move |_| choose(kind)
                >
                    <Icon path=icon::of_kind(kind) />
                    <span class="kind-word">{(t.kind_key)(kind)}</span>
                </button>
            </li>
        }
    };
    let shown = move || {
        waiting.get().map(|read| {
            let Waiting { words, files } = match read {
                Ok(waiting) => waiting,
                Err(error) => return view! { <StorageAlert error /> }.into_any(),
            };
            if words.is_empty() && files.is_empty() {
                return view! { <p class="empty">{t.share_empty}</p> }.into_any();
            }
            let line = |line: String| view! { <p class="sheet-text">{line}</p> };
            let file = |name: String| view! { <li class="media-item">{name}</li> };
            view! {
                <div class="shared" data-testid="shared">
                    {words.into_iter().map(|(_, words)| line(words)).collect_view()}
                    <ul class="media-list">{files.into_iter().map(file).collect_view()}</ul>
                </div>
                <h2>{t.share_which}</h2>
                <ul class="share-keys">{Kind::ALL.map(key.clone()).collect_view()}</ul>
            }
            .into_any()
        })
    };
    view! {
        <div class="share-screen">
            <h1>{t.share_title}</h1>
            {has_failed.then(|| view! { <p class="alert" role="alert">{t.share_failed}</p> })}
            {shown}
        </div>
    }
}

/// Puts what was shared below what the draft of this kind says already. It is taken away from where
/// it waited only once it is on the disk here.
async fn add_to_draft(
    device: &Device,
    kind: Kind,
    shared_words: &[(Key, String)],
) -> Result<(), StorageError> {
    if shared_words.is_empty() {
        return Ok(());
    }
    let mut draft: Draft = device.draft(kind).await?.unwrap_or_default();
    for (_, words) in shared_words {
        draft.text = below(&draft.text, words);
    }
    device.keep_draft(kind, &draft).await?;
    for (key, _) in shared_words {
        shared::forget(key).await;
    }
    Ok(())
}

fn below(text: &str, words: &str) -> String {
    if text.is_empty() { words.to_owned() } else { format!("{text}\n{words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stands_below_what_was_typed() {
        assert_eq!(below("", "link"), "link");
        assert_eq!(below("typed", "link"), "typed\nlink");
    }
}
