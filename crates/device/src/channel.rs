//! Word between tabs: "something changed, read again" (BroadcastChannel).

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "sightline";
const CHANGED: &str = "changed";

/// The channel to the other tabs, silent where the browser has none.
pub(crate) struct Channel(Option<BroadcastChannel>);

impl Channel {
    /// Joins the channel; `on_change` is called whenever another tab stored something.
    pub(crate) fn join(on_change: impl Fn() + 'static) -> Self {
        let channel = BroadcastChannel::new(NAME).ok();
        if let Some(channel) = &channel {
            let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if event.data().as_string().as_deref() == Some(CHANGED) {
                    on_change();
                }
            });
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            listener.forget();
        }
        Self(channel)
    }

    /// Tells the other tabs.
    pub(crate) fn tell(&self) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&CHANGED.into());
        }
    }
}
