//! Writes `.br` and `.gz` beside each file, at the highest setting: once here, never at a request.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::site::files_under;

const COMPRESSIBLE: [&str; 7] = ["css", "html", "js", "json", "svg", "wasm", "webmanifest"];

/// Compresses all files of this folder that gain by it.
///
/// # Errors
/// When one cannot be read or written.
pub fn all(folder: &Path) -> Result<()> {
    for file in files_under(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str());
        let Some(extension) = extension.filter(|it| COMPRESSIBLE.contains(it)) else { continue };
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for (ending, compressed) in [("br", brotli(&content)?), ("gz", gzip(&content)?)] {
            if compressed.len() < content.len() {
                fs::write(file.with_extension(format!("{extension}.{ending}")), compressed)?;
            }
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let size_hint = content.len();
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        let content = "Le client trouve le prix trop élevé. ".repeat(50).into_bytes();
        let mut from_brotli = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&content).unwrap(), &mut from_brotli).unwrap();
        assert_eq!(from_brotli, content);
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&content).unwrap())
            .read_to_end(&mut from_gzip)
            .unwrap();
        assert_eq!(from_gzip, content);
    }
}
