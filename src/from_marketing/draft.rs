//! What is typed into an answer to marketing: kept at each pause and when the page is left, until it
//! is saved.

use std::rc::Rc;

use device::{Draft, DraftFor};
use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::session::{Session, use_session};

/// A pause in typing (SYNC.md fault 11: at most 500 ms).
const PAUSE_MS: u32 = 300;

/// The field for whom it is about. It may be filled in already, so that alone it is no draft.
pub(super) const CUSTOMER: &str = "customer";

/// Fields by name that are kept; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    session: Session,
    of: DraftFor,
    fields: StoredValue<Vec<(String, RwSignal<String>)>>,
    /// What the device keeps by now.
    written: StoredValue<Draft>,
    /// Once what was kept is in the fields.
    pub(super) is_restored: RwSignal<bool>,
}

impl Kept {
    /// Brings back what was kept, then keeps what is typed for as long as the screen is there.
    pub(crate) fn new(of: DraftFor, names: impl IntoIterator<Item = String>) -> Self {
        let session = use_session();
        let fields: Vec<_> = names.into_iter().map(|name| (name, RwSignal::default())).collect();
        let kept = Self {
            session,
            of,
            fields: StoredValue::new(fields),
            written: StoredValue::new(Draft::default()),
            is_restored: RwSignal::new(false),
        };
        kept.restore();
        kept.follow();
        kept
    }

    /// One of its fields. Of a name that it does not have, one that is not kept.
    pub(crate) fn field(self, name: &str) -> RwSignal<String> {
        self.fields.with_value(|fields| {
            let field = fields.iter().find(|(known, _)| known == name);
            field.map_or_else(RwSignal::default, |(_, content)| *content)
        })
    }

    /// What is typed so far, tracked; none once the screen is gone.
    pub(crate) fn draft(self) -> Option<Draft> {
        let fields = self.fields.try_get_value()?;
        let mut filled = Vec::new();
        for (name, content) in fields {
            let content = content.try_get()?;
            if !content.is_empty() {
                filled.push((name, content));
            }
        }
        Some(Draft { text: String::new(), fields: filled })
    }

    /// What was typed is saved, and the fields are empty again.
    pub(crate) fn clear(self) {
        if let Some(fields) = self.fields.try_get_value() {
            fields.iter().for_each(|(_, content)| _ = content.try_set(String::new()));
        }
        let _ = self.written.try_set_value(Draft::default());
        let device = self.session.device();
        spawn_local(async move {
            // Where it fails, an answer that is saved stands in the fields once more: seen, not lost.
            let _ = device.keep_draft(self.of, &Draft::default()).await;
        });
    }

    /// Puts whom it is about into the field for that, once what was kept is there and names nobody:
    /// `meant`, or else whom the rep is with.
    pub(super) fn prefill_customer(self, meant: Option<String>) {
        let customer = self.field(CUSTOMER);
        Effect::new(move || {
            if !self.is_restored.get() {
                return;
            }
            let (device, meant) = (self.session.device(), meant.clone());
            spawn_local(async move {
                let name = match meant {
                    Some(name) => name,
                    None => match device.running_visit().await {
                        Ok(Some(visit)) => visit.customer,
                        _ => return,
                    },
                };
                if customer.try_with_untracked(String::is_empty) == Some(true) {
                    customer.set(name);
                }
            });
        });
    }

    fn restore(self) {
        let device = self.session.device();
        spawn_local(async move {
            // An unreadable draft is left alone: nothing is written over it.
            let Ok(draft) = device.draft(self.of).await else { return };
            let draft = draft.unwrap_or_default();
            let _ = self.written.try_set_value(draft.clone());
            let Some(fields) = self.fields.try_get_value() else { return };
            for (name, content) in draft.fields {
                let field = fields.iter().find(|(known, _)| *known == name);
                if let Some((_, field)) = field
                    && field.try_with_untracked(String::is_empty) == Some(true)
                {
                    field.set(content);
                }
            }
            let _ = self.is_restored.try_set(true);
        });
    }

    fn follow(self) {
        let keep_now = Rc::new(move || {
            if self.is_restored.try_get_untracked() != Some(true) {
                return;
            }
            let Some(mut draft) = untrack(|| self.draft()) else { return };
            if draft.fields.iter().all(|(name, _)| name == CUSTOMER) {
                draft = Draft::default();
            }
            if self.written.try_with_value(|written| *written == draft) != Some(false) {
                return;
            }
            let device = self.session.device();
            spawn_local(async move {
                // Where it fails the text is still on the screen; the next pause tries again.
                if device.keep_draft(self.of, &draft).await.is_ok() {
                    let _ = self.written.try_set_value(draft);
                }
            });
        });
        let pause = StoredValue::new_local(None::<Timeout>);
        let at_pause = Rc::clone(&keep_now);
        Effect::new(move |earlier: Option<()>| {
            let _ = self.draft();
            if earlier.is_some() {
                let keep_now = Rc::clone(&at_pause);
                pause.set_value(Some(Timeout::new(PAUSE_MS, move || keep_now())));
            }
        });
        let (hidden, left) = (Rc::clone(&keep_now), Rc::clone(&keep_now));
        let listeners = [
            window_event_listener(ev::pagehide, move |_| hidden()),
            window_event_listener(ev::visibilitychange, move |_| left()),
        ];
        let leaving = StoredValue::new_local(keep_now);
        on_cleanup(move || {
            leaving.with_value(|keep_now| keep_now());
            listeners.into_iter().for_each(|listener| listener.remove());
        });
    }
}
