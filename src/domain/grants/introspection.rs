//! What is told of a token to who may know (RFC 7662). Of any other token nothing is said but
//! that it is not active: whether it exists, was ever good, or is somebody else's is the same
//! answer (authentik CVE-2024-47077, Keycloak CVE-2026-37979).

use serde::Serialize;
use serde_json::{Map, Value};

use super::opaque::{self, Kind};
use super::{Confirmation, Party, VerifiedAccessToken, standing, store, subject_of};
use crate::domain::clients::{Client, Registry, Scope};
use crate::domain::signin::SessionId;
use crate::domain::signing_keys::KeyRing;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Audience;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};

/// Who asks.
pub enum Viewer<'a> {
    /// A client: it sees its own tokens, and access tokens that are for it.
    Client(&'a Client),
    /// A resource server of this installation: it sees the access tokens that it was let see.
    ResourceServer(Sees<'a>),
}

/// Which access tokens a resource server sees.
pub enum Sees<'a> {
    /// Whatever they are for.
    Everything,
    /// Those that are for one of these, resources or clients, or held by one of them.
    Named(Vec<&'a str>),
}

/// What introspection needs.
pub struct Introspection<'a> {
    /// The database.
    pub db: &'a Db,
    /// What refresh tokens are recognised by.
    pub master: &'a MasterKey,
    /// What access tokens are checked with.
    pub keys: &'a KeyRing,
    /// The clients.
    pub clients: &'a Registry,
    /// This server.
    pub issuer: &'a str,
    /// Who asks.
    pub viewer: Viewer<'a>,
    /// When.
    pub now: Timestamp,
}

/// What is said of a token that is active.
#[derive(Serialize)]
pub struct Active {
    active: bool,
    /// The client that holds it.
    pub client_id: String,
    scope: Scope,
    sub: String,
    exp: i64,
    iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_details: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Party>,
}

impl Introspection<'_> {
    /// What is to be said of the token; nothing when that is "not active". At most one query.
    pub async fn of(&self, token: &Secret) -> Result<Option<Active>, db::Error> {
        let read = VerifiedAccessToken::read(token.reveal(), self.issuer, self.keys, self.now);
        match read {
            Some(access_token) => self.of_access_token(access_token).await,
            None => self.of_refresh_token(token).await,
        }
    }

    async fn of_access_token(
        &self,
        token: VerifiedAccessToken,
    ) -> Result<Option<Active>, db::Error> {
        if !self.may_see(&token) || !self.is_of_a_live_client(token.client()).await? {
            return Ok(None);
        }
        let Some(stands) = standing(self.db, &token, self.now).await? else {
            return Ok(None);
        };
        let claims = token.0;
        Ok(Some(Active {
            active: true,
            token_type: Some(claims.token_type()),
            client_id: claims.client_id,
            scope: stands.scope,
            sub: claims.sub,
            exp: claims.exp,
            iss: claims.iss,
            aud: Some(claims.aud),
            iat: Some(claims.iat),
            jti: Some(claims.jti),
            auth_time: claims.auth_time,
            acr: claims.acr,
            sid: claims.sid,
            cnf: claims.cnf,
            authorization_details: claims.authorization_details,
            act: claims.act,
        }))
    }

    // A client that may *ask* for a resource is not that resource: it is the audience by its
    // own name alone.
    fn may_see(&self, token: &VerifiedAccessToken) -> bool {
        let concerns = |name: &str| token.client() == name || token.0.aud.contains(name);
        match &self.viewer {
            Viewer::ResourceServer(Sees::Everything) => true,
            Viewer::ResourceServer(Sees::Named(names)) => names.iter().any(|name| concerns(name)),
            Viewer::Client(client) => concerns(client.id.as_str()),
        }
    }

    async fn is_of_a_live_client(&self, id: &str) -> Result<bool, db::Error> {
        let client = self.clients.find(self.db, id, self.now).await?;
        Ok(client.is_some_and(|client| client.is_enabled()))
    }

    // Only for the client whose it is: nobody else should ever have seen one.
    async fn of_refresh_token(&self, token: &Secret) -> Result<Option<Active>, db::Error> {
        let Viewer::Client(client) = &self.viewer else {
            return Ok(None);
        };
        let Some((grant, _)) = opaque::read(self.master, Kind::RefreshToken, token) else {
            return Ok(None);
        };
        let digest = token.digest();
        let found = store::grant_of_refresh_token(self.db, grant, &digest, self.now).await?;
        let found = found
            .filter(|(found, _)| found.client == client.id.as_str() && found.access.is_allowed());
        Ok(found.map(|(found, end)| Active {
            active: true,
            client_id: found.client,
            scope: found.scope,
            sub: subject_of(self.master, client, found.user),
            exp: end.seconds(),
            iss: self.issuer.to_owned(),
            token_type: None,
            aud: None,
            iat: None,
            jti: None,
            auth_time: None,
            acr: None,
            sid: None,
            cnf: None,
            authorization_details: Vec::new(),
            act: None,
        }))
    }
}
