//! Pictures that a phone reads.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the picture (ISO/IEC 18004).
const MARGIN: usize = 4;

/// A QR code, to be drawn in a page: it is dark on light whatever the page's colours are, and
/// needs no script, no style and no other request.
#[derive(Clone, Debug)]
pub struct QrPicture {
    /// Its width and height, margin included.
    pub size: usize,
    /// The dark modules, as the data of an SVG path.
    pub path: String,
}

impl QrPicture {
    /// The picture of a text; none when the text is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    let (left, top, length) = (x + MARGIN, y + MARGIN, run.len());
                    let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        Some(Self {
            size: width + 2 * MARGIN,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_square_and_begins_with_the_corner_of_a_code() {
        let picture = QrPicture::of("otpauth://totp/Doorward:ada?secret=AAAA").unwrap();
        assert!(picture.size > 29 && (picture.size - 8 - 17).is_multiple_of(4));
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "{}", picture.path);
        assert!(QrPicture::of(&"x".repeat(5000)).is_none());
    }
}
