//! The words of which the metadata are made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

crate::registered_names! {
    /// A way to come by tokens.
    pub enum GrantType {
        /// A person signs in and the client redeems a code.
        AuthorizationCode = "authorization_code",
        /// Tokens in the answer of the authorization endpoint: here an `id_token` alone.
        Implicit = "implicit",
        /// The client renews what it has.
        RefreshToken = "refresh_token",
        /// The client acts for itself.
        ClientCredentials = "client_credentials",
        /// A person signs in on another device (RFC 8628).
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// The client exchanges a token that it was given for another (RFC 8693).
        TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange",
    }
}

impl GrantType {
    /// Those that are on, as discovery lists them.
    pub const OFFERED: &[GrantType] = &[
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
        GrantType::ClientCredentials,
        GrantType::DeviceCode,
        GrantType::TokenExchange,
    ];
}

crate::registered_names! {
    /// How a client proves itself at the token endpoint and wherever else it calls.
    pub enum AuthenticationMethod {
        /// The secret in the `Authorization` header.
        SecretBasic = "client_secret_basic",
        /// The secret in the form.
        SecretPost = "client_secret_post",
        /// An assertion that it signs with its secret.
        SecretJwt = "client_secret_jwt",
        /// An assertion that it signs with a key of its own.
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate that an authority has signed, by its name (RFC 8705 §2.1).
        TlsClientAuth = "tls_client_auth",
        /// A certificate that it signed itself, by its key (RFC 8705 §2.2).
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
        /// A public client: its identifier alone.
        None = "none",
    }
}

impl AuthenticationMethod {
    /// Whether a client that uses it has a secret.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::SecretBasic | Self::SecretPost | Self::SecretJwt)
    }

    /// Whether the proof is an assertion.
    pub const fn is_assertion(self) -> bool {
        matches!(self, Self::SecretJwt | Self::PrivateKeyJwt)
    }

    /// Whether the proof is the certificate of the connection.
    pub const fn is_certificate(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }
}

/// What the authorization endpoint answers with. The registered name is a set of words, in
/// whatever order they are written (Multiple Response Types §3); written out, it is in the
/// order of the specification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ResponseType {
    /// A code.
    Code,
    /// An `id_token`.
    IdToken,
    /// Both.
    CodeIdToken,
    /// An `id_token` and an access token.
    IdTokenToken,
    /// A code and an access token.
    CodeToken,
    /// All three.
    CodeIdTokenToken,
}

impl ResponseType {
    /// Every one.
    pub const ALL: [ResponseType; 6] = [
        Self::Code,
        Self::IdToken,
        Self::CodeIdToken,
        Self::IdTokenToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
    ];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::CodeIdToken => "code id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Whether there is a code in the answer.
    pub const fn has_code(self) -> bool {
        matches!(
            self,
            Self::Code | Self::CodeIdToken | Self::CodeToken | Self::CodeIdTokenToken
        )
    }

    /// Whether there is an `id_token` in the answer, and so in the front channel.
    pub const fn has_id_token(self) -> bool {
        matches!(
            self,
            Self::IdToken | Self::CodeIdToken | Self::IdTokenToken | Self::CodeIdTokenToken
        )
    }

    /// Whether there is an access token in the answer.
    pub const fn has_token(self) -> bool {
        matches!(
            self,
            Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken
        )
    }
}

/// A response type that this server does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "expected one of code, id_token, code id_token, id_token token, code token, code id_token token"
)]
pub struct UnknownResponseType;

impl FromStr for ResponseType {
    type Err = UnknownResponseType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sorted = |text: &str| {
            let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        let asked = sorted(text);
        Self::ALL
            .into_iter()
            .find(|known| sorted(known.as_str()) == asked)
            .ok_or(UnknownResponseType)
    }
}

impl TryFrom<String> for ResponseType {
    type Error = UnknownResponseType;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ResponseType> for String {
    fn from(kind: ResponseType) -> String {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::registered_names! {
    /// How the answer of the authorization endpoint reaches the client.
    pub enum ResponseMode {
        /// In the query of the redirect.
        Query = "query",
        /// In the fragment of the redirect.
        Fragment = "fragment",
        /// In a form that the browser posts.
        FormPost = "form_post",
        /// Signed, in the default mode of the response type (JARM).
        Jwt = "jwt",
        /// Signed, in the query.
        QueryJwt = "query.jwt",
        /// Signed, in the fragment.
        FragmentJwt = "fragment.jwt",
        /// Signed, in a form.
        FormPostJwt = "form_post.jwt",
    }
}

crate::registered_names! {
    /// Whether all clients know a person by the same name.
    #[derive(Default)]
    pub enum SubjectType {
        /// They do.
        #[default]
        Public = "public",
        /// Each sector has names of its own.
        Pairwise = "pairwise",
    }
}

crate::registered_names! {
    /// What kind of program it is.
    #[derive(Default)]
    pub enum ApplicationType {
        /// One behind a web address.
        #[default]
        Web = "web",
        /// One on a person's own device.
        Native = "native",
    }
}

crate::registered_names! {
    /// What a client requires of those who sign in to it.
    #[derive(Default)]
    pub enum RequiredMfa {
        /// What the policy of this server requires of them.
        #[default]
        None = "none",
        /// Two factors.
        MultiFactor = "multi-factor",
        /// Two factors, one of which cannot be given to the wrong site.
        PhishingResistant = "phishing-resistant",
    }
}

/// Whose word on a person a client brings, and how the person is found by it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalAuthentication {
    /// Who signs the `id_token_hint`, word for word: for Entra
    /// `https://login.microsoftonline.com/{tenant}/v2.0`.
    pub issuer: String,
    /// Whom the hint is for: the application id of this server at that issuer.
    pub audience: String,
    /// The tenant that `tid` of the hint has to name.
    pub tenant: String,
    /// The claim of the hint that is the person's user name here.
    #[serde(default = "preferred_username")]
    pub user_name_claim: String,
}

fn preferred_username() -> String {
    "preferred_username".to_owned()
}

/// Whether a client may exchange tokens, and for whom.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MayExchange {
    /// For anybody who may be named at all, or not.
    Any(bool),
    /// For these audiences.
    For(Vec<String>),
}

impl Default for MayExchange {
    fn default() -> Self {
        Self::Any(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_response_type_come_in_any_order() {
        assert_eq!("id_token code".parse(), Ok(ResponseType::CodeIdToken));
        assert_eq!("code".parse(), Ok(ResponseType::Code));
        for text in ["", "code code", "code  id_token", "token", "none", "Code"] {
            assert!(text.parse::<ResponseType>().is_err(), "{text}");
        }
    }
}
