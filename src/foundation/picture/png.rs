//! PNG (W3C PNG, third edition): a signature and chunks.

use super::{NotTaken, bytes::Bytes, bytes::length, check_size};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunks that show a picture, but for the header, its data and its end. No text, no time, no
/// EXIF, no colour profile (which is compressed, and may say of which device it is), no animation.
const SHOWN: [&[u8; 4]; 7] = [
    b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs",
];

pub(super) fn rewritten(file: &[u8]) -> Result<Vec<u8>, NotTaken> {
    let mut bytes = Bytes::of(file);
    bytes.expect(SIGNATURE)?;
    let mut out = SIGNATURE.to_vec();
    header(&mut bytes, &mut out)?;
    let mut has_data = false;
    loop {
        let chunk = Chunk::read(&mut bytes)?;
        match &chunk.name {
            b"IEND" => {
                chunk.write(&mut out);
                return if has_data {
                    Ok(out)
                } else {
                    Err(NotTaken::Broken)
                };
            }
            b"IHDR" => return Err(NotTaken::Broken),
            b"IDAT" => {
                has_data = true;
                chunk.write(&mut out);
            }
            name if SHOWN.contains(&name) => chunk.write(&mut out),
            // What a reader has to know to show the picture, and this one does not (§5.4).
            name if name[0].is_ascii_uppercase() => return Err(NotTaken::Broken),
            _ => {}
        }
    }
}

fn header(bytes: &mut Bytes<'_>, out: &mut Vec<u8>) -> Result<(), NotTaken> {
    let chunk = Chunk::read(bytes)?;
    if &chunk.name != b"IHDR" || chunk.data.len() != 13 {
        return Err(NotTaken::Broken);
    }
    let mut inside = Bytes::of(chunk.data);
    let (width, height) = (inside.array()?, inside.array()?);
    check_size(u32::from_be_bytes(width), u32::from_be_bytes(height))?;
    chunk.write(out);
    Ok(())
}

struct Chunk<'a> {
    name: [u8; 4],
    data: &'a [u8],
    check: [u8; 4],
}

impl<'a> Chunk<'a> {
    fn read(bytes: &mut Bytes<'a>) -> Result<Self, NotTaken> {
        let data_length = length(u32::from_be_bytes(bytes.array()?))?;
        let name = bytes.array()?;
        let data = bytes.take(data_length)?;
        let check = bytes.array()?;
        if crc(&name, data).to_be_bytes() != check {
            return Err(NotTaken::Broken);
        }
        Ok(Self { name, data, check })
    }

    fn write(&self, out: &mut Vec<u8>) {
        // It was read as a length of four bytes.
        let length = u32::try_from(self.data.len()).unwrap_or_default();
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.name);
        out.extend_from_slice(self.data);
        out.extend_from_slice(&self.check);
    }
}

/// The check of ISO 3309, bit by bit: a file is small.
pub(super) fn crc(name: &[u8], data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in name.iter().chain(data) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let odd = sum & 1 == 1;
            sum >>= 1;
            if odd {
                sum ^= 0xedb8_8320;
            }
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_that_of_the_standard() {
        // The chunk that ends every PNG.
        assert_eq!(crc(b"IEND", b""), 0xae42_6082);
    }
}
