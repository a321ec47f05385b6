//! What a redeemed grant is answered with (RFC 6749 §5.1, Core §3.1.3.3).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Ask, cannot_encrypt};
use crate::domain::clients::{ClaimsMapping, Place, Scope, scope};
use crate::domain::connections;
use crate::domain::directory;
use crate::domain::grants::{
    AccessToken, Claims, ErrorCode, Exchanged, IdToken, NewAccessToken, Redeemed, subject_of,
};
use crate::http::oidc::client::TokenError;
use crate::http::oidc::json::no_store;
use crate::http::oidc::shaping::shaping;

#[derive(Serialize)]
pub(super) struct Minted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    /// What was allowed beyond the scope (RFC 9396 §7).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_details: Vec<Map<String, Value>>,
    /// Of an exchange alone (RFC 8693 §2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

impl Minted {
    /// What a client gets that acts for itself: no refresh token (RFC 6749 §4.4.3), since it
    /// can ask again.
    pub(super) fn for_itself(token: AccessToken, scope: Scope) -> Self {
        Self {
            access_token: token.text,
            token_type: token.token_type,
            expires_in: token.expires_in.as_secs(),
            scope,
            refresh_token: None,
            id_token: None,
            issued_token_type: None,
            authorization_details: Vec::new(),
        }
    }

    /// What comes of an exchange: an access token alone.
    pub(super) fn exchanged(exchanged: Exchanged, kind: &'static str) -> Self {
        Self {
            access_token: exchanged.token.text,
            token_type: exchanged.token.token_type,
            expires_in: exchanged.token.expires_in.as_secs(),
            scope: exchanged.scope,
            refresh_token: None,
            id_token: None,
            issued_token_type: Some(kind),
            authorization_details: Vec::new(),
        }
    }

    /// What the client of a connection gets.
    pub(super) fn of_connection(
        token: connections::access_token::AccessToken,
        scope: Scope,
    ) -> Self {
        let token = AccessToken {
            text: token.text,
            token_type: "Bearer",
            expires_in: token.expires_in,
        };
        Self::for_itself(token, scope)
    }
}

/// Mints the tokens. Outside the transaction that redeemed: an RSA signature takes longer than
/// SQLite's one writer should be kept waiting.
pub(super) async fn mint(ask: &Ask<'_>, redeemed: Redeemed) -> Result<Minted, TokenError> {
    let (issuer, keys) = (&ask.state.issuer, &ask.state.signing_keys);
    let mapped = mapped(ask, &redeemed).await?;
    let (master, user) = (&ask.state.master_key, redeemed.signed_in.user);
    let subject = subject_of(master, &ask.client, user);
    let access = NewAccessToken::of(&redeemed, subject, ask.lifetimes().access)
        .mint_saying(&mapped, issuer, keys, ask.now)?;
    let id_token = if redeemed.scope.contains(scope::OPENID) {
        Some(id_token(ask, &redeemed, &access).await?)
    } else {
        None
    };
    Ok(Minted {
        access_token: access.text,
        token_type: access.token_type,
        expires_in: access.expires_in.as_secs(),
        refresh_token: redeemed
            .refresh_token
            .as_ref()
            .map(|token| token.reveal().to_owned()),
        scope: redeemed.scope,
        id_token,
        authorization_details: redeemed.terms.authorization_details,
        issued_token_type: None,
    })
}

// What the client's mapping wants in the access token: for nearly all clients nothing, and then
// nobody is looked up.
async fn mapped(ask: &Ask<'_>, redeemed: &Redeemed) -> Result<Claims, TokenError> {
    let mapping = ClaimsMapping::stored(ask.client.metadata.claims_mapping.as_ref());
    if !mapping.is_in(Place::AccessToken) {
        return Ok(Claims::default());
    }
    let user = directory::find_user(&ask.state.db, redeemed.signed_in.user).await?;
    Ok(user.map_or_else(Claims::default, |user| {
        let shaping = shaping(ask.state, &ask.client, &user, Place::AccessToken);
        Claims::default().shaped(&shaping)
    }))
}

// Claims of the scope stand in the token too: Kubernetes, Grafana and oauth2-proxy read them
// there.
async fn id_token(
    ask: &Ask<'_>,
    redeemed: &Redeemed,
    access: &AccessToken,
) -> Result<String, TokenError> {
    let db = &ask.state.db;
    let user = directory::find_user(db, redeemed.signed_in.user).await?;
    // Deleted within this very request.
    let user = user.ok_or_else(|| {
        TokenError::new(ErrorCode::InvalidGrant, "the user does not exist any more")
    })?;
    let about = (&user, ask.state.issuer.as_str());
    let claims = Claims::of(db, about, &redeemed.scope).await?;
    let asked = redeemed.terms.claims.id_token.keys();
    let claims = claims.with_requested(db, about, asked).await?;
    let claims = claims.shaped(&shaping(ask.state, &ask.client, &user, Place::IdToken));
    let token = IdToken {
        redeemed,
        client: &ask.client,
        access_token: Some(&access.text),
        code: None,
        claims: &claims,
        master: &ask.state.master_key,
        lifetime: ask.lifetimes().id,
    };
    let (issuer, keys) = (&ask.state.issuer, &ask.state.signing_keys);
    let signed = token.mint(issuer, keys, ask.now)?;
    match &ask.reader {
        Some(reader) => reader
            .enclose(&signed)
            .map_err(|error| cannot_encrypt(&ask.client, &error)),
        None => Ok(signed),
    }
}

impl IntoResponse for Minted {
    fn into_response(self) -> Response {
        no_store(StatusCode::OK, &self)
    }
}
