//! Where a request stands: in the parameters themselves, in a signed object among them, at an
//! address that the client registered, or with this server, where the client pushed it.

use std::sync::Arc;

use super::request_object::{self, Door};
use super::{ErrorCode, Origin, Parameters, ReadRequest, pushed};
use crate::domain::clients::{Client, KeySets, KeySource};
use crate::domain::signing_keys::KeyRing;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{ForeignKeys, Unverified};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db};
use crate::foundation::outbound::Outbound;

/// What reading a request may need.
pub struct Reading<'a> {
    /// The database.
    pub db: &'a Db,
    /// Fetches request objects and keys.
    pub outbound: &'a Outbound,
    /// The keys of clients.
    pub key_sets: &'a KeySets,
    /// Opens what was encrypted to this server.
    pub own_keys: &'a KeyRing,
    /// Opens the secrets of clients that sign with them.
    pub master: &'a MasterKey,
    /// The issuer: who a request object is for.
    pub issuer: &'a str,
    /// Whose request it is.
    pub client: &'a Client,
    /// The moment.
    pub now: Timestamp,
}

/// Why a request was not read.
#[derive(Debug)]
pub enum NotRead {
    /// By its own fault: the code, and a sentence of ours for the developer.
    Refused(ErrorCode, &'static str),
    /// The database failed.
    Database(db::Error),
}

impl From<db::Error> for NotRead {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

fn refused<T>(error: ErrorCode, text: &'static str) -> Result<T, NotRead> {
    Err(NotRead::Refused(error, text))
}

const TWO_PLACES: &str = "request and request_uri exclude each other";

impl Reading<'_> {
    /// Reads a request that a browser brought.
    ///
    /// # Errors
    /// It stands in two places, or cannot be had or trusted.
    pub async fn brought(&self, parameters: &Parameters) -> Result<ReadRequest, NotRead> {
        let given = |name: &str| parameters.all(name).next().is_some();
        match (given("request"), given("request_uri")) {
            (true, true) => refused(ErrorCode::InvalidRequest, TWO_PLACES),
            (true, false) => {
                let object = only(parameters, "request")?;
                self.object(object, parameters, Door::Browser).await
            }
            (false, true) => {
                let address = only(parameters, "request_uri")?;
                self.referred(address, parameters).await
            }
            (false, false) => Ok(ReadRequest {
                parameters: parameters.clone(),
                origin: Origin::default(),
            }),
        }
    }

    /// Reads a request that the authenticated client pushes (RFC 9126 §2.1, §3): it refers to
    /// nothing else, and with an object in it, nothing beside the object counts.
    ///
    /// # Errors
    /// It refers elsewhere, or cannot be trusted.
    pub async fn pushed(&self, parameters: &Parameters) -> Result<ReadRequest, NotRead> {
        if parameters.has("request_uri") {
            let text = "a pushed request contains no request_uri";
            return refused(ErrorCode::InvalidRequest, text);
        }
        if parameters.all("request").next().is_none() {
            return Ok(ReadRequest {
                parameters: parameters.clone(),
                origin: Origin::default(),
            });
        }
        let object = only(parameters, "request")?;
        self.object(object, parameters, Door::Pushed).await
    }

    async fn referred(
        &self,
        address: &str,
        parameters: &Parameters,
    ) -> Result<ReadRequest, NotRead> {
        if let Some(reference) = pushed::reference(address) {
            let found = pushed::find(self.db, &reference, &self.client.id, self.now).await?;
            return found.ok_or(NotRead::Refused(
                ErrorCode::InvalidRequestUri,
                "the pushed request has expired, was used, or is not this client's",
            ));
        }
        // Never an address that only the request names: that would make this server fetch for
        // strangers (Keycloak CVE-2026-4366). The fragment is for caches (Core §6.2).
        let address = without_fragment(address);
        let registered = &self.client.metadata.request_uris;
        if !registered
            .iter()
            .any(|own| without_fragment(own) == address)
        {
            let text = "request_uri is not one that the client registered";
            return refused(ErrorCode::InvalidRequestUri, text);
        }
        let fetched = self.outbound.get_token(address).await;
        let object = fetched.map_err(|error| {
            tracing::info!(client = %self.client.id, %error, "a request object was not fetched");
            let text = "nothing could be read at request_uri";
            NotRead::Refused(ErrorCode::InvalidRequestUri, text)
        })?;
        self.object(object.trim(), parameters, Door::Browser).await
    }

    async fn object(
        &self,
        object: &str,
        beside: &Parameters,
        door: Door,
    ) -> Result<ReadRequest, NotRead> {
        let judge = request_object::Judge {
            client: self.client,
            issuer: self.issuer,
            now: self.now,
            door,
        };
        let broken = |(error, text)| NotRead::Refused(error, text);
        // RFC 9101 §6.1: encrypted, it is a signed one within. Whoever knows the public key can
        // encrypt; only the signature says who asks.
        let opened = match object.split('.').count() {
            5 => Some(self.own_keys.decrypt(object).ok_or(NotRead::Refused(
                ErrorCode::InvalidRequestObject,
                "the request object is not encrypted to a key of this server",
            ))?),
            _ => None,
        };
        let object = opened.as_ref().map_or(object, |opened| opened.as_str());
        judge.header(object).map_err(broken)?;
        let Some(token) = Unverified::parse(object) else {
            let text = "the request object is not a signed token";
            return refused(ErrorCode::InvalidRequestObject, text);
        };
        let verified = if judge.by_secret() {
            self.client
                .signed_with_secret(&token, self.master, self.now)
        } else {
            self.keys(&token).await?.verify(&token)
        };
        let parameters = judge.parameters(verified, beside).map_err(broken)?;
        Ok(ReadRequest {
            parameters,
            origin: Origin {
                signed: true,
                ..Origin::default()
            },
        })
    }

    async fn keys(&self, token: &Unverified<'_>) -> Result<Arc<ForeignKeys>, NotRead> {
        let metadata = &self.client.metadata;
        let none = NotRead::Refused(
            ErrorCode::InvalidRequestObject,
            "the client has no keys that the request object could be checked with",
        );
        match (&metadata.jwks, &metadata.jwks_uri) {
            (Some(keys), _) => Ok(Arc::new(ForeignKeys::read(keys).map_err(|_| none)?)),
            (None, Some(address)) => {
                let source = KeySource::Address(address.clone());
                let suffices = |keys: &ForeignKeys| keys.may_verify(token);
                let sets = self.key_sets;
                let found = sets.of(self.outbound, &source, suffices, self.now);
                found.await.map_err(|error| {
                    tracing::warn!(client = %self.client.id, %error, "no keys for a request object");
                    none
                })
            }
            (None, None) => Err(none),
        }
    }
}

fn without_fragment(address: &str) -> &str {
    address
        .split_once('#')
        .map_or(address, |(address, _)| address)
}

fn only<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, NotRead> {
    let text = "request or request_uri stands in the request twice";
    parameters
        .get(name)
        .ok_or(NotRead::Refused(ErrorCode::InvalidRequest, text))
}
