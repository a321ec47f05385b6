//! The program of a vendor: which headers it sends, and how it writes its bodies.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::router;
use doorward::domain::access;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::{self, ConnectionId, Kind, secrets};
use doorward::domain::directory::UserId;
use doorward::domain::ledger::{self, Question};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::client::{Answer, Scim, id};
use crate::support::World;

type Headers = &'static [(&'static str, &'static str)];

pub const SCIM: &str = "application/scim+json";

const ENTRA: Headers = &[
    ("content-type", "application/scim+json; charset=utf-8"),
    ("accept", SCIM),
];

const OKTA: Headers = &[
    ("content-type", "application/scim+json; charset=utf-8"),
    ("accept", SCIM),
    ("accept-charset", "utf-8"),
    ("user-agent", "OKTA SCIM Integration"),
];

const ONELOGIN: Headers = &[
    ("content-type", "application/json"),
    ("accept", "application/json"),
    ("x-tenant", "a custom header"),
];

const JSON: Headers = &[("content-type", "application/json"), ("accept", "*/*")];

/// One vendor's client with the secrets of a connection of its kind, facing the whole
/// server.
pub struct Vendor {
    pub scim: Scim,
    /// What its OAuth client proves itself with: id and secret.
    pub client: (String, String),
    pub connection: ConnectionId,
    headers: Headers,
}

impl Vendor {
    async fn new(world: &World, kind: Kind, headers: Headers) -> Self {
        Self::with_name(world, kind.word(), (kind, headers)).await
    }

    /// A connection of Entra ID beside others.
    pub async fn named(world: &World, name: &str) -> Self {
        Self::with_name(world, name, (Kind::Entra, ENTRA)).await
    }

    async fn with_name(world: &World, name: &str, (kind, headers): (Kind, Headers)) -> Self {
        let server = world.serve(router(world.state.clone()));
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
            .await
            .unwrap();
        let connection = connections::create(&mut change, name, kind).await.unwrap();
        let a_year = Duration::from_secs(365 * 86_400);
        let issued = secrets::issue(&mut change, &connection, a_year)
            .await
            .unwrap();
        change.commit().await.unwrap();
        let secret = issued.client_secret.unwrap();
        Self {
            scim: Scim {
                server,
                token: issued.token.reveal().to_owned(),
            },
            connection: connection.id,
            client: (issued.client_id.to_string(), secret.reveal().to_owned()),
            headers,
        }
    }

    /// Sets how its connection is treated.
    pub async fn set(&self, world: &World, name: &str, value: &str) {
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
            .await
            .unwrap();
        let pairs = [(name.to_owned(), value.to_owned())];
        connections::set(&mut change, self.connection, &pairs)
            .await
            .unwrap();
        change.commit().await.unwrap();
        world.state.connections.refresh(&world.db).await.unwrap();
    }

    pub async fn entra(world: &World) -> Self {
        Self::new(world, Kind::Entra, ENTRA).await
    }

    pub async fn okta(world: &World) -> Self {
        Self::new(world, Kind::Okta, OKTA).await
    }

    pub async fn onelogin(world: &World) -> Self {
        Self::new(world, Kind::Onelogin, ONELOGIN).await
    }

    /// Who says no more than that it speaks JSON.
    pub async fn plain(world: &World) -> Self {
        Self::new(world, Kind::Generic, JSON).await
    }

    /// What the ledger says came of its requests: method, name, decision. In the order of the
    /// words, because the clock of a test stands still.
    pub async fn ledger(&self, world: &World) -> Vec<(String, String, &'static str)> {
        let question = Question {
            connection: Some(self.connection),
            person: None,
        };
        let entries = ledger::find(&world.db, &question, 1_000).await.unwrap();
        let row = |entry: ledger::Entry| {
            let name = entry.resource.name.unwrap_or_default();
            (entry.method, name, entry.decision.word())
        };
        let mut rows: Vec<_> = entries.into_iter().map(row).collect();
        rows.sort();
        rows
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.scim.request(method, path);
        self.headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).body(body.to_string());
        self.scim.send(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.scim.send(self.request(Method::GET, path)).await
    }

    /// A list with a filter, as a client that encodes its query sends it.
    pub async fn find(&self, kind: &str, filter: &str) -> Answer {
        let request = self.request(Method::GET, kind);
        self.scim.send(request.query(&[("filter", filter)])).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, &body).await
    }

    /// A PATCH with these operations, and the `schemas` that most clients send.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        self.send(Method::PATCH, path, &body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.scim.send(self.request(Method::DELETE, path)).await
    }

    /// Asserts that these are the members of a group, in whatever order.
    #[track_caller]
    pub fn has_members<I>(&self, group: &str, ids: I) -> impl Future<Output = ()>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let at = std::panic::Location::caller();
        let wanted: BTreeSet<String> = ids.into_iter().map(|id| id.as_ref().to_owned()).collect();
        let group = id_in(group).to_owned();
        async move {
            let members = self.scim.members(&group).await;
            let found: BTreeSet<String> = members.iter().cloned().collect();
            assert_eq!(found.len(), members.len(), "each once; {at}");
            assert_eq!(found, wanted, "{at}");
        }
    }

    /// The address of what this body creates.
    pub async fn made(&self, kind: &str, body: Value) -> String {
        format!("{kind}/{}", id(&self.post(kind, body).await.ok(201)))
    }
}

/// The id at the end of an address.
pub fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Whether the user of this address may sign in.
pub async fn may_sign_in(world: &World, path: &str) -> bool {
    let user: UserId = id_in(path).parse().unwrap();
    let may = access::may_use(&world.db, user, world.now()).await.unwrap();
    may.is_allowed()
}
