//! What an application registers, in the names of RFC 7591.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::redirect_uri;
use crate::foundation::crypto::jose::{Algorithm, ForeignKeys, InvalidKeys};

/// A way to come by tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum GrantType {
    /// A person signs in and the client redeems a code.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// The client renews what it has.
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// The client acts for itself: the client of a connection.
    #[serde(rename = "client_credentials")]
    ClientCredentials,
}

impl GrantType {
    /// Every grant that can be registered.
    pub const ALL: [GrantType; 3] = [
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
        GrantType::ClientCredentials,
    ];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            GrantType::AuthorizationCode => "authorization_code",
            GrantType::RefreshToken => "refresh_token",
            GrantType::ClientCredentials => "client_credentials",
        }
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a grant that this server does not offer.
#[derive(Debug, thiserror::Error)]
#[error("not a grant type: use authorization_code, refresh_token or client_credentials")]
pub struct UnknownGrantType;

impl FromStr for GrantType {
    type Err = UnknownGrantType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        GrantType::ALL
            .into_iter()
            .find(|grant| grant.as_str() == name)
            .ok_or(UnknownGrantType)
    }
}

/// How a client proves itself at the token endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AuthenticationMethod {
    /// The secret in the `Authorization` header.
    #[serde(rename = "client_secret_basic")]
    SecretBasic,
    /// The secret in the form.
    #[serde(rename = "client_secret_post")]
    SecretPost,
    /// An assertion that it signs with a key of its own.
    #[serde(rename = "private_key_jwt")]
    PrivateKeyJwt,
    /// A public client: its identifier alone.
    #[serde(rename = "none")]
    None,
}

impl AuthenticationMethod {
    /// Every method.
    pub const ALL: [AuthenticationMethod; 4] = [
        AuthenticationMethod::SecretBasic,
        AuthenticationMethod::SecretPost,
        AuthenticationMethod::PrivateKeyJwt,
        AuthenticationMethod::None,
    ];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            AuthenticationMethod::SecretBasic => "client_secret_basic",
            AuthenticationMethod::SecretPost => "client_secret_post",
            AuthenticationMethod::PrivateKeyJwt => "private_key_jwt",
            AuthenticationMethod::None => "none",
        }
    }
}

/// The registered metadata of a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Metadata {
    /// Where answers may go; one of them word for word.
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Which grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The one way it proves itself. A confidential client without one may send
    /// its secret in the header or in the form, as its library prefers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<AuthenticationMethod>,
    /// Its public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where its public keys are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// What its `id_token` is signed with.
    #[serde(default = "default_algorithm")]
    pub id_token_signed_response_alg: Algorithm,
    /// Whether a request without PKCE is refused. Public clients always need it.
    #[serde(default)]
    pub require_pkce: bool,
    /// Pages that the consent page links to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
}

fn default_algorithm() -> Algorithm {
    Algorithm::Rs256
}

/// Why metadata cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMetadata {
    /// The grant needs an address for its answer.
    #[error("a redirect URI is needed for the grant authorization_code")]
    NoRedirectUri,
    /// One of the addresses is not acceptable.
    #[error("redirect URI {uri:?}: {why}")]
    RedirectUri {
        /// The address.
        uri: String,
        /// What is wrong with it.
        why: redirect_uri::Refused,
    },
    /// There is nothing to renew without a code.
    #[error("the grant refresh_token needs the grant authorization_code beside it")]
    RefreshAlone,
    /// The method does not suit the kind of client.
    #[error("the authentication method {0} does not suit this kind of client")]
    AuthenticationMethod(&'static str),
    /// A client that acts for itself acts for a connection.
    #[error("the grant client_credentials is that of a connection: use `connection create`")]
    ClientCredentials,
    /// `private_key_jwt` needs keys, in one place.
    #[error("private_key_jwt needs a key set or the address of one, and not both")]
    KeysElsewhere,
    /// The key set cannot be used.
    #[error("the key set: {0}")]
    Keys(#[from] InvalidKeys),
    /// The address of the key set cannot be fetched.
    #[error("the address of the key set must be an https address")]
    KeysAddress,
    /// A page address that is not a web address.
    #[error("{0:?} is not a web address")]
    Page(String),
}

impl Metadata {
    /// The metadata of a client that is named by its redirect URIs alone.
    pub fn new(redirect_uris: Vec<String>) -> Self {
        Self {
            redirect_uris,
            post_logout_redirect_uris: Vec::new(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            token_endpoint_auth_method: None,
            jwks: None,
            jwks_uri: None,
            id_token_signed_response_alg: default_algorithm(),
            require_pkce: false,
            client_uri: None,
            policy_uri: None,
            tos_uri: None,
        }
    }

    /// Checks it for registration.
    pub fn check(&self, confidential: bool) -> Result<(), InvalidMetadata> {
        let code = self.grant_types.contains(&GrantType::AuthorizationCode);
        if self.grant_types.contains(&GrantType::ClientCredentials) {
            return Err(InvalidMetadata::ClientCredentials);
        }
        if code && self.redirect_uris.is_empty() {
            return Err(InvalidMetadata::NoRedirectUri);
        }
        if !code && self.grant_types.contains(&GrantType::RefreshToken) {
            return Err(InvalidMetadata::RefreshAlone);
        }
        for uri in self
            .redirect_uris
            .iter()
            .chain(&self.post_logout_redirect_uris)
        {
            redirect_uri::check(uri, confidential).map_err(|why| InvalidMetadata::RedirectUri {
                uri: uri.clone(),
                why,
            })?;
        }
        if let Some(method) = self.token_endpoint_auth_method {
            let public = method == AuthenticationMethod::None;
            if public == confidential {
                return Err(InvalidMetadata::AuthenticationMethod(method.as_str()));
            }
        }
        self.check_keys()?;
        let pages = [&self.client_uri, &self.policy_uri, &self.tos_uri];
        match pages.into_iter().flatten().find(|page| !is_web_page(page)) {
            Some(page) => Err(InvalidMetadata::Page(page.clone())),
            None => Ok(()),
        }
    }
}

impl Metadata {
    /// The metadata of the client of a connection.
    pub fn of_connection() -> Self {
        Self {
            grant_types: vec![GrantType::ClientCredentials],
            ..Self::new(Vec::new())
        }
    }

    /// Checks where its keys are, and what they are.
    pub fn check_keys(&self) -> Result<(), InvalidMetadata> {
        let by_key = self.token_endpoint_auth_method == Some(AuthenticationMethod::PrivateKeyJwt);
        match (&self.jwks, &self.jwks_uri) {
            (None, None) if !by_key => Ok(()),
            (Some(keys), None) if by_key => Ok(ForeignKeys::read(keys).map(drop)?),
            // Whether the host is one that may be asked is seen when it is.
            (None, Some(address)) if by_key => match url::Url::parse(address) {
                Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(()),
                _ => Err(InvalidMetadata::KeysAddress),
            },
            _ => Err(InvalidMetadata::KeysElsewhere),
        }
    }
}

// A page is shown as a link, where `javascript:` would run.
fn is_web_page(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|page| matches!(page.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        Metadata::new(vec!["https://app.example.com/cb".to_owned()])
    }

    #[test]
    fn plain_metadata_is_accepted_and_survives_storage() {
        let metadata = metadata();
        assert!(metadata.check(true).is_ok());
        let stored = serde_json::to_string(&metadata).unwrap();
        assert_eq!(serde_json::from_str::<Metadata>(&stored).unwrap(), metadata);
    }

    #[test]
    fn a_code_needs_an_address_and_a_refresh_token_needs_a_code() {
        assert!(Metadata::new(vec![]).check(true).is_err());
        let mut alone = metadata();
        alone.grant_types = vec![GrantType::RefreshToken];
        assert!(alone.check(true).is_err());
    }

    #[test]
    fn one_bad_address_among_good_ones_refuses_the_registration() {
        let mut bad = metadata();
        bad.redirect_uris.push("javascript:alert(1)".to_owned());
        assert!(bad.check(true).is_err());
        let mut bad = metadata();
        bad.post_logout_redirect_uris = vec!["https://a@evil.test/".to_owned()];
        assert!(bad.check(true).is_err());
    }

    #[test]
    fn a_public_client_has_no_secret_method_and_a_confidential_one_has_no_none() {
        let mut method = metadata();
        method.token_endpoint_auth_method = Some(AuthenticationMethod::None);
        assert!(method.check(true).is_err());
        assert!(method.check(false).is_ok());
        method.token_endpoint_auth_method = Some(AuthenticationMethod::SecretPost);
        assert!(method.check(false).is_err());
    }

    #[test]
    fn a_page_that_would_run_a_script_is_refused() {
        let mut page = metadata();
        page.policy_uri = Some("javascript:alert(1)".to_owned());
        assert!(page.check(true).is_err());
    }
}
