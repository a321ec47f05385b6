use std::fmt;

/// The errors of RFC 6749 §4.1.2.1 and §5.2 and of OpenID Connect Core §3.1.2.6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorCode {
    /// Something is missing, malformed or there twice.
    InvalidRequest,
    /// The client did not prove who it is.
    InvalidClient,
    /// The code or token is not worth anything (any more), or not to this client.
    InvalidGrant,
    /// The client is not registered for this.
    UnauthorizedClient,
    /// The server does not offer this grant.
    UnsupportedGrantType,
    /// The server does not offer this response type.
    UnsupportedResponseType,
    /// The scope is unknown, malformed, or more than may be had.
    InvalidScope,
    /// The `DPoP` proof is none, or missing (RFC 9449).
    InvalidDpopProof,
    /// The `DPoP` proof has to carry the nonce that comes with the answer.
    UseDpopNonce,
    /// The token is of a kind that is not revoked by itself (RFC 7009).
    UnsupportedTokenType,
    /// The person said no.
    AccessDenied,
    /// The server failed.
    ServerError,
    /// The server is overloaded, or its database is.
    TemporarilyUnavailable,
    /// The person has not decided yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The device code is too old.
    ExpiredToken,
    /// `prompt=none`, and nobody suitable is signed in.
    LoginRequired,
    /// `prompt=none`, and a person would have to set something up.
    InteractionRequired,
    /// `prompt=none`, and there is no consent.
    ConsentRequired,
    /// `prompt=none`, and a person has to choose an account.
    AccountSelectionRequired,
    /// There is a request object.
    RequestNotSupported,
    /// There is a reference to a request object.
    RequestUriNotSupported,
    /// The request object cannot be trusted or read.
    InvalidRequestObject,
    /// What `request_uri` refers to is not there (any more), or not the client's.
    InvalidRequestUri,
    /// The resource is not one that the client may ask for.
    InvalidTarget,
    /// The `authorization_details` are malformed, or of a type that the client did not register.
    InvalidAuthorizationDetails,
    /// The person cannot be authenticated as the request demands.
    UnmetAuthenticationRequirements,
    /// There is a registration within the request.
    RegistrationNotSupported,
}

impl ErrorCode {
    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::InvalidRequest => "invalid_request",
            ErrorCode::InvalidClient => "invalid_client",
            ErrorCode::InvalidGrant => "invalid_grant",
            ErrorCode::UnauthorizedClient => "unauthorized_client",
            ErrorCode::UnsupportedGrantType => "unsupported_grant_type",
            ErrorCode::UnsupportedResponseType => "unsupported_response_type",
            ErrorCode::InvalidScope => "invalid_scope",
            ErrorCode::InvalidDpopProof => "invalid_dpop_proof",
            ErrorCode::UseDpopNonce => "use_dpop_nonce",
            ErrorCode::UnsupportedTokenType => "unsupported_token_type",
            ErrorCode::AccessDenied => "access_denied",
            ErrorCode::ServerError => "server_error",
            ErrorCode::TemporarilyUnavailable => "temporarily_unavailable",
            ErrorCode::AuthorizationPending => "authorization_pending",
            ErrorCode::SlowDown => "slow_down",
            ErrorCode::ExpiredToken => "expired_token",
            ErrorCode::LoginRequired => "login_required",
            ErrorCode::InteractionRequired => "interaction_required",
            ErrorCode::ConsentRequired => "consent_required",
            ErrorCode::AccountSelectionRequired => "account_selection_required",
            ErrorCode::RequestNotSupported => "request_not_supported",
            ErrorCode::RequestUriNotSupported => "request_uri_not_supported",
            ErrorCode::InvalidRequestObject => "invalid_request_object",
            ErrorCode::InvalidRequestUri => "invalid_request_uri",
            ErrorCode::InvalidTarget => "invalid_target",
            ErrorCode::InvalidAuthorizationDetails => "invalid_authorization_details",
            ErrorCode::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            ErrorCode::RegistrationNotSupported => "registration_not_supported",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
