//! A client gives back what it holds (RFC 7009).

use serde_json::json;

use super::opaque::{self, Kind};
use super::{VerifiedAccessToken, store};
use crate::domain::audit::{Actor, Change, Event};
use crate::domain::clients::Client;
use crate::domain::signing_keys::KeyRing;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

/// What a revocation needs.
pub struct Revocation<'a> {
    /// The database.
    pub db: &'a Db,
    /// What refresh tokens are recognised by.
    pub master: &'a MasterKey,
    /// What access tokens are checked with.
    pub keys: &'a KeyRing,
    /// This server.
    pub issuer: &'a str,
    /// The authenticated client.
    pub client: &'a Client,
    /// When.
    pub now: Timestamp,
}

/// Why a token was not revoked. A token that is unknown or over is no such case: what the
/// client wanted is so already.
#[derive(Debug, thiserror::Error)]
pub enum NotRevoked {
    /// It was given to another client.
    #[error("the token is another client's")]
    OfAnotherClient,
    /// It ends with its connection, not by itself.
    #[error("the token of a connection is not revoked by itself")]
    OfAConnection,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Revocation<'_> {
    /// Revokes the token. A refresh token takes its whole family along, and every access token
    /// that stands on the grant; an access token goes alone.
    ///
    /// # Errors
    /// It may not be revoked by this client, or the database failed; the token is as it was.
    pub async fn of(&self, token: &Secret) -> Result<(), NotRevoked> {
        let read = VerifiedAccessToken::read(token.reveal(), self.issuer, self.keys, self.now);
        if let Some(access_token) = read {
            return self.end_access_token(&access_token).await;
        }
        match opaque::read(self.master, Kind::RefreshToken, token) {
            Some((grant, _)) => self.end_grant(grant).await,
            None => Ok(()),
        }
    }

    async fn end_access_token(&self, token: &VerifiedAccessToken) -> Result<(), NotRevoked> {
        let claims = &token.0;
        if claims.client_id != self.client.id.as_str() {
            return Err(NotRevoked::OfAnotherClient);
        }
        if self.client.connection.is_some() {
            return Err(NotRevoked::OfAConnection);
        }
        let end = Timestamp::from_millis(claims.exp.saturating_mul(1000));
        let mut change = self.begin().await?;
        store::insert_revoked(&mut change, &claims.jti, end).await?;
        change.unrecorded("an access token that its client gives back was to end in minutes");
        Ok(change.commit().await?)
    }

    // One of an earlier generation will do: it names the grant, and carries our MAC.
    async fn end_grant(&self, grant: super::GrantId) -> Result<(), NotRevoked> {
        let mut change = self.begin().await?;
        let Some(owner) = store::client_of_grant(&mut change, grant).await? else {
            return Ok(());
        };
        if owner != self.client.id.as_str() {
            return Err(NotRevoked::OfAnotherClient);
        }
        const REASON: &str = "revoked";
        if let Some(user) = store::end_grant(&mut change, grant, REASON).await? {
            change.record(
                Event::new("grant.ended")
                    .subject("user", user)
                    .detail(json!({ "grant": grant, "reason": REASON })),
            );
        }
        Ok(change.commit().await?)
    }

    async fn begin(&self) -> Result<Change, db::Error> {
        Change::begin(self.db, Actor::Client(self.client.id.to_string()), self.now).await
    }
}
