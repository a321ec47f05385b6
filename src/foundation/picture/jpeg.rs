//! JPEG (ITU-T T.81): segments, each with a marker and a length, and scans of coded data.

use super::{NotTaken, bytes::Bytes, check_size};

/// Each scan of a progressive picture is a pass over all of it: a small file with thousands of them
/// keeps a browser busy.
const MOST_SCANS: usize = 64;

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const EXIF: u8 = 0xe1;

pub(super) fn rewritten(file: &[u8]) -> Result<Vec<u8>, NotTaken> {
    let mut bytes = Bytes::of(file);
    bytes.expect(&[0xff, 0xd8])?;
    let mut writer = Writer::default();
    loop {
        match marker(&mut bytes)? {
            END => return writer.finished(),
            SCAN => {
                let head = segment(&mut bytes)?;
                writer.scan(head, coded(&mut bytes)?)?;
            }
            kind => {
                let data = segment(&mut bytes)?;
                writer.add(kind, data)?;
            }
        }
    }
}

/// The marker of a segment: a byte of all ones, as many more as there are to fill, and the kind.
fn marker(bytes: &mut Bytes<'_>) -> Result<u8, NotTaken> {
    bytes.expect(&[0xff])?;
    loop {
        match bytes.array()? {
            [0xff] => {}
            [kind] => return Ok(kind),
        }
    }
}

fn segment<'a>(bytes: &mut Bytes<'a>) -> Result<&'a [u8], NotTaken> {
    let length = usize::from(u16::from_be_bytes(bytes.array()?));
    // The length counts itself.
    bytes.take(length.checked_sub(2).ok_or(NotTaken::Broken)?)
}

/// The data of a scan: up to the next marker. A byte of all ones in it is followed by nothing, or
/// by where to start again (B.1.1.5).
fn coded<'a>(bytes: &mut Bytes<'a>) -> Result<&'a [u8], NotTaken> {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7);
    let end = bytes.rest().windows(2).position(is_end);
    bytes.take(end.ok_or(NotTaken::Broken)?)
}

#[derive(Default)]
struct Writer {
    /// Tables and scans, in their order.
    body: Vec<u8>,
    /// What stands before them, in an order of our own.
    is_jfif: bool,
    orientation: Option<u8>,
    adobe: Option<Vec<u8>>,
    has_frame: bool,
    scans: usize,
}

impl Writer {
    fn add(&mut self, kind: u8, data: &[u8]) -> Result<(), NotTaken> {
        match kind {
            // Baseline, extended, progressive: what browsers show.
            0xc0..=0xc2 => {
                if self.has_frame {
                    return Err(NotTaken::Broken);
                }
                self.has_frame = true;
                frame(data)?;
                write(kind, data, &mut self.body);
            }
            // Tables, and where to start again.
            0xc4 | 0xdb | 0xdd => write(kind, data, &mut self.body),
            0xe0 => self.is_jfif |= data.starts_with(b"JFIF\0"),
            EXIF => self.orientation = self.orientation.or_else(|| orientation(data)),
            // Says how colours are coded; its length is that of all of it.
            0xee if data.starts_with(b"Adobe") && data.len() == 12 => {
                self.adobe = Some(data.to_vec());
            }
            // What other programs left: profiles, previews, further pictures, comments.
            0xe2..=0xef | 0xfe => {}
            _ => return Err(NotTaken::Broken),
        }
        Ok(())
    }

    fn scan(&mut self, head: &[u8], coded: &[u8]) -> Result<(), NotTaken> {
        self.scans += 1;
        if !self.has_frame || self.scans > MOST_SCANS {
            return Err(NotTaken::Broken);
        }
        write(SCAN, head, &mut self.body);
        self.body.extend_from_slice(coded);
        Ok(())
    }

    fn finished(self) -> Result<Vec<u8>, NotTaken> {
        if self.scans == 0 {
            return Err(NotTaken::Broken);
        }
        let mut out = vec![0xff, 0xd8];
        if self.is_jfif {
            // Version 1.1, pixels that are square, no thumbnail.
            write(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", &mut out);
        }
        if let Some(way) = self.orientation {
            write(EXIF, &turned(way), &mut out);
        }
        if let Some(adobe) = &self.adobe {
            write(0xee, adobe, &mut out);
        }
        out.extend_from_slice(&self.body);
        out.extend_from_slice(&[0xff, END]);
        Ok(out)
    }
}

fn frame(data: &[u8]) -> Result<(), NotTaken> {
    let mut bytes = Bytes::of(data);
    let [depth] = bytes.array()?;
    let (height, width) = (bytes.array()?, bytes.array()?);
    let [colours] = bytes.array()?;
    let fits = depth == 8 && matches!(colours, 1 | 3 | 4);
    if !fits || bytes.rest().len() != usize::from(colours) * 3 {
        return Err(NotTaken::Broken);
    }
    let number = |pair| u32::from(u16::from_be_bytes(pair));
    check_size(number(width), number(height))
}

fn write(kind: u8, data: &[u8], out: &mut Vec<u8>) {
    // It was read as a length of two bytes, or is shorter.
    let length = u16::try_from(data.len() + 2).unwrap_or_default();
    out.extend_from_slice(&[0xff, kind]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(data);
}

/// Which way up the picture is, as a camera noted it; nothing when it is as it should be. It is all
/// that is kept of EXIF: without it, most photos of a phone would lie on their side.
fn orientation(data: &[u8]) -> Option<u8> {
    let exif = data.strip_prefix(b"Exif\0\0")?;
    let is_little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    let long = |at: usize| {
        let four = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = if is_little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        };
        usize::try_from(number).ok()
    };
    let first = long(4)?;
    let entries = usize::from(short(first)?);
    let at = |entry: usize| Some(first.checked_add(2)? + entry * 12);
    let entry = (0..entries).find_map(|entry| at(entry).filter(|at| short(*at) == Some(TURNED)))?;
    let way = short(entry.checked_add(8)?)?;
    u8::try_from(way).ok().filter(|way| (2..=8).contains(way))
}

/// The number of the entry that says which way up a picture is.
const TURNED: u16 = 0x0112;

/// EXIF that says which way up a picture is and nothing else: one entry, of one short number.
fn turned(way: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[way, 0, 0, 0, 0, 0, 0]);
    exif
}
