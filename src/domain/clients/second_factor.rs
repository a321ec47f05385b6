//! What a client asks of how people sign in to it, whatever the policy asks of them.

use std::time::Duration;

use super::{Client, RequiredMfa};
use crate::domain::signin::{Acr, Demand};

impl RequiredMfa {
    /// The class below which a sign-in will not do.
    pub const fn class(self) -> Option<Acr> {
        match self {
            Self::None => None,
            Self::MultiFactor => Some(Acr::MultiFactor),
            Self::PhishingResistant => Some(Acr::PhishingResistant),
        }
    }
}

impl Client {
    /// What it asks of every sign-in. A factor is required as such: neither a time of grace nor an
    /// exemption nor a trusted device stands in for it, because the client relies on what `acr`
    /// says, and `acr` says what was proven.
    pub fn demand(&self) -> Demand {
        let trust = self.metadata.trusted_device_lifetime;
        Demand {
            at_least: self.metadata.require_mfa.class(),
            trust: trust.map(Duration::from_secs),
            ..Demand::NONE
        }
    }

    /// Whether a sign-in that came to `acr` will do for it.
    pub fn is_satisfied_with(&self, acr: Option<&str>) -> bool {
        let reached = acr.and_then(|acr| acr.parse::<Acr>().ok());
        // None, which requires nothing, is less than any.
        reached >= self.metadata.require_mfa.class()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clients::Metadata;

    #[test]
    fn a_client_is_satisfied_with_what_it_requires_and_with_more() {
        let client = |require_mfa| {
            let metadata = Metadata {
                require_mfa,
                ..Metadata::default()
            };
            Client::of_a_test(metadata, &[])
        };
        let any = client(RequiredMfa::None);
        assert!(any.is_satisfied_with(None) && any.is_satisfied_with(Some("made up")));
        let strict = client(RequiredMfa::MultiFactor);
        for acr in [Acr::MultiFactor, Acr::PhishingResistant] {
            assert!(strict.is_satisfied_with(Some(acr.as_str())));
        }
        for acr in [None, Some("made up"), Some(Acr::SingleFactor.as_str())] {
            assert!(!strict.is_satisfied_with(acr));
        }
    }
}
