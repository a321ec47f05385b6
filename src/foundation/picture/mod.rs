//! Pictures that people upload: what they are, decided by what is in them, and written anew with
//! nothing but what shows them. What else a file holds is left behind: the place where a photo was
//! taken, thumbnails of what was cut off, comments, and whatever was put before, between or after
//! to make the file something else as well.
//!
//! Nothing is decoded. The parts of a file are read by their lengths, each checked against what is
//! there; how large the picture would become is read from its header.

mod bytes;
mod jpeg;
mod png;
mod webp;

/// Most bytes of a file: 256 kB.
pub const LARGEST: usize = 256 * 1024;
/// Most pixels in width and in height. A file of a few bytes can say that it is larger than any
/// memory.
pub const WIDEST: u32 = 4096;

/// What a picture is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The kind of a media type.
    #[must_use]
    pub fn of_media_type(name: &str) -> Option<Self> {
        let mut all = [Self::Png, Self::Jpeg, Self::Webp].into_iter();
        all.find(|kind| kind.media_type() == name)
    }

    fn of(file: &[u8]) -> Option<Self> {
        match file {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, rest @ ..] if rest.starts_with(b"WEBP") => {
                Some(Self::Webp)
            }
            _ => None,
        }
    }
}

/// A picture with nothing in it but what shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// What it is.
    pub kind: Kind,
    /// The file, written anew.
    pub file: Vec<u8>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotTaken {
    /// More than [`LARGEST`].
    #[error("the file is larger than 256 kB")]
    TooLarge,
    /// Neither PNG nor JPEG nor WebP.
    #[error("the file is no PNG, JPEG or WebP picture")]
    Unknown,
    /// It breaks off, contradicts itself, moves, or is of a kind that browsers do not show.
    #[error("the picture is broken or unusual")]
    Broken,
    /// More than [`WIDEST`] pixels one way.
    #[error("the picture is wider or higher than 4096 pixels")]
    TooWide,
}

/// Refuses a picture without pixels, and one with too many.
fn check_size(width: u32, height: u32) -> Result<(), NotTaken> {
    match (width, height) {
        (0, _) | (_, 0) => Err(NotTaken::Broken),
        (width, height) if width > WIDEST || height > WIDEST => Err(NotTaken::TooWide),
        _ => Ok(()),
    }
}

/// Takes a file in.
///
/// # Errors
/// See [`NotTaken`].
pub fn read(file: &[u8]) -> Result<Picture, NotTaken> {
    if file.len() > LARGEST {
        return Err(NotTaken::TooLarge);
    }
    let kind = Kind::of(file).ok_or(NotTaken::Unknown)?;
    let file = match kind {
        Kind::Png => png::rewritten(file),
        Kind::Jpeg => jpeg::rewritten(file),
        Kind::Webp => webp::rewritten(file),
    }?;
    Ok(Picture { kind, file })
}

#[cfg(test)]
mod tests;
