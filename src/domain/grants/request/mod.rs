//! The authorization request: an ordered list of checks, each of one rule. Those that may not
//! answer by a redirect stand first: until client and redirect URI are known to belong
//! together, an answer could only be sent where an attacker wants it (RFC 6749 §4.1.2.1).

mod rules;
mod terms;

use std::sync::Arc;
use std::time::Duration;

use super::{ErrorCode, Origin, Parameters, ReturnAddress, Terms, response};
use crate::domain::clients::{Client, ResponseMode, ResponseType, Scope};

/// A request that may be answered.
#[derive(Clone)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: Arc<Client>,
    /// Where the answer goes: one of the client's.
    pub redirect_uri: String,
    /// Returned as it came.
    pub state: Option<String>,
    /// What the answer consists of.
    pub response_type: ResponseType,
    /// By which way it goes.
    pub response_mode: ResponseMode,
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
    /// What the request refers to, or is signed as, cannot be read: so where to answer is not
    /// known.
    #[error("The request has expired, was answered before, or cannot be read.")]
    Unreadable(ErrorCode),
}

/// Why a request gets an error by redirect.
#[derive(Clone, Debug)]
pub struct RedirectRefusal {
    /// Where it goes: one of the client's.
    pub to: ReturnAddress,
    /// The code.
    pub error: ErrorCode,
    /// A sentence of ours for the developer: nothing of the request is repeated in it.
    pub description: &'static str,
}

/// Why a request is not answered with what it asks for.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// On a page.
    Page(PageRefusal),
    /// By redirect.
    Redirect(Box<RedirectRefusal>),
}

/// What a rule looks at.
struct Sent<'a> {
    parameters: &'a Parameters,
    origin: &'a Origin,
    issuer: &'a str,
}

type Broken = (ErrorCode, &'static str);
type Rule = fn(&Sent<'_>, &mut AuthorizationRequest) -> Result<(), Broken>;

/// The order is the order of the answers.
const RULES: [Rule; 20] = [
    rules::no_duplicates,
    rules::nothing_is_left_unread,
    rules::came_as_it_has_to,
    rules::response_type,
    rules::response_mode,
    rules::client_may_use_codes,
    terms::authorization_details,
    rules::wanted_scope,
    rules::openid_for_an_id_token,
    rules::code_challenge,
    rules::nonce,
    rules::prompt,
    rules::max_age,
    terms::claims,
    terms::classes,
    terms::resource,
    terms::key_of_the_code,
    rules::no_bearer_token_in_front,
    rules::no_hints_too_long,
    rules::no_registration,
];

/// The client that a request names; its row is looked up before [`check`].
pub fn client_id(parameters: &Parameters) -> Result<&str, PageRefusal> {
    parameters
        .get("client_id")
        .ok_or(PageRefusal::ClientMissing)
}

/// Checks a request of `client`, as it was read: what it consists of stands in `parameters`.
pub fn check(
    parameters: &Parameters,
    origin: &Origin,
    client: &Arc<Client>,
    issuer: &str,
) -> Result<AuthorizationRequest, Refusal> {
    let sent = Sent {
        parameters,
        origin,
        issuer,
    };
    let to = return_address(parameters, client).map_err(Refusal::Page)?;
    let mut request = AuthorizationRequest {
        client: client.clone(),
        redirect_uri: to.redirect_uri,
        state: to.state,
        response_type: ResponseType::Code,
        response_mode: to.mode,
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
        rule(&sent, &mut request).map_err(|broken| refused(request.return_address(), broken))?;
    }
    Ok(request)
}

/// The answer to a request that could not be read. It goes to the client when what stands
/// beside the unreadable names one of the client's addresses; no `state` goes with it when the
/// request was to be signed, since what is not signed has no say then.
pub fn unreadable(
    parameters: &Parameters,
    client: &Arc<Client>,
    (error, description): (ErrorCode, &'static str),
) -> Refusal {
    match return_address(parameters, client) {
        Ok(mut to) => {
            if client.rules().signed_requests {
                to.state = None;
            }
            refused(to, (error, description))
        }
        // Nothing beside it says where to answer: the page tells what is wrong, and not that
        // an address is missing which was never to stand there.
        Err(PageRefusal::RedirectUri) if !parameters.has("redirect_uri") => {
            Refusal::Page(PageRefusal::Unreadable(error))
        }
        Err(page) => Refusal::Page(page),
    }
}

fn refused(to: ReturnAddress, (error, description): Broken) -> Refusal {
    Refusal::Redirect(Box::new(RedirectRefusal {
        to,
        error,
        description,
    }))
}

// The way of the answer is chosen before the rules are asked, so that their errors take it too.
fn return_address(
    parameters: &Parameters,
    client: &Arc<Client>,
) -> Result<ReturnAddress, PageRefusal> {
    if !client.is_enabled() {
        return Err(PageRefusal::UnknownClient);
    }
    let redirect_uri = parameters
        .get("redirect_uri")
        .filter(|uri| client.may_redirect_to(uri))
        .ok_or(PageRefusal::RedirectUri)?;
    // A type that the client never asks for is answered as what it does ask for.
    let kind = parameters.get("response_type").and_then(parsed);
    let kind = kind.filter(|kind| client.metadata.may_ask_for(*kind));
    let kind = kind.unwrap_or(ResponseType::Code);
    let asked = parameters.get("response_mode").and_then(parsed);
    let mode = response::mode(client, kind, asked);
    Ok(ReturnAddress {
        client: client.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.get("state").map(str::to_owned),
        mode: mode.unwrap_or(response::default_mode(kind)),
    })
}

fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

impl AuthorizationRequest {
    /// Where and how the answer goes.
    pub fn return_address(&self) -> ReturnAddress {
        ReturnAddress {
            client: self.client.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            mode: self.response_mode,
        }
    }
}
