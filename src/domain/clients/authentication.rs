//! How a client proves itself. A client that has registered a method proves itself by that
//! method and no other: whoever has stolen a secret must not be taken for a client that has a
//! key. Anything in between two methods is a confusion that is refused.

use super::assertion::{self, InvalidAssertion};
use super::{AuthenticationMethod, Client, KeySets, Metadata};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::certificate::{Authorities, Certificate, CertificateName};
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::jose::{ForeignKeys, Unverified};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::Db;
use crate::foundation::outbound::Outbound;

/// What a caller presents, besides the certificate of its connection.
pub enum Proof<'a> {
    /// Its name alone.
    Nothing,
    /// A secret in the `Authorization` header.
    Basic(Secret),
    /// A secret in the form.
    Post(Secret),
    /// An assertion of its own.
    Assertion(Unverified<'a>),
}

/// What proofs are checked with.
pub struct Means<'a> {
    /// Where used assertions are marked.
    pub db: &'a Db,
    /// Opens the secrets that have to be readable.
    pub master_key: &'a MasterKey,
    /// The keys of clients.
    pub key_sets: &'a KeySets,
    /// Fetches them.
    pub outbound: &'a Outbound,
    /// The certificate of the connection.
    pub certificate: Option<&'a Certificate>,
    /// Who vouches for certificates that are recognised by their names.
    pub authorities: Option<&'a Authorities>,
    /// The issuer: whom an assertion may always be for.
    pub issuer: &'a str,
    /// The addresses of the endpoint that was called and of the token endpoint, also those for
    /// clients that show certificates (RFC 8705 §5). An assertion may be for any of them unless
    /// the profile forbids it.
    pub endpoints: &'a [String],
    /// The moment.
    pub now: Timestamp,
}

/// The caller is not the client that it names. Why is for the log, not for the caller.
#[derive(Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The client was disabled by an administrator.
    #[error("the client is disabled")]
    Disabled,
    /// A confidential client has to show something.
    #[error("a confidential client sent neither secret nor assertion")]
    ProofMissing,
    /// A client without a secret that sends one is not the program that was registered.
    #[error("a public client sent a secret or an assertion")]
    ProofOfPublicClient,
    /// The client registered one method and used another.
    #[error("not the registered authentication method")]
    Method,
    /// Not one of its live secrets.
    #[error("the secret is wrong or has expired")]
    Secret,
    /// There is no certificate, or it is somebody else's.
    #[error("the certificate is missing, or not the client's")]
    Certificate,
    /// The assertion is not accepted.
    #[error(transparent)]
    Assertion(#[from] InvalidAssertion),
}

/// Checks that the caller is `client`.
///
/// # Errors
/// It is not.
pub async fn authenticate(
    client: &Client,
    proof: &Proof<'_>,
    means: &Means<'_>,
) -> Result<AuthenticationMethod, Unauthenticated> {
    use AuthenticationMethod as By;
    if !client.is_enabled() {
        return Err(Unauthenticated::Disabled);
    }
    let method = method(client, proof)?;
    match (method, proof) {
        (By::SecretBasic | By::SecretPost, Proof::Basic(secret) | Proof::Post(secret)) => {
            if !is_live_secret(client, secret, means.now) {
                return Err(Unauthenticated::Secret);
            }
        }
        (By::PrivateKeyJwt, Proof::Assertion(token)) => {
            assertion::accept_signed_by_key(client, token, means).await?;
        }
        (By::SecretJwt, Proof::Assertion(token)) => {
            assertion::accept_signed_by_secret(client, token, means).await?;
        }
        (By::TlsClientAuth | By::SelfSignedTlsClientAuth, Proof::Nothing) => {
            check_certificate(client, method, means).await?;
        }
        (By::None, Proof::Nothing) => {}
        _ => return Err(Unauthenticated::Method),
    }
    Ok(method)
}

/// The method that the proof is one of, if the client may use it.
fn method(client: &Client, proof: &Proof<'_>) -> Result<AuthenticationMethod, Unauthenticated> {
    use AuthenticationMethod as By;
    let registered = client.metadata.token_endpoint_auth_method;
    let used = match (proof, registered) {
        (Proof::Nothing, _) if !client.confidential => return Ok(By::None),
        (_, _) if !client.confidential => return Err(Unauthenticated::ProofOfPublicClient),
        (Proof::Nothing, Some(method)) if method.is_certificate() => method,
        (Proof::Nothing, _) => return Err(Unauthenticated::ProofMissing),
        (Proof::Basic(_), _) => By::SecretBasic,
        (Proof::Post(_), _) => By::SecretPost,
        // With which key it is signed is what was registered, never what the token says.
        (Proof::Assertion(_), Some(By::SecretJwt)) => By::SecretJwt,
        (Proof::Assertion(_), _) => By::PrivateKeyJwt,
    };
    let of_the_client = match registered {
        Some(registered) => registered == used,
        // Registered before it said how: with its secret, in either place.
        None => matches!(used, By::SecretBasic | By::SecretPost),
    };
    if of_the_client && client.metadata.profile.permits(used) {
        Ok(used)
    } else {
        Err(Unauthenticated::Method)
    }
}

// All of them are compared, each in constant time: neither the time nor the order tells which
// one came close.
pub(super) fn is_live_secret(client: &Client, secret: &Secret, now: Timestamp) -> bool {
    let presented: Digest = secret.digest();
    client.secrets.iter().fold(false, |found, kept| {
        let same = kept.digest.matches(&presented);
        found | (same & kept.is_live(now))
    })
}

async fn check_certificate(
    client: &Client,
    method: AuthenticationMethod,
    means: &Means<'_>,
) -> Result<(), Unauthenticated> {
    let certificate = means.certificate.ok_or(Unauthenticated::Certificate)?;
    let accepted = if method == AuthenticationMethod::TlsClientAuth {
        let name = certificate_name(&client.metadata);
        let vouched_for = |by: &Authorities| certificate.is_signed_by(by, means.now);
        name.is_some_and(|name| certificate.is_named(name))
            && means.authorities.is_some_and(vouched_for)
    } else {
        let suffices = |keys: &ForeignKeys| keys.have_certificate(certificate);
        let keys = means.key_sets;
        let keys = keys.of_client(means.outbound, client, suffices, means.now);
        match keys.await {
            Ok(keys) => keys.have_certificate(certificate),
            Err(error) => {
                tracing::warn!(client = %client.id, %error, "a certificate cannot be compared");
                false
            }
        }
    };
    accepted.then_some(()).ok_or(Unauthenticated::Certificate)
}

/// The name by which a client's certificate is recognised.
fn certificate_name(metadata: &Metadata) -> Option<CertificateName<'_>> {
    use CertificateName as By;
    let dn = metadata.tls_client_auth_subject_dn.as_deref();
    let dns = metadata.tls_client_auth_san_dns.as_deref();
    let uri = metadata.tls_client_auth_san_uri.as_deref();
    let ip = metadata.tls_client_auth_san_ip.as_deref();
    let email = metadata.tls_client_auth_san_email.as_deref();
    dn.map(By::Subject)
        .or(dns.map(By::Dns))
        .or(uri.map(By::Uri))
        .or(ip.map(By::Ip))
        .or(email.map(By::Email))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn client(secrets: &[(&str, Option<i64>)]) -> Client {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|(text, end)| (*text, end.map(Timestamp::from_millis)))
            .collect();
        Client::of_a_test(Metadata::new(Vec::new()), &secrets)
    }

    fn basic(secret: &str) -> Proof<'static> {
        Proof::Basic(secret.into())
    }

    fn post(secret: &str) -> Proof<'static> {
        Proof::Post(secret.into())
    }

    const ASSERTION: &str = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";

    fn assertion() -> Proof<'static> {
        Proof::Assertion(Unverified::parse(ASSERTION).unwrap())
    }

    #[test]
    fn each_live_secret_is_accepted_and_an_expired_one_is_not() {
        let client = client(&[
            ("one", None),
            ("two", Some(1_000_001)),
            ("old", Some(1_000_000)),
        ]);
        let live = |secret: &str| is_live_secret(&client, &secret.into(), NOW);
        assert!(live("one") && live("two"));
        for wrong in ["old", "onE", "on", ""] {
            assert!(!live(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_confidential_client_proves_itself_and_a_public_one_does_not() {
        let confidential = client(&[("one", None)]);
        assert!(matches!(
            method(&confidential, &Proof::Nothing),
            Err(Unauthenticated::ProofMissing)
        ));
        let public = client(&[]);
        assert!(method(&public, &Proof::Nothing).is_ok());
        for proof in [basic(""), post("x"), assertion()] {
            assert!(matches!(
                method(&public, &proof),
                Err(Unauthenticated::ProofOfPublicClient)
            ));
        }
    }

    #[test]
    fn item_21_a_registered_method_excludes_all_others() {
        use AuthenticationMethod as By;
        for registered in By::ALL.into_iter().filter(|method| *method != By::None) {
            let mut client = client(&[("one", None)]);
            client.metadata.token_endpoint_auth_method = Some(registered);
            let accepted = [basic("one"), post("one"), assertion(), Proof::Nothing]
                .map(|proof| method(&client, &proof).ok());
            let expected = match registered {
                By::SecretBasic => 0,
                By::SecretPost => 1,
                By::SecretJwt | By::PrivateKeyJwt => 2,
                By::TlsClientAuth | By::SelfSignedTlsClientAuth | By::None => 3,
            };
            for (place, accepted) in accepted.into_iter().enumerate() {
                let wanted = (place == expected).then_some(registered);
                assert_eq!(accepted, wanted, "{registered} {place}");
            }
        }
    }

    #[test]
    fn item_21_without_a_registered_method_a_secret_alone_is_a_proof() {
        let client = client(&[("one", None)]);
        assert!(method(&client, &basic("one")).is_ok());
        assert!(method(&client, &post("one")).is_ok());
        assert!(method(&client, &assertion()).is_err());
    }
}
