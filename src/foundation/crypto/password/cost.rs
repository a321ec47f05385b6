//! What one hash costs.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

/// The work of one Argon2id hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes. More than one buys nothing on a server that hashes for many at once.
    pub lanes: u32,
}

/// A cost that is outside what Doorward computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "a password hash may cost 8 to 262144 KiB of memory, 1 to 16 passes and 1 to 8 lanes, with 8 KiB or more for each lane"
)]
pub struct CostRefused;

impl Default for Cost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Cost {
    /// 19 MiB, 2 passes, 1 lane: the first choice of OWASP's list.
    pub const DEFAULT: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// The ceiling. Hashes come from imports too: one of them must not be able to
    /// take all memory or a worker for minutes.
    pub const CEILING: Self = Self {
        memory_kib: 256 * 1024,
        passes: 16,
        lanes: 8,
    };

    /// Whether this server computes such a hash.
    ///
    /// # Errors
    /// When a number is zero, below what Argon2 allows, or above the ceiling.
    pub fn check(self) -> Result<Self, CostRefused> {
        let top = Self::CEILING;
        let bounded = self.memory_kib <= top.memory_kib
            && self.passes <= top.passes
            && self.lanes <= top.lanes;
        match self.params() {
            Some(_) if bounded => Ok(self),
            _ => Err(CostRefused),
        }
    }

    /// Whether a hash made at this cost is weaker than `wanted`.
    pub(super) fn is_below(self, wanted: Self) -> bool {
        self.memory_kib < wanted.memory_kib || self.work() < wanted.work()
    }

    /// Blocks filled in all passes.
    fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// Blocks of 1 KiB that the hash fills.
    pub(super) fn blocks(self) -> Option<usize> {
        self.params().map(|params| params.block_count())
    }

    pub(super) fn argon2(self) -> Option<Argon2<'static>> {
        let params = self.params()?;
        Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, None).ok()
    }
}
