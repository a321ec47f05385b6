//! Owns password hashing: Argon2id with a cost that can grow, PHC strings, and
//! the bounded pool that computes them. Does not own who may sign in, nor where
//! a hash is kept.
//!
//! A hash takes some 19 MiB and 20 ms by design, so it must never run on an
//! async thread, never in unbounded numbers, and never while a database
//! transaction is open. [`PasswordPool`] is the only way to compute one.

mod cost;
mod hash;
mod pool;
#[cfg(test)]
mod tests;

pub use cost::{Cost, CostRefused};
pub use hash::{HashRefused, PasswordHash};
pub use pool::{PasswordError, PasswordPool, Verdict};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password that is hashed, in bytes after normalisation. Argon2 reads
/// its input once, so length costs nothing; the bound only keeps requests small.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// A password as a person typed it, ready to be hashed. Cleared when dropped;
/// has no `Debug` or `Display`.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Prepares what was typed: the `OpaqueString` profile of RFC 8265 (other
    /// spaces become U+0020, then normalisation form C), so that the same
    /// password typed on two keyboards gives the same bytes.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let spaces = typed
            .chars()
            .map(|c| if is_other_space(c) { ' ' } else { c });
        let mut prepared = Zeroizing::new(String::with_capacity(typed.len() * 3));
        prepared.extend(spaces.nfc());
        Self(prepared)
    }

    /// Its length in characters.
    #[must_use]
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is longer than [`MAX_PASSWORD_BYTES`].
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.0.len() > MAX_PASSWORD_BYTES
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The space separators (Unicode category Zs) besides U+0020.
fn is_other_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}
