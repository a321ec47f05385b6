//! WebP (RFC 9649): a RIFF of chunks.

use super::{NotTaken, bytes::Bytes, bytes::length, check_size};

/// In the flags of the extended header: there is transparency, and there is movement.
const ALPHA: u8 = 0b0001_0000;
const ANIMATION: u8 = 0b0000_0010;

pub(super) fn rewritten(file: &[u8]) -> Result<Vec<u8>, NotTaken> {
    let mut bytes = Bytes::of(file);
    bytes.expect(b"RIFF")?;
    let whole = length(u32::from_le_bytes(bytes.array()?))?;
    let mut inside = Bytes::of(bytes.take(whole)?);
    inside.expect(b"WEBP")?;
    let mut parts = Parts::default();
    while !inside.rest().is_empty() {
        parts.add(Chunk::read(&mut inside)?)?;
    }
    parts.written()
}

/// What shows the picture; EXIF, XMP, colour profiles and what is not known are left behind.
#[derive(Default)]
struct Parts<'a> {
    extended: Option<[u8; 10]>,
    alpha: Option<Chunk<'a>>,
    image: Option<Chunk<'a>>,
}

impl<'a> Parts<'a> {
    fn add(&mut self, chunk: Chunk<'a>) -> Result<(), NotTaken> {
        let was_there = match &chunk.name {
            b"VP8X" => {
                let header = chunk.data.try_into().map_err(|_| NotTaken::Broken)?;
                self.extended.replace(header).is_some()
            }
            b"ALPH" => self.alpha.replace(chunk).is_some(),
            b"VP8 " | b"VP8L" => self.image.replace(chunk).is_some(),
            b"ANIM" | b"ANMF" => true,
            _ => false,
        };
        if was_there {
            Err(NotTaken::Broken)
        } else {
            Ok(())
        }
    }

    fn written(self) -> Result<Vec<u8>, NotTaken> {
        let image = self.image.ok_or(NotTaken::Broken)?;
        let size = image.size()?;
        check_size(size.0, size.1)?;
        let mut inside = b"WEBP".to_vec();
        if let Some(header) = self.extended {
            let flags = header[0];
            if flags & ANIMATION != 0 || canvas(header) != size {
                return Err(NotTaken::Broken);
            }
            let mut kept = [0; 10];
            kept[0] = flags & ALPHA;
            kept[4..].copy_from_slice(&header[4..]);
            write(b"VP8X", &kept, &mut inside);
            if let Some(alpha) = self.alpha {
                write(&alpha.name, alpha.data, &mut inside);
            }
        }
        write(&image.name, image.data, &mut inside);
        let mut out = b"RIFF".to_vec();
        out.extend_from_slice(&as_length(&inside));
        out.extend_from_slice(&inside);
        Ok(out)
    }
}

/// Width and height, each less one in three bytes.
fn canvas(header: [u8; 10]) -> (u32, u32) {
    let [_, _, _, _, a, b, c, d, e, f] = header;
    let number = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
    (number(a, b, c), number(d, e, f))
}

struct Chunk<'a> {
    name: [u8; 4],
    data: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn read(bytes: &mut Bytes<'a>) -> Result<Self, NotTaken> {
        let name = bytes.array()?;
        let data_length = length(u32::from_le_bytes(bytes.array()?))?;
        let data = bytes.take(data_length)?;
        bytes.take(data_length % 2)?;
        Ok(Self { name, data })
    }

    /// Width and height of an image (RFC 6386 §9.1, RFC 9649 §3.4).
    fn size(&self) -> Result<(u32, u32), NotTaken> {
        let mut bytes = Bytes::of(self.data);
        if &self.name == b"VP8 " {
            let [tag, _, _] = bytes.array()?;
            bytes.expect(&[0x9d, 0x01, 0x2a])?;
            let width = u16::from_le_bytes(bytes.array()?);
            let height = u16::from_le_bytes(bytes.array()?);
            // The first bit says that it is no whole picture; two bits of each number, how to
            // scale it.
            let is_whole = tag & 1 == 0;
            let size = (u32::from(width & 0x3fff), u32::from(height & 0x3fff));
            return if is_whole {
                Ok(size)
            } else {
                Err(NotTaken::Broken)
            };
        }
        bytes.expect(&[0x2f])?;
        let bits = u32::from_le_bytes(bytes.array()?);
        let version = bits >> 29;
        let size = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
        if version == 0 {
            Ok(size)
        } else {
            Err(NotTaken::Broken)
        }
    }
}

fn write(name: &[u8; 4], data: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    out.extend_from_slice(&as_length(data));
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

/// It was read as a length of four bytes.
fn as_length(data: &[u8]) -> [u8; 4] {
    u32::try_from(data.len()).unwrap_or_default().to_le_bytes()
}
