//! The PHC string of one password: `$argon2id$v=19$m=…,t=…,p=…$salt$output`.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::cost::Cost;
use crate::foundation::crypto::random;

/// Bytes of a new salt.
pub(super) const SALT: usize = 16;
/// Bytes of a new output.
pub(super) const OUTPUT: usize = 32;
/// Argon2 allows no shorter salt.
const SHORTEST_SALT: usize = 8;
/// A shorter output could be met by chance.
const SHORTEST_OUTPUT: usize = 16;
/// Longer salts and outputs are not ours, and buy nothing.
const LONGEST: usize = 64;

/// The stored hash of a password. Its `Debug` shows the cost only.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    phc: String,
    cost: Cost,
    salt: Vec<u8>,
    output: Vec<u8>,
}

/// A string that is not a hash this server verifies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HashRefused {
    /// Not a PHC string of Argon2id version 19 with salt and output.
    #[error("not an Argon2id hash (version 19) in the PHC format")]
    NotArgon2id,
    /// More work than this server does for one password.
    #[error("the hash asks for more work than this server does for one password")]
    TooCostly,
}

impl PasswordHash {
    /// Puts together what the pool computed.
    pub(super) fn assemble(cost: Cost, salt: &[u8], output: &[u8]) -> Self {
        let phc = format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            cost.memory_kib,
            cost.passes,
            cost.lanes,
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output),
        );
        Self {
            phc,
            cost,
            salt: salt.to_vec(),
            output: output.to_vec(),
        }
    }

    /// A hash that no password has: what is verified for a user who does not
    /// exist, so that the work is the same.
    pub(super) fn of_nobody(cost: Cost) -> Self {
        Self::assemble(cost, &random::bytes::<SALT>(), &random::bytes::<OUTPUT>())
    }

    /// The string to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.phc
    }

    /// What it costs to verify.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Whether it should be made anew because `wanted` asks for more.
    pub(super) fn is_outdated(&self, wanted: Cost) -> bool {
        self.cost.is_below(wanted) || self.salt.len() < SALT || self.output.len() < OUTPUT
    }

    pub(super) fn salt(&self) -> &[u8] {
        &self.salt
    }

    pub(super) fn output(&self) -> &[u8] {
        &self.output
    }
}

impl FromStr for PasswordHash {
    type Err = HashRefused;

    fn from_str(phc: &str) -> Result<Self, HashRefused> {
        let (cost, salt, output) = read(phc).ok_or(HashRefused::NotArgon2id)?;
        Ok(Self {
            phc: phc.to_owned(),
            cost: cost.check().map_err(|_| HashRefused::TooCostly)?,
            salt,
            output,
        })
    }
}

/// Reads the one shape that Argon2id hashes are written in: no other version, no
/// other order, no key id or associated data.
fn read(phc: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let mut fields = phc.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut numbers = fields.next()?.split(',');
    let cost = Cost {
        memory_kib: number(numbers.next()?, "m=")?,
        passes: number(numbers.next()?, "t=")?,
        lanes: number(numbers.next()?, "p=")?,
    };
    let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    let output = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    let whole = numbers.next().is_none()
        && fields.next().is_none()
        && (SHORTEST_SALT..=LONGEST).contains(&salt.len())
        && (SHORTEST_OUTPUT..=LONGEST).contains(&output.len());
    whole.then_some((cost, salt, output))
}

fn number(text: &str, name: &str) -> Option<u32> {
    let digits = text.strip_prefix(name)?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}
