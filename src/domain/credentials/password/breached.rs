//! Passwords that are known to all the world, in a file: a heading, then the first 64 bits of
//! the SHA-1 of each, sorted. A look-up is a binary search in the file and keeps nothing in
//! memory. (A filter would be a fifth of the size, and would have to be in memory as a whole and
//! be wrong now and then; 64 bits of a hash are right for any list that there is.)

use std::{
    fs::File,
    io::{self, BufRead, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::foundation::crypto::digest::sha1;

const HEADING: &[u8; 16] = b"doorward known 1";
const ENTRY: u64 = 8;
/// `HASH:count` and plain passwords; what is longer is no list.
const LONGEST_LINE: u64 = 4096;

/// A list of passwords that became known.
#[derive(Clone, Debug)]
pub struct Breached {
    path: PathBuf,
    entries: u64,
}

/// The file is not such a list.
#[derive(Debug, thiserror::Error)]
pub enum BreachedUnreadable {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something else.
    #[error("it was not made by `doorward passwords build-breached-list`")]
    NotAList,
}

impl Breached {
    /// Takes a file into use.
    ///
    /// # Errors
    /// It cannot be read, or is no list.
    pub fn open(path: &Path) -> Result<Self, BreachedUnreadable> {
        let mut file = File::open(path)?;
        let mut heading = [0; HEADING.len()];
        let length = file.metadata()?.len();
        let body = length.checked_sub(HEADING.len() as u64);
        let is_list = file.read_exact(&mut heading).is_ok() && heading == *HEADING;
        match body {
            Some(body) if is_list && body % ENTRY == 0 => Ok(Self {
                path: path.to_owned(),
                entries: body / ENTRY,
            }),
            _ => Err(BreachedUnreadable::NotAList),
        }
    }

    /// How many passwords it holds.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether a password is on it.
    ///
    /// # Errors
    /// The file cannot be read any more.
    pub fn contains(&self, password: &str) -> io::Result<bool> {
        let wanted = prefix(&sha1(password.as_bytes()));
        let mut file = File::open(&self.path)?;
        let (mut from, mut to) = (0, self.entries);
        while from < to {
            let middle = from + (to - from) / 2;
            file.seek(SeekFrom::Start(HEADING.len() as u64 + middle * ENTRY))?;
            let mut entry = [0; ENTRY as usize];
            file.read_exact(&mut entry)?;
            match u64::from_be_bytes(entry).cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        Ok(false)
    }
}

/// What was built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Built {
    /// Passwords that were written.
    pub entries: u64,
    /// Lines that were passed over: seen less often than asked for.
    pub passed_over: u64,
}

/// Reads a list line by line, `SHA-1:count` (as Have I Been Pwned publishes it), `SHA-1`, or a
/// plain password, and writes the file. A list of hashes that is sorted already streams through;
/// any other is sorted in memory, with eight bytes for a password. Hashes that were seen less than
/// `least` times are passed over.
///
/// # Errors
/// A line is too long, or something cannot be read or written.
pub fn build_breached_list(from: impl BufRead, to: &Path, least: u64) -> io::Result<Built> {
    let unfinished = to.with_extension("part");
    let mut writer = Writer::new(&unfinished)?;
    let mut built = Built {
        entries: 0,
        passed_over: 0,
    };
    let mut lines = from;
    while let Some(line) = next_line(&mut lines)? {
        match entry(&line, least) {
            Some(entry) => writer.take(entry)?,
            None => built.passed_over += 1,
        }
    }
    built.entries = writer.finish()?;
    std::fs::rename(&unfinished, to)?;
    Ok(built)
}

/// Writes what comes in order; from the first that does not, gathers all that is left.
struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    last: Option<u64>,
    written: u64,
    gathered: Vec<u64>,
}

impl Writer {
    fn new(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(HEADING)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            last: None,
            written: 0,
            gathered: Vec::new(),
        })
    }

    fn take(&mut self, entry: u64) -> io::Result<()> {
        let in_order = self.last.is_none_or(|last| last < entry);
        if !self.gathered.is_empty() || !in_order && self.last != Some(entry) {
            self.gathered.push(entry);
            return Ok(());
        }
        if in_order {
            self.file.write_all(&entry.to_be_bytes())?;
            self.last = Some(entry);
            self.written += 1;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<u64> {
        if !self.gathered.is_empty() {
            self.file.flush()?;
            let mut all = self.gathered;
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(HEADING.len() as u64))?;
            let mut written = Vec::new();
            file.read_to_end(&mut written)?;
            let (entries, _) = written.as_chunks::<{ ENTRY as usize }>();
            all.extend(entries.iter().map(|entry| u64::from_be_bytes(*entry)));
            all.sort_unstable();
            all.dedup();
            self.file = BufWriter::new(File::create(&self.path)?);
            self.file.write_all(HEADING)?;
            for entry in &all {
                self.file.write_all(&entry.to_be_bytes())?;
            }
            self.written = all.len() as u64;
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(self.written)
    }
}

fn next_line(lines: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    loop {
        let mut line = Vec::new();
        let read = lines
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            let why = "a line is longer than 4096 bytes: this is no list of passwords";
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        while line
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            line.pop();
        }
        if !line.is_empty() {
            return Ok(Some(line));
        }
    }
}

fn entry(line: &[u8], least: u64) -> Option<u64> {
    let Some(hash) = line.get(..40).and_then(hex) else {
        return Some(prefix(&sha1(line)));
    };
    match &line[40..] {
        [] => Some(hash),
        [b':', count @ ..] => {
            let count = std::str::from_utf8(count).ok();
            let count = count.and_then(|count| count.trim().parse::<u64>().ok());
            (count? >= least).then_some(hash)
        }
        _ => Some(prefix(&sha1(line))),
    }
}

/// The first 64 bits of 40 hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let first = std::str::from_utf8(&digits[..16]).ok()?;
    u64::from_str_radix(first, 16).ok()
}

fn prefix(hash: &[u8; 20]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str, least: u64) -> (tempfile::TempDir, Breached, Built) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known.bin");
        let built = build_breached_list(text.as_bytes(), &path, least).unwrap();
        let list = Breached::open(&path).unwrap();
        (folder, list, built)
    }

    #[test]
    fn a_list_of_hashes_and_one_of_passwords_hold_the_same() {
        // SHA-1 of "password" and of "123456".
        let hashes = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\r\n\
                      7C4A8D09CA3762AF61E59520943DC26494F8941B:112057163\n";
        for text in [hashes, "password\n123456\npassword\n", "123456\n\npassword"] {
            let (_folder, list, built) = built(text, 1);
            assert_eq!((list.entries(), built.entries), (2, 2));
            for known in ["password", "123456"] {
                assert!(list.contains(known).unwrap(), "{known}");
            }
            assert!(!list.contains("correct horse battery").unwrap());
        }
    }

    #[test]
    fn what_was_seen_too_rarely_is_passed_over() {
        let text = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9\n\
                    7C4A8D09CA3762AF61E59520943DC26494F8941B:10\n";
        let (_folder, list, built) = built(text, 10);
        assert_eq!((built.entries, built.passed_over), (1, 1));
        assert!(!list.contains("password").unwrap());
    }

    #[test]
    fn every_one_of_many_is_found_in_whatever_order_they_come() {
        let many: Vec<String> = (0..5000).map(|n| format!("known {n}")).collect();
        let (_folder, list, _) = built(&many.join("\n"), 1);
        assert_eq!(list.entries(), 5000);
        assert!(many.iter().all(|one| list.contains(one).unwrap()));
        assert!(!(5000..6000).any(|n| list.contains(&format!("known {n}")).unwrap()));
    }

    #[test]
    fn another_file_is_no_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        for content in [&b""[..], b"doorward known 2", b"doorward known 1abc"] {
            std::fs::write(&path, content).unwrap();
            assert!(matches!(
                Breached::open(&path),
                Err(BreachedUnreadable::NotAList)
            ));
        }
        let long = "x".repeat(5000);
        assert!(build_breached_list(long.as_bytes(), &path, 1).is_err());
    }
}
