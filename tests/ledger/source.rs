//! A provisioning source of its own, and what the ledger says of it.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::{self, ConnectionId, Kind, secrets};
use doorward::domain::ledger::{self, Entry, Question};
use doorward::foundation::db::{Fetch as _, Statement};
use doorward::http::scim;
use doorward::http::web::around;

use crate::client::Scim;
use crate::support::World;

/// A source of the kind `generic`, whose brake is off unless `settings` says otherwise.
pub struct Source {
    pub id: ConnectionId,
    pub scim: Scim,
}

pub async fn change(world: &World) -> Change {
    Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap()
}

pub async fn source(world: &World, settings: &[(&str, &str)]) -> Source {
    let mut change = change(world).await;
    let connection = connections::create(&mut change, "Source", Kind::Generic)
        .await
        .unwrap();
    let lifetime = Duration::from_secs(86_400);
    let issued = secrets::issue(&mut change, &connection, lifetime)
        .await
        .unwrap();
    change.commit().await.unwrap();
    let id = connection.id;
    set(world, id, &[("brake.share_percent", "100")]).await;
    set(world, id, settings).await;
    let router = around(scim::routes(), world.state.clone());
    Source {
        id,
        scim: Scim {
            server: world.serve(router),
            token: issued.token.reveal().to_owned(),
        },
    }
}

/// Sets settings, and lets the server know.
pub async fn set(world: &World, id: ConnectionId, settings: &[(&str, &str)]) {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let pairs: Vec<_> = settings.iter().map(owned).collect();
    let mut change = change(world).await;
    connections::set(&mut change, id, &pairs).await.unwrap();
    change.commit().await.unwrap();
    world.state.connections.refresh(&world.db).await.unwrap();
}

impl Source {
    /// Everything in the ledger, the newest first.
    pub async fn ledger(&self, world: &World) -> Vec<Entry> {
        let question = Question {
            connection: Some(self.id),
            person: None,
        };
        ledger::find(&world.db, &question, 1_000).await.unwrap()
    }

    /// The newest entry; the clock has moved since the one before.
    pub async fn newest(&self, world: &World) -> Entry {
        let entry = self.ledger(world).await.remove(0);
        world.clock.advance(Duration::from_secs(1));
        entry
    }

    /// What came of the requests, in words, the oldest first.
    pub async fn decisions(&self, world: &World) -> Vec<&'static str> {
        let entries = self.ledger(world).await;
        entries.iter().rev().map(|e| e.decision.word()).collect()
    }
}

pub async fn count(world: &World, statement: Statement) -> i64 {
    let mut from = &world.db;
    from.fetch_one(statement).await.unwrap().get("n").unwrap()
}
