use super::Ask;
use super::minted::Minted;
use crate::domain::audit::Actor;
use crate::domain::clients::{Scope, scope as scopes};
use crate::domain::connections::{ConnectionId, access_token};
use crate::domain::grants::{ErrorCode, InvalidProof, NewAccessToken, NotBound, audience};
use crate::http::oidc::client::TokenError;

/// A client acts for itself. That of a connection gets a token for the SCIM door; any other,
/// one for the resources that it registered.
pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    if !ask.client.confidential {
        // RFC 6749 §4.4: "MUST only be used by confidential clients".
        let text = "a public client cannot act for itself";
        return Err(TokenError::new(ErrorCode::UnauthorizedClient, text));
    }
    match ask.client.connection {
        Some(connection) => for_connection(ask, connection).await,
        None => for_itself(ask).await,
    }
}

async fn for_connection(ask: &Ask<'_>, id: ConnectionId) -> Result<Minted, TokenError> {
    let state = ask.state;
    let connection = state.connections.find(&state.db, id).await?;
    let connection = connection.filter(|connection| connection.is_enabled());
    let connection = connection.ok_or_else(|| {
        tracing::info!(client = %ask.client.id, "the client's connection is disabled");
        TokenError::new(
            ErrorCode::UnauthorizedClient,
            "the client's connection is disabled",
        )
    })?;
    let scope = scope(ask, &ask.client.scope)?;
    let (issuer, keys) = (&state.issuer, &state.signing_keys);
    let parties = (connection.as_ref(), ask.client.as_ref());
    let token = access_token::AccessToken::mint(parties, &scope, issuer, keys, ask.now)?;
    Ok(Minted::of_connection(token, scope))
}

async fn for_itself(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let (state, client) = (ask.state, &ask.client);
    // What speaks of a person is not for a client that speaks of itself.
    let own = client.scope.keep(|word| !scopes::KNOWN.contains(&word));
    let scope = scope(ask, &own)?;
    let audience = audience::of_client(client, &ask.resource, &state.issuer)?;
    let confirmation = ask.possession().for_client(client)?;
    let token = NewAccessToken {
        subject: client.id.to_string(),
        client: &client.id,
        audience,
        scope: &scope,
        grant: None,
        confirmation,
        authorization_details: Vec::new(),
        lifetime: ask.lifetimes().access,
    };
    let token = token.mint(&state.issuer, &state.signing_keys, ask.now)?;
    // Last, so that a request that is refused has used nothing up.
    use_proof(ask).await?;
    Ok(Minted::for_itself(token, scope))
}

async fn use_proof(ask: &Ask<'_>) -> Result<(), TokenError> {
    let Some(proof) = &ask.proof else {
        return Ok(());
    };
    let actor = Actor::Client(ask.client.id.to_string());
    match proof.use_alone(&ask.state.db, actor, ask.now).await? {
        true => Ok(()),
        false => Err(NotBound::Proof(InvalidProof::Replayed).into()),
    }
}

/// What was asked for, which must be within what was registered; all of that, when nothing
/// was.
fn scope(ask: &Ask<'_>, registered: &Scope) -> Result<Scope, TokenError> {
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
