//! Token exchange (RFC 8693): a client that was given an access token gets one of its own for
//! the next server, about the same person.
//!
//! What comes out never says more than what went in: not a wider scope, not a later end, not an
//! audience that the client is not registered for, and bound to the same key. It stands on the
//! same grant, so whatever ends that ends it, too.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    AccessToken, Confirmation, NotRedeemed, Possession, VerifiedAccessToken, access_token, consent,
    id_token_subject, standing, subject_of,
};
use crate::domain::audit::{Actor, Change, Event};
use crate::domain::clients::{Client, ClientId, GrantType, MayExchange, Registry, Scope};
use crate::domain::directory::UserId;
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};
use serde_json::json;

/// More parties than this do not act for each other.
const LONGEST_CHAIN: usize = 4;

/// Somebody who acts for the subject (the claim `act`, RFC 8693 §4.1), or may (`may_act`, §4.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Party {
    /// Whom the actor's token is about.
    pub sub: String,
    /// For whom that one acted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Party>>,
}

impl Party {
    fn chain(&self) -> usize {
        1 + self.act.as_ref().map_or(0, |next| next.chain())
    }
}

/// What kind of token the subject's is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubjectKind {
    /// An access token of this server.
    AccessToken,
    /// An ID token of this server for the client that exchanges it, or one that it names.
    IdToken,
}

/// What a client asks for.
pub struct Exchange<'a> {
    /// The database.
    pub db: &'a Db,
    /// What tokens are checked and signed with.
    pub keys: &'a KeyRing,
    /// The clients.
    pub clients: &'a Registry,
    /// What pairwise names are made with.
    pub master: &'a MasterKey,
    /// This server.
    pub issuer: &'a str,
    /// The authenticated client.
    pub client: &'a Client,
    /// About whom the new token shall be: a token of this server.
    pub subject_token: &'a Secret,
    /// What kind of token that is.
    pub subject_kind: SubjectKind,
    /// Who acts for them, if it shall be said: an access token of this server.
    pub actor_token: Option<&'a Secret>,
    /// For whom the new token shall be; for whom the old one is, when nobody is named.
    pub target: Option<&'a str>,
    /// What it shall be good for; as much as it can, when nothing is named.
    pub scope: Option<&'a Scope>,
    /// What the client proved to hold.
    pub possession: Possession<'a>,
    /// How long a token of the client is good for.
    pub lifetime: Duration,
    /// When.
    pub now: Timestamp,
}

/// What came of it.
pub struct Exchanged {
    /// The token.
    pub token: AccessToken,
    /// What it is good for.
    pub scope: Scope,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum NotExchanged {
    /// The client is not registered for it, or cannot prove itself.
    #[error("the client may not exchange tokens")]
    Client,
    /// The subject's token is none, has ended, or is not for this client.
    #[error("the subject token is worth nothing, or not to this client")]
    Subject,
    /// The actor's token is none, has ended, or the actor may not act for the subject.
    #[error("the actor token is worth nothing, or its subject may not act for the other")]
    Actor,
    /// The person has not allowed this client anything.
    #[error("the person has not allowed this client")]
    Consent,
    /// The client may not have tokens for that audience.
    #[error("the client may not have tokens for this audience")]
    Target,
    /// More is asked for than there is.
    #[error("the scope is wider than what the subject token and the client have")]
    WiderScope,
    /// The client did not prove what the tokens have to be bound to.
    #[error(transparent)]
    NotBound(#[from] NotRedeemed),
    /// It could not be signed.
    #[error(transparent)]
    Key(#[from] signing_keys::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Exchange<'_> {
    /// Exchanges.
    ///
    /// # Errors
    /// Something does not allow it.
    pub async fn run(&self) -> Result<Exchanged, NotExchanged> {
        if !self.client.confidential || self.client.metadata.may_exchange == MayExchange::Any(false)
        {
            return Err(NotExchanged::Client);
        }
        let (subject, user, granted) = self.subject().await?;
        let act = self.actor(&subject).await?;
        let audience = self.audience(&subject)?;
        let scope = self.scope_within(&granted)?;
        self.check_consent(&subject, user, &scope).await?;
        let confirmation = self.confirmation(&subject)?;
        self.record(&subject, &scope).await?;
        let token = access_token::exchanged(
            &subject,
            access_token::Change {
                subject: subject_of(self.master, self.client, user),
                client: &self.client.id,
                audience,
                scope: &scope,
                act,
                confirmation,
                lifetime: self.lifetime,
            },
            self.keys,
            self.now,
        )?;
        Ok(Exchanged { token, scope })
    }

    // A token that stands: signed here, not ended, not revoked, of a live grant, of a person
    // whose access holds (Keycloak CVE-2026-1609), and of a client that is not disabled.
    async fn standing_token(
        &self,
        text: &Secret,
    ) -> Result<Option<(VerifiedAccessToken, standing::Standing)>, db::Error> {
        let read = VerifiedAccessToken::read(text.reveal(), self.issuer, self.keys, self.now);
        match read {
            Some(token) => self.standing(token).await,
            None => Ok(None),
        }
    }

    async fn standing(
        &self,
        token: VerifiedAccessToken,
    ) -> Result<Option<(VerifiedAccessToken, standing::Standing)>, db::Error> {
        let client = self.clients.find(self.db, token.client(), self.now).await?;
        if !client.is_some_and(|client| client.is_enabled()) {
            return Ok(None);
        }
        let stands = standing::standing(self.db, &token, self.now).await?;
        Ok(stands.map(|stands| (token, stands)))
    }

    // Its own, one that names it, or one for this server itself. One that is for somebody else
    // alone has been taken from there (Dex GHSA-7qjx, Casdoor CVE-2026-9094).
    async fn subject(&self) -> Result<(VerifiedAccessToken, UserId, Scope), NotExchanged> {
        let found = match self.subject_kind {
            SubjectKind::AccessToken => self.standing_token(self.subject_token).await?,
            SubjectKind::IdToken => match id_token_subject::read(self).await? {
                Some(token) => self.standing(token).await?,
                None => None,
            },
        };
        let (token, stands) = found.ok_or(NotExchanged::Subject)?;
        let own = self.client.id.as_str();
        let for_it = token.client() == own || token.is_for(own) || token.is_only_for(self.issuer);
        // A client's own token is about nobody: there is `client_credentials` for that.
        match stands.user {
            // What the client requires of those who sign in to it is no less for those who are
            // handed to it.
            Some(user) if for_it && self.client.is_satisfied_with(token.acr()) => {
                Ok((token, user, stands.scope))
            }
            _ => Err(NotExchanged::Subject),
        }
    }

    async fn actor(&self, subject: &VerifiedAccessToken) -> Result<Option<Party>, NotExchanged> {
        let before = subject.act().cloned().map(Box::new);
        let Some(text) = self.actor_token else {
            // Without an actor, whoever had to be one is missing.
            return match (subject.may_act(), before) {
                (Some(_), _) => Err(NotExchanged::Actor),
                (None, before) => Ok(before.map(|before| *before)),
            };
        };
        let found = self.standing_token(text).await?;
        let (token, _) = found.ok_or(NotExchanged::Actor)?;
        // The actor brings its own token: one that was given to this client, or names it.
        let own = self.client.id.as_str();
        if token.client() != own && !token.is_for(own) {
            return Err(NotExchanged::Actor);
        }
        let actor = Party {
            sub: token.subject().to_owned(),
            act: before,
        };
        let may = subject.may_act().is_none_or(|may| may.sub == actor.sub);
        if may && actor.chain() <= LONGEST_CHAIN {
            Ok(Some(actor))
        } else {
            Err(NotExchanged::Actor)
        }
    }

    fn audience(&self, subject: &VerifiedAccessToken) -> Result<Vec<String>, NotExchanged> {
        let Some(target) = self.target else {
            return Ok(subject.audience().to_vec());
        };
        let registered = match &self.client.metadata.may_exchange {
            MayExchange::For(audiences) => audiences,
            MayExchange::Any(_) => &self.client.metadata.resources,
        };
        let named = registered.iter().any(|own| own == target);
        let kept = subject.is_for(target);
        (named || kept)
            .then(|| vec![target.to_owned()])
            .ok_or(NotExchanged::Target)
    }

    // What the subject's token has and the client registered. No `openid` and no
    // `offline_access`: there is neither an `id_token` nor a refresh token in the answer.
    fn scope_within(&self, granted: &Scope) -> Result<Scope, NotExchanged> {
        let most = granted
            .common(&self.client.scope)
            .keep(|word| word != "offline_access");
        match self.scope {
            None => Ok(most),
            Some(asked) if most.covers(asked) && !asked.is_empty() => Ok(asked.clone()),
            Some(_) => Err(NotExchanged::WiderScope),
        }
    }

    // A client that asks people itself must have asked this one, too (Keycloak CVE-2026-79652).
    // One that never meets a person has been allowed by its registration.
    async fn check_consent(
        &self,
        subject: &VerifiedAccessToken,
        user: UserId,
        scope: &Scope,
    ) -> Result<(), NotExchanged> {
        let client = self.client;
        let asks = [
            GrantType::AuthorizationCode,
            GrantType::DeviceCode,
            GrantType::Implicit,
        ];
        if subject.client() == client.id.as_str()
            || !asks.into_iter().any(|grant| client.may_use(grant))
        {
            return Ok(());
        }
        let allowed = consent::consented(self.db, user, &client.id).await?;
        if allowed.is_some_and(|allowed| allowed.scope.covers(scope)) {
            Ok(())
        } else {
            Err(NotExchanged::Consent)
        }
    }

    // A token that is bound becomes no plain one (Keycloak #50963): the client proves the key
    // that its own token is bound to, and a key of its own for the token of another.
    fn confirmation(
        &self,
        subject: &VerifiedAccessToken,
    ) -> Result<Option<Confirmation>, NotExchanged> {
        let same_key = subject.client() == self.client.id.as_str();
        let bound = self
            .possession
            .following(self.client, subject.confirmation(), same_key);
        Ok(bound.map_err(NotRedeemed::from)?)
    }

    async fn record(
        &self,
        subject: &VerifiedAccessToken,
        scope: &Scope,
    ) -> Result<(), NotRedeemed> {
        let actor = Actor::Client(self.client.id.to_string());
        let mut change = Change::begin(self.db, actor, self.now).await?;
        self.possession.use_up(&mut change).await?;
        change.record(
            Event::new("token.exchanged")
                .subject("user", subject.subject())
                .detail(json!({
                    "client": self.client.id.as_str(),
                    "token_of": ClientId::from_stored(subject.client().to_owned()).as_str(),
                    "target": self.target,
                    "scope": scope,
                })),
        );
        Ok(change.commit().await?)
    }
}
