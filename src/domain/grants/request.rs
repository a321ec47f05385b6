//! The authorization request: an ordered list of checks, each of one rule. Those that may not
//! answer by a redirect stand first: until client and redirect URI are known to belong
//! together, an answer could only be sent where an attacker wants it (RFC 6749 §4.1.2.1).

use std::sync::Arc;
use std::time::Duration;

use super::{ErrorCode, Parameters, Terms};
use crate::domain::clients::{Client, GrantType, Scope, scope};

/// A `nonce` longer than this is no nonce; relying parties use some dozens of characters.
const LONGEST_NONCE: usize = 1024;
/// The SHA-256 of the verifier in base64url (RFC 7636 §4.2).
const CHALLENGE_LENGTH: usize = 43;

/// A request that may be answered.
#[derive(Clone)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: Arc<Client>,
    /// Where the answer goes: one of the client's.
    pub redirect_uri: String,
    /// Returned as it came.
    pub state: Option<String>,
    /// What is asked for, within what the client registered.
    pub scope: Scope,
    /// What is asked for beyond the scope.
    pub terms: Terms,
    /// Copied into the `id_token`.
    pub nonce: Option<String>,
    /// The S256 challenge that the code will be bound to.
    pub code_challenge: Option<String>,
    /// What the person should be asked.
    pub prompt: Prompt,
    /// How old the sign-in may be.
    pub max_age: Option<Duration>,
    /// Who the client thinks is there.
    pub login_hint: Option<String>,
    /// An `id_token` of the person that the client thinks is there.
    pub id_token_hint: Option<String>,
}

/// The values of `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Prompt {
    /// Show nothing.
    pub none: bool,
    /// Sign in again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
    /// Let the person choose another account.
    pub select_account: bool,
}

/// Why a request gets an error page: nothing can be sent to the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PageRefusal {
    /// A parameter that says where to answer stands there twice, or not at all.
    #[error("The request does not say which application it comes from.")]
    ClientMissing,
    /// Nobody registered this, or it was disabled.
    #[error("The application is not known here.")]
    UnknownClient,
    /// Not one of the client's.
    #[error("The address to return to is not one that the application registered.")]
    RedirectUri,
}

/// Why a request gets an error by redirect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RedirectRefusal {
    /// Where it goes: one of the client's.
    pub redirect_uri: String,
    /// Returned as it came.
    pub state: Option<String>,
    /// The code.
    pub error: ErrorCode,
    /// A sentence of ours for the developer: nothing of the request is repeated in it.
    pub description: &'static str,
}

/// Why a request is not answered with a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// On a page.
    Page(PageRefusal),
    /// By redirect.
    Redirect(RedirectRefusal),
}

/// The client that a request names; its row is looked up before [`check`].
pub fn client_id(parameters: &Parameters) -> Result<&str, PageRefusal> {
    parameters
        .get("client_id")
        .ok_or(PageRefusal::ClientMissing)
}

/// Checks a request of `client`.
pub fn check(
    parameters: &Parameters,
    client: &Arc<Client>,
) -> Result<AuthorizationRequest, Refusal> {
    let redirect_uri = redirect_uri(parameters, client).map_err(Refusal::Page)?;
    let mut request = AuthorizationRequest {
        client: client.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.get("state").map(str::to_owned),
        scope: Scope::default(),
        terms: Terms::default(),
        nonce: None,
        code_challenge: None,
        prompt: Prompt::default(),
        max_age: None,
        login_hint: parameters.get("login_hint").map(str::to_owned),
        id_token_hint: parameters.get("id_token_hint").map(str::to_owned),
    };
    for rule in RULES {
        rule(parameters, &mut request).map_err(|(error, description)| {
            Refusal::Redirect(RedirectRefusal {
                redirect_uri: request.redirect_uri.clone(),
                state: request.state.clone(),
                error,
                description,
            })
        })?;
    }
    Ok(request)
}

fn redirect_uri<'a>(parameters: &'a Parameters, client: &Client) -> Result<&'a str, PageRefusal> {
    if !client.is_enabled() {
        return Err(PageRefusal::UnknownClient);
    }
    parameters
        .get("redirect_uri")
        .filter(|uri| client.may_redirect_to(uri))
        .ok_or(PageRefusal::RedirectUri)
}

type Broken = (ErrorCode, &'static str);
type Rule = fn(&Parameters, &mut AuthorizationRequest) -> Result<(), Broken>;

/// The order is the order of the answers.
const RULES: [Rule; 11] = [
    no_duplicates,
    no_request_objects,
    response_type,
    response_mode,
    client_may_use_codes,
    wanted_scope,
    code_challenge,
    nonce,
    prompt,
    max_age,
    no_registration,
];

fn no_duplicates(parameters: &Parameters, _: &mut AuthorizationRequest) -> Result<(), Broken> {
    parameters.check().map_err(|_| {
        let text = "a parameter stands in the request twice, or there are too many";
        (ErrorCode::InvalidRequest, text)
    })
}

// Parameters that would be read from elsewhere: ignoring them would answer another request
// than the client made.
fn no_request_objects(parameters: &Parameters, _: &mut AuthorizationRequest) -> Result<(), Broken> {
    if parameters.has("request") {
        return Err((ErrorCode::RequestNotSupported, "request is not supported"));
    }
    if parameters.has("request_uri") {
        let text = "request_uri is not supported";
        return Err((ErrorCode::RequestUriNotSupported, text));
    }
    Ok(())
}

fn no_registration(parameters: &Parameters, _: &mut AuthorizationRequest) -> Result<(), Broken> {
    if parameters.has("registration") {
        let text = "registration is not supported";
        return Err((ErrorCode::RegistrationNotSupported, text));
    }
    Ok(())
}

fn response_type(parameters: &Parameters, _: &mut AuthorizationRequest) -> Result<(), Broken> {
    match parameters.get("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err((
            ErrorCode::UnsupportedResponseType,
            "only the response type code is supported",
        )),
        None => Err((ErrorCode::InvalidRequest, "response_type is missing")),
    }
}

fn response_mode(parameters: &Parameters, _: &mut AuthorizationRequest) -> Result<(), Broken> {
    match parameters.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err((
            ErrorCode::InvalidRequest,
            "only the response mode query is supported",
        )),
    }
}

fn client_may_use_codes(_: &Parameters, request: &mut AuthorizationRequest) -> Result<(), Broken> {
    if request.client.may_use(GrantType::AuthorizationCode) {
        return Ok(());
    }
    Err((
        ErrorCode::UnauthorizedClient,
        "the client is not registered for the grant authorization_code",
    ))
}

// Words that the client may not ask for fall away, as OpenID Connect Core §3.1.2.1 advises;
// the token response says what was granted. Nothing left is an error.
fn wanted_scope(parameters: &Parameters, request: &mut AuthorizationRequest) -> Result<(), Broken> {
    let Some(text) = parameters.get("scope") else {
        return Err((ErrorCode::InvalidScope, "scope is missing"));
    };
    let Ok(wanted) = text.parse::<Scope>() else {
        return Err((ErrorCode::InvalidScope, "scope is malformed or too long"));
    };
    let mut granted = wanted.common(&request.client.scope);
    // Without the grant that would use it, the word promises what cannot be had.
    if !request.client.may_use(GrantType::RefreshToken) {
        granted = granted.keep(|word| word != scope::OFFLINE_ACCESS);
    }
    if granted.is_empty() {
        let text = "the client may not ask for any of this scope";
        return Err((ErrorCode::InvalidScope, text));
    }
    request.scope = granted;
    Ok(())
}

fn code_challenge(
    parameters: &Parameters,
    request: &mut AuthorizationRequest,
) -> Result<(), Broken> {
    let invalid = |text| Err((ErrorCode::InvalidRequest, text));
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        // A method alone is half of a request whose other half was taken away.
        if request.client.needs_pkce() || method.is_some() {
            return invalid("code_challenge is missing");
        }
        return Ok(());
    };
    // Left out, the method means `plain`, which protects nothing once the request is read.
    if method != Some("S256") {
        return invalid("code_challenge_method must be S256");
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() != CHALLENGE_LENGTH || !challenge.bytes().all(base64url) {
        return invalid("code_challenge is not the SHA-256 of a verifier in base64url");
    }
    request.code_challenge = Some(challenge.to_owned());
    Ok(())
}

fn nonce(parameters: &Parameters, request: &mut AuthorizationRequest) -> Result<(), Broken> {
    let nonce = parameters.get("nonce");
    if nonce.is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
        return Err((ErrorCode::InvalidRequest, "nonce is too long"));
    }
    request.nonce = nonce.map(str::to_owned);
    Ok(())
}

fn prompt(parameters: &Parameters, request: &mut AuthorizationRequest) -> Result<(), Broken> {
    let mut prompt = Prompt::default();
    for word in parameters.get("prompt").unwrap_or_default().split(' ') {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "consent" => prompt.consent = true,
            "select_account" => prompt.select_account = true,
            "" => {}
            _ => return Err((ErrorCode::InvalidRequest, "prompt has an unknown value")),
        }
    }
    if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
        return Err((ErrorCode::InvalidRequest, "prompt=none stands alone"));
    }
    request.prompt = prompt;
    Ok(())
}

fn max_age(parameters: &Parameters, request: &mut AuthorizationRequest) -> Result<(), Broken> {
    let Some(text) = parameters.get("max_age") else {
        return Ok(());
    };
    // `u32::from_str` would take a sign, which RFC 9470 and OpenID Connect do not know.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => {
            request.max_age = Some(Duration::from_secs(seconds.into()));
            Ok(())
        }
        _ => Err((
            ErrorCode::InvalidRequest,
            "max_age is not a number of seconds",
        )),
    }
}
