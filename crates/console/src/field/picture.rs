//! A picture of somebody's, drawn anew: small enough for a phone, and without what a camera writes
//! beside it (EXIF).

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};

/// Longest side, in pixels.
const SIDE_PX_MAX: u32 = 1_280;

/// From 0 to 1.
const QUALITY: f64 = 0.8;

/// The browser cannot read this picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undecodable;

/// The picture as a `data:` address: WebP, or JPEG where the browser writes no WebP.
pub(super) async fn redraw(picture: &Blob) -> Result<String, Undecodable> {
    drawn(picture).await.map_err(|_| Undecodable)
}

async fn drawn(picture: &Blob) -> Result<String, JsValue> {
    let url = Url::create_object_url_with_blob(picture)?;
    let image = loaded(&url).await;
    let drawn = image.and_then(|image| paint(&image));
    let _ = Url::revoke_object_url(&url);
    let canvas = drawn?;
    let quality = JsValue::from(QUALITY);
    for media_type in ["image/webp", "image/jpeg"] {
        let data = canvas.to_data_url_with_type_and_encoder_options(media_type, &quality)?;
        // A browser that cannot write this type gives PNG.
        if data.starts_with(&format!("data:{media_type};base64,")) {
            return Ok(data);
        }
    }
    Err(JsValue::UNDEFINED)
}

async fn loaded(url: &str) -> Result<HtmlImageElement, JsValue> {
    let image = HtmlImageElement::new()?;
    let loading = Promise::new(&mut |loaded, failed| {
        image.set_onload(Some(&loaded));
        image.set_onerror(Some(&failed));
    });
    image.set_src(url);
    JsFuture::from(loading).await?;
    Ok(image)
}

fn paint(image: &HtmlImageElement) -> Result<HtmlCanvasElement, JsValue> {
    let (width, height) = fitting(image.natural_width(), image.natural_height());
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (f64::from(width), f64::from(height));
    // JPEG has no transparency: without this it would be black.
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

/// The largest size of this shape with no side above [`SIDE_PX_MAX`]; never larger than it is.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    let longest = u64::from(width.max(height).max(1));
    let most = longest.min(u64::from(SIDE_PX_MAX));
    let fit = |side: u32| {
        let side = (u64::from(side) * most + longest / 2) / longest;
        u32::try_from(side).unwrap_or(SIDE_PX_MAX).max(1)
    };
    (fit(width), fit(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_never_grows() {
        assert_eq!(fitting(7_728, 5_368), (1_280, 889));
        assert_eq!(fitting(640, 480), (640, 480));
        assert_eq!(fitting(100_000, 3), (1_280, 1));
        assert_eq!(fitting(0, 0), (1, 1));
    }
}
