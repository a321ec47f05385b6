use super::Ask;
use super::minted::Minted;
use crate::domain::clients::Scope;
use crate::domain::grants::{ErrorCode, Exchange, NotExchanged, SubjectKind};
use crate::foundation::crypto::token::Secret;
use crate::http::oidc::client::TokenError;

/// The one kind of token that is given (RFC 8693 §3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What is taken beside it, to say who it is about.
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// A client exchanges a token that it was given. Without a subject's token there is nothing to
/// exchange, whatever else the client may do (Keycloak CVE-2026-9704).
pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let subject_token = Secret::from(ask.required("subject_token")?);
    let subject_kind = subject_kind(ask.required("subject_token_type")?)?;
    if let Some(kind) = ask.given("requested_token_type") {
        check_kind(kind)?;
    }
    let actor_token = actor_token(ask)?;
    let scope = ask.given("scope").map(str::parse::<Scope>).transpose();
    let scope = scope
        .map_err(|_| TokenError::new(ErrorCode::InvalidScope, "scope is malformed or too long"))?;
    let state = ask.state;
    let exchange = Exchange {
        db: &state.db,
        keys: &state.signing_keys,
        clients: &state.clients,
        master: &state.master_key,
        issuer: &state.issuer,
        client: &ask.client,
        subject_token: &subject_token,
        subject_kind,
        actor_token: actor_token.as_ref(),
        target: target(ask)?,
        scope: scope.as_ref(),
        possession: ask.possession(),
        lifetime: ask.lifetimes().access,
        now: ask.now,
    };
    let exchanged = exchange.run().await.map_err(|refused| {
        tracing::info!(client = %ask.client.id, reason = %refused, "a token was not exchanged");
        TokenError::from(refused)
    })?;
    Ok(Minted::exchanged(exchanged, ACCESS_TOKEN))
}

fn subject_kind(kind: &str) -> Result<SubjectKind, TokenError> {
    match kind {
        ACCESS_TOKEN => Ok(SubjectKind::AccessToken),
        ID_TOKEN => Ok(SubjectKind::IdToken),
        _ => {
            let text = "the subject is told by an access token or an ID token";
            Err(TokenError::new(ErrorCode::InvalidRequest, text))
        }
    }
}

fn check_kind(kind: &str) -> Result<(), TokenError> {
    if kind == ACCESS_TOKEN {
        return Ok(());
    }
    let text = "only access tokens are taken, and given";
    Err(TokenError::new(ErrorCode::InvalidRequest, text))
}

// RFC 8693 §2.1: the type goes with the token, and neither stands alone.
fn actor_token(ask: &Ask<'_>) -> Result<Option<Secret>, TokenError> {
    match (ask.given("actor_token"), ask.given("actor_token_type")) {
        (None, None) => Ok(None),
        (Some(token), Some(kind)) => check_kind(kind).map(|()| Some(Secret::from(token))),
        _ => {
            let text = "actor_token and actor_token_type go together";
            Err(TokenError::new(ErrorCode::InvalidRequest, text))
        }
    }
}

// One audience for one token: with several, each could use it at the other.
fn target<'a>(ask: &'a Ask<'_>) -> Result<Option<&'a str>, TokenError> {
    let resources = ask.resource.iter().map(String::as_str);
    let mut named: Vec<&str> = ask.given("audience").into_iter().chain(resources).collect();
    named.dedup();
    match named.as_slice() {
        [] => Ok(None),
        [target] => Ok(Some(target)),
        _ => {
            let text = "a token is for one audience";
            Err(TokenError::new(ErrorCode::InvalidTarget, text))
        }
    }
}

impl From<NotExchanged> for TokenError {
    fn from(refused: NotExchanged) -> Self {
        let (code, text) = match refused {
            NotExchanged::Db(error) => return error.into(),
            NotExchanged::Key(error) => return error.into(),
            NotExchanged::NotBound(refused) => return refused.into(),
            NotExchanged::Client => (
                ErrorCode::UnauthorizedClient,
                "the client may not exchange tokens",
            ),
            NotExchanged::Target => (
                ErrorCode::InvalidTarget,
                "the client may not have tokens for this audience",
            ),
            NotExchanged::WiderScope => (
                ErrorCode::InvalidScope,
                "the scope is wider than what there is to exchange",
            ),
            // RFC 8693 §2.2.2: a token that is not acceptable is an invalid request.
            NotExchanged::Subject | NotExchanged::Actor | NotExchanged::Consent => (
                ErrorCode::InvalidRequest,
                "the token has ended, or is not for this client",
            ),
        };
        Self::new(code, text)
    }
}
