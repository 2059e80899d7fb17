//! Photos as a phone's camera would leave them: files with real pictures in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use protocol::Sha256;

/// A photo in a file of its own.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Where it lies.
    pub path: PathBuf,
    /// Of all its bytes.
    pub sha256: Sha256,
    /// Width and height, in pixels.
    pub side_px: u32,
}

impl Photo {
    /// Takes a square one, another for each seed. Its grain does not compress: it has about three
    /// bytes a pixel.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn take(folder: &Path, seed: u64, side_px: u32) -> Result<Self> {
        let png = png(seed, side_px)?;
        let path = folder.join(format!("shelf-{seed}.png"));
        std::fs::write(&path, &png)?;
        Ok(Self { path, sha256: Sha256::of(&png), side_px })
    }

    /// The file's name.
    ///
    /// # Errors
    /// Where it has none.
    pub fn name(&self) -> Result<&str> {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.context("a file without a name")
    }
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
