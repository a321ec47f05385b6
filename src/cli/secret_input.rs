//! Secrets come in by standard input only: arguments are seen by every process of
//! the machine and stay in the shell's history.

use std::io::{Read, stdin};

use zeroize::Zeroizing;

/// More than any password; what is longer is a mistake (a file, say).
const MOST_BYTES: u64 = 4096;

/// Why a secret could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretInputError {
    /// Nothing came.
    #[error("no password came on standard input")]
    Empty,
    /// More came than a password can be.
    #[error("what came on standard input is too long for a password")]
    TooLong,
    /// It cannot be read or is not UTF-8.
    #[error("the password on standard input cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

/// Reads a secret from standard input, without the line's end.
///
/// # Errors
/// Nothing, too much, or something unreadable came.
pub fn read() -> Result<Zeroizing<String>, SecretInputError> {
    from(stdin().lock())
}

fn from(input: impl Read) -> Result<Zeroizing<String>, SecretInputError> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    input.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(SecretInputError::TooLong);
    }
    let end = text.strip_suffix('\n').map_or(text.len(), |line| {
        line.strip_suffix('\r').unwrap_or(line).len()
    });
    text.truncate(end);
    if text.is_empty() {
        Err(SecretInputError::Empty)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_not_part_of_the_password() {
        for (input, password) in [
            ("pw\n", "pw"),
            ("pw\r\n", "pw"),
            ("pw", "pw"),
            (" pw \n", " pw "),
            ("a\n\n", "a\n"),
        ] {
            assert_eq!(from(input.as_bytes()).unwrap().as_str(), password);
        }
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert!(matches!(from(&b"\n"[..]), Err(SecretInputError::Empty)));
        assert!(matches!(from(&b""[..]), Err(SecretInputError::Empty)));
        assert!(matches!(
            from(&[b'a'; 5000][..]),
            Err(SecretInputError::TooLong)
        ));
        assert!(matches!(
            from(&[0xff, 0xfe][..]),
            Err(SecretInputError::Unreadable(_))
        ));
    }
}
