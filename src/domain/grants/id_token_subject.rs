//! An ID token as the subject of an exchange (RFC 8693 §3). It says who signed in at the client,
//! and grants nothing itself: what it can become is bounded by what was allowed in that very
//! sign-in, and ends with it.

use serde::Deserialize;

use super::access_token::Claims;
use super::id_token::{self, IdTokenHint};
use super::{Exchange, Terms, VerifiedAccessToken, store};
use crate::domain::clients::{ClientId, Scope};
use crate::foundation::db;
use crate::foundation::id::new_uuid;

/// What an ID token says beside whom it is about. A time that is no number is no token.
#[derive(Deserialize)]
struct Times {
    sub: String,
    exp: i64,
    auth_time: i64,
    acr: String,
}

/// The grants of one session at one client, as they bound what an ID token can become.
pub(super) struct GrantsOfSession {
    /// The newest, which the new token stands on.
    pub(super) grant: super::GrantId,
    pub(super) terms: Terms,
    /// What is in all of them: which one the ID token came of, it does not say.
    pub(super) scope: Scope,
}

/// The ID token as the access token that would stand beside it; nothing when it is not one of
/// this server for this client or one that it may stand in for, is over, or the sign-in that it tells of has ended.
pub(super) async fn read(
    exchange: &Exchange<'_>,
) -> Result<Option<VerifiedAccessToken>, db::Error> {
    let text = exchange.subject_token.reveal();
    let keys = (exchange.keys, exchange.master);
    let Some(hint) = IdTokenHint::read(text, exchange.issuer, keys, exchange.now) else {
        return Ok(None);
    };
    let times: Option<Times> = exchange.keys.verify(text, id_token::TYP, exchange.now);
    let Some(times) = times.filter(|times| exchange.now.seconds() < times.exp) else {
        return Ok(None);
    };
    let client = exchange.client;
    let permitted = &client.metadata.may_exchange_id_tokens_of;
    if hint.client != client.id.as_str() && !permitted.contains(&hint.client) {
        return Ok(None);
    }
    let made_for = ClientId::from_stored(hint.client);
    let whose = (&made_for, hint.user, hint.session);
    let found = store::grants_of_session(exchange.db, whose, exchange.now).await?;
    Ok(found.map(|found| {
        let mut audience = found.terms.resource;
        if audience.is_empty() {
            audience.push(exchange.issuer.to_owned());
        }
        VerifiedAccessToken(Claims {
            iss: exchange.issuer.to_owned(),
            sub: times.sub,
            aud: audience.into(),
            client_id: made_for.to_string(),
            exp: times.exp,
            iat: exchange.now.seconds(),
            jti: new_uuid(exchange.now).hyphenated().to_string(),
            scope: found.scope,
            auth_time: Some(times.auth_time),
            acr: Some(times.acr),
            sid: Some(hint.session),
            grant: Some(found.grant),
            cnf: found.terms.confirmation,
            authorization_details: Vec::new(),
            act: None,
            may_act: None,
            granted_to: None,
        })
    }))
}
