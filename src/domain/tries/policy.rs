//! How tries are limited.

use std::{fmt, time::Duration};

use super::{Queue, budget::Schedule};
use crate::foundation::crypto::seal::MasterKey;

/// Who is stopped by failures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PolicyKind {
    /// Browsers that nobody has signed in from; each known browser has a budget of its own.
    DeviceAware,
    /// The account: every browser.
    Classic,
}

impl PolicyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DeviceAware, Self::Classic];

    /// Its word in the configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeviceAware => "device-aware",
            Self::Classic => "classic",
        }
    }
}

/// How tries are limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Who is stopped.
    pub kind: PolicyKind,
    /// The budget of an account, for each factor.
    pub account: Schedule,
    /// The budget of a network over all accounts, for each factor; none when it is not limited.
    pub address: Option<Schedule>,
}

impl Default for Policy {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            kind: PolicyKind::DeviceAware,
            account: Schedule::growing(5, minute, minute * 60),
            address: Some(Schedule::steady(100, minute)),
        }
    }
}

/// What keeps guessers out: the policy, the key under which unknown names are counted, and the
/// queues of this process.
pub struct Guard {
    /// How tries are limited.
    pub policy: Policy,
    pub(super) master: MasterKey,
    pub(super) queue: Queue,
}

impl Guard {
    /// A guard of a policy.
    #[must_use]
    pub fn new(policy: Policy, master: MasterKey) -> Self {
        Self {
            policy,
            master,
            queue: Queue::default(),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.policy).finish()
    }
}
