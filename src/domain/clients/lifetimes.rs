//! How long what a client is given is good for: as the installation has set it, as the client's
//! registration says instead, and never longer than its profile lets it.

use std::time::Duration;

use super::Client;

/// How long what is given to applications is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenLifetimes {
    /// An access token.
    pub access: Duration,
    /// An `id_token`.
    pub id: Duration,
    /// A refresh token that is not used.
    pub refresh: Duration,
    /// A grant with `offline_access`, however often it is renewed.
    pub refresh_absolute: Duration,
    /// A code, from the browser's redirect to the token endpoint.
    pub code: Duration,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            access: minutes(10),
            id: minutes(60),
            refresh: minutes(14 * 24 * 60),
            refresh_absolute: minutes(90 * 24 * 60),
            code: minutes(1),
        }
    }
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

impl Client {
    /// How long what this client is given is good for, where the installation says `set`.
    pub fn lifetimes(&self, set: &TokenLifetimes) -> TokenLifetimes {
        let own = |seconds: Option<u64>, set| seconds.map_or(set, Duration::from_secs);
        let registered = &self.metadata;
        TokenLifetimes {
            access: own(registered.access_token_lifetime, set.access),
            id: own(registered.id_token_lifetime, set.id),
            refresh: own(registered.refresh_token_lifetime, set.refresh),
            refresh_absolute: set.refresh_absolute,
            code: set.code.min(self.rules().longest_code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clients::{Metadata, Profile};

    fn of(metadata: Metadata, set: TokenLifetimes) -> TokenLifetimes {
        Client::of_a_test(metadata, &[("s", None)]).lifetimes(&set)
    }

    #[test]
    fn a_client_has_what_is_set_and_what_it_registered_goes_before_it() {
        let set = TokenLifetimes {
            access: minutes(3),
            ..TokenLifetimes::default()
        };
        assert_eq!(of(Metadata::default(), set), set);
        let own = Metadata {
            access_token_lifetime: Some(60),
            id_token_lifetime: Some(120),
            refresh_token_lifetime: Some(180),
            ..Metadata::default()
        };
        let found = of(own, set);
        assert_eq!(
            (found.access, found.id, found.refresh),
            (minutes(1), minutes(2), minutes(3))
        );
        assert_eq!(found.refresh_absolute, set.refresh_absolute);
    }

    #[test]
    fn no_setting_makes_a_code_of_fapi_live_longer_than_a_minute() {
        let set = TokenLifetimes {
            code: minutes(5),
            ..TokenLifetimes::default()
        };
        let fapi = Metadata {
            profile: Profile::Fapi2,
            ..Metadata::default()
        };
        assert_eq!(of(fapi, set).code, minutes(1));
        assert_eq!(of(Metadata::default(), set).code, minutes(5));
    }
}
