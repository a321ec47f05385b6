//! The mail folder of the demo, as a person looks into their mailbox.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::demo::Demo;

/// How long a letter may be on its way.
const PATIENCE: Duration = Duration::from_secs(30);

impl Demo {
    /// Takes a letter to this person out of their mailbox, as soon as one is there that has
    /// `mark` in it.
    pub async fn take_letter(&self, name: &str, mark: &str) -> String {
        self.take_letter_to(&self.person(name).user_name, mark)
            .await
    }

    /// The same of a letter to an address.
    pub async fn take_letter_to(&self, to: &str, mark: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(letter) = take(&self.folder().join("letters"), to, mark) {
                return letter;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no letter to {to} with {mark}");
    }
}

fn take(folder: &Path, to: &str, mark: &str) -> Option<String> {
    for file in std::fs::read_dir(folder).ok()? {
        let path = file.ok()?.path();
        if path.extension().is_none_or(|ending| ending != "eml") {
            continue;
        }
        let letter = decoded(&std::fs::read_to_string(&path).ok()?);
        if letter.contains(&format!("To: {to}")) && letter.contains(mark) {
            std::fs::remove_file(&path).expect("the letter is ours");
            return Some(letter);
        }
    }
    None
}

/// Quoted-printable, undone (RFC 2045 §6.7).
fn decoded(raw: &str) -> String {
    let mut pieces = raw.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        match piece
            .get(..2)
            .map(|code| (code, u8::from_str_radix(code, 16)))
        {
            Some(("\r\n", _)) => bytes.extend(piece[2..].bytes()),
            Some((_, Ok(byte))) => {
                bytes.push(byte);
                bytes.extend(piece[2..].bytes());
            }
            _ => {
                bytes.push(b'=');
                bytes.extend(piece.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first word of a letter that has `mark` in it: a link.
pub fn link(letter: &str, mark: &str) -> String {
    let mut words = letter.split_whitespace();
    words
        .find(|word| word.contains(mark))
        .expect("a link")
        .to_owned()
}

/// The line of a letter that is a code of eight digits in two halves.
pub fn code(letter: &str) -> String {
    let is_code = |line: &&str| {
        let digits = line.chars().filter(char::is_ascii_digit).count();
        line.len() == 9 && digits == 8
    };
    letter
        .lines()
        .map(str::trim)
        .find(is_code)
        .expect("a code")
        .to_owned()
}
