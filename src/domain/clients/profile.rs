//! What a client's profile demands of it: one table of rules, in this one place. Whoever needs
//! to know (the authorization endpoint, the token endpoint, `client show`) asks
//! [`super::Client::rules`].

use std::time::Duration;

use super::metadata::{AuthenticationMethod, Metadata};

crate::registered_names! {
    /// The set of rules that a client lives by.
    #[derive(Default)]
    pub enum Profile {
        /// OpenID Connect as most applications speak it, with the advice of RFC 9700.
        #[default]
        Oidc = "oidc",
        /// OAuth 2.1: a code challenge in every request.
        OAuth21 = "oauth21",
        /// The FAPI 2.0 Security Profile: pushed requests, tokens bound to a key, and a client
        /// that proves itself with a key or a certificate.
        Fapi2 = "fapi2",
    }
}

/// How an access token is bound to whoever it was given to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SenderConstraint {
    /// Not unless the client brings a proof or certificate of its own accord.
    Optional,
    /// To the key of a DPoP proof: a request for a token without proof is refused.
    Dpop,
    /// To the certificate of the connection.
    Certificate,
    /// To either of them: a request for a token with neither is refused.
    Any,
}

/// Which `aud` an assertion or request object of the client may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AcceptedAudience {
    /// The issuer, as draft-ietf-oauth-rfc7523bis wants it, and the address of the endpoint,
    /// which libraries of before name.
    IssuerOrEndpoint,
    /// The issuer alone: an endpoint's address may be one that another server handed out.
    Issuer,
}

/// What is in force for a client. Each field is what the profile says, made stricter (never
/// laxer) by what the client registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// The profile.
    pub profile: Profile,
    /// Whether an authorization request has to carry a code challenge (S256).
    pub pkce: bool,
    /// Whether only the response type `code` may be used, whatever was registered.
    pub code_only: bool,
    /// Whether an authorization request has to be pushed first (RFC 9126).
    pub pushed_requests: bool,
    /// Whether an authorization request has to be signed (RFC 9101).
    pub signed_requests: bool,
    /// How access tokens are bound.
    pub sender_constraint: SenderConstraint,
    /// Who an assertion of the client has to be for.
    pub audience: AcceptedAudience,
    /// Whether signatures, of both sides, are of the algorithms of FAPI 2.0: no RS256.
    pub fapi_algorithms: bool,
    /// How long a code may live at most, whatever is set.
    pub longest_code: Duration,
    /// Whether a refresh token is replaced at each use. FAPI 2.0 (§5.3.2.1) advises against it
    /// where the token is bound to the client's key anyhow.
    pub rotate_refresh_tokens: bool,
}

/// RFC 6749 §4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED".
const LONGEST_CODE: Duration = Duration::from_secs(600);

/// FAPI 2.0 Security Profile §5.3.2.1: "shall issue authorization codes with a maximum
/// lifetime of 60 seconds".
const LONGEST_CODE_OF_FAPI: Duration = Duration::from_secs(60);

impl Rules {
    /// What is in force for a client with this metadata.
    pub fn of(metadata: &Metadata, confidential: bool) -> Self {
        let profile = metadata.profile;
        let fapi = profile == Profile::Fapi2;
        Self {
            profile,
            pkce: !confidential || metadata.require_pkce || profile != Profile::Oidc,
            code_only: profile != Profile::Oidc,
            pushed_requests: fapi || metadata.require_pushed_authorization_requests,
            signed_requests: metadata.require_signed_request_object,
            sender_constraint: sender_constraint(metadata),
            audience: if fapi {
                AcceptedAudience::Issuer
            } else {
                AcceptedAudience::IssuerOrEndpoint
            },
            fapi_algorithms: fapi,
            longest_code: if fapi {
                LONGEST_CODE_OF_FAPI
            } else {
                LONGEST_CODE
            },
            rotate_refresh_tokens: !(fapi && confidential),
        }
    }
}

fn sender_constraint(metadata: &Metadata) -> SenderConstraint {
    let certificate = metadata.tls_client_certificate_bound_access_tokens;
    match (metadata.dpop_bound_access_tokens, certificate) {
        (true, _) => SenderConstraint::Dpop,
        (false, true) => SenderConstraint::Certificate,
        (false, false) if metadata.profile == Profile::Fapi2 => SenderConstraint::Any,
        (false, false) => SenderConstraint::Optional,
    }
}

impl Profile {
    /// The methods by which a client of this profile may prove itself. OAuth 2.1 keeps them
    /// all; FAPI 2.0 (§5.3.2.1) knows no shared secret and no public client.
    pub fn permits(self, method: AuthenticationMethod) -> bool {
        use AuthenticationMethod as By;
        match self {
            Self::Oidc | Self::OAuth21 => true,
            Self::Fapi2 => matches!(
                method,
                By::PrivateKeyJwt | By::TlsClientAuth | By::SelfSignedTlsClientAuth
            ),
        }
    }
}
