//! What an application registers, in the names of RFC 7591 and of the specifications that add to
//! it. Which values fit together is checked in one place, before anything is stored.

mod check;
mod kinds;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::InvalidMetadata;
pub use kinds::{
    ApplicationType, AuthenticationMethod, ExternalAuthentication, GrantType, MayExchange,
    RequiredMfa, ResponseMode, ResponseType, SubjectType, UnknownResponseType,
};

use super::profile::Profile;
use crate::foundation::crypto::jose::{
    Algorithm, ContentEncryption, KeyManagement, SignatureAlgorithm,
};

/// The registered metadata of a client. What is not said is left out of the row.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Where answers may go; one of them word for word.
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Which grants it may use.
    pub grant_types: Vec<GrantType>,
    /// What it may ask the authorization endpoint for; `code` alone when empty.
    pub response_types: Vec<ResponseType>,
    /// How it may be answered (our own name). When empty: by the default of the
    /// response type or by form, and signed when an algorithm is registered for it.
    pub response_modes: Vec<ResponseMode>,
    /// The set of rules that it lives by (our own name).
    pub profile: Profile,
    /// What kind of program it is.
    pub application_type: ApplicationType,
    /// Who answers for it: e-mail addresses.
    pub contacts: Vec<String>,
    /// Its home page, to which the consent page links.
    pub client_uri: Option<String>,
    /// Its picture. It is never fetched by the server; the person's browser shows it.
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// What program it is (RFC 7591 §2).
    pub software_id: Option<String>,
    /// Which version of that program it is.
    pub software_version: Option<String>,

    /// The one way it proves itself. A confidential client without one may send its secret in
    /// the header or in the form, as its library prefers.
    pub token_endpoint_auth_method: Option<AuthenticationMethod>,
    /// The one algorithm of its assertions; any that suits its key when it names none.
    pub token_endpoint_auth_signing_alg: Option<SignatureAlgorithm>,
    /// Its public keys.
    pub jwks: Option<Value>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// The name of the subject of its certificate (RFC 8705 §2.1.2), one of five ways.
    pub tls_client_auth_subject_dn: Option<String>,
    /// A DNS name of its certificate.
    pub tls_client_auth_san_dns: Option<String>,
    /// An address of its certificate.
    pub tls_client_auth_san_uri: Option<String>,
    /// An IP address of its certificate.
    pub tls_client_auth_san_ip: Option<String>,
    /// An e-mail address of its certificate.
    pub tls_client_auth_san_email: Option<String>,

    /// Whether all clients know a person by the same `sub`.
    pub subject_type: SubjectType,
    /// Whose hosts share a pairwise `sub`.
    pub sector_identifier_uri: Option<String>,
    /// What its `id_token` is signed with.
    pub id_token_signed_response_alg: Algorithm,
    /// How the key of its encrypted `id_token` reaches it.
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    /// What its `id_token` is encrypted with.
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// What the userinfo answer is signed with; not at all when absent.
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How the key of its encrypted userinfo answer reaches it.
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    /// What its userinfo answer is encrypted with.
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// What an introspection answer is signed with, when it asks for a signed one (RFC 9701).
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// What a signed authorization answer (JARM) is signed with.
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// How the key of its encrypted authorization answer reaches it.
    pub authorization_encrypted_response_alg: Option<KeyManagement>,
    /// What its authorization answer is encrypted with.
    pub authorization_encrypted_response_enc: Option<ContentEncryption>,

    /// Whether a request without PKCE is refused (our own name). Public clients always need it.
    pub require_pkce: bool,
    /// The one algorithm of its request objects; any that suits its key when it names none.
    pub request_object_signing_alg: Option<SignatureAlgorithm>,
    /// How the key of its encrypted request objects reaches this server.
    pub request_object_encryption_alg: Option<KeyManagement>,
    /// What its request objects are encrypted with.
    pub request_object_encryption_enc: Option<ContentEncryption>,
    /// Where its request objects may be fetched.
    pub request_uris: Vec<String>,
    /// Whether a request that is not signed is refused (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// Whether a request that was not pushed first is refused (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// Whether its access tokens are bound to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Whether its access tokens are bound to a key that it proves (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// How old a sign-in may be, in seconds, when a request does not say.
    pub default_max_age: Option<u64>,
    /// Whether `auth_time` is always in the `id_token`. (It is, for everybody.)
    pub require_auth_time: bool,
    /// How a person should have signed in, when a request does not say.
    pub default_acr_values: Vec<String>,
    /// Where others may send a person to begin a sign-in at the application.
    pub initiate_login_uri: Option<String>,
    /// The types of `authorization_details` that it may ask for (RFC 9396).
    pub authorization_details_types: Vec<String>,
    /// The resources (RFC 8707) that it may ask for tokens for (our own name).
    pub resources: Vec<String>,

    /// Where it is told, by this server, that a person has signed out.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs to be told which session it was.
    pub backchannel_logout_session_required: bool,
    /// Where it is told, by the person's browser.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it needs to be told which session it was.
    pub frontchannel_logout_session_required: bool,

    /// The issuer that hands persons over for another proof (our own name): Entra, for which
    /// this server is an external authentication method.
    pub external_authentication: Option<ExternalAuthentication>,

    /// What a person has to prove to sign in to it, whatever the policy asks of them (our own
    /// name).
    pub require_mfa: RequiredMfa,
    /// How long ago, in seconds, a trusted browser may have given the second factor, where that
    /// is shorter than the policy lets it be (our own name); not at all when zero.
    pub trusted_device_lifetime: Option<u64>,

    /// How long its access tokens are good for, in seconds, where that is not what the
    /// installation has set (our own name).
    pub access_token_lifetime: Option<u64>,
    /// How long it may rely on an `id_token`, in seconds (our own name).
    pub id_token_lifetime: Option<u64>,
    /// How long its refresh tokens may lie unused, in seconds (our own name).
    pub refresh_token_lifetime: Option<u64>,
    /// What its tokens say beyond the standard claims (our own name).
    pub claims_mapping: Option<Value>,
    /// Whether it may exchange tokens, and for whom (our own name).
    pub may_exchange: MayExchange,
    /// The other clients whose ID tokens it may exchange (our own name); its own it always may.
    pub may_exchange_id_tokens_of: Vec<String>,
}

impl Metadata {
    /// The metadata of a client that is named by its redirect URIs alone.
    pub fn new(redirect_uris: Vec<String>) -> Self {
        Self {
            redirect_uris,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            ..Self::default()
        }
    }

    /// The metadata of the client of a connection.
    pub fn of_connection() -> Self {
        Self {
            grant_types: vec![GrantType::ClientCredentials],
            ..Self::default()
        }
    }

    /// Whether its secret has to be readable.
    pub fn signs_with_its_secret(&self) -> bool {
        let requests = self.request_object_signing_alg;
        self.token_endpoint_auth_method == Some(AuthenticationMethod::SecretJwt)
            || requests.is_some_and(SignatureAlgorithm::is_symmetric)
    }

    /// Whether it may ask the authorization endpoint for `wanted`.
    pub fn may_ask_for(&self, wanted: ResponseType) -> bool {
        match self.response_types.as_slice() {
            [] => wanted == ResponseType::Code,
            registered => registered.contains(&wanted),
        }
    }

    /// As JSON, without what was not said: false, empty, absent.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn said(&self) -> Result<Value, serde_json::Error> {
        let mut all = serde_json::to_value(self)?;
        if let Some(all) = all.as_object_mut() {
            all.retain(|_, value| !is_nothing(value));
        }
        Ok(all)
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(all) => all.is_empty(),
        _ => false,
    }
}
