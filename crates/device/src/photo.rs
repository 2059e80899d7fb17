//! Photos, drawn anew: no larger than marketing needs, and without what a camera writes beside the
//! picture, such as where it was taken (EXIF).

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, ImageBitmap, Url,
};

use crate::global;

/// Longest side of a photo, in pixels.
pub const SIDE_PX_MAX: u32 = 2_048;

/// What a photo becomes.
pub const MEDIA_TYPE: &str = "image/jpeg";

/// Of JPEG, from 0 to 1.
const QUALITY: f64 = 0.82;

/// The browser cannot read this picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be read")]
pub struct Undecodable;

/// Draws a picture anew as JPEG, upright, its longest side at most [`SIDE_PX_MAX`]. One after the
/// other, please: a large one takes 160 MB while it is decoded.
///
/// # Errors
/// Where the browser cannot read it.
pub async fn redraw(picture: &Blob) -> Result<Blob, Undecodable> {
    drawn(picture).await.ok().filter(|blob| blob.type_() == MEDIA_TYPE).ok_or(Undecodable)
}

async fn drawn(picture: &Blob) -> Result<Blob, JsValue> {
    let (width, height) = fitting(size(picture).await?);
    let options = Object::new();
    Reflect::set(&options, &"imageOrientation".into(), &"from-image".into())?;
    Reflect::set(&options, &"resizeWidth".into(), &width.into())?;
    Reflect::set(&options, &"resizeHeight".into(), &height.into())?;
    Reflect::set(&options, &"resizeQuality".into(), &"high".into())?;
    let arguments = [picture.into(), options.into()];
    let bitmap = global::promised(&js_sys::global(), "createImageBitmap", &arguments).await?;
    let bitmap: ImageBitmap = bitmap.unchecked_into();
    let canvas = canvas(width, height);
    let drawn = canvas.as_ref().map_err(JsValue::clone).and_then(|canvas| paint(canvas, &bitmap));
    bitmap.close();
    drawn?;
    let canvas = canvas?;
    let encoded = encoded(&canvas).await;
    // Its pixels are not needed until the garbage is collected.
    canvas.set_width(0);
    encoded?.dyn_into()
}

/// Width and height as the picture stands upright. An image element learns them from the first
/// bytes, without decoding all of it.
async fn size(picture: &Blob) -> Result<(u32, u32), JsValue> {
    let url = Url::create_object_url_with_blob(picture)?;
    let image = HtmlImageElement::new()?;
    let loaded = Promise::new(&mut |loaded, failed| {
        image.set_onload(Some(&loaded));
        image.set_onerror(Some(&failed));
    });
    image.set_src(&url);
    let loaded = JsFuture::from(loaded).await;
    let size = (image.natural_width(), image.natural_height());
    let _ = Url::revoke_object_url(&url);
    loaded.map(|_| size)
}

/// The largest size of this shape with no side above [`SIDE_PX_MAX`]; never larger than it is.
fn fitting((width, height): (u32, u32)) -> (u32, u32) {
    let longest = u64::from(width.max(height).max(1));
    let most = longest.min(u64::from(SIDE_PX_MAX));
    let fit = |side: u32| {
        let side = (u64::from(side) * most + longest / 2) / longest;
        u32::try_from(side).unwrap_or(SIDE_PX_MAX).max(1)
    };
    (fit(width), fit(height))
}

fn canvas(width: u32, height: u32) -> Result<HtmlCanvasElement, JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let canvas = document.ok_or(JsValue::UNDEFINED)?.create_element("canvas")?;
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    Ok(canvas)
}

fn paint(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap) -> Result<(), JsValue> {
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    // JPEG has no transparency: without this it would be black.
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)
}

async fn encoded(canvas: &HtmlCanvasElement) -> Result<JsValue, JsValue> {
    let encoding = Promise::new(&mut |encoded, failed| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = encoded.call1(&JsValue::UNDEFINED, &blob);
        });
        let asked = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            MEDIA_TYPE,
            &QUALITY.into(),
        );
        if asked.is_err() {
            let _ = failed.call0(&JsValue::UNDEFINED);
        }
    });
    JsFuture::from(encoding).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_never_grows() {
        assert_eq!(fitting((7_728, 5_368)), (2_048, 1_423));
        assert_eq!(fitting((5_368, 7_728)), (1_423, 2_048));
        assert_eq!(fitting((640, 480)), (640, 480));
        assert_eq!(fitting((2_048, 2_048)), (2_048, 2_048));
        assert_eq!(fitting((100_000, 3)), (2_048, 1));
        assert_eq!(fitting((u32::MAX, u32::MAX)), (2_048, 2_048));
        assert_eq!(fitting((0, 0)), (1, 1));
    }
}
