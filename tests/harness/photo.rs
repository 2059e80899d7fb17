//! Photos as a phone's camera would leave them: files with real pictures in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::browser::Browser;

/// A photo in a file of its own.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Where it lies.
    pub path: PathBuf,
    /// Its longest side, in pixels.
    pub side_px: u32,
}

impl Photo {
    /// Takes a square one, another for each seed. Its grain does not compress: it has about three
    /// bytes a pixel, and a fifth of a byte as the JPEG that the app makes of it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn take(folder: &Path, seed: u64, side_px: u32) -> Result<Self> {
        let png = png(seed, side_px)?;
        let path = folder.join(format!("shelf-{seed}.png"));
        std::fs::write(&path, &png)?;
        Ok(Self { path, side_px })
    }

    /// Takes one as a phone does: a JPEG of three by two that tells where it was taken, and that it
    /// is to be turned by a quarter (EXIF); upright, it is red above and blue below. The browser
    /// draws it.
    ///
    /// # Errors
    /// Where the browser cannot, or it cannot be written.
    pub async fn take_with_place(browser: &Browser, folder: &Path, side_px: u32) -> Result<Self> {
        let js = format!(
            "(() => {{
                const canvas = document.createElement('canvas');
                canvas.width = {side_px};
                canvas.height = {side_px} * 2 / 3;
                const pen = canvas.getContext('2d');
                pen.fillStyle = 'red';
                pen.fillRect(0, 0, {side_px}, {side_px});
                pen.fillStyle = 'blue';
                pen.fillRect({side_px} / 2, 0, {side_px}, {side_px});
                return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
            }})()"
        );
        let drawn = browser.eval(&js).await?;
        let mut jpeg = STANDARD.decode(drawn.as_str().context("no picture was drawn")?)?;
        ensure!(jpeg.starts_with(b"\xff\xd8"), "the browser draws no JPEG");
        jpeg.splice(2..2, exif());
        let path = folder.join("shelf-with-place.jpg");
        std::fs::write(&path, &jpeg)?;
        Ok(Self { path, side_px })
    }
}

/// An EXIF segment of JPEG (Exif 2.32, 4.5): turned by a quarter, taken at 48° 51′ 29″ north.
fn exif() -> Vec<u8> {
    // TIFF, big-endian; its first directory at 8: orientation 6, and where the place is.
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    // The place's directory at 0x26: north, and three fractions at 0x44.
    tiff.extend(b"\0\x02\0\x01\0\x02\0\0\0\x02N\0\0\0");
    tiff.extend(b"\0\x02\0\x05\0\0\0\x03\0\0\0\x44\0\0\0\0");
    for part in [48_u32, 51, 29] {
        tiff.extend(part.to_be_bytes());
        tiff.extend(1_u32.to_be_bytes());
    }
    let length = u16::try_from(tiff.len() + 8).unwrap_or(u16::MAX);
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend(length.to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

/// A sky over a field, with the grain of a bad lens.
fn png(seed: u64, side_px: u32) -> Result<Vec<u8>> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let horizon = chance.u32(side_px / 3..side_px * 2 / 3 + 1);
    let mut pixels = Vec::with_capacity((side_px * side_px * 3) as usize);
    for y in 0..side_px {
        let colour = if y < horizon { [90, 150, 215] } else { [75, 130, 60] };
        for _ in 0..side_px {
            pixels.extend(colour.map(|part: u8| part + chance.u8(..40)));
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side_px, side_px);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(file)
}
