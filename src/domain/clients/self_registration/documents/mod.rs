//! Clients that are known by the address of a document that they publish
//! (draft-ietf-oauth-client-id-metadata-document): nobody registers them. Whoever asks names the
//! address, so every fetch goes through the guarded client, is bounded, and what it brought is
//! kept for as long as the document's server says, within bounds.
//!
//! What was read is a client like others from then on, with the standing of a stranger. When its
//! copy has ended and the document cannot be had anew, it is unknown: an application that was
//! withdrawn must not live on here.

mod address;
mod read;
mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;

use super::asked::Asked;
use super::{NotRegistered, check_asked, lock};
use crate::domain::audit::{Actor, Change, Event};
use crate::domain::clients::{
    AuthenticationMethod, Client, ClientId, NewClient, Refused, Registry,
};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Db};
use crate::foundation::outbound::{NotFetched, Outbound};

/// What the draft advises (§8.7); the documents of real clients have some 1 kB.
const LARGEST: usize = 5 * 1024;
/// How long a document is good when its server does not say.
const FRESH: Duration = Duration::from_secs(3600);
/// The bounds of what its server may say. The lower one keeps a browser that asks again and
/// again from making this server ask as often.
const LEAST: Duration = Duration::from_secs(60);
const MOST: Duration = Duration::from_secs(24 * 3600);
/// How many documents are fetched at once. More are refused, not queued: strangers choose the
/// addresses, and some of those answer slowly.
const AT_ONCE: usize = 16;

/// What an administrator says of such clients.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DocumentPolicy {
    /// Whether there are any.
    pub on: bool,
    /// The resources that they may ask tokens for.
    pub resources: Vec<String>,
    /// How many there may be.
    pub quota: u32,
}

/// What documents are read with.
pub struct DocumentMeans<'a> {
    /// Where their copies are.
    pub db: &'a Db,
    /// All clients.
    pub registry: &'a Registry,
    /// Fetches them.
    pub outbound: &'a Outbound,
    /// The ways in which a client may prove itself here.
    pub methods: Vec<AuthenticationMethod>,
    /// The moment.
    pub now: Timestamp,
}

/// Why there is no such client. For the log: whoever named the address must not learn what is
/// there instead.
#[derive(Debug, thiserror::Error)]
enum NotRead {
    #[error("the document was not fetched: {0}")]
    NotFetched(#[from] NotFetched),
    #[error("client_id in the document is not its address")]
    OtherClient,
    #[error("a document has no secret, and no method that needs one")]
    Secret,
    #[error("the document has no redirect URI")]
    NoRedirectUri,
    #[error("{0}")]
    Registered(#[from] NotRegistered),
    #[error("too many documents are being fetched")]
    Busy,
    #[error("this server takes no more clients that are known by a document")]
    Quota,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// One at a time reads a document; the others wait for what it brings.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// The clients that are known by a document. Shared by all requests.
pub struct Documents {
    policy: DocumentPolicy,
    turns: Mutex<HashMap<String, Turn>>,
    places: Semaphore,
}

impl Documents {
    /// Under a policy.
    pub fn new(policy: DocumentPolicy) -> Self {
        Self {
            policy,
            turns: Mutex::default(),
            places: Semaphore::new(AT_ONCE),
        }
    }

    /// The client of that name, registered or known by a document, which is fetched when it
    /// has to be.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn find(
        &self,
        means: &DocumentMeans<'_>,
        id: &str,
    ) -> Result<Option<Arc<Client>>, db::Error> {
        let known = means.registry.find(means.db, id, means.now).await?;
        if let Some(client) = known.filter(|client| self.is_good(client, means.now)) {
            return Ok(Some(client));
        }
        if !self.policy.on || !address::is_of_a_document(id) {
            return Ok(None);
        }
        let turn = self.turn(id);
        let _mine = turn.lock().await;
        let known = means.registry.get(id);
        if let Some(client) = known.filter(|client| self.is_good(client, means.now)) {
            return Ok(Some(client));
        }
        match self.renew(means, id).await {
            Ok(()) => {
                means.registry.refresh(means.db).await?;
                Ok(means.registry.get(id))
            }
            Err(NotRead::Database(error) | NotRead::Registered(NotRegistered::Db(error))) => {
                Err(error)
            }
            Err(refused) => {
                tracing::info!(client = id, reason = %refused, "a client is unknown: its document is not good");
                Ok(None)
            }
        }
    }

    // What is registered here is. A disabled one is not asked for its document: it stays what
    // an administrator made of it.
    fn is_good(&self, client: &Client, now: Timestamp) -> bool {
        client
            .document_until
            .is_none_or(|until| self.policy.on && (now < until || !client.is_enabled()))
    }

    fn turn(&self, id: &str) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds are done, or were given up.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(id.to_owned()).or_default().clone()
    }

    async fn renew(&self, means: &DocumentMeans<'_>, id: &str) -> Result<(), NotRead> {
        let place = self.places.try_acquire().map_err(|_| NotRead::Busy)?;
        let document = means.outbound.get_document(id, LARGEST).await?;
        let asked = read::read(id, document.body)?;
        check_asked(means.outbound, &means.methods, &asked).await?;
        drop(place);
        let lifetime = document.fresh_for.unwrap_or(FRESH).clamp(LEAST, MOST);
        self.keep(means, id, asked, lifetime).await
    }

    async fn keep(
        &self,
        means: &DocumentMeans<'_>,
        id: &str,
        mut asked: Asked,
        lifetime: Duration,
    ) -> Result<(), NotRead> {
        let client = ClientId::from_stored(id.to_owned());
        let until = means.now.plus(lifetime);
        let actor = Actor::Client(id.to_owned());
        let mut change = Change::begin(means.db, actor, means.now).await?;
        // Whoever writes this row first is the one whose client is counted; another process
        // that read the same document waits here.
        super::super::store::advance_revision(&mut change).await?;
        let before = match lock(&mut change, &client).await {
            Ok(before) => Some(before),
            Err(Refused::NoSuchClient(_)) => None,
            Err(refused) => return Err(NotRegistered::from(refused).into()),
        };
        // What an administrator has said is not the document's to take back.
        if let Some(before) = &before {
            asked.keep_reserved(&before.metadata);
        }
        let resources = &mut asked.client.metadata.resources;
        resources.clone_from(&self.policy.resources);
        let new = &asked.client;
        let changed = before.as_ref().is_none_or(|old| !is_same(old, new));
        let event = if before.is_some() {
            store::renew(&mut change, &client, until).await?;
            "client.document_changed"
        } else {
            let documents = super::store::count(&mut change, "document").await?;
            if documents >= i64::from(self.policy.quota) {
                return Err(NotRead::Quota);
            }
            super::super::store::insert_client(&mut change, &client, new, None).await?;
            store::insert(&mut change, &client, until).await?;
            "client.document_read"
        };
        if changed {
            super::super::store::replace_client(&mut change, &client, new).await?;
            change.record(Event::new(event).subject("client", id).detail(json!({
                "name": new.name,
                "redirect_uris": new.metadata.redirect_uris,
                "scope": new.scope,
            })));
        } else {
            change.unrecorded("the document says what it said before");
        }
        Ok(change.commit().await?)
    }
}

fn is_same(old: &Client, new: &NewClient) -> bool {
    old.name == new.name.trim()
        && old.confidential == new.confidential
        && old.scope == new.scope
        && old.metadata == new.metadata
}
