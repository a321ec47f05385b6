use super::Ask;
use super::minted::Minted;
use crate::domain::clients::Scope;
use crate::domain::connections::access_token::AccessToken;
use crate::domain::grants::ErrorCode;
use crate::http::oidc::client::TokenError;

/// A client that acts for itself is that of a connection: it gets a token for the SCIM door.
pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let state = ask.state;
    let connection = match ask.client.connection {
        Some(id) => state.connections.find(&state.db, id).await?,
        None => None,
    };
    let connection = connection.filter(|connection| connection.is_enabled());
    let connection = connection.ok_or_else(|| {
        tracing::info!(client = %ask.client.id, "the client has no connection, or a disabled one");
        TokenError::new(
            ErrorCode::UnauthorizedClient,
            "the client's connection is disabled",
        )
    })?;
    let scope = scope(ask)?;
    let (issuer, keys) = (&state.issuer, &state.signing_keys);
    let parties = (connection.as_ref(), ask.client.as_ref());
    let token = AccessToken::mint(parties, &scope, issuer, keys, ask.now)?;
    Ok(Minted::for_itself(token, scope))
}

/// What was asked for, which must be within what was registered; all of that, when nothing
/// was.
fn scope(ask: &Ask<'_>) -> Result<Scope, TokenError> {
    let registered = &ask.client.scope;
    let Some(asked) = ask.given("scope") else {
        return Ok(registered.clone());
    };
    let asked: Option<Scope> = asked.parse().ok();
    asked
        .filter(|asked| !asked.is_empty() && registered.covers(asked))
        .ok_or_else(|| {
            TokenError::new(
                ErrorCode::InvalidScope,
                "the scope is wider than what was registered",
            )
        })
}
