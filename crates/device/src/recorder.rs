//! The microphone: what it hears, in pieces of a second.

use core::cell::RefCell;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobEvent, DomException, Event, MediaRecorder, MediaRecorderOptions, MediaStream,
    MediaStreamTrack,
};

use crate::{global, reflect};

/// A crash loses no more than this, in milliseconds.
const PIECE_MS: i32 = 1_000;

/// Enough for speech, in bits a second.
pub(crate) const BITS_A_SECOND: u32 = 48_000;

/// What a recorder may write, the first that the browser can: MP4 plays everywhere.
const MEDIA_TYPES: [&str; 3] = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];

/// Why nothing is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMicrophone {
    /// This browser records nothing.
    #[error("the browser cannot record")]
    Unsupported,
    /// The rep, or whoever rules over the device, does not allow it.
    #[error("the microphone is not allowed")]
    Denied,
    /// There is none.
    #[error("there is no microphone")]
    Missing,
    /// Another app has it, or it fails.
    #[error("the microphone does not answer")]
    Busy,
}

/// What a recorder says.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The next piece.
    Piece(Blob),
    /// The microphone is gone, or the recorder failed; what it has comes yet.
    Lost,
    /// There is no more.
    End,
}

type Ear = Closure<dyn FnMut(Event)>;

/// A recorder that runs.
pub(crate) struct Recorder {
    recorder: MediaRecorder,
    stream: MediaStream,
    heard: Rc<RefCell<Queue>>,
    _ears: Vec<Ear>,
}

#[derive(Default)]
struct Queue {
    heard: VecDeque<Heard>,
    waker: Option<Waker>,
}

impl Queue {
    fn push(&mut self, heard: Heard) {
        self.heard.push_back(heard);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Recorder {
    /// Asks for the microphone and begins.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) async fn start() -> Result<Self, NoMicrophone> {
        let media_type = media_type().ok_or(NoMicrophone::Unsupported)?;
        let devices = global::navigator("mediaDevices").ok_or(NoMicrophone::Unsupported)?;
        let wanted = Object::new();
        let _ = Reflect::set(&wanted, &"audio".into(), &true.into());
        let stream = global::promised(&devices, "getUserMedia", &[wanted.into()]).await;
        let stream: MediaStream = stream.map_err(|error| refusal(&error))?.unchecked_into();
        Self::begin(&stream, media_type).map_err(|_| {
            release(&stream);
            NoMicrophone::Busy
        })
    }

    fn begin(stream: &MediaStream, media_type: &str) -> Result<Self, JsValue> {
        let options = MediaRecorderOptions::new();
        options.set_mime_type(media_type);
        options.set_audio_bits_per_second(BITS_A_SECOND);
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, &options)?;
        let heard = Rc::<RefCell<Queue>>::default();
        let ear = |tell: fn(Event) -> Option<Heard>| {
            let heard = Rc::clone(&heard);
            Ear::new(move |event: Event| {
                tell(event).into_iter().for_each(|it| heard.borrow_mut().push(it))
            })
        };
        let piece = ear(|event| {
            let piece = event.unchecked_into::<BlobEvent>().data()?;
            (piece.size() > 0.0).then_some(Heard::Piece(piece))
        });
        let (lost, end) = (ear(|_| Some(Heard::Lost)), ear(|_| Some(Heard::End)));
        recorder.set_ondataavailable(Some(piece.as_ref().unchecked_ref()));
        recorder.set_onerror(Some(lost.as_ref().unchecked_ref()));
        recorder.set_onstop(Some(end.as_ref().unchecked_ref()));
        for track in stream.get_audio_tracks().iter() {
            let track: MediaStreamTrack = track.unchecked_into();
            track.set_onended(Some(lost.as_ref().unchecked_ref()));
        }
        recorder.start_with_time_slice(PIECE_MS)?;
        // Not `stream.clone()`: that is the browser's own, with tracks of its own.
        let stream = Clone::clone(stream);
        Ok(Self { recorder, stream, heard, _ears: vec![piece, lost, end] })
    }

    /// What it writes, without parameters.
    pub(crate) fn media_type(&self) -> String {
        let media_type = self.recorder.mime_type();
        media_type.split(';').next().unwrap_or_default().trim().to_owned()
    }

    /// Stops. What was heard until now comes yet, and then the end.
    pub(crate) fn stop(&self) {
        // It throws where it has stopped by itself.
        let _ = self.recorder.stop();
    }

    /// What it says next.
    pub(crate) async fn next(&self) -> Heard {
        poll_fn(|context| {
            let mut queue = self.heard.borrow_mut();
            queue.heard.pop_front().map_or_else(
                || {
                    queue.waker = Some(context.waker().clone());
                    Poll::Pending
                },
                Poll::Ready,
            )
        })
        .await
    }
}

impl Recorder {
    /// Lets the microphone go: the browser shows that it listens for as long as a track runs.
    pub(crate) fn release(&self) {
        release(&self.stream);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.recorder.set_ondataavailable(None);
        self.recorder.set_onerror(None);
        self.recorder.set_onstop(None);
        for track in self.stream.get_audio_tracks().iter() {
            track.unchecked_into::<MediaStreamTrack>().set_onended(None);
        }
        self.stop();
        self.release();
    }
}

fn release(stream: &MediaStream) {
    for track in stream.get_audio_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// None where the browser records nothing.
fn media_type() -> Option<&'static str> {
    reflect::get(&js_sys::global(), "MediaRecorder")?;
    MEDIA_TYPES.into_iter().find(|name| MediaRecorder::is_type_supported(name))
}

fn refusal(error: &JsValue) -> NoMicrophone {
    let name = error.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default();
    match &*name {
        "NotAllowedError" | "SecurityError" => NoMicrophone::Denied,
        "NotFoundError" => NoMicrophone::Missing,
        "" => NoMicrophone::Unsupported,
        _ => NoMicrophone::Busy,
    }
}
