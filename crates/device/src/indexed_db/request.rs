//! What IndexedDB is asked: one future for every kind of request, and what it hears the end by.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use js_sys::{Array, Function, JsString};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbRequest, IdbRequestReadyState};

use crate::storage_error::StorageError;

/// A request under way; its output is what the browser found.
#[derive(Debug)]
pub(crate) struct Request {
    request: IdbRequest,
    /// None while nobody waits: of many requests made at once, most are done when their turn comes.
    ear: Option<Ear>,
}

impl Request {
    pub(super) const fn new(request: IdbRequest) -> Self {
        Self { request, ear: None }
    }

    /// The text that it finds, none where there is none.
    ///
    /// # Errors
    /// Why the storage failed, or that it is no text.
    pub(crate) async fn text(self) -> Result<Option<String>, StorageError> {
        let value = self.await?;
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        text(&value).map(Some)
    }

    /// All the texts that it finds.
    ///
    /// # Errors
    /// Why the storage failed, or that one is no text.
    pub(crate) async fn texts(self) -> Result<Vec<String>, StorageError> {
        let values: Array = self.await?.dyn_into()?;
        values.iter().map(|value| text(&value)).collect()
    }

    /// How all the texts begin that it finds, each to so many UTF-16 units: the rest is not copied.
    ///
    /// # Errors
    /// Why the storage failed, or that one is no text.
    pub(crate) async fn beginnings(self, units: u32) -> Result<Vec<String>, StorageError> {
        let values: Array = self.await?.dyn_into()?;
        let beginning = |value: JsValue| {
            let value: JsString = value.dyn_into().map_err(|_| unreadable("a text"))?;
            Ok(value.slice(0, units).into())
        };
        values.iter().map(beginning).collect()
    }

    /// The number that it finds.
    ///
    /// # Errors
    /// Why the storage failed, or that it is no number.
    pub(crate) async fn number(self) -> Result<u32, StorageError> {
        let number = self.await?.as_f64().ok_or_else(|| unreadable("a number"))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let number = number as u32;
        Ok(number)
    }

    fn outcome(&self) -> Result<JsValue, StorageError> {
        match self.request.error()? {
            Some(error) => Err(error.into()),
            None => Ok(self.request.result()?),
        }
    }
}

fn text(value: &JsValue) -> Result<String, StorageError> {
    value.as_string().ok_or_else(|| unreadable("a text"))
}

fn unreadable(expected: &str) -> StorageError {
    StorageError::Unreadable(format!("not {expected}"))
}

impl Future for Request {
    type Output = Result<JsValue, StorageError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { request, ear } = &mut *self;
        match ear {
            None if request.ready_state() == IdbRequestReadyState::Done => {}
            ear => {
                let ear = ear.get_or_insert_with(|| listen(request));
                if Pin::new(ear).poll(context).is_pending() {
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(self.outcome())
    }
}

fn listen(request: &IdbRequest) -> Ear {
    let ear = Ear::default();
    request.set_onsuccess(Some(ear.listener()));
    request.set_onerror(Some(ear.listener()));
    ear
}

impl Drop for Request {
    fn drop(&mut self) {
        if self.ear.is_some() {
            self.request.set_onsuccess(None);
            self.request.set_onerror(None);
        }
    }
}

/// Hears one event: the name of the first of those that its listener was given to.
#[derive(Debug)]
pub(super) struct Ear {
    heard: Rc<RefCell<Heard>>,
    listener: Closure<dyn FnMut(Event)>,
}

#[derive(Debug, Default)]
struct Heard {
    event: Option<String>,
    waker: Option<Waker>,
}

impl Default for Ear {
    fn default() -> Self {
        let heard = Rc::<RefCell<Heard>>::default();
        let hearing = Rc::clone(&heard);
        let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let mut heard = hearing.borrow_mut();
            heard.event.get_or_insert_with(|| event.type_());
            if let Some(waker) = heard.waker.take() {
                waker.wake();
            }
        });
        Self { heard, listener }
    }
}

impl Ear {
    /// To be called with the event.
    pub(super) fn listener(&self) -> &Function {
        self.listener.as_ref().unchecked_ref()
    }
}

impl Future for Ear {
    type Output = String;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<String> {
        let mut heard = self.heard.borrow_mut();
        match heard.event.take() {
            Some(event) => Poll::Ready(event),
            None => {
                heard.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
