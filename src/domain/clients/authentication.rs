//! How a client proves itself: with a secret in one of two places, or with nothing but its
//! name when it is public. Anything in between is a confusion that is refused.

use super::{AuthenticationMethod, Client};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::token::Secret;

/// What a caller presents.
pub struct Credentials {
    /// Where the secret stood, or `None` when there was none.
    pub method: AuthenticationMethod,
    /// The secret, unless the method is `None`.
    pub secret: Option<Secret>,
}

/// The caller is not the client that it names. Why is for the log, not for the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The client was disabled by an administrator.
    #[error("the client is disabled")]
    Disabled,
    /// A confidential client has to show a secret.
    #[error("a confidential client sent no secret")]
    SecretMissing,
    /// A client without a secret that sends one is not the program that was registered.
    #[error("a public client sent a secret")]
    SecretOfPublicClient,
    /// The client registered one method and used another.
    #[error("not the registered authentication method")]
    Method,
    /// Not one of its live secrets.
    #[error("the secret is wrong or has expired")]
    Secret,
}

/// Checks that the caller is `client`.
pub fn authenticate(
    client: &Client,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<(), Unauthenticated> {
    if !client.is_enabled() {
        return Err(Unauthenticated::Disabled);
    }
    let Some(secret) = &credentials.secret else {
        return if client.confidential {
            Err(Unauthenticated::SecretMissing)
        } else {
            Ok(())
        };
    };
    if !client.confidential {
        return Err(Unauthenticated::SecretOfPublicClient);
    }
    // A registered key is not worth less for a secret that leaked before it.
    let registered = client.metadata.token_endpoint_auth_method;
    if registered.is_some_and(|method| method != credentials.method) {
        return Err(Unauthenticated::Method);
    }
    if is_live_secret(client, secret, now) {
        Ok(())
    } else {
        Err(Unauthenticated::Secret)
    }
}

// All of them are compared, each in constant time: neither the time nor the order tells which
// one came close.
fn is_live_secret(client: &Client, secret: &Secret, now: Timestamp) -> bool {
    let presented: Digest = secret.digest();
    let live = |expires_at: Option<Timestamp>| expires_at.is_none_or(|end| now < end);
    client.secrets.iter().fold(false, |found, kept| {
        let same = kept.digest.matches(&presented);
        found | (same & live(kept.expires_at))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Metadata;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn client(secrets: &[(&str, Option<i64>)]) -> Client {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|(text, end)| (*text, end.map(Timestamp::from_millis)))
            .collect();
        Client::of_a_test(Metadata::new(Vec::new()), &secrets)
    }

    fn with(method: AuthenticationMethod, secret: &str) -> Credentials {
        Credentials {
            method,
            secret: Some(secret.into()),
        }
    }

    fn without() -> Credentials {
        Credentials {
            method: AuthenticationMethod::None,
            secret: None,
        }
    }

    #[test]
    fn each_live_secret_is_accepted_and_an_expired_one_is_not() {
        let client = client(&[
            ("one", None),
            ("two", Some(1_000_001)),
            ("old", Some(1_000_000)),
        ]);
        let result = |secret| {
            authenticate(
                &client,
                &with(AuthenticationMethod::SecretBasic, secret),
                NOW,
            )
        };
        assert_eq!(result("one"), Ok(()));
        assert_eq!(result("two"), Ok(()));
        assert_eq!(result("old"), Err(Unauthenticated::Secret));
        assert_eq!(result("onE"), Err(Unauthenticated::Secret));
        assert_eq!(result("on"), Err(Unauthenticated::Secret));
        assert_eq!(result(""), Err(Unauthenticated::Secret));
    }

    #[test]
    fn a_confidential_client_without_secret_is_refused() {
        let client = client(&[("one", None)]);
        assert_eq!(
            authenticate(&client, &without(), NOW),
            Err(Unauthenticated::SecretMissing)
        );
    }

    #[test]
    fn a_public_client_shows_no_secret() {
        let client = client(&[]);
        assert_eq!(authenticate(&client, &without(), NOW), Ok(()));
        assert_eq!(
            authenticate(&client, &with(AuthenticationMethod::SecretPost, "x"), NOW),
            Err(Unauthenticated::SecretOfPublicClient)
        );
    }

    #[test]
    fn a_registered_method_excludes_the_others() {
        let mut client = client(&[("one", None)]);
        client.metadata.token_endpoint_auth_method = Some(AuthenticationMethod::SecretPost);
        assert_eq!(
            authenticate(
                &client,
                &with(AuthenticationMethod::SecretBasic, "one"),
                NOW
            ),
            Err(Unauthenticated::Method)
        );
        assert_eq!(
            authenticate(&client, &with(AuthenticationMethod::SecretPost, "one"), NOW),
            Ok(())
        );
    }

    #[test]
    fn a_disabled_client_is_refused_with_its_secret() {
        let mut client = client(&[("one", None)]);
        client.disabled_at = Some(NOW);
        assert_eq!(
            authenticate(
                &client,
                &with(AuthenticationMethod::SecretBasic, "one"),
                NOW
            ),
            Err(Unauthenticated::Disabled)
        );
    }
}
