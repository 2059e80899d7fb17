//! The voice memo: one key to begin, one to stop, and the time between.

use device::{MEMO_MS_MAX, Memo, MemoEnd, MemoError, NoMicrophone};
use gloo_timers::callback::Interval;
use leptos::html::Button;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Kept, Media};
use crate::i18n::use_texts;
use crate::ui::icon::{self, Icon};

impl Media {
    /// Records until the rep stops it, leaves or has said all that fits.
    fn record(self) {
        let device = self.device.get_value();
        self.is_asking.set(true);
        spawn_local(async move {
            let begun = device.record(self.of, self.t.memo_name).await;
            let _ = self.is_asking.try_set(false);
            match begun {
                Ok(memo) => {
                    if self.memo.try_set(Some(memo.clone())).is_some() {
                        // The form is gone: nobody would stop it.
                        memo.stop();
                    }
                    let (whole, end) = memo.keep().await;
                    self.end(&device, whole, end).await;
                }
                Err(error) => self.tell(None, &[self.no_memo(&error)]),
            }
        });
    }

    async fn end(
        self,
        device: &device::Device,
        whole: Result<Option<protocol::Attachment>, device::SaveError>,
        end: MemoEnd,
    ) {
        match whole {
            Ok(None) => {}
            Ok(Some(attachment)) => {
                let content = device.content(&attachment).await.ok().flatten();
                self.add(Kept::new(attachment, content.as_ref()));
            }
            Err(error) => self.tell(None, &[self.t.memo_not_whole, self.t.save_error(&error)]),
        }
        match end {
            MemoEnd::Stopped => {}
            MemoEnd::Limit => self.tell(None, &[self.t.memo_limit]),
            MemoEnd::MicrophoneLost => self.tell(None, &[self.t.memo_lost]),
            MemoEnd::NotKept(error) => {
                self.tell(None, &[self.t.memo_cut, self.t.storage_error(&error)]);
            }
        }
        let _ = self.memo.try_set(None);
    }

    pub(super) fn stop_memo(self) {
        let _ = self.memo.try_with_untracked(|memo| memo.iter().for_each(Memo::stop));
    }

    const fn no_memo(self, error: &MemoError) -> &'static str {
        match error {
            MemoError::NoMicrophone(NoMicrophone::Unsupported) => self.t.memo_unsupported,
            MemoError::NoMicrophone(NoMicrophone::Denied) => self.t.memo_denied,
            MemoError::NoMicrophone(NoMicrophone::Missing) => self.t.memo_missing,
            MemoError::NoMicrophone(NoMicrophone::Busy) => self.t.memo_busy,
            MemoError::Storage(error) => self.t.storage_error(error),
        }
    }
}

#[component]
pub(super) fn MemoKey(media: Media) -> impl IntoView {
    let t = use_texts();
    view! {
        <button
            type="button"
            class="button media-key"
            data-testid="note-memo"
            disabled=move || media.is_asking.get()
            on:click=move |_| media.record()
        >
            <Icon path=icon::MICROPHONE />
            {t.memo}
        </button>
    }
}

/// While it is recorded: for how long, of how long, and the way to end it.
#[component]
pub(super) fn Recorder(media: Media) -> impl IntoView {
    let t = use_texts();
    let seconds = RwSignal::new(0_u32);
    let begun_ms = js_sys::Date::now();
    let tick = Interval::new(250, move || {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let passed = ((js_sys::Date::now() - begun_ms) / 1_000.0) as u32;
        // A signal that is set to what it says already would draw it anew.
        if seconds.try_get_untracked() != Some(passed) {
            let _ = seconds.try_set(passed);
        }
    });
    // Its key is gone; whoever has a keyboard goes on here.
    let stop = NodeRef::<Button>::new();
    Effect::new(move || {
        if let Some(stop) = stop.get() {
            let _ = stop.focus();
        }
    });
    let tick = StoredValue::new_local(Some(tick));
    on_cleanup(move || drop(tick.try_update_value(Option::take)));
    view! {
        <div class="recorder" data-testid="memo-recorder">
            <div class="recorder-told">
                <p role="status" class="recorder-word">
                    <span class="recorder-mark" aria-hidden="true"></span>
                    {t.recording}
                </p>
                <p role="timer" class="recorder-time" data-testid="memo-time">
                    {move || clock(seconds.get())}
                    <span class="quiet">" / "{clock(MEMO_MS_MAX / 1_000)}</span>
                </p>
            </div>
            <button
                type="button"
                class="button button-main recorder-stop"
                data-testid="memo-stop"
                node_ref=stop
                on:click=move |_| media.stop_memo()
            >
                {t.stop}
            </button>
        </div>
    }
}

/// "0:07".
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_memo_reads_as_on_a_clock() {
        assert_eq!((clock(0), clock(7)), ("0:00".to_owned(), "0:07".to_owned()));
        assert_eq!((clock(61), clock(600)), ("1:01".to_owned(), "10:00".to_owned()));
    }
}
