//! What goes on behind the screens: sending, and the second copy of what is unsent. A page may load
//! it after the first capture can begin, so nothing else in this crate leads to it but by
//! [`Background`].

use core::pin::Pin;
use std::rc::Rc;

use protocol::DeviceId;
use sync::{Event, Status};
use web_sys::Window;

use crate::connection::Connection;
use crate::driver::Driver;
use crate::storage_error::StorageError;
use crate::store::identity;
use crate::{spare, triggers};

/// A future of a page, which has one thread.
pub(crate) type Pending<T> = Pin<Box<dyn Future<Output = T>>>;

type Start = fn(Connection, Box<dyn Fn()>, fn()) -> Rc<dyn Behind>;

/// The way to what goes on behind the screens.
#[derive(Debug, Clone, Copy)]
pub struct Background(Start);

impl Background {
    /// Whoever calls this has all of it in its own part of the program.
    #[must_use]
    pub fn here() -> Self {
        Self(|connection, on_change, call_worker| Driver::start(connection, on_change, call_worker))
    }

    /// Starts it on this connection. `on_change` is called whenever a screen may have something new
    /// to show, `call_worker` whenever the worker may have to go on.
    pub(crate) fn start(
        &self,
        connection: Connection,
        on_change: Box<dyn Fn()>,
        call_worker: fn(),
    ) -> Rc<dyn Behind> {
        (self.0)(connection, on_change, call_worker)
    }
}

/// What came of comparing the second copy with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Copies {
    /// Operations that were brought back.
    pub(crate) returned: usize,
    /// Operations that wait for their rep to enrol again.
    pub(crate) spared: usize,
}

/// What a device asks of it.
pub(crate) trait Behind {
    /// Hears what happens to the page. A worker has none; it lives for as long as it has something
    /// to do.
    fn attend(self: Rc<Self>, window: &Window);
    /// Begins, or begins anew, as this device.
    fn begin(self: Rc<Self>, device_id: DeviceId) -> Pending<Result<(), StorageError>>;
    /// Something was saved in this tab.
    fn saved(self: Rc<Self>);
    /// Something happened that the engine should know.
    fn report(self: Rc<Self>, event: Event);
    /// Where the engine stands.
    fn status(&self) -> Status;
    /// Brings copies and database together; none where the database fails.
    fn tend_copies(self: Rc<Self>) -> Pending<Option<Copies>>;
}

impl Behind for Driver {
    fn attend(self: Rc<Self>, window: &Window) {
        let (reporting, leaving) = (Rc::clone(&self), Rc::clone(&self));
        triggers::listen(window, Rc::new(move |event| Driver::report(&reporting, event)));
        triggers::on_leaving(window, move || leaving.left());
        if !window.navigator().on_line() {
            Driver::report(&self, Event::Offline);
        }
    }

    fn begin(self: Rc<Self>, device_id: DeviceId) -> Pending<Result<(), StorageError>> {
        Box::pin(async move { Driver::begin(&self, device_id).await })
    }

    fn saved(self: Rc<Self>) {
        Driver::saved(&self);
    }

    fn report(self: Rc<Self>, event: Event) {
        Driver::report(&self, event);
    }

    fn status(&self) -> Status {
        Driver::status(self)
    }

    fn tend_copies(self: Rc<Self>) -> Pending<Option<Copies>> {
        Box::pin(async move {
            // Read each time: another tab may have enrolled.
            let identity = identity::read(self.connection()).await.ok()?;
            let rep_id = identity.map(|identity| identity.rep_id);
            let returned = spare::tend(self.connection(), rep_id).await.unwrap_or(0);
            let spared = if rep_id.is_none() { spare::of_reps().await } else { 0 };
            Some(Copies { returned, spared })
        })
    }
}
